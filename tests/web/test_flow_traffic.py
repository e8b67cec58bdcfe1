"""Calls through the emulator are seen on the drawn service: how often, which way, and where somebody hung up."""

from __future__ import annotations

import time

from sessions.reports import traffic
from tests.web.browser import Pages


def test_calls_of_the_carrier_stand_on_the_ways_of_the_drawing(console_house, house_pages: Pages):
    before = _counted(console_house)
    for keys in ("12", "1"):
        call = console_house.house.phone("+6281200000777").dial("100")
        for key in keys:
            call.press(key)
        if keys == "1":
            call.hang_up()
    deadline = time.monotonic() + 20
    while (now := _counted(console_house)).get(("salam", traffic.LEFT), 0) == before.get(
        ("salam", traffic.LEFT), 0
    ):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert {way: now[way] - before.get(way, 0) for way in now if now[way] != before.get(way, 0)} == {
        ("", "salam"): 2,
        ("salam", "jam"): 2,
        ("jam", "salam"): 2,
        ("salam", "selesai"): 1,
        ("salam", traffic.LEFT): 1,
    }

    page = house_pages.of("supervisor", "/flows/hello?days=7&channel=voice", language="en")
    way = page.locator('.drawn .way.taken[data-from="salam"][data-to="jam"]')
    way.wait_for()
    assert f"· {now['salam', 'jam']}" in way.locator("text").text_content()
    assert (
        page.locator('.drawn [data-step="salam"] .left').text_content() == f"✕ {now['salam', traffic.LEFT]}"
    )
    page.get_by_text("The traffic as a table").click()
    row = page.locator("#ways tr").filter(has_text="jam").filter(has=page.locator("th", has_text="salam"))
    assert row.locator(".number").first.inner_text() == str(now["salam", "jam"])
    page.get_by_label("Channel").select_option("text")
    page.get_by_role("button", name="Show").click()
    page.locator('.drawn .way.never[data-from="salam"]').first.wait_for()


def _counted(console_house) -> dict[tuple[str, str], int]:
    taken = traffic.travelled_since(console_house.gateway, "hello", 7)
    return {(one.start, one.way): one.n for one in taken if one.channel == "voice"}


def test_an_auditor_sees_the_service_without_its_traffic(console):
    page = console.client("auditor").get("/flows/hello?days=7").get_data(as_text=True)
    assert "travelled.svg" not in page and 'id="days"' not in page
    assert console.client("auditor").get("/flows/hello/travelled.svg").status_code == 403
