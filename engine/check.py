"""Findings about a flow that loads: what some contact would meet, found by walking every way (engine/explore).

A rule is a function from an Exploration to findings; RULES is their registry. An error would leave somebody stuck, unanswered or
wrongly informed; a warning is worth a look.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.explore import Exploration, Situation, Way, circles_without_contact, read_by, stuck
from engine.flow import Flow, Menu, Place, Step, TextOut
from engine.load.words import placeholders
from engine.turn import Ended, Rescue, Speak

ERROR, WARNING = "error", "warning"
MOST_OPTIONS = 5  # beside those that work everywhere (domain page 0.4)
LEAST_LETTERS = 4  # shorter keywords always resemble each other
# What the engine knows by itself; see engine.visit.Visit.value. `isi` is empty on the telephone by design.
_HOUSE = frozenset({"layanan", "jam", "hari_ini", "posisi", "menit", "isi"})


@dataclass(frozen=True, order=True)
class Finding:
    """One finding. ``file`` is relative to the flows' folder; ``way`` is the shortest way there, '' where none is needed."""

    file: str
    line: int
    column: int
    code: str
    severity: str
    what: str
    way_out: str = ""
    way: str = ""

    def __str__(self) -> str:
        """One line, as `python app.py check` prints it."""
        parts = [f"{self.file}:{self.line}:{self.column} {self.code}: {self.what}."]
        if self.severity == WARNING:
            parts[0] = f"{self.file}:{self.line}:{self.column} {self.code} (warning): {self.what}."
        if self.way_out:
            parts.append(self.way_out if self.way_out[-1] in "?!" else f"{self.way_out}.")
        if self.way:
            parts.append(f"How a caller gets there: {self.way}")
        return " ".join(parts)


def check(exploration: Exploration) -> list[Finding]:
    """Every finding, in the order of the files."""
    return sorted({finding for rule in RULES for finding in rule(exploration)})


def finding(
    flow: Flow,
    place: Place,
    code: str,
    what: str,
    way_out: str = "",
    way: Way | None = None,
    *,
    severity: str = ERROR,
) -> Finding:
    """A finding at a place of this flow's files."""
    told = "" if way is None else str(way)
    return Finding(place_in(flow, place), place.line, place.column, code, severity, what, way_out, told)


def place_in(flow: Flow, place: Place) -> str:
    """The place's file, relative to the flows' folder."""
    file = place.file or "flow.yaml"
    return file if file.startswith("common/") else f"{flow.id}/{file}"


def _at(exploration: Exploration, name: str) -> tuple[Flow, Place]:
    step = exploration.flow.steps.get(name)
    return exploration.flow, step.place if step else Place("flow.yaml", 1, 1)


def _first_by_step(situations: Iterable[Situation]) -> Iterator[Situation]:
    """The first situation of each step: its way is the shortest."""
    seen: set[str] = set()
    for situation in situations:
        if situation.session.step not in seen:
            seen.add(situation.session.step)
            yield situation


# --- rules ---


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
    for situation in _first_by_step(stuck(exploration)):
        what = f"from the step '{situation.session.step}' no way leads to an end, a person or a message"
        way_out = "Give one of the steps that follow an exit to a queue, a record or an end"
        yield finding(*_at(exploration, situation.session.step), "dead-end", what, way_out, situation.way)


def loops(exploration: Exploration) -> Iterator[Finding]:
    """Steps that lead to each other without ever asking the contact."""
    for situation in _first_by_step(s for s in exploration.situations if isinstance(s.turn.wait, Rescue)):
        what = f"the steps around '{situation.session.step}' go in a circle without asking anybody"
        way_out = "Put a menu, an ask or an end into the circle"
        yield finding(
            *_at(exploration, situation.session.step), "loop-without-wait", what, way_out, situation.way
        )
    for situation in _first_by_step(circles_without_contact(exploration)):
        what = f"the look-ups around '{situation.session.step}' ask each other without asking the contact"
        way_out = "Put a menu, an ask or an end into the circle"
        yield finding(
            *_at(exploration, situation.session.step), "loop-without-wait", what, way_out, situation.way
        )


def crashes(exploration: Exploration) -> Iterator[Finding]:
    """The engine itself failed: a fault of ours, but the administrator should know where."""
    for (step, error), way in exploration.crashes.items():
        what, way_out = (
            f"the engine fails at '{step}': {error}",
            "This is a fault of Sambung: please report it",
        )
        yield finding(*_at(exploration, step), "engine-fault", what, way_out, way)


def unset_variables(exploration: Exploration) -> Iterator[Finding]:
    """A placeholder is said before anything has given it a value: the contact would hear a gap."""
    for missed, way in exploration.unset.items():
        step = exploration.flow.steps.get(missed.step)
        if step is None or missed.name in _HOUSE or missed.name not in _said_by(exploration.flow, step):
            continue
        what = f"the step '{missed.step}' says {{{missed.name}}}, which may have no value yet"
        way_out = "Ask for it or look it up on every way that leads here, or leave it out"
        yield finding(*_at(exploration, missed.step), "unset-variable", what, way_out, way)


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
        yield finding(*_at(exploration, step), "prompt-too-long", what, "Split them into several steps", way)


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


def no_goodbye(exploration: Exploration) -> Iterator[Finding]:
    """It ends and the contact hears nothing."""
    for situation in exploration.situations:
        said = any(isinstance(prompt, Speak) for prompt in situation.turn.prompts)
        wait = situation.turn.wait
        if isinstance(wait, Ended) and wait.outcome == "goodbye" and not said:
            step = situation.session.step
            what, way_out = f"the contact ends at '{step}' without a word", "Give the 'end:' its words"
            yield finding(*_at(exploration, step), "no-goodbye", what, way_out, situation.way)


def similar_keywords(exploration: Exploration) -> Iterator[Finding]:
    """Two keywords that one typing mistake turns into each other: the contact would get the other's answer."""
    flow = exploration.flow
    words = [(word, spec) for spec in flow.keywords.values() for word in (spec.name, *spec.aliases)]
    for at, (word, spec) in enumerate(words):
        for other, earlier in words[:at]:
            if (
                earlier is not spec
                and min(len(word), len(other)) >= LEAST_LETTERS
                and one_typo_apart(word, other)
            ):
                what = f"the keywords '{other}' and '{word}' are one typing mistake apart"
                way_out = "Rename one of them"
                yield finding(flow, spec.place, "similar-keywords", what, way_out, severity=WARNING)


def one_typo_apart(one: str, other: str) -> bool:
    """A letter more, a letter less, another letter, or two exchanged.

    >>> one_typo_apart("STATUS", "STATSU"), one_typo_apart("KPP", "KTP"), one_typo_apart("RUSAK", "RUPIAH")
    (True, True, False)
    """
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    a, b = one[start:], other[start:]
    exchanged = a[:2] == b[:2][::-1] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or exchanged


def not_everything_seen(exploration: Exploration) -> Iterator[Finding]:
    """The flow was too big to walk whole, so that silence about it proves nothing."""
    if exploration.capped:
        what = f"only the first {len(exploration.situations)} situations were visited; there are more"
        way_out = "Fewer variables and fewer branches make a flow that can be proved"
        place = Place("flow.yaml", 1, 1)
        yield finding(exploration.flow, place, "not-all-seen", what, way_out, severity=WARNING)


RULES: tuple[Callable[[Exploration], Iterator[Finding]], ...] = (
    unreachable,
    dead_ends,
    loops,
    crashes,
    unset_variables,
    long_prompts,
    many_options,
    no_goodbye,
    similar_keywords,
    not_everything_seen,
)
