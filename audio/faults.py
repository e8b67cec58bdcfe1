"""What can be wrong with a sound, a model or a language, each told as the fault and the way out of it.

Every fault here is final: the same file with the same model fails the same way, so that nobody tries again.
They are plain enough to cross from a child process to its parent (pickle).
"""

from __future__ import annotations

__all__ = [
    "AudioFault",
    "Empty",
    "LanguageFault",
    "ModelFault",
    "NotAudio",
    "SoundFault",
    "TooLarge",
    "TooLong",
]


class AudioFault(Exception):
    """Something here cannot be used. ``what`` is the fault, ``way_out`` what a person can do about it."""

    def __init__(self, what: str, way_out: str) -> None:
        super().__init__(what, way_out)
        self.what = what
        self.way_out = way_out

    def __str__(self) -> str:
        return f"{self.what}: {self.way_out}"


class SoundFault(AudioFault):
    """A recording that cannot be heard. The file is kept: a person may still open it."""


class NotAudio(SoundFault):
    """No sound that we read: text, a playlist, a picture, a damaged or cut-off header."""


class Empty(SoundFault):
    """A sound file without a single sample, or no file at all."""


class TooLong(SoundFault):
    """More seconds than allowed."""


class TooLarge(SoundFault):
    """More bytes than allowed, or a header that asks for more memory than any recording needs."""


class ModelFault(AudioFault):
    """A speech model that is missing, damaged or not what it should be: writing down is off until it is mended."""


class LanguageFault(AudioFault):
    """A language that the engine does not know."""
