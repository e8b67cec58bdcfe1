"""What happened in an interval, as sums that can be added: an average of averages is never made.

Names are the domain page's (section 3.1): a call waits from the moment it enters a queue, not from the beginning of the menu;
``offered = answered + abandoned + callbacks + voicemails``. A call that met a closed queue is ``closed`` and was not offered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

ANSWERED, ABANDONED, CALLBACK, VOICEMAIL = "answered", "abandoned", "callback", "voicemail"
OUTCOMES = (ANSWERED, ABANDONED, CALLBACK, VOICEMAIL)

SHORT_SECONDS = 5  # who hangs up within it has not waited: Permenkominfo 16/2013 Art. 15 leaves it out
LEVEL_SECONDS = 20  # 80/20; a wait of exactly so long is within it
REGULATION_SECONDS = 30


@dataclass(frozen=True)
class Sums:
    """Counts of calls, and seconds. Every field adds up over queues, agents and intervals but ``longest_wait``, a maximum."""

    entered: int = 0  # calls that entered the menu
    contained: int = 0  # ended with an answer of the robot, never queued
    left: int = 0  # left inside the menu without a result
    closed: int = 0  # met a closed queue
    answered: int = 0
    answered_in_level: int = 0
    answered_in_regulation: int = 0
    abandoned: int = 0
    abandoned_short: int = 0
    callbacks: int = 0
    callbacks_kept: int = 0
    voicemails: int = 0
    transferred: int = 0
    escalated: int = 0  # answered by tier 2 or above in the end
    wait_answered: float = 0
    wait_offered: float = 0
    talk: float = 0
    hold: float = 0
    after_work: float = 0
    other_work: float = 0  # seconds of agents with call-backs and messages: work, but of no answered call
    available: float = 0  # agents signed in, with nothing in hand
    ratings: int = 0
    ratings_good: int = 0  # 3 or 4 of four
    rating_sum: int = 0
    asked: int = 0  # who was asked for a rating
    # Call-backs that were asked for outside a queue: promises too, but nobody was offered.
    callbacks_outside: int = 0
    longest_wait: float = 0  # the last field: all before it are added

    @property
    def offered(self) -> int:
        """Calls that were put to a queue with people in it."""
        return self.answered + self.abandoned + self.callbacks + self.voicemails

    @property
    def handled(self) -> float:
        """Seconds of talk, hold and work after it, of answered calls."""
        return self.talk + self.hold + self.after_work

    @property
    def worked(self) -> float:
        """Seconds of agents with contacts of any kind."""
        return self.handled + self.other_work

    def __add__(self, other: Sums) -> Sums:
        added = [one + another for one, another in zip(_values(self), _values(other), strict=True)]
        return _sums(added, max(self.longest_wait, other.longest_wait))


_ADDED = tuple(item.name for item in fields(Sums) if item.name != "longest_wait")
_values = attrgetter(*_ADDED)


def _sums(added: Iterable[float], longest_wait: float) -> Sums:
    values: dict[str, Any] = dict(zip(_ADDED, added, strict=True))
    return Sums(longest_wait=longest_wait, **values)


class Running:
    """Sums that grow, contact by contact: what ``a + b`` gives, at a tenth of its time."""

    def __init__(self) -> None:
        self._values: list[float] = [0] * len(_ADDED)
        self._longest_wait: float = 0

    def add(self, sums: Sums) -> None:
        """One more."""
        self._values = [one + other for one, other in zip(self._values, _values(sums), strict=True)]
        self._longest_wait = max(self._longest_wait, sums.longest_wait)

    def sums(self) -> Sums:
        """What has come together."""
        return _sums(self._values, self._longest_wait)


def of_call(
    outcome: str,
    wait: float,
    *,
    talk: float = 0,
    hold: float = 0,
    after_work: float = 0,
    tier: int = 1,
    transferred: bool = False,
) -> Sums:
    """One call that was offered to a queue. Times in seconds; ``tier`` is who had it in the end. Raises ValueError for a
    wrong outcome or a negative time.

    >>> of_call("answered", 20, talk=300).answered_in_level
    1
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome {outcome!r} is none of {', '.join(OUTCOMES)}")
    if min(wait, talk, hold, after_work) < 0:
        raise ValueError("a wait, talk, hold or after-call work below 0 s: the events are out of order")
    answered = outcome == ANSWERED
    return Sums(
        entered=1,
        answered=int(answered),
        answered_in_level=int(answered and wait <= LEVEL_SECONDS),
        answered_in_regulation=int(answered and wait <= REGULATION_SECONDS),
        abandoned=int(outcome == ABANDONED),
        abandoned_short=int(outcome == ABANDONED and wait <= SHORT_SECONDS),
        callbacks=int(outcome == CALLBACK),
        voicemails=int(outcome == VOICEMAIL),
        transferred=int(answered and transferred),
        escalated=int(answered and tier >= 2),
        wait_answered=wait if answered else 0,
        wait_offered=wait,
        longest_wait=wait,
        talk=talk,
        hold=hold,
        after_work=after_work,
    )
