"""From what was written down of a contact to what is counted of it: one contact, one outcome, whatever came twice or late.

Events are facts of the desk, append only; a process may have died between two of them. So nothing here trusts an order or an
end: events are put in the order of their times, doubles change nothing, and what has no end lasts until the last thing
that is known of it. No time is ever negative and no contact counts twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from desk.measures.sums import ABANDONED, ANSWERED, CALLBACK, OUTCOMES, VOICEMAIL, Sums, of_call

ARRIVED, TAKEN, HELD, RESUMED, RETURNED, ENDED, GONE, LEFT = (
    "arrived", "taken", "held", "resumed", "returned", "ended", "gone", "left",
)  # fmt: skip
ASKED, REACHED = "callback_asked", "callback_reached"
WHATS = (ARRIVED, TAKEN, HELD, RESUMED, RETURNED, ENDED, GONE, LEFT, ASKED, REACHED)

# Outcomes that are none of the four of a call that was offered to a queue.
CLOSED, WAITING = "closed", "waiting"

# Exits of a queue that was not open, or had nobody: taken at once they mean that nobody was there to be offered to.
SHUT = frozenset({"closed", "nobody"})
AT_ONCE_SECONDS = 1.0


class Told(NamedTuple):
    """One event of a contact. ``at`` and ``until`` in seconds since 1970; ``until`` is the end of a promise, 0 without.

    ``what`` is one of WHATS. ``why`` is the exit of a queue, ``tier`` that of the agent who takes it (else the queue's).
    """

    at: float
    what: str
    agent: str = ""
    tier: int = 0
    service: str = ""
    skill: str = ""
    why: str = ""
    until: float = 0.0


@dataclass(frozen=True)
class Handling:
    """One agent's part in a contact; seconds."""

    agent: str
    tier: int
    talk: float
    hold: float


@dataclass(frozen=True)
class Passage:
    """One contact as it is counted. ``wait`` in seconds from the queue to the first answer, or to the end of waiting."""

    service: str
    skill: str
    entered_at: float
    outcome: str
    wait: float
    tier: int
    handlings: tuple[Handling, ...] = ()
    transferred: bool = False
    kept: bool = False  # a call-back that was reached within its promise
    unfinished: bool = False  # a talk of which no end was written down

    @property
    def agent(self) -> str:
        """Who had it in the end; '' when nobody had."""
        return self.handlings[-1].agent if self.handlings else ""


@dataclass
class _Page:
    """A contact while its events are read."""

    service: str = ""
    skill: str = ""
    tier: int = 0
    entered_at: float | None = None
    waiting_since: float | None = None
    waited: float = 0.0
    handlings: list[Handling] = field(default_factory=list)
    agent: str = ""
    agent_tier: int = 0
    since: float | None = None  # of the talk
    held_since: float | None = None
    held: float = 0.0
    transferred: bool = False
    exit: str = ""
    asked: Told | None = None
    kept: bool = False
    last_at: float = 0.0

    def enter(self, told: Told) -> None:
        if self.entered_at is None:
            self.entered_at, self.service, self.skill = told.at, told.service, told.skill
        self.tier = self.tier or told.tier

    def stop_waiting(self, at: float) -> None:
        if self.waiting_since is not None:
            # The wait that counts ends with the first answer; who is sent on is not answered anew.
            self.waited += 0.0 if self.handlings or self.since is not None else at - self.waiting_since
            self.waiting_since = None

    def stop_talking(self, at: float) -> None:
        if self.since is None:
            return
        self.resume(at)
        whole = at - self.since
        self.handlings.append(Handling(self.agent, self.agent_tier, max(0.0, whole - self.held), self.held))
        self.since, self.held, self.agent = None, 0.0, ""

    def resume(self, at: float) -> None:
        if self.held_since is not None:
            self.held += at - self.held_since
            self.held_since = None


def _arrived(page: _Page, told: Told) -> None:
    page.enter(told)
    if page.since is None and page.waiting_since is None:
        page.waiting_since, page.exit = told.at, ""


def _taken(page: _Page, told: Told) -> None:
    page.enter(told)
    if page.since is not None and page.agent == told.agent:
        return
    page.stop_talking(told.at)
    if page.handlings and page.handlings[-1].agent != told.agent:
        page.transferred = True
    page.stop_waiting(told.at)
    page.since, page.agent, page.agent_tier = told.at, told.agent, told.tier or page.tier


def _held(page: _Page, told: Told) -> None:
    if page.since is not None and page.held_since is None:
        page.held_since = told.at


def _resumed(page: _Page, told: Told) -> None:
    page.resume(told.at)


def _returned(page: _Page, told: Told) -> None:
    if page.since is None:
        return
    page.stop_talking(told.at)
    page.waiting_since = told.at


def _over(page: _Page, told: Told) -> None:
    if page.entered_at is None:
        return
    page.stop_talking(told.at)
    page.stop_waiting(told.at)
    page.exit = page.exit or (told.why if told.what == LEFT else told.what)


def _asked(page: _Page, told: Told) -> None:
    page.enter(told)
    page.stop_waiting(told.at)
    page.asked = page.asked or told


def _reached(page: _Page, told: Told) -> None:
    promise = page.asked.until if page.asked is not None else 0.0
    page.kept = page.kept or not promise or told.at <= promise
    _taken(page, told)


_HOW: Mapping[str, Callable[[_Page, Told], None]] = {
    ARRIVED: _arrived,
    TAKEN: _taken,
    HELD: _held,
    RESUMED: _resumed,
    RETURNED: _returned,
    ENDED: _over,
    GONE: _over,
    LEFT: _over,
    ASKED: _asked,
    REACHED: _reached,
}


_RANKS = {what: rank for rank, what in enumerate(WHATS)}


def _in_order(told: Told) -> tuple[float, int, Told]:
    return told.at, _RANKS[told.what], told


def passage(story: Iterable[Told], *, recorded: bool = False) -> Passage | None:
    """What is counted of one contact; None for a story in which nobody entered a queue.

    ``recorded``: the contact left a message for people. Events may come in any order and any number of times.

    >>> story = [Told(0, ARRIVED, service="bicara131", skill="umum"), Told(4, TAKEN, "ani", 1), Told(184, ENDED)]
    >>> passage(story * 2).wait, passage(story[::-1]).handlings[0].talk
    (4.0, 180.0)
    """
    page = _Page()
    for told in sorted(story, key=_in_order):
        _HOW[told.what](page, told)
        page.last_at = told.at
    if page.entered_at is None:
        return None
    unfinished = page.since is not None
    page.stop_talking(page.last_at)
    waiting = page.waiting_since is not None
    outcome = _outcome(page, waiting=waiting, recorded=recorded)
    tier = page.handlings[-1].tier if page.handlings else page.tier
    return Passage(
        page.service, page.skill, page.entered_at, outcome, float(page.waited), tier, tuple(page.handlings),
        page.transferred, page.kept, unfinished,
    )  # fmt: skip


def _outcome(page: _Page, *, waiting: bool, recorded: bool) -> str:
    if page.asked is not None:
        return CALLBACK
    if page.handlings:
        return ANSWERED
    if waiting:
        return WAITING
    if recorded:
        return VOICEMAIL
    if page.exit in SHUT and page.waited < AT_ONCE_SECONDS:
        return CLOSED
    return ABANDONED


def sums_of(passage: Passage, after_work: float = 0.0) -> Sums:
    """What one passage adds to a report. Who still waits has not been offered in vain yet, and adds nothing.

    What agents did for call-backs and messages is work of theirs, and no part of the handling time of answered calls.
    """
    if passage.outcome == CLOSED:
        return Sums(entered=1, closed=1)
    if passage.outcome not in OUTCOMES:
        return Sums()
    talk, hold = sum(part.talk for part in passage.handlings), sum(part.hold for part in passage.handlings)
    if passage.outcome != ANSWERED:
        called = of_call(passage.outcome, passage.wait)
        return called + Sums(callbacks_kept=int(passage.kept), other_work=talk + hold + after_work)
    return of_call(
        ANSWERED,
        passage.wait,
        talk=talk,
        hold=hold,
        after_work=after_work,
        tier=passage.tier,
        transferred=passage.transferred,
    )


def by_agent(passage: Passage, after_work: Mapping[str, float]) -> list[tuple[str, int, Sums]]:
    """(agent, tier, sums) of each part: one talk each, the wait with the first; seconds of after-call work by agent."""
    left = dict(after_work)
    rows = []
    for place, part in enumerate(passage.handlings):
        acw, last = left.pop(part.agent, 0.0), place == len(passage.handlings) - 1
        if passage.outcome == ANSWERED:
            sums = of_call(
                ANSWERED, passage.wait if not place else 0.0, talk=part.talk, hold=part.hold, after_work=acw,
                tier=part.tier, transferred=passage.transferred and not last,
            )  # fmt: skip
        else:
            sums = Sums(other_work=part.talk + part.hold + acw)
        rows.append((part.agent, part.tier, sums))
    return rows
