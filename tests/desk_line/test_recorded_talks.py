"""Talks are recorded for who heard the notice in the language spoken: fetched, sealed, and a line of the case."""

import urllib.request
from urllib.parse import urlencode

from tests.desk_line.conftest import SITI


def talk(floor, *keys, to="131"):
    """A talk that both have ended. The caller."""
    floor.fresh("siti")
    call = floor.caller(*keys, to=to)
    agent = floor.takes(SITI)
    floor.talks(call, agent)
    floor.part(call, agent)
    return call


def recordings(floor, call, what):
    return floor.house.query(f"SELECT {what} FROM recordings WHERE session_id = ? ORDER BY sid", call.sid)


def at_carrier(floor):
    """The recordings that the carrier has."""
    return {path.stem for path in floor.house.instance.rglob("RE*.wav")}


def test_a_talk_after_the_notice_is_fetched_sealed_and_in_the_case(floor):
    call = talk(floor, to="132")
    floor.until(
        lambda: [state for (state,) in recordings(floor, call, "state")] == ["fetched"],
        lambda: recordings(floor, call, "*"),
    )
    ((sid, step, consent, file, size),) = recordings(floor, call, "sid, step, consent, file, bytes")
    assert (step, consent) == ("(talk)", "id")
    assert size > 8000 and file
    sealed = next(floor.house.instance.rglob(file))
    assert not sealed.read_bytes().startswith(b"RIFF")
    told = floor.house.query(
        "SELECT e.why FROM case_events e JOIN cases c ON c.ticket = e.ticket"
        " WHERE c.session_id = ? AND e.what = 'talk recorded'",
        call.sid,
    )
    assert [why.startswith(sid) for (why,) in told] == [True]


def test_without_the_notice_nothing_is_recorded(floor):
    known = at_carrier(floor)
    call = talk(floor, "1")
    assert recordings(floor, call, "sid") == [] and at_carrier(floor) == known


def report(floor, path, **form):
    """A signed report of the carrier."""
    house = floor.house
    form = {"AccountSid": house.account, "RecordingStatus": "completed", "RecordingDuration": "7", **form}
    asked = urllib.request.Request(
        house.url + path,
        urlencode(form).encode(),
        {"X-Twilio-Signature": house.sign(path, form)},
    )
    with urllib.request.urlopen(asked) as answer:
        assert answer.status == 204


def test_a_recording_that_was_made_without_the_notice_is_deleted_and_never_fetched(floor):
    call = talk(floor, "1")
    sid = "RE" + "5" * 32
    report(floor, f"/ivr/talks/{call.sid}", RecordingSid=sid, ConferenceSid="CF" + "5" * 32)
    assert recordings(floor, call, "sid, state, consent") == [(sid, "nothing", None)]
    assert floor.house.query("SELECT kind FROM outbox WHERE target = ?", sid) == [("delete",)]


def test_a_talks_recording_that_a_sweep_finds_by_the_agents_telephone_is_the_callers(floor):
    call = talk(floor, to="132")
    ((leg,),) = floor.house.query("SELECT sid FROM legs WHERE contact = ?", call.sid)
    sid = "RE" + "6" * 32
    report(floor, "/ivr/recordings", RecordingSid=sid, ConferenceSid="CF" + "6" * 32, CallSid=leg)
    assert ("(talk)", "id") in recordings(floor, call, "step, consent")
    assert sid in {found for (found,) in recordings(floor, call, "sid")}
