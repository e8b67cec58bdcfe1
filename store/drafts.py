"""What people have begun to write at the console and not sent yet: one text a person and subject, so that nothing typed is lost."""

from typing import NamedTuple

from store import times
from store.library import Connection

KEPT_SECONDS = 30 * 86_400.0


class Draft(NamedTuple):
    """``subject`` is a case's ticket or a dialogue's id; ``at``: when it was last changed."""

    user: str
    subject: str
    body: str
    at: str


def keep(db: Connection, user: str, subject: str, body: str, now: str) -> None:
    """The text as it stands now; an empty one is forgotten, and so is whatever nobody touched for a month."""
    forget(db, user, subject)
    if body.strip():
        db.execute(
            "INSERT INTO drafts (user, subject, body, at) VALUES (?, ?, ?, ?)", (user, subject, body, now)
        )
    db.execute("DELETE FROM drafts WHERE at < ?", (times.plus(now, -KEPT_SECONDS),))


def forget(db: Connection, user: str, subject: str) -> None:
    """It was sent, or is wanted no more."""
    db.execute("DELETE FROM drafts WHERE user = ? AND subject = ?", (user, subject))


def of_subject(db: Connection, subject: str) -> list[Draft]:
    """Everybody's texts for a subject, the newest first."""
    rows = db.execute(
        "SELECT user, subject, body, at FROM drafts WHERE subject = ? ORDER BY at DESC", (subject,)
    )
    return [Draft._make(row) for row in rows]
