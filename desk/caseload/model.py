"""A case as its life needs it, who acts on it, and what comes of an action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from desk.access import SECRET, Asker, Matter
from desk.caseload.rules import Rules

NEW, SELF_SERVED, QUEUED, IN_WORK, ESCALATED = "baru", "dijawab_mandiri", "antre", "ditangani", "dieskalasi"
DOCUMENTS, OTHER_PARTY, VALIDATING = "menunggu_kelengkapan", "menunggu_pihak_lain", "jawaban_divalidasi"
ANSWERED, CLOSED, REFUSED, CANCELLED = "dijawab", "ditutup", "ditolak_dikecualikan", "dibatalkan"
STATES = (
    NEW, SELF_SERVED, QUEUED, IN_WORK, ESCALATED, DOCUMENTS, OTHER_PARTY, VALIDATING, ANSWERED, CLOSED, REFUSED, CANCELLED,
)  # fmt: skip
ENDED = frozenset({SELF_SERVED, CLOSED, REFUSED, CANCELLED})
MOST_URGENT = 1


@dataclass(frozen=True)
class Actor:
    """Who does it, by name, and as whom."""

    name: str
    asker: Asker


@dataclass(frozen=True)
class Case:
    """One case. ``tier`` and ``unit``: who has it; ``agent``: whoever took it there, '' while nobody did.

    ``since``: when it came to where it is (state and tier). ``back_to``: the state that waiting leads back to. ``left``: working
    seconds until ``due_answer``, while the clock stands still. ``span``: the whole limit in working seconds, and whether
    it counts days. ``reached``: tiers whose limit was given once; ``marks``: deadlines that have passed and were dealt with.
    """

    ticket: str
    service: str
    status: str
    opened: datetime
    since: datetime
    tier: int = 1
    unit: str = ""
    agent: str = ""
    channel: str = ""
    function: str = ""
    topic: str = ""
    classification: str = ""
    accessibility: str = ""
    priority: int = 3
    due_first: datetime | None = None
    due_answer: datetime | None = None
    first_at: datetime | None = None
    answered_at: datetime | None = None
    confirmed_at: datetime | None = None
    closed_at: datetime | None = None
    breached_at: datetime | None = None
    complete_since: datetime | None = None
    paused_since: datetime | None = None
    paused_seconds: float = 0
    left: float = 0
    span: float = 0
    by_days: bool = False
    back_to: str = ""
    party: str = ""
    answer: str = ""
    answer_source: str = ""
    answered_by: str = ""
    extended: bool = False
    reached: frozenset[int] = frozenset()
    marks: frozenset[str] = frozenset()

    @property
    def open(self) -> bool:
        """Does anybody still have to do anything?"""
        return self.status not in ENDED

    @property
    def matter(self) -> Matter:
        """What desk.access decides by."""
        return Matter(self.service, self.classification, self.unit, self.tier)


@dataclass(frozen=True)
class Wish:
    """What somebody wants done. ``tier`` and ``unit``: whom to pass it to; ``text``: the answer, or which documents; ``party``:
    who is waited for; ``spoken``: the caller heard it on the telephone; ``talk``: in a talk or a text dialogue of this desk,
    which needs no checking and no text afterwards.
    """

    act: str
    why: str = ""
    tier: int = 0
    unit: str = ""
    text: str = ""
    party: str = ""
    spoken: bool = False
    talk: bool = False


@dataclass(frozen=True)
class Event:
    """A line for the history: ``what`` happened and ``why``; ``detail`` is for counting (docs/architecture.md, Cases)."""

    what: str
    why: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """What came of it. ``tell``: what the caller is told (a name in TELLINGS), '' for nothing. ``alarms``: who has to know."""

    case: Case
    events: tuple[Event, ...]
    tell: str = ""
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """Not done. ``why`` is a sentence; ``allowed`` names what this actor may do with this case now."""

    why: str
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        instead = ", ".join(act.replace("_", "-") for act in self.allowed) or "nothing"
        return f"{self.why}. Allowed now: {instead}"


# What a caller is told of; the words are phrases of the house (engine/phrases.py, case_…).
TELLINGS = ("passed_on", "answered", "documents", "extended", "closed", "cancelled", "refused")


@dataclass(frozen=True)
class Scene:
    """One action on one case."""

    case: Case
    wish: Wish
    actor: Actor
    now: datetime
    rules: Rules

    @property
    def secret(self) -> bool:
        return self.case.classification == SECRET
