"""BI-1 and BI-3 of the domain page: what the robot settles alone, and a deaf citizen who is never telephoned."""

import pytest

from tests.house import House, command
from tests.services.centre import case, centre, figures, history, keyed, minutes
from tests.sms.test_dialogues import Mobile

DAY = "2026-03-11"
CALLER, DEAF = "+6281200000001", "+6281200000002"
ANSWER = (
    "Uang yang telah dicabut dapat ditukar di kantor BI selama masa penukaran belum berakhir. "
    "Tahun emisi dan batasnya: bi.go.id"
)


@pytest.fixture(scope="module")
def house(tmp_path_factory, free_port):
    environ = centre(tmp_path_factory.mktemp("bi"), free_port, "bicara131")
    with House.running(environ, CLOCK=f"{DAY}T11:00+07:00") as house:
        yield house


def test_bi_1_a_damaged_note_is_settled_by_the_robot_alone(house):
    call = keyed(house, CALLER, "131", "111")
    assert all(words in call.said for words in ("dua pertiga", "setengah", "nomor seri")), call.said
    call.press("1")
    (text,) = house.phone(CALLER).texts(wait=10)
    assert "2/3" in text.body and "pintar.bi.go.id" in text.body and text.segments <= 2
    call.press("2").press("4")
    assert call.state == "ended"
    done = case(house, CALLER)
    expected = {
        "service": "bicara131", "channel": "telepon", "function": "pertanyaan", "topic": "uang_rupiah", "tier": 0,
        "subtopic": "uang_rusak", "classification": "PUBLIK", "status": "dijawab_mandiri", "language": "id", "csat": "4",
    }  # fmt: skip
    assert {name: done[name] for name in expected} == expected
    assert house.query("SELECT 1 FROM contact_events") == []
    day = figures(house.environ, DAY)  # nobody has called before
    assert [day[name] for name in ("calls that came in", "served by the robot", "offered to a queue")] == [
        "1",
        "1",
        "0",
    ]


def test_bi_3_a_deaf_citizen_is_answered_in_writing_and_never_called(house):
    mobile = Mobile(house, DEAF, "131")
    reply = mobile.writes("sy tuli tdk bs tlp, mau tanya uang 100rb th 99 msh laku ga?")
    (text,) = mobile.phone.texts(after=0)
    assert text.body == reply and text.segments <= 2
    asked = case(house, DEAF)
    expected = {
        "accessibility": "tuli", "preferred_channel": "sms", "topic": "uang_rupiah", "function": "pertanyaan",
        "status": "antre", "tier": 1,
    }  # fmt: skip
    assert {name: asked[name] for name in expected} == expected
    assert minutes(asked["opened_at"], asked["due_first"]) == 60
    ticket, t1 = asked["ticket"], ("--as", "t1", "--role", "T1")
    command(house.environ, "cases", "take", ticket, *t1)
    refused = command(house.environ, "cases", "answer", ticket, *t1, "--text", ANSWER, "--spoken", code=1)
    assert "deaf" in refused and "never by telephone" in refused
    command(house.environ, "cases", "answer", ticket, *t1, "--text", ANSWER)
    (answer,) = mobile.phone.texts(wait=10)
    assert ANSWER in answer.body
    assert case(house, DEAF)["status"] == "dijawab" and "owner told by text" in history(house, ticket)
    assert house.query("SELECT 1 FROM outbox WHERE kind = 'call'") == [] == house.query("SELECT 1 FROM legs")
