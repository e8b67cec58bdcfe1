"""What can go wrong between us and the database, as nouns."""

from pathlib import Path

from store.library import sqlite3

# Primary result codes (sqlite.org/rescode.html) that say "the database cannot be written just now", as
# against "your statement is wrong".
_READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _PROTOCOL, _NOTADB = 8, 10, 11, 13, 14, 15, 26
_BUSY, _LOCKED, _NOMEM = 5, 6, 7
_NOT_WRITABLE = {_READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _PROTOCOL, _NOTADB, _NOMEM}


class NotStored(Exception):
    """The block's work is not in the database: nothing of it may be acknowledged."""


class Busy(NotStored):
    """Others held the database for longer than we may wait."""


class Unusable(Exception):
    """The database cannot be opened; the text names the file, its fault and the way out."""


def primary_code(fault: BaseException) -> int | None:
    """SQLite's primary result code of an exception; None when it does not come from SQLite."""
    code = getattr(fault, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF


def as_not_stored(fault: BaseException) -> NotStored | None:
    """The same fault as a NotStored, where it says that the database is not writable.

    None for any other fault.
    """
    if not isinstance(fault, sqlite3.Error):
        return None
    code = primary_code(fault)
    if code in (_BUSY, _LOCKED):
        return Busy(f"the database is locked by another program: {fault}")
    if code in _NOT_WRITABLE:
        return NotStored(f"the database cannot be written: {fault}")
    return None


def unusable(path: Path, fault: BaseException) -> Unusable:
    """An SQLite error at opening, told to the person who must mend it."""
    code = primary_code(fault)
    if code == _NOTADB:
        return Unusable(
            f"{path}: is not a database (its header is wrong)."
            " Way out: restore the last backup over it, or name another file"
        )
    if code == _CORRUPT:
        return Unusable(
            f"{path}: is damaged ({fault})."
            " Way out: stop every process, keep a copy of the file, restore the last backup"
        )
    if code == _READONLY:
        return Unusable(
            f"{path}: may not be written by this user."
            " Way out: give the file and its folder to the user that runs Sambung"
        )
    if code == _CANTOPEN:
        return Unusable(
            f"{path}: cannot be opened ({fault})."
            " Way out: check that the folder exists and that this user may read and write in it"
        )
    if code in (_BUSY, _LOCKED):
        return Unusable(
            f"{path}: is locked by another program."
            " Way out: stop that program (a backup? an sqlite3 shell?) and start again"
        )
    if code == _FULL:
        return Unusable(f"{path}: the disk is full. Way out: free some space and start again")
    return Unusable(f"{path}: {fault}")
