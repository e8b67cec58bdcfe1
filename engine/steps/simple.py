"""Steps that wait for nothing: say, set, branch, text, run, end."""

from engine.events import Event
from engine.flow import REPEAT, Branch, End, Exit, Run, Say, Set, TextOut
from engine.steps.asking import Move
from engine.turn import Ended, SendText
from engine.visit import Visit


def say(visit: Visit, step: Say) -> Move:
    """Speak, and go on."""
    visit.say_step(step, step.words)
    return step.then


def set_(visit: Visit, step: Set) -> Move:
    """The values were set on arrival, as for every step."""
    return step.then


def branch(visit: Visit, step: Branch) -> Move:
    """Go by a fact."""
    return step.exits.get(_fact(visit, step.by), step.otherwise_exit)


def _fact(visit: Visit, by: str) -> str:
    what, _, name = by.partition(" ")
    match what:
        case "language":
            return visit.session.language
        case "hours":
            return visit.world.hours(name)
        case "holiday":
            first = next(iter(visit.flow.hours), "")
            return "yes" if visit.world.hours(first) == "holiday" else "no"
        case "channel":
            return visit.session.channel
        case "date":
            return visit.world.today.isoformat()
        case "segment":
            return visit.session.case.get("caller_segment", "")
        case _:
            return visit.session.case.get(what, "") or visit.value(what)


def text(visit: Visit, step: TextOut) -> Move:
    """Send a template: as an effect on the telephone, as the reply itself in a text dialogue."""
    template = visit.flow.templates[step.template]
    if visit.session.channel == "text":
        visit.say(template.words)
        return step.then
    if not visit.session.can_text:
        return step.no_number or step.then
    visit.say_step(step, step.words)
    visit.owe(SendText(write(visit, step.template), step.template))
    return step.then


def write(visit: Visit, name: str) -> str:
    """A template filled as a text writes it, whatever the channel of this contact."""
    words = visit.flow.templates[name].words
    voice = visit.session
    visit.change(channel="text")
    filled = visit.fill(words.get(voice.language) or words[visit.flow.language])
    visit.session = voice
    return filled


def run(visit: Visit, step: Run) -> Move:
    """Go into the piece; its `return` comes back to our then."""
    before = visit.session.returns
    if step.name in before:  # round again without having come back: the way back stays as long as it was
        before = before[: before.index(step.name)]
    visit.change(returns=(*before, step.name))
    return Exit(step.first)


def end(visit: Visit, step: End) -> Move:
    """Say goodbye. A text that has said something already needs no second goodbye."""
    if visit.session.channel == "voice" or not visit.prompts:
        visit.say_step(step, step.words)
    return Ended("goodbye")


def resume(visit: Visit, step: object, event: Event) -> Move:
    """Something came in at a step that waits for nothing: a late event after a restart. Say it again."""
    return Exit(REPEAT)
