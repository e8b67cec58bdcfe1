"""What a load balancer is told: nobody may be sent to a process that can read and not write."""

import shutil
import time
from datetime import UTC, datetime
from types import SimpleNamespace

from store import NotStored
from store.library import sqlite3
from web import health


def test_a_process_that_cannot_write_says_so_and_is_well_again_afterwards(house):
    assert house.health()["status"] == "ok"
    away = sqlite3.connect(house.instance / "gateway.db", isolation_level=None, timeout=10)
    try:
        away.execute("BEGIN IMMEDIATE")
        told = until(house, "fault")
        assert told["faults"] == ["the database cannot be written"]
    finally:
        away.execute("ROLLBACK")
        away.close()
    assert until(house, "ok")["faults"] == []


def until(house, status: str) -> dict:
    deadline = time.monotonic() + 30  # each of the workers asks anew every five seconds
    while (told := house.health())["status"] != status and time.monotonic() < deadline:
        time.sleep(0.2)
    assert told["status"] == status, told
    return told


def test_a_full_disk_is_named_with_its_way_out(tmp_path, monkeypatch):
    def full():
        raise NotStored("database or disk is full")

    said = SimpleNamespace(store=SimpleNamespace(write=full), settings=SimpleNamespace(instance=tmp_path))
    said.deadline = SimpleNamespace(run=lambda call, seconds: call())
    said.clock = lambda: datetime.now(UTC)
    assert health.Writing(said).fault() == "the database cannot be written"
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=0))
    assert "the disk is full. Remove INSTANCE/ballast" in health.Writing(said).fault()
