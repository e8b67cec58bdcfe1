"""Is the carrier letting us in?  When it refuses our account, nothing more is sent, and somebody is told.

Going on would burn every message's attempts, and a carrier locks out an account that keeps knocking. The
state is a row that all processes and the health page see; a probe that costs nothing opens the gate again.
"""

from __future__ import annotations

import json
import logging
import threading
import time

from carrier.client import Carrier, Outcome
from store import Connection, Store, audit, meta

log = logging.getLogger("sambung.jobs")

STOPPED = "carrier_stopped"  # meta: "" or JSON {"since", "code", "why"}
LOOK_EVERY_SECONDS = 1.0


class Gate:
    """``open()`` is cheap and may be asked all the time."""

    def __init__(self, store: Store, carrier: Carrier) -> None:
        self._store, self._carrier = store, carrier
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._open = True

    def open(self) -> bool:
        """May we send?  Looked up once a second, as another process may have shut the gate."""
        with self._lock:
            if time.monotonic() - self._looked > LOOK_EVERY_SECONDS:
                self._open = not meta.get(self._store.read(), STOPPED)
                self._looked = time.monotonic()
            return self._open

    def shut(self, db: Connection, outcome: Outcome, now: str) -> None:
        """The carrier does not let us in: stop, in the transaction of the message that found out."""
        self._shut_here()
        if meta.get(db, STOPPED):
            return
        why = {"since": now, "code": outcome.code, "why": outcome.message}
        meta.put(db, STOPPED, json.dumps(why))
        audit.write(
            db, at=now, who="worker", action="carrier_stopped", subject="carrier", detail=json.dumps(why)
        )
        log.error("ALARM: sending is stopped: %s", outcome.message, extra={"code": outcome.code})

    def probe(self, now: str) -> bool:
        """Asks the carrier whether it lets us in again, and opens the gate if so.

        Does nothing when it is open.
        """
        if self.open():
            return True
        if not self._carrier.probe().ok:
            return False
        with self._store.write() as db:
            meta.put(db, STOPPED, "")
            audit.write(db, at=now, who="worker", action="carrier_resumed", subject="carrier")
        log.info("sending goes on: the carrier lets us in again")
        self._forget()
        return True

    def _shut_here(self) -> None:
        # Not _forget(): whoever looked before our commit would keep "open" for another second.
        with self._lock:
            self._open, self._looked = False, time.monotonic()

    def _forget(self) -> None:
        with self._lock:
            self._looked = float("-inf")
