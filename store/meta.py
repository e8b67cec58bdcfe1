"""Small things that must be remembered and are nobody's row: a name and a text."""

from store.library import Connection


def get(db: Connection, name: str) -> str | None:
    """What was last put under the name; None when nothing was."""
    row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else row[0]


def put(db: Connection, name: str, value: str) -> None:
    """Remembers the text under the name, in place of what was there."""
    db.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name)"
        " DO UPDATE SET value = excluded.value",
        (name, value),
    )
