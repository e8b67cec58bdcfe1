"""callback: promises a call back, with the day, the time and the number; asks for a number where none is known."""

from engine.events import Answered, Event, Keys, Silence, Typed
from engine.flow import Callback
from engine.identifiers import FORMATS
from engine.steps.ask import BACK_KEY
from engine.steps.asking import Move, after_no_match, after_silence
from engine.turn import AskCallback, AwaitAnswer, AwaitKeys, OpenCase
from engine.visit import Visit


def enter(visit: Visit, step: Callback) -> Move:
    """A known telephone number is enough; anybody else is asked."""
    visit.remember(step)
    if visit.session.contact.startswith("+"):
        return _open_case(visit, step, visit.session.contact)
    return _ask(visit)


def resume(visit: Visit, step: Callback, event: Event) -> Move:
    """Take the number, or confirm once the case is open."""
    match event:
        case Keys(digits="*") if BACK_KEY in visit.flow.everywhere:
            return visit.flow.everywhere[BACK_KEY]
        case Answered(fields=fields):
            return _promise(visit, step, fields.get("tiket", ""))
        case Keys(digits=raw) | Typed(body=raw) if raw:
            number = FORMATS["phone"].parse(raw)
            if number:
                return _open_case(visit, step, number)
            return after_no_match(visit, step.silence, "bad_value") or _ask(visit)
        case Keys() | Silence():
            return after_silence(visit, step.silence) or _ask(visit)
        case _:
            return _ask(visit)


def _ask(visit: Visit) -> Move:
    visit.phrase("callback_number")
    return AwaitKeys(0, "#", 5, answer="phone")


def _open_case(visit: Visit, step: Callback, number: str) -> Move:
    visit.keep("nomor", number)
    visit.change(phase="opening", needed_person=True)
    return AwaitAnswer(
        OpenCase({**visit.session.case, "skill": _skill(visit, step)}, "antre", note="callback")
    )


def _skill(visit: Visit, step: Callback) -> str:
    """The step's own, else the one of the queue that the contact comes from."""
    return step.skill or visit.session.case.get("skill", "")


def _promise(visit: Visit, step: Callback, ticket: str) -> Move:
    visit.opened(ticket)
    visit.keep("waktu", visit.world.promise_in_words(step.hours, visit.session.language))
    visit.owe(AskCallback(visit.value("nomor"), _skill(visit, step), step.dial_keyed))
    visit.phrase("callback_ok")
    return step.then
