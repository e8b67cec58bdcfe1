"""What was given up and waits for a person: texts and calls of the outbox, timers, events that nobody could take.

Who looks sees what it is and why it failed, with numbers and secrets masked. Trying one again twice is trying it
once; whoever does it, or lets one go, says why, and the audit keeps it.
"""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from desk.redaction import mask
from sessions.cases.records import LEAST_REASON
from sessions.gateway import Gateway
from store import audit, outbox, timers
from store.library import Connection
from store.outbox import OutboxRow
from store.timers import TimerRow
from store.times import text

log = logging.getLogger(__name__)

OUTBOX, TIMER, SPOOL = "outbox", "timer", "spool"
# Begins what the worker writes of something of which nobody knows whether it went out (jobs/uncertain.py).
_UNSURE = "unknown outcome"


class Refused(Exception):
    """It is not done. The text is for a person."""


class Letter(NamedTuple):
    """One dead letter. ``to`` is masked; ``about`` is a contact's or call's id; ``unsure``: it may have gone out after all."""

    id: str
    where: str
    kind: str
    to: str
    tries: int
    why: str
    since: str
    about: str
    unsure: bool = False


def letters(gateway: Gateway, limit: int = 200) -> list[Letter]:
    """All of them, those of the outbox first, each part newest first."""
    db = gateway.store.read()
    return [
        *(_of_row(row) for row in outbox.dead(db, limit)),
        *(_of_timer(row) for row in timers.dead(db, limit)),
        *(_of_file(path) for path in reversed(gateway.spool.poisoned()[-limit:])),
    ]


def find(gateway: Gateway, id: str) -> Letter:
    """Raises Refused when there is none of that id, or it is not dead any more."""
    for letter in letters(gateway, 100_000):
        if letter.id == id:
            return letter
    raise Refused(
        f"no dead letter has the id {id[:80]!r}: see the list, and whether it was dealt with already"
    )


def content(gateway: Gateway, letter: Letter) -> dict[str, Any]:
    """What is in it, with numbers and secrets masked: name -> value."""
    if letter.where == OUTBOX:
        row = outbox.load(gateway.store.read(), letter.id)
        return _shown(json.loads(row.payload)) if row else {}
    if letter.where == SPOOL:
        event = _event(gateway.spool.poison / f"{letter.id}.json")
        return _shown({"path": event.get("path", ""), **event.get("form", {})})
    return {}


def replay(gateway: Gateway, id: str, *, who: str, reason: str, sure: bool = False) -> Letter:
    """Tries one again, from the first attempt. ``sure``: whoever asks has looked whether it went out. Raises Refused."""
    reason, letter = _reason(reason), find(gateway, id)
    if letter.unsure and not sure:
        raise Refused(
            f"{id} may have gone out: {letter.why}. Look for it in the carrier's console, and say that you are sure: "
            "two calls are worse than none"
        )
    _change(gateway, letter, who, reason, "dead_letter_replayed")
    return letter


def drop(gateway: Gateway, id: str, *, who: str, reason: str) -> Letter:
    """Lets one go for good: an event's file is removed, a row stays as cancelled. Raises Refused."""
    reason, letter = _reason(reason), find(gateway, id)
    _change(gateway, letter, who, reason, "dead_letter_dropped")
    return letter


def _change(gateway: Gateway, letter: Letter, who: str, reason: str, action: str) -> None:
    """The change and its line in the audit, together. For a file the line comes first: it outlives what it tells of."""
    now, again = text(gateway.clock()), action == "dead_letter_replayed"
    with gateway.store.write() as db:
        if not _in_database(db, letter, now, again):
            raise Refused(f"{letter.id} was dealt with by somebody else in this moment")
        detail = {"reason": reason, "kind": letter.kind, "why_dead": letter.why}
        audit.write(
            db,
            at=now,
            who=who,
            action=action,
            subject=letter.id,
            detail=json.dumps(detail, ensure_ascii=False),
        )
    if letter.where == SPOOL:
        take = gateway.spool.give_back if again else gateway.spool.forget
        if not take(letter.id):
            raise Refused(f"{letter.id} was dealt with by somebody else in this moment")
    log.info("a dead letter was dealt with", extra={"job": letter.id, "kind": letter.kind, "outcome": action})


def _in_database(db: Connection, letter: Letter, now: str, again: bool) -> bool:
    if letter.where == OUTBOX:
        return (outbox.revive if again else outbox.let_go)(db, letter.id, now=now)
    if letter.where == TIMER:
        return timers.revive(db, letter.id, now=now) if again else timers.forget(db, letter.id)
    return True


def _reason(given: str) -> str:
    reason = " ".join(given.split())
    if len(reason) < LEAST_REASON:
        raise Refused(
            f"a reason of {LEAST_REASON} characters or more is needed: who reads it later must understand"
        )
    return reason


def _of_row(row: OutboxRow) -> Letter:
    why = row.last_error or ""
    return Letter(
        row.id, OUTBOX, row.kind, mask(row.target), row.attempts, why, row.updated_at, row.cause or "", _UNSURE in why
    )  # fmt: skip


def _of_timer(row: TimerRow) -> Letter:
    return Letter(row.id, TIMER, row.kind, "", row.attempts, row.last_error or "", row.at, row.subject)


def _of_file(path: Path) -> Letter:
    event = _event(path)
    name, _, tries = path.stem.partition(".")
    why = "its work failed each time: the log says why" if event else "the file is damaged"
    form = event.get("form", {})
    about = str(form.get("CallSid") or form.get("MessageSid") or name)
    since = text(datetime.fromtimestamp(path.stat().st_mtime, UTC)) if path.exists() else ""
    failed = int(tries) + 1 if tries.isdigit() else 0
    return Letter(path.stem, SPOOL, str(event.get("path", "?")), "", failed, why, since, about)


def _event(path: Path) -> dict[str, Any]:
    """What a file of the spool holds; {} when it cannot be read."""
    try:
        event = json.loads(path.read_bytes())["event"]
        return {"path": str(event["path"]), "form": dict(event["form"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _shown(told: dict[str, Any]) -> dict[str, Any]:
    return {name: mask(value) if isinstance(value, str) else value for name, value in told.items()}
