"""A take that comes over the console is from outside: it is read in a process of its own, with limits, that is gone afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from audio.ears_process import ENVIRONMENT, ROOT, as_fault
from audio.faults import NotAudio, TooLarge
from audio.levels import Flaw
from audio.taking import LIMITS, Taken

SECONDS = 30.0  # of the clock; one that is allowed takes less than one


def examined(data: bytes, words: str) -> Taken:
    """The take in these bytes. Raises SoundFault, also when reading it takes too long or ends that process."""
    if len(data) > LIMITS.bytes:
        raise TooLarge(
            f"the file has {len(data):,} bytes, more than {LIMITS.bytes:,}", "record less, or cut it"
        )
    hello = json.dumps({"parent": os.getpid(), "words": words}).encode() + b"\n"
    try:
        done = subprocess.run(
            [sys.executable, "-m", "audio.take_child"],
            cwd=ROOT,
            env=ENVIRONMENT,
            input=hello + data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotAudio("reading this file takes too long", "save it as WAV and send that") from None
    head, _, sound = done.stdout.partition(b"\n")
    if done.returncode or not head:
        raise NotAudio("this file cannot be read", "save it as WAV and send that")
    return _told(json.loads(head), sound)


def _told(answer: dict[str, Any], sound: bytes) -> Taken:
    if "fault" in answer:
        raise as_fault(answer["fault"])
    found = tuple(Flaw(*flaw) for flaw in answer["flaws"])
    return Taken(sound, answer["seconds"], answer["level"], found)
