"""Where speech models stand, and whether they are whole.

A model is a folder. Whisper base comes in the halves of two packages (audio/packaged.py) and is joined into INSTANCE/models; for
English a second one is heard beside it, where it lies in its package. Others are installed there (commands/models.py) or named
by the settings. Each is checked before anything loads it, at every start: bytes overwritten on the disk load without complaint
and give garbage for words.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from audio.faults import ModelFault
from audio.layouts import SUMS, TWO_WHISPERS, VOSK, WHISPER, WhatIsMissing, files_of, layout
from audio.packaged import BASE, TINY, sha256_of

__all__ = ["EVERY_LANGUAGE", "Model", "Models", "Place", "verify_sums"]

EVERY_LANGUAGE = "*"


@dataclass(frozen=True)
class Place:
    """Where a model should stand. ``language`` is a code, or "*" for every language without one of its own."""

    engine: str
    language: str
    folder: Path
    origin: str  # for people: SPEECH_MODEL_DIR, VOSK_MODELS, installed, from its packages


@dataclass(frozen=True)
class Model:
    """A model that is whole. ``sha256`` names it in transcripts: of model.bin, or of all files of a Vosk model.

    ``checked`` says whether every file was compared with a known checksum, or only looked for. ``second``: the folder of another
    that listens beside it; ``sha256`` is then of both names.
    """

    place: Place
    sha256: str
    checked: bool
    second: Path | None = None


class Models:
    """The models of one installation: ``folder`` is INSTANCE/models, the rest as the settings name it."""

    def __init__(
        self,
        folder: Path,
        speech_model_dir: Path | None = None,
        vosk_models: Iterable[tuple[str, Path]] = (),
        second_ear: bool = True,
    ) -> None:
        self.folder = folder.resolve()
        self._whisper = speech_model_dir
        # The second model is weaker than most that a site would bring: it votes beside Whisper base alone.
        self._second_ear = second_ear and speech_model_dir is None
        self._vosk = tuple(vosk_models)

    def places(self) -> list[Place]:
        """Every model that is named or installed; of two for one language the first is used."""
        named = [Place(VOSK, language, folder.resolve(), "VOSK_MODELS") for language, folder in self._vosk]
        default = (
            Place(WHISPER, EVERY_LANGUAGE, self._whisper.resolve(), "SPEECH_MODEL_DIR")
            if self._whisper
            else Place(WHISPER, EVERY_LANGUAGE, self.folder / BASE.name, "joined from its packages")
        )
        second = [Place(TWO_WHISPERS, "en", default.folder, f"with {TINY.name}")] if self._second_ear else []
        return [*named, *self._installed(), *second, default]

    def place(self, language: str) -> Place:
        """The model that writes down this language."""
        return next(place for place in self.places() if place.language in (language, EVERY_LANGUAGE))

    def verified(self, place: Place) -> Model:
        """The model, checked file by file; Whisper base is joined first when it is not there. Raises ModelFault."""
        if place.folder == self.folder / BASE.name:
            return self._base(place)
        if not place.folder.is_dir():
            raise ModelFault(
                f"{place.folder} is not a folder", f"correct {place.origin}, or install the model"
            )
        try:
            found = layout(place.folder)
        except WhatIsMissing as missing:
            raise ModelFault(
                f"{place.folder} is no speech model: {missing}", "unpack or install it again"
            ) from None
        if found != place.engine:
            raise ModelFault(
                f"{place.folder} holds a model for {found}", f"{place.engine} needs one of its own"
            )
        checked = verify_sums(place.folder)
        return Model(place, _name_of(place), checked)

    def rejoin(self) -> None:
        """Joins Whisper base anew in place of what stands there. Raises ModelFault."""
        shutil.rmtree(self.folder / BASE.name, ignore_errors=True)
        BASE.join(self.folder / BASE.name)

    def _base(self, place: Place) -> Model:
        if not place.folder.exists():
            BASE.join(place.folder)
        BASE.check(place.folder, "join it anew: python app.py models verify --rejoin")
        if place.engine != TWO_WHISPERS:
            return Model(place, BASE.sha256, checked=True)
        both = hashlib.sha256(f"{BASE.sha256}{TINY.sha256}".encode()).hexdigest()
        return Model(place, both, checked=True, second=TINY.whole())

    def _installed(self) -> list[Place]:
        """Folders ENGINE-LANGUAGE below INSTANCE/models."""
        found = []
        for engine in (VOSK, WHISPER):
            for folder in sorted(self.folder.glob(f"{engine}-*")):
                language = folder.name.removeprefix(f"{engine}-")
                if len(language) in (2, 3) and folder.is_dir():
                    found.append(Place(engine, language, folder, "installed"))
        return found


def verify_sums(folder: Path) -> bool:
    """Compares every file with the folder's SHA256SUMS; False when there is none. Raises ModelFault."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    except (OSError, UnicodeDecodeError):
        raise ModelFault(f"{folder / SUMS} cannot be read", "install the model again") from None
    expected = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = {name: sha256_of(folder / name) for name in files_of(folder) if name != SUMS}
    wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if wrong:
        raise ModelFault(
            f"{folder} is damaged: {', '.join(wrong[:3])} {'is' if len(wrong) == 1 else 'are'} not what was "
            "installed",
            "install the model again",
        )
    return True


def _name_of(place: Place) -> str:
    if place.engine == WHISPER:
        return sha256_of(place.folder / "model.bin")
    names = [name for name in files_of(place.folder) if name != SUMS]
    return hashlib.sha256(
        "".join(f"{sha256_of(place.folder / name)}  {name}\n" for name in names).encode()
    ).hexdigest()
