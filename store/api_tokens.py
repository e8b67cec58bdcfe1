"""Tokens with which programs use the console's API for a person: known by their hash only."""

from typing import NamedTuple

from store.library import Connection


class ApiToken(NamedTuple):
    """``scopes`` is a comma list of sessions.api_tokens.SCOPES; ``revoked_by`` is who ended it, '' while nobody did."""

    id: str
    hash: str
    user: str
    name: str
    scopes: str
    made_at: str
    until: str
    used_at: str | None
    revoked_at: str | None
    revoked_by: str

    def lives(self, now: str) -> bool:
        """Does it still open anything, as far as it goes by itself?"""
        return self.revoked_at is None and self.until > now


_COLUMNS = ", ".join(ApiToken._fields)


def add(db: Connection, token: ApiToken) -> None:
    """A new token."""
    marks = ", ".join("?" for _ in ApiToken._fields)
    db.execute(f"INSERT INTO api_tokens ({_COLUMNS}) VALUES ({marks})", token)


def of_hash(db: Connection, hash: str) -> ApiToken | None:
    """The token of this hash, ended or not; None when there is none."""
    row = db.execute(f"SELECT {_COLUMNS} FROM api_tokens WHERE hash = ?", (hash,)).fetchone()
    return None if row is None else ApiToken._make(row)


def load(db: Connection, id: str) -> ApiToken | None:
    """The token of this id, ended or not; None when there is none."""
    row = db.execute(f"SELECT {_COLUMNS} FROM api_tokens WHERE id = ?", (id,)).fetchone()
    return None if row is None else ApiToken._make(row)


def everybodys(db: Connection, user: str = "") -> list[ApiToken]:
    """The tokens of a person, or of all people, newest first; those that have ended too, until they are forgotten."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM api_tokens WHERE ? IN ('', user) ORDER BY made_at DESC, id DESC", (user,)
    )
    return [ApiToken._make(row) for row in rows]


def used(db: Connection, id: str, now: str) -> None:
    """Somebody came with it."""
    db.execute("UPDATE api_tokens SET used_at = ? WHERE id = ?", (now, id))


def revoke(db: Connection, id: str, now: str, who: str) -> bool:
    """It opens nothing any more; False when it did not before."""
    done = db.execute(
        "UPDATE api_tokens SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL AND until > ?",
        (now, who, id, now),
    )
    return int(done.rowcount) == 1


def revoke_all(db: Connection, user: str, now: str, who: str) -> int:
    """No token of this person opens anything any more; how many did."""
    done = db.execute(
        "UPDATE api_tokens SET revoked_at = ?, revoked_by = ? WHERE user = ? AND revoked_at IS NULL AND until > ?",
        (now, who, user, now),
    )
    return int(done.rowcount)


def purge(db: Connection, before: str) -> int:
    """Forgets tokens that were over by then; how many."""
    return int(
        db.execute("DELETE FROM api_tokens WHERE until < ? OR revoked_at < ?", (before, before)).rowcount
    )
