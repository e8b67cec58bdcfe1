"""A checklist is ticked on the page, an act is asked for, and the password of its file is shown once, to who asked."""

from __future__ import annotations

import json
import re
import secrets

import pytest

from engine.session import Session, to_json
from sessions.agents import staff
from sessions.cases import act_pauses
from store import agent_acts, audit, cases, recording_pauses, sessions, times
from tests.web.browser import ROSTER
from tests.web.test_every_page import axe

SUBJECT = "9901011203850001"
ROSTER_WITH_EFIN = ROSTER.replace(b"phone,unit\n", b"phone,unit,classes\n").replace(
    b"0117,\n", b"0117,,PUBLIK;TERBATAS\n"
)
ROSTER_WITH_EFIN = ROSTER_WITH_EFIN.replace(b"0118,\n", b"0118,,PUBLIK\n").replace(
    b"1,uang_rupiah:2;", b"1,akun:madya;uang_rupiah:2;"
)


@pytest.fixture
def case(console):
    """A function: a forgotten EFIN that ani has, of a contact that was proved at this level."""
    gateway = console.gateway
    staff.import_roster(gateway, ROSTER_WITH_EFIN, "test")
    made: list[str] = []

    def make(level: str = "L2", consent: tuple[str, ...] = ()) -> str:
        now, call = times.text(gateway.clock()), f"CA{secrets.token_hex(16)}"
        flow = gateway.services.current("kring_pajak")
        state = to_json(Session(channel="voice", language="id", proved={level: SUBJECT}, consent=consent))
        with gateway.store.write() as db:
            sessions.begin(
                db, call, service=flow.id, version=flow.version, channel="voice", contact="+6281200000004",
                called="1500200", language="id", at=now, state=state,
            )  # fmt: skip
            made.append(
                cases.open_case(
                    db,
                    service=flow.id,
                    prefix="KP",
                    local_date="2026-03-10",
                    now=now,
                    status="ditangani",
                    agent="ani",
                    tier=1,
                    language="id",
                    channel="telepon",
                    session_id=call,
                    topic="akun",
                    subtopic="lupa_efin",
                    classification="TERBATAS",
                    fields=json.dumps({"handover": "poro"}),
                )
            )
        return made[-1]

    yield make
    staff.import_roster(gateway, ROSTER, "test")


def test_the_list_is_ticked_the_act_asked_for_and_the_password_seen_once(pages, console, case):
    ticket = case()
    page = pages.of("agent", f"/work/cases/{ticket}", language="en", width=390)
    page.get_by_role("heading", name="Proof of record ownership").wait_for()
    send = page.get_by_role("button", name="Send the EFIN")
    assert send.is_disabled()
    assert "checklist is not complete" in page.content()
    assert axe(page) == []
    for label in ("Tax number", "Name", "Address", "Mobile number", "Registered e-mail address"):
        page.get_by_label(label, exact=True).check()
    page.get_by_role("button", name="Keep the ticks").click()
    page.get_by_text("The ticks are kept.").wait_for()
    assert page.get_by_label("Name", exact=True).is_checked()
    page.get_by_role("button", name="Send the EFIN").click()
    page.get_by_text("Say it to the caller now.").wait_for()
    password = page.locator("#password").inner_text()
    assert re.fullmatch("[a-z0-9]{4}(-[a-z0-9]{4}){2}", password)
    assert axe(page) == []
    page.get_by_role("link", name=ticket, exact=True).click()
    page.get_by_text("On its way").wait_for()
    assert password not in page.content()
    assert "satu panggilan satu permohonan" in page.content()
    (row,) = agent_acts.of_ticket(console.gateway.store.read(), ticket)
    assert row.agent == "ani" and password not in str(row)
    with console.gateway.store.write() as db:
        agent_acts.settle(
            db, row.id, "sent", at=times.text(console.gateway.clock()), address="b***@contoh.id"
        )
    page.get_by_text("b***@contoh.id").wait_for()  # without a reload


def test_the_password_of_a_recorded_talk_has_a_button_for_when_it_was_said(pages, console, case, monkeypatch):
    """No worker is here: it is shown all the same, and the page says that this recording is not kept."""
    monkeypatch.setattr(act_pauses, "PATIENCE_SECONDS", 0.2)
    ticket = case(consent=("id",))
    page = pages.of("agent", f"/work/cases/{ticket}", language="en", width=390)
    for label in ("Tax number", "Name", "Address", "Mobile number", "Registered e-mail address"):
        page.get_by_label(label, exact=True).check()
    page.get_by_role("button", name="Keep the ticks").click()
    page.get_by_role("button", name="Send the EFIN").click()
    page.get_by_text("The recording of the talk could not be paused.").wait_for()
    assert axe(page) == []
    page.get_by_role("link", name=ticket, exact=True).click()
    page.get_by_text("The talk is not recorded while a password is said").wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="It is said; let the recording go on").click()
    page.get_by_text("The talk is recorded again.").wait_for()
    assert page.get_by_role("button", name="It is said").count() == 0
    row = cases.load(console.gateway.store.read(), ticket)
    assert recording_pauses.standing(console.gateway.store.read(), row.session_id) == []


def test_without_the_proof_the_page_says_so_in_indonesian(pages, case):
    page = pages.of("agent", f"/work/cases/{case('L1')}")
    page.get_by_text("Penelepon belum terbukti pada tingkat L2").wait_for()
    assert page.get_by_role("button", name="Kirim EFIN").is_disabled()


def test_who_may_not_is_refused_beside_the_list_and_it_is_in_the_audit(console, case):
    ticket = case()
    other = console.client("agent2")
    headers = {"Origin": console.url}
    ticked = other.post(
        f"/work/cases/{ticket}/checklists/poro",
        data={"csrf": other.form_token, "item": "npwp"},
        headers=headers,
    )
    assert ticked.status_code == 422 and "Kasus ini tidak sedang Anda tangani" in ticked.get_data(
        as_text=True
    )
    done = other.post(
        f"/work/cases/{ticket}/wishes/send_efin", data={"csrf": other.form_token}, headers=headers
    )
    assert done.status_code == 422 and "tidak memiliki keahlian akun" in done.get_data(as_text=True)
    assert (
        other.post(
            f"/work/cases/{ticket}/wishes/lain", data={"csrf": other.form_token}, headers=headers
        ).status_code
        == 404
    )
    assert (
        other.post(f"/work/cases/{ticket}/wishes/send_efin", headers=headers).status_code == 403
    )  # no token of a form
    line = audit.latest(console.gateway.store.read(), 1)[0]
    assert (line.who, line.action) == ("bayu", "act_send_efin_refused")
    assert agent_acts.of_ticket(console.gateway.store.read(), ticket) == []
