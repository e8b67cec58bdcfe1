"""Where events wait while the database cannot be written: one synced file each, given back in order.

keep     O_EXCL temporary file, fsync, rename, fsync of the folder: when it returns, the event outlives a
power cut flush    gives each to the handler, oldest first, and removes it after; a crash in between gives
it twice, which the
         inbox key makes harmless
poison   an event that its handler refuses five times is put aside into ``poison/`` for a person to look
at
"""

import errno
import fcntl
import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.faults import NotStored, Unusable
from store.ids import new_id

TRIES = 5
KEEP_SECONDS = 2.0  # a disk that hangs in fsync must not hold the caller who waits for our answer
_HANGING = 32  # so many threads of a process may hang there; more are refused at once

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Flushed:
    """What one flush did: events handled, refused (and kept for another try), and put aside as poison."""

    handled: int = 0
    refused: int = 0
    poisoned: int = 0


class Spool:
    """The folder of waiting events. Files are named ``<ULID>.<failed tries>.json``."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder and tries it out. Raises Unusable when nothing can be kept there.

        Do not start without it.
        """
        self.folder = folder
        self.poison = folder / "poison"
        self._hanging = threading.Semaphore(_HANGING)
        try:
            self.poison.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_synced(folder / f".{new_id()}.trial", b"")
            for trial in folder.glob(".*.trial"):
                trial.unlink(missing_ok=True)
        except OSError as fault:
            raise Unusable(
                f"{folder}: events cannot be kept there when the database fails: {fault.strerror}. "
                "Way out: give the folder to the user that runs Sambung, and free some space"
            ) from fault

    def keep(self, event: Event, order: str = "") -> str:
        """Keeps an event, of JSON values, durably; gives its name.

        Events of one ``order`` (a call's Sid) stay in line.

        Raises OSError when it cannot be kept, or not within KEEP_SECONDS.
        """
        name = new_id()
        body = json.dumps({"order": order, "event": dict(event)}, ensure_ascii=True).encode()
        if not self._hanging.acquire(blocking=False):
            raise OSError(errno.ETIMEDOUT, "the disk hangs: too many events wait to be synced")
        done: list[OSError | None] = []

        def write() -> None:
            try:
                self._write(name, body)
                done.append(None)
            except OSError as fault:
                done.append(fault)
            finally:
                self._hanging.release()

        # A thread of its own: fsync cannot be interrupted. Kept late it is given back like any other.
        thread = threading.Thread(target=write, name="spool", daemon=True)
        thread.start()
        thread.join(KEEP_SECONDS)
        fault = (
            done[0] if done else OSError(errno.ETIMEDOUT, f"not on the disk after {KEEP_SECONDS:g} seconds")
        )
        if fault is not None:
            raise fault
        return name

    def _write(self, name: str, body: bytes) -> None:
        temporary = self.folder / f".{name}.part"
        try:
            _write_synced(temporary, body)
            os.rename(temporary, self.folder / f"{name}.0.json")
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(self.folder)

    def flush(self, handler: Callable[[dict[str, Any]], None]) -> Flushed:
        """Gives the events back, oldest first; one process at a time (a second one does nothing).

        When the handler raises NotStored or OSError the database is still away: the flush ends, and nobody is
        blamed. Any other exception counts against the event, and later ones of its order wait for the next
        flush.
        """
        lock = os.open(self.folder / ".flush", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return self._flush(handler)
        except OSError as fault:
            if fault.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return Flushed()
            raise
        finally:
            os.close(lock)

    def _flush(self, handler: Callable[[dict[str, Any]], None]) -> Flushed:
        handled = refused = poisoned = 0
        stopped: set[str] = set()
        for path in self._waiting():
            order, event = _read(path)
            if event is None:
                self._put_aside(path)
                poisoned += 1
                continue
            if order and order in stopped:
                continue
            try:
                handler(event)
            except (NotStored, OSError):
                break
            except Exception:
                stopped.add(order)
                if self._count_failure(path):
                    poisoned += 1
                else:
                    refused += 1
                continue
            path.unlink()
            handled += 1
        if handled or poisoned:
            _sync_folder(self.folder)
        return Flushed(handled, refused, poisoned)

    def count(self) -> int:
        """How many events wait."""
        return len(self._waiting())

    def poisoned(self) -> list[Path]:
        """The files put aside, oldest first; [] when there are none."""
        return sorted(self.poison.glob("*.json"))

    def give_back(self, name: str) -> bool:
        """An event that was put aside is taken again, from the first try. False when it is not there (any more)."""
        return self._deal_with(
            name, lambda path: path.rename(self.folder / f"{path.name.split('.')[0]}.0.json")
        )

    def forget(self, name: str) -> bool:
        """An event that was put aside is removed for good. False when it is not there (any more)."""
        return self._deal_with(name, Path.unlink)

    def _deal_with(self, name: str, deal: Callable[[Path], object]) -> bool:
        path = self.poison / f"{name}.json"
        if path not in self.poisoned():  # nor is anything outside the folder
            return False
        try:
            deal(path)
        except FileNotFoundError:
            return False
        _sync_folder(self.poison)
        _sync_folder(self.folder)
        return True

    def oldest_seconds(self, now: float | None = None) -> float | None:
        """How long the oldest event has been waiting; None when none waits. Over 60 s is an alarm.

        ``now`` is Unix time.
        """
        waiting = self._waiting()
        if not waiting:
            return None
        return max(0.0, (time.time() if now is None else now) - waiting[0].stat().st_mtime)

    def _waiting(self) -> list[Path]:
        # ULIDs sort by time.
        return sorted(path for path in self.folder.glob("*.json") if not path.name.startswith("."))

    def _count_failure(self, path: Path) -> bool:
        """Notes a failed try in the file's name; True when it was the last and the file is put aside."""
        name, tries, _ = path.name.split(".")
        if int(tries) + 1 >= TRIES:
            self._put_aside(path)
            return True
        path.rename(path.with_name(f"{name}.{int(tries) + 1}.json"))
        return False

    def _put_aside(self, path: Path) -> None:
        path.rename(self.poison / path.name)
        _sync_folder(self.poison)


def _read(path: Path) -> tuple[str, dict[str, Any] | None]:
    try:
        kept = json.loads(path.read_bytes())
        _, tries, _ = path.name.split(".")
        int(tries)
        return str(kept["order"]), dict(kept["event"])
    except (ValueError, KeyError, TypeError):
        # Not ours, or harmed by the disk.
        return "", None


def _write_synced(path: Path, body: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        view = memoryview(body)
        while view:
            view = view[os.write(file, view) :]
        os.fsync(file)
    finally:
        os.close(file)


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
