"""The program that reads a take (audio/take_process.py): one file, and the end. It writes none, and has limits of memory and time.

in    {"parent": pid, "words": "..."} and a line's end, then the file
out   {"seconds": 3.2, "level": -19.0, "flaws": [[code, what, way out], ...]} and a line's end, then the WAV
      or {"fault": ["NotAudio", what, way out]}
"""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import astuple

from audio.ears_child import confine, settle, told
from audio.faults import SoundFault
from audio.sound import read
from audio.taking import LIMITS, STUDIO_RATE, taken

CPU_SECONDS = 20
MEMORY = 512 * 1024 * 1024
NICE = 10


def main() -> None:
    """Reads, answers, ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # libraries print where they like, and are not heard
    source = sys.stdin.buffer
    hello = json.loads(source.readline() or "{}")
    if not hello:
        return
    settle(hello["parent"], NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    confine(MEMORY)
    try:
        made = taken(read(source.read(), LIMITS, STUDIO_RATE), hello["words"])
    except SoundFault as fault:
        answers.write(json.dumps({"fault": told(fault)}).encode() + b"\n")
    else:
        answer = {
            "seconds": made.seconds,
            "level": made.level,
            "flaws": [astuple(flaw) for flaw in made.flaws],
        }
        answers.write(json.dumps(answer).encode() + b"\n" + made.sound)
    answers.flush()


if __name__ == "__main__":
    main()
