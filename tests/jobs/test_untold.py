"""Texts and messages that came while nothing could be written: the carrier is asked, and the house takes them as if they came now."""

import json
from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial

import pytest

from jobs import untold, untold_texts
from jobs.untold import Ours
from sessions.calls import calls as house_calls
from sms import routes
from store import calls, meta, recordings
from store.faults import NotStored
from tests.carrier.stub import Answer, refusal
from tests.gateways import Caller
from tests.jobs.conftest import ACCOUNT, OURS, THEIRS

FLOW = """format: 1
service: Contoh
prefix: CO
languages: [id]
timezone: Asia/Jakarta
numbers: {voice: ["+62150131"], text: ["+62150131"]}
start: awal
keywords:
  RUSAK: {then: rusak}
steps:
  awal: {end: "Selamat datang."}
  rusak: {say: "Uang rusak diganti.", then: selesai}
  selesai: {end: "Terima kasih."}
"""
SM, CA, RE = "SM{:032x}", "CA{:032x}", "RE{:032x}"


class Carrier:
    """What the carrier has: ``texts``, ``recordings`` and ``calls`` as its REST interface shows them; ``away`` answers 503."""

    def __init__(self):
        self.texts, self.recordings, self.calls, self.away, self.asked = [], [], {}, False, []

    def __call__(self, arrival):
        self.asked.append(arrival)
        if self.away:
            return Answer(503)
        name = arrival.path.rpartition("/")[2]
        if name == "Messages.json":
            to = arrival.query["To"][0]
            return Answer(
                200,
                {"messages": [each for each in self.texts[::-1] if each["to"] == to], "next_page_uri": None},
            )
        if name == "Recordings.json":
            return Answer(200, {"recordings": self.recordings[::-1], "next_page_uri": None})
        call = self.calls.get(name.partition(".")[0])
        return Answer(200, call) if call else refusal(404, 20404)


class Here:
    """A house, its carrier, and the sweeps of both kinds, run at once."""

    def __init__(self, bench, gateway):
        self.gateway, self.carrier, self.foreign, self.ahead = gateway, Carrier(), set(), timedelta()
        self.tools = replace(bench(self.carrier, read=10.0).tools, store=gateway.store, clock=self._clock)

    def _clock(self):
        return self.gateway.clock() + self.ahead

    def skip(self, seconds):
        self.ahead += timedelta(seconds=seconds)

    def came(self, seconds):
        return (
            (self._clock() + timedelta(seconds=seconds))
            .astimezone(UTC)
            .strftime("%a, %d %b %Y %H:%M:%S +0000")
        )

    def ours(self, **other):
        given = {
            "text_numbers": self.gateway.services.text_numbers,
            "text": lambda form: routes.untold(self.gateway, form),
            "message": lambda form: house_calls.untold_message(self.gateway, form),
        }
        return Ours(**given | other)

    def ask_for_texts(self, **other):
        untold_texts.ask(self.tools, self.ours(**other))

    def ask_for_recordings(self):
        untold.ask(self.tools, partial(house_calls.recording, self.gateway), self.ours(), self.foreign)

    def written(self, number, seconds=-100, **fields):
        self.carrier.texts.append(
            {"sid": SM.format(number), "from": THEIRS, "to": OURS, "body": "RUSAK", "direction": "inbound",
             "status": "received", "num_media": "0", "date_sent": self.came(seconds)} | fields
        )  # fmt: skip

    def spoken(self, number, call, **fields):
        self.carrier.recordings.append(
            {"sid": RE.format(number), "call_sid": call, "status": "completed", "duration": "7", "channels": 1,
             "source": "RecordVerb", "conference_sid": None, "date_created": self.came(-100)} | fields
        )  # fmt: skip

    def called(self, number, **fields):
        sid = CA.format(number)
        self.carrier.calls[sid] = {"sid": sid, "from": THEIRS, "to": OURS, "direction": "inbound",
                                   "status": "completed", "duration": "30"} | fields  # fmt: skip
        return sid

    def rows(self, sql):
        return self.gateway.store.read().execute(sql).fetchall()


@pytest.fixture
def here(bench, gateway_of):
    return Here(bench, gateway_of(FLOW))


def texts(here):
    return [sid for (sid,) in here.rows("SELECT sid FROM messages WHERE direction = 'in' ORDER BY rowid")]


def test_a_text_that_nobody_told_us_of_is_answered_once_also_when_its_webhook_comes_after_all(here):
    here.ask_for_texts()
    here.skip(200)
    here.written(1)
    here.ask_for_texts()
    here.ask_for_texts()
    form = {"AccountSid": ACCOUNT, "MessageSid": SM.format(1), "From": THEIRS, "To": OURS, "Body": "RUSAK"}
    routes.incoming(here.gateway, form)
    assert texts(here) == [SM.format(1)]
    owed = here.rows("SELECT payload FROM outbox WHERE kind = 'sms'")
    assert ["Uang rusak diganti" in json.loads(payload)["body"] for (payload,) in owed] == [True]


def test_what_came_before_the_first_asking_is_not_ours_to_answer(here):
    here.written(1, seconds=-30)
    here.ask_for_texts()
    here.skip(120)
    here.ask_for_texts()
    assert texts(here) == [] and meta.get(here.gateway.store.read(), untold_texts.ASKED)


def test_only_whole_texts_to_our_numbers_are_taken_oldest_first(here):
    here.ask_for_texts()
    here.skip(300)
    here.written(1)
    here.written(2)
    here.written(3, direction="outbound-api")
    here.written(4, status="receiving")
    here.written(5, to="+62150999")
    here.written(6, seconds=-5)  # its webhook may be under way
    here.written(7, to=f"whatsapp:{OURS}", **{"from": f"whatsapp:{THEIRS}"})
    here.ask_for_texts()
    assert texts(here) == [SM.format(1), SM.format(2), SM.format(7)]


def test_while_carrier_or_disk_fail_the_same_time_is_asked_for_again(here):
    here.ask_for_texts()
    first = meta.get(here.gateway.store.read(), untold_texts.ASKED)
    here.skip(7200)
    here.written(1, seconds=-7000)
    here.carrier.away = True
    here.ask_for_texts()
    here.carrier.away = False
    here.ask_for_texts(text=lambda form: False)
    assert meta.get(here.gateway.store.read(), untold_texts.ASKED) == first
    here.ask_for_texts()
    assert texts(here) == [SM.format(1)] and meta.get(here.gateway.store.read(), untold_texts.ASKED) > first


def test_a_text_is_told_to_be_lost_only_while_neither_database_nor_spool_takes_it(here, monkeypatch):
    def full(*_):
        raise NotStored("disk full")

    form = {"AccountSid": ACCOUNT, "MessageSid": SM.format(1), "From": THEIRS, "To": OURS, "Body": "RUSAK"}
    monkeypatch.setattr(routes, "incoming", full)
    assert routes.untold(here.gateway, form) and here.gateway.spool.count() == 1
    monkeypatch.setattr(here.gateway.spool, "_write", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    assert not routes.untold(here.gateway, form)


def kept(here, number):
    row = recordings.load(here.gateway.store.read(), RE.format(number))
    return row and (row.step, row.duration, row.status)


def test_a_message_of_a_caller_who_was_never_written_down_opens_a_case_once(here):
    call = here.called(1)
    here.spoken(1, call)
    here.ask_for_recordings()
    here.ask_for_recordings()
    assert kept(here, 1) == ("emergency", 7, "completed")
    noted = calls.load(here.gateway.store.read(), call)
    assert (noted.direction, noted.status, noted.duration) == ("inbound", "completed", 30)
    assert here.rows("SELECT contact, session_id, note FROM cases") == [
        (THEIRS, call, "pesan suara saat gangguan")
    ]


def test_who_speaks_twice_in_one_call_has_one_case_and_who_calls_again_another(here):
    call, again = here.called(1), here.called(2)
    for number, of in ((1, call), (2, call), (3, again)):
        here.spoken(number, of)
    here.ask_for_recordings()
    assert [kept(here, number) for number in (1, 2, 3)] == [("emergency", 7, "completed")] * 3
    assert sorted(here.rows("SELECT session_id FROM cases")) == sorted([(call,), (again,)])
    assert here.rows(
        "SELECT session_id FROM case_events JOIN cases USING (ticket) WHERE what = 'pesan lagi'"
    ) == [(call,)]


def test_so_does_one_whose_status_and_recording_were_told_but_not_its_caller(here):
    call = here.called(1)
    with here.gateway.store.write() as db:
        now = here.tools.now()
        calls.note(db, call, at=now, direction="inbound", status="completed")
        recordings.note(db, RE.format(1), at=now, call_sid=call, status="completed", duration=7)
    here.spoken(1, call)
    here.ask_for_recordings()
    assert kept(here, 1) == ("emergency", 7, "completed") and len(here.rows("SELECT 1 FROM cases")) == 1


def test_so_does_one_that_was_left_when_a_call_that_we_knew_failed_midway(here):
    call = here.called(1)
    Caller(here.gateway, call, THEIRS)
    here.spoken(1, call)
    here.ask_for_recordings()
    assert kept(here, 1) == ("emergency", 7, "completed") and len(here.rows("SELECT 1 FROM cases")) == 1


def test_recordings_of_other_programs_and_of_our_own_legs_are_no_messages(here):
    here.spoken(1, here.called(1, to="+62150999"))
    here.spoken(2, here.called(2, direction="outbound-api"))
    here.spoken(3, CA.format(3))  # the carrier does not know it
    here.spoken(4, here.called(4), source="DialVerb")
    here.spoken(5, here.called(5), duration="0")
    here.spoken(6, here.called(6), status="in-progress")
    here.spoken(7, here.called(7), conference_sid="CF1")
    here.ask_for_recordings()
    asked = len(here.carrier.asked)
    here.ask_for_recordings()
    assert [kept(here, number) for number in range(1, 8)] == [None] * 7
    assert len(here.carrier.asked) == asked + 1  # the list; whose call it was is asked once


def test_when_the_carrier_cannot_say_whose_a_call_was_the_same_time_is_asked_for_again(here):
    here.ask_for_recordings()
    first = meta.get(here.gateway.store.read(), untold.ASKED)
    here.skip(60)
    here.spoken(1, call := here.called(1))
    here.carrier.calls[call] = {}
    here.tools = replace(here.tools, carrier=Hiccup(here.tools.carrier))
    here.ask_for_recordings()
    assert meta.get(here.gateway.store.read(), untold.ASKED) == first and kept(here, 1) is None


class Hiccup:
    """A carrier that lists and does not tell of a call just now."""

    def __init__(self, carrier):
        self.account_sid, self.list_recordings = carrier.account_sid, carrier.list_recordings

    def fetch_call(self, sid):
        return type("Outcome", (), {"ok": False, "kind": "retry", "data": None})()
