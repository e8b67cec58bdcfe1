"""Where a call or a dialogue is in its flow: for who looks at it from outside, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from desk.routing.contacts import subject_of
from engine.numbers import contact_key
from engine.session import from_json
from sessions.gateway import Gateway
from store import legs, sessions
from store.sessions import SessionRow
from store.times import text


@dataclass(frozen=True)
class Whereabouts:
    """The step of a contact in the version it is on. ``leg``: for an agent's telephone, how it stands (store.legs), else ''."""

    service: str
    version: str
    step: str
    leg: str = ""


def of_call(gateway: Gateway, sid: str) -> Whereabouts | None:
    """Where this call is; of a telephone that the desk has rung, where its contact is, also whom a colleague asks about.

    None when it is none of ours.
    """
    db = gateway.store.read()
    leg = legs.of_call(db, sid)
    row = sessions.load(db, subject_of(leg.contact) if leg else sid)
    return None if row is None else _at(row, leg.state if leg else "")


def of_texts(gateway: Gateway, called: str, writer: str) -> Whereabouts | None:
    """Where the newest dialogue by text of this writer with the service of a number is; None when there is none."""
    contact = contact_key(writer).key
    found = gateway.services.by_number("text", called, contact, text(gateway.clock()))
    if found is None or not contact:
        return None
    row = sessions.live_text_session(gateway.store.read(), found[0].id, contact)
    return None if row is None else _at(row, "")


def _at(row: SessionRow, leg: str) -> Whereabouts:
    return Whereabouts(row.service, row.version, from_json(row.state).step, leg)
