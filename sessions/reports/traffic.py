"""The ways that contacts took through a service, for the drawing: counted turn by turn, told for the last days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from engine.drawing import Traffic, edges
from engine.events import Event, HungUp, Keyword, Started, Topic, Unmatched
from engine.flow import Flow, Queue
from engine.session import Session
from engine.turn import Turn
from sessions.gateway import Gateway
from store import travelled
from store.library import Connection
from store.times import plus, text

DAYS = (1, 7, 28)
CHANNELS = ("voice", "text")
OUTSIDE = ""  # whoever comes in, by a call, a keyword or a topic, comes from no step
# How a contact ends that does not end by its flow: the caller hung up, or a writer did not answer any more.
LEFT = "(left)"
_WITH_A_PERSON = ("talking", "held")
_COMES_IN = (Started, Keyword, Topic, Unmatched)


def ways(flow: Flow, before: Session, event: Event, turn: Turn) -> list[tuple[str, str]]:
    """What to count of a turn: from which step to which, and LEFT for who left there. ``before``: the session that it began with.

    A step that is left out on this day (`from:`, `until:`) was passed all the same.
    """
    found: list[tuple[str, str]] = []
    left, to = "", ""  # the way before
    for start, way in turn.ways:
        passed = left == start != to and to in flow.steps
        entering = not found and isinstance(event, _COMES_IN)
        found.append((OUTSIDE if entering else to if passed else start, way.to))
        left, to = start, way.to
    if isinstance(event, HungUp) and not _served(flow, before):
        found.append((before.step, LEFT))
    return found


def _served(flow: Flow, session: Session) -> bool:
    """Who hangs up while a person is there has not left for want of anything."""
    return isinstance(flow.steps.get(session.step), Queue) and session.phase in _WITH_A_PERSON


@dataclass(frozen=True)
class Row:
    """A way of the table: ``drawn``: the flow as it is drawn has it; ``counts`` by channel, in the order of CHANNELS."""

    start: str
    end: str
    label: str
    drawn: bool
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def travelled_since(gateway: Gateway, service: str, days: int) -> list[travelled.Way]:
    """All ways of the last so many days."""
    since = plus(text(gateway.clock()), -days * 86_400)
    return travelled.since(gateway.store.read(), service, since)


def for_drawing(taken: Iterable[travelled.Way], channel: str) -> Traffic:
    """``channel``: '' for all."""
    ways: Counter[tuple[str, str]] = Counter()
    left: Counter[str] = Counter()
    for one in taken:
        if channel not in ("", one.channel):
            continue
        if one.way == LEFT:
            left[one.start] += one.n
        else:
            ways[one.start, one.way] += one.n
    return Traffic(ways, left)


def table(flow: Flow, taken: Iterable[travelled.Way]) -> list[Row]:
    """Every way of the drawing, and whatever else was taken: most taken first, never taken last."""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for one in taken:
        counts.setdefault((one.start, one.way), {})[one.channel] = one.n
    drawn = {(edge.start, edge.end): edge.label for edge in edges(flow)}
    rows = [
        Row(
            start, end, drawn.get((start, end), ""), (start, end) in drawn,
            tuple(counts.get((start, end), {}).get(channel, 0) for channel in CHANNELS),
        )
        for start, end in {**drawn, **counts}
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.total, row.start, row.end))


def count(db: Connection, flow: Flow, now: str, before: Session, event: Event, turn: Turn) -> None:
    """Count a turn, in its transaction."""
    taken = ways(flow, before, event, turn)
    if taken:
        travelled.add(db, flow.id, now, before.channel, taken)
