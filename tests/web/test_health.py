"""What a load balancer is told: nobody may be sent to a process that can read and not write."""

import time

from store.library import sqlite3


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
