"""What the carrier has told us, each thing once: the key of a webhook, and the answer we gave to it.

Keys are those of the reliability page, 3.2: ``call:CA…``, ``cs:CA…:completed:3``, ``rec:RE…:completed``,
``sms:SM…``, ``ms:SM…:sent:``. Acts of programs stand here too, under the account ``api:`` and the person, by the program's own key.
"""

from store.library import Connection


def first_time(
    db: Connection,
    *,
    account: str,
    key: str,
    kind: str,
    received_at: str,
    fields: str = "{}",
    answer: str = "",
) -> str | None:
    """Notes the webhook. None when it is new: do the work, then ``set_answer`` if there is an answer.

    Otherwise it is a repeat: counts it and gives the answer of the first time ('' for those that need none).
    Do nothing again.
    """
    new = db.execute(
        "INSERT INTO inbox (account, key, kind, received_at, fields, answer) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account, key) DO NOTHING",
        (account, key, kind, received_at, fields, answer),
    )
    if new.rowcount == 1:
        return None
    db.execute("UPDATE inbox SET retries = retries + 1 WHERE account = ? AND key = ?", (account, key))
    row = db.execute("SELECT answer FROM inbox WHERE account = ? AND key = ?", (account, key)).fetchone()
    return str(row[0])


def set_answer(db: Connection, *, account: str, key: str, answer: str) -> None:
    """The answer to give to repeats of this webhook. In the same transaction as ``first_time``."""
    db.execute("UPDATE inbox SET answer = ? WHERE account = ? AND key = ?", (answer, account, key))


def fields(db: Connection, *, account: str, key: str) -> str:
    """What was kept of it when it came first; '' when it never came."""
    row = db.execute("SELECT fields FROM inbox WHERE account = ? AND key = ?", (account, key)).fetchone()
    return "" if row is None else str(row[0])


def forget(db: Connection, *, account: str, key: str) -> None:
    """As if it had never come: nothing was done."""
    db.execute("DELETE FROM inbox WHERE account = ? AND key = ?", (account, key))


def retries(db: Connection, *, account: str, key: str) -> int | None:
    """How often the webhook came again after the first time; None when it never came."""
    row = db.execute("SELECT retries FROM inbox WHERE account = ? AND key = ?", (account, key)).fetchone()
    return None if row is None else row[0]


def purge(db: Connection, before: str, limit: int = 1000) -> int:
    """Forgets at most ``limit`` webhooks received before then; how many.

    Keep 30 days at least: carriers replay old ones. In small portions, because a long one would keep callers
    waiting: call it again until it gives less than the limit.
    """
    gone = db.execute(
        "DELETE FROM inbox WHERE (account, key) IN"
        " (SELECT account, key FROM inbox WHERE received_at < ? ORDER BY received_at LIMIT ?)",
        (before, limit),
    )
    return gone.rowcount
