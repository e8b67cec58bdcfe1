"""What ``doctor`` tells about the database."""

from dataclasses import dataclass
from pathlib import Path

from store import library, opening
from store.library import Connection, sqlite3


@dataclass(frozen=True)
class Health:
    """The file and the library that reads it. ``problems`` is empty when all is well."""

    path: str
    library: str
    journal_mode: str
    bytes: int
    wal_bytes: int
    migrations: tuple[str, ...]
    problems: tuple[str, ...]


def check(path: Path, db: Connection) -> Health:
    """Looks through the whole file, which takes seconds when it is large. Never raises for what is wrong with it."""
    problems = damages(db)
    ((mode,),) = db.execute("PRAGMA journal_mode").fetchall()
    if warning := library.warning(library.library_version()):
        problems.append(warning)
    applied, known = opening.schema_names(db)
    problems += [f"migration {name} is not applied" for name in sorted(known - applied)]
    problems += [f"migration {name} is from a newer version" for name in sorted(applied - known)]
    return Health(
        path=str(path),
        library=".".join(map(str, library.library_version())),
        journal_mode=mode,
        bytes=path.stat().st_size,
        wal_bytes=_size(path.with_name(path.name + "-wal")),
        migrations=tuple(sorted(applied)),
        problems=tuple(problems),
    )


def damages(db: Connection) -> list[str]:
    """What is wrong with the file's pages and with rows that point to others; [] when nothing is."""
    try:
        found = [row for (row,) in db.execute("PRAGMA integrity_check").fetchall() if row != "ok"]
        for table, row, parent, _ in db.execute("PRAGMA foreign_key_check").fetchall():
            found.append(f"{table}: row {row} points to no row of {parent}")
    except sqlite3.DatabaseError as fault:
        return [f"the file is damaged ({fault}): stop every process and restore the last backup"]
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
