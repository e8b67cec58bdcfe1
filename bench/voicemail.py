"""Eight voicemails written down, and what callers notice of it: python -m bench voicemail [--rounds 5] [--json].

Two decodes at a time beside one (the baseline: what a loop over the files would do), and the webhooks' answering time while
nothing is written down beside the same while it is. The sound is joined from ../shared/speech, which is measured and never copied.
"""

import csv
import os
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from audio.ears import Ears, Limits
from audio.loading import recipes
from audio.models import Models
from audio.sound import MULAW, Sound, read, wav_bytes
from bench import pool
from bench.servers import ROOT
from bench.table import table
from bench.webhooks import _ours, _say, folder_on_disk

SPEECH = Path(os.environ.get("SAMBUNG_SHARED", ROOT.parent / "shared")) / "speech"
MESSAGES, SECONDS = 8, 34
RATE = 8000
PER_SECOND = 100  # webhooks: a hundred times the busiest hour of the national tax line
ROUND_SECONDS = 8.0


def measure(rounds: int) -> dict:
    """Seconds for the messages by one and two decodes at a time; webhook milliseconds with and without."""
    if not (SPEECH / "id" / "transcripts.tsv").exists():
        return {"missing": str(SPEECH)}
    messages = list(_messages())
    with folder_on_disk() as folder, ExitStack() as stack:
        models = Models(folder / "models")
        found: dict = {"sound": sum(_seconds(each) for each in messages) / RATE}
        for workers in (1, 2):
            with _listening(models, workers, messages[0]) as write_down:
                walls = []
                for number in range(rounds):
                    walls.append(write_down(messages))
                    _say(f"{workers} at a time, round {number + 1}/{rounds}: {walls[-1]:.1f} s")
                found[f"wall_{workers}"] = walls
        side = stack.enter_context(_ours(folder))
        write_down = stack.enter_context(_listening(models, 2, messages[0]))
        found |= _webhooks(side.door, rounds, lambda: write_down(messages))
        found["load"] = os.getloadavg()[0]
    return found


def _messages() -> Iterator[bytes]:
    """A beep, sentences of the clips with pauses, and a line that hums on: 8 kHz mu-law."""
    with (SPEECH / "id" / "transcripts.tsv").open(encoding="utf-8", newline="") as listed:
        files = [row["file"] for row in csv.DictReader(listed, delimiter="\t", quoting=csv.QUOTE_NONE)]
    clips = iter([name for name in files if name.startswith("tel_")] * MESSAGES)
    chance = np.random.default_rng(1)
    for _ in range(MESSAGES):
        parts = [0.3 * np.sin(2 * np.pi * 1000 * np.arange(RATE // 2) / RATE).astype(np.float32)]
        while sum(map(len, parts)) < SECONDS * RATE:
            parts.append(read(SPEECH / "id" / next(clips), rate=RATE).legs[0])
            parts.append(_hum(chance, 0.6))
        yield wav_bytes(Sound(RATE, (np.concatenate([*parts, _hum(chance, 1.5)]),)), MULAW)


def _hum(chance: np.random.Generator, seconds: float) -> np.ndarray:
    return chance.normal(0, 0.001, int(seconds * RATE)).astype(np.float32)


def _seconds(message: bytes) -> int:
    return len(read(message, rate=RATE).legs[0])


@contextmanager
def _listening(models: Models, workers: int, first: bytes) -> Iterator[Callable[[list[bytes]], float]]:
    """A function that writes messages down with the product's own pool of engines, and gives the seconds it took."""
    with Ears(recipes(models, workers), workers, Limits()) as ears, ThreadPoolExecutor(workers) as threads:

        def write_down(messages: list[bytes]) -> float:
            begun = time.perf_counter()
            list(threads.map(lambda each: ears.transcribe(each, "id"), messages))
            return time.perf_counter() - begun

        write_down([first])  # the engine is warm as in a process that has been up for a while
        yield write_down


def _webhooks(door: pool.Door, rounds: int, listen: Callable[[], float]) -> dict:
    """p50 and p99 in milliseconds of rounds that alternate between quiet and listening."""
    found: dict = {"quiet": [], "listening": []}
    number = 1
    for _ in range(rounds):
        for mood in found:
            with ThreadPoolExecutor(1) as beside:
                busy = beside.submit(listen) if mood == "listening" else None
                took = _paced(door, number, ROUND_SECONDS)
                if busy is not None and busy.done():
                    _say("the messages were done before the round was over: its end was quiet")
            number += len(took)
            found[mood].append((_quantile(took, 0.5), _quantile(took, 0.99)))
            _say(f"webhooks, {mood}: p50 {found[mood][-1][0]:.1f} ms, p99 {found[mood][-1][1]:.1f} ms")
    return found


def _paced(door: pool.Door, first: int, seconds: float) -> list[float]:
    """Milliseconds of each webhook at a steady pace, counted from when it was due: who waits in line has waited too."""
    count = int(PER_SECOND * seconds)
    requests = [one for call in pool.calls(door, first, count // 2) for one in call]
    took = []
    with socket.create_connection(("127.0.0.1", door.port)) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begun = time.perf_counter()
        for n, request in enumerate(requests):
            due = begun + n / PER_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            wire.sendall(request.encode())
            _answer(wire)
            took.append((time.perf_counter() - due) * 1e3)
    return took


def _answer(wire: socket.socket) -> None:
    heard = b""
    while b"</Response>" not in heard:
        piece = wire.recv(65536)
        if not piece:
            raise ConnectionError(f"the server closed in the middle of an answer: {heard[:200]!r}")
        heard += piece


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def report(found: dict) -> str:
    if "missing" in found:
        return f"voicemail: not measured: there is no speech in {found['missing']}. Set SAMBUNG_SHARED to its parent folder"
    one, two = (statistics.median(found[f"wall_{workers}"]) for workers in (1, 2))
    quiet, listening = (
        [statistics.median(each[n] for each in found[mood]) for n in (0, 1)]
        for mood in ("quiet", "listening")
    )
    sound = f"{MESSAGES} messages, {found['sound']:.0f} s of sound"
    rows = [
        ("what, median of the rounds", "", "ratio"),
        (f"{sound}, one at a time", f"{one:.1f} s", ""),
        (f"{sound}, two at a time", f"{two:.1f} s", f"{one / two:.2f} times as fast"),
        (f"{PER_SECOND} webhooks a second, nothing written down", _milliseconds(quiet), ""),
        (
            f"{PER_SECOND} webhooks a second, while writing down",
            _milliseconds(listening),
            f"p99 {listening[1] / quiet[1]:.2f} times",
        ),
    ]
    return f"{table(rows)}\n\nload average {found['load']:.1f}"


def _milliseconds(quantiles: list[float]) -> str:
    return f"p50 {quantiles[0]:.1f} ms, p99 {quantiles[1]:.1f} ms"
