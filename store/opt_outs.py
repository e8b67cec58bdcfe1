"""Contacts who want no more texts from a service (STOP, BERHENTI, UNREG, or the carrier's own word for
it).
"""

from store.library import Connection


def add(db: Connection, service: str, contact: str, *, since: str, source: str) -> bool:
    """Notes the wish. False when it was noted before; the first date stays. ``source``.

    Where we know it from.
    """
    done = db.execute(
        "INSERT INTO opt_outs (service, contact, since, source) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (service, contact) DO NOTHING",
        (service, contact, since, source),
    )
    return done.rowcount == 1


def remove(db: Connection, service: str, contact: str) -> bool:
    """The contact wants texts again (START, MULAI). False when they never were refused."""
    return (
        db.execute("DELETE FROM opt_outs WHERE service = ? AND contact = ?", (service, contact)).rowcount == 1
    )


def since(db: Connection, service: str, contact: str) -> str | None:
    """Since when the contact refuses texts; None when texts are welcome."""
    row = db.execute(
        "SELECT since FROM opt_outs WHERE service = ? AND contact = ?", (service, contact)
    ).fetchone()
    return None if row is None else row[0]
