"""Screens on a wall that stay signed in: each row is one link that somebody made, known by a hash of its token."""

from typing import NamedTuple

from store.library import Connection


class WallScreen(NamedTuple):
    """``user`` made it; ``service`` '' shows all. ``seen_at``: when a browser last asked with it, to the minute."""

    id: str
    hash: str
    user: str
    name: str
    service: str
    language: str
    made_at: str
    until: str
    seen_at: str | None = None
    revoked_at: str | None = None
    revoked_by: str = ""

    def lives(self, now: str) -> bool:
        """Does it still open anything, as far as it goes by itself?"""
        return self.revoked_at is None and self.until > now


_COLUMNS = ", ".join(WallScreen._fields)


def add(db: Connection, screen: WallScreen) -> None:
    """A new screen."""
    marks = ", ".join("?" for _ in WallScreen._fields)
    db.execute(f"INSERT INTO wall_screens ({_COLUMNS}) VALUES ({marks})", screen)


def of_hash(db: Connection, hash: str) -> WallScreen | None:
    """The screen of this hash, ended or not; None when there is none."""
    row = db.execute(f"SELECT {_COLUMNS} FROM wall_screens WHERE hash = ?", (hash,)).fetchone()
    return None if row is None else WallScreen._make(row)


def living(db: Connection, now: str) -> list[WallScreen]:
    """Those that still open something, newest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM wall_screens WHERE revoked_at IS NULL AND until > ? ORDER BY made_at DESC, id DESC",
        (now,),
    )
    return [WallScreen._make(row) for row in rows]


def seen(db: Connection, id: str, now: str) -> None:
    """It is looked at."""
    db.execute("UPDATE wall_screens SET seen_at = ? WHERE id = ?", (now, id))


def revoke(db: Connection, id: str, now: str, who: str) -> WallScreen | None:
    """It opens nothing any more; None when it did not before."""
    done = db.execute(
        "UPDATE wall_screens SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL AND until > ?",
        (now, who, id, now),
    )
    if int(done.rowcount) != 1:
        return None
    row = db.execute(f"SELECT {_COLUMNS} FROM wall_screens WHERE id = ?", (id,)).fetchone()
    return WallScreen._make(row)


def purge(db: Connection, before: str) -> None:
    """Those that were over by then are forgotten."""
    db.execute("DELETE FROM wall_screens WHERE until < ? OR revoked_at < ?", (before, before))
