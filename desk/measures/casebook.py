"""What cases tell: functions, topics and segments with their shares, limits kept, first contacts, satisfaction.

The function table (question, information, complaint by topic and channel) is the form that OJK publishes, the shares of topics
and segments the one of Bank Indonesia (domain sections 0.1 and 3.3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from desk.measures.figures import Figure
from desk.measures.quality import ELEMENTS, Settled, first_contact, ikm

FUNCTIONS = ("pertanyaan", "informasi", "pengaduan")
NONE = "–"  # no topic, no function, no segment
ELEMENT_NAMES = tuple(f"u{number}" for number in range(1, ELEMENTS + 1))  # PermenPANRB 14/2017
FEW = 5
NOTHING = Figure(0, 0)


class Counted(NamedTuple):
    """A case as it is counted. ``person`` tells persons apart and is not shown; '' is nobody known.

    ``rating`` 1 to 4, 0 without; ``elements`` are the nine ratings, () without.
    """

    service: str
    person: str
    channel: str
    function: str
    topic: str
    segment: str
    unit: str
    tier: int
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    reopened: bool = False
    rating: int = 0
    elements: tuple[int, ...] = ()
    suggestion: bool = False


@dataclass
class Cell:
    """Cases of one row, and the persons among them, counted no further than it matters for publishing."""

    cases: int = 0
    escalated: int = 0
    closed: int = 0
    closed_due: int = 0  # closed, and there was a limit
    in_time: int = 0
    past_due: int = 0  # open, and the limit has passed
    ratings: int = 0
    good: int = 0
    persons: set[str] = field(default_factory=set)
    first: Figure = NOTHING

    def add(self, case: Counted, now: datetime) -> None:
        """One more case."""
        self.cases += 1
        self.escalated += case.tier >= 2
        self.ratings += bool(case.rating)
        self.good += case.rating >= 3
        if len(self.persons) < FEW:
            self.persons.add(case.person)
        if case.closed_at is not None:
            self.closed += 1
            self.closed_due += case.due_at is not None
            self.in_time += case.due_at is not None and case.closed_at <= case.due_at
        elif case.due_at is not None and case.due_at < now:
            self.past_due += 1

    @property
    def escalation(self) -> Figure:
        return Figure(self.escalated, self.cases)

    @property
    def limit_kept(self) -> Figure:
        return Figure(self.in_time, self.closed_due)

    @property
    def satisfaction(self) -> Figure:
        return Figure(self.good, self.ratings)


@dataclass
class Casebook:
    """Everything that is told of the cases of an interval, in one pass."""

    now: datetime
    total: Cell = field(default_factory=Cell)
    functions: dict[tuple[str, str, str], Cell] = field(default_factory=dict)  # topic, channel, function
    topics: dict[str, Cell] = field(default_factory=dict)
    segments: dict[str, Cell] = field(default_factory=dict)
    units: dict[str, Cell] = field(default_factory=dict)
    suggestions: int = 0
    elements: list[Counter[int]] = field(default_factory=lambda: [Counter() for _ in range(ELEMENTS)])

    def add(self, case: Counted) -> None:
        """One more case of the interval."""
        cells = (
            self.total,
            self.functions.setdefault((case.topic, case.channel, case.function), Cell()),
            self.topics.setdefault(case.topic, Cell()),
            self.segments.setdefault(case.segment, Cell()),
            self.units.setdefault(case.unit, Cell()),
        )
        for cell in cells:
            cell.add(case, self.now)
        self.suggestions += case.suggestion
        for place, value in enumerate(case.elements):
            self.elements[place][value] += 1

    def ikm(self) -> tuple[float, str, str] | None:
        """The index with its grade; None unless all nine elements were rated."""
        means = [
            sum(value * count for value, count in given.items()) / given.total()
            for given in self.elements
            if given
        ]
        return ikm(means) if len(means) == ELEMENTS else None


def casebook(cases: Iterable[Counted], later: Iterable[Counted], now: datetime) -> Casebook:
    """Counts the cases of an interval. ``later`` are those of the seven days after it: somebody may have come back."""
    book, settled = Casebook(now), []
    for case in cases:
        book.add(case)
        settled.append(_settled(case))
    returns = [
        replace(_settled(case), closed_at=None) for case in later
    ]  # they only come back, and are not judged
    by_topic: dict[str, list[Settled]] = {}
    for each in (*settled, *returns):
        by_topic.setdefault(each.topic, []).append(each)
    for topic, cell in book.topics.items():
        cell.first = first_contact(by_topic[topic])
    firsts = [cell.first for cell in book.topics.values()]
    book.total.first = Figure(sum(figure.part for figure in firsts), sum(figure.whole for figure in firsts))
    return book


def _settled(case: Counted) -> Settled:
    return Settled(case.person, case.topic, case.opened_at, case.closed_at, case.tier, case.reopened)


def rated_elements(fields: Mapping[str, object]) -> tuple[int, ...]:
    """The nine ratings in a case's fields (``u1`` to ``u9``); () unless all are there, each from 1 to 4.

    >>> rated_elements({f"u{number}": "3" for number in range(1, 10)})
    (3, 3, 3, 3, 3, 3, 3, 3, 3)
    """
    found = tuple(str(fields.get(name, "")) for name in ELEMENT_NAMES)
    return (
        tuple(int(value) for value in found) if all(value in ("1", "2", "3", "4") for value in found) else ()
    )


def hidden(cells: Mapping[str, tuple[int, int]]) -> frozenset[str]:
    """Rows that are not published, of row -> (persons, cases): those of fewer than five persons.

    One hidden row alone could be worked out from the total: then the smallest other goes with it.

    >>> sorted(hidden({"a": (3, 9), "b": (5, 20), "c": (5, 12)}))
    ['a', 'c']
    """
    few = {row for row, (persons, count) in cells.items() if 0 < count and persons < FEW}
    rest = [row for row, (_, count) in cells.items() if count and row not in few]
    if len(few) == 1 and rest:
        few.add(min(rest, key=lambda row: (cells[row][1], row)))
    return frozenset(few)


def shares(cells: Mapping[str, Cell], total: int) -> dict[str, Figure]:
    """The share of each row, the greatest first."""
    order = sorted(cells, key=lambda row: (-cells[row].cases, row))
    return {row: Figure(cells[row].cases, total) for row in order}


def channels_of(functions: Collection[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """The rows of the function table: topic and channel."""
    return sorted({(topic, channel) for topic, channel, _ in functions})
