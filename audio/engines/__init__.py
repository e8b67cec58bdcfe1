"""Engines that write down speech, one module each, all behind the protocol below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from audio.models import Model
    from audio.sound import Sound
    from audio.transcript import Transcript


class Engine(Protocol):
    """A loaded model that listens. Loading takes a second or so, memory for as long as the object lives.

    One object may be used by several threads at once.
    """

    @property
    def name(self) -> str:
        """The engine, as kept with its transcripts: whisper, whisper+ (two models that vote), vosk."""
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


def load(model: Model, workers: int = 1) -> Engine:
    """The engine for a model that audio.models has verified. Raises ModelFault when it cannot be loaded.

    To be called in a process of its own: speech libraries keep what they once allocated, threads do not survive
    a fork, and a damaged model may end the process.
    """
    # Half a second of imports each, and a site may have only one of them.
    if model.second is not None:
        from audio.engines.duet import Duet

        return Duet(model, workers)
    if model.place.engine == "vosk":
        from audio.engines.vosk import Vosk

        return Vosk(model, workers)
    from audio.engines.whisper import Whisper

    return Whisper(model, workers)
