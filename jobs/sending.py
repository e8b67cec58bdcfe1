"""Texts and calls out of the outbox: one row, one attempt, and never twice by accident.

    claimed -> guard, opt-outs, caps -> fence 'sending' COMMITTED -> the carrier is called -> the outcome
    COMMITTED

A crash after the fence leaves a row that may have been sent: it becomes uncertain, and jobs/uncertain.py asks
the carrier (reliability page, D1 to D3).
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from carrier import guard
from carrier.client import Carrier, Outcome
from carrier.errors import DONE, OPTED_OUT, PERMANENT, RETRY, STOP_CARRIER, UNKNOWN
from carrier.media import Media
from jobs import backoff, copies
from jobs.gate import Gate
from jobs.plan import Plan
from jobs.rates import Rates
from store import (
    Connection,
    NotStored,
    Store,
    calls,
    desk,
    legs,
    limits,
    messages,
    opt_outs,
    outbox,
    recordings,
    timers,
    times,
)
from store.outbox import OutboxRow
from store.recordings import RecordingRow
from store.vault import Vault

log = logging.getLogger("sambung.jobs")

TEXTS = ("sms",)
CALLS = ("call", "redirect", "hangup")
DELETIONS = ("delete",)
KINDS = TEXTS + CALLS + DELETIONS
# What is done twice is done once: no fence is needed to keep these from happening twice.
REPEATABLE = ("redirect", "hangup", "delete")

STOPPED_SECONDS = 60.0
DIALLED = "dial"  # bucket of store.limits, shared with <Dial> in TwiML (sessions/calls/guarding.py), by hour and day


@dataclass(frozen=True)
class Tools:
    """What every job needs. ``clock`` gives an aware datetime, ``chance`` a random number from 0 to 1.

    Without ``vault`` and ``media`` recordings are left to another worker. ``fetched`` is told of each that is safe
    here, in the transaction that says so.
    """

    store: Store
    carrier: Carrier
    plan: Plan
    gate: Gate
    rates: Rates
    clock: Callable[[], datetime]
    chance: Callable[[], float] = random.random
    vault: Vault | None = None
    media: Media | None = None
    fetched: Callable[[Connection, RecordingRow], None] | None = None

    def now(self) -> str:
        return times.text(self.clock())


class Refused(Exception):
    """A row that must not go out; its text is why."""


def deliver(tools: Tools, row: OutboxRow, owner: str) -> None:
    """Makes one attempt at a claimed row. Everything that can happen ends in the row's state.

    Nothing is raised.
    """
    try:
        payload = json.loads(row.payload)
        sender = str(payload.get("from", ""))
    except (ValueError, AttributeError):
        _bury(tools, row, owner, "the payload is not JSON that we wrote")
        return
    wait = tools.rates.wait(sender, row.id) if row.kind in TEXTS else 0.0
    if wait > 0:
        _later(tools, row, owner, wait)
        return
    try:
        attempt = _fence(tools, row, owner, payload)
    except Refused as refusal:
        _bury(tools, row, owner, str(refusal))
        return
    if attempt is None:
        log.warning("a job's lease was lost before it began", extra={"job": row.id, "kind": row.kind})
        return
    started = time.monotonic()
    outcome = SENDERS[row.kind](tools, row, payload)
    took = round((time.monotonic() - started) * 1000)
    keep(tools, row, lambda: settle(tools, row, owner, payload, attempt, outcome))
    log.info(
        "job attempted",
        extra={"job": row.id, "kind": row.kind, "outcome": outcome.kind, "attempt": attempt, "milliseconds": took,
               "sid": outcome.sid, "code": outcome.code},
    )  # fmt: skip


def _fence(tools: Tools, row: OutboxRow, owner: str, payload: dict[str, Any]) -> int | None:
    """Commits that we are about to send. None: the lease is lost. Raises Refused.

    Then the guard has the reason.
    """
    now = tools.now()
    with tools.store.write() as db:
        if row.kind in TEXTS:
            _may_text(tools, db, payload)
        elif row.kind == "call":
            _may_call(tools, db, payload, now)
        return outbox.sending(db, row.id, owner=owner, now=now)


def _may_text(tools: Tools, db: Connection, payload: dict[str, Any]) -> None:
    to, service = str(payload.get("to", "")), str(payload.get("service", ""))
    # STOP is about mass messages: what people ask for is still answered (domain page 0.7).
    if payload.get("class") == "broadcast" and opt_outs.since(db, service, to):
        raise Refused("the recipient has said STOP to mass messages")
    if to.startswith("whatsapp:") and payload.get("class") in ("reply", "confirmation"):
        return  # back over the app to who wrote from there: nothing is dialled, and a user id is no number
    decision = guard.may_text(to.removeprefix("whatsapp:"), tools.plan.texts)
    if not decision.ok:
        raise Refused(f"not sent: {decision.reason}")


def _may_call(tools: Tools, db: Connection, payload: dict[str, Any], now: str) -> None:
    if str(payload.get("until") or now) < now:
        raise Refused("not called: it would come too late, the offer is over")
    if payload.get("agent"):
        _may_ring(tools, db, str(payload.get("to", "")), str(payload["agent"]))
        return
    hour, day = now[:13], now[:10]
    made = guard.Made(limits.count(db, DIALLED, "", hour), limits.count(db, DIALLED, "", day))
    decision = guard.may_call(
        str(payload.get("to", "")), tools.plan.calls, made,
        keyed=bool(payload.get("keyed")), keyed_allowed=bool(payload.get("keyed_allowed")),
    )  # fmt: skip
    if not decision.ok:
        raise Refused(f"not called: {decision.reason}")
    limits.add_and_count(db, DIALLED, "", hour)
    limits.add_and_count(db, DIALLED, "", day)


def _may_ring(tools: Tools, db: Connection, to: str, agent: str) -> None:
    """An agent's telephone: the one in the roster, and no denied one. It is rung so often that the caps are not for it."""
    listed = desk.phone_of(db, agent)
    if to != listed:
        raise Refused(f"not called: this is not the telephone of {agent} in the roster")
    rules = replace(tools.plan.calls, agents=tools.plan.calls.agents | {listed}, per_hour=None, per_day=None)
    decision = guard.may_call(to, rules)
    if not decision.ok:
        raise Refused(f"not called: {decision.reason}")


def _send_text(tools: Tools, row: OutboxRow, payload: dict[str, Any]) -> Outcome:
    return tools.carrier.send_text(
        payload["from"], payload["to"], payload["body"], tools.plan.callback("/sms/receipts")
    )


def _place_call(tools: Tools, row: OutboxRow, payload: dict[str, Any]) -> Outcome:
    limit = guard.may_call(payload["to"], tools.plan.calls, time_limit=payload.get("time_limit")).time_limit
    return tools.carrier.place_call(
        payload["to"], payload["from"], payload["url"], tools.plan.callback(payload.get("status", "/ivr/status")),
        timeout=int(payload.get("timeout", 30)), time_limit=limit,
        fallback_url=payload.get("fallback") or f"{tools.plan.public_url}/ivr/fallback",
    )  # fmt: skip


def _redirect(tools: Tools, row: OutboxRow, payload: dict[str, Any]) -> Outcome:
    outcome = tools.carrier.redirect_call(row.target, payload["url"])
    if outcome.code in (20404, 21220):
        # Whoever was to be led on has hung up: nothing is owed any more, and no dead letter is worth a look.
        return Outcome(True, DONE, sid=row.target, http_status=outcome.http_status, message=outcome.message)
    return outcome


def _hang_up(tools: Tools, row: OutboxRow, payload: dict[str, Any]) -> Outcome:
    return tools.carrier.end_call(row.target)


def _delete(tools: Tools, row: OutboxRow, payload: dict[str, Any]) -> Outcome:
    fault = copies.fault(tools.store.read(), tools.vault, row.target)
    if fault:
        return Outcome(False, PERMANENT, message=f"not deleted at the carrier: {fault}")
    return tools.carrier.delete_recording(row.target)


def _checked(
    send: Callable[[Tools, OutboxRow, dict[str, Any]], Outcome],
) -> Callable[[Tools, OutboxRow, dict[str, Any]], Outcome]:
    def run(tools: Tools, row: OutboxRow, payload: dict[str, Any]) -> Outcome:
        try:
            return send(tools, row, payload)
        except (KeyError, TypeError, ValueError) as fault:
            # Raised before the carrier was called, whose methods raise nothing: it is certainly not sent.
            return Outcome(False, PERMANENT, message=f"the payload of this {row.kind} lacks {fault}")

    return run


SENDERS = {
    "sms": _checked(_send_text),
    "call": _checked(_place_call),
    "redirect": _checked(_redirect),
    "hangup": _checked(_hang_up),
    "delete": _checked(_delete),
}


# -- what becomes of the row


def settle(
    tools: Tools, row: OutboxRow, owner: str, payload: dict[str, Any], attempt: int, outcome: Outcome
) -> None:
    """Commits the outcome of an attempt. Raises NotStored if it cannot be kept."""
    now = tools.now()
    with tools.store.write() as db:
        kept = _settle(tools, db, row, owner, payload, attempt, outcome, now)
    if not kept:
        log.error("ALARM: a job's lease was lost while it ran", extra={"job": row.id, "kind": row.kind})


def _settle(
    tools: Tools, db: Connection, row: OutboxRow, owner: str, payload: dict[str, Any], attempt: int,
    outcome: Outcome, now: str,
) -> bool:  # fmt: skip
    if outcome.kind == DONE:
        note_sent(db, row, payload, outcome.sid, now)
        if row.kind in DELETIONS:
            recordings.deleted(db, row.target, at=now)
        return outbox.finish(db, row.id, owner=owner, now=now, carrier_sid=outcome.sid or None)
    if outcome.kind == UNKNOWN:
        return outbox.mark_uncertain(db, row.id, owner=owner, now=now, error=outcome.message)
    if outcome.kind == STOP_CARRIER:
        tools.gate.shut(db, outcome, now)
    if outcome.kind == OPTED_OUT:
        opt_outs.add(db, str(payload.get("service", "")), str(payload["to"]), since=now, source="carrier")
    if outcome.kind not in (RETRY, STOP_CARRIER):
        return _dead(db, row, owner, now, outcome.message)
    seconds = backoff.delay(attempt, tools.chance(), outcome.retry_after)
    seconds = max(seconds, STOPPED_SECONDS) if outcome.kind == STOP_CARRIER else seconds
    first = times.instant(str(payload.get("due") or row.created_at))
    if backoff.given_up(attempt, (times.instant(now) - first).total_seconds() + seconds):
        return _dead(db, row, owner, now, f"given up after {attempt} attempts: {outcome.message}")
    again = times.plus(now, seconds)
    return outbox.retry_later(db, row.id, owner=owner, now=now, not_before=again, error=outcome.message)


def note_sent(db: Connection, row: OutboxRow, payload: dict[str, Any], sid: str, now: str) -> None:
    """Keeps what the carrier calls it, so that receipts and status callbacks find their cause."""
    if not sid:
        return
    if row.kind in TEXTS:
        _, known = messages.note(
            db, sid, at=now, direction="out", status="queued", outbox_id=row.id, session_id=row.cause,
            service=payload.get("service"), from_number=payload.get("from"), to_number=payload.get("to"),
            body=payload.get("body"),
        )  # fmt: skip
        if known.status in messages.NOT_DELIVERED:  # its receipt came before this answer
            text_is_lost(db, row.id, now)
    elif row.kind == "call":
        calls.note(
            db, sid, at=now, direction="outbound-api", status="queued", session_id=payload.get("session")
        )
        legs.placed(db, row.id, sid, at=now)


def text_is_lost(db: Connection, id: str, now: str) -> None:
    """Who wrote it hears of it by a timer, in a transaction of the middle (sessions/dialogues/receipts.py)."""
    timers.arm(db, kind="text_lost", subject=id, at=now)


def _dead(db: Connection, row: OutboxRow, owner: str, now: str, why: str) -> bool:
    leg = json.loads(row.payload).get("leg") if row.kind == "call" else None
    if leg:
        # The desk hears of it by a timer, in a transaction of its own.
        timers.arm(db, kind="leg_dead", subject=str(leg), at=now)
    if row.kind in TEXTS:
        text_is_lost(db, row.id, now)
    log.error("a job is given up", extra={"job": row.id, "kind": row.kind, "reason": why})
    return outbox.bury(db, row.id, owner=owner, now=now, error=why)


def _bury(tools: Tools, row: OutboxRow, owner: str, why: str) -> None:
    def write() -> None:
        with tools.store.write() as db:
            _dead(db, row, owner, tools.now(), why)

    keep(tools, row, write)


def _later(tools: Tools, row: OutboxRow, owner: str, seconds: float) -> None:
    def write() -> None:
        now = tools.now()
        with tools.store.write() as db:
            outbox.retry_later(
                db,
                row.id,
                owner=owner,
                now=now,
                not_before=times.plus(now, seconds),
                error=row.last_error or "",
            )

    keep(tools, row, write)


def keep(tools: Tools, row: OutboxRow, write: Callable[[], None]) -> bool:
    """Writes, and again while the database cannot be written. False.

    The lease will run out and the row be looked up.
    """
    for pause in (0.1, 0.5, 2.0, 5.0, 0.0):
        try:
            write()
            return True
        except NotStored:
            time.sleep(pause)
    log.error("ALARM: an outcome could not be kept", extra={"job": row.id, "kind": row.kind})
    return False
