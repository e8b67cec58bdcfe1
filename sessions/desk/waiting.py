"""A contact of a flow and the desk: how it comes to wait for a person, where it stands, how it goes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from desk import estimate
from desk import hours as desk_hours
from desk.agents import LEVELS, TEXT, VOICE, Agent
from desk.overrides import Override
from desk.routing import LAWS, Contact, Desk, Need, contact
from desk.routing.contacts import CALL, CALLBACK, DIALOGUE, OFFERED, TALKING, WAITING
from desk.routing.events import Arrived, CallbackAsked, Gone
from desk.routing.sheet import Sheet
from engine import world as facts
from engine.flow import Flow
from engine.session import Session
from engine.turn import AskCallback, EnterQueue, LeaveQueue
from sessions.agents import agent_cases
from sessions.calls import guarding
from sessions.cases import cases
from sessions.desk import desk
from sessions.publishing import overrides
from sessions.scene import Scene
from store import audit
from store import desk as rows
from store.times import instant, plus, text

PRIORITIES = {"P1": 1, "P2": 2, "P3": 3, "P4": 4}
# A callback may still be made so long after the closing time by which it was promised (domain page 1.2: one working hour).
GRACE = timedelta(hours=1)
# Two ends of one talk are told within so many seconds, in any order.
PARTING_SECONDS = 5


# -- coming and going: effects of the engine


def enter(scene: Scene, effect: EnterQueue) -> None:
    """The contact is at the desk, and may be offered to somebody in this very transaction. A text only in a house with people
    who answer texts: elsewhere its case waits for whoever looks at cases.
    """
    wish = _contact(scene, effect, instant(scene.now))
    if wish.kind == DIALOGUE and not desk.works_on(desk.look(scene.gateway, scene.db), scene.flow.id, TEXT):
        return
    desk.happen(scene.gateway, scene.db, Arrived(wish), scene.now)


def changed(scene: Scene, fields: Mapping[str, str]) -> None:
    """Whoever waits waits for what the case says now: a victim who has paid goes before others, a crime is for tier 2.

    Who is being offered to somebody, or talks, stays with that agent.
    """
    held = desk.look(scene.gateway, scene.db).contacts.get(scene.session_id)
    if held is None or held.state != WAITING:
        return
    need = held.need._replace(
        skill=fields.get("skill") or held.need.skill,
        tier=max(int(fields.get("tier", "").removeprefix("T") or 0), held.need.tier),
        unit=fields.get("unit") or held.need.unit,
        classification=fields.get("classification", "").upper() or held.need.classification,
    )
    wish = replace(held, need=need, priority=PRIORITIES.get(fields.get("priority", ""), held.priority))
    if wish != held:
        desk.happen(scene.gateway, scene.db, Arrived(wish), scene.now)


def leave(scene: Scene, effect: LeaveQueue) -> None:
    """Nobody must offer this contact any more; a caller who gave up has an answer coming (the case stays open).

    Who was answered stays at the desk, talking; who wants a callback keeps the place until the number is known.
    """
    audit.write(
        scene.db, at=scene.now, who="contact", action=f"queue_{effect.reason}", subject=scene.session_id
    )
    if effect.reason in ("answered", "callback"):
        return
    why = {"hung_up": "", "key": "exit_message"}.get(effect.reason, f"exit_{effect.reason}")
    _gone(scene, why)


def ended(scene: Scene, why: str = "") -> None:
    """The contact is over; whoever had asked for a callback is still owed one. ``why``: not just hung up."""
    held = desk.look(scene.gateway, scene.db).contacts.get(scene.session_id)
    if held is not None and held.kind == CALL:
        _gone(scene, why)


def _gone(scene: Scene, why: str) -> None:
    """The contact has left the desk; '' by hanging up. Whose talk has ended in these seconds has not given up a queue."""
    agent = _parted_with(scene) if not why else None
    why = "talk_ended" if agent is not None else why
    desk.happen(scene.gateway, scene.db, Gone(scene.session_id), scene.now, why=why)
    if agent is not None:
        agent_cases.disposed(scene.gateway, scene.db, scene.session_id, agent, "answered", scene.now)


def _parted_with(scene: Scene) -> Agent | None:
    """The agent whose line ended moments ago, and whom nobody has followed: both have hung up, and the agent was heard first.

    A caller who was led out of the room was still there when the agent was not: that was no end of a talk but a lost line.
    """
    if scene.session.phase != "talking":
        return None
    told = [
        row
        for row in rows.contact_events(scene.db, scene.session_id)
        if row.what in ("answered", "transferred")
    ]
    if not told or told[-1].what != "transferred" or told[-1].at < plus(scene.now, -PARTING_SECONDS):
        return None
    detail = json.loads(told[-1].detail)
    agents = desk.look(scene.gateway, scene.db).roster.agents
    return agents.get(detail.get("agent", "")) if detail.get("why") == "line_lost" else None


def message_left(scene: Scene, seconds: int) -> None:
    """Who waited for a person has left a message instead."""
    last = rows.last_event(scene.db, scene.session_id)
    if last is not None and last.what.startswith(("exit_", "voicemail")):
        rows.tell_contact(
            scene.db,
            at=scene.now,
            contact=scene.session_id,
            service=last.service,
            skill=last.skill,
            tier=last.tier,
            channel=last.channel,
            what="voicemail",
            detail={"seconds": seconds},
        )


def ask_callback(scene: Scene, effect: AskCallback) -> None:
    """The wish is a field of the case and a contact of the desk, with the place that the caller had in the queue.

    A number that was keyed in may be anybody's: it is dialled only where the flow says so, and after an agent has heard it
    and taken it; elsewhere the case has a note to call by hand (docs/decisions/0021).
    """
    fields = {"callback_number": effect.number, "callback_skill": effect.skill}
    cases.change(scene.db, scene.session.ticket, fields, scene.now)
    held = desk.look(scene.gateway, scene.db).contacts.get(scene.session_id)
    queued = held if held is not None and held.kind == CALL else None
    by_hand = _by_hand(scene, effect)
    if by_hand:
        note = {"note": f"callback: {by_hand}, call by hand"}
        cases.change(scene.db, scene.session.ticket, note, scene.now)
    elif queued is None:
        desk.happen(scene.gateway, scene.db, Arrived(_callback(scene, effect)), scene.now)
    else:
        asked = CallbackAsked(scene.session_id, effect.number)
        desk.happen(scene.gateway, scene.db, asked, scene.now)
    if queued is not None:  # refused, or to be called by hand: the caller does not wait on the line any more
        ended(scene, "callback_asked")


def _by_hand(scene: Scene, effect: AskCallback) -> str:
    """Why people have to call this number themselves; '' when the desk may. Else an agent would wait for a call that the
    guard refuses.
    """
    if effect.number != scene.session.contact and not effect.dial_keyed:
        return "number keyed in"
    return "" if guarding.may_ring(scene.gateway, effect.number) else "number outside the permitted prefixes"


def _callback(scene: Scene, effect: AskCallback) -> Contact:
    """A callback of somebody who does not wait: outside hours it is made when they begin."""
    held = overrides.of(scene.db, scene.flow.id, scene.now)
    return calling_back(scene.flow, scene.session, scene.session_id, effect, instant(scene.now), held)


def calling_back(
    flow: Flow,
    session: Session,
    id: str,
    effect: AskCallback,
    moment: datetime,
    held: Sequence[Override] = (),
) -> Contact:
    """The contact of the desk that such a callback is. ``id``: of the session it was asked for in; ``held``: overrides."""
    name = next(iter(flow.hours), "")
    spec = overrides.hours_with(flow, name, held) if name else None
    closed = spec is not None and not desk_hours.is_open(spec, moment)
    due = desk_hours.due_next_working_day(spec, moment) if spec is not None else None
    case = session.case
    return contact(
        f"cb:{session.ticket or id}",
        CALLBACK,
        moment,
        service=flow.id,
        skill=effect.skill or case.get("skill", "umum"),
        language=session.language,
        classification=case.get("classification") or "PUBLIK",
        priority=PRIORITIES.get(case.get("priority", ""), 3),
        number=effect.number,
        not_before=desk_hours.next_open(spec, moment) if spec is not None and closed else None,
        expires_at=due + GRACE if due is not None else None,
    )


def _contact(scene: Scene, wish: EnterQueue, moment: datetime) -> Contact:
    """What the desk is told of a caller or writer who begins to wait. Texts wait through the night: they have no closing time."""
    held = overrides.of(scene.db, scene.flow.id, scene.now)
    last = _last_agent(scene, moment)
    return wishing(scene.flow, scene.session, scene.session_id, wish, moment, last=last, held=held)


def wishing(
    flow: Flow,
    session: Session,
    id: str,
    wish: EnterQueue,
    moment: datetime,
    *,
    last: tuple[str, datetime | None] = ("", None),
    held: Sequence[Override] = (),
) -> Contact:
    """A contact of the desk made of what a step asks for. ``last``: who talked to this number before, and when; ``held``:
    overrides.
    """
    kind = CALL if session.channel == VOICE else DIALOGUE
    return contact(
        id,
        kind,
        moment,
        service=flow.id,
        skill=wish.skill,
        level=LEVELS.get(wish.level, 1),
        language=wish.language or session.language,
        tier=wish.tier,
        classification=wish.classification or "PUBLIK",
        unit=wish.unit,
        priority=PRIORITIES.get(wish.priority, 3),
        number=session.contact,
        last_agent=last[0],
        last_agent_at=last[1],
        longest=wish.longest,
        closes_at=overrides.closing(flow, wish.hours, held, moment) if kind == CALL else None,
    )


def _last_agent(scene: Scene, moment: datetime) -> tuple[str, datetime | None]:
    """Who talked to this number last, of this service; ('', None) for nobody or a withheld number."""
    rules = desk.look(scene.gateway, scene.db).rules_of(scene.flow.id)
    since = text(moment - timedelta(seconds=rules.last_agent_seconds))
    number = scene.session.contact
    found = rows.last_talk(scene.db, scene.flow.id, number, since) if number else None
    return (found[0], instant(found[1])) if found else ("", None)


# -- facts of the moment: the engine's world


def people(scene: Scene, skill: str, tier: int, moment: datetime) -> str:
    """free, busy or nobody, for this contact."""
    need = Need(scene.flow.id, skill, language=scene.session.language, tier=tier)
    return people_at(desk.look(scene.gateway, scene.db), scene.session_id, need, moment)


def people_at(seen: Desk, id: str, need: Need, moment: datetime) -> str:
    """free, busy or nobody. A house without a roster always has people: who waits there is seen by whoever looks."""
    if not desk.staffed(seen):
        return facts.BUSY
    at_desk = seen.contacts.get(id)
    # Level, class and unit are asked by the router itself, which sends away at once whom nobody here may serve.
    need = at_desk.need if at_desk else need
    kept, at = LAWS.keep_time(seen, moment)
    sheet = Sheet(kept, at, LAWS)
    able = [agent for agents in sheet.able(need).values() for agent in agents]
    if not sheet.here.intersection(able):
        return facts.NOBODY
    return facts.FREE if sheet.free(VOICE).intersection(able) else facts.BUSY


def place(scene: Scene, entering: EnterQueue | None, moment: datetime) -> tuple[int, int]:
    """Position and minutes, of who waits or is just about to (then the row is not written yet)."""
    seen = desk.at_next(scene.gateway, scene.db)
    here = scene.session_id in seen.contacts
    arriving = None if here or entering is None else _contact(scene, entering, moment)
    return place_at(seen, scene.session_id, arriving, moment)


def place_at(seen: Desk, id: str, arriving: Contact | None, moment: datetime) -> tuple[int, int]:
    """Position and minutes of a contact. ``arriving``: the contact itself, when it is not at the desk yet."""
    if arriving is not None:
        seen = desk.suppose(seen, Arrived(arriving), moment)
    held = seen.contacts.get(id)
    if held is None or held.state in (OFFERED, TALKING):
        return 1, 1
    position = max(1, estimate.place(seen, id, moment))
    if desk.staffed(seen):
        return position, estimate.wait_minutes(seen, id, moment)
    return position, position * max(1, round(seen.pace(held.need) / 60))
