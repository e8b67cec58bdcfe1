"""Telephones on a page: a caller, agents, texts; against a whole installation, in a browser."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from carrier.phone import World
from jobs.post import Post, written
from tests.house import command
from web.words import told

CALLER, ANI, BAYU = "+6281234567890", "+628115550117", "+628115550118"
SECONDS = 30_000  # milliseconds that anything may take on a machine that others use, too
LISTENING = """const Real = Audio; window.sounds = [];
window.Audio = class extends Real { constructor(...given) { super(...given); window.sounds.push(this); } };"""
PLAYING = "window.sounds.find(one => one.src.includes('/sounds/'))"


@pytest.fixture
def quick(console_house) -> Iterator[World]:
    """A carrier whose voice is twenty times as fast: what is waited for is not the words."""
    world = World(console_house.house.emulator_url)
    world.pace(300)
    yield world
    world.pace(15)


def until(page: Page, true: str) -> None:
    """Waits for an expression. page.wait_for_function would run text as code, which the page's content policy forbids."""
    deadline = time.monotonic() + SECONDS / 1000
    while not page.evaluate(true):
        assert time.monotonic() < deadline, true
        page.wait_for_timeout(50)


def card(page: Page, number: str) -> Locator:
    return page.locator("section.phone").filter(has_text=number)


def add(page: Page, number: str) -> Locator:
    """A further telephone, silent: its words come at the carrier's pace."""
    page.get_by_label(told("phone.add_number", "id")).fill(number)
    page.get_by_role("button", name=told("phone.add", "id")).click()
    return silent(card(page, number))


def silent(phone: Locator) -> Locator:
    phone.get_by_role("button", name=told("phone.sound", "id"), exact=True).click()
    return phone


def do(phone: Locator, word: str) -> None:
    phone.get_by_role("button", name=told(f"phone.{word}", "id"), exact=True).click(timeout=SECONDS)


def heard(phone: Locator, words: str) -> None:
    expect(phone.get_by_label(told("phone.said", "id"))).to_contain_text(words, timeout=SECONDS)


def stands(phone: Locator, state: str) -> None:
    expect(phone.get_by_role("status")).to_have_text(told(f"phone.state_{state}", "id"), timeout=SECONDS)


def at(phone: Locator, step: str) -> None:
    """The step is told, and marked in the drawing."""
    expect(phone.locator(".drawing .here")).to_have_attribute("data-step", step, timeout=SECONDS)
    expect(phone.locator("summary b")).to_have_text(step)


def accessible(page: Page) -> None:
    """axe-core finds nothing serious or critical."""
    found = Axe().run(page).response["violations"]
    grave = [
        (one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in ("serious", "critical")
    ]
    assert grave == []


def takes(phone: Locator) -> None:
    """Whoever holds it answers, listens and presses 1."""
    do(phone, "answer")
    heard(phone, "Tekan 1 untuk menerima")
    phone.press("1")


def test_a_caller_reaches_an_agent_who_passes_the_call_on_to_the_next_tier(house_pages, console_house, quick):
    house = console_house.house
    command(house.environ, "agents", "in", "ani", "bayu")
    page = house_pages.of("supervisor", "/phone?dial=131")
    caller = silent(card(page, CALLER))
    ani, bayu = add(page, ANI), add(page, BAYU)
    do(caller, "call")
    heard(caller, "Untuk layanan dalam bahasa Indonesia, tekan 1.")
    at(caller, "bahasa")
    caller.press("1")
    heard(caller, "Untuk uang Rupiah")
    at(caller, "utama")
    caller.press("0")
    takes(ani)
    stands(caller, "talking")
    at(ani, "petugas")
    page.reload()  # what is going on goes on
    ani, bayu, caller = card(page, ANI), card(page, BAYU), card(page, CALLER)
    stands(ani, "talking")
    accessible(page)
    expect(caller.locator(".said p", has_text="Untuk uang Rupiah")).to_have_count(1)  # not heard twice
    ani.press("*")
    heard(ani, "tingkat berikutnya, tekan 2")
    ani.press("2")
    stands(ani, "ended")
    takes(bayu)
    stands(caller, "talking")
    bayu.press("*")
    heard(bayu, "mengakhiri, tekan 3")
    bayu.press("3")
    heard(bayu, "terjawab, tekan 1")
    bayu.press("1")
    stands(bayu, "ended")
    caller.locator("summary", has_text="TwiML").click()
    expect(caller.locator("pre")).to_contain_text("<Response>", timeout=SECONDS)
    caller.press("Escape")
    stands(caller, "ended")
    query = (
        "SELECT status, tier FROM cases AS c JOIN sessions AS s ON s.id = c.session_id WHERE s.contact = ?"
    )
    assert house.eventually(query + " AND status = 'ditutup'", CALLER) == [("ditutup", 2)], house.query(
        query, CALLER
    )
    command(house.environ, "agents", "out", "ani", "bayu")


def test_a_key_stops_the_sound_of_a_menu_and_not_that_of_a_notice(house_pages):
    page = house_pages.of("administrator", "/phone?dial=131")
    page.add_init_script(LISTENING)
    page.reload()
    phone = card(page, CALLER)
    do(phone, "call")
    until(page, f"{PLAYING} && !{PLAYING}.paused && {PLAYING}.duration > 4")
    notice = page.evaluate(f"{PLAYING}.src")
    phone.press("1")  # the notice that the call is recorded is heard to its end
    until(page, f"!{PLAYING}.paused && {PLAYING}.currentTime > 1")
    assert page.evaluate(f"{PLAYING}.src") == notice
    phone.press("Escape")
    stands(phone, "ended")
    until(page, f"{PLAYING}.paused")
    # A caller who has heard it: the menu of hello is spoken at once.
    phone.get_by_label(told("phone.to", "id")).fill("100")
    do(phone, "call")
    until(page, f"!{PLAYING}.paused && {PLAYING}.src !== '{notice}' && {PLAYING}.duration > 5")
    menu = page.evaluate(f"{PLAYING}.src")
    pressed = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: '1', bubbles: true}))"
    assert page.evaluate(f"{pressed}, {PLAYING}.paused"), "silent before anybody was asked"
    until(page, f"!{PLAYING}.paused && {PLAYING}.src !== '{menu}'")
    phone.press("Escape")
    stands(phone, "ended")


def test_texts_are_a_chat_and_never_those_of_another_number(house_pages):
    page = house_pages.of("agent", "/phone?dial=131", width=390, language="id")
    mine, other = card(page, CALLER), add(page, "+6281234567891")
    for phone in (mine, other):
        phone.locator("summary", has_text=told("phone.texts", "id")).click()
    for phone, words in ((mine, "INFO"), (other, "<b>BIRATE</b>")):
        phone.get_by_label(told("phone.text", "id")).fill(words)
        do(phone, "send")
    chats = [phone.locator(".chat") for phone in (mine, other)]
    for chat, (sent, answer) in zip(
        chats, (("INFO", "BICARA 131. Balas:"), ("<b>BIRATE</b>", "BICARA 131")), strict=True
    ):
        expect(chat.locator(".other")).to_have_count(1, timeout=SECONDS)
        expect(chat.locator(".me")).to_contain_text(sent)
        expect(chat.locator(".other")).to_contain_text(answer)
    assert chats[0].inner_text() != chats[1].inner_text()
    expect(mine.locator(".drawing .here")).to_have_attribute(
        "data-step", re.compile("menu_sms|usai"), timeout=SECONDS
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_number_that_no_service_has_is_said_and_nothing_typed_is_lost(house_pages):
    house_pages.expect("404")
    page = house_pages.of("supervisor", "/phone", language="en")
    phone = card(page, CALLER)
    phone.get_by_label("Service number").fill("5559999")
    phone.get_by_label("Service number").press("Enter")
    expect(phone.get_by_text("No service has that number.")).to_be_visible()
    assert phone.get_by_label("Service number").input_value() == "5559999"
    page.get_by_label("Number of the new telephone").fill("nobody")
    page.get_by_role("button", name="Add a telephone").click()
    expect(page.get_by_text("A number has digits only")).to_be_visible()


def test_mail_that_would_have_been_sent_is_listed_with_its_file(house_pages, console_house):
    port = int((console_house.house.instance / "emulator" / "mailbox.port").read_text())
    mail = written(
        "kami@contoh.id", "budi@contoh.id", "Laporan <b>1</b>", "Berkas terlampir.", ("KP-1.pdf", b"%PDF-1.7"), "01",
        datetime(2026, 3, 11, tzinfo=UTC),
    )  # fmt: skip
    post = Post("127.0.0.1", lambda: port, "none", "kami@contoh.id")
    page = house_pages.of("agent", "/phone")
    page.get_by_text(told("phone.mails_none", "id")).wait_for()
    assert post.send(mail, "budi@contoh.id").ok
    page.get_by_text("Laporan <b>1</b>").wait_for()
    expect(page.get_by_text("kepada budi@contoh.id")).to_be_visible()
    with page.expect_download() as found:
        page.get_by_role("link", name="KP-1.pdf").click()
    assert found.value.path().read_bytes() == b"%PDF-1.7"
