"""Work over the API: a case is taken, answered and closed by the acts of the page; the second of two is told; twice is once."""

from __future__ import annotations

import threading

import pytest

from desk.access import ACTS
from desk.routing.contacts import CALL, DIALOGUE, Contact, Need
from desk.routing.events import Arrived, SignedIn, SignedOut
from sessions.agents import staff
from sessions.cases import case_work
from sessions.desk import desk
from sessions.desk.desk import look
from store import audit, cases, inbox, messages, sessions
from store.times import instant, text
from tests.web.api.programs import program
from tests.web.examples import work
from web.api import once
from web.api.serving import OPERATIONS
from web.policy import DIALOGUE_ACTS
from web.work.dialogue import ACTS as OF_DIALOGUES

WRITER = "01APIWRITER"


def opened(console, **more) -> str:
    """A new case at tier 1."""
    now = text(console.gateway.clock())
    with console.gateway.store.write() as db:
        ticket = cases.open_case(
            db, service="bicara131", prefix="BI", local_date="2026-03-11", now=now, status="antre", channel="telepon",
            contact="+6281299900078", language="id", note="NIK 3171010101010001 uang robek", **more,
        )  # fmt: skip
        case_work.started(console.gateway, db, ticket, now)
    return ticket


def test_every_act_of_the_house_is_an_operation():
    assert {f"case_{act}" for act in ACTS} <= {one.name for one in OPERATIONS}
    assert set(DIALOGUE_ACTS) == set(OF_DIALOGUES)


def test_a_case_is_taken_answered_and_passed_on_as_on_the_page(console):
    one, ticket = program(console, "agent"), opened(console)
    status, told = one.asks(f"/cases/{ticket}")
    status, done = one.does(f"/cases/{ticket}/take", {"seen": told["seen"]})
    assert status == 200 and done["line"]["agent"] == "ani" and done["line"]["status"] == "ditangani"
    status, done = one.does(
        f"/cases/{ticket}/escalate", {"seen": done["seen"], "tier": 2, "why": "perlu lini dua"}
    )
    assert status == 200 and done["line"]["tier"] == 2
    row = cases.load(console.gateway.store.read(), ticket)
    events = cases.events(console.gateway.store.read(), ticket)
    assert row.tier == 2 and [event.who for event in events][-2:].count("ani") >= 1
    two = program(console, "agent2")
    status, done = two.does(f"/cases/{ticket}/take", {"seen": done["seen"]})
    status, done = two.does(
        f"/cases/{ticket}/answer", {"seen": done["seen"], "text": "Uang robek diganti.", "spoken": True}
    )
    assert status == 200 and done["line"]["status"] in ("jawaban_divalidasi", "dijawab")
    assert "Uang robek diganti." in program(console, "agent2").asks(f"/cases/{ticket}")[1]["answer"]


def test_the_second_of_two_is_told_who_was_faster_and_how_it_stands(console):
    ticket = opened(console)
    one, two = program(console, "agent"), program(console, "agent2")
    seen = one.asks(f"/cases/{ticket}")[1]["seen"]
    assert one.does(f"/cases/{ticket}/take", {"seen": seen})[0] == 200
    status, told = two.does(f"/cases/{ticket}/escalate", {"seen": seen, "tier": 3, "unit": "bi.dpu"})
    assert status == 409 and told["type"].endswith("changed")
    assert told["now"]["by"]["who"] == "ani" and told["now"]["line"]["agent"] == "ani"
    assert cases.load(console.gateway.store.read(), ticket).tier in (None, 1)


def test_what_the_rules_refuse_says_why_and_what_is_allowed(console):
    ticket = opened(console)
    one = program(console, "agent")
    status, told = one.does(f"/cases/{ticket}/confirm", {"seen": one.asks(f"/cases/{ticket}")[1]["seen"]})
    assert status == 409 and told["type"].endswith("refused") and "take" in told["now"]["allowed"]
    assert audit.latest(console.gateway.store.read(), 1)[0].action == "case_confirm_refused"


def test_what_is_masked_opens_for_a_reason_that_the_audit_keeps(console):
    ticket = opened(console)
    one = program(console, "supervisor")
    assert "3171010101010001" not in str(one.asks(f"/cases/{ticket}"))
    assert one.does(f"/cases/{ticket}/open", {"reason": "tes"})[0] == 422
    status, told = one.does(f"/cases/{ticket}/open", {"reason": "pelapor menanyakan NIK-nya"})
    line = audit.of_subject(console.gateway.store.read(), ticket)[0]
    assert line.who == "sinta" and line.action in ("case_open", "case_open_refused")
    assert (status == 200) == ("3171010101010001" in str(told))


def test_the_words_of_a_message_are_corrected(console):
    sid = work.sid(console)
    status, told = program(console, "agent").does(
        f"/recordings/{sid}/correct", {"text": "pagi, uang saya robek"}
    )
    assert (status, told) == (200, {"words": "pagi, uang saya robek"})
    answer = program(console, "agent", "read").send("GET", f"/recordings/{sid}/sound")
    assert answer.status_code in (200, 404)
    status, told = program(console, "agent", "read").asks("/search", words="pagi")
    assert status == 200 and program(console, "agent", "read").asks("/voicemails")[0] == 200


# --- sent twice, done once ---


def test_an_act_under_a_key_is_done_once_and_answered_as_it_was(console):
    ticket, one = opened(console), program(console, "agent")
    body = {"seen": one.asks(f"/cases/{ticket}")[1]["seen"]}
    first = one.does(f"/cases/{ticket}/take", body, key=f"take-{ticket}")
    again = one.send(
        "POST", f"/cases/{ticket}/take", json=body, headers={"Idempotency-Key": f"take-{ticket}"}
    )
    assert first[0] == 200 and again.status_code == 200 and again.json() == first[1]
    assert again.headers["Idempotent-Replayed"] == "true"
    # Without the key the second would have been told that somebody was faster.
    assert one.does(f"/cases/{ticket}/take", body)[0] == 409
    status, told = one.does(f"/cases/{ticket}/take", {"seen": "another"}, key=f"take-{ticket}")
    assert status == 422 and told["type"].endswith("reused_key")


def test_a_key_of_an_act_that_was_refused_may_be_used_again(console):
    ticket, one = opened(console), program(console, "agent")
    key = f"close-{ticket}"
    assert one.does(f"/cases/{ticket}/close", {"seen": "old"}, key=key)[0] == 409
    seen = one.asks(f"/cases/{ticket}")[1]["seen"]
    status, told = one.does(f"/cases/{ticket}/take", {"seen": seen}, key=key)
    assert status == 200, told


def test_a_key_whose_act_nobody_knows_the_end_of_is_refused(console):
    ticket, one = opened(console), program(console, "agent")
    body = {"seen": one.asks(f"/cases/{ticket}")[1]["seen"]}
    key, user = f"lost-{ticket}", "U0"
    assert one.does(f"/cases/{ticket}/take", body, key=key)[0] == 200
    with console.gateway.store.write() as db:  # as if the process had died before the answer was kept
        inbox.set_answer(db, account=f"api:{user}", key=key, answer="")
    status, told = one.does(f"/cases/{ticket}/take", body, key=key)
    assert status == 409 and told["type"].endswith("unfinished")


def test_keys_of_ten_at_the_same_time_do_it_once(console):
    ticket, one = opened(console), program(console, "agent")
    body, found = {"seen": one.asks(f"/cases/{ticket}")[1]["seen"]}, []

    def send() -> None:
        answer = one.send(
            "POST", f"/cases/{ticket}/take", json=body, headers={"Idempotency-Key": f"ten-{ticket}"}
        )
        found.append((answer.status_code, answer.json().get("type", "")))

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _ in found} <= {200, 409} and (200, "") in found
    assert {name for status, name in found if status == 409} <= {"/api/v1/#problem-unfinished"}
    taken = [e for e in cases.events(console.gateway.store.read(), ticket) if e.who == "ani"]
    assert len(taken) == 1


@pytest.mark.parametrize("key", ["short", "x" * 81, "with blank here", "Ümlaut-key"])
def test_a_key_has_its_form(console, key):
    answer = program(console, "agent").send(
        "POST", "/measure", json={"text": "x"}, headers={once.HEADER: key.encode("latin-1")}
    )
    assert answer.status_code == 422 and answer.json()["fields"][0]["where"] == once.HEADER


# --- text dialogues and one's own desk ---


@pytest.fixture
def writer(console):
    """A writer who is offered to ani, whose desk is open while the test lasts."""
    gateway, now = console.gateway, text(console.gateway.clock())
    staff.happen(gateway, [SignedIn("ani")], "test")
    with gateway.store.write() as db:
        if sessions.load(db, WRITER) is None:
            flow = gateway.services.current("bicara131")
            sessions.begin(
                db, WRITER, service=flow.id, version=flow.version, channel="sms", contact="+6281299900079", called="131",
                language="id", at=now,
            )  # fmt: skip
            messages.note(
                db,
                "SMapiwriter",
                at=now,
                direction="in",
                session_id=WRITER,
                body="apakah besok buka? 3171010101010001",
            )
        if WRITER not in look(gateway, db).contacts:
            need = Need("bicara131", "umum", channel="text")
            arrived = Contact(WRITER, DIALOGUE, need, instant(now), number="+6281299900079", priority=1)
            desk.happen(gateway, db, Arrived(arrived), now)
    yield WRITER
    staff.happen(gateway, [SignedOut("ani")], "test")


def test_a_writer_is_answered_and_given_back(console, writer):
    one = program(console, "agent")
    status, told = one.asks(f"/dialogues/{writer}")
    assert status == 200 and "3171010101010001" not in str(told)
    if told["line"]["agent"] != "ani":
        pytest.fail(f"the writer was not offered to ani: {told['line']}")
    assert one.does(f"/dialogues/{writer}/take")[0] == 200
    assert writer in [held["id"] for held in one.asks("/desk")[1]["contacts"]]
    status, told = one.does(f"/dialogues/{writer}/answer", {"text": "Ya, buka pukul 08.00."})
    assert (status, told["done"]) == (200, "answered")
    said = one.asks(f"/dialogues/{writer}")[1]["said"]
    assert [line["words"] for line in said][-1] == "Ya, buka pukul 08.00."
    assert program(console, "agent2").does(f"/dialogues/{writer}/answer", {"text": "x"})[0] == 409
    assert writer in [line["id"] for line in one.asks("/dialogues")[1]["dialogues"]]
    assert one.does(f"/dialogues/{writer}/close", {"why": "terjawab"})[0] == 200
    assert one.asks(f"/dialogues/{writer}")[0] == 404


def test_ones_own_state(console):
    one = program(console, "agent")
    status, told = one.does("/desk/state", {"state": "break", "reason": "makan"})
    assert status == 200 and (told["presence"], told["reason"]) == ("break", "makan")
    assert one.does("/desk/state", {"state": "offline"})[1]["presence"] == "offline"
    status, told = one.does("/desk/call", {"act": "hold"})
    assert status == 409 and told["now"]["call"] is None
    assert program(console, "supervisor").asks("/desk")[0] == 403


def test_what_is_offered_is_declined_with_a_reason(api_house):
    gateway, now = api_house.gateway, api_house.gateway.clock()
    one = program(api_house, "agent")
    staff.happen(gateway, [SignedOut("ani"), SignedIn("ani")], "test")
    with gateway.store.write() as db:
        offered = Contact(
            "CAapioffer", CALL, Need("bicara131", "umum"), now, number="+6281299900080", priority=1
        )
        desk.happen(gateway, db, Arrived(offered), text(now))
    mine = [offer for offer in one.asks("/desk")[1]["offers"] if offer["contact"] == "CAapioffer"]
    assert mine and not mine[0]["ready"] and "9900080" not in mine[0]["number"]
    status, told = one.does("/desk/offers", {"contact": "CAapioffer", "act": "take"})
    assert status == 409 and told["detail"] == "Answer your telephone first."
    assert one.does("/desk/offers", {"contact": "CAapioffer", "act": "decline"})[0] == 409
    status, told = one.does(
        "/desk/offers", {"contact": "CAapioffer", "act": "decline", "why": "suara hilang"}
    )
    assert status == 200 and "CAapioffer" not in [offer["contact"] for offer in told["offers"]]
    assert one.does("/desk/offers", {"contact": "CAapioffer", "act": "take"})[0] == 409
    staff.happen(gateway, [SignedOut("ani")], "test")


def test_a_text_is_measured_as_it_would_go_out(console):
    status, told = program(console, "agent").does("/measure", {"text": "Ya, buka pukul 08.00."})
    assert status == 200 and told["parts"] == 1 and told["fits"]
