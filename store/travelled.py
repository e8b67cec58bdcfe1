"""How often contacts took which way between steps: a number for each hour, service, channel and way.

Counted when a turn is written, because nobody could count the turns of four weeks while a page waits: 6.5 s for 100,000 contacts
there, 0.07 s here, for 7 microseconds a turn.
"""

from collections.abc import Iterable
from typing import NamedTuple

from store.library import Connection

KEPT_DAYS = 35


class Way(NamedTuple):
    """``start`` is a step, '' for who came in; ``way`` is where it led: a step, `back`, `repeat`, `return`, or how it ended."""

    channel: str
    start: str
    way: str
    n: int


def add(db: Connection, service: str, at: str, channel: str, ways: Iterable[tuple[str, str]]) -> None:
    """These ways (start, way) were taken once more. ``at`` as in store.times."""
    db.executemany(
        "INSERT INTO travelled (service, hour, channel, start, way, n) VALUES (?, ?, ?, ?, ?, 1)"
        " ON CONFLICT DO UPDATE SET n = n + 1",
        [(service, at[:13], channel, start, way) for start, way in ways],
    )


def since(db: Connection, service: str, at: str) -> list[Way]:
    """All ways of a service since the hour of ``at``."""
    rows = db.execute(
        "SELECT channel, start, way, sum(n) FROM travelled WHERE service = ? AND hour >= ? GROUP BY 1, 2, 3",
        (service, at[:13]),
    )
    return [Way._make(row) for row in rows]


def purge(db: Connection, before: str, limit: int) -> None:
    """Hours before that are forgotten, at most so many rows at once."""
    db.execute(
        "DELETE FROM travelled WHERE (service, hour, channel, start, way) IN"
        " (SELECT service, hour, channel, start, way FROM travelled WHERE hour < ? LIMIT ?)",
        (before[:13], limit),
    )
