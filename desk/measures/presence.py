"""From what was written down of an agent's day: when the agent had nothing in hand, and how long work after contacts lasted.

Available is who is signed in, not on a break, on shift, with no contact in hand and no work after one. Somebody whose telephone
rings is available still. As in the ledger, nothing trusts an order or an end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

SIGNED_IN, BREAK, SIGNED_OUT, TOOK, DONE, WRAPPED_UP = (
    "signed_in", "break", "signed_out", "took", "done", "wrapped_up",
)  # fmt: skip
WHATS = (SIGNED_IN, BREAK, SIGNED_OUT, TOOK, DONE, WRAPPED_UP)

# Nobody works longer without a sign of life: whoever's end was not written down is gone after it.
LONGEST_SILENCE = 12 * 3600.0


class Did(NamedTuple):
    """One event of an agent. Seconds since 1970; ``until`` is the planned end of the work after a contact, 0 without.

    ``channel`` voice: an agent has one call at a time, so that a new one ends an old one whose end is missing.
    """

    at: float
    what: str
    contact: str = ""
    until: float = 0.0
    channel: str = "voice"


class Span(NamedTuple):
    """From, to: seconds since 1970."""

    begin: float
    end: float


@dataclass
class Day:
    """An agent while events are read. ``free`` and ``after_work`` are what comes of it."""

    present: bool = False
    hands: dict[str, str] = field(default_factory=dict)  # contact -> channel
    wrapping: str = ""
    wrap_since: float = 0.0
    wrap_until: float = 0.0
    free_since: float | None = None
    free: list[Span] = field(default_factory=list)
    after_work: dict[str, float] = field(default_factory=dict)
    last_at: float | None = None

    def reach(self, at: float) -> None:
        """Time passes: work after a contact may end by itself, and who was not heard of for long has gone."""
        if self.last_at is not None and at - self.last_at > LONGEST_SILENCE:
            self._settle(self.last_at + LONGEST_SILENCE)
            self.present, self.hands = False, {}
            self._note(self.last_at + LONGEST_SILENCE)
        self._settle(at)
        self.last_at = at

    def _settle(self, at: float) -> None:
        if self.wrapping and at >= self.wrap_until:
            self.end_wrap(self.wrap_until)
            self._note(self.wrap_until)

    def end_wrap(self, at: float) -> None:
        """The work after a contact is over."""
        if self.wrapping:
            spent = max(0.0, min(at, self.wrap_until) - self.wrap_since)
            self.after_work[self.wrapping] = self.after_work.get(self.wrapping, 0.0) + spent
            self.wrapping = ""

    def _note(self, at: float) -> None:
        free = self.present and not self.hands and not self.wrapping
        if free and self.free_since is None:
            self.free_since = at
        elif not free and self.free_since is not None:
            if at > self.free_since:
                self.free.append(Span(self.free_since, at))
            self.free_since = None

    def hear(self, did: Did) -> None:
        """The next event, in the order of time."""
        self.reach(did.at)
        _HOW[did.what](self, did)
        self._note(did.at)


def _signed_in(day: Day, did: Did) -> None:
    day.present = True


def _on_break(day: Day, did: Did) -> None:
    day.present = False


def _signed_out(day: Day, did: Did) -> None:
    day.present = False
    day.end_wrap(did.at)


def _took(day: Day, did: Did) -> None:
    day.present = True  # who takes something is there, whether or not that was written down
    day.end_wrap(did.at)
    if did.channel == "voice":
        day.hands = {contact: channel for contact, channel in day.hands.items() if channel != "voice"}
    day.hands[did.contact] = did.channel


def _done(day: Day, did: Did) -> None:
    known = day.hands.pop(did.contact, None)
    # A second report of the same end begins no second work after it.
    if known is not None and did.until > did.at:
        day.end_wrap(did.at)
        day.wrapping, day.wrap_since, day.wrap_until = did.contact, did.at, did.until


def _wrapped_up(day: Day, did: Did) -> None:
    day.end_wrap(did.at)


_HOW: Mapping[str, Callable[[Day, Did], None]] = {
    SIGNED_IN: _signed_in,
    BREAK: _on_break,
    SIGNED_OUT: _signed_out,
    TOOK: _took,
    DONE: _done,
    WRAPPED_UP: _wrapped_up,
}


def day_of(story: Iterable[Did], now: float) -> Day:
    """What comes of an agent's events until ``now``; in any order, any number of times.

    >>> story = [Did(0, SIGNED_IN), Did(60, TOOK, "CA1"), Did(100, DONE, "CA1", until=130), Did(120, WRAPPED_UP)]
    >>> day = day_of(story * 2, 200)
    >>> day.free, day.after_work
    ([Span(begin=0, end=60), Span(begin=120, end=200)], {'CA1': 20.0})
    """
    day = Day()
    for did in sorted(set(story), key=lambda did: (did.at, WHATS.index(did.what), did)):
        if did.at <= now:
            day.hear(did)
    day.reach(now)
    day.end_wrap(now)
    day.present = False
    day._note(now)
    return day


def within(spans: Iterable[Span], bounds: Iterable[Span]) -> list[Span]:
    """The parts of the spans that are inside the bounds; both in the order of time, neither overlapping itself.

    >>> within([Span(0, 10), Span(20, 30)], [Span(5, 25)])
    [Span(begin=5, end=10), Span(begin=20, end=25)]
    """
    found, limits = [], list(bounds)
    place = 0
    for span in spans:
        while place < len(limits) and limits[place].end <= span.begin:
            place += 1
        for bound in limits[place:]:
            if bound.begin >= span.end:
                break
            found.append(Span(max(span.begin, bound.begin), min(span.end, bound.end)))
    return found
