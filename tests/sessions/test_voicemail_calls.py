"""What an agent presses after a message: each key does one thing, and the sound is for who has the message in hand."""

import pytest

from desk import roster
from desk.routing.events import RosterChanged, SignedIn
from engine.events import Keys, Recorded
from engine.numbers import contact_key
from sessions.agents import agent_calls
from sessions.voicemails import voicemail_calls
from store import legs, voicemails
from tests.gateways import Caller, fetched
from tests.sessions.test_voicemail_work import RE, ROSTER, Line, unknown
from tests.sessions.test_voicemails import FLOW

UNIT = "cici,Cici,4,umum:2,id,PUBLIK;RAHASIA,+628115550003\n"


class Telephone:
    """The back office's telephone, which is rung for a message that nobody could write down."""

    def __init__(self, line):
        self.line, self.gateway = line, line.gateway
        line.written_down("listen")
        self.leg = legs.of_offer(self.gateway.store.read(), line.held.offer).id
        self.sid = "CA" + "9" * 32

    def takes(self):
        agent_calls.whisper(self.gateway, self.leg, self.sid)
        assert agent_calls.screened(self.gateway, self.leg, self.sid, "1").what == "message"
        return self

    def presses(self, key):
        return voicemail_calls.listened(self.gateway, self.leg, self.sid, key).what

    def hears(self, recording=RE):
        found = voicemail_calls.sound(self.gateway, self.leg, recording)
        return found.read(4) if found is not None else None

    @property
    def case(self):
        sql = "SELECT status, agent, tier FROM cases WHERE ticket = ?"
        return self.gateway.store.read().execute(sql, (self.line.case.ticket,)).fetchone()

    @property
    def unheard(self):
        return voicemails.unheard(self.gateway.store.read(), self.line.case.ticket)


@pytest.fixture
def line(gateway_of):
    return Line(gateway_of(FLOW))


@pytest.mark.parametrize(
    ("key", "told", "case"),
    [("3", "message_kept", ("ditangani", "budi", 1)), ("5", "bye", ("dibatalkan", None, 1))],
)
def test_seen_to_or_nothing_to_answer(line, key, told, case):
    phone = Telephone(line).takes()
    assert phone.presses(key) == told and phone.case == case
    assert line.held is None and phone.unheard == []


def test_hanging_up_keeps_the_case_with_who_has_heard_it(line):
    phone = Telephone(line).takes()
    form = {"CallSid": phone.sid, "CallStatus": "completed", "AccountSid": "AC"}
    agent_calls.status(phone.gateway, phone.leg, form)
    assert phone.case == ("ditangani", "budi", 1) and line.held is None and phone.unheard == []


def test_it_is_heard_again_and_without_a_key_the_menu_is_said_again(line):
    phone = Telephone(line).takes()
    assert [phone.presses(key) for key in ("1", "", "9")] == ["message", "message_menu", "message_menu"]
    assert line.held.state == "talking" and len(phone.unheard) == 1


def test_passed_on_it_waits_unheard_for_the_next_tier_and_stays_when_nobody_works_there(line):
    phone = Telephone(line).takes()
    assert phone.presses("2") == "message_nobody" and line.held.state == "talking"
    line.happen(RosterChanged(tuple(roster.read((ROSTER + UNIT).encode()))))
    assert phone.presses("2") == "passed_on"
    assert (line.held.state, line.held.need.tier, len(phone.unheard)) == ("waiting", 3, 1)
    line.happen(SignedIn("cici"))
    assert (line.held.state, line.held.agent) == ("offered", "cici")


def test_its_caller_is_rung_and_then_it_is_a_callback(line):
    phone = Telephone(line).takes()
    assert phone.presses("4") == "room" and phone.unheard == []
    assert (line.held.kind, line.held.state, line.held.agent) == ("callback", "dialling", "budi")
    assert phone.presses("5") == "room" and line.held is not None  # the keys of the message are over
    assert phone.hears() is None


@pytest.mark.parametrize("why", ["deaf", "abroad", "withheld"])
def test_who_cannot_or_may_not_be_rung_is_not(line, why):
    number = {"abroad": contact_key("+18095550100").key, "withheld": ""}.get(why, "+6281234567890")
    with line.gateway.store.write() as db:
        db.execute("UPDATE cases SET contact = ? WHERE ticket = ?", (number, line.case.ticket))
        if why == "deaf":
            db.execute("UPDATE cases SET fields = json_set(fields, '$.accessibility', 'tuli')")
    unknown(line)
    phone = Telephone(line).takes()
    assert phone.presses("4") == "message_no_number"
    assert line.held.state == "talking" and len(phone.unheard) == 1


def test_the_sound_is_for_who_has_the_message_in_hand_and_of_that_message(line):
    phone = Telephone(line)
    assert phone.hears() is None  # it only rings
    phone.takes()
    other = "RE" + "2" * 32  # of another caller's case, which the back office may hear as well
    Caller(line.gateway, "CA" + "2" * 32, "+6281234567891").hear(Keys("2"), Recorded(other, 9))
    fetched(line.gateway, other, b"RIFF....", owed=False)
    assert phone.hears() == b"RIFF" and phone.hears(other) is None
    phone.presses("3")
    assert phone.hears() is None
