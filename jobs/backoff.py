"""When a failed attempt is made again.

Exponential, with full jitter, and with an end (reliability page, D1).
"""

from __future__ import annotations

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 900.0
TRIES = 12
TOO_OLD_SECONDS = 4 * 3600.0  # a text that is four hours late is no answer any more


def delay(attempt: int, chance: float, retry_after: float | None = None) -> float:
    """Seconds until the next attempt, after attempt number ``attempt`` (1 is the first) failed.

    ``chance`` is a random number from 0 to 1. Full jitter: anything between nothing and the exponential
    bound, so that what failed together does not come back together. Never sooner than the carrier asked
    (``retry_after``).

    >>> [delay(n, 1.0) for n in (1, 2, 10, 11, 99)]
    [1.0, 2.0, 512.0, 900.0, 900.0]
    >>> delay(3, 0.5), delay(1, 0.5, retry_after=30)
    (2.0, 30)
    """
    bound: float = min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** min(attempt - 1, 20))
    return max(bound * chance, retry_after or 0.0)


def given_up(attempt: int, age_seconds: float) -> bool:
    """Is this the end?

    After 12 attempts, or when the next one would come more than four hours after the first.
    """
    return attempt >= TRIES or age_seconds > TOO_OLD_SECONDS
