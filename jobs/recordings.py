"""Recordings: fetched into the vault, one attempt at a time, and never half.

    claimed, committed -> NAME.part, sealed and synced -> NAME -> 'fetched' committed, with what follows from it

Every attempt has a file of its own. A crash before the last commit leaves a ``.part`` or a file that the next
attempt removes, so a recording is fetched, waits, or is given up with a reason, and no row ever names a file
that is not whole (fault list, E1).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial

from carrier.media import LATER, NEVER, NOT_READY, ODD, Fetched, NotFetched
from jobs import backoff
from jobs.sending import Tools
from store import Connection, NotStored, audit, outbox, recordings, times
from store.recordings import Claimed, RecordingRow
from store.vault import Vault

log = logging.getLogger("sambung.jobs")

HERE = "here"  # the fault is this machine's: a full disk is no reason to give a recording up
READY_SECONDS = 600.0  # so long after we heard of it a recording may still be on its way at the carrier
READY_LONGEST = 60.0
PATIENCE_SECONDS = 24 * 3600.0  # the carrier keeps it: an outage of half a day loses nothing
ODD_TRIES, MISSING_TRIES = 3, 3


class LeaseLost(Exception):
    """Somebody else has this recording now."""


def fetch(tools: Tools, claimed: Claimed, owner: str) -> None:
    """Makes one attempt at a claimed recording. Everything that can happen ends in its row; nothing is raised."""
    row, began = claimed.row, time.monotonic()
    vault, file = tools.vault, row.file
    if vault is None or tools.media is None or file is None:
        raise RuntimeError("a recording was claimed by a worker without a vault")
    try:
        if claimed.leftover:
            vault.remove_all(claimed.leftover, but=file)
        with vault.write(file) as sealed:
            got = tools.media.fetch(row.sid, sealed.write, Heart(tools, row, owner))
    except LeaseLost:
        log.warning("a recording's lease was lost while it was fetched", extra={"recording": row.sid})
    except NotFetched as fault:
        _keep(partial(_failed, tools, row, owner, fault.kind, str(fault), fault.retry_after), row)
    except OSError as fault:
        # The carrier's faults are NotFetched, so this one is of our disk.
        words = f"it cannot be written here: {fault.strerror or fault}"
        _keep(partial(_failed, tools, row, owner, HERE, words), row)
    else:
        _keep(partial(_fetched, tools, vault, row, owner, file, got), row)
        log.info(
            "recording fetched",
            extra={"recording": row.sid, "bytes": got.size, "attempt": row.tries,
                   "milliseconds": round((time.monotonic() - began) * 1000)},
        )  # fmt: skip


class Heart:
    """Renews the lease between two pieces, three times in its length. Raises LeaseLost."""

    def __init__(self, tools: Tools, row: RecordingRow, owner: str) -> None:
        self._tools, self._row, self._owner = tools, row, owner
        self._beat = time.monotonic()

    def __call__(self) -> None:
        lease = self._tools.plan.recording_lease
        if time.monotonic() - self._beat < lease / 3:
            return
        try:
            with self._tools.store.write() as db:
                mine = recordings.renew(
                    db, self._row.sid, owner=self._owner, now=self._tools.now(), lease_seconds=lease
                )
        except NotStored:
            return  # the lease may hold until the next beat; if not, the last commit finds out
        if not mine:
            raise LeaseLost
        self._beat = time.monotonic()


def _fetched(tools: Tools, vault: Vault, row: RecordingRow, owner: str, file: str, got: Fetched) -> None:
    now = tools.now()
    with tools.store.write() as db:
        kept = recordings.keep(
            db, row.sid, owner=owner, now=now, file=file, size=got.size, sha256=got.sha256, format=got.format
        )
        if kept:
            after = recordings.load(db, row.sid)
            if after is not None and tools.fetched is not None:
                tools.fetched(db, after)
            if tools.plan.delete_at_carrier:
                owe_deletion(db, row.sid, now)
    if not kept:
        vault.remove(file)
        log.warning("a recording's lease was lost before it was kept", extra={"recording": row.sid})


def owe_deletion(db: Connection, sid: str, now: str) -> None:
    """The carrier's copy is to be deleted: once, however often this is asked."""
    id = f"delete:{sid}"
    if outbox.load(db, id) is None:
        outbox.put(db, kind="delete", target=sid, payload="{}", now=now, id=id)


# -- when it did not work


def _failed(
    tools: Tools, row: RecordingRow, owner: str, kind: str, words: str, retry_after: float | None = None
) -> None:
    now = tools.now()
    age = (times.instant(now) - times.instant(row.created_at)).total_seconds()
    over = given_up(kind, row.tries, age, again=row.fault == words)
    with tools.store.write() as db:
        if over:
            recordings.bury(db, row.sid, owner=owner, now=now, fault=words)
            audit.write(db, at=now, who="worker", action="recording_given_up", subject=row.sid)
        else:
            at = times.plus(now, delay(kind, row.tries, tools.chance(), retry_after))
            recordings.retry_later(db, row.sid, owner=owner, now=now, at=at, fault=words)
    about = {"recording": row.sid, "attempt": row.tries, "reason": words}
    if over:
        log.error("ALARM: a recording is given up", extra=about)
    else:
        log.warning("a recording was not fetched this time", extra=about)


def given_up(kind: str, tries: int, age_seconds: float, *, again: bool = False) -> bool:
    """Is this the end, after so many attempts and so long after we first heard of the recording?

    ``again``: the attempt before failed in the same words. One odd answer among other troubles is one more of them.

    >>> given_up(NEVER, 1, 0), given_up(ODD, 2, 0, again=True), given_up(ODD, 3, 0, again=True), given_up(ODD, 9, 0)
    (True, False, True, False)
    >>> given_up(NOT_READY, 30, 599), given_up(NOT_READY, 3, 601), given_up(LATER, 99, 86_399)
    (False, True, False)
    """
    if kind == NOT_READY:
        return tries >= MISSING_TRIES and age_seconds > READY_SECONDS
    if kind == LATER:
        return tries >= backoff.TRIES and age_seconds > PATIENCE_SECONDS
    return kind == NEVER or (kind == ODD and again and tries >= ODD_TRIES)


def delay(kind: str, tries: int, chance: float, retry_after: float | None = None) -> float:
    """Seconds until the next attempt. A recording that is not ready is asked for at least once a minute.

    >>> delay(NOT_READY, 1, 1.0), delay(NOT_READY, 9, 1.0), delay(LATER, 11, 1.0), delay(LATER, 11, 0.0)
    (1.0, 60.0, 900.0, 450.0)
    """
    # Never less than half: all that is owed here is one request, and the carrier is in trouble or not ready.
    seconds = backoff.delay(tries, 0.5 + chance / 2, retry_after)
    return min(seconds, READY_LONGEST) if kind == NOT_READY else seconds


def _keep(write: Callable[[], None], row: RecordingRow) -> None:
    """Writes, and again while the database cannot be written; then the lease runs out and all is done again."""
    for pause in (0.1, 0.5, 2.0, 5.0, 0.0):
        try:
            write()
            return
        except NotStored:
            time.sleep(pause)
    log.error("ALARM: an outcome could not be kept", extra={"recording": row.sid, "kind": "recording"})
