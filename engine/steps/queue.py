"""queue: hands over to people. Opens the case, waits with announcements, leaves by key, by time or with a person."""

from engine.events import Answered, Event, Keys, PersonFound
from engine.flow import Queue
from engine.steps.asking import Move
from engine.steps.simple import write
from engine.turn import (
    AwaitAnswer,
    AwaitPerson,
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
    match visit.session.phase, event:
        case "opening", Answered():
            return _opened(visit, step, event)
        case "waiting", PersonFound(room=room):
            visit.owe(LeaveQueue("answered"))
            visit.change(phase="talking")
            visit.phrase("connecting")
            return AwaitTalk(room)
        case "waiting", Keys(digits="1") if step.callback:
            _leave(visit, "callback")
            return step.callback
        case "waiting", Keys(digits="2") if step.message:
            _leave(visit, "key")
            return step.message
        case "waiting", _:
            return _wait_on(visit, step)
        case _:  # the talk is over, or an event came late
            return _talked(visit, step)


def gone(visit: Visit) -> None:
    """The caller hung up: whoever looks at the queue must not see them any more."""
    if visit.session.phase == "waiting":
        _leave(visit, "hung_up")


def _tell_case(visit: Visit, step: Queue) -> None:
    fields = {**visit.session.case, "skill": step.skill, "tier": f"T{step.tier}"}
    if step.unit:
        fields["unit"] = step.unit
    if step.priority:
        fields["priority"] = step.priority
    visit.change(case=fields)


def _open_case(visit: Visit, step: Queue) -> Move:
    visit.change(phase="opening", needed_person=True)
    return AwaitAnswer(OpenCase(visit.session.case, "antre", note=visit.plain(step.note)))


def _opened(visit: Visit, step: Queue, event: Answered) -> Move:
    visit.opened(event.fields.get("tiket", ""))
    if visit.session.channel == "text":
        if step.noted:
            return step.noted
        visit.say_step(step, step.words)
        visit.phrase("noted")
        return Ended("goodbye")
    visit.owe(
        EnterQueue(step.skill, step.tier, step.level, step.unit, visit.session.case.get("priority", ""))
    )
    visit.change(phase="waiting", waiting_since=visit.world.now)
    visit.say_step(step, step.words)
    return _announce(visit, step)


def _wait_on(visit: Visit, step: Queue) -> Move:
    if visit.world.seconds_since(visit.session.waiting_since) >= step.longest:
        _leave(visit, "too_long")
        return step.too_long
    if visit.world.people(step.skill, step.tier) == NOBODY:
        _leave(visit, "nobody")
        return step.nobody
    return _announce(visit, step)


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
    if step.text_after and visit.session.can_text:
        visit.owe(SendText(write(visit, step.text_after), step.text_after))
    return step.then
