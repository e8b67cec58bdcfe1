"""Engines that write down speech, one module each, all behind the protocol below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from audio.sound import Sound
    from audio.transcript import Transcript


class Engine(Protocol):
    """A loaded model that listens. Loading takes a second or so, memory for as long as the object lives.

    One object may be used by several threads at once.
    """

    @property
    def name(self) -> str:
        """The engine, as kept with its transcripts: whisper, vosk."""
        ...

    @property
    def model_sha256(self) -> str:
        """Which model this is: the sha256 that audio.models found when it verified the directory."""
        ...

    def transcribe(self, sound: Sound, language: str, words: Sequence[str] = ()) -> Transcript:
        """What was said, legs apart and merged by time.

        ``language`` is a two- or three-letter code (id, en, ko) and is never guessed: automatic detection was
        wrong on every third short Indonesian clip. ``words`` are names and terms of the service, likeliest
        first; an engine without such a thing ignores them. Nothing said gives no segments.

        Raises LanguageFault for a language that the model does not have.
        """
        ...
