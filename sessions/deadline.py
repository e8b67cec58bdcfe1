"""No webhook waits for ever: what is not done in eight seconds is answered without it.

A disk whose sync hangs, a network folder that is gone, a lock that nobody lets go: nothing inside a process can be interrupted out
of these. So the work is done by a thread that may be left behind, and the one that holds the carrier's connection stays free
(fault list A3 and C2; gunicorn's own time limit does not see a thread that hangs).
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

log = logging.getLogger("sambung.deadline")

T = TypeVar("T")

# The carrier waits 15 s; half of that leaves time for its fallback.
SECONDS = 8.0
# Threads are made when needed: as many as webhooks at a time, and more only while some hang.
THREADS = 64


class Late(Exception):
    """It was not done in time, and may still be done: whoever repeats the webhook then gets what was decided."""


class Deadline:
    """Runs work that touches disk or database, each piece in at most ``seconds``."""

    def __init__(self, seconds: float = SECONDS, threads: int = THREADS) -> None:
        self.seconds = seconds
        self._threads = ThreadPoolExecutor(threads, "webhook")

    def run(self, work: Callable[..., T], *given: Any, seconds: float | None = None) -> T:
        """What ``work(*given)`` gives or raises. Raises Late when it does not within the time."""
        future: Future[T] = self._threads.submit(work, *given)
        try:
            return future.result(self.seconds if seconds is None else seconds)
        except TimeoutError as late:
            if future.done() and future.exception() is late:
                raise  # the work's own
            future.cancel()  # when it was still waiting for a thread
            log.error("a webhook's work hangs", extra={"seconds": self.seconds})
            raise Late from None
