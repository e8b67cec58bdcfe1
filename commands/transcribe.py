"""`python app.py transcribe`: what is said in sound files, as text, JSON or subtitles."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from audio.ears import Ears, EarsFault, Limits
from audio.faults import AudioFault
from audio.loading import recipes
from audio.subtitles import srt, vtt
from audio.transcript import LOW, Transcript
from audio.vocabulary import words_of
from commands.progress import Bar
from commands.speech_models import models_of
from engine.load import FlowFaults
from sessions.services import read_folders

TRIES = 2  # of what fails for no fault of the file's
NICE = 5  # behind the gateway that may run here, before the voicemails: somebody waits for this


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "transcribe",
        description="Writes down what is said in WAV, MP3, FLAC and other sound files, on this machine alone. The "
        "text is a machine's: what it is not sure of begins with a question mark. Two channels are told apart. A file "
        "that cannot be used is named with the way out, and the others go on. Exit code: 0 all are written down, "
        "1 some are not, 2 none could be (no such language, no model, wrong words).",
        epilog="examples:\n  python app.py transcribe message.wav --language id\n"
        "  python app.py transcribe *.mp3 --language en --json > all.json\n"
        "  python app.py transcribe talk.flac --language id --srt --into subtitles/\n"
        "  python app.py transcribe a.wav --language id --service bicara131 --words 'QRIS, Jatinangor'",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
    parser.add_argument("--language", required=True, metavar="id", help="two or three letters: id, en, ko")
    form = parser.add_mutually_exclusive_group()
    for name, meaning in FORMS.items():
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=meaning)
    parser.add_argument(
        "--into", type=Path, metavar="FOLDER", help="a file for each, instead of the terminal"
    )
    parser.add_argument("--service", help="a service whose own words are likely: bicara131")
    parser.add_argument("--words", default="", help="names and terms that may occur, with commas")
    parser.add_argument("--workers", type=int, default=2, help="files at a time (default: 2)")
    parser.set_defaults(run=run, form="text")


FORMS = {
    "text": "sentences with their times (default)",
    "json": "everything that is known: words, times, probabilities",
    "srt": "subtitles as SubRip",
    "vtt": "subtitles as WebVTT",
}


@dataclass(frozen=True)
class Heard:
    """What became of one file."""

    file: Path
    result: Transcript | AudioFault


def run(arguments: argparse.Namespace) -> int:
    wrong = wrong_words(arguments)
    if wrong:
        print(wrong, file=sys.stderr)
        return 2
    settings = arguments.settings()
    logging.getLogger("sambung.ears").setLevel(logging.ERROR)  # what happens to a file is told as its fault
    try:
        words = likely(arguments, settings.flows)
    except (OSError, LookupError, FlowFaults) as fault:
        print(fault, file=sys.stderr)
        return 2
    models = models_of(settings)
    workers = min(arguments.workers, len(arguments.files))
    if arguments.into:
        arguments.into.mkdir(parents=True, exist_ok=True)
    told: list[Heard] = []
    # The pool is made first and ended last: after Ctrl-C its threads wait for ears that have ended.
    with (
        ThreadPoolExecutor(workers) as pool,
        Ears(recipes(models, workers), workers, Limits(nice=NICE)) as ears,
    ):
        with Bar("files", len(arguments.files)) as bar:
            for heard in in_order(pool, ears, arguments.files, arguments.language, words):
                told.append(heard)
                show(heard, arguments, bar)
                bar.step(heard.file.name)
    if arguments.form == "json" and not arguments.into:
        print(json.dumps([as_json(one) for one in told], indent=1, ensure_ascii=False))
    good = sum(isinstance(one.result, Transcript) for one in told)
    return 0 if good == len(told) else 1 if good else 2


def wrong_words(arguments: argparse.Namespace) -> str:
    if arguments.workers < 1:
        return "--workers: at least 1"
    if arguments.form in ("srt", "vtt") and len(arguments.files) > 1 and not arguments.into:
        return f"--{arguments.form} of several files needs --into FOLDER: subtitles belong to one file each"
    names = [file.stem for file in arguments.files]
    twice = sorted({name for name in names if names.count(name) > 1})
    if arguments.into and twice:
        return f"--into: {', '.join(twice)} would be written twice; give the files names of their own"
    return ""


def likely(arguments: argparse.Namespace, flows: Path) -> list[str]:
    """The words named and the service's own, likeliest first. Raises LookupError for a service that is none."""
    words = [word.strip() for word in arguments.words.split(",") if word.strip()]
    if not arguments.service:
        return words
    for folder in read_folders(flows):
        if folder.id == arguments.service:
            return list(words_of(folder.load(), arguments.language, words))
    raise LookupError(f"{arguments.service}: no such service in {flows}")


def in_order(
    pool: ThreadPoolExecutor, ears: Ears, files: list[Path], language: str, words: list[str]
) -> Iterator[Heard]:
    """Each file as soon as it and those before it are done. One engine that is off ends it for all of them."""
    waiting: list[tuple[Path, Future[Transcript | AudioFault]]] = [
        (file, pool.submit(listen, ears, file, language, words)) for file in files
    ]
    for file, future in waiting:
        yield Heard(file, future.result())


def listen(ears: Ears, file: Path, language: str, words: list[str]) -> Transcript | AudioFault:
    fault: AudioFault | None = None
    for _ in range(TRIES):
        try:
            return ears.transcribe(file, language, words)
        except EarsFault as problem:
            fault = problem
            if not problem.retryable:
                break
        except AudioFault as problem:
            return problem
    assert fault is not None
    return fault


def show(heard: Heard, arguments: argparse.Namespace, bar: Bar) -> None:
    if isinstance(heard.result, AudioFault):
        bar.say(f"{heard.file}: {heard.result}")
        return
    if arguments.into:
        suffix = {"text": "txt"}.get(arguments.form, arguments.form)
        path = arguments.into / f"{heard.file.stem}.{suffix}"
        path.write_text(written(heard, heard.result, arguments.form), encoding="utf-8")
    elif arguments.form != "json":
        bar.clear()
        print(written(heard, heard.result, arguments.form), end="", flush=True)


def written(heard: Heard, transcript: Transcript, form: str) -> str:
    match form:
        case "srt":
            return srt(transcript)
        case "vtt":
            return vtt(transcript)
        case "json":
            return json.dumps(as_json(heard), indent=1, ensure_ascii=False) + "\n"
    return "\n".join(lines(heard.file, transcript)) + "\n"


def as_json(heard: Heard) -> dict[str, object]:
    if isinstance(heard.result, AudioFault):
        fault = heard.result
        return {"file": str(heard.file), "fault": {"what": fault.what, "way_out": fault.way_out}}
    transcript = heard.result
    return {
        "file": str(heard.file),
        "text": transcript.text,
        "confidence": transcript.confidence,
        **json.loads(transcript.to_json()),
    }


def lines(file: Path, transcript: Transcript) -> Iterator[str]:
    """A head, then a line for each sentence: its time, its channel where there are two, ? where it is doubtful."""
    yield (
        f"# {file}: {transcript.seconds:.0f} s, {transcript.speech_seconds:.0f} s of speech; "
        f"by {transcript.engine}, confidence {transcript.confidence}"
    )
    both = len({segment.leg for segment in transcript.segments}) > 1
    for segment in transcript.segments:
        minutes, seconds = divmod(int(segment.start), 60)
        leg = f" {segment.leg + 1}:" if both else ""
        doubt = "?" if segment.label == LOW else " "
        yield f"{minutes:3}:{seconds:02}{leg} {doubt} {segment.text}"
