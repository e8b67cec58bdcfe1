"""How fast one number may send: a token bucket that gives out places in time instead of refusing.

The carrier queues what comes faster than one text a second and number, and drops the queue's end (30001,
21611).
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Rates:
    """One bucket for each sending number, for all threads of this process. ``per_second`` None: no limit."""

    def __init__(self, per_second: float | None, clock: Callable[[], float]) -> None:
        self._gap = 0.0 if per_second is None else 1.0 / per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}  # number -> the first moment that nobody has
        self._places: dict[str, float] = {}  # job -> the moment that is kept for it

    def wait(self, number: str, job: str) -> float:
        """Seconds until ``job`` may send from ``number``; 0.0 means now, and its place is used up.

        A job that was told to wait keeps its place: asked again later, it is told what is left of the wait.
        """
        if not self._gap:
            return 0.0
        with self._lock:
            now = self._clock()
            place = self._places.pop(job, None)
            if place is None:
                place = max(now, self._next.get(number, 0.0))
                self._next[number] = place + self._gap
            if place <= now:
                return 0.0
            self._places[job] = place
            return place - now
