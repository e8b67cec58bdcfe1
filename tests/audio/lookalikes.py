"""Models and archives that look real, and hold nothing."""

import io
import tarfile
import zipfile
from pathlib import Path


def whisper_like(folder: Path) -> Path:
    """The least that looks like a Whisper model."""
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"\x06\0\0\0\x0c\0WhisperSpec\0" + bytes(100))
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (folder / name).write_text("{}")
    return folder


def vosk_like(folder: Path) -> Path:
    for name in (
        "am/final.mdl",
        "conf/mfcc.conf",
        "conf/model.conf",
        "graph/HCLr.fst",
        "graph/Gr.fst",
        "graph/phones/word_boundary.int",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"the contents of {name}\n")
    return folder


def tarred(folder: Path, name: str = "vosk-model-small-xx-0.1", mode: str = "w:gz") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as together:
        together.add(folder, name)
    return file.getvalue()


def zipped(folder: Path, name: str = "vosk-model-small-xx-0.1") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as together:
        for path in sorted(folder.rglob("*")):
            together.write(path, f"{name}/{path.relative_to(folder)}")
    return file.getvalue()
