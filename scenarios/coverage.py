"""Which steps and exits of a service its tests went through, and which they did not.

Counted are the exits that a contact can take on a channel that leads there: a queue that only texts reach has no `closed`, a
table that is asked without a limit never fails. `back`, `repeat` and `return` count like any other exit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

from engine.flow import (
    Ask,
    Branch,
    Callback,
    Exit,
    Flow,
    Lookup,
    Menu,
    Place,
    Queue,
    Record,
    Run,
    Step,
    TextOut,
    Transfer,
    Tries,
)

VOICE, TEXT = "voice", "text"
EVERYWHERE = "everywhere"
_FACTS = {"hours": 3, "channel": 2, "holiday": 2}  # how many values a fact has


@dataclass(frozen=True, order=True)
class Way:
    """One exit: of a step, by its name there ('then', 'key 1'); of a keyword or topic; or a key that works everywhere."""

    step: str
    name: str

    def __str__(self) -> str:
        return f"{self.step}: {self.name}"


@dataclass
class Coverage:
    """What was taken so far. ``take`` is told by a stage."""

    flow: Flow
    taken: set[Way] = field(default_factory=set)
    visited: set[str] = field(default_factory=set)

    def take(self, step: str, way: Exit | None) -> None:
        """An exit was taken, away from ``step``; None: the contact stands at the step."""
        self.visited.add(step)
        if way is not None:
            found = self._names.get((step, id(way))) or self._names.get(("", id(way)))
            if found is not None:
                self.taken.add(found)

    @cached_property
    def ways(self) -> Mapping[Way, Place]:
        """Every exit that can be taken, in the order of the flow."""
        return dict(self._possible())

    @cached_property
    def steps(self) -> Mapping[str, Place]:
        """Every step that can be reached."""
        return {name: step.place for name, step in self.flow.steps.items() if self._channels.get(name)}

    @property
    def missing(self) -> list[tuple[Way, Place]]:
        """Exits not taken."""
        return [(way, place) for way, place in self.ways.items() if way not in self.taken]

    @property
    def missing_steps(self) -> list[str]:
        return [name for name in self.steps if name not in self.visited]

    @property
    def percent(self) -> float:
        """Of the exits, 0 to 100; a flow without exits is covered."""
        return 100.0 * (1 - len(self.missing) / len(self.ways)) if self.ways else 100.0

    # --- what there is ---

    @cached_property
    def _names(self) -> Mapping[tuple[str, int], Way]:
        found = {("", id(way)): Way(EVERYWHERE, f"key {key}") for key, way in self.flow.everywhere.items()}
        for where, name, way in _openings(self.flow):
            found.setdefault(("", id(way)), Way(where, name))
        for name, step in self.flow.steps.items():
            for exit_name, way in exits(step):
                found.setdefault((name, id(way)), Way(name, exit_name))
        return found

    def _possible(self) -> Iterator[tuple[Way, Place]]:
        if any(isinstance(step, Menu) and self._channels.get(name) for name, step in self.flow.steps.items()):
            yield from (
                (Way(EVERYWHERE, f"key {key}"), way.place) for key, way in self.flow.everywhere.items()
            )
        if self.flow.text_numbers:
            yield from ((Way(where, name), way.place) for where, name, way in _openings(self.flow))
        for name, step in self.flow.steps.items():
            seen: set[int] = set()
            for exit_name, way in exits(step):
                if id(way) not in seen and any(
                    can(self.flow, step, exit_name, c) for c in self._channels.get(name, ())
                ):
                    seen.add(id(way))
                    yield Way(name, exit_name), way.place if way.place.line else step.place

    @cached_property
    def _channels(self) -> Mapping[str, set[str]]:
        """Step -> the channels on which it is reached."""
        found: dict[str, set[str]] = {}
        waiting = [(VOICE, self.flow.start)] if self.flow.voice_numbers else []
        if self.flow.text_numbers:
            firsts = [self.flow.text_start or self.flow.start, self.flow.unknown_again]
            firsts += [way.to for _, _, way in _openings(self.flow)]
            waiting += [(TEXT, name) for name in firsts]
        while waiting:
            channel, name = waiting.pop()
            step = self.flow.steps.get(name)
            if step is None or channel in found.setdefault(name, set()):
                continue
            found[name].add(channel)
            waiting += [(channel, to) for to in _next(self.flow, step, channel)]
        return found


def _openings(flow: Flow) -> Iterator[tuple[str, str, Exit]]:
    """What a text can begin with: keyword or topic, the name of its exit, the exit."""
    for name, keyword in flow.keywords.items():
        for exit_name, way in (
            ("then", keyword.then),
            ("without", keyword.without),
            ("wrong", keyword.wrong),
        ):
            if way is not None:
                yield f"keyword {name}", exit_name, way
    for name, (_, way) in flow.topics.items():
        yield f"topic {name}", "then", way


def _next(flow: Flow, step: Step, channel: str) -> Iterator[str]:
    yield from (way.to for name, way in exits(step) if can(flow, step, name, channel))
    if step.otherwise:
        yield step.otherwise
    if isinstance(step, Run):
        yield step.first
    if isinstance(step, Menu):
        yield from (way.to for way in flow.everywhere.values())


def exits(step: Step) -> Iterator[tuple[str, Exit]]:
    """Each exit of a step with its name: then, key 1, silence, is open, yes, too_long."""
    for part in fields(step):
        if part.name == "then" and isinstance(step, Ask) and step.options:
            continue  # a question for yes or no leads on by those
        value = getattr(step, part.name)
        if isinstance(value, Exit):
            yield ("else" if part.name == "otherwise_exit" else part.name), value
        elif isinstance(value, Tries):
            yield part.name, value.exit
        elif isinstance(value, Mapping):
            prefix = {"keys": "key ", "exits": "is "}.get(part.name, "")
            yield from ((f"{prefix}{key}", way) for key, way in value.items() if isinstance(way, Exit))


# --- which of them a contact can take ---


def can(flow: Flow, step: Step, name: str, channel: str) -> bool:
    """Can this exit be taken on this channel? True where nothing speaks against it."""
    match step:
        case Menu() | Ask() | Record() | Callback():
            return _asks(name, channel)
        case Queue():
            return (
                name == "noted"
                if channel == TEXT
                else name != "noted" and (name != "closed" or bool(step.hours))
            )
        case Lookup():
            return _lookup(flow, step, name)
        case Branch():
            return _branch(step, name, channel)
        case TextOut():
            return name != "no_number" or channel == VOICE
        case Transfer():
            return name == "then" or channel == VOICE
        case _:
            return True


def _asks(name: str, channel: str) -> bool:
    """A text that is no answer begins something new, and who does not write is not silent but away."""
    return channel == VOICE or name not in ("silence", "no_match")


def _lookup(flow: Flow, step: Lookup, name: str) -> bool:
    """What is never told always fails; our own tables and cases never do, but for a limit without an exit of its own."""
    if step.classification == "rahasia":
        return name == "failed"
    source = flow.sources.get(step.source)
    own = source is not None and source.kind != "http"
    return name != "failed" or not own or bool(step.limit_a_day and not step.limited)


def _branch(step: Branch, name: str, channel: str) -> bool:
    if step.by == "channel" and name != "else":
        return name == f"is {channel}"
    values = _FACTS.get(step.by.partition(" ")[0])
    return name != "else" or values is None or len(step.exits) < values
