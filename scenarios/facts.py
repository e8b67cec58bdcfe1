"""What may be expected of a contact, read from its session and its case: the same at every depth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.flow import Flow, Queue
from engine.session import Session

NO, YES = "no", "yes"
QUEUED = ("skill", "tier", "level", "unit", "priority", "language")
WAITING = ("waiting", "talking", "held")  # phases of a queue step


@dataclass(frozen=True)
class Seen:
    """A contact as a test may look at it. ``case``: fields of its case, {} when none is open."""

    flow: Flow
    session: Session
    case: Mapping[str, str] = field(default_factory=dict)


def _queued(seen: Seen) -> str | Mapping[str, str]:
    """Of a call: while it waits or talks. Of a text: once its case is with people."""
    session = seen.session
    step = seen.flow.steps.get(session.step)
    if session.channel == "text":
        if seen.case.get("status") != "antre":
            return NO
        return {"language": session.language, **{name: seen.case.get(name, "") for name in QUEUED[:-1]}}
    if not isinstance(step, Queue) or session.phase not in WAITING:
        return NO
    return {
        "skill": step.skill,
        "tier": str(step.tier),
        "level": step.level,
        "unit": step.unit,
        "priority": step.priority or session.case.get("priority", ""),
        "language": session.language,
    }


def _case(seen: Seen) -> str | Mapping[str, str]:
    """The case's fields; those that the contact has gathered for one that is not open yet."""
    known = {**seen.session.case, **seen.case}
    return known or NO


def _ended(seen: Seen) -> str:
    return seen.session.ended or NO


def _verified(seen: Seen) -> str:
    return max(seen.session.proved, default=NO)


FACTS: Mapping[str, Callable[[Seen], str | Mapping[str, str]]] = {
    "step": lambda seen: seen.session.step,
    "language": lambda seen: seen.session.language,
    "ended": _ended,
    "queued": _queued,
    "talking": lambda seen: YES if seen.session.phase == "talking" else NO,
    "case": _case,
    "rating": lambda seen: seen.session.case.get("csat", NO),
    "verified": _verified,
}


def fits(expected: str | Mapping[str, str], found: str | Mapping[str, str]) -> bool:
    """Is this what was expected? 'yes' is anything but no; of a table only the named values count, tier 1 is T1."""
    if isinstance(expected, str):
        if expected in (YES, NO):
            return (found != NO) == (expected == YES)
        return isinstance(found, str) and expected.casefold() == found.casefold()
    return isinstance(found, Mapping) and all(
        _plain(name, value) == _plain(name, found.get(name, "")) for name, value in expected.items()
    )


def _plain(name: str, value: str) -> str:
    if name in ("tier", "priority"):
        return value.upper().lstrip("TP")
    return " ".join(value.split()).casefold()


def told(expected: str | Mapping[str, str], found: str | Mapping[str, str]) -> tuple[str, str]:
    """Expected and found as two texts that can be compared: of a table only what differs."""
    if isinstance(expected, str) or isinstance(found, str):
        return _line(expected), _line(found)
    other = {n: v for n, v in expected.items() if _plain(n, v) != _plain(n, found.get(n, ""))}
    return _line(other), _line({name: found.get(name, "") for name in other})


def _line(value: str | Mapping[str, str]) -> str:
    return (
        value if isinstance(value, str) else ", ".join(f"{n}: {v or '(nothing)'}" for n, v in value.items())
    )
