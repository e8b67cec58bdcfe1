"""Callbacks come late, twice, in any order or never: what we end up believing does not depend on it."""

import itertools
import random

import pytest

from store import calls, messages, ranks, recordings

AT = "2026-03-11T02:00:{:02d}.000Z"

CALL_REPORTS = [
    {"status": "queued", "sequence": 0, "session_id": "CA1"},
    {"status": "initiated", "sequence": 1, "from_key": "628"},
    {"status": "ringing", "sequence": 2, "to_key": "131"},
    {"status": "answered", "sequence": 3},
    {"status": "completed", "sequence": 4, "duration": 42, "direction": "inbound"},
    # Not what a carrier sends, yet one order must not be believed over another:
    {"status": "busy", "sequence": 4, "duration": 0},
    {"status": "in-progress", "sequence": 3},
    {"duration": 41},
    {"status": "fax-detected", "sequence": 9},
]
MESSAGE_REPORTS = [
    {"status": "queued", "outbox_id": "O1", "body": "Selamat pagi", "segments": 1, "direction": "outbound"},
    {"status": "sending"},
    {"status": "sent"},
    {"status": "sent", "error_code": "0"},
    {"status": "undelivered", "error_code": "30003"},
    {"status": "undelivered"},
    {"status": "undelivered", "error_code": "30005"},
    {"status": "failed", "error_code": "30008"},
    {"status": "teleported", "error_code": "99999"},
]
RECORDING_REPORTS = [
    {"status": "in-progress"},
    {"status": "completed", "duration": 7, "channels": 1, "url": "https://…/RE1"},
    {"step": "pesan", "session_id": "CA1", "consent": "id", "duration": 7},
    {"status": "absent"},
]
KINDS = [
    (calls, CALL_REPORTS),
    (messages, MESSAGE_REPORTS),
    (recordings, RECORDING_REPORTS),
]


RE = "RE{:032x}"


def _told(db, module, sid, reports):
    before = None
    for second, report in reports:
        seen, after = module.note(db, sid, at=AT.format(second), **report)
        assert seen == before
        if before is not None:
            assert after.rank >= before.rank
        before = after
    stored = module.load(db, sid)
    assert stored == after
    return stored._replace(sid="")


@pytest.mark.parametrize(("module", "reports"), KINDS, ids=["calls", "messages", "recordings"])
def test_the_final_state_is_the_same_in_7000_random_orders_with_repeats(db_store, module, reports):
    chance = random.Random(11)
    timed = list(enumerate(reports))
    with db_store.write() as db:
        expected = _told(db, module, "first", timed)
    finals = set()
    for batch in range(70):
        with db_store.write() as db:
            for number in range(100):
                order = timed + chance.sample(timed, chance.randrange(len(timed)))
                chance.shuffle(order)
                finals.add(_told(db, module, f"{batch}-{number}", order))
    assert finals == {expected}


def test_whatever_a_call_ended_with_it_is_what_we_expect(db_store):
    with db_store.write() as db:
        call = _told(db, calls, "CA1", list(enumerate(CALL_REPORTS)))
        text = _told(db, messages, "SM1", list(enumerate(MESSAGE_REPORTS)))
        voice = _told(db, recordings, "RE1", list(enumerate(RECORDING_REPORTS)))
    assert (call.status, call.duration, call.sequence, call.final_at) == ("completed", 42, 9, AT.format(4))
    assert (text.status, text.error_code, text.outbox_id, text.segments) == ("undelivered", "30005", "O1", 1)
    assert (voice.status, voice.step, voice.duration, voice.consent) == ("completed", "pesan", 7, "id")


@pytest.mark.parametrize(
    ("module", "words"), [(calls, ranks.CALL), (messages, ranks.MESSAGE), (recordings, ranks.RECORDING)]
)
def test_of_any_two_statuses_the_same_wins_in_either_order(db_store, module, words):
    with db_store.write() as db:
        for number, (one, other) in enumerate(itertools.combinations(words, 2)):
            forth = _told(db, module, f"{number}>", [(1, {"status": one}), (2, {"status": other})])
            back = _told(db, module, f"{number}<", [(2, {"status": other}), (1, {"status": one})])
            assert forth == back
            assert forth.rank == max(words[one], words[other])


def test_a_late_ringing_does_not_reopen_a_call(db_store):
    with db_store.write() as db:
        calls.note(db, "CA1", at=AT.format(1), status="completed", duration=5)
        before, after = calls.note(db, "CA1", at=AT.format(2), status="ringing")
    assert (before.status, after.status, after.final_at) == ("completed", "completed", AT.format(1))


def test_a_call_ends_exactly_once(db_store):
    ends = 0
    reports = ["ringing", "completed", "completed", "ringing", "failed", "completed"]
    with db_store.write() as db:
        for second, status in enumerate(reports):
            before, after = calls.note(db, "CA1", at=AT.format(second), status=status)
            ends += (before is None or before.final_at is None) and after.final_at is not None
    assert ends == 1


def test_a_receipt_before_our_own_answer_is_kept_and_joined(db_store):
    with db_store.write() as db:
        messages.note(db, "SM1", at=AT.format(1), status="delivered")
        messages.note(
            db, "SM1", at=AT.format(2), status="queued", outbox_id="O1", body="Halo", to_number="+628"
        )
        (text,) = messages.of_outbox(db, "O1")
    assert (text.status, text.body, text.to_number, text.final_at) == (
        "delivered",
        "Halo",
        "+628",
        AT.format(1),
    )


def test_a_text_that_was_read_was_delivered(db_store):
    with db_store.write() as db:
        messages.note(db, "SM1", at=AT.format(1), status="read")
        _, after = messages.note(db, "SM1", at=AT.format(2), status="delivered")
    assert after.status == "read"


def test_every_report_is_kept_raw_but_a_repeat_only_once(db_store):
    with db_store.write() as db:
        for _ in range(2):
            calls.note(db, "CA1", at=AT.format(3), status="completed", sequence=3, fields='{"a": 1}')
            calls.note(db, "CA1", at=AT.format(1), status="ringing", sequence=1)
            messages.note(db, "SM1", at=AT.format(1), status="failed", error_code="30003")
        call_events = [(status, sequence) for status, sequence, _, _ in calls.events(db, "CA1")]
        text_events = [(status, code) for status, code, _, _ in messages.events(db, "SM1")]
    assert call_events == [("ringing", 1), ("completed", 3)]
    assert text_events == [("failed", "30003")]


def test_sweeps_find_what_never_ended_and_no_other(db_store):
    with db_store.write() as db:
        calls.note(db, "CA1", at=AT.format(1), status="ringing")
        calls.note(db, "CA2", at=AT.format(1), status="busy")
        calls.note(db, "CA3", at=AT.format(9), status="ringing")
        messages.note(db, "SM1", at=AT.format(1), status="sent")
        messages.note(db, "SM2", at=AT.format(1), status="delivered")
        recordings.note(db, RE.format(1), at=AT.format(1), step="pesan")
        recordings.note(db, RE.format(3), at=AT.format(1), status="absent")
        assert [row.sid for row in calls.unfinished(db, AT.format(5))] == ["CA1"]
        assert [row.sid for row in messages.unfinished(db, AT.format(5))] == ["SM1"]
        assert [row.sid for row in recordings.unfetched(db, AT.format(5))] == [RE.format(1)]


def test_the_legs_of_a_call_are_found_by_their_parent(db_store):
    with db_store.write() as db:
        calls.note(db, "CA2", at=AT.format(1), status="ringing", parent_sid="CA1")
        calls.note(db, "CA3", at=AT.format(2), parent_sid="CA1")
        assert [leg.sid for leg in calls.legs(db, "CA1")] == ["CA2", "CA3"]
