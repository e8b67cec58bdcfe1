"""Published flows by the hash of their content: which one new contacts of a service get, whether it is held there, and drafts.

A call stays on its version.
"""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from store.library import Connection


class VersionRow(NamedTuple):
    """A version that is kept.

    ``published_at`` is the last time, '' of one that was a draft only; ``published_by`` is '' when nobody wrote it down.
    """

    version: str
    published_at: str
    published_by: str


class Hold(NamedTuple):
    """A service that keeps its version until somebody publishes it: since when, by whom, why."""

    at: str
    who: str
    why: str


class Draft(NamedTuple):
    """A version for the contacts whose keys are ``numbers``, until a time."""

    version: str
    numbers: frozenset[str]
    until: str
    at: str
    who: str


def publish(
    db: Connection, *, service: str, version: str, files: Mapping[str, str], at: str, who: str = ""
) -> None:
    """Keeps the version, if it is not kept yet, and makes it the service's current one. ``files``.

    Path to text.
    """
    keep(db, service=service, version=version, files=files)
    db.execute(
        "UPDATE flow_versions SET published_at = ?, published_by = ? WHERE version = ?", (at, who, version)
    )
    make_current(db, service=service, version=version, at=at)


def keep(db: Connection, *, service: str, version: str, files: Mapping[str, str]) -> None:
    """Keeps a version that nobody gets yet; nothing when it is kept already."""
    db.execute(
        "INSERT INTO flow_versions (version, service, files, published_at) VALUES (?, ?, ?, '')"
        " ON CONFLICT (version) DO NOTHING",
        (version, service, json.dumps(dict(files), ensure_ascii=False, sort_keys=True)),
    )


def make_current(db: Connection, *, service: str, version: str, at: str) -> None:
    """New contacts get this version from now on: a publication, or a way back.

    Raises IntegrityError when it is not kept.
    """
    db.execute(
        "INSERT INTO current_flows (service, version, at) VALUES (?, ?, ?)"
        " ON CONFLICT (service) DO UPDATE SET version = excluded.version, at = excluded.at",
        (service, version, at),
    )


def current(db: Connection, service: str) -> str | None:
    """The version that new contacts get; None when nothing was published."""
    row = db.execute("SELECT version FROM current_flows WHERE service = ?", (service,)).fetchone()
    return None if row is None else row[0]


def all_current(db: Connection) -> dict[str, str]:
    """Service to version, for all that are published."""
    return dict(db.execute("SELECT service, version FROM current_flows ORDER BY service").fetchall())


def load(db: Connection, version: str) -> dict[str, str] | None:
    """The files of a version, path to text; None when it is not kept."""
    row = db.execute("SELECT files FROM flow_versions WHERE version = ?", (version,)).fetchone()
    if row is None:
        return None
    files: dict[str, str] = json.loads(row[0])
    return files


def versions(db: Connection, service: str) -> list[VersionRow]:
    """The versions of a service, the one published last first; [] when there are none."""
    rows = db.execute(
        "SELECT version, published_at, published_by FROM flow_versions WHERE service = ?"
        " ORDER BY published_at DESC, rowid DESC",
        (service,),
    )
    return [VersionRow._make(row) for row in rows]


def retire(db: Connection, *, service: str) -> bool:
    """New contacts no longer reach the service; calls under way go on. False when it was not current."""
    return db.execute("DELETE FROM current_flows WHERE service = ?", (service,)).rowcount == 1


def hold(db: Connection, *, service: str, at: str, who: str, why: str) -> None:
    """The service keeps what it has: nothing publishes it by itself any more. A second hold takes the place of the first."""
    db.execute(
        "INSERT OR REPLACE INTO flow_holds (service, at, who, why) VALUES (?, ?, ?, ?)",
        (service, at, who, why),
    )


def release(db: Connection, *, service: str) -> bool:
    """The end of a hold. False when there was none."""
    return db.execute("DELETE FROM flow_holds WHERE service = ?", (service,)).rowcount == 1


def held(db: Connection) -> dict[str, Hold]:
    """Every service that is held."""
    rows = db.execute("SELECT service, at, who, why FROM flow_holds ORDER BY service")
    return {service: Hold(*rest) for service, *rest in rows}


def open_draft(
    db: Connection, *, service: str, version: str, numbers: Iterable[str], until: str, at: str, who: str
) -> None:
    """These contacts get the version, in place of the draft that was there. Raises IntegrityError when it is not kept."""
    db.execute(
        "INSERT OR REPLACE INTO flow_drafts (service, version, numbers, until, at, who) VALUES (?, ?, ?, ?, ?, ?)",
        (service, version, json.dumps(sorted(numbers)), until, at, who),
    )


def end_draft(db: Connection, *, service: str) -> bool:
    """False when there was none."""
    return db.execute("DELETE FROM flow_drafts WHERE service = ?", (service,)).rowcount == 1


def drafts(db: Connection, now: str) -> dict[str, Draft]:
    """Every service's draft that has not run out."""
    rows = db.execute(
        "SELECT service, version, numbers, until, at, who FROM flow_drafts WHERE until > ? ORDER BY service",
        (now,),
    )
    return {
        service: Draft(version, frozenset(json.loads(numbers)), until, at, who)
        for service, version, numbers, until, at, who in rows
    }
