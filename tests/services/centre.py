"""Of the four centres those that a scenario needs, over HTTP, and eyes for what the scenarios of the domain page expect of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from store.times import instant
from tests.house import ROOT, House, command, environment

WIB = ZoneInfo("Asia/Jakarta")


def centre(folder: Path, free_port, *services: str, **more: str) -> dict[str, str]:
    """The environment of an installation with these services: the other ones would be walked through at each start."""
    (folder / "flows").mkdir()
    for name in (*services, "common"):
        (folder / "flows" / name).symlink_to(ROOT / "flows" / name)
    return environment(folder, free_port, FLOWS=str(folder / "flows"), **more)


def keyed(house: House, number: str, to: str, keys: tuple[str, ...] | str):
    """A call that has pressed these keys, one menu after another."""
    call = house.phone(number).dial(to)
    for key in keys:
        call.press(key)
    return call


def wib(moment: str) -> str:
    """A stored time as the domain page writes it: 2026-03-11T12:00."""
    return instant(moment).astimezone(WIB).strftime("%Y-%m-%dT%H:%M")


def minutes(since: str, until: str) -> float:
    return (instant(until) - instant(since)).total_seconds() / 60


def case(house: House, contact: str) -> dict[str, Any]:
    """The newest case of this contact, once there is one, with what its flow set beside the columns."""
    names = [name for _, name, *_ in house.query("PRAGMA table_info(cases)")]
    rows = house.eventually(
        "SELECT * FROM cases WHERE contact = ? ORDER BY opened_at DESC, number DESC LIMIT 1", contact
    )
    found = dict(zip(names, rows[0], strict=True))
    return {**json.loads(found["fields"]), **found}


def history(house: House, ticket: str) -> list[str]:
    return [
        what for (what,) in house.query("SELECT what FROM case_events WHERE ticket = ? ORDER BY id", ticket)
    ]


def figures(environ: dict[str, str], day: str, *words: str) -> dict[str, str]:
    """The first row of that day's report, by heading."""
    told = command(
        environ, "report", "--from", day, "--to", day, "--format", "csv", "--language", "en", *words
    )
    header, first, *_ = csv.reader(told.splitlines())
    return dict(zip(header, first, strict=True))
