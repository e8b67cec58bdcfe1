"""What doctor looks at on this machine: settings, libraries, flows, database, disk, waiting work."""

from __future__ import annotations

import platform
import re
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib import metadata

import store
from commands.ballast import BALLAST_BYTES, ballast
from commands.doctor_finding import FAULT, OK, WARNING, Finding
from commands.publishing_checks import checked
from sessions import services
from sessions.condition import LAST_BACKUP
from settings import Settings
from store import flows as flow_rows
from store import library, meta, outbox, times
from store.library import Connection
from store.spool import Spool

# Below these a known fault of the library reaches callers (advisory list, docs/runbook.md, Libraries).
FLOORS = {
    "flask": ("3.1.3", "cached pages of one person reach another (GHSA-68rp-wp8r-4726)"),
    "werkzeug": ("3.0.6", "a multipart form takes memory without end (GHSA-q34m-jh98-gwm2)"),
    "gunicorn": ("26.1", "truncated bodies and doubled Host headers are accepted"),
    "sqlite-utils": ("4.2", "text searched for can inject tokenizer settings (#828)"),
    "pysqlite3": ("0.6.1", "its SQLite can corrupt a WAL database written by several processes"),
    "pyyaml": ("6.0.3", "the limits of our loader were tested with it"),
    "twilio": ("9.13", "the wrapped client was tested with it"),
    "requests": ("2.32", "a .netrc can send the carrier's credentials elsewhere"),
}
LEAST_FREE, LITTLE_FREE = (
    200_000_000,
    1_000_000_000,
)  # bytes: callers' words are refused soon; time to buy a disk
SPOOL_SECONDS = 60.0
OUTBOX_SECONDS = 120.0
BACKUP_SECONDS = 26 * 3600.0  # a day, and time to make it


def settings_check(settings: Settings) -> Iterator[Finding]:
    yield Finding("settings", OK, f"{settings.env}, {settings.public_url}, account {settings.account_sid}")
    if not settings.emergency_agents:
        way_out = "set EMERGENCY_AGENTS to numbers that somebody always answers"
        yield Finding(
            "settings", WARNING, "nobody is rung when something inside fails: voicemail only", way_out
        )
    if settings.emulated and settings.bind not in ("127.0.0.1", "::1", "localhost"):
        text = f"development credentials, and BIND={settings.bind} listens to the network"
        yield Finding("settings", WARNING, text, "BIND=127.0.0.1, or ENV=production with a real account")
    mode = stat.S_IMODE(settings.instance.stat().st_mode) if settings.instance.exists() else 0
    if mode & 0o007:
        text = f"{settings.instance} has mode {mode:04o}: everybody on this machine may look in"
        yield Finding("settings", WARNING, text, f"chmod o= {settings.instance}")


def libraries(settings: Settings) -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        yield Finding(
            "libraries", WARNING, f"Python {python} is not one of 3.11 to 3.13", "make venv PYTHON=python3.12"
        )
    sqlite = library.library_version()
    if slow := library.warning(sqlite):
        yield Finding("libraries", WARNING, *slow.split(" Way out: "))
    below = list(_below_floor())
    yield from below
    if not below:
        versions = ", ".join(
            f"{name} {metadata.version(name)}" for name in ("flask", "gunicorn", "twilio", "sqlite-utils")
        )
        text = f"Python {python}, SQLite {'.'.join(map(str, sqlite))}, {versions}"
        yield Finding("libraries", OK, text)


def _below_floor() -> Iterator[Finding]:
    for name, (floor, why) in FLOORS.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            if name == "pysqlite3" and platform.machine() != "x86_64":
                continue  # it has no wheels there, and library.warning() tells what that means
            yield Finding("libraries", FAULT, f"{name} is not installed", "make venv")
            continue
        if release(version) < release(floor):
            yield Finding("libraries", FAULT, f"{name} {version} is older than {floor}: {why}", "make venv")


def release(version: str) -> tuple[int, ...]:
    """The numbers of a version, for comparing.

    >>> release("3.1.10") > release("3.1.9"), release("27.0.1.post2")
    (True, (27, 0, 1))
    """
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def flows(settings: Settings) -> Iterator[Finding]:
    found, faults = checked(services.read_folders(settings.flows))
    for fault in faults:
        yield Finding("flows", FAULT, fault, "python app.py check shows all of them")
    if not found and not faults:
        yield Finding("flows", FAULT, f"no service in {settings.flows}", "docs/flows.md")
    if found and not faults:
        yield Finding("flows", OK, ", ".join(f"{flow.id} {flow.version[:8]}" for flow in found))
    if settings.database.exists():
        with closing(store.connect(settings.database, create=False)) as opened:
            yield from _published(opened.read(), settings)


def _published(db: Connection, settings: Settings) -> Iterator[Finding]:
    """Services whose callers do not meet the folder, and why."""
    for service, hold in flow_rows.held(db).items():
        text = f"{service} is held since {hold.at} by {hold.who}: {hold.why}"
        yield Finding("flows", WARNING, text, f"python app.py publish {service}")
    for service in services.unpublished(db, services.read_folders(settings.flows)):
        way_out = f"python app.py diff {service}; python app.py publish {service}"
        yield Finding("flows", WARNING, f"{service}: callers do not meet what is in the folder", way_out)


def database(settings: Settings) -> Iterator[Finding]:
    try:
        opened = store.connect(settings.database, create=False)
    except store.Unusable as fault:
        text, _, way_out = str(fault).partition(" Way out: ")
        yield Finding("database", FAULT, text, way_out)
        return
    with closing(opened):
        health = opened.check()
        # The library's own weakness is told under libraries.
        problems = [one for one in health.problems if one != library.warning(library.library_version())]
        for problem in problems:
            yield Finding("database", FAULT, problem, "docs/runbook.md, Database")
        if not problems:
            text = f"whole, {health.bytes / 1e6:.1f} MB, journal {health.journal_mode}"
            yield Finding("database", OK, text)
        yield from _outbox(opened)


def _outbox(opened: store.Store) -> Iterator[Finding]:
    db = opened.read()
    counts = outbox.counts(db)
    dead = sum(count for (_, state), count in counts.items() if state == "dead")
    if dead:
        yield Finding(
            "outbox",
            WARNING,
            f"{dead} dead letters",
            "python app.py deadletters; docs/runbook.md, Dead letters",
        )
    due = outbox.oldest_due(db, times.text(datetime.now(UTC)))
    age = (datetime.now(UTC) - times.instant(due)).total_seconds() if due else 0.0
    if age > OUTBOX_SECONDS:
        text = f"the oldest of what we owe has waited {age:.0f} s"
        yield Finding(
            "outbox", FAULT, text, "does the worker run? python app.py run restarts it; see its lines there"
        )
    elif not dead:
        yield Finding("outbox", OK, f"{sum(counts.values())} wait, none for long")


def spool(settings: Settings) -> Iterator[Finding]:
    if not settings.spool.exists():
        yield Finding("spool", OK, "never needed yet")
        return
    waiting = Spool(settings.spool)
    oldest, poisoned = waiting.oldest_seconds(time.time()), waiting.poisoned()
    if poisoned:
        text = f"{len(poisoned)} events were put aside, the first is {poisoned[0]}"
        yield Finding("spool", WARNING, text, "python app.py deadletters; docs/runbook.md, Spool")
    if oldest is not None and oldest > SPOOL_SECONDS:
        text = f"{waiting.count()} events wait for the database, the oldest for {oldest:.0f} s"
        yield Finding("spool", FAULT, text, "does the database take writes, and does the worker run?")
    elif not poisoned:
        yield Finding("spool", OK, f"{waiting.count()} events wait")


def disk(settings: Settings) -> Iterator[Finding]:
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.instance).free
    text = f"{free / 1e9:.1f} GB free at {settings.instance}"
    if free < LITTLE_FREE:
        level = FAULT if free < LEAST_FREE else WARNING
        yield Finding(
            "disk", level, text, "make room or move INSTANCE; in need remove the ballast file there"
        )
    else:
        yield Finding("disk", OK, text)
    file = ballast(settings.instance)
    if not file.exists() or file.stat().st_size < BALLAST_BYTES:
        text = f"no ballast of {BALLAST_BYTES // 1_000_000} MB at {file} to remove when the disk is full"
        yield Finding("disk", WARNING, text, "python app.py run makes it when there is room")


def backup(settings: Settings) -> Iterator[Finding]:
    """When the last copy of everything was made. In development nobody has to have one."""
    if not settings.database.exists():
        return  # told under database
    with closing(store.connect(settings.database, create=False)) as opened:
        last = meta.get(opened.read(), LAST_BACKUP)
    age = (datetime.now(UTC) - times.instant(last)).total_seconds() if last else None
    if settings.production and (age is None or age > BACKUP_SECONDS):
        told = f"the last backup is of {last}" if last else "no backup was ever made"
        yield Finding("backup", WARNING, told, "python app.py backup, every night; docs/runbook.md, Backup")
    else:
        yield Finding("backup", OK, f"the last is of {last}" if last else "none yet")


CHECKS: tuple[tuple[str, Callable[[Settings], Iterator[Finding]]], ...] = (
    ("settings", settings_check),
    ("libraries", libraries),
    ("flows", flows),
    ("database", database),
    ("spool", spool),
    ("disk", disk),
    ("backup", backup),
)
