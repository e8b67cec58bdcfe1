"""People who may open the console."""

from typing import Any, NamedTuple

from store.library import Connection

ACTIVE, LOCKED = "active", "locked"


class User(NamedTuple):
    """One person. ``password`` is an argon2id hash, '' until one was chosen; ``totp_key`` is sealed, '' without a second factor.

    ``agent`` is the id in the roster, '' for who takes no contacts; ``totp_step`` is the 30 seconds whose code was used last.
    """

    id: str
    login: str
    name: str
    role: str
    language: str
    agent: str
    state: str
    password: str
    totp_key: str
    totp_step: int
    made_at: str
    signed_in_at: str | None


_COLUMNS = ", ".join(User._fields)


def add(db: Connection, user: User) -> None:
    """A new person. Raises sqlite3.IntegrityError when somebody has the login."""
    marks = ", ".join("?" for _ in User._fields)
    db.execute(f"INSERT INTO users ({_COLUMNS}) VALUES ({marks})", user)


def load(db: Connection, id: str) -> User | None:
    """The person of this id; None when there is none."""
    return _one(db, "id", id)


def of_login(db: Connection, login: str) -> User | None:
    """The person with this login, in small letters; None when there is none."""
    return _one(db, "login", login)


def everybody(db: Connection) -> list[User]:
    """All people by their names."""
    return [User._make(row) for row in db.execute(f"SELECT {_COLUMNS} FROM users ORDER BY name, login")]


def change(db: Connection, id: str, **values: Any) -> None:
    """Sets these columns of a person."""
    if wrong := set(values) - set(User._fields):
        raise ValueError(f"users has no columns {', '.join(sorted(wrong))}")
    names = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE users SET {names} WHERE id = ?", (*values.values(), id))


def _one(db: Connection, column: str, value: str) -> User | None:
    row = db.execute(f"SELECT {_COLUMNS} FROM users WHERE {column} = ?", (value,)).fetchone()
    return None if row is None else User._make(row)
