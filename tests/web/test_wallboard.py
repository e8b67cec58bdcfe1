"""The wallboard: the desk as it is, fresh without reloading, and as cheap for fifty as for one."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

from desk.routing.contacts import CALL, DIALOGUE, Contact, Need
from desk.routing.events import Arrived, Gone
from sessions.desk import board, desk
from store import meta
from store.times import text
from tests.web.a_day import DAYS
from web.fresh import Fresh
from web.pages.wallboard import urgency


def arrives(console, id: str, seconds: float = 0, kind: str = CALL) -> None:
    now = console.gateway.clock()
    with console.gateway.store.write() as db:
        need = Need("hello", "umum", channel="text" if kind == DIALOGUE else "voice")
        contact = Contact(id, kind, need, now - timedelta(seconds=seconds), number="+628139999")
        desk.happen(console.gateway, db, Arrived(contact), text(now))


def leaves(console, id: str) -> None:
    with console.gateway.store.write() as db:
        desk.happen(console.gateway, db, Gone(id), text(console.gateway.clock()))


def test_it_tells_queues_agents_and_the_day_as_the_commands_count_them(busy_console):
    now, day = board.now(busy_console.gateway), board.today(busy_console.gateway)
    assert {(line.service, line.skill) for line in now.lines} >= {
        ("bicara131", "umum"),
        ("kring_pajak", "umum"),
    }
    assert now.total("waiting") >= 7 and now.total("owed") >= 1
    assert now.states()["break"] == 1 and now.states()["offline"] == 2
    assert sum(sums.offered for _, sums in day.halves) == day.total.offered > 0
    assert sum(sums.offered for sums in day.queues.values()) == day.total.offered
    page = busy_console.client("supervisor").get("/wallboard").get_data(as_text=True)
    assert f"{day.total.answered_in_level} dari {day.total.offered} dijawab dalam 20 detik" in page
    assert "Fajar Nugraha" in page and "makan siang" in page
    assert "+62813" not in page and "CAwaits" not in page, "no number and no contact on a wall"


def test_a_caller_appears_and_the_time_runs_without_reloading(busy_console, busy_pages):
    page = busy_pages.of("agent", "/wallboard?service=hello", language="en")
    page.evaluate("() => { window.stayed = true; }")
    page.get_by_text("Nobody waits.").wait_for()
    arrives(busy_console, "CAwall1", seconds=65)
    row = page.get_by_role("row", name="umum hello")
    row.get_by_text("1:0", exact=False).wait_for()
    assert row.locator(".tag.bad").count() == 1
    leaves(busy_console, "CAwall1")
    row.wait_for(state="detached")
    assert page.evaluate("() => window.stayed")


def test_the_wall_shows_an_alarm_and_fits_a_telephone(busy_console, busy_pages):
    with busy_console.gateway.store.write() as db:
        meta.put(db, "alarm_outbox_late", "2026-03-11T03:00:00.000Z")
    page = busy_pages.of("auditor", "/wallboard/wall", width=390)
    page.get_by_text("Kiriman tertahan").wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    sizes = page.locator(".tile dd").evaluate_all(
        "them => them.map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 36, "large even there"
    with busy_console.gateway.store.write() as db:
        meta.put(db, "alarm_outbox_late", "")


def test_who_has_it_already_gets_304_and_nothing_is_written(busy_console):
    client = busy_console.client("supervisor")
    first = client.get("/wallboard/part", headers={"X-Refresh": "idle"})
    writes = busy_console.gateway.store.read().execute("PRAGMA data_version").fetchone()
    again = client.get(
        "/wallboard/part", headers={"X-Refresh": "idle", "If-None-Match": first.headers["ETag"]}
    )
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert busy_console.gateway.store.read().execute("PRAGMA data_version").fetchone() == writes


def test_on_the_wall_whoever_waits_is_counted_above_as_in_the_queues(busy_console):
    arrives(busy_console, "01WAITSBYTEXT", 100, DIALOGUE)
    wall = busy_console.client("supervisor").get("/wallboard/wall/part?service=hello").get_data(as_text=True)
    leaves(busy_console, "01WAITSBYTEXT")
    above = re.search(r"<dt>Menunggu</dt><dd>(\d+)</dd>", wall)[1]
    row = re.search(r"<small class=\"under\">hello</small></th><td class=\"number\">(\d+)</td>", wall)[1]
    assert (above, row) == ("1", "1")


def test_fifty_who_ask_at_once_make_it_work_once():
    made, start = [], threading.Barrier(50)
    kept: Fresh[int] = Fresh(60)

    def ask() -> None:
        start.wait()
        kept.get("board", lambda: made.append(1) or len(made))

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_it_is_worked_out_again_after_its_time_and_a_fault_is_not_kept():
    at = [0.0]
    kept: Fresh[int] = Fresh(1.0, clock=lambda: at[0])
    assert kept.get("x", lambda: 1) == 1
    assert kept.get("x", lambda: 2) == 1
    at[0] = 1.0
    try:
        kept.get("x", lambda: 1 // 0)
    except ZeroDivisionError:
        pass
    assert kept.get("x", lambda: 3) == 3


def test_waits_have_the_colours_of_the_service_level(busy_console):
    now = busy_console.gateway.clock()
    ages = [urgency(now - timedelta(seconds=seconds), now) for seconds in (20, 21, 60, 61)]
    assert ages == ["good", "warn", "warn", "bad"] and urgency(None, now) == ""
    assert DAYS[-1] == now.date()
