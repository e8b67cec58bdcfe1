"""The worker: claims what is due under a lease, and gives it to a few threads.

    loop (this thread): sleeps until something is committed or due -> claims for the lanes that have a free
    thread lanes: texts | calls | recordings | look-ups | mails | timers | housekeeping       a slow carrier never delays a look-up

The row is the truth: whatever dies in the middle, a lease runs out and somebody else goes on (decision 4).
Rows of one recipient go out in order, which store.outbox sees to.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from carrier.client import Carrier
from carrier.media import Media
from jobs import lookups, mails, pausing, recordings, sending, sweeps, timers, uncertain
from jobs.gate import Gate
from jobs.mails import Mailing
from jobs.plan import Plan, Wanted, plan
from jobs.rates import Rates
from jobs.sending import Tools
from jobs.sweeps import Closed, Sweep
from jobs.timers import Handler
from jobs.untold import Ours, Told
from store import Connection, NotStored, Store, outbox
from store import recordings as stored_recordings
from store import timers as stored_timers
from store.outbox import OutboxRow
from store.recordings import RecordingRow
from store.vault import Vault

log = logging.getLogger("sambung.jobs")

WAKE_SECONDS = 0.1  # the longest that something due waits for us to look
LOOK_SECONDS = 0.02  # how often we look whether something was committed
EMPTY_SECONDS = 0.03  # after a claim in vain: the write lock is the webhooks' before it is ours
UNCERTAIN_SECONDS = 1.0
REST_SECONDS = 5.0  # of a sweep that found the database away
LOOKUP_LEASE_SECONDS = 10.0
TIMER_BATCH = 20


class Lane:
    """A few threads for one sort of work, so that the slow does not stand in the way of the urgent."""

    def __init__(self, name: str, size: int) -> None:
        self.name, self._size, self._busy = name, size, 0
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(size, thread_name_prefix=name)

    @property
    def idle(self) -> int:
        """How many threads have nothing to do.

        Never more is claimed than that, so nothing waits under a lease.
        """
        with self._lock:
            return self._size - self._busy

    def submit(self, work: Callable[[], object]) -> None:
        with self._lock:
            self._busy += 1
        self._pool.submit(self._run, work)

    def _run(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:
            log.exception("a job failed in a way that was not foreseen", extra={"worker": self.name})
        finally:
            with self._lock:
                self._busy -= 1

    def close(self) -> None:
        """Waits until what is running has ended."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class Worker:
    """One process's worker. ``run()`` returns after ``stop()``.

    Leases of a worker that was killed run out.
    """

    def __init__(
        self,
        tools: Tools,
        handlers: Mapping[str, Handler] | None = None,
        every: Sequence[Sweep] = (),
        mailing: Mailing | None = None,
    ) -> None:
        self._tools, self._handlers, self._sweeps = tools, dict(handlers or {}), list(every)
        self._stop = threading.Event()
        self._name = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"
        self._claims = count(1)
        self._sending = {"texts": Lane("texts", 4), "calls": Lane("calls", 4)}
        self._recordings = Lane("recordings", 2)
        self._mailing, self._mails = mailing, Lane("mails", 2)
        self._lookups, self._timers, self._house = Lane("lookups", 4), Lane("timers", 2), Lane("house", 2)
        self._sweeping: set[str] = set()
        self._rested: dict[
            str, float
        ] = {}  # sweeps that found the database away, and when they may try again
        self._asked_uncertain = self._claimed_in_vain = float("-inf")

    def stop(self, *_: object) -> None:
        """Ends the loop soon: nothing new is claimed, what is running is finished. Also a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """Works until stopped."""
        log.info("worker started", extra={"worker": self._name, "pid": os.getpid()})
        while not self._stop.is_set():
            try:
                if not self._hand_out():
                    self._sleep()
            except NotStored as fault:
                log.error("the database cannot be used just now", extra={"fault": str(fault)})
                self._stop.wait(1.0)
        lanes = (self._recordings, self._lookups, self._mails, self._timers, self._house)
        for lane in (*self._sending.values(), *lanes):
            lane.close()
        log.info("worker stopped", extra={"worker": self._name})

    def _sleep(self) -> None:
        """Until something is committed or may have become due; never so long that anybody would notice."""
        held_back = EMPTY_SECONDS - (time.monotonic() - self._claimed_in_vain)
        if held_back > 0:
            # What woke us may be what we are looking for: look again as soon as we may, not at the next wake.
            self._stop.wait(held_back)
        else:
            self._tools.store.wait(WAKE_SECONDS, LOOK_SECONDS)

    # -- handing out

    def _hand_out(self) -> int:
        """Claims what is due for every lane with a free thread; how many jobs were handed out."""
        self._sweep()
        if not self._worth_claiming():
            return 0
        work: list[tuple[Lane, Callable[[], object]]] = []
        with self._tools.store.write() as db:
            self._claim_lookups(db, work)
            self._claim_mails(db, work)
            self._claim_timers(db, work)
            if self._tools.gate.open():
                self._claim_sending(db, work)
                self._claim_recordings(db, work)
        # Only now: before the commit the leases were nobody's.
        for lane, job in work:
            lane.submit(job)
        self._claimed_in_vain = time.monotonic() if not work else float("-inf")
        return len(work)

    def _worth_claiming(self) -> bool:
        if time.monotonic() - self._claimed_in_vain < EMPTY_SECONDS:
            return False
        now, db = self._tools.now(), self._tools.store.read()
        if time.monotonic() - self._asked_uncertain > UNCERTAIN_SECONDS:
            return True
        nexts = (outbox.next_due(db), stored_timers.next_at(db), stored_recordings.next_due(db))
        return any(at is not None and at <= now for at in nexts)

    def _owner(self) -> str:
        # Another name for every claim: a thread that outlived its lease must not settle a row for its
        # successor.
        return f"{self._name}:{next(self._claims)}"

    def _claim_lookups(self, db: Connection, work: list[Any]) -> None:
        if not self._lookups.idle:
            return
        now, owner = self._tools.now(), self._owner()
        for row in outbox.claim(
            db, now=now, owner=owner, kinds=lookups.KINDS, limit=self._lookups.idle,
            lease_seconds=LOOKUP_LEASE_SECONDS,
        ):  # fmt: skip
            work.append((self._lookups, _job(lookups.look_up, self._tools, row, owner)))

    def _claim_mails(self, db: Connection, work: list[Any]) -> None:
        """Mail goes by a server of its own: the carrier's gate is not asked."""
        mailing = self._mailing
        if mailing is None or not self._mails.idle:
            return
        now, owner, kinds, lease = self._tools.now(), self._owner(), mails.KINDS, mails.LEASE_SECONDS
        unsure = outbox.claim_uncertain(
            db, now=now, owner=owner, kinds=kinds, limit=self._mails.idle, lease_seconds=lease
        )
        work.extend((self._mails, _job(mails.reconcile, self._tools, mailing, row, owner)) for row in unsure)
        free = self._mails.idle - len(unsure)
        if free:
            rows = outbox.claim(db, now=now, owner=owner, kinds=kinds, limit=free, lease_seconds=lease)
            work.extend((self._mails, _job(mails.deliver, self._tools, mailing, row, owner)) for row in rows)

    def _claim_recordings(self, db: Connection, work: list[Any]) -> None:
        if self._tools.vault is None or self._tools.media is None or not self._recordings.idle:
            return
        now, owner = self._tools.now(), self._owner()
        for each in stored_recordings.claim(
            db,
            now=now,
            owner=owner,
            limit=self._recordings.idle,
            lease_seconds=self._tools.plan.recording_lease,
        ):
            work.append((self._recordings, _job(recordings.fetch, self._tools, each, owner)))

    def _claim_timers(self, db: Connection, work: list[Any]) -> None:
        if not self._handlers or not self._timers.idle:
            return
        now, owner = self._tools.now(), self._owner()
        due = stored_timers.claim(db, now=now, owner=owner, kinds=tuple(self._handlers), limit=TIMER_BATCH)
        if due:
            work.append((self._timers, lambda: self._fire(due, owner)))

    def _fire(self, due: list[Any], owner: str) -> None:
        for timer in due:
            timers.fire(self._tools, self._handlers, timer, owner)

    def _claim_sending(self, db: Connection, work: list[Any]) -> None:
        now, lease = self._tools.now(), self._tools.plan.lease_seconds
        unsure = time.monotonic() - self._asked_uncertain > UNCERTAIN_SECONDS
        for name, kinds in (
            ("calls", sending.CALLS + sending.DELETIONS + pausing.KINDS),
            ("texts", sending.TEXTS),
        ):
            lane, owner = self._sending[name], self._owner()
            free = lane.idle
            if not free:
                continue
            if unsure:
                rows = outbox.claim_uncertain(
                    db, now=now, owner=owner, kinds=kinds, limit=free, lease_seconds=lease
                )
                work.extend((lane, _job(uncertain.reconcile, self._tools, row, owner)) for row in rows)
                free -= len(rows)
            if free:
                rows = outbox.claim(db, now=now, owner=owner, kinds=kinds, limit=free, lease_seconds=lease)
                work.extend((lane, _job(_deliver(row), self._tools, row, owner)) for row in rows)
        if unsure:
            self._asked_uncertain = time.monotonic()

    def _sweep(self) -> None:
        now, db = self._tools.now(), self._tools.store.read()
        for sweep in self._sweeps:
            if (
                sweep.name not in self._sweeping
                and self._house.idle
                and time.monotonic() >= self._rested.get(sweep.name, 0.0)
                and sweeps.due(db, sweep, now, self._name)
            ):
                self._sweeping.add(sweep.name)
                self._house.submit(_job(self._run_sweep, sweep))

    def _run_sweep(self, sweep: Sweep) -> None:
        try:
            sweeps.run_if_due(self._tools, sweep, self._name)
        except NotStored as fault:
            # A full disk is full for hours, and the log may well stand on it.
            self._rested[sweep.name] = time.monotonic() + REST_SECONDS
            log.error("a sweep could not be noted", extra={"job": sweep.name, "fault": str(fault)})
        finally:
            self._sweeping.discard(sweep.name)


def _deliver(row: OutboxRow) -> Callable[..., None]:
    return pausing.deliver if row.kind in pausing.KINDS else sending.deliver


def _job(function: Callable[..., object], *arguments: object) -> Callable[[], object]:
    return lambda: function(*arguments)


def tools_for(store: Store, carrier: Carrier, wishes: Plan, clock: Callable[[], datetime]) -> Tools:
    """Everything a job needs, put together."""
    rates = Rates(wishes.texts_per_second, time.monotonic)
    return Tools(store, carrier, wishes, Gate(store, carrier), rates, clock)


def worker_of(
    settings: Wanted, store: Store, carrier: Carrier, clock: Callable[[], datetime] | None = None, *,
    handlers: Mapping[str, Handler] | None = None,
    closed: Closed | None = None,
    flush: Callable[[], object] | None = None,
    told: Told | None = None,
    ours: Ours | None = None,
    vault: Vault | None = None,
    media: Media | None = None,
    fetched: Callable[[Connection, RecordingRow], None] | None = None,
    mailing: Mailing | None = None,
) -> Worker:  # fmt: skip
    """A worker that has all it needs, and does not run yet.

    ``handlers``: what each kind of timer does, {kind: function(db, timer)}; a kind without one is left alone.
    ``closed``: told of a call that a sweep found to be over. ``flush``: gives the spool's events back.
    ``told``: takes a recording report that never came.
    ``ours``: what else is ours though nobody told us. ``vault``, ``media``, ``fetched``: see Tools.
    ``mailing``: sends what agents' acts owe; without it mails are left to another worker.
    """
    tools = replace(
        tools_for(store, carrier, plan(settings), clock or (lambda: datetime.now(UTC))),
        vault=vault, media=media, fetched=fetched,
    )  # fmt: skip
    return Worker(
        tools, handlers, sweeps.sweeps(tools, closed=closed, flush=flush, told=told, ours=ours), mailing
    )


def run(worker: Worker) -> None:
    """Works until SIGTERM or SIGINT, then finishes what is running and returns."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, worker.stop)
    worker.run()
