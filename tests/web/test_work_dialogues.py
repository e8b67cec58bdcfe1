"""A text dialogue on a page: taken, answered with its size and a canned answer, given back, and kept from two people at once."""

from __future__ import annotations

import pytest

from desk.routing.contacts import DIALOGUE, Contact, Need
from desk.routing.events import Arrived, Gone, SignedIn, SignedOut
from sessions.cases import case_work
from sessions.desk import desk
from store import cases, messages, outbox, sessions
from store.times import instant, text

HOSTILE = "<script>document.title='pwned'</script> nomor saya 081234567890"


@pytest.fixture
def writer(console, request):
    """A writer who waits for a person, offered to ani, the only one here: (id, ticket)."""
    gateway, place = console.gateway, len(request.node.name)
    id, number = f"01WRITER{place}", f"+62812777000{place}"
    with gateway.store.write() as db:
        now = text(gateway.clock())
        flow = gateway.services.current("bicara131")
        for other in list(desk.look(gateway, db).contacts):
            desk.happen(gateway, db, Gone(other), now)
        if sessions.load(db, id) is None:
            sessions.begin(
                db, id, service=flow.id, version=flow.version, channel="sms", contact=number, called="131",
                language="id", at=now,
            )  # fmt: skip
        ticket = cases.open_case(
            db, service="bicara131", prefix="BI", local_date="2026-03-11", now=now, status="antre", channel="sms",
            contact=number, language="id", note=HOSTILE, session_id=id,
        )  # fmt: skip
        case_work.started(gateway, db, ticket, now)
        desk.happen(gateway, db, SignedOut("bayu"), now)
        desk.happen(gateway, db, SignedIn("ani"), now)
        need = Need("bicara131", "umum", channel="text")
        desk.happen(gateway, db, Arrived(Contact(id, DIALOGUE, need, instant(now), number=number)), now)
    with gateway.store.write() as db:
        messages.note(
            db, f"SM{ticket}", at=text(gateway.clock()), direction="in", session_id=id, body=HOSTILE
        )
    yield id, ticket
    with gateway.store.write() as db:
        now = text(gateway.clock())
        desk.happen(gateway, db, Gone(id), now)
        desk.happen(gateway, db, SignedOut("ani"), now)


def sent(console, id) -> list[str]:
    rows = outbox.of_cause(console.gateway.store.read(), id)
    return [row.payload for row in rows if '"template": "dialogue"' in row.payload]


def test_a_dialogue_is_taken_from_the_desk_answered_and_closed(pages, console, writer):
    id, ticket = writer
    page = pages.of("agent", "/work", language="en", width=390)
    page.get_by_label("My desk").get_by_role("link", name="Dialogue").click()
    page.get_by_text("0812*****890").first.wait_for()
    assert "081234567890" not in page.content() and "pwned" not in page.title()
    page.wait_for_load_state()
    page.keyboard.press("t")
    page.get_by_text("The dialogue is yours.").wait_for()
    page.wait_for_load_state()
    page.keyboard.press("a")
    page.keyboard.type("Kantor buka pukul 08.00.")
    page.get_by_text("1 SMS, room for").wait_for()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Sent.").wait_for()
    assert "Kantor buka" in sent(console, id)[-1] and page.locator(".chat .ours").count() == 1
    other = pages.of("agent2", f"/work/dialogues/{id}", language="en")
    other.get_by_text("This dialogue is not yours.").wait_for()
    assert other.get_by_role("button", name="Send").count() == 0
    page.locator("summary", has_text="Close").click()
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_text("No dialogue waits or goes on.").wait_for()
    assert cases.load(console.gateway.store.read(), ticket).status == "ditutup"
    page.goto(f"{console.url}/work/cases/{ticket}")
    texts = page.get_by_role("region", name="Texts")
    texts.get_by_text("nomor saya 0812*****890").wait_for()


def test_what_cannot_be_sent_is_said_beside_the_text_that_stays(pages, console, writer):
    pages.expect("422")
    id, _ = writer
    page = pages.of("agent", f"/work/dialogues/{id}", language="en")
    page.locator("button[data-key=t]").click()  # the bar above has one of its own for what is offered
    long = "kata-kata yang panjang " * 40
    page.get_by_label("Answer").fill(long)
    page.get_by_text("Too long:").wait_for()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("Answer").input_value() == long and sent(console, id) == []
    page.locator("summary", has_text="Put back").click()
    page.get_by_role("button", name="Put back").click()
    page.get_by_role("link", name="Text dialogues").wait_for()
    with console.gateway.store.write() as db:
        assert desk.look(console.gateway, db).contacts[id].state in ("waiting", "offered")
