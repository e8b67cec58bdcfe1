"""Work of the console that takes longer than a page may: one piece at a time, in a thread, looked at by whoever asks."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

log = logging.getLogger(__name__)
Result = TypeVar("Result")


class Background(Generic[Result]):
    """One kind of work. ``since`` is None while nothing is being done; ``result`` and ``fault`` are of the last time."""

    def __init__(self, name: str, clock: Callable[[], datetime]) -> None:
        self._name, self._clock, self._lock = name, clock, threading.Lock()
        self._began = float("-inf")
        self.since: datetime | None = None
        self.at: datetime | None = None
        self.result: Result | None = None
        self.fault = ""

    def start(self, work: Callable[[], Result]) -> bool:
        """Begins it in a thread of its own; False when it is being done already."""
        with self._lock:
            if self.since is not None:
                return False
            self.since, self._began = self._clock(), time.monotonic()
        threading.Thread(target=self._do, args=(work,), daemon=True, name=self._name).start()
        return True

    def older_than(self, seconds: float) -> bool:
        """Has nothing begun for so long?"""
        return time.monotonic() - self._began > seconds

    def _do(self, work: Callable[[], Result]) -> None:
        try:
            self.result, self.fault = work(), ""
        except Exception as fault:  # whoever looks reads it; a thread has nobody else to tell
            log.exception("work of the console failed", extra={"job": self._name})
            self.fault = str(fault) or type(fault).__name__
        finally:
            self.at, self.since = self._clock(), None
