"""Topics over time, for those who make policy: which grow suddenly, which words are new (domain section 3.4)."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import fmean, pstdev

LEAST_CASES, LEAST_GROWTH, LEAST_DEVIATIONS = 10, 2.0, 3.0
BASELINE_WEEKS, NEW_TERM_WEEKS = 4, 8
SMALL_CELL = 5  # fewer persons than this are not published


@dataclass(frozen=True)
class Emerging:
    """A topic's day against its usual ones: ``cases`` of the day, ``mean`` and ``z`` of the baseline."""

    topic: str
    cases: int
    mean: float
    z: float
    alert: bool


def baseline(
    counts: Mapping[date, int], day: date, holidays: Collection[date] = (), weeks: int = BASELINE_WEEKS
) -> list[int]:
    """Cases on the same weekday of the weeks before; holidays are skipped, not replaced. A day without cases counts 0."""
    days = (day - timedelta(weeks=back) for back in range(1, weeks + 1))
    return [counts.get(each, 0) for each in days if each not in holidays]


def emerging(topic: str, cases: int, usual: Sequence[int]) -> Emerging:
    """Is this more than usual?  cases >= 10, at least twice the mean, and z = (x - m) / max(s, sqrt(m), 1) >= 3.

    >>> emerging("coretax", 19, [4, 6, 5, 5]).alert, emerging("spt", 20, [9, 12, 10, 13]).alert
    (True, False)
    """
    mean = fmean(usual) if usual else 0.0
    spread = max(pstdev(usual) if usual else 0.0, sqrt(mean), 1.0)
    z = (cases - mean) / spread
    alert = cases >= LEAST_CASES and cases >= LEAST_GROWTH * mean and z >= LEAST_DEVIATIONS
    return Emerging(topic, cases, mean, z, alert)


def new_pairs(this_week: Iterable[str], before: Iterable[str], least: int = 10, known: int = 1) -> list[str]:
    """Pairs of neighbouring words in at least ``least`` cases of this week and at most ``known`` of the weeks before.

    Texts must be masked: what comes out is published. Most frequent first.
    """
    now = _pairs(this_week)
    often = {pair: count for pair, count in now.items() if count >= least}
    # Only these are looked for in the weeks before: all pairs of eight weeks would be a book.
    then = _pairs(before, among=often)
    found = [pair for pair in often if then.get(pair, 0) <= known]
    return sorted(found, key=lambda pair: (-now[pair], pair))


def _pairs(texts: Iterable[str], among: Collection[str] | None = None) -> dict[str, int]:
    counts: dict[str, int] = {}
    for text in texts:
        words = [raw.strip(".,;:!?\"'()[]").casefold() for raw in text.split()]
        # Once a case: somebody who repeats himself is not ten people.
        for pair in {
            f"{one} {two}" for one, two in itertools.pairwise(words) if _is_word(one) and _is_word(two)
        }:
            if among is None or pair in among:
                counts[pair] = counts.get(pair, 0) + 1
    return counts


def _is_word(word: str) -> bool:
    """Letters, perhaps with a hyphen inside: no numbers, no masks."""
    return bool(word) and all(part.isalpha() for part in word.split("-"))


def publishable(cells: Mapping[str, int]) -> dict[str, int | None]:
    """Counts of persons as they may leave the house: cells below five are suppressed (None).

    When only one cell is suppressed the total would give it away: then the next smallest is suppressed with it.
    """
    hidden = {name for name, count in cells.items() if 0 < count < SMALL_CELL}
    if len(hidden) == 1:
        rest = [name for name in cells if name not in hidden and cells[name] > 0]
        if rest:
            hidden.add(min(rest, key=lambda name: (cells[name], name)))
    return {name: None if name in hidden else count for name, count in cells.items()}
