"""queue: hands over to people. Opens the case, waits with announcements, leaves by key, by time or with a person.

    opening --case open--> waiting --PersonFound--> talking --PersonAway--> held --PersonFound--> talking
                              ^                        |                      |
                              +-------PersonGone-------+----------------------+

The talk is over when the room has closed and the desk says nothing else. What it says comes as events (sessions/calls/line.py).
"""

from engine.events import Answered, Event, Keys, PersonAway, PersonFound, PersonGone, QueueLeft, Tick
from engine.flow import Queue
from engine.steps.asking import Move
from engine.steps.simple import write
from engine.turn import (
    AwaitAnswer,
    AwaitPerson,
    AwaitReturn,
    AwaitTalk,
    Ended,
    EnterQueue,
    LeaveQueue,
    OpenCase,
    SendText,
)
from engine.visit import Visit
from engine.world import NOBODY, OPEN

CALLBACK, MESSAGE = "1", "2"
HOLD_SECONDS = 10  # of music, until a caller on hold asks again


def enter(visit: Visit, step: Queue) -> Move:
    """Closed and nobody take their exits at once; otherwise the case is opened first, so that nobody is lost."""
    _tell_case(visit, step)  # also a message left outside hours is for these people
    if visit.session.channel == "text":
        return _open_case(visit, step)
    if step.hours and visit.world.hours(step.hours) != OPEN:
        return step.closed
    if visit.world.people(step.skill, step.tier) == NOBODY:
        return step.nobody
    return _open_case(visit, step)


def resume(visit: Visit, step: Queue, event: Event) -> Move:
    """What happened while opening, waiting or talking."""
    if visit.session.phase == "opening" and isinstance(event, Answered):
        return _opened(visit, step, event)
    if visit.session.phase == "waiting":
        return _waiting(visit, step, event)
    if visit.session.phase in ("talking", "held"):
        return _talking(visit, step, event)
    return _talked(visit, step)  # an event came late


def _waiting(visit: Visit, step: Queue, event: Event) -> Move:
    match event:
        case PersonFound(room=room):
            visit.owe(LeaveQueue("answered"))
            visit.phrase("connecting")
            return _talk(visit, room)
        case QueueLeft(exit=exit):
            return _exit(visit, step, exit)
        case Keys(digits="1") if step.callback:
            _leave(visit, "callback")
            return step.callback
        case Keys(digits="2") if step.message:
            _leave(visit, "key")
            return step.message
        case _:
            return _wait_on(visit, step)


def _talking(visit: Visit, step: Queue, event: Event) -> Move:
    match event:
        case PersonFound(room=room):
            return _talk(visit, room)
        case PersonAway():
            if visit.session.phase == "talking":
                visit.phrase("hold")
            visit.change(phase="held")
            return _hold(visit)
        case PersonGone():
            visit.change(phase="waiting")
            visit.phrase("queued_again")
            return _announce(visit, step)
        case QueueLeft(exit=exit):
            return _exit(visit, step, exit)
        case Tick() if visit.session.phase == "held":
            return _hold(visit)
        case _:
            return _talked(visit, step)


def gone(visit: Visit) -> None:
    """The caller hung up: whoever looks at the queue must not see them any more."""
    if visit.session.phase == "waiting":
        _leave(visit, "hung_up")


def _talk(visit: Visit, room: str) -> Move:
    visit.change(phase="talking")
    return AwaitTalk(room, recorded=visit.session.language in visit.session.consent)


def _hold(visit: Visit) -> Move:
    visit.music(HOLD_SECONDS)
    return AwaitReturn(HOLD_SECONDS)


def _tell_case(visit: Visit, step: Queue) -> None:
    fields = {**visit.session.case, "skill": step.skill, "tier": f"T{step.tier}"}
    if step.unit:
        fields["unit"] = step.unit
    if step.priority:
        fields["priority"] = step.priority
    # Who goes from one queue to another is not asked by the list of the first.
    if step.handover or "handover" in fields:
        fields["handover"] = step.handover
    visit.change(case=fields)


def _open_case(visit: Visit, step: Queue) -> Move:
    visit.change(phase="opening", needed_person=True)
    return AwaitAnswer(OpenCase(visit.session.case, "antre", note=visit.plain(step.note)))


def _opened(visit: Visit, step: Queue, event: Answered) -> Move:
    visit.opened(event.fields.get("tiket", ""))
    if visit.session.channel == "text":
        visit.owe(_wish(visit, step))  # the house offers it to people who answer texts, if it has any
        if step.noted:
            return step.noted
        visit.say_step(step, step.words)
        visit.phrase("noted")
        return Ended("goodbye")
    visit.owe(_wish(visit, step))
    visit.change(phase="waiting", waiting_since=visit.world.now)
    visit.say_step(step, step.words)
    return _announce(visit, step)


def _wish(visit: Visit, step: Queue) -> EnterQueue:
    case = visit.session.case
    return EnterQueue(
        step.skill,
        step.tier,
        step.level,
        step.unit,
        case.get("priority", ""),
        visit.session.language,
        case.get("classification", ""),
        step.longest,
        step.hours,
    )


def _wait_on(visit: Visit, step: Queue) -> Move:
    if visit.world.seconds_since(visit.session.waiting_since) >= step.longest:
        return _exit(visit, step, "too_long")
    if visit.world.people(step.skill, step.tier) == NOBODY:
        return _exit(visit, step, "nobody")
    return _announce(visit, step)


def _exit(visit: Visit, step: Queue, reason: str) -> Move:
    _leave(visit, reason)
    return {"closed": step.closed, "nobody": step.nobody}.get(reason, step.too_long)


def _announce(visit: Visit, step: Queue) -> Move:
    visit.phrase("waiting")
    options = []
    if step.callback:
        visit.phrase("offer_callback")
        options.append(CALLBACK)
    if step.message:
        visit.phrase("offer_message")
        options.append(MESSAGE)
    visit.music(step.every)
    return AwaitPerson(step.every, tuple(options))


def _leave(visit: Visit, reason: str) -> None:
    visit.owe(LeaveQueue(reason))
    visit.change(phase="", waiting_since="")


def _talked(visit: Visit, step: Queue) -> Move:
    visit.change(phase="", waiting_since="")
    if step.text_after and visit.session.can_text:
        visit.owe(SendText(write(visit, step.text_after), step.text_after))
    elif step.text_after and visit.session.channel == "voice":
        visit.phrase("ticket")
    return step.then
