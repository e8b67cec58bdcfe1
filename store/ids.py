"""Our own identifiers: ULIDs (github.com/ulid/spec), 26 characters that sort by the time they were made.

48 bits of milliseconds and 80 bits of chance in Crockford's base 32. Within one process and one millisecond
the chance part is counted up, so that ids made one after the other also sort one after the other.
"""

import os
import threading
import time
from datetime import datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_CHANCE = (1 << 80) - 1

_lock = threading.Lock()
_last_ms = -1
_last_chance = 0


def ulid(milliseconds: int, chance: int) -> str:
    """The ULID of a Unix time in milliseconds and 80 bits of chance.

    Raises ValueError when either does not fit.
    """
    if not 0 <= milliseconds < 1 << 48 or not 0 <= chance <= _CHANCE:
        raise ValueError("a ULID holds 48 bits of milliseconds and 80 bits of chance")
    number = milliseconds << 80 | chance
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])


def new_id(now: datetime | None = None) -> str:
    """A new id, of this moment or of the aware datetime given."""
    global _last_ms, _last_chance
    milliseconds = time.time_ns() // 1_000_000 if now is None else int(now.timestamp() * 1000)
    with _lock:
        if now is None and milliseconds < _last_ms:
            # The machine's clock was set back: ids go on from where they were rather than repeat the past.
            milliseconds = _last_ms
        repeated = milliseconds == _last_ms and _last_chance < _CHANCE
        _last_chance = _last_chance + 1 if repeated else int.from_bytes(os.urandom(10), "big")
        _last_ms = milliseconds
        return ulid(milliseconds, _last_chance)


def _after_fork() -> None:
    # Otherwise two children would count on from the same number and make the same ids.
    global _lock, _last_ms
    _lock = threading.Lock()
    _last_ms = -1


os.register_at_fork(after_in_child=_after_fork)
