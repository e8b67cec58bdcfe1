"""Who may see, search, hear, correct and take away what contacts said, and who may work on a case: one place, decided
by tier, unit and class.

The classes are those of the domain page, 0.5. Below the owning unit everything is masked; the words and the
sound as they came stay sealed, and whoever opens them gives a reason that is written into the audit. Working on a case
(``may_act``) goes by who has it now; what is RAHASIA is passed on unseen and answered by its unit or T4 alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PUBLIC, RESTRICTED, SECRET, INTERNAL = "PUBLIK", "TERBATAS", "RAHASIA", "INTERNAL"
ROLES = ("T1", "T2", "T3", "T4", "supervisor")

# Masked words, bleeped sound; the original words; the original sound; a correction; a file to take away.
SEE, SEARCH, OPEN, HEAR, CORRECT, EXPORT = ACTIONS = ("see", "search", "open", "hear", "correct", "export")
SEALED = frozenset({OPEN, HEAR})
_WITH_REASON = frozenset({*SEALED, EXPORT})
_EVERYBODY = frozenset({SEE, SEARCH, CORRECT})

# What is done with a case (desk/caseload). The robot, T0, is nobody's role: it acts for a contact that comes back.
ROBOT = "T0"
TAKE, ESCALATE, ASK_DOCUMENTS, DOCUMENTS_CAME = "take", "escalate", "ask_documents", "documents_came"
WAIT, PARTY_ANSWERED, ANSWER, VALIDATE, SEND_BACK = (
    "wait",
    "party_answered",
    "answer",
    "validate",
    "send_back",
)
CONFIRM, CLOSE, REOPEN, EXTEND, CANCEL, REFUSE = "confirm", "close", "reopen", "extend", "cancel", "refuse"
# Who, besides ROLES: whoever has the case now (_has_it), and a T3 of the unit that owns it.
HOLDER, OWNER = "whoever has it", "T3 of its unit"
_ANY_DESK = frozenset({"T1", "T2", OWNER, "T4"})
_DESK_AND_SUPERVISOR = _ANY_DESK | {"supervisor"}
_ACTING: Mapping[str, frozenset[str]] = {
    TAKE: frozenset({HOLDER}),
    ESCALATE: frozenset({HOLDER, "supervisor"}),
    ASK_DOCUMENTS: frozenset({HOLDER}),
    DOCUMENTS_CAME: _DESK_AND_SUPERVISOR | {ROBOT},
    WAIT: frozenset({HOLDER}),
    PARTY_ANSWERED: _DESK_AND_SUPERVISOR,
    ANSWER: frozenset({HOLDER}),
    VALIDATE: frozenset({"T1", "T2", "T4"}),
    SEND_BACK: frozenset({"T1", "T2", "T4"}),
    CONFIRM: frozenset({"T1", "T2", "T4"}),
    CLOSE: frozenset({"T1", "T2", "T4"}),
    REOPEN: _DESK_AND_SUPERVISOR | {ROBOT},
    EXTEND: frozenset({"T2", OWNER, "T4", "supervisor"}),
    CANCEL: frozenset({HOLDER, "supervisor", ROBOT}),  # the robot: when its owner withdraws it
    REFUSE: frozenset({OWNER, "T4"}),
}
ACTS = tuple(_ACTING)
# Of what is RAHASIA nobody below T3 knows more than that it has to go to its unit; PPID, T4, has the last word.
_ACTING_SECRET: Mapping[str, frozenset[str]] = {
    **{act: frozenset({OWNER, "T4"}) for act in ACTS},
    TAKE: frozenset({"T2", OWNER, "T4"}),
    ESCALATE: frozenset({"T1", "T2", OWNER, "T4"}),
    VALIDATE: frozenset({"T4"}),
    SEND_BACK: frozenset({"T4"}),
    REOPEN: frozenset({OWNER, "T4", ROBOT}),
    DOCUMENTS_CAME: frozenset({OWNER, "T4", ROBOT}),
}


@dataclass(frozen=True)
class Asker:
    """Who asks. ``role`` is one of ROLES, ``unit`` the unit that a T3 belongs to; no ``services`` means all."""

    role: str
    unit: str = ""
    services: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Matter:
    """What is asked for: the case's service, class and owning unit, '' while none owns it; ``tier``: who has it now."""

    service: str
    classification: str = ""
    unit: str = ""
    tier: int = 1


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


def may_act(asker: Asker, matter: Matter, act: str) -> Decision:
    """May this role do that with a case of this class, unit and tier? A refusal says who may.

    >>> may_act(Asker("T3", "DPU"), Matter("bicara131", "PUBLIK", "DPU", tier=3), "answer").ok
    True
    >>> may_act(Asker("T1"), Matter("bicara131", "PUBLIK", "DPU", tier=3), "answer").why
    'T1 may not answer this case: it is with DPU'
    """
    if (asker.role not in ROLES and asker.role != ROBOT) or act not in ACTS:
        return Decision(False, f"no rule for {asker.role} and {act}")
    if asker.services and matter.service not in asker.services:
        return Decision(False, f"{matter.service} is another service")
    secret = matter.classification == SECRET
    those = (_ACTING_SECRET if secret else _ACTING)[act]
    # Whom the table names may; but what a tier works on is the work of whoever has the case.
    if _standing(asker, matter) & those and (
        not secret or act not in _OF_THE_HOLDER or _has_it(asker, matter)
    ):
        return Decision(True, f"{asker.role} may {act}")
    said = act.replace("_", " ")
    if HOLDER in those or (secret and those & {asker.role}):
        return Decision(False, f"{asker.role} may not {said} this case: it is with {_where(matter)}")
    return Decision(False, f"{asker.role} may not {said} this case: that is for {_named(those)}")


_OF_THE_HOLDER = frozenset(act for act, those in _ACTING.items() if HOLDER in those)


def _standing(asker: Asker, matter: Matter) -> frozenset[str]:
    """What this asker is to the case."""
    owns = asker.role == "T3" and bool(matter.unit) and asker.unit == matter.unit
    return frozenset(
        word
        for word, holds in (
            # T3 is no word of the table: a unit is nobody to the cases of another.
            (asker.role, asker.role != "T3"),
            (OWNER, owns),
            (HOLDER, _has_it(asker, matter)),
        )
        if holds
    )


def _has_it(asker: Asker, matter: Matter) -> bool:
    """Is the case with this asker's tier? The back office may take what tier 1 has, T4 whatever anybody has."""
    if asker.role == "T3":
        return matter.tier == 3 and bool(matter.unit) and asker.unit == matter.unit
    return {"T1": matter.tier <= 1, "T2": matter.tier <= 2, "T4": True}.get(asker.role, False)


def _where(matter: Matter) -> str:
    return (matter.unit or "its unit") if matter.tier == 3 else f"T{max(matter.tier, 1)}"


def _named(those: frozenset[str]) -> str:
    """
    >>> _named(frozenset({"T4", OWNER}))
    'T3 of its unit, T4'
    """
    return ", ".join(sorted(those - {ROBOT}))
