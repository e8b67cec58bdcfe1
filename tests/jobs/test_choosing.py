"""Spoken choices, from the caller's turn to the answer: who listens, what is kept, and what becomes of those nobody heard."""

import json
import logging
from contextlib import contextmanager
from datetime import timedelta

import pytest

from audio.ears import Ears, Limits, Recipe
from carrier.media import Media
from engine.events import HungUp, Keys, Recorded, Spoken, Tick
from engine.session import from_json
from jobs import choosing, copies
from jobs.choosing import Choices
from sessions import chores
from sessions.calls import calls
from store import choices, outbox, recordings, sessions, transcripts
from store.times import plus, text
from tests.carrier.sounds import wav
from tests.carrier.stub import Answer, refusal, stub
from tests.gateways import Caller
from tests.jobs.conftest import ACCOUNT, until

FLOW = """format: 1
service: Contoh
prefix: CO
languages: [id]
timezone: Asia/Jakarta
numbers: {voice: ["131"]}
start: awal
steps:
  awal: {say: "Panggilan ini direkam.", notice: recording, then: utama}
  utama:
    menu: "Untuk pajak, tekan 1. Untuk pesan, tekan 2."
    keys: {"1": selesai, "2": pesan}
    words: {"1": [pajak], "2": [pesan]}
    silence: {tries: 3, then: selesai}
    no_match: {tries: 3, then: selesai}
  pesan: {record: "Silakan bicara.", then: utama, silence: {tries: 2, then: selesai}}
  selesai: {end: "Terima kasih."}
"""
SID = f"RE{1:032x}"


@pytest.fixture
def gateway(gateway_of):
    return gateway_of(FLOW)


@contextmanager
def carrier(sounds):
    """A carrier that has these recordings, {sid: WAV, Answer, or a list of them, one a request}."""

    def answer(arrival):
        has = sounds.get(arrival.path.rpartition("/")[2].partition(".")[0], refusal(404, 20404))
        if isinstance(has, list):
            has = has.pop(0) if len(has) > 1 else has[0]
        return Answer(200, has, {"Content-Type": "audio/x-wav"}) if isinstance(has, bytes) else has

    with stub(answer) as found:
        yield Media(ACCOUNT, "t" * 32, found.url, (), choosing.LIMITS)


@contextmanager
def listener(gateway, sounds=None, chooses=True):
    """What the speech worker has for choices, with an engine that always takes the first key."""
    recipe = Recipe("troublesome", "tests.audio.troublesome:make", chooses=chooses)
    with Ears(lambda language: recipe, 1, Limits(nice=0)) as ears, carrier(sounds or {}) as media:
        found = Choices(gateway, ears, media)
        found.ears = ears
        yield found
        found.close()


def heard(gateway) -> bool:
    return choices.heard(gateway.store.read(), "id", now=text(gateway.clock()))


def offered(gateway, call="CA1"):
    """A caller at the menu, which may be spoken to: somebody has just said that they listen."""
    with gateway.store.write() as db:
        choices.listen(db, ["id"], until=plus(text(gateway.clock()), 60))
    return Caller(gateway, call)


def state(gateway, call="CA1"):
    return from_json(sessions.load(gateway.store.read(), call).state)


def outcome(gateway, sid=SID):
    return choices.load(gateway.store.read(), sid).outcome


def later(gateway, seconds):
    clock = gateway.clock
    gateway.clock = lambda: clock() + timedelta(seconds=seconds)


def work(found, gateway, sid=SID):
    def settled():
        found.look()
        return outcome(gateway, sid)

    until(settled)
    return outcome(gateway, sid)


def owed(gateway, sid=SID):
    return outbox.load(gateway.store.read(), f"delete:{sid}")


# -- who listens


def test_callers_may_speak_from_when_an_engine_is_ready_until_it_is_not(gateway):
    with listener(gateway) as found:
        found.look()
        assert not heard(gateway)  # its child has only been asked to start
        until(lambda: (setattr(found, "_mark_again", 0.0), found.look(), heard(gateway))[-1])
        assert state_of_new(gateway, "CA1").phase == "listening"
        later(gateway, choosing.SURE_SECONDS + 1)  # nobody renews it
        assert state_of_new(gateway, "CA2").phase == ""
    assert json.loads(gateway.store.read().execute(
        "SELECT value FROM meta WHERE name = 'choices_heard'").fetchone()[0])["languages"] == []  # fmt: skip


def state_of_new(gateway, call):
    Caller(gateway, call)
    return state(gateway, call)


def test_an_engine_that_only_writes_down_offers_nothing(gateway):
    with listener(gateway, chooses=False) as found:
        found.ears.transcribe(wav(20_000), "id")
        found.look()
        assert not heard(gateway)


def test_a_service_without_words_in_its_menus_needs_nobody(gateway_of):
    silent = gateway_of(FLOW.replace('    words: {"1": [pajak], "2": [pesan]}\n', ""))
    with listener(silent) as found:
        found.look()
        assert found.ears.pids() == []


# -- one choice


def test_what_was_said_is_heard_once_and_kept_nowhere(gateway, caplog):
    caplog.set_level(logging.INFO, "sambung.speech")
    with listener(gateway, {SID: wav(20_000)}) as found:
        found.ears.warm(["id"])
        until(lambda: found.ears.hears("id"))
        caller = offered(gateway).hear(Spoken(SID))
        later(gateway, -60)  # however busy this machine is, it is in time
        assert work(found, gateway) == "chosen"
        caller.hear(Tick())
    assert state(gateway).ended == "goodbye"
    row = recordings.load(gateway.store.read(), SID)
    assert (row.state, row.step, row.file, row.consent) == ("nothing", recordings.NOT_KEPT, None, "id")
    assert owed(gateway).not_before <= text(gateway.clock())
    assert copies.fault(gateway.store.read(), None, SID) == ""  # nobody asks for a copy of ours first
    assert "satu" not in caplog.text and "pajak" not in caplog.text


def test_a_recording_that_is_not_there_yet_is_asked_for_again(gateway):
    with listener(gateway, {SID: [refusal(404, 20404), refusal(404, 20404), wav(20_000)]}) as found:
        found.ears.warm(["id"])
        until(lambda: found.ears.hears("id"))
        offered(gateway).hear(Spoken(SID))
        later(gateway, -60)
        assert work(found, gateway) == "chosen"


@pytest.mark.parametrize("has", [b"<html>no sound</html>", refusal(401, 20003)])
def test_what_cannot_be_fetched_or_read_asks_for_a_key(gateway, has):
    with listener(gateway, {SID: has}) as found:
        caller = offered(gateway).hear(Spoken(SID))
        later(gateway, 3)  # until then it is asked for again
        assert work(found, gateway) == "failed"
        caller.hear(Tick())
    assert state(gateway).phase == "keys"


def test_who_takes_too_long_is_not_waited_for_and_not_asked_for_a_while(gateway):
    with listener(gateway, {SID: Answer(fault="silence")}) as found:
        found.ears.warm(["id"])
        until(lambda: found.ears.hears("id"))
        caller = offered(gateway).hear(Spoken(SID))
        later(gateway, 3.5)
        assert work(found, gateway) == "failed"
        until(lambda: (found.look(), not heard(gateway))[-1])
        caller.hear(Tick())
    assert state(gateway).phase == "keys"


def test_the_caller_goes_on_after_four_seconds_whoever_listens(gateway):
    caller = offered(gateway).hear(Spoken(SID), Tick())
    assert state(gateway).phase == "wait"
    later(gateway, 4)
    caller.hear(Tick())
    assert state(gateway).phase == "keys"


def test_what_nobody_was_there_to_hear_is_thrown_away_without_being_fetched(gateway):
    offered(gateway).hear(Spoken(SID))
    later(gateway, 5)
    with listener(gateway) as found:
        found.ears.warm(["id"])
        until(lambda: found.ears.hears("id"))
        assert work(found, gateway) == "failed"
        until(
            lambda: (setattr(found, "_mark_again", 0.0), found.look(), heard(gateway))[-1]
        )  # nobody was slow


# -- reports of its recording, in any order, or none


def report(gateway, sid=SID, call="CA1", take=calls.spoken_choice, **more):
    form = {"AccountSid": ACCOUNT, "RecordingSid": sid, "CallSid": call, "RecordingStatus": "completed"}
    take(gateway, {**form, "RecordingDuration": "2", **more})


@pytest.mark.parametrize("first", ["report", "turn"])
def test_the_report_of_a_choice_may_come_before_its_turn_or_after(gateway, first):
    caller = offered(gateway)
    if first == "report":
        report(gateway)
    caller.hear(Spoken(SID))
    report(gateway)
    row = recordings.load(gateway.store.read(), SID)
    assert (row.state, row.status) == ("nothing", "completed")
    assert recordings.next_due(gateway.store.read()) is None
    assert text(gateway.clock()) < owed(gateway).not_before


def test_a_report_out_of_the_spool_is_still_one_of_a_choice(gateway):
    offered(gateway)
    form = {"AccountSid": ACCOUNT, "RecordingSid": SID, "CallSid": "CA1", "RecordingDuration": "2"}
    chores.replay(gateway, {"path": "/ivr/recordings/choices", "form": form}, lambda *_: None)
    assert recordings.load(gateway.store.read(), SID).step == recordings.NOT_KEPT


def test_a_choice_whose_caller_hung_up_and_whose_report_was_lost_is_not_kept_by_the_sweep(gateway):
    offered(gateway).hear(HungUp())
    report(gateway, take=calls.recording)
    assert recordings.load(gateway.store.read(), SID).step == recordings.NOT_KEPT
    assert owed(gateway) is not None


def test_messages_are_kept_whatever_was_spoken_in_their_call(gateway):
    caller = offered(gateway).hear(Keys("2"), Recorded(SID, 3))
    assert state(gateway).phase == "listening"
    caller.hear(HungUp())
    report(gateway, take=calls.recording)
    row = recordings.load(gateway.store.read(), SID)
    assert (row.state, row.step) == ("waiting", "pesan")
    # One that is longer than any choice is a message that nobody told us of.
    other = f"RE{2:032x}"
    report(gateway, other, take=calls.recording, RecordingDuration="30")
    assert recordings.load(gateway.store.read(), other).state == "waiting"
    assert owed(gateway) is None and owed(gateway, other) is None


def test_a_sid_that_is_none_is_asked_of_nobody(gateway):
    offered(gateway).hear(Spoken("unknown"))
    assert state(gateway).phase == "keys"
    assert choices.load(gateway.store.read(), "unknown") is None


def test_choices_and_their_recordings_are_forgotten_after_a_month(gateway):
    offered(gateway).hear(Spoken(SID))
    with gateway.store.write() as db:
        recordings.deleted(db, SID, at=text(gateway.clock()))
    chores.forget(gateway)
    assert choices.load(gateway.store.read(), SID)
    later(gateway, 31 * 86_400)
    chores.forget(gateway)
    assert choices.load(gateway.store.read(), SID) is None
    assert recordings.load(gateway.store.read(), SID) is None
    assert transcripts.work(gateway.store.read(), SID) is None
