"""Checklists and acts as a service declares them (docs/flows.md, Checklists and acts)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Words = Mapping[str, str]  # language -> words
LEVELS = ("L1", "L2", "L3")  # of proof, the weakest first (domain page 0.5)


@dataclass(frozen=True)
class Checklist:
    """What an agent asks a contact and ticks. ``items``: name -> label; ``must``: names that have to be ticked; ``least``: how
    many at all.
    """

    name: str
    title: Words
    items: Mapping[str, Words]
    must: frozenset[str] = frozenset()
    least: int = 0

    def missing(self, ticked: frozenset[str]) -> tuple[str, ...]:
        """Items that have to be ticked and are not, in their order; with enough ticks () though others are open."""
        owed = tuple(name for name in self.items if name in self.must and name not in ticked)
        if owed or len(ticked & self.items.keys()) >= self.least:
            return owed
        return tuple(name for name in self.items if name not in ticked)


@dataclass(frozen=True)
class Act:
    """Sends a secret of the contact, in a sealed file, to the address on file. It is done once a contact.

    ``asks`` is a source of the flow, ``subject`` the placeholder in its address that the proved subject fills; of its answer
    ``secret`` goes into ``file`` and nowhere else, and ``address`` is where the mail goes. ``within_minutes`` of the checklist.
    """

    name: str
    title: Words
    checklist: str
    auth_level: str
    classification: str
    skill: str
    level: str
    asks: str
    subject: str
    secret: str
    address: str
    heading: Words
    mail: Words
    file: Words
    no_address: Words
    within_minutes: int = 30


@dataclass(frozen=True)
class Declared:
    """All that a service declares."""

    checklists: Mapping[str, Checklist] = field(default_factory=dict)
    acts: Mapping[str, Act] = field(default_factory=dict)

    def acts_of(self, checklist: str) -> tuple[Act, ...]:
        """The acts that need this checklist."""
        return tuple(act for act in self.acts.values() if act.checklist == checklist)


@dataclass(frozen=True)
class Refusal:
    """Not done. ``code`` has its words in REFUSALS, ``facts`` fill them."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


def proved_at(proved: Mapping[str, str], least: str) -> str:
    """The subject that was proved at this level or a stronger one; '' when none was.

    >>> proved_at({"L1": "BI-1", "L3": "3174"}, "L2")
    '3174'
    """
    strong = LEVELS[LEVELS.index(least) :]
    return next((proved[level] for level in reversed(strong) if proved.get(level)), "")
