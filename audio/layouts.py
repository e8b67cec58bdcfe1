"""Which files make a model of which engine, looked at before anything loads it.

What is not looked at here goes wrong worse later: without tokenizer.json faster-whisper asks the internet for
half a minute, and Kaldi may end the whole process over a half-written graph.
"""

from __future__ import annotations

import json
from pathlib import Path

__all__ = ["SUMS", "TWO_WHISPERS", "VOSK", "WHISPER", "WhatIsMissing", "files_of", "layout"]

WHISPER, VOSK = "whisper", "vosk"
TWO_WHISPERS = "whisper+"  # two models of Whisper that vote: audio/engines/duet.py

# Checksums of all other files, as `sha256sum` writes and checks them. Made when a model is installed.
SUMS = "SHA256SUMS"

# Alternatives stand together. CTranslate2 converters write one vocabulary or the other.
_WHISPER = (("model.bin",), ("config.json",), ("tokenizer.json",), ("vocabulary.txt", "vocabulary.json"))

# Vosk has two layouts (vosk-api, src/model.cc): in folders, and flat for older models.
_VOSK_NEW = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/phones/word_boundary.int")
_VOSK_OLD = ("final.mdl", "mfcc.conf", "word_boundary.int")
_IVECTOR = ("final.ie", "final.dubm", "final.mat", "global_cmvn.stats", "online_cmvn.conf", "splice.conf")


class WhatIsMissing(Exception):
    """Why a folder is no model, for people."""


def layout(folder: Path) -> str:
    """WHISPER or VOSK. Raises WhatIsMissing when neither is whole."""
    if (folder / "am" / "final.mdl").exists() or (folder / "conf").is_dir():
        _vosk(folder, _VOSK_NEW, folder / "graph")
        return VOSK
    if (folder / "final.mdl").exists():
        _vosk(folder, _VOSK_OLD, folder)
        return VOSK
    for names in _WHISPER:
        _one_of(folder, *names)
    _whisper_weights(folder)
    return WHISPER


def files_of(folder: Path) -> list[str]:
    """Every file below the folder by its path in it, sorted."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            found.append(path.relative_to(folder).as_posix())
    return sorted(found)


def _vosk(folder: Path, names: tuple[str, ...], graph: Path) -> None:
    for name in names:
        _one_of(folder, name)
    if (graph / "HCLG.fst").exists():
        _one_of(graph, "HCLG.fst")
        _one_of(graph, "words.txt")
    else:
        for name in ("HCLr.fst", "Gr.fst"):
            _one_of(graph, name)
    if (folder / "ivector").is_dir():
        for name in _IVECTOR:
            _one_of(folder / "ivector", name)


def _one_of(folder: Path, *names: str) -> None:
    """One of the files must be there with something in it."""
    there = [folder / name for name in names if (folder / name).is_file()]
    if not there:
        raise WhatIsMissing(f"{folder.name}/{' or '.join(names)} is missing")
    if not there[0].stat().st_size:
        raise WhatIsMissing(f"{folder.name}/{there[0].name} is empty")


def _whisper_weights(folder: Path) -> None:
    """CTranslate2 writes its version and the name of the kind of model first."""
    with open(folder / "model.bin", "rb") as file:
        if b"WhisperSpec" not in file.read(64):
            raise WhatIsMissing("model.bin is not Whisper in CTranslate2's form")
    for name in ("config.json", "tokenizer.json"):
        try:
            json.loads((folder / name).read_text(encoding="utf-8"))
        except ValueError:
            raise WhatIsMissing(f"{name} is damaged") from None
