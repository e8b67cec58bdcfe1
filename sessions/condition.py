"""How the installation is, in figures that cost little: what waits, what was given up, disk, database, versions."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from desk.overrides import Override
from sessions.gateway import Gateway
from sessions.publishing import overrides
from store import flows, library, meta, outbox, times, vitals

LAST_BACKUP = "last_backup"  # in meta, by `python app.py backup`


@dataclass(frozen=True)
class Condition:
    """``owed``: rows of the outbox by state; ``oldest``: since when what is due longest is due. Sizes in bytes."""

    owed: Mapping[str, int]
    oldest: str | None
    spooled: int
    alarms: list[str]
    disk_free: int
    disk_total: int
    database: int
    last_backup: str | None
    ahead_seconds: float
    sqlite: str
    services: list[tuple[str, str, str]]  # service, version, and why it is held ('' when not)
    overrides: list[Override]


def condition(gateway: Gateway) -> Condition:
    """Read at this moment; milliseconds."""
    db, disk = gateway.store.read(), shutil.disk_usage(gateway.settings.instance)
    owed: dict[str, int] = {}
    for (_, state), count in outbox.counts(db).items():
        owed[state] = owed.get(state, 0) + count
    files = (gateway.store.path, gateway.store.path.with_name(gateway.store.path.name + "-wal"))
    held = flows.held(db)
    return Condition(
        owed=owed,
        oldest=outbox.oldest_due(db, times.text(gateway.clock())),
        spooled=gateway.spool.count(),
        alarms=sorted(name for name, stands in vitals.alarms(db).items() if stands),
        disk_free=disk.free,
        disk_total=disk.total,
        database=sum(file.stat().st_size for file in files if file.exists()),
        last_backup=meta.get(db, LAST_BACKUP),
        ahead_seconds=round((gateway.clock() - datetime.now(UTC)).total_seconds()),
        sqlite=".".join(map(str, library.library_version())),
        services=[
            (flow.id, flow.version, held[flow.id].why if flow.id in held else "")
            for flow in gateway.services.services()
        ],
        overrides=overrides.of(db, "", times.text(gateway.clock())),
    )
