"""What a check found, kept by content: the same files, recordings and program need no second walk.

One JSON file a result under .cache/check/, named by the hash of all that it depends on. A program folder that cannot be
written (production) simply keeps nothing. Nothing is ever wrong for being old: another content has another name.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".cache" / "check"
KEPT = 128  # results, and numbers beside them; the oldest go
# The program's own part in a result: whatever a finding can come from.
_CODE = (
    "engine",
    "indonesia",
    "audio",
    "sms",
    "desk",
    "commands",
    "sessions/publishing/coverage.py",
    "sessions/publishing/coverage_words.py",
    "sessions/publishing/overrides.py",
    "sessions/services.py",
    "sessions/desk/desk_acts.py",
    "sessions/desk/desk_rules.py",
)


@cache
def program() -> str:
    """The hash of the code that finds."""
    digest = sha256()
    for name in _CODE:
        path = ROOT / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def key(content: str, prompts: Path) -> str:
    """Of the hash of all files of a service and the recordings in this folder, as they stand now."""
    digest = sha256(f"{program()}\0{content}\0{prompts}".encode())
    for file in sorted(prompts.rglob("*")) if prompts.is_dir() else ():
        status = file.stat()
        digest.update(f"\0{file}\0{status.st_mtime_ns}\0{status.st_size}".encode())
    return digest.hexdigest()


def look_up(name: str, folder: Path = FOLDER) -> dict | None:
    """The result of this name; None when there is none that can be read."""
    try:
        found = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def keep(name: str, result: dict, folder: Path = FOLDER) -> None:
    """Remember a result, where this folder can be written."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{name}.{os.getpid()}"
        part.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
        part.replace(folder / f"{name}.json")
        for old in sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
