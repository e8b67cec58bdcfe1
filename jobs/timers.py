"""What is to happen at a time.

Each due timer is handed to the function of its kind, in one transaction with its end.

So a timer fires once: what its function wrote and the timer's going away are committed together. Functions
come from whoever owns the kind (sessions, desk), as {kind: function(db, timer)}; they do no network.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from jobs import backoff
from jobs.sending import Tools
from store import Connection, NotStored, timers, times
from store.timers import TimerRow

log = logging.getLogger("sambung.jobs")

Handler = Callable[[Connection, TimerRow], None]


def fire(tools: Tools, handlers: Mapping[str, Handler], timer: TimerRow, owner: str) -> None:
    """Runs one claimed timer. A failing function is tried again with backoff, then the timer is buried."""
    try:
        with tools.store.write() as db:
            handlers[timer.kind](db, timer)
            # False when the function set its own timer anew, which is how a tick goes on ticking.
            timers.finish(db, timer.id, owner=owner)
    except NotStored:
        log.warning(
            "a timer could not be kept: its lease runs out, then it fires again", extra={"kind": timer.kind}
        )
    except Exception as fault:
        log.exception("a timer's work failed", extra={"kind": timer.kind, "attempt": timer.attempts})
        _again(tools, timer, owner, f"{type(fault).__name__}: {fault}")


def _again(tools: Tools, timer: TimerRow, owner: str, why: str) -> None:
    try:
        with tools.store.write() as db:
            if timer.attempts >= backoff.TRIES:
                log.error("ALARM: a timer is given up", extra={"kind": timer.kind, "reason": why})
                timers.bury(db, timer.id, owner=owner, error=why)
                return
            at = times.plus(tools.now(), backoff.delay(timer.attempts, tools.chance()))
            timers.retry_later(db, timer.id, owner=owner, at=at, error=why)
    except NotStored:
        log.warning("a timer could not be put back: its lease runs out", extra={"kind": timer.kind})
