"""The recording of a talk is paused before a secret is shown in it, and goes on when the contact knows it (docs/decisions/0046).

    claimed -> the conferences of that room are listed -> what is recorded in them is paused -> 'paused' committed with their Sids

The carrier's list is asked and no callback waited for: one may be lost. Everything here may be done twice, so there is no fence; a
worker that dies leaves the pause unconfirmed, and the recording is not kept. Pausing is tried until whoever waits gives up.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field

from carrier.client import Carrier
from jobs.sending import Tools, keep
from sessions.cases.act_pauses import LATE, PAUSE, RESUME
from store import cases, outbox, recording_pauses, times
from store.outbox import OutboxRow
from store.recording_pauses import FAILED, NOTHING, PAUSED

log = logging.getLogger("sambung.jobs")

KINDS = (PAUSE, RESUME)
PAUSE_AGAIN, RESUME_AGAIN = 0.3, 2.0
RESUME_SECONDS = 4 * 3600.0
NOT_THERE = 20404  # nothing is recorded in this conference


@dataclass
class Found:
    """The conferences of a room: ``safe`` are over, or turned as was wished; ``turned``: how many were running."""

    safe: dict[str, str] = field(default_factory=dict)
    turned: int = 0
    fault: str = ""


def deliver(tools: Tools, row: OutboxRow, owner: str) -> None:
    """One attempt at a claimed row. Nothing is raised."""
    payload = json.loads(row.payload)
    if row.kind == PAUSE:
        _pause(tools, row, owner, str(payload["pause"]), str(payload["until"]))
    else:
        _resume(tools, row, owner, str(payload["contact"]), str(payload["who"]))


def _pause(tools: Tools, row: OutboxRow, owner: str, pause: str, until: str) -> None:
    found = turn(tools.carrier, row.target, "paused") if tools.now() < until else Found(fault=LATE)
    again = times.plus(tools.now(), PAUSE_AGAIN)
    if found.fault and again < until:
        keep(tools, row, lambda: _later(tools, row, owner, again, found.fault))
        return
    state = FAILED if found.fault else PAUSED if found.turned else NOTHING

    def settled() -> None:
        with tools.store.write() as db:
            recording_pauses.settle(db, pause, state, conferences=found.safe, fault=found.fault)
            outbox.finish(db, row.id, owner=owner, now=tools.now())

    keep(tools, row, settled)
    log.log(
        logging.WARNING if found.fault else logging.INFO,
        "a recording was to be paused",
        extra={"job": row.id, "outcome": state, "case": row.target, "reason": found.fault},
    )


def _resume(tools: Tools, row: OutboxRow, owner: str, contact: str, who: str) -> None:
    # Another secret is being said: its own end lets the recording go on.
    busy = bool(recording_pauses.standing(tools.store.read(), contact))
    found = Found() if busy else turn(tools.carrier, row.target, "in-progress")
    now = tools.now()
    if found.fault and times.plus(row.created_at, RESUME_SECONDS) > now:
        keep(tools, row, lambda: _later(tools, row, owner, times.plus(now, RESUME_AGAIN), found.fault))
        return

    def settled() -> None:
        with tools.store.write() as db:
            if outbox.finish(db, row.id, owner=owner, now=now) and found.turned:
                recording_pauses.resumed(db, contact, at=now)
                cases.add_event(db, row.target, at=now, who=who, what="recording resumed")

    keep(tools, row, settled)


def turn(carrier: Carrier, room: str, status: str) -> Found:
    """Whatever is recorded in the conferences of this name is paused, or in-progress again."""
    listed, found = carrier.list_conferences(room), Found()
    if not listed.ok:
        return Found(fault=listed.message)
    for conference in listed.data:
        sid = str(conference.get("sid") or "")
        if conference.get("status") == "completed":
            found.safe[sid] = "over"
        elif conference.get("status") == "in-progress":
            _turn(carrier, sid, status, found)
        elif status == "paused":
            found.fault = "the room is just being opened"
    return found


def _turn(carrier: Carrier, sid: str, status: str, found: Found) -> None:
    outcome = carrier.turn_recording(sid, status)
    if outcome.ok and outcome.data.get("status") == status:
        found.safe[sid] = status
        found.turned += 1
    elif outcome.ok:
        found.fault = f"the carrier says that the recording is {outcome.data.get('status')}"
    elif outcome.code != NOT_THERE:
        found.fault = outcome.message


def _later(tools: Tools, row: OutboxRow, owner: str, at: str, why: str) -> None:
    with tools.store.write() as db:
        outbox.retry_later(db, row.id, owner=owner, now=tools.now(), not_before=at, error=why)
