"""Messages as work of the desk: when they are offered, to whom, and what of them may be played on a telephone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk import roster
from desk.access import HEAR, SEE, Asker
from desk.routing.events import Gone, RosterChanged, SignedIn
from engine.events import Keys, Recorded
from sessions import chores
from sessions.cases import case_work, records
from sessions.cases.records import Person
from sessions.desk import desk
from sessions.voicemails import voicemail_work
from store import cases, recordings, transcripts
from store.times import text
from store.transcripts import TranscriptRow
from tests.gateways import LATER, Caller, fetched
from tests.sessions.test_voicemails import FLOW

RE = "RE" + "1" * 32
ROSTER = (
    "id,name,tier,skills,languages,classes,phone\n"
    "ani,Ani,1,umum:2,id,PUBLIK,+628115550001\nbudi,Budi,2,umum:2,id,PUBLIK;RAHASIA,+628115550002\n"
)
BACK_OFFICE, FIRST = Asker("T2"), Asker("T1")


class Line:
    """A gateway with a first tier and a back office, and a message that a caller has left; its clock can be moved."""

    def __init__(self, gateway):
        self.gateway, self.ahead = gateway, timedelta()
        begin = gateway.clock()
        gateway.clock = lambda: begin + self.ahead
        self.happen(RosterChanged(tuple(roster.read(ROSTER.encode()))), SignedIn("ani"), SignedIn("budi"))
        caller = Caller(gateway, "CA" + "1" * 32)
        caller.hear(Keys("2"), Recorded(RE, 9))
        (self.case,) = cases.of_session(gateway.store.read(), caller.call)
        fetched(gateway, RE, b"RIFF....", owed=False)
        with gateway.store.write() as db:
            chores.recording_is_here(gateway, db, recordings.load(db, RE))

    def happen(self, *events):
        for event in events:
            with self.gateway.store.write() as db:
                desk.happen(self.gateway, db, event, text(self.gateway.clock()))

    def later(self, **time):
        self.ahead += timedelta(**time)
        with self.gateway.store.write() as db:
            desk.wake(self.gateway, db)

    @property
    def held(self):
        return desk.look(self.gateway, self.gateway.store.read()).contacts.get(f"vm:{self.case.ticket}")

    def written_down(self, state="done", **fields):
        """As jobs/transcribing.py leaves it."""
        now = text(self.gateway.clock())
        row = TranscriptRow(
            RE, self.case.ticket, "contoh", "id", "vosk", "0" * 64, 9.0, 8.0, "high", "uang saya sobek", "[]", "{}",
            "sealed", None, None, None, now,
        )  # fmt: skip
        with self.gateway.store.write() as db:
            transcripts.claim(db, now=LATER, owner="speech")
            transcripts.finish(db, RE, owner="speech", now=now, state=state)
            if state == "done":
                transcripts.keep(db, row._replace(**fields))
            voicemail_work.offer(self.gateway, db, self.case.ticket, now)


@pytest.fixture
def line(gateway_of):
    return Line(gateway_of(FLOW))


def test_a_message_that_is_written_down_goes_to_the_first_tier_at_once(line):
    assert line.held.state == "waiting" and line.held.due_for == "tier"
    line.written_down()
    assert (line.held.state, line.held.agent, line.held.priority) == ("offered", "ani", 4)


def test_one_that_nobody_writes_down_goes_after_a_quarter_of_an_hour_to_who_may_hear_it(line):
    line.later(seconds=voicemail_work.LISTEN_SECONDS - 5)
    assert line.held.state == "waiting"
    line.later(seconds=6)
    assert (line.held.state, line.held.agent) == ("offered", "budi")


@pytest.mark.parametrize(
    "fields", [{"confidence": "low"}, {"hidden": '{"nik": 1}'}], ids=["doubtful", "no tones"]
)
def test_without_a_masked_copy_the_back_office_is_asked(line, fields):
    line.written_down(**fields)
    assert line.held.agent == "budi"


def test_a_message_in_which_nothing_was_said_is_for_nobody(line):
    line.written_down("empty")
    assert line.held is None


def test_urgent_words_and_another_message_keep_its_place_and_raise_its_priority(line):
    arrived = line.held.arrived_at
    with line.gateway.store.write() as db:
        cases.set_fields(db, line.case.ticket, now=LATER, priority=1)
    line.later(minutes=1)
    line.written_down()
    assert (line.held.priority, line.held.arrived_at) == (1, arrived)


def test_whoever_takes_the_case_takes_its_messages(line):
    with line.gateway.store.write() as db:
        now = text(line.gateway.clock())
        case_work.act(line.gateway, db, line.case.ticket, "take", Person("cici", FIRST), "", now)
    assert line.held is None
    line.written_down()
    assert line.held is None


def heard(line, asker):
    return records.for_telephone(line.gateway, line.gateway.store.read(), asker, RE)


def test_a_telephone_plays_what_the_vault_would_give_out_and_nothing_of_what_is_secret(line):
    assert (heard(line, FIRST), heard(line, BACK_OFFICE)) == ("", HEAR)
    with records.played(line.gateway, Person("budi", BACK_OFFICE), RE, "offered as CO-1") as sound:
        assert sound.read(4) == b"RIFF"
    audit = "SELECT who, action FROM audit WHERE subject = ?"
    assert line.gateway.store.read().execute(audit, (RE,)).fetchall() == [("budi", "transcript_hear")]
    with pytest.raises(records.Refused):
        records.played(line.gateway, Person("ani", FIRST), RE, "offered as CO-1")
    line.written_down()
    assert heard(line, FIRST) == heard(line, BACK_OFFICE) == SEE
    with line.gateway.store.write() as db:
        cases.set_fields(db, line.case.ticket, now=LATER, classification="RAHASIA")
    assert heard(line, FIRST) == heard(line, BACK_OFFICE) == heard(line, Asker("T4")) == ""


def test_what_is_secret_is_asked_of_its_unit_alone(line):
    with line.gateway.store.write() as db:
        cases.set_fields(db, line.case.ticket, now=LATER, classification="RAHASIA", unit="bi.dpu")
    line.written_down()
    assert (line.held.need.tier, line.held.need.unit, line.held.state) == (3, "bi.dpu", "waiting")


def now_is(line, **columns):
    """The case stands so, and the desk is told of its messages again."""
    with line.gateway.store.write() as db:
        for column, value in columns.items():
            db.execute(f"UPDATE cases SET {column} = ? WHERE ticket = ?", (value, line.case.ticket))
        voicemail_work.offer(line.gateway, db, line.case.ticket, text(line.gateway.clock()))


def unknown(line):
    """The desk knows of no message yet."""
    line.happen(Gone(line.held.id))


def test_what_is_asked_of_who_hears_it_is_what_the_case_asks(line):
    unknown(line)
    now_is(
        line, language="en", classification="TERBATAS", unit="bi.dpu", tier=2, priority=2, agent="budi",
        contact="+6281234567899", skill="umum",
    )  # fmt: skip
    need = line.held.need
    assert (need.skill, need.language, need.classification, need.unit) == ("umum", "en", "TERBATAS", "bi.dpu")
    assert (need.tier, line.held.priority) == (3, 2)  # its sound is for its unit
    assert (line.held.number, line.held.last_agent) == ("+6281234567899", "budi")
    line.written_down()
    assert line.held.need.tier == 2  # its masked words are for the tier that has the case


@pytest.mark.parametrize("status", ["dijawab", "ditutup", "dibatalkan"])
def test_of_a_case_that_is_answered_or_over_nobody_hears_a_message(line, status):
    now_is(line, status=status)
    assert line.held is None


def test_what_is_done_without_hearing_it_leaves_it_to_be_heard(line):
    with line.gateway.store.write() as db:
        now = text(line.gateway.clock())
        voicemail_work.case_moved(line.gateway, db, line.case.ticket, "escalate", "cici", now)
    assert line.held is not None


def test_what_is_secret_and_of_no_unit_is_asked_of_the_last_tier(line):
    now_is(line, classification="RAHASIA")
    assert line.held.need.tier == 4


def test_given_up_it_is_listened_to_at_once(line):
    line.written_down("listen")
    assert (line.held.state, line.held.agent) == ("offered", "budi")


def test_where_nobody_answers_telephones_messages_wait_in_the_list_of_cases(line):
    texts_only = ROSTER.replace("classes,phone", "classes,channels,phone").replace(
        "PUBLIK,+", "PUBLIK,text:3,+"
    )
    texts_only = texts_only.replace("RAHASIA,+", "RAHASIA,text:3,+")
    unknown(line)
    line.happen(RosterChanged(tuple(roster.read(texts_only.encode()))))
    now_is(line)
    assert line.held is None


def test_where_nothing_writes_down_it_is_offered_at_once(line):
    line.gateway.settings = replace(line.gateway.settings, speech=False)
    now_is(line)
    assert (line.held.state, line.held.agent) == ("offered", "budi")


def test_the_level_is_that_of_the_services_queue(gateway_of):
    queue = "  antre: {queue: {skill: umum, level: madya}, then: selesai, closed: selesai, nobody: selesai}\n  jawab:"
    line = Line(gateway_of(FLOW.replace("  jawab:", queue).replace('"2": pesan', '"2": pesan, "4": antre')))
    assert line.held.need.level == 2
