"""The database: ``connect``, durable writes with group commit, reading, health.

    store = connect(Path("instance/sambung.db"))
    with store.write() as db:             # BEGIN IMMEDIATE: nobody else writes until it is left
        sessions.save(db, ...)
    # here it is on the disk (synchronous=FULL)
    sessions.load(store.read(), "CA1")

Why ``write()`` and not sqlite-utils' ``atomic()``: that one begins deferred, so that load-decide-save fails
at once with "database is locked" under contention, whatever the busy timeout. Why group commit: FULL costs
one sync of the disk for each COMMIT, and the threads of a process can share it.
"""

import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store import health, opening
from store.faults import Busy, NotStored, Unusable, as_not_stored
from store.health import Health
from store.library import Connection, sqlite3
from store.turnstile import Turnstile

WAIT_SECONDS = 3.0  # the longest that a block waits for its turn; the carrier gives up on us after 15
BATCH_BLOCKS = 32  # at most so many blocks share one COMMIT,
BATCH_SECONDS = 0.005  # and the first of them waits for the others no longer than about this
_HANDED_OVER = 0.05  # after so long without news, a waiting block commits the batch itself

_ALL: "weakref.WeakSet[Store]" = weakref.WeakSet()


class _Batch:
    """The blocks that share one transaction. ``settled`` is set after COMMIT or ROLLBACK.

    ``fault`` is None if it was COMMIT.
    """

    __slots__ = ("blocks", "fault", "settled", "started")

    def __init__(self) -> None:
        self.blocks = 0
        self.started = time.monotonic()
        self.settled = threading.Event()
        self.fault: NotStored | None = None

    def settle(self, fault: NotStored | None) -> None:
        self.fault = fault
        self.settled.set()


class Store:
    """One database file, for all threads of a process. It closes for a fork, and both sides open anew."""

    def __init__(self, path: Path, audit_key: bytes = b"") -> None:
        self.path = path
        self._audit_key = audit_key
        self._start_afresh()
        _ALL.add(self)

    def _start_afresh(self) -> None:
        self._mutex = threading.Lock()  # held by the one thread whose block is running
        self._door = threading.Lock()  # guards _waiting
        self._waiting = 0  # threads that want the mutex in order to run a block
        self._batch: _Batch | None = None
        self._writer: Connection | None = None
        self._turnstile: Turnstile | None = None
        self._file: tuple[int, int] | None = None
        self._readers: dict[int, Connection] = {}
        self._local = threading.local()
        self._looking = threading.Lock()  # held while somebody reads through looking()
        self._forking = False
        self._spoiled = False  # forked in the middle of a block: nothing may be opened in this process
        self.commits = 0  # for measuring: how many COMMITs
        self.blocks = 0  # how many blocks they carried

    # Writing

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction for the block: when ``with`` is left without an exception, its work is durable.

        An exception in the block undoes the block's work, and only that, and goes on to the caller. Raises
        NotStored when the work did not reach the disk, Busy (a NotStored) when the turn did not come within
        three seconds. Blocks are short: no network, no file, no waiting inside, and no second ``write()``;
        read through the connection given.
        """
        if getattr(self._local, "writing", False):
            raise RuntimeError(
                "a write() inside a write() would wait for itself for ever. Way out: pass the connection on"
            )
        batch, db = self._enter()
        self._local.writing = True
        try:
            yield db
        except BaseException as fault:
            self._undo(batch, db, fault)
            if not_stored := as_not_stored(fault):
                raise not_stored from fault
            raise
        else:
            self._keep(batch, db)
        finally:
            self._local.writing = False

    def _enter(self) -> tuple[_Batch, Connection]:
        with self._door:
            self._waiting += 1
        got = self._mutex.acquire(timeout=WAIT_SECONDS)
        with self._door:
            self._waiting -= 1
        if not got:
            raise Busy(
                f"{self.path}: another block of this process has been writing for {WAIT_SECONDS:g} seconds"
            )
        try:
            return self._join()
        except BaseException:
            self._mutex.release()
            raise

    def _join(self) -> tuple[_Batch, Connection]:
        """Joins the open batch or begins one. Called with the mutex."""
        db, batch = self._writer, self._batch
        if batch is not None and db is not None:
            try:
                # Never released on success: COMMIT does that, and ROLLBACK TO means the youngest of the name.
                db.execute("SAVEPOINT block")
                return batch, db
            except sqlite3.Error as fault:
                not_stored = as_not_stored(fault) or NotStored(f"{self.path}: {fault}")
                self._close_batch(batch, not_stored)
                raise not_stored from fault
        db, turnstile = self._open_writer()
        turnstile.enter(WAIT_SECONDS)
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as fault:
            turnstile.leave()
            raise as_not_stored(fault) or NotStored(f"{self.path}: {fault}") from fault
        self._batch = batch = _Batch()
        return batch, db

    def _keep(self, batch: _Batch, db: Connection) -> None:
        """The block ended well: COMMIT now, or leave that to a block which is waiting."""
        if not db.in_transaction:
            self._close_batch(
                batch, NotStored("a block ended the transaction itself (commit, rollback or executescript)")
            )
            self._mutex.release()
            raise RuntimeError(
                "a write() block may not commit or roll back. Way out: leave the block, or raise"
            )
        batch.blocks += 1
        full = batch.blocks >= BATCH_BLOCKS or time.monotonic() - batch.started >= BATCH_SECONDS
        if full or not self._waiting:
            self._commit(batch)
            self._mutex.release()
        else:
            self._mutex.release()
            self._wait(batch)
        if batch.fault is not None:
            # One exception object raised in several threads would mix their tracebacks.
            raise type(batch.fault)(*batch.fault.args) from batch.fault

    def _undo(self, batch: _Batch, db: Connection, fault: BaseException) -> None:
        """The block failed: takes its work back, and commits its neighbours' if nobody else is going to."""
        try:
            if not db.in_transaction:
                # Some faults (disk full, I/O error) make SQLite roll back everything: the neighbours' work is
                # gone too.
                self._close_batch(
                    batch, as_not_stored(fault) or NotStored(f"{self.path}: rolled back after: {fault}")
                )
            elif not batch.blocks:
                self._roll_back(batch)
            else:
                self._undo_block(batch, db)
        finally:
            self._mutex.release()

    def _undo_block(self, batch: _Batch, db: Connection) -> None:
        try:
            db.execute("ROLLBACK TO block")
        except sqlite3.Error as fault:
            self._close_batch(batch, as_not_stored(fault) or NotStored(f"{self.path}: {fault}"))
            return
        if not self._waiting:
            self._commit(batch)

    def _wait(self, batch: _Batch) -> None:
        """Until another block has committed ours with its own."""
        while not batch.settled.wait(_HANDED_OVER):
            # Whoever was waiting and was to commit for us may have given up in the meantime.
            if self._mutex.acquire(blocking=False):
                try:
                    if self._batch is batch:
                        self._commit(batch)
                finally:
                    self._mutex.release()

    def _commit(self, batch: _Batch) -> None:
        """Called with the mutex. Never raises: the outcome is in ``batch.fault``."""
        assert self._writer is not None
        try:
            self._writer.execute("COMMIT")
        except sqlite3.Error as fault:
            self._close_batch(
                batch, as_not_stored(fault) or NotStored(f"{self.path}: COMMIT failed: {fault}")
            )
            return
        self.commits += 1
        self.blocks += batch.blocks
        self._close_batch(batch, None)

    def _roll_back(self, batch: _Batch) -> None:
        self._close_batch(batch, NotStored(f"{self.path}: rolled back"))

    def _close_batch(self, batch: _Batch, fault: NotStored | None) -> None:
        """Ends the transaction, if it is still open, and wakes the batch. Called with the mutex."""
        self._batch = None
        if self._writer is not None and self._writer.in_transaction:
            with suppress(sqlite3.Error):
                self._writer.execute("ROLLBACK")
            if self._writer.in_transaction:
                self._forget_writer()
        if self._turnstile is not None:
            self._turnstile.leave()
        batch.settle(fault)

    def _open_writer(self) -> tuple[Connection, Turnstile]:
        """The process's one writing connection.

        Raises NotStored if the file went away or was replaced meanwhile.
        """
        self._refuse_another_file()
        if self._writer is None or self._turnstile is None:
            try:
                opening.prepare(self.path, create=False)
                self._writer, self._turnstile = (
                    opening.open_connection(self.path, audit_key=self._audit_key),
                    Turnstile(self.path),
                )
            except (sqlite3.Error, OSError, Unusable) as fault:
                self._forget_writer()
                raise NotStored(f"{self.path}: cannot be opened for writing: {fault}") from fault
        return self._writer, self._turnstile

    def _forget_writer(self) -> None:
        writer, turnstile, self._writer, self._turnstile = self._writer, self._turnstile, None, None
        if writer is not None:
            with suppress(sqlite3.Error):
                writer.close()
        if turnstile is not None:
            turnstile.close()

    def _refuse_another_file(self) -> None:
        """Raises NotStored if the file at our path is no longer the one that we opened."""
        if self._spoiled:
            raise NotStored(f"{self.path}: this process was forked in the middle of a write: start it anew")
        try:
            found = os.stat(self.path)
        except OSError as fault:
            raise NotStored(f"{self.path}: is gone while we run: {fault.strerror}") from fault
        there = found.st_dev, found.st_ino
        if self._file is None:
            self._file = there
        elif self._file != there:
            # The old file's log still lies beside it, and SQLite would play it into the new one.
            raise NotStored(
                f"{self.path}: was replaced while we run. Way out: stop every process, remove {self.path.name}-wal"
                f" and {self.path.name}-shm, put the file in place again and start"
            )

    # Reading

    def read(self) -> Connection:
        """This thread's connection for reading; it refuses to write. Each statement sees the newest commit.

        Inside a ``write()`` block use the block's connection: this one does not see what is not committed
        yet. Raises NotStored when the file is gone, replaced or cannot be opened.
        """
        self._refuse_another_file()
        reader: Connection | None = getattr(self._local, "reader", None)
        if reader is None:
            try:
                reader = opening.open_connection(self.path, read_only=True)
            except sqlite3.Error as fault:
                raise NotStored(f"{self.path}: cannot be opened for reading: {fault}") from fault
            self._keep_reader(reader)
            self._local.reader = reader
        return reader

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """read(), for a thread that looks again and again beside others: nothing is closed under its hands.

        A fork or close() waits until it has looked. A connection that is closed while a statement runs on it
        takes the process down.
        """
        with self._looking:
            yield self.read()

    def _keep_reader(self, reader: Connection) -> None:
        with self._door:
            alive = {thread.ident for thread in threading.enumerate()}
            me = threading.get_ident()
            for ident in [i for i in self._readers if i not in alive or i == me]:
                self._readers.pop(ident).close()
            self._readers[me] = reader

    def changed(self) -> bool:
        """Has anything been committed, by any process, since this thread last asked? True the first time.

        Costs microseconds.
        """
        ((version,),) = self.read().execute("PRAGMA data_version").fetchall()
        seen = self.read(), version
        before = getattr(self._local, "seen", None)
        self._local.seen = seen
        return seen != before

    def wait(self, seconds: float, look_every: float = 0.02) -> bool:
        """Waits until something is committed, at most so long; False when nothing was."""
        deadline = time.monotonic() + seconds
        while not self.changed():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(look_every, left))
        return True

    # Life

    def check(self) -> Health:
        """Looks through the whole file (seconds on a large one) and tells what is wrong with it."""
        return health.check(self.path, self.read())

    def close(self) -> None:
        """Closes every connection of this process. The store opens again by itself when it is used again."""
        with self._mutex, self._looking:
            self._let_go()

    def _let_go(self) -> None:
        """Called with the mutex, so that no block is running."""
        self._forget_writer()
        with self._door:
            readers, self._readers = self._readers, {}
        for reader in readers.values():
            reader.close()
        self._local = threading.local()
        self._file = None

    def _before_fork(self) -> None:
        # SQLite keeps one account of a file's locks for all connections of a process. A forked child would
        # inherit the account but not the locks, trust it, and could lose its log to another process: so
        # nothing may be open.
        if self._mutex.acquire(timeout=WAIT_SECONDS):
            if not self._looking.acquire(timeout=WAIT_SECONDS):
                self._mutex.release()
                return
            self._let_go()
            self._forking = True

    def _after_fork_in_parent(self) -> None:
        if self._forking:
            self._forking = False
            self._looking.release()
            self._mutex.release()

    def _after_fork_in_child(self) -> None:
        closed = self._forking
        self._start_afresh()
        self._spoiled = not closed


def connect(path: Path | str, create: bool = True, audit_key: bytes = b"") -> Store:
    """Opens the database; with ``create``, makes it and brings its schema up to date first.

    ``audit_key`` (store.audit.key_of) binds the lines of the audit: whoever writes such lines gives it.

    Raises Unusable when the file is missing (without ``create``), read-only, damaged, not a database, not
    ours, or newer than this program. Its text names the file, the fault and the way out.
    """
    path = Path(path)
    opening.prepare(path, create=create)
    return Store(path, audit_key)


def _before_fork() -> None:
    for store in list(_ALL):
        store._before_fork()


def _after_fork_in_parent() -> None:
    for store in list(_ALL):
        store._after_fork_in_parent()


def _after_fork_in_child() -> None:
    for store in list(_ALL):
        store._after_fork_in_child()


os.register_at_fork(
    before=_before_fork,
    after_in_parent=_after_fork_in_parent,
    after_in_child=_after_fork_in_child,
)
