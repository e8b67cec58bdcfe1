"""Opening the database file: its settings, its schema, and clear words for whatever is wrong with it."""

import logging
import os
from pathlib import Path

from sqlite_utils import Database

from store import audit, library
from store.faults import Unusable, unusable
from store.library import Connection, sqlite3
from store.migrations import KNOWN, migrations
from store.turnstile import Turnstile

log = logging.getLogger(__name__)

BUSY_MILLISECONDS = 3000
WAL_BYTES = 64 * 1024 * 1024
# Enough for the upper levels of the trees of a million sessions; each connection has its own.
CACHE_KIB = 8192
# The oldest schema table that every one of our databases has; tells our file from some other program's.
_OURS = "_sqlite_migrations"


def open_connection(path: Path, *, read_only: bool = False, audit_key: bytes = b"") -> Connection:
    """A connection to an existing file with our settings, usable from any thread, one at a time.

    ``audit_key`` binds the lines of the audit that are written through it (store.audit.key_of).

    Statements outside a transaction commit by themselves; a read-only one refuses to write. Raises
    sqlite3.Error.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_MILLISECONDS / 1000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    try:
        # FULL: the log is synced before COMMIT returns, so that what we acknowledged outlives a power cut.
        # Never mmap: it turns a race that is merely rare into damage (reliability page, B3).
        for setting in (
            "foreign_keys=ON",
            "synchronous=FULL",
            "mmap_size=0",
            "temp_store=MEMORY",
            "trusted_schema=OFF",
        ):
            connection.execute(f"PRAGMA {setting}").fetchall()
        connection.execute(f"PRAGMA journal_size_limit={WAL_BYTES}").fetchall()
        connection.execute(f"PRAGMA cache_size={-CACHE_KIB}").fetchall()
        # Only WAL is a property of the file; any other mode is one of the connection.
        if library.journal_mode(library.library_version()) != "wal" and _mode(connection) != "wal":
            connection.execute("PRAGMA journal_mode=truncate").fetchall()
        if read_only:
            connection.execute("PRAGMA query_only=ON").fetchall()
        else:
            audit.install(connection, audit_key)
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(path: Path, *, create: bool) -> None:
    """Makes the file ready: it exists, is ours, opens, has the right journal mode and the newest schema.

    With ``create`` a missing file is made and pending migrations are run, one process at a time; without it
    nothing is changed. Raises Unusable, which names the file, its fault and the way out.
    """
    if not create and not path.exists():
        raise Unusable(
            f"{path}: there is no such file."
            " Way out: start Sambung once with 'make run', which creates it, or set INSTANCE to the"
            " right folder"
        )
    if warning := library.warning(library.library_version()):
        log.warning(warning)
    try:
        if create and not path.exists():
            _make_file(path)
        _check_access(path)
        if create:
            _bring_up_to_date(path)
        else:
            _require_up_to_date(path)
    except OSError as fault:
        raise Unusable(
            f"{path}: {fault.strerror}. Way out: give the folder {path.parent} to the user that runs Sambung"
        ) from fault
    except sqlite3.Error as fault:
        raise unusable(path, fault) from fault


def schema_names(connection: Connection) -> tuple[set[str], set[str]]:
    """Migrations (already applied to the file, known to this program)."""
    rows = []
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (_OURS,)).fetchall():
        rows = connection.execute(
            f"SELECT name FROM {_OURS} WHERE migration_set = ?", (migrations.name,)
        ).fetchall()
    return {name for (name,) in rows}, set(KNOWN)


def _make_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # 0600: callers' numbers and words are in it. SQLite gives its -wal and -shm files the same rights.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _check_access(path: Path) -> None:
    if path.is_dir():
        raise Unusable(f"{path}: is a folder, not a file. Way out: name a file in it")
    if not os.access(path, os.R_OK | os.W_OK):
        raise Unusable(
            f"{path}: may not be read and written by this user."
            " Way out: give the file to the user that runs Sambung"
        )
    if not os.access(path.parent, os.W_OK | os.X_OK):
        # The -wal and lock files are made beside it.
        raise Unusable(
            f"{path}: its folder may not be written by this user."
            " Way out: give the folder to the user that runs Sambung"
        )


def _bring_up_to_date(path: Path) -> None:
    turnstile = Turnstile(path)
    # Two processes that create the schema at once would fail with "table already exists".
    turnstile.enter(seconds=60)
    try:
        connection = open_connection(path)
        try:
            _refuse_newer(path, connection)
            _set_journal_mode(path, connection)
            migrations.apply(Database(connection, recursive_triggers=False, execute_plugins=False))
        finally:
            connection.close()
    finally:
        turnstile.leave()
        turnstile.close()


def _require_up_to_date(path: Path) -> None:
    connection = open_connection(path, read_only=True)
    try:
        _refuse_newer(path, connection)
        applied, known = schema_names(connection)
        _refuse_wal_if_unsafe(path, connection)
    finally:
        connection.close()
    if missing := sorted(known - applied):
        raise Unusable(
            f"{path}: lacks the migrations {', '.join(missing)}."
            " Way out: start Sambung once with 'make run', which applies them"
        )


def _refuse_wal_if_unsafe(path: Path, connection: Connection) -> None:
    version = library.library_version()
    if _mode(connection) == "wal" and library.journal_mode(version) != "wal":
        raise Unusable(
            f"{path}: is in journal mode WAL, which SQLite {'.'.join(map(str, version))} may corrupt. "
            "Way out: pip install 'pysqlite3>=0.6.1', or start Sambung once with 'make run', which"
            " converts the file"
        )


def _refuse_newer(path: Path, connection: Connection) -> None:
    applied, known = schema_names(connection)
    if newer := sorted(applied - known):
        raise Unusable(
            f"{path}: was written by a newer Sambung with migrations unknown here ({', '.join(newer)})."
            " Way out: run the newer version again, or restore the backup made before it"
        )
    if (
        not applied
        and connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        and not _half_made(connection)
    ):
        raise Unusable(f"{path}: is another program's database. Way out: set INSTANCE to a folder of our own")


def _half_made(connection: Connection) -> bool:
    # A process killed between making the table of migrations and running the first one leaves just that
    # table.
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return {name for (name,) in names} == {_OURS}


def _mode(connection: Connection) -> str:
    ((mode,),) = connection.execute("PRAGMA journal_mode").fetchall()
    return str(mode)


def _set_journal_mode(path: Path, connection: Connection) -> None:
    wanted = library.journal_mode(library.library_version())
    ((got,),) = connection.execute(f"PRAGMA journal_mode={wanted}").fetchall()
    if got != wanted:
        raise Unusable(
            f"{path}: its file system does not allow journal_mode={wanted} (it stayed {got})."
            " Way out: keep INSTANCE on a local disk"
        )
