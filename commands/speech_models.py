"""The speech models of one installation, as its settings name them."""

from __future__ import annotations

from audio.models import Models
from settings import Settings


def models_of(settings: Settings) -> Models:
    return Models(
        settings.models, settings.speech_model_dir, settings.vosk_models, settings.speech_second_ear
    )
