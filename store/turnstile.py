"""One writer at a time among processes, in turn.

SQLite's own lock is unfair: those who wait sleep in growing steps, and of two busy writers one can get 0-1 %
of the commits. Two ``flock``s on side files mend that: whoever waits for the second holds the first, so the
one who has just written cannot slip in again before him. A dead process's locks are gone with it; nothing
needs cleaning up.
"""

import errno
import fcntl
import os
import time
from pathlib import Path

from store.faults import Busy, NotStored

# How long a waiter sleeps between two looks. flock has no time limit of its own, and a writer that hangs must
# not hang the rest.
_LOOK_AGAIN = 0.0003


class Turnstile:
    """The lock files beside one database: ``NAME-gate`` and ``NAME-lock``."""

    def __init__(self, database: Path) -> None:
        """Raises OSError when the files can be neither opened nor made."""
        self._database = database
        self._gate = _open(database.with_name(database.name + "-gate"))
        self._lock = _open(database.with_name(database.name + "-lock"))

    def enter(self, seconds: float) -> None:
        """Waits for our turn to write.

        Raises Busy after ``seconds``, NotStored when locks do not work here.
        """
        deadline = time.monotonic() + seconds
        self._take(self._gate, deadline)
        try:
            self._take(self._lock, deadline)
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)

    def leave(self) -> None:
        """Lets the next writer in."""
        fcntl.flock(self._lock, fcntl.LOCK_UN)

    def close(self) -> None:
        """Closes the files; a lock held through them, if any, is let go unless a forked process shares it."""
        os.close(self._gate)
        os.close(self._lock)

    def _take(self, file: int, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError as fault:
                if fault.errno not in (errno.EWOULDBLOCK, errno.EINTR):
                    raise NotStored(f"{self._database}: its folder does not allow locks: {fault}") from fault
            if time.monotonic() > deadline:
                raise Busy(f"{self._database}: another process has been writing for too long")
            time.sleep(_LOOK_AGAIN)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
