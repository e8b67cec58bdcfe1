"""Where a service's recordings stand, and which of them a machine made.

    AUDIO/prompts/SERVICE/LANGUAGE/STEP.wav     what callers hear
    AUDIO/prompts/SERVICE/recordings.json       "LANGUAGE/STEP": {sha256 of the file: [draft or take, sha256 of the words]}
    AUDIO/earlier/SERVICE/LANGUAGE/STEP/*.wav   a person's recordings that others took the place of, named by their sha256

A file is a draft as long as the list knows its very bytes as one. Every other file is a person's, wherever it
came from, and is never overwritten unasked. The list also tells which words a recording says: when the flow's
words have changed since, it is outdated.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from audio.faults import AudioFault
from audio.wanted import Wanted

MISSING, DRAFT, TAKE = "missing", "draft", "take"
LIST = "recordings.json"
MOST_EARLIER = 5  # of one prompt
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Busy(AudioFault):
    """Somebody else writes recordings now."""


@dataclass(frozen=True)
class State:
    """``made``: MISSING, DRAFT or TAKE. ``outdated``: it says other words than the flow does now."""

    made: str
    outdated: bool = False


@dataclass(frozen=True)
class Earlier:
    """A person's recording that another took the place of: its sha256, when that was (seconds since 1970), and whether it says
    other words than the flow does now.
    """

    digest: str
    at: float
    outdated: bool


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
        """Keep this recording in its place, whole or not at all. A person's that stood there can be brought back."""
        self._place(wanted, sound, [made, wanted.sha256])

    def _place(self, wanted: Wanted, sound: bytes, about: list[str] | None) -> None:
        """``about``: what the list says of it; None for what it knows nothing of."""
        path, digest = self.path(wanted), sha256(sound).hexdigest()
        before = self._known.get(wanted.key, {})
        there = path.read_bytes() if path.exists() else b""
        if there and there != sound and self.state(wanted).made == TAKE:
            self._keep_earlier(wanted, there)
        # The list is written first and still knows what is replaced: whenever we are cut off, it is right.
        held = {sha256(there).hexdigest(), *(one.digest for one in self.earlier(wanted))}
        kept = {old: known for old, known in before.items() if old in held}
        self._known[wanted.key] = {**kept, **({digest: about} if about else {})}
        _write(self._list, json.dumps(self._known, indent=1, sort_keys=True).encode() + b"\n")
        _write(path, sound)

    # --- what stood there before ---

    def _earlier_folder(self, wanted: Wanted) -> Path:
        return self.folder.parent.parent / "earlier" / self.folder.name / wanted.key

    def _keep_earlier(self, wanted: Wanted, sound: bytes) -> None:
        _write(self._earlier_folder(wanted) / f"{sha256(sound).hexdigest()}.wav", sound)
        for one in self.earlier(wanted)[MOST_EARLIER:]:
            self.earlier_path(wanted, one.digest).unlink(missing_ok=True)

    def earlier(self, wanted: Wanted) -> list[Earlier]:
        """Recordings of persons that others took the place of, the last one first."""
        files = [path for path in self._earlier_folder(wanted).glob("*.wav") if _DIGEST.fullmatch(path.stem)]
        times = sorted(((path.stat().st_mtime, path.stem) for path in files), reverse=True)
        known = self._known.get(wanted.key, {})
        return [
            Earlier(digest, at, known.get(digest, [TAKE, wanted.sha256])[1] != wanted.sha256)
            for at, digest in times
        ]

    def earlier_path(self, wanted: Wanted, digest: str) -> Path:
        """Where such a recording stands. Raises LookupError for what is none."""
        path = self._earlier_folder(wanted) / f"{digest}.wav"
        if not _DIGEST.fullmatch(digest) or not path.is_file():
            raise LookupError(f"{wanted.service}/{wanted.key}: there was no such recording before")
        return path

    def bring_back(self, wanted: Wanted, digest: str) -> None:
        """What stood there before stands there again, and what stands there now can be brought back. Raises LookupError."""
        path = self.earlier_path(wanted, digest)
        about = self._known.get(wanted.key, {}).get(digest)
        self._place(wanted, path.read_bytes(), about)
        path.unlink(missing_ok=True)  # the oldest may have made room for what stood there just now

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
