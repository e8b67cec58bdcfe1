"""A pause counts when the carrier has confirmed it before the secret is shown. Whatever is late, dead or in doubt keeps no recording."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from carrier.client import Carrier
from engine.session import Session, to_json
from jobs import pausing
from sessions.agents import talks
from sessions.cases import act_pauses, acts
from sessions.cases.acts import Refused, View
from store import outbox, recording_pauses, recordings, sessions
from tests.acts.conftest import CONTACT, SUBJECT, TICKET, Counter
from tests.carrier.stub import Answer, Arrival, refusal, stub

ROOM, BEFORE, NEXT = ("CF" + digit * 32 for digit in "123")
RECORDING = "RE" + "1" * 32


class House:
    """A carrier with conferences, as the stub answers: {Sid: status}, and what becomes of the recording that runs."""

    def __init__(self) -> None:
        self.conferences = {ROOM: "in-progress", BEFORE: "completed"}
        self.answer: Callable[[str], Answer] = lambda status: Answer(
            200, {"sid": RECORDING, "status": status}
        )
        self.turned: list[str] = []

    def __call__(self, arrival: Arrival) -> Answer:
        if arrival.method == "GET":
            assert arrival.query["FriendlyName"] == [TICKET]
            found = [{"sid": sid, "status": status} for sid, status in self.conferences.items()]
            return Answer(200, {"conferences": found, "next_page_uri": None})
        assert arrival.path.endswith(f"/Conferences/{ROOM}/Recordings/Twilio.CURRENT.json")
        self.turned.append(arrival.form["Status"])
        assert arrival.form.get("PauseBehavior") == ("silence" if self.turned[-1] == "paused" else None)
        return self.answer(arrival.form["Status"])


@pytest.fixture
def house(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """The counter's contact has heard the notice; the worker is at hand whenever somebody waits for it."""
    state = to_json(
        Session(channel="voice", language="id", proved={"L2": SUBJECT}, ticket=TICKET, consent=("id",))
    )
    with counter.gateway.store.write() as db:
        sessions.save(db, CONTACT, turn=0, state=state, language="id", at="2026-03-11T03:16:00.000Z")
    house = House()
    with stub(house) as carrier:
        counter.tools = replace(counter.tools, carrier=Carrier("AC" + "1" * 32, "t" * 32, carrier.url))
        monkeypatch.setattr(act_pauses, "PATIENCE_SECONDS", 0.6)
        monkeypatch.setattr(act_pauses, "wait", lambda gateway, id: work(counter))
        yield house


def work(counter: Counter) -> None:
    """One round of the worker."""
    with counter.tools.store.write() as db:
        rows = outbox.claim(db, now=counter.tools.now(), owner="one", kinds=pausing.KINDS, limit=9)
    for row in rows:
        pausing.deliver(counter.tools, row, "one")


def reported(counter: Counter, conference: str, sid: str = RECORDING, after: int = 0, **more: str) -> str:
    """The carrier tells of a recording; what it is kept as."""
    form = {
        "RecordingSid": sid,
        "ConferenceSid": conference,
        "RecordingDuration": "9",
        "AccountSid": "AC",
        **more,
    }
    talks.recording(counter.gateway, CONTACT, form, after)
    row = recordings.load(counter.gateway.store.read(), sid)
    return "" if row is None else row.step or ""


def recorded(counter: Counter) -> list[str]:
    """What the case's history says of recordings."""
    return [what for what in counter.history() if "recording" in what or what.startswith("talk")]


def told(counter: Counter, name: str = "budi") -> View | Refused:
    return acts.told(counter.gateway, counter.person(name), TICKET, "en")


def test_what_is_over_or_paused_is_kept_and_what_nobody_saw_is_not(counter: Counter, house: House) -> None:
    assert counter.asked().recording == "paused"
    assert reported(counter, BEFORE, "RE" + "2" * 32) == recordings.TALK
    assert recorded(counter) == ["recording paused", "talk recorded"]
    assert reported(counter, ROOM) == recordings.TALK
    assert recorded(counter)[2:] == ["talk recorded", "recording not resumed"]
    assert reported(counter, NEXT, "RE" + "3" * 32) == recordings.NOT_KEPT
    assert reported(counter, "", "RE" + "4" * 32) == recordings.NOT_KEPT


def test_a_recording_that_runs_is_not_judged(counter: Counter, house: House) -> None:
    for word in ("in-progress", "paused", "processing"):
        assert reported(counter, NEXT, RecordingStatus=word) == ""
    counter.asked()
    assert reported(counter, NEXT) == recordings.NOT_KEPT


@pytest.mark.parametrize("how", ["refused", "reset", "odd", "opening", "unlisted"])
def test_a_pause_that_the_carrier_does_not_confirm_keeps_nothing(
    counter: Counter, house: House, how: str
) -> None:
    faults = {
        "refused": refusal(503, 20503),
        "reset": Answer(fault="reset"),
        "odd": Answer(200, {"status": "x"}),
    }
    house.answer = lambda status: faults.get(how) or Answer(200, {"status": status})
    if how == "opening":
        house.conferences[ROOM] = "init"
    elif how == "unlisted":
        counter.tools = replace(
            counter.tools, carrier=Carrier("AC" + "1" * 32, "t" * 32, "http://127.0.0.1:9")
        )
    asked = counter.asked()
    assert asked.recording == "failed" and asked.password
    assert reported(counter, ROOM) == recordings.NOT_KEPT
    assert recorded(counter) == ["recording not paused", "talk not kept"]


def test_a_worker_that_is_dead_or_late_has_confirmed_nothing(
    counter: Counter, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with waiting_in_vain(monkeypatch):
        assert counter.asked().recording == "failed"
    work(counter)
    assert house.turned == ["paused"]  # it was too late to count
    assert reported(counter, ROOM) == recordings.NOT_KEPT


@contextmanager
def waiting_in_vain(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(act_pauses, "wait", lambda gateway, id: None)
        yield


def test_where_nothing_is_being_recorded_nothing_is_said_of_it_and_rooms_open_without(
    counter: Counter, house: House
) -> None:
    house.answer = lambda status: refusal(404, 20404)
    assert counter.asked().recording == ""
    assert recorded(counter) == []
    assert [row.n for row in recording_pauses.standing(counter.gateway.store.read(), CONTACT)] == [1]
    assert reported(counter, ROOM) == recordings.NOT_KEPT  # should it be recorded after all


def test_told_lets_the_recording_go_on_and_the_rooms_after_it_are_kept(
    counter: Counter, house: House
) -> None:
    counter.asked()
    done = told(counter, "ani")
    assert isinstance(done, Refused) and done.code == "not_yours"
    done = told(counter)
    assert isinstance(done, View) and done.silent == ""
    work(counter)
    assert house.turned == ["paused", "in-progress"]
    assert reported(counter, NEXT, after=1) == recordings.TALK
    assert recorded(counter) == ["recording paused", "recording resumed", "talk recorded"]


def test_it_goes_on_when_the_carrier_is_back_and_never_while_another_secret_is_said(
    counter: Counter, house: House
) -> None:
    counter.asked()
    house.answer = lambda status: refusal(503, 20503)
    told(counter)
    work(counter)
    house.answer = lambda status: Answer(200, {"status": status})
    with counter.gateway.store.write() as db:
        recording_pauses.begin(db, CONTACT, recording_pauses.PAUSED, at=counter.tools.now())
    bring_forward(counter)
    assert house.turned == ["paused", "in-progress"]  # the one that was refused
    told(counter)
    work(counter)
    assert house.turned == ["paused", "in-progress", "in-progress"]


def test_a_talk_that_ends_before_the_recording_went_on_says_so(counter: Counter, house: House) -> None:
    counter.asked()
    told(counter)
    house.conferences[ROOM] = "completed"
    work(counter)
    assert reported(counter, ROOM) == recordings.TALK
    assert recorded(counter) == ["recording paused", "talk recorded", "recording not resumed"]


def bring_forward(counter: Counter) -> None:
    """What waits for its time is due, and done."""
    with counter.tools.store.write() as db:
        db.execute("UPDATE outbox SET not_before = ? WHERE kind = 'resume'", (counter.tools.now(),))
    work(counter)


def test_a_secret_that_is_shown_after_somebody_said_told_is_in_doubt(
    counter: Counter, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told_meanwhile(gateway: Any, id: str) -> None:
        work(counter)
        told(counter)
        work(counter)

    monkeypatch.setattr(act_pauses, "wait", told_meanwhile)
    assert counter.asked().recording == "failed"
    assert reported(counter, ROOM) == recordings.NOT_KEPT
    assert reported(counter, NEXT, "RE" + "3" * 32, after=1) == recordings.NOT_KEPT


def test_what_is_refused_after_the_pause_lets_it_go_on(
    counter: Counter, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.tick("nik", "nama")

    def taken_away(gateway: Any, id: str) -> None:
        work(counter)
        counter.case(agent="ani")

    monkeypatch.setattr(act_pauses, "wait", taken_away)
    done = counter.do()
    assert isinstance(done, Refused) and done.code == "not_yours"
    work(counter)
    assert house.turned == ["paused", "in-progress"]
    assert reported(counter, ROOM) == recordings.TALK


def test_two_secrets_are_both_covered_or_the_recording_is_not_kept(counter: Counter, house: House) -> None:
    counter.asked()
    with counter.gateway.store.write() as db:
        second = recording_pauses.begin(db, CONTACT, recording_pauses.FAILED, at=counter.tools.now())
        assert not recording_pauses.holds_a_secret(db, CONTACT, ROOM, 0)  # nothing was shown in it yet
        recording_pauses.show(db, second.id, "another act")
        assert recording_pauses.holds_a_secret(db, CONTACT, ROOM, 1)
        assert not recording_pauses.holds_a_secret(db, CONTACT, ROOM, 2)


def test_an_act_of_before_has_no_pause_and_keeps_nothing(counter: Counter, house: House) -> None:
    asked = counter.asked()
    with counter.gateway.store.write() as db:
        db.execute("DELETE FROM recording_pauses WHERE shown = ?", (asked.id,))
    assert reported(counter, ROOM, after=9) == recordings.NOT_KEPT


def test_who_never_heard_the_notice_is_not_kept_waiting_and_a_writer_has_no_pause(counter: Counter) -> None:
    assert counter.asked().recording == ""
    db = counter.gateway.store.read()
    assert [row.state for row in recording_pauses.of_contact(db, CONTACT)] == [recording_pauses.NOTHING]
    assert db.execute("SELECT kind FROM outbox").fetchall() == [("email",)]
    assert json.loads(to_json(Session(channel="sms", language="id")))["channel"] == "sms"
    with counter.gateway.store.write() as writing:
        assert act_pauses.begin(writing, "01TEXT", Session(channel="sms", language="id"), "now") == ""
