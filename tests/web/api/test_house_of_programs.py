"""The house over the API: the line, reports, services, people, audit and operations, as their pages have them."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from desk.routing.contacts import CALL, Contact, Need
from desk.routing.events import Arrived, SignedIn
from sessions.agents import staff
from sessions.desk import desk
from store import audit, sessions, users
from store.times import text
from tests.told import Writer
from tests.web.api.programs import Program, program
from tests.web.browser import CAST
from tests.web.examples import operations


@pytest.fixture(scope="module")
def administrator(api_house) -> Program:
    return program(api_house, "administrator")


@pytest.fixture(scope="module")
def supervisor(api_house) -> Program:
    return program(api_house, "supervisor")


# --- the line ---


def waiting(console) -> str:
    """A caller who is offered to ani, who does not answer: no telephone rings without a worker."""
    gateway, now = console.gateway, console.gateway.clock()
    staff.happen(gateway, [SignedIn("ani")], "test")
    with gateway.store.write() as db:
        if "CAapiwaits" not in desk.look(gateway, db).contacts:
            need = Need("bicara131", "umum")
            if sessions.load(db, "CAapiwaits") is None:
                Writer(db, "bicara131", "umum").session(
                    "CAapiwaits", now, outcome=None, contact="+6281377770009"
                )
            arrived = Contact("CAapiwaits", CALL, need, now, number="+6281377770009")
            desk.happen(gateway, db, Arrived(arrived), text(now))
    return "CAapiwaits"


def test_the_line_is_told_in_numbers_and_names_nobody_who_called(api_house, supervisor):
    waiting(api_house)
    status, told = supervisor.asks("/wallboard")
    assert status == 200 and told["waiting"] >= 1 and "bicara131" in told["services"]
    status, told = supervisor.asks("/queues", service="hello")
    assert status == 200 and {line["service"] for line in told["queues"]} <= {"hello"}
    status, told = supervisor.asks("/queues")
    assert [line["waiting"] for line in told["queues"] if line["skill"] == "umum"] != [0]
    status, told = supervisor.asks("/agents")
    assert status == 200 and {"ani", "bayu"} <= {one["agent"] for one in told["agents"]}
    assert "phone" not in str(told) and "+62" not in str(told)


def test_why_a_contact_is_where_it_is(api_house, supervisor):
    contact = waiting(api_house)
    status, told = supervisor.asks("/contacts")
    assert status == 200 and contact in [one["contact"] for one in told["contacts"]]
    status, told = supervisor.asks(f"/contacts/{contact}")
    assert status == 200 and told["contact"]["here"] and told["now"]
    assert program(api_house, "agent").asks(f"/contacts/{contact}")[0] == 200  # who is offered it
    assert program(api_house, "agent2").asks(f"/contacts/{contact}")[0] == 404  # and nobody else
    assert supervisor.asks("/contacts/CAnobody")[0] == 404


@pytest.mark.parametrize("part", ["calls", "functions", "topics", "segments", "units", "summary", "formulas"])
def test_each_part_of_a_report(supervisor, part):
    status, told = supervisor.asks(f"/reports/{part}", first="2026-03-01", last="2026-03-11", by="service")
    assert status == 200 and told["head"] and told["name"] == part


def test_a_report_that_cannot_be_counted_names_the_field(supervisor):
    status, told = supervisor.asks("/reports/calls", first="2026-03-11", last="2026-03-01")
    assert status == 422 and [(one["where"], one["code"]) for one in told["fields"]] == [("first", "order")]
    assert supervisor.asks("/reports/themes", first="2026-02-30")[0] == 422
    status, told = supervisor.asks("/reports/themes")
    assert status == 200 and told["sheets"]


# --- services ---


def test_a_service_is_edited_checked_tried_published_and_taken_back(api_house, administrator):
    status, told = administrator.asks("/services/hello")
    before = told["line"]["current"]
    status, file = administrator.asks("/services/hello/file")
    broken = {**file, "text": file["text"].replace("steps:", "stepz:")}
    status, saved = administrator.does("/services/hello/file", broken)
    assert status == 200 and saved["seen"] != file["seen"]
    status, told = administrator.asks("/services/hello/findings", walk="false")
    assert status == 200 and told["findings"][0]["severity"] == "error" and told["findings"][0]["line"] > 0
    status, offer = administrator.asks("/services/hello/offer")
    status, told = administrator.does("/services/hello/publish", {"content": offer["content"]})
    assert status == 409 and told["fields"] and told["type"].endswith("refused")
    status, told = administrator.does("/services/hello/file", broken | {"text": "x", "seen": file["seen"]})
    assert status == 409 and told["now"]["seen"] == saved["seen"]
    mended = {
        **file,
        "text": file["text"].replace("telah menghubungi kami", "dan sampai jumpa"),
        "seen": saved["seen"],
    }
    assert administrator.does("/services/hello/file", mended)[0] == 200
    status, offer = administrator.asks("/services/hello/offer")
    assert administrator.does("/services/hello/publish", {"content": "another"})[0] == 409
    if offer["faults"]:
        pytest.fail(str(offer["faults"]))
    status, told = administrator.does("/services/hello/publish", {"content": offer["content"]})
    assert status == 200, told
    assert administrator.asks("/services/hello")[1]["line"]["current"] != before
    status, told = administrator.does("/services/hello/rollback", {"version": before, "why": "uji kembali"})
    assert status == 200 and administrator.asks("/services/hello")[1]["line"]["held"]["who"] == "adi"


def test_a_text_is_checked_before_it_is_saved(api_house, supervisor):
    before = supervisor.asks("/services/hello/file")[1]
    broken = before["text"].replace("then: salam", "then: nowhere")
    status, told = supervisor.does(
        "/services/hello/check", {"name": "flow.yaml", "text": broken, "walk": False}
    )
    assert status == 200 and any("nowhere" in one["what"] + one["way_out"] for one in told["findings"])
    assert supervisor.asks("/services/hello/file")[1] == before


def test_files_are_begun_and_pieces_read_and_saved_as_in_the_editor(api_house, administrator):
    told = administrator.asks("/services/bicara131")[1]
    name = told["pieces"][0]
    piece = administrator.asks("/services/bicara131/file", name=name)[1]
    assert name.startswith("common/") and piece["text"]
    status, saved = administrator.does("/services/hello/file", piece | {"text": piece["text"] + "# uji\n"})
    assert status == 200 and administrator.asks("/services/bicara131/file", name=name)[1] == saved
    status, now = administrator.does("/services/bicara131/file", piece | {"text": "x"})
    assert status == 409 and now["now"] == saved
    assert administrator.does("/services/hello/file", piece | {"seen": saved["seen"]})[0] == 200
    table = administrator.asks("/services/hello/file", name="data/kantor.csv")[1]
    assert (table["text"], table["seen"]) == ("", "") and "data/kantor.csv" not in told["files"]
    status, saved = administrator.does("/services/hello/file", table | {"text": "kota,jam\n"})
    assert status == 200 and "data/kantor.csv" in administrator.asks("/services/hello")[1]["files"]
    assert administrator.does("/services/hello/file", table | {"name": "../x.yaml"})[0] == 404
    path = api_house.gateway.settings.flows / "hello/data/kantor.csv"
    path.write_bytes(b"kota\n\xff")
    for status, told in (
        administrator.asks("/services/hello/file", name="data/kantor.csv"),
        administrator.does("/services/hello/file", saved),
        administrator.does("/services/hello/check", {"name": "data/kantor.csv", "text": "kota\n"}),
    ):
        assert status == 409 and "no UTF-8 from byte 5" in told["detail"]
    path.unlink()


def test_tests_are_played_and_drafts_opened(administrator):
    status, told = administrator.asks("/services/hello/tests")
    assert status == 200 and told["of"] >= 1
    status, told = administrator.does("/services/hello/draft", {"numbers": ["+628115550117"]})
    assert status == 200, told
    assert administrator.does("/services/hello/draft/end")[0] == 204
    assert administrator.does("/services/hello/draft", {"numbers": ["nobody"]})[0] == 409
    assert administrator.asks("/services")[1]["services"]
    assert administrator.asks("/services/nothing")[0] == 404


def test_a_service_is_closed_for_a_while_and_opened_again(api_house, supervisor):
    end = text(api_house.gateway.clock() + timedelta(hours=4))
    wish = {"state": "closed", "reason": "listrik gedung padam", "end": end}
    status, told = supervisor.does("/services/bicara131/overrides", wish)
    assert status == 200 and told["override"]["who"] == "sinta" and told["override"]["end"] == end
    assert supervisor.asks("/services/bicara131/overrides")[1]["overrides"] == [told["override"]]
    assert supervisor.asks("/wallboard")[1]["overrides"] == [told["override"]]
    automatic = {"state": "automatic", "reason": "listrik menyala"}
    assert supervisor.does("/services/bicara131/overrides", automatic) == (200, {"override": None})
    status, told = supervisor.does("/services/bicara131/overrides", automatic)
    assert status == 422 and told["fields"][0]["where"] == "/state"
    status, told = supervisor.does(
        "/services/bicara131/overrides", {**wish, "state": "emergency"} | {"end": "2031-01-01T00:00Z"}
    )
    assert {one["where"] for one in told["fields"]} == {"/end", "/words/id", "/words/en"}


def test_a_supervisor_reads_and_does_not_publish(supervisor):
    assert supervisor.asks("/services/hello")[0] == 200
    status, told = supervisor.does("/services/hello/publish", {"content": "x"})
    assert status == 403 and told["type"].endswith("no_right")


# --- people ---


def test_somebody_is_added_changed_locked_and_invited(api_house, administrator):
    status, made = administrator.does("/people", {"login": "baru1", "name": "Orang Baru", "role": "auditor"})
    assert status == 201 and made["link"].startswith(api_house.url + "/welcome#")
    id = made["person"]["id"]
    assert administrator.does(f"/people/{id}", {"role": "agent"})[1]["role"] == "agent"
    assert administrator.does(f"/people/{id}/lock")[1]["state"] == "locked"
    assert administrator.does(f"/people/{id}/unlock")[1]["state"] == "active"
    assert administrator.does(f"/people/{id}/invite")[1]["link"] != made["link"]
    assert administrator.does(f"/people/{id}/reset")[0] == administrator.does(f"/people/{id}/end")[0] == 200
    assert id in [one["id"] for one in administrator.asks("/people")[1]["people"]]
    assert "password" not in administrator.asks(f"/people/{id}")[1]
    lines = [line.action for line in audit.of_subject(api_house.gateway.store.read(), f"user:{id}")]
    assert lines[::-1][:4] == ["user_added", "user_changed", "user_locked", "user_unlocked"]


def test_what_is_wrong_with_somebody_is_told_by_field(administrator):
    status, told = administrator.does(
        "/people", {"login": "ANI 1", "name": "x", "role": "agent", "agent": "nobody"}
    )
    assert status == 422
    assert {(one["where"], one["code"]) for one in told["fields"]} == {
        ("/login", "login_form"),
        ("/agent", "agent_unknown"),
    }
    status, told = administrator.does(
        "/people", {"login": "x1", "name": "x", "role": "king", "password": "x"}
    )
    assert {one["where"] for one in told["fields"]} == {"/role", "/password"}


def test_a_token_made_for_reading_changes_nobody(api_house):
    one = program(api_house, "administrator", "read", "act", "publish")
    status, told = one.does("/people/U0/lock")
    assert status == 403 and told["type"].endswith("no_scope")
    assert users.load(api_house.gateway.store.read(), "U0").state == "active"


# --- audit and operations ---


def test_the_audit_is_read_in_pages_and_verified(api_house):
    one = program(api_house, "auditor")
    status, told = one.asks("/audit", limit=3)
    assert status == 200 and len(told["lines"]) == 3
    status, further = one.asks("/audit", limit=3, page=told["next"])
    assert further["lines"][0]["n"] == told["lines"][-1]["n"] - 1
    assert all("adi" in line["who"] for line in one.asks("/audit", who="adi")[1]["lines"])
    status, told = one.does("/audit/verify")
    assert status == 200 and told["whole"] and told["lines"] > 3


def test_the_installation_and_its_dead_letters(api_house, administrator):
    letter = operations.letter(api_house, id="01APILETTER")
    status, told = administrator.asks("/operations")
    assert status == 200 and told["dead_letters"] >= 1 and told["disk_free"] > 0
    assert letter in [one["id"] for one in administrator.asks("/dead-letters")[1]["letters"]]
    status, told = administrator.asks(f"/dead-letters/{letter}")
    assert status == 200 and told["letter"]["to"] != "+6281377770002"
    assert (
        program(api_house, "auditor").does(f"/dead-letters/{letter}/drop", {"reason": "sudah dihubungi"})[0]
        == 403
    )
    status, told = administrator.does(f"/dead-letters/{letter}/drop", {"reason": "sudah dihubungi"})
    assert status == 200 and administrator.asks(f"/dead-letters/{letter}")[0] == 404


def test_doctor_is_begun_and_read_afterwards(administrator):
    assert administrator.does("/operations/doctor", {"outside": False})[0] in (202, 409)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        status, told = administrator.asks("/operations/doctor")
        if told["at"] and not told["since"]:
            break
        time.sleep(0.05)
    assert status == 200 and told["findings"]
    assert CAST["auditor"][2] == "auditor"
