"""Who did what to what, in order."""

from typing import NamedTuple

from store.ids import new_id
from store.library import Connection


class AuditRow(NamedTuple):
    """One line. ``subject`` is what was touched; persons in it are keyed hashes; ``detail`` is JSON."""

    id: str
    at: str
    who: str
    action: str
    subject: str
    detail: str


_COLUMNS = ", ".join(AuditRow._fields)


def write(db: Connection, *, at: str, who: str, action: str, subject: str, detail: str = "{}") -> None:
    """Adds a line, in the transaction of what it tells of."""
    db.execute(
        f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        (new_id(), at, who, action, subject, detail),
    )


def of_subject(db: Connection, subject: str, limit: int = 200) -> list[AuditRow]:
    """What was done to a subject, newest first; [] when nothing."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM audit WHERE subject = ? ORDER BY id DESC LIMIT ?", (subject, limit)
    )
    return [AuditRow._make(row) for row in rows]


def latest(db: Connection, limit: int = 200) -> list[AuditRow]:
    """The last lines, newest first."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM audit ORDER BY id DESC LIMIT ?", (limit,))
    return [AuditRow._make(row) for row in rows]
