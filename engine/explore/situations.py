"""What the explorer finds: situations, the shortest way to each, and what went wrong on the way."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from engine.events import Event
from engine.flow import BACK, Flow
from engine.session import Session
from engine.turn import Turn


@dataclass(frozen=True)
class Way:
    """How a contact gets somewhere: what they do, and what must be true meanwhile in brackets."""

    channel: str
    steps: tuple[str, ...]

    def __str__(self) -> str:
        """'1 3 (closed) silence', or 'at once'."""
        told: list[str] = []
        day = ""
        for step in self.steps:
            if step != day:  # a day is told once, not with every turn of that day
                told.append(step)
            day = step if step.startswith("(on ") else day
        return ("text: " if self.channel == "text" else "") + (" ".join(told) or "at once")


@dataclass
class Situation:
    """One thing that can be the case between two turns."""

    session: Session
    turn: Turn
    parent: "Situation | None"
    heard: tuple[str, ...]  # what led here from the parent, as told in a Way
    next: "list[tuple[Event, Situation]]" = field(default_factory=list)

    @property
    def way(self) -> Way:
        """The shortest way here."""
        told: list[str] = []
        at: Situation | None = self
        while at is not None:
            told[:0] = at.heard
            at = at.parent
        return Way(self.session.channel, tuple(told))


@dataclass(frozen=True, eq=False)
class Passage:
    """One turn that leads from a situation (None: from outside) to another: the edges of what was explored.

    ``passed`` are the steps in their order, the first the one where the contact was. ``facts``: what the house was asked
    ("hours petugas") and what it said. ``today`` matters only where one of the steps does not exist every day.
    """

    event: Event
    before: "Situation | None"
    then: "Situation"
    heard: tuple[str, ...]  # as told in a Way
    turn: Turn
    passed: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    today: date

    @cached_property
    def leads_back(self) -> bool:
        """Does it lead back to the question before, whichever that was? Asked a hundred times of each by some promises."""
        return self.before is not None and any(way.to == BACK for _, way in self.turn.ways)


@dataclass(frozen=True)
class Unset:
    """A placeholder of this step that had no value when it was said."""

    step: str
    name: str


@dataclass
class Exploration:
    """What was seen. Every Way is the shortest."""

    flow: Flow
    situations: list[Situation] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    entered: dict[str, Way] = field(default_factory=dict)  # step -> way
    unset: dict[Unset, Way] = field(default_factory=dict)
    too_long: dict[str, tuple[Way, int]] = field(default_factory=dict)  # step -> way, characters
    replies: dict[str, tuple[tuple[str, ...], Way]] = field(
        default_factory=dict
    )  # a text's reply -> steps, way
    circles: dict[str, Way] = field(default_factory=dict)  # the first step of a circle without a wait -> way
    refused: dict[str, Way] = field(
        default_factory=dict
    )  # look-ups asked without the proof that they need -> way
    crashes: dict[tuple[str, str], Way] = field(default_factory=dict)  # step, what went wrong -> way
    capped: bool = False
