"""Who may see, search, hear, correct and take away what contacts said: one table, decided by tier, unit and class.

The classes are those of the domain page, 0.5. Below the owning unit everything is masked; the words and the
sound as they came stay sealed, and whoever opens them gives a reason that is written into the audit.
"""

from __future__ import annotations

from dataclasses import dataclass

PUBLIC, RESTRICTED, SECRET, INTERNAL = "PUBLIK", "TERBATAS", "RAHASIA", "INTERNAL"
ROLES = ("T1", "T2", "T3", "T4", "supervisor")

# Masked words, bleeped sound; the original words; the original sound; a correction; a file to take away.
SEE, SEARCH, OPEN, HEAR, CORRECT, EXPORT = ACTIONS = ("see", "search", "open", "hear", "correct", "export")
SEALED = frozenset({OPEN, HEAR})
_WITH_REASON = frozenset({*SEALED, EXPORT})
_EVERYBODY = frozenset({SEE, SEARCH, CORRECT})


@dataclass(frozen=True)
class Asker:
    """Who asks. ``role`` is one of ROLES, ``unit`` the unit that a T3 belongs to; no ``services`` means all."""

    role: str
    unit: str = ""
    services: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Matter:
    """What is asked for: the case's service, class and owning unit, '' while none owns it."""

    service: str
    classification: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Decision:
    """``why`` is a sentence for a person, whichever way it went. ``needs_reason``: only with one, and an audit line."""

    ok: bool
    why: str
    needs_reason: bool = False


def may(asker: Asker, matter: Matter, action: str) -> Decision:
    """May this role do that with a matter of this class and unit? Everything that no rule allows is refused.

    >>> may(Asker("T1"), Matter("bicara131", "TERBATAS", "DKSP"), "see").ok
    True
    >>> may(Asker("T1"), Matter("bicara131", "RAHASIA", "DKSP"), "see").why
    'escalated to DKSP'
    >>> may(Asker("T3", "DKSP"), Matter("bicara131", "RAHASIA", "DKSP"), "hear").needs_reason
    True
    """
    if asker.role not in ROLES or action not in ACTIONS:
        return Decision(False, f"no rule for {asker.role} and {action}")
    if asker.services and matter.service not in asker.services:
        return Decision(False, f"{matter.service} is another service")
    allowed = _allowed(asker, matter)
    if action in allowed:
        return Decision(True, f"{asker.role} may {action}", needs_reason=action in _WITH_REASON)
    if matter.classification == SECRET and SEE not in allowed:
        return Decision(False, f"escalated to {matter.unit or 'the unit concerned'}")
    return Decision(False, f"{asker.role} may not {action} what {matter.unit or 'no unit yet'} owns")


def _allowed(asker: Asker, matter: Matter) -> frozenset[str]:
    """The actions that role, unit and class leave."""
    everything = frozenset(ACTIONS)
    if asker.role == "T4":
        return everything
    if asker.role == "T3" and matter.unit and asker.unit == matter.unit:
        return everything
    if matter.classification == SECRET:
        return frozenset()
    if asker.role == "supervisor":
        return _EVERYBODY | {EXPORT}
    # What no unit owns yet is the back office's to place: unread it would stay with nobody.
    if asker.role == "T2" and not matter.unit:
        return _EVERYBODY | SEALED
    return _EVERYBODY
