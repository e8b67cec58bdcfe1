"""What browsers refused on our pages: counted by the day and logged, because it is a fault of ours or an attack."""

from __future__ import annotations

import logging
import threading
import time

from sessions.gateway import Gateway
from store import limits
from store.times import text

log = logging.getLogger(__name__)

# Anybody may send a report, and each is a line of the log and a write: more in a minute tell nothing more.
MOST_IN_A_MINUTE = 60
LONGEST = 2_000  # bytes of a report that are logged


class CspReports:
    """The counter of one process."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._lock = threading.Lock()
        self._minute, self._taken = 0, 0

    def take(self, told: bytes) -> bool:
        """Counts a report; False when this minute has had enough of them."""
        if not self._room():
            return False
        reason = told[:LONGEST].decode(errors="replace")
        log.warning("a browser refused something on a page", extra={"event": "csp", "reason": reason})
        with self._gateway.store.write() as db:
            limits.add_and_count(db, "csp_reports", "all", text(self._gateway.clock())[:10])
        return True

    def _room(self) -> bool:
        with self._lock:
            minute = int(time.monotonic() // 60)
            if minute != self._minute:
                self._minute, self._taken = minute, 0
            self._taken += 1
            return self._taken <= MOST_IN_A_MINUTE
