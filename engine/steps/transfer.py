"""transfer: rings an outside number; the dial guard has the last word when the call is placed."""

from engine.events import Dialled, Event
from engine.flow import Transfer
from engine.steps.asking import Move
from engine.turn import AwaitDial, Ended
from engine.visit import Visit


def enter(visit: Visit, step: Transfer) -> Move:
    """Ring. In a text the number is part of the words, and the dialogue goes on."""
    visit.say_step(step, step.words)
    if visit.session.channel == "text":
        return step.then
    visit.change(phase="ringing", needed_person=True)
    return AwaitDial(step.number, step.seconds, step.limit)


def resume(visit: Visit, step: Transfer, event: Event) -> Move:
    """Go by how the ringing ended."""
    match event:
        case Dialled(outcome="answered"):
            return step.then
        case Dialled(outcome="busy"):
            return step.busy
        case Dialled(outcome="no_answer"):
            return step.no_answer
        case Dialled():
            return step.failed
        case _:
            return step.failed if visit.session.phase == "ringing" else Ended("hung_up")
