"""Index of satisfaction, and contacts that were settled the first time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.measures.figures import Figure

ELEMENTS = 9  # PermenPANRB 14/2017, each scored 1 to 4
_GRADES = (
    (88.31, "A", "sangat baik"),
    (76.61, "B", "baik"),
    (65.0, "C", "kurang baik"),
    (25.0, "D", "tidak baik"),
)
FCR_DAYS = 7


def ikm(means: Sequence[float]) -> tuple[float, str, str]:
    """(index, grade, in words) of the means of the nine elements. Raises ValueError for other than nine, or outside 1 to 4.

    The weight is 1/9: the usual 0.111 loses a tenth of a point.

    >>> ikm([3.40, 3.25, 3.10, 3.90, 3.35, 3.50, 3.55, 3.20, 3.30])
    (84.86, 'B', 'baik')
    """
    if len(means) != ELEMENTS or not all(1 <= mean <= 4 for mean in means):
        raise ValueError(f"IKM needs the means of {ELEMENTS} elements, each from 1 to 4")
    index = round(sum(means) / ELEMENTS * 25, 2)
    grade, words = next((grade, words) for least, grade, words in _GRADES if index >= least)
    return index, grade, words


@dataclass(frozen=True)
class Settled:
    """A closed case, as far as first contact resolution asks. ``person`` is a keyed hash, '' when the number was withheld."""

    person: str
    topic: str
    opened_at: datetime
    closed_at: datetime | None
    tier: int
    reopened: bool = False


def first_contact(cases: Iterable[Settled]) -> Figure:
    """Closed without a tier above 1, not reopened, and no new contact of the same person on the same topic within 7 days.

    A person without a key cannot come back as the same one: their case is counted by the other two conditions.
    """
    good = closed = 0
    together: dict[tuple[str, str], list[Settled]] = {}
    for case in cases:
        if case.person:
            together.setdefault((case.person, case.topic), []).append(case)
        else:
            good, closed = good + _settled(case), closed + (case.closed_at is not None)
    for rows in together.values():
        rows.sort(key=lambda case: case.opened_at)
        good += sum(_settled(case) and not _came_back(rows, place) for place, case in enumerate(rows))
        closed += sum(case.closed_at is not None for case in rows)
    return Figure(good, closed)


def _settled(case: Settled) -> bool:
    return case.closed_at is not None and case.tier <= 1 and not case.reopened


def _came_back(rows: Sequence[Settled], place: int) -> bool:
    """Is there a later contact within the days after the end? ``rows``: of one person and topic, oldest first."""
    case = rows[place]
    until = (case.closed_at or case.opened_at) + timedelta(days=FCR_DAYS)
    later = next((row for row in rows[place + 1 :] if row.opened_at > case.opened_at), None)
    return later is not None and later.opened_at <= until
