"""Where a service's recordings stand, and which of them a machine made.

    AUDIO/prompts/SERVICE/LANGUAGE/STEP.wav     what callers hear
    AUDIO/prompts/SERVICE/recordings.json       "LANGUAGE/STEP": {sha256 of the file: [draft or take, sha256 of the words]}

A file is a draft as long as the list knows its very bytes as one. Every other file is a person's, wherever it
came from, and is never overwritten unasked. The list also tells which words a recording says: when the flow's
words have changed since, it is outdated.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from audio.faults import AudioFault
from audio.wanted import Wanted

MISSING, DRAFT, TAKE = "missing", "draft", "take"
LIST = "recordings.json"


class Busy(AudioFault):
    """Somebody else writes recordings now."""


@dataclass(frozen=True)
class State:
    """``made``: MISSING, DRAFT or TAKE. ``outdated``: it says other words than the flow does now."""

    made: str
    outdated: bool = False


class Shelf:
    """The recordings of one service. Raises OSError where files cannot be read or written."""

    def __init__(self, prompts: Path, service: str) -> None:
        self.folder = prompts / service
        self._list = self.folder / LIST
        self._known: dict[str, dict[str, list[str]]] = self._read_list()

    def _read_list(self) -> dict[str, dict[str, list[str]]]:
        try:
            listed = json.loads(self._list.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}  # a damaged list makes every file a person's: nothing is lost by that
        return listed if isinstance(listed, dict) else {}

    def path(self, wanted: Wanted) -> Path:
        return self.folder / f"{wanted.key}.wav"

    def state(self, wanted: Wanted) -> State:
        try:
            sound = self.path(wanted).read_bytes()
        except FileNotFoundError:
            return State(MISSING)
        known = self._known.get(wanted.key, {}).get(sha256(sound).hexdigest())
        if known is None:
            return State(TAKE)
        made, words = known
        return State(made, outdated=words != wanted.sha256)

    def strays(self, all_wanted: list[Wanted]) -> list[Path]:
        """Recordings that no step plays: renamed, or the words hold a value now."""
        played = {self.path(one) for one in all_wanted}
        return sorted(path for path in self.folder.rglob("*.wav") if path not in played)

    def put(self, wanted: Wanted, sound: bytes, made: str) -> None:
        """Keep this recording in its place, whole or not at all."""
        path, digest = self.path(wanted), sha256(sound).hexdigest()
        before = self._known.get(wanted.key, {})
        there = sha256(path.read_bytes()).hexdigest() if path.exists() else ""
        # The list is written first and still knows what is replaced: whenever we are cut off, it is right.
        kept = {old: known for old, known in before.items() if old == there}
        self._known[wanted.key] = {**kept, digest: [made, wanted.sha256]}
        _write(self._list, json.dumps(self._known, indent=1, sort_keys=True).encode() + b"\n")
        _write(path, sound)

    def remove_draft(self, wanted: Wanted) -> bool:
        """Takes a draft away, so that the carrier's voice speaks. A person's recording stays: False."""
        if self.state(wanted).made != DRAFT:
            return False
        self.path(wanted).unlink()
        return True


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def alone(prompts: Path) -> Iterator[None]:
    """Nobody else writes recordings meanwhile. Raises Busy."""
    prompts.mkdir(parents=True, exist_ok=True)
    with open(prompts / ".writing", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"another `prompts` writes into {prompts}", "wait for its end") from None
        yield
