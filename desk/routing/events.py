"""What can happen to the desk. Each may come twice, late or never: what no longer fits changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desk.agents import Agent
from desk.routing.contacts import Contact

# Why an offer was not taken. All count as misses: a telephone that is always busy serves nobody either.
DECLINED, UNANSWERED, MACHINE, TELEPHONE_BUSY, FAILED = "declined", "unanswered", "machine", "busy", "failed"
MISSES = (DECLINED, UNANSWERED, MACHINE, TELEPHONE_BUSY, FAILED)


@dataclass(frozen=True)
class Tick:
    """Time has passed: the desk's ``wake`` was reached, or somebody looks."""


@dataclass(frozen=True)
class Arrived:
    """A contact wants a person. One that is here already keeps its time of arrival and takes the new wishes."""

    contact: Contact


@dataclass(frozen=True)
class Gone:
    """The contact has left by itself: hung up, gave up, took another exit of the flow."""

    contact: str


@dataclass(frozen=True)
class Answered:
    """An agent's telephone was answered; whether by the agent, pressing 1 will tell."""

    offer: str


@dataclass(frozen=True)
class Accepted:
    """The agent takes it."""

    offer: str


@dataclass(frozen=True)
class Missed:
    """The agent does not take it: one of MISSES."""

    offer: str
    why: str = UNANSWERED


@dataclass(frozen=True)
class Ended:
    """The talk, the dialogue or the work on a voicemail is over."""

    contact: str
    disposition: str = ""


@dataclass(frozen=True)
class Returned:
    """Back into the queue with the place kept: escalated, sent on, or the agent's line broke while the contact's holds.

    ``need`` replaces fields of the need (tier, skill, unit ...). ``wrap_up``: does the agent get wrap-up time? ``aside``: the
    agent has put it back on purpose and is asked again last, and not before the pause after a miss.
    """

    contact: str
    why: str = ""
    need: Mapping[str, Any] = field(default_factory=dict)
    wrap_up: bool = True
    aside: bool = False


@dataclass(frozen=True)
class HandedOver:
    """The agent hands the contact to the colleague who is consulted about it: both were talking to the agent."""

    contact: str


@dataclass(frozen=True)
class CallbackAsked:
    """A waiting caller wants to be called back instead of waiting on. The place is kept."""

    contact: str
    number: str
    not_before: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class RingBack:
    """The agent who has heard a voicemail wants its caller on the telephone: it goes on as a callback of this agent's."""

    contact: str
    number: str


@dataclass(frozen=True)
class CallbackReached:
    """Who is called back has answered: talking."""

    contact: str


@dataclass(frozen=True)
class CallbackMissed:
    """Who is called back did not answer (or only a machine did)."""

    contact: str
    why: str = UNANSWERED


@dataclass(frozen=True)
class SignedIn:
    """The agent is there and takes contacts: at the start, or after a break."""

    agent: str


@dataclass(frozen=True)
class TookBreak:
    """The agent takes no more contacts for now. What the agent has goes on."""

    agent: str
    reason: str = ""


@dataclass(frozen=True)
class SignedOut:
    """The agent goes home. What the agent has goes on."""

    agent: str


@dataclass(frozen=True)
class WrappedUp:
    """The agent needs no more wrap-up time."""

    agent: str


@dataclass(frozen=True)
class RosterChanged:
    """Another roster counts from now on. Who talks goes on talking, also an agent who is no longer in it."""

    agents: tuple[Agent, ...]


@dataclass(frozen=True)
class RulesChanged:
    """Other rules count from now on, for those who wait as well."""

    rules: Mapping[str, Any]  # service -> desk.routing.rules.Rules


Event = (
    Tick | Arrived | Gone | Answered | Accepted | Missed | Ended | Returned | HandedOver | CallbackAsked | RingBack
    | CallbackReached | CallbackMissed | SignedIn | TookBreak | SignedOut | WrappedUp | RosterChanged | RulesChanged
)  # fmt: skip
