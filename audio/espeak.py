"""Drafts of prompts by espeak-ng, until a person has recorded them.

Indonesian from espeak-ng is understood by those who know the words, and hard to follow at 8 kHz for others:
a draft is heard while a service is being built, not for good.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from audio.faults import AudioFault
from audio.samples import floats
from audio.sound import Sound

PROGRAM = Path(__file__).with_name("espeak_child.py")
VOICES = {"en": "en-us"}  # where the language's own name is not the voice that the carrier's sounds like


class VoiceFault(AudioFault):
    """espeak-ng is missing, or cannot say something."""


class Espeak:
    """A running espeak-ng. Made by `espeak()`, which ends it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._to, self._from = process.stdin, process.stdout
        self.stop = process.kill  # from another thread: whoever waits for a word is answered with VoiceFault

    def say(self, text: str, language: str) -> Sound:
        """The text in this language, at the library's own rate. Raises VoiceFault."""
        request = {"text": text, "voice": VOICES.get(language, language)}
        try:
            self._to.write(json.dumps(request).encode() + b"\n")
            self._to.flush()
            answer = json.loads(self._from.readline() or "{}")
        except (OSError, ValueError):
            answer = {}
        if not answer:
            raise VoiceFault("espeak-ng does not run here", "pip install -r requirements.txt, then try again")
        if "fault" in answer:
            raise VoiceFault(str(answer["fault"]), "record this prompt, there is no draft of it")
        made = self._from.read(answer["bytes"])
        return Sound(int(answer["rate"]), tuple(floats(np.frombuffer(made, dtype="<i2").reshape(1, -1), 1)))


@contextmanager
def espeak() -> Iterator[Espeak]:
    """One process for as many texts as one likes."""
    # -I: its own program alone, nothing of ours beside it and nothing from the environment.
    words = [sys.executable, "-I", str(PROGRAM)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield Espeak(process)
        finally:
            process.kill()
            with suppress(BrokenPipeError):
                process.communicate()
