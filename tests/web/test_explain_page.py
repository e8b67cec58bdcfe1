"""Why a contact is where it is, on a page: the words of the command, found by whatever somebody knows, for who may see it."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest

from sessions.agents import staff
from sessions.console import explaining
from sessions.console.explaining import Who
from store import cases, overrides
from store.times import instant, text
from tests.web.a_day import WAITING
from web.work import facts

SECRET_CALL = "CAsecret"


def page(console, who: str, path: str) -> str:
    answer = console.client(who).get(path, follow_redirects=True)
    return f"{answer.status_code} {html.unescape(answer.get_data(as_text=True))}"


@pytest.mark.parametrize("id", [WAITING, "cb:BI-20260311-0901"])
def test_it_says_what_the_command_says(busy_console, id):
    told = page(busy_console, "supervisor", f"/explain/{id}")
    words = staff.explain(busy_console.gateway, id, "id").splitlines()
    assert len(words) > 8
    for line in words:
        if "menunggu" not in line and "Berikutnya" not in line and "tawaran" not in line:
            assert line in told, line
    assert "Fajar Nugraha (fajar, tingkat 1): sedang istirahat (makan siang)" in told


@pytest.mark.parametrize("said", [WAITING, "0001", "0813 9000 001", "+62 813-9000-001"])
def test_it_is_found_by_what_somebody_knows(busy_console, said):
    found = explaining.find(busy_console.gateway, Who(None), said)
    assert WAITING in [one.contact for one in found]
    assert all("+62" not in one.number for one in found), "no number is shown whole"
    assert explaining.find(busy_console.gateway, Who(None), "081390000") == [], (
        "the end of a number, not its beginning"
    )


def test_a_case_that_is_secret_is_explained_to_its_unit_alone(busy_console):
    gateway, now = busy_console.gateway, text(busy_console.gateway.clock())
    with gateway.store.write() as db:
        ticket = cases.open_case(
            db, service="bicara131", prefix="BI", local_date="2026-03-11", now=now, classification="RAHASIA", unit="DKSP",
            session_id="CAday11001", contact="+62812",
        )  # fmt: skip
    for who in ("supervisor", "administrator"):
        assert page(busy_console, who, "/explain/CAday11001").startswith("404")
        assert page(busy_console, who, f"/explain?q={ticket}").startswith("404")


def test_agents_read_of_their_own_contacts_only(busy_console):
    gateway = busy_console.gateway
    mine = gateway.store.read().execute(
        "SELECT contact FROM contact_events WHERE what = 'answered' AND json_extract(detail, '$.agent') = 'ani'"
        " AND contact <> 'CAday11001' LIMIT 1"
    ).fetchone()[0]  # fmt: skip
    theirs = gateway.store.read().execute(
        "SELECT contact FROM contact_events GROUP BY contact"
        " HAVING SUM(json_extract(detail, '$.agent') = 'ani') = 0 OR SUM(json_extract(detail, '$.agent') = 'ani') IS NULL LIMIT 1"
    ).fetchone()[0]  # fmt: skip
    told = page(busy_console, "agent", f"/explain/{mine}")
    assert told.startswith("200") and "dijawab" in told and "percakapan selesai" in told
    assert page(busy_console, "agent", f"/explain/{theirs}").startswith("404")
    assert page(busy_console, "auditor", f"/explain/{mine}").startswith("403")


def test_a_search_that_finds_nothing_says_so_beside_the_field(busy_pages):
    busy_pages.expect("404")
    page = busy_pages.of("supervisor", "/explain", width=390, language="en")
    page.get_by_label("Ticket, SID, or last digits of the number").fill("BI-20990101-0001")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("There is no contact that you may see").wait_for()
    assert page.get_by_label("Ticket, SID, or last digits of the number").input_value() == "BI-20990101-0001"


def test_what_people_decided_instead_of_the_calendar_is_a_line(busy_console):
    gateway = busy_console.gateway
    (found,) = explaining.find(gateway, Who(None), WAITING)
    began = instant(found.started_at)
    with gateway.store.write() as db:
        overrides.add(
            db, service=found.service, hours="petugas", state="closed", begin=text(began - timedelta(hours=1)),
            until=text(began + timedelta(seconds=1)), reason="latihan evakuasi", who="sinta", words={},
        )  # fmt: skip
    told = page(busy_console, "supervisor", f"/explain/{WAITING}")
    # whichever language the supervisor has chosen by now
    assert any(f"{state}</strong> · " in told for state in ("Ditetapkan tutup", "Closed by decision"))
    assert "sinta" in told.casefold() and "(petugas, latihan evakuasi)" in told


def test_what_callers_key_and_say_is_in_no_line(busy_console):
    with busy_console.gateway.store.write() as db:
        db.execute(
            "INSERT INTO turns (session_id, n, event, step, answer, at) VALUES (?, 0, ?, 'nik', 'x', ?)",
            ("CAday10001", '{"digits": "9901011203850001"}', "2026-03-10T02:00:00.000Z"),
        )
    told = page(busy_console, "supervisor", "/explain/CAday10001")
    assert "<code>nik</code>" in told and "9901011203850001" not in told and "+62812" not in told


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("talk ended: handed_over", "percakapan selesai: diserahkan kepada rekan"),
        ("talk passed on to tier 2", "percakapan diteruskan ke lini 2"),
        ("text received", "pesan teks diterima"),
        ("subtopic unit", "tercatat: subtopik, unit"),
        ("callback unreached", "telepon kembali: tidak terjangkau"),
        ("what nobody has a word for", "what nobody has a word for"),
    ],
)
def test_what_happened_to_a_case_is_told_in_the_language_of_whoever_looks(console, written, said):
    with console.app.test_request_context():
        assert facts.told(written) == said


def test_the_timeline_tells_of_the_case_in_the_language_of_whoever_looks(busy_console):
    gateway, call = busy_console.gateway, WAITING[:-1] + "2"
    now = text(gateway.clock())
    with gateway.store.write() as db:
        made = cases.open_case(
            db, service="bicara131", prefix="BI", local_date="2026-03-11", now=now, status="antre", session_id=call,
            contact="+6281390000002", language="id",
        )  # fmt: skip
        cases.add_event(db, made, at=now, who="robot", what="talk ended: handed_over", why="by telephone")
    told = page(busy_console, "supervisor", f"/explain/{call}")
    assert "percakapan selesai: diserahkan kepada rekan · sistem" in " ".join(told.split())
    assert "talk ended" not in told
