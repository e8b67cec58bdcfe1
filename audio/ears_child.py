"""The program that listens: one engine in a process of its own, run by audio/ears.py.

What it reads comes from strangers and goes through large native libraries. So it has limits of its own, no
secrets in its environment, may write no file once its model is loaded, and knows no way out but two pipes:

    in    {"maker": "module:function", "arguments": {...}, "language": "id", "workers": 2, "limits": {...},
           "parent": pid}   once
          {"id": 7, "language": "id", "words": [...], "path": "/..."}, or "bytes": n and then n bytes;
          with "phrases": {"1": [...]} only which of them was said is asked, and that waits for no transcript
    out   {"ready": "whisper"}, or {"fault": ["ModelFault", what, way out]} and the end
          {"id": 7, "seconds": 35.2}       the recording is read, listening begins
          {"id": 7, "transcript": "..."}, {"id": 7, "choice": "..."}, {"id": 7, "fault": [...]}
          or {"id": 7, "failed": "RuntimeError"}

Of an unforeseen exception its name alone is told: its text may hold what somebody said. When the pipe from
the parent ends, this process ends at once, in the middle of a word.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import queue
import resource
import signal
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from audio.faults import AudioFault, LanguageFault

if TYPE_CHECKING:
    from audio.choice import Choice
    from audio.choices import Chooser
    from audio.engines import Engine
    from audio.transcript import Transcript

PR_SET_PDEATHSIG = 1
READING_SECONDS = 20  # processor time for reading the longest recording that is allowed
CHOICE_SECONDS = 30.0  # of a recording with a choice in it: a few are expected
MOST_MENUS = 200  # whose phrases are kept weighed
WARMTH_SECONDS = 2  # of silence and noise, heard before the first real recording


class Child:
    """The engine, its workers, and the one pipe they answer by."""

    def __init__(self, hello: dict[str, Any], answers: BinaryIO) -> None:
        self._limits = hello["limits"]
        self._language = hello["language"]
        self._answers = answers
        self._writing = threading.Lock()
        self._jobs: queue.SimpleQueue[tuple[dict[str, Any], bytes | None]] = queue.SimpleQueue()
        self._allowed: dict[int, float] = {}  # seconds of processor time for each recording in work
        module, function = hello["maker"].split(":")
        self._engine: Engine = getattr(importlib.import_module(module), function)(**hello["arguments"])
        self._choices: queue.SimpleQueue[tuple[dict[str, Any], bytes | None]] = queue.SimpleQueue()
        self._choosers: OrderedDict[str, Any] = OrderedDict()  # a menu's phrases, weighed
        for jobs in (*[self._jobs] * hello["workers"], self._choices):
            threading.Thread(target=self._listen, args=(jobs,), daemon=True).start()

    def warm_up(self) -> None:
        """The first recording takes half a second more than the others: that is spent now."""
        import numpy as np

        from audio.sound import RATE, Sound

        noise = np.random.default_rng(1).normal(0, 0.01, WARMTH_SECONDS * RATE).astype(np.float32)
        with suppress(LanguageFault):  # that is the fault of whoever asked for it, not of the engine
            self._engine.transcribe(Sound(RATE, (noise,)), self._language)
        self.answer({"ready": self._engine.name})

    def answer(self, message: dict[str, Any]) -> None:
        line = json.dumps(message, ensure_ascii=False).encode() + b"\n"
        with self._writing:
            self._answers.write(line)
            self._answers.flush()

    def take(self, job: dict[str, Any], sound: bytes | None) -> None:
        self._allow(job["id"], READING_SECONDS)
        (self._choices if "phrases" in job else self._jobs).put((job, sound))

    def _listen(self, jobs: queue.SimpleQueue[tuple[dict[str, Any], bytes | None]]) -> None:
        while True:
            job, sound = jobs.get()
            self.answer({"id": job["id"], **self._heard(job, sound)})
            self._allow(job["id"], None)
            del job, sound  # not kept while we wait for the next one

    def _heard(self, job: dict[str, Any], sound: bytes | None) -> dict[str, Any]:
        try:
            if "phrases" in job:
                return {"choice": self._choice(job, sound or b"").to_json()}
            return {"transcript": self._transcript(job, job["path"] if sound is None else sound).to_json()}
        except AudioFault as fault:
            return {"fault": told(fault)}
        except Exception as fault:
            return {"failed": type(fault).__name__}

    def _transcript(self, job: dict[str, Any], source: str | bytes) -> Transcript:
        from audio.sound import Limits, read

        limits = Limits(self._limits["sound_seconds"], self._limits["sound_bytes"])
        sound = read(source if isinstance(source, bytes) else Path(source), limits)
        allowed = self._limits["cpu_base"] + self._limits["cpu_factor"] * sound.seconds * len(sound.legs)
        self._allow(job["id"], allowed)
        self.answer({"id": job["id"], "seconds": sound.seconds})
        words: Sequence[str] = job["words"]
        return self._engine.transcribe(sound, job["language"], words)

    def _choice(self, job: dict[str, Any], clip: bytes) -> Choice:
        from audio.sound import Limits, read

        sound = read(clip, Limits(CHOICE_SECONDS, self._limits["sound_bytes"]))
        return self._chooser(job["language"], job["phrases"]).choose(sound)

    def _chooser(self, language: str, phrases: dict[str, list[str]]) -> Chooser:
        """Made once for each menu: weighing its phrases takes as long as a choice."""
        make = getattr(self._engine, "chooser", None)
        if make is None:
            raise LanguageFault(f"{self._engine.name} hears no choices in {language!r}", "a key")
        name = json.dumps([language, phrases])
        chooser: Chooser = self._choosers.pop(name, None) or make(language, phrases)
        self._choosers[name] = chooser
        if len(self._choosers) > MOST_MENUS:
            self._choosers.popitem(last=False)
        return chooser

    def _allow(self, job: int, seconds: float | None) -> None:
        """So much processor time for this recording; None: it is done. The kernel ends us beyond the sum."""
        with self._writing:
            self._allowed.pop(job, None)
            if seconds is not None:
                self._allowed[job] = seconds
            _, most = resource.getrlimit(resource.RLIMIT_CPU)
            left = sum(self._allowed.values()) or READING_SECONDS
            resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + left) + 1, most))


def told(fault: AudioFault) -> list[str]:
    return [type(fault).__name__, fault.what, fault.way_out]


def settle(parent: int, nice: int) -> None:
    """Die with the parent, give way to the webhooks, leave no core of somebody's voice on the disk."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches us too; the parent decides
    os.nice(nice)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def confine(memory: int) -> None:
    """From here on: no file is written, and no more than ``memory`` bytes beside what the model takes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with open("/proc/self/statm") as file:
        space = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (space + memory, space + memory))


def main() -> None:
    # The pipe to the parent is ours alone: libraries print where they like, and are not heard.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    jobs = sys.stdin.buffer
    hello = json.loads(jobs.readline() or "{}")
    if not hello:
        return
    settle(hello["parent"], hello["limits"]["nice"])
    try:
        child = Child(hello, answers)
        child.warm_up()
    except AudioFault as fault:
        answers.write(json.dumps({"fault": told(fault)}).encode() + b"\n")
        answers.flush()
        return
    confine(hello["limits"]["more_memory"])
    for line in jobs:
        job = json.loads(line)
        child.take(job, jobs.read(job["bytes"]) if "bytes" in job else None)
    os._exit(0)  # without waiting for whoever still listens


if __name__ == "__main__":
    main()
