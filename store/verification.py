"""Who tried to prove to be whom, the locks that follow, and one-time codes.

Subjects and callers are keyed hashes here.

Rules of the domain page, 0.5, and of the reliability page, H4:
  three failures lock the subject for 24 hours, whoever calls; tries during the lock fail, and do not lengthen
  it; 3 tries in one call; 5 checks of one subject in an hour; 20 tries of one caller in a day.
A subject that does not exist is treated like one that does, so that a refusal tells nothing.
"""

import hmac
import secrets
from typing import NamedTuple

from store import times
from store.ids import new_id
from store.library import Connection

FAILURES = 3
LOCK_SECONDS = 24 * 3600
TRIES_IN_SESSION = 3
CHECKS_IN_HOUR = 5
TRIES_OF_CALLER_IN_DAY = 20
CODE_TRIES = 3


class Outcome(NamedTuple):
    """``outcome``: right, wrong, locked (the subject is) or limited (too many tries).

    ``locks`` if this very try locked it.
    """

    outcome: str
    locks: bool = False


def attempt(
    db: Connection,
    *,
    service: str,
    subject_hash: str,
    caller_hash: str,
    session_id: str,
    right: bool,
    now: str,
) -> Outcome:
    """Counts a try and decides what it is worth.

    Deciding and counting are one, so no two calls can race past a limit.

    ``right`` says whether the proof was right; a right proof of a locked subject, or beyond a limit, is
    refused all the same. A ``caller_hash`` of '' (withheld number) has no daily limit of its own.
    """
    outcome = refusal(
        db,
        service=service,
        subject_hash=subject_hash,
        caller_hash=caller_hash,
        session_id=session_id,
        now=now,
    )
    outcome = outcome or ("right" if right else "wrong")
    db.execute(
        "INSERT INTO attempts (id, service, subject_hash, at, outcome, caller_hash, session_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (new_id(), service, subject_hash, now, outcome, caller_hash, session_id),
    )
    locks = outcome == "wrong" and _failures(db, service, subject_hash, now) >= FAILURES
    if locks:
        db.execute(
            "INSERT INTO locks (service, subject_hash, since, until) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (service, subject_hash) DO UPDATE SET since = excluded.since,"
            " until = excluded.until",
            (service, subject_hash, now, times.plus(now, LOCK_SECONDS)),
        )
    return Outcome(outcome, locks)


def refusal(
    db: Connection, *, service: str, subject_hash: str, caller_hash: str, session_id: str, now: str
) -> str | None:
    """Why a try would be refused whatever the proof: locked or limited; None when it would be checked."""
    if locked_until(db, service, subject_hash, now) is not None:
        return "locked"
    if _count(db, "session_id = ?", session_id) >= TRIES_IN_SESSION:
        return "limited"
    hour = times.plus(now, -3600)
    # Only real checks count here: else whoever hammers at a subject could keep its owner out for ever.
    checks = _count(
        db,
        "service = ? AND subject_hash = ? AND at > ? AND outcome IN ('right', 'wrong')",
        service,
        subject_hash,
        hour,
    )
    if checks >= CHECKS_IN_HOUR:
        return "limited"
    day = times.plus(now, -24 * 3600)
    if caller_hash and _count(db, "caller_hash = ? AND at > ?", caller_hash, day) >= TRIES_OF_CALLER_IN_DAY:
        return "limited"
    return None


def locked_until(db: Connection, service: str, subject_hash: str, now: str) -> str | None:
    """Until when the subject is locked; None when it is not."""
    row = db.execute(
        "SELECT until FROM locks WHERE service = ? AND subject_hash = ? AND until > ?",
        (service, subject_hash, now),
    ).fetchone()
    return None if row is None else row[0]


def unlock(db: Connection, service: str, subject_hash: str, *, now: str) -> bool:
    """An officer lifts the lock; failures count from nought again. False when there was none."""
    done = db.execute(
        "UPDATE locks SET until = ? WHERE service = ? AND subject_hash = ? AND until > ?",
        (now, service, subject_hash, now),
    )
    return done.rowcount == 1


def _failures(db: Connection, service: str, subject_hash: str, now: str) -> int:
    """Wrong proofs in 24 hours, since the last right one and since the last lock ended."""
    mine = (service, subject_hash)
    day_ago = times.plus(now, -LOCK_SECONDS)
    ((last_right,),) = db.execute(
        "SELECT MAX(at) FROM attempts WHERE service = ? AND subject_hash = ? AND outcome = 'right'", mine
    ).fetchall()
    ended = db.execute(
        "SELECT until FROM locks WHERE service = ? AND subject_hash = ? AND until <= ?", (*mine, now)
    ).fetchone()
    return _count(
        db,
        "service = ? AND subject_hash = ? AND outcome = 'wrong' AND at > ? AND at >= ?",
        *mine,
        max(last_right or "", day_ago),
        "" if ended is None else ended[0],
    )


def _count(db: Connection, where: str, *values: str) -> int:
    ((number,),) = db.execute(f"SELECT COUNT(*) FROM attempts WHERE {where}", values).fetchall()
    return int(number)


def new_code() -> str:
    """Six digits that nobody can foresee."""
    return f"{secrets.randbelow(1_000_000):06d}"


def issue_code(
    db: Connection, *, session_id: str, subject_hash: str, code_hash: str, expires_at: str
) -> None:
    """Keeps the hash of a one-time code.

    An earlier one for the same session and subject is no longer good.
    """
    db.execute(
        "INSERT INTO codes (session_id, subject_hash, code_hash, expires_at, tries) VALUES (?, ?, ?, ?, 0)"
        " ON CONFLICT (session_id, subject_hash) DO UPDATE SET code_hash = excluded.code_hash,"
        " expires_at = excluded.expires_at, tries = 0",
        (session_id, subject_hash, code_hash, expires_at),
    )


def try_code(db: Connection, *, session_id: str, subject_hash: str, code_hash: str, now: str) -> str:
    """right, wrong, spent (three wrong ones) or none (never issued, used, or too old).

    A right code is used up.
    """
    mine = (session_id, subject_hash)
    row = db.execute(
        "SELECT code_hash, tries FROM codes WHERE session_id = ? AND subject_hash = ? AND expires_at > ?",
        (*mine, now),
    ).fetchone()
    if row is None:
        return "none"
    if row[1] >= CODE_TRIES:
        return "spent"
    if hmac.compare_digest(row[0], code_hash):
        db.execute("DELETE FROM codes WHERE session_id = ? AND subject_hash = ?", mine)
        return "right"
    db.execute("UPDATE codes SET tries = tries + 1 WHERE session_id = ? AND subject_hash = ?", mine)
    return "wrong"


def purge(db: Connection, before: str) -> int:
    """Forgets tries, locks and codes that were over before then; how many. Keep 2 days at least.

    The limits count on them.
    """
    gone = db.execute("DELETE FROM attempts WHERE at < ?", (before,)).rowcount
    gone += db.execute("DELETE FROM locks WHERE until < ?", (before,)).rowcount
    return int(gone + db.execute("DELETE FROM codes WHERE expires_at < ?", (before,)).rowcount)
