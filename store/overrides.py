"""What people decided otherwise than the calendar (desk/overrides.py): rows are ended, never taken away, so that reports know."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from store.ids import new_id
from store.library import Connection

_COLUMNS = "id, service, hours, state, begin, until, ended_at, ended_by, reason, who, words"


class OverrideRow(NamedTuple):
    """``hours``: an entry of `hours:`, '' for all. ``words``: JSON, language -> announcement. ``ended_at``: before its time."""

    id: str
    service: str
    hours: str
    state: str
    begin: str
    until: str
    ended_at: str | None
    ended_by: str
    reason: str
    who: str
    words: str

    @property
    def end(self) -> str:
        """When it ends, or ended."""
        return min(self.until, self.ended_at or self.until)


def add(
    db: Connection,
    *,
    service: str,
    hours: str,
    state: str,
    begin: str,
    until: str,
    reason: str,
    who: str,
    words: Mapping[str, str],
) -> OverrideRow:
    """A new one. Whoever calls ends the one before of the same scope."""
    told = json.dumps(dict(words), ensure_ascii=False)
    row = OverrideRow(new_id(), service, hours, state, begin, until, None, "", reason, who, told)
    db.execute(f"INSERT INTO overrides ({_COLUMNS}) VALUES ({', '.join('?' * len(row))})", tuple(row))
    return row


def end(db: Connection, id: str, *, at: str, who: str) -> None:
    """It holds no longer than until now."""
    db.execute(
        "UPDATE overrides SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL", (at, who, id)
    )


def between(db: Connection, since: str, until: str, service: str = "") -> list[OverrideRow]:
    """Those that held at some moment of [since, until), the oldest first; of one service or of all."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM overrides WHERE until > ? AND begin < ? AND (ended_at IS NULL OR ended_at > ?)"
        " AND ? IN ('', service) ORDER BY begin, id",
        (since, until, since, service),
    )
    return [OverrideRow._make(row) for row in rows]


def now(db: Connection, at: str, service: str = "") -> list[OverrideRow]:
    """Those that hold at this moment."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM overrides WHERE until > ? AND begin <= ? AND (ended_at IS NULL OR ended_at > ?)"
        " AND ? IN ('', service) ORDER BY service, hours, id",
        (at, at, at, service),
    )
    return [OverrideRow._make(row) for row in rows]
