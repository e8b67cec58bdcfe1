"""Offers stand on the pages of work: who, how long, with a countdown; told by title and to a screen reader; taken and declined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from desk.routing import events as heard
from desk.routing.contacts import CALL, Contact, Need
from sessions.agents import agent_calls
from sessions.desk import desk
from store import audit, legs
from store.times import text
from tests.web.browser import Console, Pages, prepared, serving
from tests.web.test_every_page import axe


@pytest.fixture(scope="module")
def console(tmp_path_factory, free_port) -> Iterator[Console]:
    """A desk of its own: whom a contact is offered to depends on everybody at it."""
    with serving(prepared(tmp_path_factory.mktemp("offers"), free_port())) as running:
        yield running


@pytest.fixture
def pages(console, browser) -> Iterator[Pages]:
    opened = Pages(console, browser)
    yield opened
    opened.close()


@pytest.fixture
def offered(console):
    """A function: a caller who is offered to this agent and to nobody else; nothing is left of it afterwards."""
    gateway, made = console.gateway, []

    def happen(event) -> None:
        with gateway.store.write() as db:
            desk.happen(gateway, db, event, text(gateway.clock()))

    def make(id: str, agent: str = "ani") -> Contact:
        happen(heard.SignedIn(agent))
        now = gateway.clock()
        waits = Contact(
            id, CALL, Need("bicara131", "umum"), now - timedelta(seconds=65), number="+6281234567890"
        )
        happen(heard.Arrived(waits))
        made.append(id)
        return desk.look(gateway, gateway.store.read()).contacts[id]

    yield make
    for id in made:
        happen(heard.Gone(id))
    for agent in ("ani", "bayu"):
        happen(heard.SignedOut(agent))


def test_nobody_takes_what_is_offered_to_another(console, offered):
    held = offered("CAofferedatascreen3")
    other = console.client("agent2")
    answer = other.post(
        f"/work/offers/take/{held.id}", data={"csrf": other.form_token}, headers={"Origin": console.url}
    )
    assert "told=offer_over" in answer.location
    assert desk.look(console.gateway, console.gateway.store.read()).contacts[held.id].state == "offered"


def test_an_offered_call_is_told_counted_down_and_taken_once_it_was_answered(console, offered, pages):
    page = pages.of("agent", "/work", language="en")
    page.evaluate("() => { window.stayed = true; }")
    held = offered("CAofferedatascreen1")
    assert held.agent == "ani" and held.state == "offered"
    offer = page.locator(".offer")
    offer.wait_for()
    assert page.evaluate("() => window.stayed"), "it appears without reloading"
    assert "umum" in offer.inner_text() and "1:0" in offer.inner_text()
    assert "+6281****" in offer.inner_text() and "1234567" not in offer.inner_text(), "the number is masked"
    assert page.title().startswith("(1) Offered to you")
    assert "umum" in page.locator("#offer-live").text_content()
    assert page.locator("#offer-live").get_attribute("aria-live") == "assertive"
    left = offer.locator("[data-until]")
    before = int(left.inner_text())
    assert 0 < before <= 60
    while int(left.inner_text()) >= before:
        page.wait_for_timeout(100)
    assert offer.get_by_role("button", name="Take").count() == 0 and "answer it" in offer.inner_text()
    assert axe(page) == []

    leg = legs.of_offer(console.gateway.store.read(), held.offer)
    agent_calls.whisper(console.gateway, leg.id, "CAtelephoneofani0001")
    offer.get_by_role("button", name="Take").wait_for()
    page.locator("h1").click()
    page.keyboard.press("1")  # as on the telephone
    page.get_by_text("Taken.").wait_for()
    now = desk.look(console.gateway, console.gateway.store.read()).contacts[held.id]
    assert (now.state, now.agent) == ("talking", "ani")
    row = console.gateway.store.read().execute(
        "SELECT payload FROM outbox WHERE kind = 'redirect' AND target = 'CAtelephoneofani0001'"
    ).fetchone()  # fmt: skip
    assert f"/ivr/agents/{leg.id}/consulting" in row[0]
    assert not re.match(r"\(\d", page.title())


def test_an_offer_is_declined_with_its_reason(console, offered, pages):
    held = offered("CAofferedatascreen2", "bayu")  # ani still writes up the talk of before
    page = pages.of("agent2", "/work", language="id")
    offer = page.locator(".offer")
    offer.get_by_text("Tolak").first.click()
    offer.get_by_label("Alasan").fill("istirahat sebentar")
    offer.get_by_role("button", name="Tolak").click()
    page.get_by_text("petugas berikutnya ditawari").wait_for()
    now = desk.look(console.gateway, console.gateway.store.read()).contacts.get(held.id)
    assert now is None or now.agent != "bayu" or now.offer != held.offer
    line = next(
        one for one in audit.latest(console.gateway.store.read(), 20) if one.action == "offer_declined"
    )
    assert line.who == "bayu" and "istirahat sebentar" in line.detail


def test_an_offer_is_told_on_every_page_and_taken_there(console, offered, pages):
    page = pages.of("agent2", "/explain", language="en")
    page.evaluate("() => { window.stayed = true; }")
    held = offered("CAofferedelsewhere01", "bayu")
    offer = page.locator(".offers .offer")
    offer.wait_for()
    assert page.evaluate("() => window.stayed") and page.title().startswith("(1) Offered to you")
    assert "umum" in page.locator("#offer-live").text_content()
    # What was opened stays open while the countdown goes on.
    offer.locator("summary").click()
    left = offer.locator("[data-until]").get_attribute("data-now")
    while offer.locator("[data-until]").get_attribute("data-now") == left:
        page.wait_for_timeout(100)
    assert offer.get_by_label("Why").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"

    page.reload()  # it is there at once
    assert page.locator(".offers .offer").count() == 1 and axe(page) == []
    leg = legs.of_offer(console.gateway.store.read(), held.offer)
    agent_calls.whisper(console.gateway, leg.id, "CAtelephoneofbayu001")
    page.get_by_role("button", name="Take").click()
    page.get_by_text("Taken.").wait_for()
    assert page.url.partition("?")[0].rstrip("/") == console.url + "/work"
    assert desk.look(console.gateway, console.gateway.store.read()).contacts[held.id].state == "talking"


def test_nobody_is_told_who_takes_no_contacts(pages):
    assert pages.of("supervisor", "/explain").locator("#desk").count() == 0
