"""Does a thing happen in this turn, and where in it? Places in a turn are numbers: steps count from 0 in their order."""

from collections.abc import Callable

from engine.events import Answered, HungUp
from engine.explore import Passage, Situation
from engine.flow import Flow, Lookup, Record
from engine.promises import sentences as say
from engine.promises.sentences import Thing
from engine.turn import (
    AskCallback,
    AwaitAnswer,
    AwaitChoice,
    AwaitDial,
    AwaitPerson,
    AwaitRecording,
    AwaitReturn,
    AwaitTalk,
    Ended,
    EnterQueue,
    KeepRecording,
    OpenCase,
    Rescue,
    SendText,
    Speak,
)

FIRST, LAST = -1, 1_000_000  # places of what began the turn, and of what the contact comes to at its end
_PEOPLE = (AwaitPerson, AwaitTalk, AwaitReturn, AwaitDial)
_RECORDS = (AwaitRecording, AwaitChoice)

Happens = Callable[[Flow, Thing, Passage], int | None]


def happens(flow: Flow, thing: Thing, passage: Passage) -> int | None:
    """Its place in the turn, None when it does not happen there."""
    return _HAPPENS[thing.kind](flow, thing, passage)


def is_at(flow: Flow, thing: Thing, situation: Situation) -> bool:
    """Is the contact there already: waiting for people, asked for a message, in the step?"""
    session, wait = situation.session, situation.turn.wait
    match thing.kind:
        case say.PERSON:
            return isinstance(wait, _PEOPLE)
        case say.MESSAGE:
            return isinstance(flow.steps.get(session.step), Record) and not session.ended
        case say.STEP:
            return session.step == thing.name
        case _:
            return False


def heard_in(flow: Flow, passage: Passage) -> dict[str, int]:
    """Languages in which the recording notice is heard in this turn, each with its place."""
    session, found = passage.turn.session, dict[str, int]()
    for place, name in enumerate(passed(flow, passage)):
        step = flow.steps.get(name)
        if step is not None and step.notice:
            every = step.every_language and session.channel == "voice"
            for language in flow.languages if every else (session.language,):
                found.setdefault(language, place)
    for prompt in passage.turn.prompts:
        if isinstance(prompt, Speak) and prompt.step == "phrase-notice":
            found.setdefault(prompt.language, LAST - 1)
    return found


def passed(flow: Flow, passage: Passage) -> tuple[str, ...]:
    """The steps of the turn without those that do not exist on its day."""
    today = passage.today
    if all(flow.steps[name].between.holds(today) for name in passage.passed):
        return passage.passed
    return tuple(name for name in passage.passed if flow.steps[name].between.holds(today))


# --- one function for each kind ---


def _person(flow: Flow, thing: Thing, passage: Passage) -> int | None:
    wants = any(isinstance(effect, EnterQueue) for effect in passage.turn.effects)
    return LAST if wants or isinstance(passage.turn.wait, _PEOPLE) else None


def _message(flow: Flow, thing: Thing, passage: Passage) -> int | None:
    """A recording for people; in a text dialogue the text itself, which stands in the case that it opens."""
    turn = passage.turn
    if turn.session.channel == "text":
        return _case(flow, thing, passage)
    kept = any(isinstance(effect, KeepRecording) for effect in turn.effects)
    return LAST if kept or isinstance(turn.wait, AwaitRecording) else None


def _effect(kind: type) -> Happens:
    def found(flow: Flow, thing: Thing, passage: Passage) -> int | None:
        return LAST if any(isinstance(effect, kind) for effect in passage.turn.effects) else None

    return found


def _case(flow: Flow, thing: Thing, passage: Passage) -> int | None:
    wait = passage.turn.wait
    return LAST if isinstance(wait, AwaitAnswer) and isinstance(wait.question, OpenCase) else None


def _end(flow: Flow, thing: Thing, passage: Passage) -> int | None:
    """An end of ours; a contact who hangs up goes by itself."""
    if isinstance(passage.event, HungUp) or (passage.before and passage.before.session.ended):
        return None
    wait = passage.turn.wait
    left = isinstance(wait, Ended) and wait.outcome == "hung_up"
    return LAST if isinstance(wait, Ended | Rescue) and not left else None


def _goodbye(flow: Flow, thing: Thing, passage: Passage) -> int | None:
    wait = passage.turn.wait
    said = any(isinstance(prompt, Speak) for prompt in passage.turn.prompts)
    return LAST - 1 if isinstance(wait, Ended) and wait.outcome == "goodbye" and said else None


def _recording(flow: Flow, thing: Thing, passage: Passage) -> int | None:
    wait = passage.turn.wait
    return LAST if isinstance(wait, _RECORDS) or (isinstance(wait, AwaitTalk) and wait.recorded) else None


def _notice(flow: Flow, thing: Thing, passage: Passage) -> int | None:
    return min(heard_in(flow, passage).values(), default=None)


def _step(flow: Flow, thing: Thing, passage: Passage) -> int | None:
    if thing.name not in passage.passed:
        return None
    there = passed(flow, passage)
    return there.index(thing.name) if thing.name in there else None


def _proof(flow: Flow, thing: Thing, passage: Passage) -> int | None:
    before = passage.before.session.proved if passage.before else {}
    fresh = passage.turn.session.proved.keys() - before.keys()
    answered = isinstance(passage.event, Answered) and passage.event.outcome == "ok"
    return FIRST if answered and any(level >= thing.name for level in fresh | _again(flow, passage)) else None


def _again(flow: Flow, passage: Passage) -> set[str]:
    """The level that a step proves also when it was proved before."""
    step = flow.steps.get(passage.before.session.step) if passage.before else None
    return {getattr(step, "level", "") or ""} - {""}


def _source(flow: Flow, thing: Thing, passage: Passage) -> int | None:
    asked = _lookup_of(flow, passage)
    return FIRST if asked is not None and asked.source == thing.name else None


def _class(flow: Flow, thing: Thing, passage: Passage) -> int | None:
    asked = _lookup_of(flow, passage)
    return FIRST if asked is not None and asked.classification == thing.name else None


def _lookup_of(flow: Flow, passage: Passage) -> Lookup | None:
    """The look-up whose answer was found in this turn."""
    event = passage.event
    if passage.before is None or not isinstance(event, Answered) or event.outcome not in ("found", "close"):
        return None
    step = flow.steps.get(passage.before.session.step)
    return step if isinstance(step, Lookup) else None


_HAPPENS: dict[str, Happens] = {
    say.PERSON: _person,
    say.MESSAGE: _message,
    say.CALLBACK: _effect(AskCallback),
    say.TEXT: _effect(SendText),
    say.CASE: _case,
    say.END: _end,
    say.GOODBYE: _goodbye,
    say.RECORDING: _recording,
    say.NOTICE: _notice,
    say.STEP: _step,
    say.PROOF: _proof,
    say.LOOKUP: _source,
    say.CLASS: _class,
}
