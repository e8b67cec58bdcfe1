"""Published flows by the hash of their content, and which one new contacts of a service get.

A call stays on its version.
"""

import json
from collections.abc import Mapping

from store.library import Connection


def publish(db: Connection, *, service: str, version: str, files: Mapping[str, str], at: str) -> None:
    """Keeps the version, if it is not kept yet, and makes it the service's current one. ``files``.

    Path to text.
    """
    db.execute(
        "INSERT INTO flow_versions (version, service, files, published_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (version) DO NOTHING",
        (version, service, json.dumps(dict(files), ensure_ascii=False, sort_keys=True), at),
    )
    make_current(db, service=service, version=version, at=at)


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


def versions(db: Connection, service: str) -> list[tuple[str, str]]:
    """(version, published at) of a service, newest first; [] when there are none."""
    rows = db.execute(
        "SELECT version, published_at FROM flow_versions WHERE service = ?"
        " ORDER BY published_at DESC, rowid DESC",
        (service,),
    )
    return [(version, at) for version, at in rows]


def retire(db: Connection, *, service: str) -> bool:
    """New contacts no longer reach the service; calls under way go on. False when it was not current."""
    return db.execute("DELETE FROM current_flows WHERE service = ?", (service,)).rowcount == 1
