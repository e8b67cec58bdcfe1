"""Was it sent?

 Rows of unknown outcome, half a minute later, when the carrier's lists show what it has accepted.

Found: it was sent. Not found: a text is sent once more, marked so that a double can be traced; a call is left
to a person, because two calls are worse than none (reliability page, D2).
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from carrier.client import Outcome
from jobs.sending import REPEATABLE, Tools, _dead, keep, note_sent
from store import Connection, audit, calls, messages, outbox, times
from store.outbox import OutboxRow

log = logging.getLogger("sambung.jobs")

SENT_AGAIN = "sent_again"
CLOCKS_APART = timedelta(seconds=120)  # how far the carrier's clock may be from ours


def reconcile(tools: Tools, row: OutboxRow, owner: str) -> None:
    """Decides one claimed row of unknown outcome. Nothing is raised."""
    payload = json.loads(row.payload)
    if row.kind in REPEATABLE:
        keep(tools, row, lambda: _again(tools, row, owner, "done again: twice is as good as once"))
        return
    outcome = _ask(tools, row, payload)
    if not outcome.ok:
        why = f"the carrier cannot be asked: {outcome.message}"
        keep(tools, row, lambda: _ask_later(tools, row, owner, why, forever=outcome.kind == "permanent"))
        return
    keep(tools, row, lambda: _decide(tools, row, owner, payload, outcome.data))


def _ask(tools: Tools, row: OutboxRow, payload: dict[str, Any]) -> Outcome:
    after = times.instant(row.created_at) - CLOCKS_APART
    if row.kind == "sms":
        return tools.carrier.list_messages(to=payload["to"], after=after)
    return tools.carrier.list_calls(to=payload["to"], after=after)


def _decide(
    tools: Tools, row: OutboxRow, owner: str, payload: dict[str, Any], found: list[dict[str, Any]]
) -> None:
    now = tools.now()
    with tools.store.write() as db:
        sid = _ours(db, row, payload, found)
        if sid:
            log.info("found at the carrier", extra={"job": row.id, "kind": row.kind, "sid": sid})
            note_sent(db, row, payload, sid, now)
            outbox.finish(db, row.id, owner=owner, now=now, carrier_sid=sid)
        elif row.kind == "sms" and not sent_again(db, row):
            _flag(db, row, now)
            outbox.retry_later(
                db, row.id, owner=owner, now=now, not_before=now, error="not found: sent once more"
            )
        else:
            why = f"unknown outcome: a person must decide whether this {row.kind} went out"
            audit.write(db, at=now, who="worker", action="unknown_outcome", subject=row.id)
            _dead(db, row, owner, now, why)


def _ours(db: Connection, row: OutboxRow, payload: dict[str, Any], found: list[dict[str, Any]]) -> str:
    """The Sid of what this row sent, "" if the carrier has nothing of it. Never one that is another row's."""
    earliest = times.instant(row.created_at) - CLOCKS_APART
    for each in found:
        sid = str(each.get("sid") or "")
        made = each.get("date_created") or each.get("start_time")
        if not sid or (isinstance(made, datetime) and made.astimezone(UTC) < earliest):
            continue
        if not _same_number(str(each.get("from") or ""), str(payload.get("from") or "")):
            continue
        if row.kind == "sms":
            known = messages.load(db, sid)
            if each.get("body") == payload.get("body") and (
                known is None or known.outbox_id in (None, row.id)
            ):
                return sid
        elif str(each.get("direction") or "outbound-api").startswith("outbound") and _free(db, sid):
            return sid
    return ""


def _same_number(one: str, other: str) -> bool:
    """Is this one number of ours?  We may say 131 where the carrier says +6221131; so we never ask it for one."""
    a, b = (re.sub(r"\D", "", each).lstrip("0") for each in (one, other))
    return a == b or (min(len(a), len(b)) >= 3 and (a.endswith(b) or b.endswith(a)))


def _free(db: Connection, sid: str) -> bool:
    """Is this call nobody else's?

    A call of ours is known by its row's Sid as soon as the outcome was kept.
    """
    taken = db.execute("SELECT 1 FROM outbox WHERE carrier_sid = ?", (sid,)).fetchone()
    known = calls.load(db, sid)
    return taken is None and (known is None or known.parent_sid is None)


def sent_again(db: Connection, row: OutboxRow) -> bool:
    """Was it sent a second time already, because nobody knew of the first?"""
    return any(line.action == SENT_AGAIN for line in audit.of_subject(db, row.id))


def _flag(db: Connection, row: OutboxRow, now: str) -> None:
    """Every text that may have gone out twice is on record."""
    log.warning("a text is sent once more after an unknown outcome", extra={"job": row.id})
    audit.write(db, at=now, who="worker", action=SENT_AGAIN, subject=row.id)


def _again(tools: Tools, row: OutboxRow, owner: str, why: str) -> None:
    now = tools.now()
    with tools.store.write() as db:
        if row.attempts >= 3:
            _dead(db, row, owner, now, row.last_error or why)
        else:
            outbox.retry_later(db, row.id, owner=owner, now=now, not_before=now, error=why)


def _ask_later(tools: Tools, row: OutboxRow, owner: str, why: str, *, forever: bool) -> None:
    now = tools.now()
    age = (times.instant(now) - times.instant(row.created_at)).total_seconds()
    with tools.store.write() as db:
        if forever or age > 4 * 3600:
            _dead(db, row, owner, now, f"unknown outcome, and {why}")
        else:
            outbox.mark_uncertain(db, row.id, owner=owner, now=now, error=why)
