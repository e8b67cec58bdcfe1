"""Rules about what is said: values that may be missing, prompts too long to be said, menus too long to be remembered."""

from collections.abc import Iterator
from datetime import date

from engine.check.finding import WARNING, Finding, Rule, at, finding
from engine.explore import Exploration, read_by
from engine.flow import Flow, Menu, Step, TextOut
from engine.load.words import placeholders

MOST_OPTIONS = 5  # beside those that work everywhere (domain page 0.4)
# What the engine knows by itself; see engine.visit.Visit.value. `isi` is empty on the telephone by design.
_HOUSE = frozenset({"layanan", "jam", "hari_ini", "posisi", "menit", "isi"})


def unset_variables(exploration: Exploration) -> Iterator[Finding]:
    """A placeholder is said before anything has given it a value: the contact would hear a gap."""
    for missed, way in exploration.unset.items():
        step = exploration.flow.steps.get(missed.step)
        if step is None or missed.name in _HOUSE or missed.name not in _said_by(exploration.flow, step):
            continue
        what = f"the step '{missed.step}' says {{{missed.name}}}, which may have no value yet"
        way_out = "Ask for it or look it up on every way that leads here, or leave it out"
        yield finding(*at(exploration, missed.step), "unset-variable", what, way_out, way)


def _said_by(flow: Flow, step: Step) -> set[str]:
    """Placeholders in what a step says, sends or asks a source with."""
    names = read_by(step) - set(getattr(step, "facts", ()))
    if isinstance(step, TextOut):
        names |= {n for text in flow.templates[step.template].words.values() for n, _ in placeholders(text)}
    return names


def long_prompts(exploration: Exploration) -> Iterator[Finding]:
    """More than a carrier's voice can say at once."""
    for step, (way, length) in exploration.too_long.items():
        what = f"the words around '{step}' have {length} characters; 3000 can be said at once"
        yield finding(*at(exploration, step), "prompt-too-long", what, "Split them into several steps", way)


def many_options(exploration: Exploration) -> Iterator[Finding]:
    """Nobody remembers more than five options."""
    for step in exploration.flow.steps.values():
        if isinstance(step, Menu):
            most = max(_options_on(step, day) for day in _days_of(step))
            if most > MOST_OPTIONS:
                what = (
                    f"the menu '{step.name}' offers {most} options; nobody remembers more than {MOST_OPTIONS}"
                )
                way = exploration.entered.get(step.name)
                place, way_out = step.place, "Split it into two menus"
                yield finding(exploration.flow, place, "many-options", what, way_out, way, severity=WARNING)


def _days_of(menu: Menu) -> list[date]:
    periods = [way.between for way in menu.keys.values()]
    return [day for period in periods for day in (period.start, period.end) if day] or [date.min]


def _options_on(menu: Menu, day: date) -> int:
    return sum(way.between.holds(day) for way in menu.keys.values())


RULES: tuple[Rule, ...] = (unset_variables, long_prompts, many_options)
