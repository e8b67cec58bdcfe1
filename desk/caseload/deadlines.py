"""What of a case is due when, who owes it, and what happens when the time has passed.

A deadline is named after what it is for and what it was reckoned from, so that one which was dealt with (``Case.marks``) is
not dealt with again, and one that was moved is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from desk.caseload import worktime
from desk.caseload.model import (
    ANSWERED,
    CANCELLED,
    DOCUMENTS,
    ESCALATED,
    MOST_URGENT,
    OTHER_PARTY,
    VALIDATING,
    Case,
    Done,
    Event,
)
from desk.caseload.rules import Rules

SHARES = {"half": 0.5, "most": 0.8}  # reminders at 50 and 80 per cent (domain page 0.6)
FEW_DAYS_SECONDS = 3 * 8 * 3600
SUPERVISOR, UNIT_HEAD, PPID = "supervisor", "head of the unit", "T4"


@dataclass(frozen=True)
class Deadline:
    """``name`` is a key of LAPSES, ``mark`` tells it from others of that name, ``owes``: who has to do something before."""

    at: datetime
    name: str
    mark: str
    owes: str


def deadlines(case: Case, rules: Rules) -> list[Deadline]:
    """What is still to come or has passed unnoticed, the earliest first."""
    if not case.open:
        return []
    found = _all(case, rules)
    return sorted((one for one in found if one.mark not in case.marks), key=lambda one: (one.at, one.name))


def holder(case: Case) -> str:
    """Who has the case, for a person: 'T1', 'bi.dpu', 'T1, a1'."""
    where = case.unit if case.tier == 3 and case.unit else f"T{case.tier}"
    return f"{where}, {case.agent}" if case.agent else where


def owed(case: Case) -> str:
    """Who owes what, in a sentence; '' when the case has ended."""
    if not case.open:
        return ""
    return {
        DOCUMENTS: "the caller owes documents",
        OTHER_PARTY: f"{case.party} owes an answer",
        VALIDATING: f"{'T4' if case.tier == 4 else 'T1 or T2'} has to check the answer",
        ANSWERED: "T1 has to close it"
        if case.confirmed_at
        else "T1 has to ask whether the caller is content",
    }.get(case.status, f"{holder(case)} has to answer")


def _all(case: Case, rules: Rules) -> list[Deadline]:
    return [*_clock(case, rules), *_steps(case, rules), *_waiting(case, rules)]


def _clock(case: Case, rules: Rules) -> Iterator[Deadline]:
    """First answer and answer. While the caller owes papers the clock stands still, once answered it has stopped."""
    who = holder(case)
    if case.status in (DOCUMENTS, ANSWERED):
        return
    if case.due_first is not None and case.first_at is None:
        yield _deadline(case.due_first, "first", case.due_first, who)
    if case.due_answer is None:
        return
    for name, share in SHARES.items():
        yield _deadline(_share_of(case, rules, case.due_answer, share), name, case.due_answer, who)
    yield _deadline(case.due_answer, "breach", case.due_answer, who)


def _share_of(case: Case, rules: Rules, due: datetime, share: float) -> datetime:
    """When this share of the limit is over; of several days, the morning of that day."""
    at = worktime.earlier(rules.hours, due, case.span * (1 - share))
    return worktime.opening(rules.hours, at) if case.by_days and case.span >= FEW_DAYS_SECONDS else at


def _steps(case: Case, rules: Rules) -> Iterator[Deadline]:
    """What somebody in particular has to do next."""

    if case.status == ESCALATED and case.tier == 2:
        if not case.agent:
            yield from _step(case, rules, "take_over_reminder", "T2")
            yield from _step(case, rules, "take_over", "T2")
        yield from _step(case, rules, "pass_on", "T2")
    elif case.status == ESCALATED and case.tier == 3 and not case.agent:
        yield from _step(case, rules, "acknowledge", case.unit)
    elif case.status == VALIDATING:
        yield from _step(case, rules, "validate", "T4" if case.tier == 4 else "T1 or T2")
    elif case.status == ANSWERED and case.confirmed_at is None:
        yield from _step(case, rules, "confirm", "T1")
    if case.status not in (DOCUMENTS, VALIDATING, ANSWERED) and case.tier < 3:
        yield from _distribute(case, rules)


def _waiting(case: Case, rules: Rules) -> Iterator[Deadline]:
    """What others owe."""
    if case.status == DOCUMENTS:
        yield from _reminders(case, rules, "documents_reminder", rules.documents_reminders, "the caller")
        yield from _step(case, rules, "documents", "the caller")
    elif case.status == OTHER_PARTY:
        yield from _reminders(case, rules, "party_reminder", rules.other_party_reminders, case.party)
        yield from _step(case, rules, "party_late", case.party, "other_party")


def _step(case: Case, rules: Rules, name: str, owes: str, limit: str = "") -> Iterator[Deadline]:
    given = rules.get(limit or name)
    if given is not None:
        yield _deadline(worktime.due(rules.hours, given, case.since), name, case.since, owes)


def _distribute(case: Case, rules: Rules) -> Iterator[Deadline]:
    given, since = rules.get("distribute"), case.complete_since or case.opened
    if given is not None:
        yield _deadline(worktime.due(rules.hours, given, since), "distribute", since, holder(case))


def _reminders(
    case: Case, rules: Rules, name: str, limits: tuple[worktime.Limit, ...], owes: str
) -> Iterator[Deadline]:
    for number, given in enumerate(limits, 1):
        at = worktime.due(rules.hours, given, case.since)
        yield Deadline(at, name, f"{name}_{number}@{_stamp(case.since)}", owes)


def _deadline(at: datetime, name: str, since: datetime, owes: str) -> Deadline:
    return Deadline(at, name, f"{name}@{_stamp(since)}", owes)


def _stamp(moment: datetime) -> str:
    """The moment as every zone and the database, which keeps milliseconds, writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


# -- when it has passed


def run_out(case: Case, now: datetime, rules: Rules) -> Done:
    """Everything that has passed by ``now``, in its order, each once. Without any: the same case and no events."""
    done = Done(case, ())
    while due := [one for one in deadlines(done.case, rules) if one.at <= now]:
        this = _lapse(done.case, due[0], now)
        done = Done(this.case, done.events + this.events, this.tell or done.tell, done.alarms + this.alarms)
    return done


def without_stale_reminders(case: Case, now: datetime, rules: Rules) -> Case:
    """A limit that was moved does not remind of shares that have passed already."""
    stale = (
        {one.mark for one in _all(case, rules) if one.name in SHARES and one.at <= now}
        if case.open
        else set()
    )
    return replace(case, marks=case.marks | stale)


def _lapse(case: Case, deadline: Deadline, now: datetime) -> Done:
    marked = replace(case, marks=case.marks | {deadline.mark})
    return LAPSES[deadline.name](marked, deadline, now)


def _remind(case: Case, deadline: Deadline, now: datetime) -> Done:
    return Done(case, (_event("reminder", deadline, deadline.owes),))


def _remind_caller(case: Case, deadline: Deadline, now: datetime) -> Done:
    return replace(_remind(case, deadline, now), tell="documents")


def _late_for(whom: str) -> Callable[[Case, Deadline, datetime], Done]:
    def lapse(case: Case, deadline: Deadline, now: datetime) -> Done:
        return Done(case, (_event("late", deadline, whom),), alarms=(whom,))

    return lapse


def _breach_for(whom: str) -> Callable[[Case, Deadline, datetime], Done]:
    def lapse(case: Case, deadline: Deadline, now: datetime) -> Done:
        late = replace(case, breached_at=case.breached_at or now, priority=MOST_URGENT)
        return Done(late, (_event("breached", deadline, whom),), alarms=(whom,))

    return lapse


def _cancel(case: Case, deadline: Deadline, now: datetime) -> Done:
    ended = replace(case, status=CANCELLED, since=now, closed_at=now, paused_since=None, agent="")
    event = _event("cancelled", deadline, "", frm=case.status, to=CANCELLED)
    return Done(ended, (replace(event, why="the documents did not come in time"),), tell="cancelled")


def _party_late(case: Case, deadline: Deadline, now: datetime) -> Done:
    back = replace(case, status=case.back_to, since=now, back_to="", party="")
    event = _event("late", deadline, SUPERVISOR, frm=case.status, to=case.back_to)
    return Done(back, (replace(event, why=f"{case.party} did not answer in time"),), alarms=(SUPERVISOR,))


def _event(what: str, deadline: Deadline, whom: str, frm: str = "", to: str = "") -> Event:
    detail = {"deadline": deadline.name, "due": deadline.at.isoformat(), "whom": whom, "from": frm, "to": to}
    why = f"{REASONS[deadline.name]}, {deadline.owes}"
    return Event(what, why, {name: value for name, value in detail.items() if value})


LAPSES: Mapping[str, Callable[[Case, Deadline, datetime], Done]] = {
    "first": _breach_for(SUPERVISOR),
    "half": _remind,
    "most": _remind,
    "breach": _breach_for(PPID),
    "take_over_reminder": _remind,
    "take_over": _late_for(SUPERVISOR),
    "pass_on": _late_for(SUPERVISOR),
    "acknowledge": _late_for(UNIT_HEAD),
    "distribute": _late_for(SUPERVISOR),
    "documents_reminder": _remind_caller,
    "documents": _cancel,
    "party_reminder": _remind,
    "party_late": _party_late,
    "validate": _late_for(SUPERVISOR),
    "confirm": _late_for(SUPERVISOR),
}
REASONS: Mapping[str, str] = {
    "first": "no first answer in time",
    "half": "half of the time is over",
    "most": "four fifths of the time are over",
    "breach": "no answer in time",
    "take_over_reminder": "nobody has taken it over yet",
    "take_over": "nobody took it over",
    "pass_on": "neither answered nor passed on to a unit",
    "acknowledge": "its unit has not taken it",
    "distribute": "not with its unit",
    "documents_reminder": "documents are owed",
    "documents": "documents did not come",
    "party_reminder": "an answer is owed",
    "party_late": "no answer from outside",
    "validate": "the answer was not checked",
    "confirm": "nobody asked whether the caller is content",
}
