"""The same Whisper base as a user would call it, and as the product does."""

from collections.abc import Callable
from pathlib import Path

from audio.engines.whisper import Whisper
from audio.models import EVERY_LANGUAGE, Models
from audio.sound import Sound
from audio.vocabulary import words_of
from bench.speech.sets import Clip
from bench.speech.telephone import RATE
from sessions.services import read_folders

ROOT = Path(__file__).resolve().parents[2]
SERVICE = "bicara131"  # the voicemails are measured as if they had been left there
PLAIN, GUARDED, OURS = "plain", "guarded", "ours"


def engines(at_once: int) -> dict[str, Callable[[Clip], str]]:
    """Name -> what hears a clip. One model in memory serves them all; ``at_once`` decodes side by side.

    plain: WhisperModel.transcribe(language=...), nothing else. guarded: with voice detection, without the context of the last
    window, and with two temperatures, which is what design notes asked for at first. ours: audio.engines.
    """
    whisper = _loaded(at_once)
    flow = next(folder for folder in read_folders(ROOT / "flows") if folder.id == SERVICE).load()

    def plain(clip: Clip) -> str:
        segments, _ = whisper.inner.transcribe(clip.samples, language=clip.language)
        return " ".join(segment.text for segment in segments)

    def guarded(clip: Clip) -> str:
        segments, _ = whisper.inner.transcribe(
            clip.samples,
            language=clip.language,
            beam_size=5,
            vad_filter=True,
            condition_on_previous_text=False,
            temperature=[0.0, 0.4],
        )
        return " ".join(segment.text for segment in segments)

    def ours(clip: Clip) -> str:
        words = words_of(flow, clip.language)
        return whisper.transcribe(Sound(RATE, (clip.samples,)), clip.language, words).text

    return {PLAIN: plain, GUARDED: guarded, OURS: ours}


def _loaded(at_once: int) -> Whisper:
    """Whisper base, joined and verified; its folder is kept between runs."""
    models = Models(ROOT / ".cache" / "models")
    place = next(place for place in models.places() if place.language == EVERY_LANGUAGE)
    return Whisper(models.verified(place), at_once)
