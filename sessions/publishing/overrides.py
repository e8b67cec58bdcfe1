"""Overrides of the calendar: who decides what, what it does to those who wait now, and the opening hours that hold because of it.

Read at each webhook, from a table that is nearly always empty, so that the next one in every process knows, and so that an override
ends by itself. Nothing of it is kept in memory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from desk import hours as desk_hours
from desk.hours import Hours
from desk.overrides import AUTOMATIC, Override, Wish, announcement, faults, forced
from desk.routing import Contact
from desk.routing.contacts import CALL, WAITING
from desk.routing.events import Arrived
from engine.flow import Flow, Queue
from engine.session import from_json
from engine.turn import Speak, Turn
from sessions.desk import desk
from sessions.gateway import Gateway
from sessions.moments import hours_of
from sessions.publishing.publishing import FLOW
from store import audit
from store import overrides as rows
from store import sessions as session_rows
from store.library import Connection
from store.times import instant, text


class Refused(Exception):
    """``faults``: field -> what is wrong with it (desk.overrides.faults)."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {fault}" for field, fault in faults.items()))
        self.faults = faults


# --- what holds ---


def of(db: Connection, service: str, now: str) -> list[Override]:
    """What holds at this moment for a service; '' for all of them."""
    return [_read(row) for row in rows.now(db, now, service)]


def between(db: Connection, since: datetime, until: datetime, service: str = "") -> list[Override]:
    """What held, or will hold, at some moment of this time, the oldest first."""
    return [_read(row) for row in rows.between(db, text(since), text(until), service)]


def hours_with(flow: Flow, name: str, overrides: Sequence[Override]) -> Hours:
    """One of the flow's opening hours, with what people decided."""
    calendar = hours_of(flow, name)
    return replace(calendar, forced=forced(overrides, name)) if overrides else calendar


def closing(flow: Flow, name: str, overrides: Sequence[Override], moment: datetime) -> datetime | None:
    """Until when somebody who waits now may wait: the end of these hours; None when they do not end."""
    if name not in flow.hours:
        return None
    hours = hours_with(flow, name, overrides)
    return desk_hours.next_change(hours, moment) if desk_hours.is_open(hours, moment) else moment


def announced(db: Connection, flow: Flow, now: str) -> Mapping[str, str]:
    """What every contact is told first, now: language -> words."""
    return announcement(of(db, flow.id, now), instant(now))


def first_said(turn: Turn, words: Mapping[str, str]) -> Turn:
    """The turn with the announcement in front, in every language of it: nobody has chosen one yet."""
    said = tuple(Speak(each, language) for language, each in words.items() if each)
    return replace(turn, prompts=(*said, *turn.prompts)) if said else turn


def in_front(words: Mapping[str, str], language: str, reply: str) -> str:
    """The same in front of the reply to a text, in the language of the writer."""
    said = words.get(language) or next(iter(words.values()), "")
    return " ".join(filter(None, (said, reply)))


def _read(row: rows.OverrideRow) -> Override:
    return Override(
        row.id,
        row.service,
        row.hours,
        row.state,
        instant(row.begin),
        instant(row.end),
        row.reason,
        row.who,
        json.loads(row.words),
        row.ended_by,
    )


# --- deciding ---


def decide(gateway: Gateway, flow: Flow, wish: Wish, who: str) -> Override | None:
    """Put an override in place of the one before of the same scope, or end that (``automatic``): None. Raises Refused.

    Who waits now leaves by `closed` when this closes their queue, in the same transaction.
    """
    moment = gateway.clock()
    wrong = faults(wish, flow.hours, flow.languages, moment)
    if wrong:
        raise Refused(wrong)
    now = text(moment)
    with gateway.store.write() as db:
        before = [row for row in rows.now(db, now, flow.id) if row.hours == wish.hours]
        if wish.state == AUTOMATIC and not before:
            raise Refused({"state": "automatic already"})
        for row in before:
            rows.end(db, row.id, at=now, who=who)
        made = None if wish.state == AUTOMATIC else _add(db, flow, wish, who, moment)
        _tell(db, flow, wish, who, now)
        _tell_those_who_wait(gateway, db, flow.id, now)
    return made


def _add(db: Connection, flow: Flow, wish: Wish, who: str, moment: datetime) -> Override:
    assert wish.end is not None, "faults() has seen to it"
    words = {
        language: wish.words[language].strip() for language in flow.languages if wish.words.get(language)
    }
    row = rows.add(
        db,
        service=flow.id,
        hours=wish.hours,
        state=wish.state,
        begin=text(moment),
        until=text(wish.end),
        reason=wish.reason.strip(),
        who=who,
        words=words,
    )
    return _read(row)


def _tell(db: Connection, flow: Flow, wish: Wish, who: str, now: str) -> None:
    action = "override_ended" if wish.state == AUTOMATIC else "override_set"
    detail = {"state": wish.state, "hours": wish.hours, "why": wish.reason.strip()}
    if wish.end is not None and wish.state != AUTOMATIC:
        detail["until"] = text(wish.end)
    audit.write(
        db,
        at=now,
        who=who,
        action=action,
        subject=FLOW + flow.id,
        detail=json.dumps(detail, ensure_ascii=False),
    )


def _tell_those_who_wait(gateway: Gateway, db: Connection, service: str, now: str) -> None:
    """The desk knows until when each caller's queue is open. Who is offered to somebody, or talks, stays with that agent."""
    waiting = desk.look(gateway, db).contacts.values()
    for held in sorted(waiting, key=attrgetter("arrived_at", "id")):
        if held.kind == CALL and held.state == WAITING and held.need.service == service:
            closes_at = _closes_at(gateway, db, held, now)
            if closes_at != held.closes_at:
                desk.happen(gateway, db, Arrived(replace(held, closes_at=closes_at)), now)


def _closes_at(gateway: Gateway, db: Connection, held: Contact, now: str) -> datetime | None:
    row = session_rows.load(db, held.id)
    flow = gateway.flow_of(row.service, row.version) if row else None
    step = flow.steps.get(from_json(row.state).step) if row and flow else None
    if flow is None or not isinstance(step, Queue):
        return held.closes_at
    return closing(flow, step.hours, of(db, flow.id, now), instant(now))
