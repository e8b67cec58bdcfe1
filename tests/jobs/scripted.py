"""An engine that hears what a test wrote down: recordings of so many seconds hold that sentence.

Loaded into real children: ``Recipe("scripted", "tests.jobs.scripted:make", {"said": {"2": "halo"}})``. Said by
leg with |. Seconds that are not listed are silent. What stands in angle brackets happens to the child instead: <die>, <sleep>;
<unclear> is speech of which no words can be made.
"""

import os
import signal
import time

from audio.faults import ModelFault
from audio.transcript import Segment, Transcript, Word

WORD_SECONDS = 0.5


class Scripted:
    name = "scripted"
    model_sha256 = "5" * 64

    def __init__(self, said):
        self._said = said

    def transcribe(self, sound, language, words=()):
        said = self._said.get(str(round(sound.seconds)), "")
        if said == "<die>":
            os.kill(os.getpid(), signal.SIGKILL)
        if said == "<sleep>":
            time.sleep(600)
        if said == "<words>":
            said = " ".join(words)
        speech = 1.0 if said else 0.0
        if said == "<unclear>":
            said = ""
        legs = [each.strip() for each in said.split("|")][: len(sound.legs)]
        segments = [_segment(each, leg) for leg, each in enumerate(legs) if each]
        return Transcript(language, self.name, self.model_sha256, speech, sound.seconds, tuple(segments))


def _segment(said, leg):
    words = [
        Word(at * WORD_SECONDS, (at + 1) * WORD_SECONDS, word, 0.9) for at, word in enumerate(said.split())
    ]
    return Segment(0.0, len(words) * WORD_SECONDS, said, "medium", tuple(words), leg)


def make(said):
    return Scripted(said)


def damaged():
    raise ModelFault("model.bin is damaged", "install it again")


def crash():
    os._exit(3)
