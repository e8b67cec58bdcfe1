"""Which SQLite library speaks to the database, and what it may be trusted with.

sqlite-utils prefers ``pysqlite3`` over the standard library's ``sqlite3`` when it is installed; both of us
must use the same one, so we take the one that it took.

The WAL-reset bug (sqlite.org/wal.html, "The WAL-reset bug"): in 3.7.0 to 3.51.2 two processes that write and
checkpoint one WAL database can corrupt it, which is exactly how several webhook workers use one file. Fixed
in 3.51.3.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from sqlite3 import Connection
else:
    from sqlite_utils.utils import sqlite3

    Connection = sqlite3.Connection

__all__ = ["Connection", "journal_mode", "library_version", "sqlite3"]

FIRST_WITH_WAL = (3, 7, 0)
FIRST_REPAIRED = (3, 51, 3)


def library_version() -> tuple[int, int, int]:
    """The version of the SQLite library in use, e.g. (3, 53, 4)."""
    major, minor, patch = sqlite3.sqlite_version_info
    return major, minor, patch


def journal_mode(version: tuple[int, int, int]) -> str:
    """``wal`` where the library may be trusted with it, else ``truncate``.

    Slower, but it does not corrupt the file.
    """
    return "wal" if version >= FIRST_REPAIRED else "truncate"


def warning(version: tuple[int, int, int]) -> str | None:
    """What an operator must be told about this library; None when all is well."""
    if journal_mode(version) == "wal":
        return None
    spelled = ".".join(map(str, version))
    return (
        f"SQLite {spelled} can corrupt a WAL database that several processes write (repaired in 3.51.3): "
        "using journal_mode=TRUNCATE, which is several times slower. Way out: pip install 'pysqlite3>=0.6.1'"
    )
