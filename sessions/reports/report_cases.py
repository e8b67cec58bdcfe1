"""Cases of an interval, as reports count them; and themes: topics over time, their questions, gaps of knowledge."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from desk.measures.casebook import NONE, Casebook, Counted, casebook, rated_elements
from desk.measures.quality import FCR_DAYS
from sessions.gateway import Gateway
from store import reports as rows
from store.library import Connection
from store.reports import CaseRow
from store.times import instant

ENDED = frozenset({"dijawab_mandiri", "ditutup", "ditolak_dikecualikan", "dibatalkan"})
_TRUE = frozenset({"1", "ya", "yes", "true"})


def count_cases(gateway: Gateway, first: date, last: date, services: Sequence[str] = ()) -> Casebook:
    """Everything that reports tell of cases opened on these days, both included."""
    db = gateway.store.read()
    later = last + timedelta(days=FCR_DAYS)
    return casebook(
        counted(db, first, last, services),
        counted(db, last + timedelta(days=1), later, services),
        gateway.clock(),
    )


def counted(db: Connection, first: date, last: date, services: Sequence[str] = ()) -> Iterator[Counted]:
    """The cases of these days, oldest first."""
    return map(_counted, rows.cases(db, f"{first:%Y%m%d}", f"{last:%Y%m%d}", services))


def _counted(row: CaseRow) -> Counted:
    fields = json.loads(row.fields)
    rating = str(fields.get("csat", ""))
    return Counted(
        service=row.service,
        person=row.contact or "",
        channel=row.channel or NONE,
        function=row.function or NONE,
        topic=row.topic or NONE,
        segment=str(fields.get("caller_segment") or NONE),
        unit=row.unit or NONE,
        tier=max(row.tier or 0, int(row.highest[1:]) if row.highest else 0),
        reopened=bool(row.reopened),
        opened_at=instant(row.opened_at),
        closed_at=instant(row.closed_at or row.opened_at) if row.status in ENDED else None,
        due_at=instant(row.due_answer) if row.due_answer else None,
        rating=int(rating) if rating in ("1", "2", "3", "4") else 0,
        elements=rated_elements(fields),
        suggestion=is_suggestion(fields),
    )


def is_suggestion(fields: dict[str, object]) -> bool:
    """Is it marked as a suggestion for policy?"""
    return str(fields.get("policy_suggestion", "")).casefold() in _TRUE
