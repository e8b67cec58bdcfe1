"""What nobody told us.

Calls that never ended, texts that never arrived, recordings without a file, old spool.

Every sweep may run twice, at once, or be cut off: it only takes in what the carrier says, by rank. One
process at a time does each, by a lease in a row that also says when it ran last (reliability page, 3.6).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from carrier import errors
from carrier.errors import PERMANENT
from jobs import untold, untold_texts
from jobs.gate import Gate
from jobs.sending import Tools, text_is_lost
from jobs.untold import Ours, Told
from store import Connection, calls, legs, limits, messages, meta, outbox, recordings, times
from store.calls import CallRow

log = logging.getLogger("sambung.jobs")

CALL_SECONDS = 4 * 3600  # no call lasts longer at the carrier
LEG_SECONDS = 120  # a talk may last; whether it does is asked
MESSAGE_SECONDS = 15 * 60
RECORDING_SECONDS = 10 * 60
OLDEST_DUE_SECONDS = 120
ALERT_SECONDS = 3600  # an alarm about our webhooks stands for an hour after the last complaint
BATCH = 100

Closed = Callable[[Connection, CallRow], None]


@dataclass(frozen=True)
class Sweep:
    """``every``: seconds between two runs by anybody. ``lease``.

    Seconds after which a run is taken to be dead.
    """

    name: str
    every: float
    run: Callable[[], None]
    lease: float = 120.0


def sweeps(
    tools: Tools,
    *,
    closed: Closed | None = None,
    flush: Callable[[], object] | None = None,
    told: Told | None = None,
    ours: Ours | None = None,
) -> list[Sweep]:
    """All of them. ``closed`` is told, in the same transaction, of a call found to be over.

    ``flush`` empties the spool, ``told`` takes a recording report that the carrier never sent, ``ours`` says what else is ours.
    """
    found = [
        Sweep("expire", 15, lambda: _expire(tools)),
        Sweep("probe", 30, lambda: _probe(tools, tools.gate)),
        Sweep("calls", 600, lambda: _calls(tools, closed)),
        Sweep("legs", 60, lambda: _legs(tools, closed)),
        Sweep("messages", 300, lambda: _messages(tools)),
        Sweep("recordings", 300, lambda: _recordings(tools)),
        Sweep("backlog", 30, lambda: _backlog(tools)),
        Sweep("alerts", 120, lambda: _alerts(tools)),
        Sweep("counters", 3600, lambda: _counters(tools)),
    ]
    if told is not None:
        foreign: set[str] = set()
        found.append(Sweep("untold", 300, lambda: untold.ask(tools, told, ours, foreign)))
    if ours is not None:
        found.append(Sweep("texts", 120, lambda: untold_texts.ask(tools, ours)))
    if tools.vault is not None:
        found.append(Sweep("vault", 300, lambda: untold.tidy(tools)))
    if flush is not None:
        found.append(Sweep("spool", 10, lambda: _flush(flush)))
    return found


def run_if_due(tools: Tools, sweep: Sweep, owner: str) -> bool:
    """Runs it unless somebody else is at it or has been lately. True when it ran.

    A failing sweep is logged.
    """
    now = tools.now()
    with tools.store.write() as db:
        if not _lease(db, sweep, owner, now):
            return False
    try:
        sweep.run()
    except Exception:
        log.exception("a sweep failed; it runs again", extra={"job": sweep.name})
    with tools.store.write() as db:
        _put(db, sweep, {"owner": "", "next": times.plus(tools.now(), sweep.every)})
    return True


def due(db: Connection, sweep: Sweep, now: str, owner: str) -> bool:
    """Is it time?  Read only, so that nothing is locked for asking.

    A lease of our own is one whose end could not be noted, the database being away: it holds back nobody.
    """
    state = _state(db, sweep)
    return state.get("next", "") <= now or state.get("owner") == owner


def _lease(db: Connection, sweep: Sweep, owner: str, now: str) -> bool:
    if not due(db, sweep, now, owner):
        return False
    _put(db, sweep, {"owner": owner, "next": times.plus(now, max(sweep.lease, sweep.every))})
    return True


def _state(db: Connection, sweep: Sweep) -> dict[str, str]:
    kept: dict[str, str] = json.loads(meta.get(db, f"sweep_{sweep.name}") or "{}")
    return kept


def _put(db: Connection, sweep: Sweep, state: dict[str, str]) -> None:
    meta.put(db, f"sweep_{sweep.name}", json.dumps(state))


# -- what they do


def _expire(tools: Tools) -> None:
    with tools.store.write() as db:
        number = outbox.expire(db, tools.now())
    if number:
        log.warning("jobs whose worker died while sending", extra={"count": number})


def _probe(tools: Tools, gate: Gate) -> None:
    gate.probe(tools.now())


def _calls(tools: Tools, closed: Closed | None) -> None:
    """Calls of which nothing was heard for four hours are asked after, and closed as the carrier says."""
    for row in calls.unfinished(tools.store.read(), times.plus(tools.now(), -CALL_SECONDS), BATCH):
        outcome = tools.carrier.fetch_call(row.sid)
        if outcome.ok:
            status, duration = str(outcome.data.get("status") or ""), _number(outcome.data.get("duration"))
        elif outcome.kind == PERMANENT:
            status, duration = "failed", None  # the carrier has never heard of it, or forgotten it
        else:
            return  # the carrier is not to be asked just now: the next sweep does
        _close_call(tools, row, status, duration, closed)


def _legs(tools: Tools, closed: Closed | None) -> None:
    """Telephones of agents, and of who is called back, of which nothing was heard for minutes: the report of an end may be lost."""
    for sid in legs.silent(tools.store.read(), times.plus(tools.now(), -LEG_SECONDS), BATCH):
        outcome = tools.carrier.fetch_call(sid)
        row = calls.load(tools.store.read(), sid)
        if outcome.ok and row is not None:
            status, duration = str(outcome.data.get("status") or ""), _number(outcome.data.get("duration"))
            _close_call(tools, row, status, duration, closed)


def _close_call(tools: Tools, row: CallRow, status: str, duration: int | None, closed: Closed | None) -> None:
    with tools.store.write() as db:
        before, after = calls.note(db, row.sid, at=tools.now(), status=status, duration=duration)
        ended = after.final_at is not None and (before is None or before.final_at is None)
        if ended and closed is not None:
            closed(db, after)
    if ended:
        log.warning("a call ended and nobody told us", extra={"call": row.sid, "status": status})


def _messages(tools: Tools) -> None:
    """Texts of ours of whose arrival nothing was heard for a quarter of an hour are asked after."""
    for row in messages.unfinished(tools.store.read(), times.plus(tools.now(), -MESSAGE_SECONDS), BATCH):
        status, code = None, None
        if row.direction != "in":
            outcome = tools.carrier.fetch_message(row.sid)
            if outcome.ok:
                status, code = str(outcome.data.get("status") or ""), outcome.data.get("error_code")
            elif outcome.kind == PERMANENT:
                status = "failed"
            else:
                return
        with tools.store.write() as db:
            # Noted even without news: it is asked after again in a quarter of an hour, and others get their
            # turn.
            now = tools.now()
            _, after = messages.note(
                db, row.sid, at=now, status=status, error_code=str(code) if code else None
            )
            if after.status in messages.NOT_DELIVERED and after.outbox_id:
                text_is_lost(db, after.outbox_id, now)


def _recordings(tools: Tools) -> None:
    waiting = recordings.unfetched(tools.store.read(), times.plus(tools.now(), -RECORDING_SECONDS), BATCH)
    _alarm(tools, "recordings_without_file", len(waiting), waiting[0].created_at if waiting else "")


def _backlog(tools: Tools) -> None:
    now = tools.now()
    oldest = outbox.oldest_due(tools.store.read(), now)
    late = oldest is not None and oldest < times.plus(now, -OLDEST_DUE_SECONDS)
    _alarm(tools, "outbox_late", int(late), oldest or "" if late else "")


def _alerts(tools: Tools) -> None:
    """What the carrier found wrong with our webhooks. A text that we failed to take is told nowhere else."""
    now = tools.now()
    since, seen = times.plus(now, -ALERT_SECONDS), meta.get(tools.store.read(), "alerts_seen") or ""
    outcome = tools.carrier.alerts(times.instant(since))
    if not outcome.ok:
        return
    dated = [(_moment(each.get("date_created")) or now, each) for each in outcome.data]
    recent = sorted((at for at, _ in dated if at >= since), reverse=True)
    for at, each in dated:
        if at > max(seen, since):
            code = _number(each.get("error_code"))
            about = {"code": code, "reason": errors.words(code), "sid": each.get("resource_sid")}
            log.error("ALARM: the carrier complains of us", extra=about)
    _alarm(tools, "carrier_alerts", len(recent), recent[-1] if recent else "", aloud=False)
    if recent and recent[0] > seen:
        with tools.store.write() as db:
            meta.put(db, "alerts_seen", recent[0])


def _moment(value: object) -> str:
    return times.text(value) if isinstance(value, datetime) and value.tzinfo is not None else ""


def _counters(tools: Tools) -> None:
    with tools.store.write() as db:
        limits.purge(db, times.plus(tools.now(), -3 * 86_400))


def _flush(flush: Callable[[], object]) -> None:
    flush()


def _alarm(tools: Tools, name: str, count: int, oldest: str, *, aloud: bool = True) -> None:
    """A row for the health page and a line in the log while it lasts; the row is "" when all is well."""
    value = json.dumps({"count": count, "oldest": oldest}) if count else ""
    if value and aloud:
        log.error("ALARM: %s", name.replace("_", " "), extra={"count": count})
    if (meta.get(tools.store.read(), f"alarm_{name}") or "") != value:
        with tools.store.write() as db:
            meta.put(db, f"alarm_{name}", value)


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, str | int) and str(value).isdigit() else None
