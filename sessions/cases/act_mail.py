"""What the worker needs of an act that was asked for: whom to ask, the letter that comes of the answer, and what became of it.

A secret passes through here in memory and is kept nowhere: the file is made anew at every attempt, under the same password.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from desk.access import ANSWER
from desk.acts import proved_at
from desk.caseload.model import Actor
from sessions.cases import acts, case_work, cases
from sessions.cases.acts import NoAct, Place
from sessions.console import sealing
from sessions.desk import desk
from sessions.gateway import Gateway
from store import agent_acts, timers
from store import cases as stored
from store.agent_acts import ActRow
from store.library import Connection
from store.times import text

log = logging.getLogger("sambung.acts")

_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}"
)
# What is told of an answer that was sent; the address is masked.
_ANSWERED: Mapping[str, str] = {"id": "Dikirim ke {address}", "en": "Sent to {address}"}


@dataclass(frozen=True)
class Question:
    """What the other system is asked: the address with its placeholders, what fills them, and the fields that may come."""

    url: str
    query: Mapping[str, str] = field(repr=False)
    gives: tuple[str, ...]


@dataclass(frozen=True)
class Letter:
    """A mail with its sealed file. ``shown`` is the address masked; ``inside`` and ``password`` must be seen by nobody else."""

    to: str = field(repr=False)
    shown: str
    heading: str
    body: str
    inside: str = field(repr=False)
    password: str = field(repr=False)
    name: str
    id: str


class Unsendable(Exception):
    """This act will never be sent; the text is why."""


def question(gateway: Gateway, db: Connection, id: str) -> Question:
    """Raises Unsendable when the act was settled, or whose data were meant is not known any more."""
    row, here = _found(gateway, db, id)
    act = here.declared.acts[row.act]
    source = here.flow.sources[act.asks]
    subject = proved_at(here.session.proved, act.auth_level) if here.session else ""
    if not subject:
        raise Unsendable("the contact's proof is not there any more")
    return Question(source.url, {act.subject: subject}, source.gives)


def letter(gateway: Gateway, db: Connection, id: str, fields: Mapping[str, str]) -> Letter | None:
    """The letter; None when there is no address on file. Raises Unsendable."""
    row, here = _found(gateway, db, id)
    act = here.declared.acts[row.act]
    to, secret = fields.get(act.address, "").strip(), fields.get(act.secret, "").strip()
    if not _ADDRESS.fullmatch(to):
        return None
    if not secret:
        raise Unsendable(f"the other system's answer has no {act.secret}")
    password = sealing.opened(gateway, acts.PURPOSE, id, row.sealed)
    if not password:
        raise Unsendable(
            "the file's password cannot be opened: SECRET_KEY was changed, or the act was asked for anew"
        )
    language = here.row.language or here.flow.language

    def said(words: Mapping[str, str], **more: str) -> str:
        filled = words.get(language) or words[here.flow.language]
        service = here.flow.service.get(language) or here.flow.service[here.flow.language]
        for name, value in {"layanan": service, "tiket": row.ticket, **more}.items():
            filled = filled.replace(f"{{{name}}}", value)
        return filled

    return Letter(
        to, shown(to), said(act.heading), said(act.mail), said(act.file, **{act.secret: secret}), password,
        f"{row.ticket}.pdf", id,
    )  # fmt: skip


def shown(address: str) -> str:
    """The first letter and the domain (domain page 0.5).

    >>> shown("budi.s@contoh.id")
    'b***@contoh.id'
    """
    local, _, domain = address.partition("@")
    return f"{local[:1]}***@{domain}"


def _found(gateway: Gateway, db: Connection, id: str) -> tuple[ActRow, Place]:
    row = agent_acts.load(db, id)
    if row is None or row.state in (agent_acts.SENT, agent_acts.NO_ADDRESS):
        raise Unsendable("this act was settled already")
    try:
        here = acts.place(gateway, db, row.ticket)
    except NoAct as gone:
        raise Unsendable(str(gone)) from gone
    if row.act not in here.declared.acts or not row.sealed:
        raise Unsendable("this act is declared no more, or was asked for anew")
    return row, here


# -- what became of it: each in the worker's transaction


def sent(gateway: Gateway, db: Connection, id: str, address: str) -> None:
    """The mail server has it: the case is answered, without a text."""
    row = agent_acts.load(db, id)
    if row is None:
        return
    now = text(gateway.clock())
    agent_acts.settle(db, id, agent_acts.SENT, at=now, address=address)
    timers.cancel(db, kind=acts.TIMER, subject=f"{row.ticket}/{row.act}")
    _note(db, row, "act done", f"{row.act}: {address}", now)
    cases.change(db, row.ticket, {"subject_is_caller": "true"}, now)
    agent = desk.look(gateway, db).roster.agents.get(row.agent)
    case = stored.load(db, row.ticket)
    if agent is None or case is None:
        return
    answer = _ANSWERED.get(case.language or "id", _ANSWERED["en"]).format(address=address)
    case_work.act(
        gateway, db, row.ticket, ANSWER, Actor(agent.id, agent.asker), row.act, now, talk=True, text=answer
    )


def no_address(gateway: Gateway, db: Connection, id: str) -> None:
    """The other system knows no address: the agent is told what to tell the contact."""
    _settled(gateway, db, id, agent_acts.NO_ADDRESS, "no e-mail address on file")


def failed(gateway: Gateway, db: Connection, id: str, why: str) -> None:
    """Given up. The agent may ask for it again; the case stays with the agent."""
    _settled(gateway, db, id, agent_acts.FAILED, why)


def _settled(gateway: Gateway, db: Connection, id: str, state: str, why: str) -> None:
    row = agent_acts.load(db, id)
    if row is None or row.state != agent_acts.ASKED:
        return
    now = text(gateway.clock())
    agent_acts.settle(db, id, state, at=now, reason=why)
    if state == agent_acts.NO_ADDRESS:  # nothing is due any more: the contact has to see to it
        timers.cancel(db, kind=acts.TIMER, subject=f"{row.ticket}/{row.act}")
    _note(db, row, "act not done", f"{row.act}: {why}", now)
    log.error("ALARM: an act could not be done", extra={"case": row.ticket, "kind": row.act, "reason": why})


def waits(gateway: Gateway, db: Connection, id: str, why: str) -> None:
    """Not yet: it is tried again by itself, and the agent sees why it is late."""
    row = agent_acts.load(db, id)
    now = text(gateway.clock())
    if row is not None and row.state == agent_acts.ASKED and not row.reason:
        _note(db, row, "act waits", f"{row.act}: {why}", now)
    agent_acts.waits(db, id, reason=why, at=now)


def _note(db: Connection, row: ActRow, what: str, why: str, now: str) -> None:
    stored.add_event(db, row.ticket, at=now, who="robot", what=what, why=why)
