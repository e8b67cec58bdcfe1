"""Which engine listens to a language, and how its child process loads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from audio.ears_process import Recipe
from audio.layouts import TWO_WHISPERS, WHISPER
from audio.models import EVERY_LANGUAGE, Models, Place

if TYPE_CHECKING:
    from audio.engines import Engine


def recipes(models: Models, workers: int) -> Callable[[str], Recipe]:
    """What Ears needs: a recipe for each language, of the models of this installation as they are named now."""

    def recipe(language: str) -> Recipe:
        place = models.place(language)
        everywhere = place.language == EVERY_LANGUAGE
        return Recipe(
            name=place.engine if everywhere else f"{place.engine}-{place.language}",
            maker="audio.loading:load",
            arguments={
                "models": str(models.folder), "engine": place.engine, "language": place.language,
                "folder": str(place.folder), "origin": place.origin, "workers": workers,
            },
            language=place.language if not everywhere else "id" if language == EVERY_LANGUAGE else language,
            chooses=place.engine == WHISPER,
            # A choice is weighed on the model it was measured with, which listens to the other languages.
            choices_by=EVERY_LANGUAGE if place.engine == TWO_WHISPERS else "",
        )  # fmt: skip

    return recipe


def load(models: str, engine: str, language: str, folder: str, origin: str, workers: int) -> Engine:
    """In the child: the model, verified file by file, and its engine. Raises ModelFault."""
    model = Models(Path(models)).verified(Place(engine, language, Path(folder), origin))
    from audio.engines import load as loaded

    return loaded(model, workers)
