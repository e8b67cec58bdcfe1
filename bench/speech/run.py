"""The sets, the engines, and the table."""

import os
from dataclasses import asdict
from pathlib import Path

from bench.speech import scoring, sets
from bench.speech.sets import LANGUAGES, NOISE_DB, Clip
from bench.table import table

SINGLE, MESSAGES, NOISY = "sentences", "voicemails", f"voicemails, {NOISE_DB:g} dB noise"


def measure(guarded: bool = False, share: int = 1) -> dict:
    """{'missing': where the recordings should be} without them, else errors by language and set, and sounds taken for speech.

    ``guarded``: a third engine between the two, with voice detection alone. ``share``: every so-manieth clip only.
    """
    if not (sets.folder() / "id" / "transcripts.tsv").is_file():
        return {"missing": str(sets.folder())}
    from bench.speech.engines import GUARDED, engines  # half a second of imports, and a model

    at_once = os.cpu_count() or 1
    hearing = engines(at_once)
    if not guarded:
        del hearing[GUARDED]
    found: dict = {"sets": {}, "no speech": {}}
    for language in LANGUAGES:
        for name, clips in _sets(language).items():
            for engine, hear in hearing.items():
                result = scoring.score(f"{language}, {name}, {engine}", clips[::share], hear, at_once)
                found["sets"].setdefault(f"{language}, {name}", {})[engine] = asdict(result)
        quiet = [Clip(name, "", language, "", samples) for name, samples in sets.no_speech().items()]
        for engine, hear in hearing.items():
            heard = scoring.not_empty(f"{language}, no speech, {engine}", quiet[::share], hear, at_once)
            of = found["no speech"].setdefault(language, {"sounds": len(quiet[::share]), "heard": {}})
            of["heard"][engine] = heard
    return found


def _sets(language: str) -> dict[str, list[Clip]]:
    spoken = sets.sentences(language, _read)
    messages = list(sets.voicemails(spoken))
    return {
        SINGLE: sets.telephoned(spoken),
        MESSAGES: sets.telephoned(messages),
        NOISY: sets.telephoned(messages, NOISE_DB),
    }


def _read(file: Path) -> sets.Samples:
    from audio.sound import read

    return read(file).legs[0]


def report(found: dict) -> str:
    """The table for people."""
    if "missing" in found:
        return f"speech: no recordings at {found['missing']}; set SAMBUNG_SHARED to the folder that holds speech/"
    names = list(next(iter(found["sets"].values())))
    head = (
        "word error rate, 8 kHz mu-law",
        "clips' words",
        *names,
        "ours / plain",
        *(f"{n} s/s" for n in names),
    )
    rows: list[tuple[str, ...]] = [head]
    for name, of in found["sets"].items():
        results = {engine: scoring.Result(**fields) for engine, fields in of.items()}
        ratio = results["ours"].errors / max(results["plain"].errors, 1)
        rows.append(
            (
                name,
                str(results["ours"].words),
                *(f"{result.rate:.1f} %" for result in results.values()),
                f"{ratio:.2f}",
                *(f"{result.seconds / result.sound:.3f}" for result in results.values()),
            )
        )
    told = [table(rows), "", "s/s: seconds of one processor for a second of recording."]
    for language, of in found["no speech"].items():
        for engine, heard in of["heard"].items():
            told.append(f"{language}, {of['sounds']} sounds without speech, {engine}: {len(heard)} not empty")
    return "\n".join(told)
