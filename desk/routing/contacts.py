"""Contacts of the desk: those who wait for a person, are put to one, or talk to one. All frozen, all plain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from desk.agents import TEXT, VOICE

CALL, CALLBACK, VOICEMAIL, DIALOGUE = "call", "callback", "voicemail", "text"
CONSULT = "consult"  # one agent asks another about a talk
# Which capacity of an agent a contact takes. A voicemail is heard and answered by telephone.
CHANNEL_OF: Mapping[str, str] = {
    CALL: VOICE,
    CALLBACK: VOICE,
    VOICEMAIL: VOICE,
    DIALOGUE: TEXT,
    CONSULT: VOICE,
}

WAITING, OFFERED, DIALLING, TALKING = "waiting", "offered", "dialling", "talking"
LEAST_PRIORITY = 4


class Need(NamedTuple):
    """What a contact asks of an agent. Contacts with equal needs compete for the same people."""

    service: str
    skill: str
    level: int = 1
    language: str = "id"
    tier: int = 1  # the least
    classification: str = "PUBLIK"
    unit: str = ""  # the owning unit: among tier 3 and above, only its people
    channel: str = VOICE


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact. ``priority`` 1 goes first. ``arrived_at`` never changes while the contact is here.

    ``agent`` has it: offered (a lease until ``held_until``), dialling (a callback's telephone rings) or talking.
    ``offers`` counts the offers made; the last one's name is ``offer``. ``missed_by`` did not take it.
    ``longest`` seconds in the queue, 0 for the service's rule; ``closes_at`` ends its opening hours (calls).
    ``not_before`` and ``expires_at`` bound a callback, ``tries`` counts its calls that reached nobody. A voicemail's
    ``not_before`` is the time until which it may be written down.
    ``remind_at``: when somebody must be told that it still waits (everything but calls).
    ``due`` and ``due_for``: the next deadline and what happens then.
    """

    id: str
    kind: str
    need: Need
    arrived_at: datetime
    priority: int = 3
    number: str = ""
    last_agent: str = ""
    last_agent_at: datetime | None = None
    longest: int = 0
    closes_at: datetime | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    remind_at: datetime | None = None
    state: str = WAITING
    agent: str = ""
    since: datetime | None = None
    held_until: datetime | None = None
    offers: int = 0
    missed_by: tuple[str, ...] = ()
    tries: int = 0
    due: datetime | None = None
    due_for: str = ""

    @property
    def offer(self) -> str:
        """The name of the newest offer. Answers to an older one come too late."""
        return f"{self.id}#{self.offers}"


_CONSULT, _VOICEMAIL = "+consult", "vm:"


def consult_of(contact: str) -> str:
    """The id of the consult about a talk: one at a time.

    >>> consult_of("CA1"), subject_of("CA1+consult"), subject_of("CA1")
    ('CA1+consult', 'CA1', 'CA1')
    """
    return contact + _CONSULT


def subject_of(id: str) -> str:
    """The contact that a consult is about; of anything else itself."""
    return id.removesuffix(_CONSULT)


def is_consult(id: str) -> bool:
    """Is this the id of a consult?"""
    return id.endswith(_CONSULT)


def voicemail_of(ticket: str) -> str:
    """The id of the work on a case's messages: one at a time, also while their caller is rung back from it.

    >>> voicemail_of("BI-20260311-0001")
    'vm:BI-20260311-0001'
    """
    return _VOICEMAIL + ticket


def contact_of(offer: str) -> str:
    """The contact that an offer was of.

    >>> contact_of("CA1#3")
    'CA1'
    """
    return offer.rpartition("#")[0]


def contact(
    id: str, kind: str, arrived_at: datetime, *, service: str, skill: str, level: int = 1, language: str = "id",
    tier: int = 1, classification: str = "PUBLIK", unit: str = "", priority: int = 3, number: str = "",
    last_agent: str = "", last_agent_at: datetime | None = None, longest: int = 0, closes_at: datetime | None = None,
    not_before: datetime | None = None, expires_at: datetime | None = None, remind_at: datetime | None = None,
) -> Contact:  # fmt: skip
    """A contact that has just arrived. Raises ValueError for a kind that is none."""
    if kind not in CHANNEL_OF:
        raise ValueError(f"contact {id}: {kind!r} is no kind of contact; one of {', '.join(CHANNEL_OF)}")
    need = Need(service, skill, level, language, tier, classification.upper(), unit, CHANNEL_OF[kind])
    return Contact(
        id, kind, need, arrived_at, priority, number, last_agent, last_agent_at, longest, closes_at, not_before,
        expires_at, remind_at, since=arrived_at,
    )  # fmt: skip
