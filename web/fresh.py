"""What is worked out once for everybody who asks within some seconds, so that fifty open pages cost as much as one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from flask import Response, request

Value = TypeVar("Value")
MOST_KEPT = 64


class Busy(Exception):
    """Something else is being worked out, and takes its time. Ask again."""


class Fresh(Generic[Value]):
    """Values by key, each at most ``seconds`` old. One thread works at a time; who asks meanwhile gets the value of before,
    or waits when there is none, ``patience`` seconds at the most."""

    def __init__(
        self, seconds: float, clock: Callable[[], float] = time.monotonic, patience: float = -1
    ) -> None:
        self._seconds, self._clock, self._patience = seconds, clock, patience
        self._kept: dict[Hashable, tuple[float, Value]] = {}
        self._working = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of this key. What ``make`` raises is raised for whoever worked, and nothing is kept. Raises Busy."""
        kept = self._kept.get(key)
        if kept is not None and self._clock() - kept[0] < self._seconds:
            return kept[1]
        if not self._acquire(wait=kept is None):
            if kept is None:
                raise Busy
            return kept[1]
        try:
            kept = self._kept.get(key)  # another may have worked while we waited
            if kept is None or self._clock() - kept[0] >= self._seconds:
                kept = (self._clock(), make())
                while len(self._kept) >= MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = kept
            return kept[1]
        finally:
            self._working.release()

    def _acquire(self, wait: bool) -> bool:
        return (
            self._working.acquire(timeout=self._patience) if wait else self._working.acquire(blocking=False)
        )


def fragment(piece: str) -> Response:
    """A piece of a page that is asked for again and again (web/static/refresh.js); 304 for who has it already."""
    answer = Response(piece, content_type="text/html; charset=utf-8")
    answer.add_etag()
    answer.make_conditional(request)
    return answer
