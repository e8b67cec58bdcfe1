"""One-time tokens with which people choose a password, and the codes for who has lost the second factor. Known by hash only."""

from collections.abc import Iterable
from typing import NamedTuple

from store.library import Connection


class Invitation(NamedTuple):
    """``user`` None: whoever has the token becomes the first administrator."""

    hash: str
    user: str | None
    made_at: str
    until: str


def add(db: Connection, invitation: Invitation) -> None:
    """A new token; an earlier one for the same person opens nothing any more."""
    db.execute("DELETE FROM invitations WHERE user IS ?", (invitation.user,))
    db.execute("INSERT INTO invitations (hash, user, made_at, until) VALUES (?, ?, ?, ?)", invitation)


def load(db: Connection, hash: str, now: str) -> Invitation | None:
    """The invitation of a token that still opens something; None else."""
    row = db.execute(
        "SELECT hash, user, made_at, until FROM invitations WHERE hash = ? AND used_at IS NULL AND until > ?",
        (hash, now),
    ).fetchone()
    return None if row is None else Invitation._make(row)


def use(db: Connection, hash: str, now: str) -> bool:
    """Takes the token; False when somebody was faster or it has ended."""
    done = db.execute(
        "UPDATE invitations SET used_at = ? WHERE hash = ? AND used_at IS NULL AND until > ?",
        (now, hash, now),
    )
    return int(done.rowcount) == 1


def set_codes(db: Connection, user: str, hashes: Iterable[str]) -> None:
    """These recovery codes, and no others any more."""
    db.execute("DELETE FROM recovery_codes WHERE user = ?", (user,))
    db.executemany("INSERT INTO recovery_codes (hash, user) VALUES (?, ?)", [(hash, user) for hash in hashes])


def use_code(db: Connection, user: str, hash: str, now: str) -> bool:
    """Takes a recovery code; False when it is none of this person's or was used."""
    done = db.execute(
        "UPDATE recovery_codes SET used_at = ? WHERE hash = ? AND user = ? AND used_at IS NULL",
        (now, hash, user),
    )
    return int(done.rowcount) == 1


def codes_left(db: Connection, user: str) -> int:
    """How many recovery codes are unused."""
    ((count,),) = db.execute(
        "SELECT COUNT(*) FROM recovery_codes WHERE user = ? AND used_at IS NULL", (user,)
    ).fetchall()
    return int(count)
