"""record: takes a message. The notice comes first, a hang-up keeps what was said, a text writes it instead."""

from engine.events import Answered, Event, Keys, Recorded, Silence, Typed
from engine.flow import Record
from engine.steps.asking import Move, after_silence
from engine.turn import AwaitAnswer, AwaitKeys, AwaitRecording, Ended, KeepRecording, OpenCase
from engine.visit import Visit

SEND, AGAIN = "1", "2"


def enter(visit: Visit, step: Record) -> Move:
    """The notice, unless it was heard in this language; then the words and the tone."""
    visit.remember(step)
    if visit.session.channel == "text":
        visit.change(phase="writing")
        if step.written is not None:
            visit.say_step(step, step.words)
        else:
            visit.phrase("write_message")
        return AwaitKeys(0, "#", 0, answer="text")
    return _record(visit, step)


def resume(visit: Visit, step: Record, event: Event) -> Move:
    """Keep, ask again or go on, by the phase we are in."""
    if isinstance(event, Answered):
        return _opened(visit, step, event)
    match visit.session.phase, event:
        case "recording", Recorded():
            return _recorded(visit, step, event)
        case "recording", Silence():
            return after_silence(visit, step.silence, "no_message") or _record(visit, step)
        case "review", Keys(digits="2"):
            return _record(visit, step)
        case "review", (Keys() | Silence()):
            return _keep(visit, step, "kept")
        case "writing", (Typed(body=body) | Keys(digits=body)):
            visit.change(phase="kept", needed_person=True)
            return AwaitAnswer(OpenCase(visit.session.case, "baru", note=body))
        case _:
            return _record(visit, step)


def gone(visit: Visit, step: Record) -> Move | None:
    """The caller hung up at this step: what was said and is waiting for review is kept."""
    if visit.session.phase == "review":
        return _keep(visit, step, "gone")
    return None


def _record(visit: Visit, step: Record) -> Move:
    if visit.session.language not in visit.session.consent:
        visit.phrase("notice")
        visit.change(consent=(*visit.session.consent, visit.session.language))
    visit.say_step(step, step.words)
    visit.change(phase="recording")
    return AwaitRecording(step.seconds, step.silence_seconds)


def _recorded(visit: Visit, step: Record, event: Recorded) -> Move:
    visit.change(recording=event.recording, recorded_seconds=event.seconds)
    if event.seconds < step.least:
        return _too_short(visit, step, event)
    if event.hung_up:
        return _keep(visit, step, "gone")
    if step.review:
        visit.change(phase="review")
        visit.phrase("review")
        return AwaitKeys(1, "", 5, options=(SEND, AGAIN))
    return _keep(visit, step, "kept")


def _too_short(visit: Visit, step: Record, event: Recorded) -> Move:
    if event.hung_up:
        return Ended("hung_up")
    visit.change(silences=visit.session.silences + 1)
    if visit.session.silences >= step.silence.tries:
        return step.silence.exit
    visit.phrase("too_short")
    return _record(visit, step)


def _keep(visit: Visit, step: Record, phase: str) -> Move:
    visit.change(phase=phase, needed_person=True)
    visit.owe(KeepRecording(visit.session.recording, visit.session.recorded_seconds, step.name))
    return AwaitAnswer(OpenCase(visit.session.case, "baru"))


def _opened(visit: Visit, step: Record, event: Answered) -> Move:
    visit.opened(event.fields.get("tiket", ""))
    return Ended("hung_up") if visit.session.phase == "gone" else step.then
