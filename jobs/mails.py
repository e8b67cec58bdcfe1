"""Mail that an agent's act owes: the other system is asked, the file is sealed, the message given to the mail server.

    claimed -> asked (repeatable) -> sealed in memory -> fence 'sending' COMMITTED -> given -> the outcome COMMITTED

The secret is in memory between the answer and the message, and nowhere else. A crash before the fence asks again; after it
nobody can say whether the message was taken, and no mail server can be asked: it is sent once more, with the same Message-ID
and the same password, and the audit says so (docs/decisions/0039).
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass

from carrier.client import Outcome
from carrier.errors import DONE, PERMANENT, UNKNOWN
from jobs import backoff, lookups, web
from jobs.post import Post, written
from jobs.sealed_file import Unwritable, sealed_pdf
from jobs.sending import Tools, keep
from jobs.uncertain import SENT_AGAIN, sent_again
from sessions.cases import act_mail
from sessions.cases.act_mail import Letter, Question, Unsendable
from sessions.cases.acts import KIND
from sessions.gateway import Gateway
from store import Connection, audit, outbox, times
from store.outbox import OutboxRow

log = logging.getLogger("sambung.jobs")

KINDS = (KIND,)
LEASE_SECONDS = 120.0  # a slow system and a mail server that takes its time for each answer
LEAST_PAUSE, MOST_PAUSE = 5.0, 300.0


@dataclass(frozen=True)
class Mailing:
    """What a mail needs besides Tools. ``post`` is None where no mail server is set up."""

    gateway: Gateway
    post: Post | None


def deliver(tools: Tools, mailing: Mailing, row: OutboxRow, owner: str) -> None:
    """One attempt at a claimed row. Everything that can happen ends in the row's state and in the act's. Nothing is raised."""
    try:
        letter = _letter(tools, mailing, _act(row))
    except Unsendable as never:
        _give_up(tools, mailing, row, owner, str(never))
        return
    except web.NotFetched as fault:
        _later(tools, mailing, row, owner, str(fault))
        return
    if letter is None:
        keep(tools, row, lambda: _without_address(tools, mailing, row, owner))
        return
    _send(tools, mailing, row, owner, letter)


def reconcile(tools: Tools, mailing: Mailing, row: OutboxRow, owner: str) -> None:
    """A claimed row of unknown outcome: sent once more, then it is a person's."""
    keep(tools, row, lambda: _once_more(tools, mailing, row, owner))


def _act(row: OutboxRow) -> str:
    try:
        return str(json.loads(row.payload)["act"])
    except (ValueError, KeyError, TypeError):
        return ""


# -- the letter


def _letter(tools: Tools, mailing: Mailing, act: str) -> Letter | None:
    """Raises NotFetched for what may go better later, Unsendable for what never will."""
    db = mailing.gateway.store.read()
    asked = act_mail.question(mailing.gateway, db, act)
    fields = _answer(tools, asked)
    return act_mail.letter(mailing.gateway, db, act, fields)


def _answer(tools: Tools, asked: Question) -> dict[str, str]:
    """The fields of the other system's answer; {} when it knows nobody of that name. Raises NotFetched, Unsendable."""
    try:
        address = lookups.filled(asked.url, asked.query)
    except (KeyError, ValueError) as fault:
        raise Unsendable(f"the question cannot be put: {type(fault).__name__}") from None
    status, value = web.get_json(address, tools.plan.lookup_hosts)
    answer = lookups.understood(status, value, asked.gives)
    if answer["outcome"] == "failed":
        raise web.NotFetched(str(answer["reason"]))
    fields: dict[str, str] = answer["fields"]
    return fields


# -- sending


def _send(tools: Tools, mailing: Mailing, row: OutboxRow, owner: str, letter: Letter) -> None:
    if mailing.post is None:
        _later(tools, mailing, row, owner, "no mail server is set up: SMTP_HOST")
        return
    try:
        file = (letter.name, sealed_pdf(letter.inside, letter.name, letter.password))
        at = tools.clock()
        message = written(mailing.post.sender, letter.to, letter.heading, letter.body, file, letter.id, at)
    except (Unwritable, ValueError) as fault:
        why = str(fault) if isinstance(fault, Unwritable) else "the message cannot be written"
        _give_up(tools, mailing, row, owner, why)
        return
    with tools.store.write() as db:
        attempt = outbox.sending(db, row.id, owner=owner, now=tools.now())
    if attempt is None:
        log.warning("a job's lease was lost before it began", extra={"job": row.id, "kind": row.kind})
        return
    outcome = mailing.post.send(message, letter.to)
    log.info(
        "job attempted",
        extra={"job": row.id, "kind": row.kind, "outcome": outcome.kind, "attempt": attempt, "code": outcome.http_status},
    )  # fmt: skip
    keep(tools, row, lambda: _settle(tools, mailing, row, owner, outcome, letter.shown))


def _settle(
    tools: Tools, mailing: Mailing, row: OutboxRow, owner: str, outcome: Outcome, address: str
) -> None:  # fmt: skip
    now = tools.now()
    with tools.store.write() as db:
        if outcome.kind == DONE:
            if outbox.finish(db, row.id, owner=owner, now=now):
                act_mail.sent(mailing.gateway, db, _act(row), address)
        elif outcome.kind == UNKNOWN:
            outbox.mark_uncertain(db, row.id, owner=owner, now=now, error=outcome.message)
        elif outcome.kind == PERMANENT:
            _dead(mailing, db, row, owner, now, outcome.message)
        else:
            _put_back(tools, mailing, db, row, owner, outcome.message)


def _without_address(tools: Tools, mailing: Mailing, row: OutboxRow, owner: str) -> None:
    """Nothing can be sent, and nothing is owed: the agent tells the contact what to do."""
    with tools.store.write() as db:
        if outbox.finish(db, row.id, owner=owner, now=tools.now()):
            act_mail.no_address(mailing.gateway, db, _act(row))


def _once_more(tools: Tools, mailing: Mailing, row: OutboxRow, owner: str) -> None:
    now = tools.now()
    with tools.store.write() as db:
        if sent_again(db, row):
            audit.write(db, at=now, who="worker", action="unknown_outcome", subject=row.id)
            why = "unknown outcome: a person must ask the contact whether this email came"
            _dead(mailing, db, row, owner, now, why)
            return
        log.warning("a mail is sent once more after an unknown outcome", extra={"job": row.id})
        audit.write(db, at=now, who="worker", action=SENT_AGAIN, subject=row.id)
        why = "nobody can say whether it went: sent once more"
        outbox.retry_later(db, row.id, owner=owner, now=now, not_before=now, error=why)


def _give_up(tools: Tools, mailing: Mailing, row: OutboxRow, owner: str, why: str) -> None:
    def write() -> None:
        with tools.store.write() as db:
            _dead(mailing, db, row, owner, tools.now(), why)

    keep(tools, row, write)


def _dead(mailing: Mailing, db: Connection, row: OutboxRow, owner: str, now: str, why: str) -> None:
    if outbox.bury(db, row.id, owner=owner, now=now, error=why):
        log.error("a job is given up", extra={"job": row.id, "kind": row.kind, "reason": why})
        act_mail.failed(mailing.gateway, db, _act(row), why)


def _later(tools: Tools, mailing: Mailing, row: OutboxRow, owner: str, why: str) -> None:
    def write() -> None:
        with tools.store.write() as db:
            _put_back(tools, mailing, db, row, owner, why)

    keep(tools, row, write)


def _put_back(
    tools: Tools, mailing: Mailing, db: Connection, row: OutboxRow, owner: str, why: str
) -> None:  # fmt: skip
    """Again after as long as it has waited already, within limits: a system that is down is asked often at first, then seldom."""
    now = tools.now()
    age = (times.instant(now) - times.instant(row.created_at)).total_seconds()
    pause = min(MOST_PAUSE, max(LEAST_PAUSE, age)) * (0.75 + tools.chance() / 2)
    if age + pause > backoff.TOO_OLD_SECONDS:
        _dead(mailing, db, row, owner, now, f"given up after {age / 3600:.0f} hours: {why}")
        return
    again = times.plus(now, pause)
    if outbox.retry_later(db, row.id, owner=owner, now=now, not_before=again, error=why):
        act_mail.waits(mailing.gateway, db, _act(row), why)
