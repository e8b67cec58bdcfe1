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
    rows = sorted(cases, key=lambda case: case.opened_at)
    closed = [case for case in rows if case.closed_at is not None]
    good = [case for case in closed if case.tier <= 1 and not case.reopened and not _came_back(case, rows)]
    return Figure(len(good), len(closed))


def _came_back(case: Settled, rows: Sequence[Settled]) -> bool:
    until = (case.closed_at or case.opened_at) + timedelta(days=FCR_DAYS)
    return bool(case.person) and any(
        other is not case
        and (other.person, other.topic) == (case.person, case.topic)
        and case.opened_at < other.opened_at <= until
        for other in rows
    )
