"""An engine that does what it is told to, loaded into real children: `maker="tests.audio.troublesome:make"`.

The first of its `words` says what happens; every other way of a child to misbehave is the kernel's own.
"""

import ctypes
import os
import sys
import time

from audio.choice import Choice
from audio.faults import ModelFault
from audio.transcript import Segment, Transcript

_leak = []


class Troublesome:
    name = "troublesome"
    model_sha256 = "0" * 64

    def transcribe(self, sound, language, words=()):
        words = list(words)
        if words and words[0] in WAYS:
            WAYS[words[0]](*words[1:])
        said = " ".join([*words, str(os.getpid()), str(round(sound.seconds, 1))])
        return Transcript(
            language, self.name, self.model_sha256, 1.0, sound.seconds, (Segment(0, 1, said, "high"),)
        )

    def chooser(self, language, phrases):
        return Picky(phrases)


class Picky:
    """Takes the first key, and tells how long the clip was; a key that is a way of misbehaving happens."""

    def __init__(self, phrases):
        self._phrases = phrases

    def choose(self, sound):
        key = next(iter(self._phrases))
        if key in WAYS:
            WAYS[key]()
        return Choice(key, sound.seconds, {key: 0.0})


def sleep():
    time.sleep(600)


def sleep_deaf():
    """With the interpreter's lock: no other thread of Python runs meanwhile."""
    ctypes.PyDLL(None).sleep(600)


def spin():
    while True:
        pass


def die():
    ctypes.string_at(0)  # a segmentation fault, as a library makes it


def leak(megabytes):
    _leak.append(bytearray(int(megabytes) << 20))


def grow():
    while True:
        leak(8)
        time.sleep(0.01)


def too_much():
    bytearray(1 << 40)


def secret(said):
    raise RuntimeError(said)


def babble():
    """Past the answers' lock, straight into the pipe."""
    os.write(max(int(fd) for fd in os.listdir("/proc/self/fd") if _is_pipe(fd)), b"no answer\n")
    sleep()


def write(path):
    with open(path, "w") as file:
        file.write("x")


WAYS = {
    "sleep": sleep, "sleep deaf": sleep_deaf, "spin": spin, "die": die, "leak": leak, "grow": grow,
    "too much": too_much, "secret": secret, "babble": babble, "write": write,
}  # fmt: skip


def _is_pipe(fd):
    try:
        return os.readlink(f"/proc/self/fd/{fd}").startswith("pipe:")
    except OSError:
        return False


def make(**_):
    return Troublesome()


def damaged(**_):
    raise ModelFault("model.bin is damaged", "install it again")


def crash_once(mark):
    """Ends its process at the first start; `mark` is where it remembers that."""
    if not os.path.exists(mark):
        open(mark, "w").close()
        sys.exit(3)
    return Troublesome()


def crash(**_):
    sys.exit(3)


def never_ready(**_):
    time.sleep(600)


def mute(**_):
    engine = Troublesome()
    engine.chooser = None
    return engine
