"""Rules about ways: steps that nobody reaches, ways that never end, ends without a word."""

from collections.abc import Iterator
from itertools import islice

from engine.check.finding import Finding, Rule, at, finding, first_by_step
from engine.events import Event, Keys, Silence, Typed
from engine.explore import Exploration, Situation, Way, circles_of, circles_without_contact, stuck
from engine.explore.inputs import is_wrong
from engine.flow import Tries
from engine.turn import AwaitChoice, AwaitKeys, Ended, Speak


def unreachable(exploration: Exploration) -> Iterator[Finding]:
    """A step of the service that nobody gets to. Pieces are shared, so a service need not use all of theirs."""
    if exploration.capped:
        return
    for name, step in exploration.flow.steps.items():
        if name not in exploration.entered and "/" not in name:
            what, way_out = (
                f"nobody ever gets to the step '{name}'",
                "Lead an exit or a keyword there, or delete it",
            )
            yield finding(exploration.flow, step.place, "unreachable-step", what, way_out)


def dead_ends(exploration: Exploration) -> Iterator[Finding]:
    """From here no way leads to a goodbye, a person or a message."""
    for situation in first_by_step(stuck(exploration)):
        what = f"from the step '{situation.session.step}' no way leads to an end, a person or a message"
        way_out = "Give one of the steps that follow an exit to a queue, a record or an end"
        yield finding(*at(exploration, situation.session.step), "dead-end", what, way_out, situation.way)


def loops(exploration: Exploration) -> Iterator[Finding]:
    """Steps, or look-ups, that lead to each other without ever asking the contact."""
    for name, way in exploration.circles.items():
        yield _loop(
            exploration, name, f"the steps around '{name}' go in a circle without asking anybody", way
        )
    for situation in first_by_step(circles_without_contact(exploration)):
        name = situation.session.step
        what = f"the look-ups around '{name}' ask each other without asking the contact"
        yield _loop(exploration, name, what, situation.way)


def _loop(exploration: Exploration, name: str, what: str, way: Way) -> Finding:
    way_out = "Put a menu, an ask or an end into the circle"
    return finding(*at(exploration, name), "loop-without-wait", what, way_out, way)


def crashes(exploration: Exploration) -> Iterator[Finding]:
    """The engine itself failed: a fault of ours, but the administrator should know where."""
    for (step, error), way in exploration.crashes.items():
        what, way_out = (
            f"the engine fails at '{step}': {error}",
            "This is a fault of Sambung: please report it",
        )
        yield finding(*at(exploration, step), "engine-fault", what, way_out, way)


def no_goodbye(exploration: Exploration) -> Iterator[Finding]:
    """It ends and the contact hears nothing."""
    for situation in exploration.situations:
        said = any(isinstance(prompt, Speak) for prompt in situation.turn.prompts)
        wait = situation.turn.wait
        if isinstance(wait, Ended) and wait.outcome == "goodbye" and not said:
            step = situation.session.step
            what, way_out = f"the contact ends at '{step}' without a word", "Give the 'end:' its words"
            yield finding(*at(exploration, step), "no-goodbye", what, way_out, situation.way)


def endless(exploration: Exploration) -> Iterator[Finding]:
    """A contact who only keeps silent, or only presses wrong keys, is asked for ever: only the limit of 200 steps ends it."""
    if exploration.capped:
        return
    # Dead ends and circles without a wait are told already.
    told = {id(s) for s in (*stuck(exploration), *circles_without_contact(exploration))}
    for way, who in ((_silent, "who says nothing"), (_wrong, "whose keys never fit")):
        circling = (s for s in circles_of(exploration, way) if id(s) not in told)
        for situation in islice(first_by_step(circling), 1):
            step = exploration.flow.steps.get(situation.session.step)
            flow, place = at(exploration, situation.session.step)
            tries = getattr(step, "silence" if way is _silent else "no_match", None)
            if isinstance(tries, Tries) and tries.exit.place.file == place.file:
                place = tries.exit.place
            what = f"a contact {who} is led round '{situation.session.step}' for ever"
            way_out = "Lead the last try out of the circle: to a person, a message or the end"
            yield finding(flow, place, "loop-without-bound", what, way_out, situation.way)


def _silent(situation: Situation, event: Event) -> bool:
    return isinstance(event, Silence)


def _wrong(situation: Situation, event: Event) -> bool:
    """Keys that the wait does not offer, or something that is in no form."""
    wait = situation.turn.wait
    if not isinstance(event, Keys | Typed) or not isinstance(wait, AwaitKeys | AwaitChoice):
        return False
    given = event.digits if isinstance(event, Keys) else event.body
    if isinstance(wait, AwaitKeys) and wait.answer and wait.answer != "yes_no":
        return is_wrong(given)
    return given not in wait.options


RULES: tuple[Rule, ...] = (unreachable, dead_ends, loops, endless, crashes, no_goodbye)
