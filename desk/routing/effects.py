"""What the desk owes after a decision. Written in the transaction of its cause, done after the commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# Exits of a queue. The first three are the flow's, for callers; the others end a callback.
CLOSED, NOBODY, TOO_LONG = "closed", "nobody", "too_long"
EXPIRED, UNREACHED, ANSWERED_MEANWHILE = "expired", "unreached", "answered_meanwhile"
TALK_OVER = "talk_over"  # a consult ends with the talk that it is about


@dataclass(frozen=True)
class Offer:
    """Ring the agent for this contact; the lease ends at ``until`` whatever happens to whoever rings."""

    contact: str
    agent: str
    offer: str
    until: datetime


@dataclass(frozen=True)
class StopRinging:
    """The offer is off: the agent's telephone must be silent. Why: gone, expired, taken, withdrawn or a miss."""

    contact: str
    agent: str
    offer: str
    why: str


@dataclass(frozen=True)
class Connect:
    """Bring contact and agent together."""

    contact: str
    agent: str
    offer: str


@dataclass(frozen=True)
class TakenOver:
    """The contact goes to the agent who was consulted by ``consult``; as an offer taken it is called ``offer``."""

    contact: str
    agent: str
    consult: str
    offer: str


@dataclass(frozen=True)
class CallContact:
    """Call the contact back; the agent waits on the line. ``attempt`` counts from 1."""

    contact: str
    agent: str
    number: str
    attempt: int
    until: datetime


@dataclass(frozen=True)
class StopCalling:
    """The callback's telephone must be silent."""

    contact: str
    agent: str
    why: str


@dataclass(frozen=True)
class EndTalk:
    """Nothing was heard of this talk for its longest time: whatever is still connected must end."""

    contact: str
    agent: str


@dataclass(frozen=True)
class Exit:
    """The contact leaves the desk by one of the exits above."""

    contact: str
    exit: str


@dataclass(frozen=True)
class Released:
    """The agent is done with the contact; wrap-up lasts until ``wrap_up_until``, None without."""

    contact: str
    agent: str
    disposition: str
    wrap_up_until: datetime | None


@dataclass(frozen=True)
class Paused:
    """The agent was sent to a break after so many misses; ``reason`` is the kind of the last one."""

    agent: str
    reason: str
    misses: int


@dataclass(frozen=True)
class CallbackKept:
    """The contact will be called back, and keeps its place."""

    contact: str
    number: str


@dataclass(frozen=True)
class CallbackRefused:
    """The number has a callback already: one for each number."""

    contact: str
    existing: str


@dataclass(frozen=True)
class Remind:
    """Somebody must be told that this contact still waits."""

    contact: str
    waited_seconds: int


Effect = (
    Offer | StopRinging | Connect | TakenOver | CallContact | StopCalling | EndTalk | Exit | Released | Paused | CallbackKept
    | CallbackRefused | Remind
)  # fmt: skip
