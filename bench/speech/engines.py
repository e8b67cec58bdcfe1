"""The same Whisper base as a user would call it, and as the product does."""

from collections.abc import Callable
from pathlib import Path

from audio.engines import load
from audio.engines.whisper import Whisper
from audio.models import EVERY_LANGUAGE, Models
from audio.sound import Sound
from audio.vocabulary import words_of
from bench.speech.sets import LANGUAGES, Clip
from bench.speech.telephone import RATE
from sessions.services import read_folders

ROOT = Path(__file__).resolve().parents[2]
SERVICE = "bicara131"  # the voicemails are measured as if they had been left there
PLAIN, GUARDED, OURS = "plain", "guarded", "ours"


def engines(at_once: int) -> dict[str, Callable[[Clip], str]]:
    """Name -> what hears a clip, from models that are kept between runs; ``at_once`` decodes side by side.

    plain: WhisperModel.transcribe(language=...), nothing else. guarded: with voice detection, without the context of the last
    window, and with two temperatures, which is what design notes asked for at first. ours: audio.engines.
    """
    models = Models(ROOT / ".cache" / "models")
    # As the product loads them: for each language the engine of its place; the one for every other language is the plain model.
    loaded = {language: load(models.verified(models.place(language)), at_once) for language in LANGUAGES}
    whisper = Whisper(models.verified(models.place(EVERY_LANGUAGE)), at_once)
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
        return loaded[clip.language].transcribe(Sound(RATE, (clip.samples,)), clip.language, words).text

    return {PLAIN: plain, GUARDED: guarded, OURS: ours}
