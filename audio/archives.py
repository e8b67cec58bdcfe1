"""Installs a speech model from an archive: unpacked without trust, looked through, summed, put in its place at once.

An archive comes from a site or a colleague's stick. Nothing of it may land outside its folder, nothing may be a
link or a device, and however small it is, it may not fill the disk.
"""

from __future__ import annotations

import gzip
import lzma
import os
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from audio.faults import ModelFault
from audio.layouts import SUMS, WhatIsMissing, files_of, layout
from audio.models import Place
from audio.packaged import sha256_of, sweep

__all__ = ["MOST_BYTES", "Packed", "install", "opened"]

MOST_BYTES = 8 * 1024**3  # the largest models that Vosk's site has are some four gigabytes unpacked
MOST_FILES = 10_000
_PIECE = 1024 * 1024

# What the standard library raises over archives and their compressions; RuntimeError for a zip with a password.
_DAMAGED = (
    tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError,
    EOFError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
_ANOTHER = "get the archive again, from where the model is published"


@dataclass(frozen=True)
class Packed:
    """One file of an archive: where it belongs, what the archive says of its size, and how to read it."""

    path: PurePosixPath
    size: int
    open: Callable[[], IO[bytes]]


def install(
    archive: Path,
    language: str,
    folder: Path,
    step: Callable[[int], None] = lambda _: None,
    most_bytes: int = MOST_BYTES,
) -> Place:
    """Unpacks a Vosk or Whisper (CTranslate2) model into ``folder``/ENGINE-LANGUAGE, in place of one that is there.

    ``step`` is told the bytes written, again and again. Raises ModelFault, and then nothing has changed.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sweep(folder)
        with tempfile.TemporaryDirectory(prefix=".install.", dir=folder) as beside:
            unpacked = Path(beside) / "model"
            with opened(archive) as packed:
                _unpack(_checked(packed, most_bytes), unpacked, step)
            engine, model = _found(unpacked)
            _write_sums(model)
            target = folder / f"{engine}-{language}"
            _replace(model, target, Path(beside) / "old")
    except OSError as problem:
        raise ModelFault(
            f"the model cannot be written ({problem.strerror})", f"see to room and rights of {folder}"
        ) from None
    return Place(engine, language, target, "installed")


@contextmanager
def opened(archive: Path) -> Iterator[list[Packed]]:
    """The files of a tar (plain, gz, bz2, xz) or zip. Raises ModelFault when it is neither, or damaged."""
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as together:
                yield list(_zipped(together))
        else:
            with tarfile.open(archive) as together:
                yield list(_tarred(together))
    except _DAMAGED as problem:
        raise ModelFault(f"{archive} is no whole tar or zip archive ({problem})", _ANOTHER) from None
    except FileNotFoundError:
        raise ModelFault(f"{archive} is not there", "check the path") from None


def _zipped(together: zipfile.ZipFile) -> Iterator[Packed]:
    for entry in together.infolist():
        kind = entry.external_attr >> 28  # the file type of Unix's mode; 0 when made elsewhere
        if kind not in (0, 0o4, 0o10):
            raise ModelFault(f"{entry.filename!r} in the archive is a link or a device", _ANOTHER)
        if not entry.is_dir():
            yield Packed(PurePosixPath(entry.filename), entry.file_size, partial(together.open, entry))


def _tarred(together: tarfile.TarFile) -> Iterator[Packed]:
    for count, entry in enumerate(together):
        if count > MOST_FILES:
            raise ModelFault("the archive holds more files than any model", _ANOTHER)
        if not (entry.isfile() or entry.isdir()):
            raise ModelFault(f"{entry.name!r} in the archive is a link or a device", _ANOTHER)
        if entry.isfile():
            yield Packed(PurePosixPath(entry.name), entry.size, partial(_stream, together, entry))


def _stream(together: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    stream = together.extractfile(entry)
    assert stream is not None  # a plain file: _tarred gives no others
    return stream


def _checked(packed: list[Packed], most_bytes: int) -> list[Packed]:
    """The same files, all of them inside one folder and none too many. Raises ModelFault before any is written."""
    seen = set()
    for each in packed:
        name = str(each.path)
        if (
            each.path.is_absolute()
            or ".." in each.path.parts
            or "\\" in name
            or "\0" in name
            or not each.path.parts
        ):
            raise ModelFault(f"{name!r} in the archive leads out of its folder", _ANOTHER)
        if each.path in seen:
            raise ModelFault(f"{name!r} is in the archive twice", _ANOTHER)
        seen.add(each.path)
    total = sum(each.size for each in packed)
    if len(packed) > MOST_FILES or total > most_bytes:
        raise ModelFault(
            f"the archive holds {len(packed):,} files of {total:,} bytes, more than {most_bytes:,}",
            "check what it is",
        )
    return packed


def _unpack(packed: list[Packed], folder: Path, step: Callable[[int], None]) -> None:
    """Writes the files. No entry gives more than it claims: zipfile and tarfile stop there, and _checked added up."""
    folder.mkdir()
    for each in packed:
        target = folder / each.path
        target.parent.mkdir(parents=True, exist_ok=True)
        with each.open() as source, open(target, "xb") as file:
            while piece := source.read(_PIECE):
                file.write(piece)
                step(len(piece))
            file.flush()
            os.fsync(file.fileno())


def _found(folder: Path) -> tuple[str, Path]:
    """Engine and folder of the model: most archives hold it in a folder of its own."""
    inside = folder
    while len(children := list(inside.iterdir())) == 1 and children[0].is_dir():
        inside = children[0]
    try:
        return layout(inside), inside
    except WhatIsMissing as missing:
        raise ModelFault(
            f"the archive holds no model: {missing}", "a Vosk model, or a Whisper model in CTranslate2's form"
        ) from None


def _write_sums(folder: Path) -> None:
    """What stands here now, for every later start to compare with."""
    lines = [f"{sha256_of(folder / name)}  {name}\n" for name in files_of(folder) if name != SUMS]
    with open(folder / SUMS, "w", encoding="utf-8") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def _replace(model: Path, target: Path, old: Path) -> None:
    """The new model in the target's place; the old one comes back when that fails."""
    if target.exists():
        target.rename(old)
    try:
        model.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
