"""Clocks of a case: when it is due, and how a limit begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from desk.caseload import worktime
from desk.caseload.deadlines import without_stale_reminders
from desk.caseload.model import Case
from desk.caseload.rules import Rules


def begin(case: Case, now: datetime, rules: Rules) -> Case:
    """A case that is opened, or opened again: its clocks start."""
    started = replace(case, opened=case.opened, since=now, complete_since=now, reached=frozenset({1}))
    if not started.open:
        return replace(started, closed_at=now)
    first = rules.get("first" if case.channel == "sms" else "callback")
    due_first = worktime.due(rules.hours, first, now) if first else None
    timed = with_limit(replace(started, due_first=due_first), rules, "answer", now)
    if due_first and timed.due_answer and timed.due_answer < due_first:
        # Who is called back tomorrow cannot be answered within the hour.
        timed = due_at(timed, rules, due_first, now, by_days=False)
    return without_stale_reminders(timed, now, rules)


def with_limit(case: Case, rules: Rules, name: str, since: datetime) -> Case:
    """The case with this limit for its answer, from now on; as it was where the service has none."""
    given = rules.get(name)
    if given is None:
        return case
    return due_at(case, rules, worktime.due(rules.hours, given, since), since, by_days=given.by_days)


def due_at(case: Case, rules: Rules, due: datetime, since: datetime, *, by_days: bool) -> Case:
    due = capped(case, rules, due)
    span = worktime.seconds_between(rules.hours, since, due)
    return replace(case, due_answer=due, span=span, by_days=by_days)


def capped(case: Case, rules: Rules, due: datetime) -> datetime:
    """Never later than the limit by the calendar: 60 days from the complete file (Perpres 76/2013)."""
    given, since = rules.get("absolute"), case.complete_since
    if given is None or since is None:
        return due
    return min(due, since + timedelta(seconds=given.amount * worktime.SECONDS[given.unit]))
