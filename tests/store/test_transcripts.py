"""The work of writing down: leases, three tries, waiting for a model; and what people's corrections teach."""

import json

import pytest

from store import recordings, transcripts
from store.ids import new_id
from store.transcripts import MOST_TRIES, Correction, TranscriptRow

NOW, SOON, LATER = "2026-03-11T02:00:00.000Z", "2026-03-11T02:00:30.000Z", "2026-03-11T02:05:00.000Z"
RE = "RE" + "1" * 32


@pytest.fixture
def db(db_store):
    with db_store.write() as db:
        yield db


def claimed(db, now=NOW, owner="w1"):
    return transcripts.claim(db, now=now, owner=owner, limit=5)


def row(recording=RE, **changed) -> TranscriptRow:
    return TranscriptRow(
        recording, "BI-20260311-0001", "bicara131", "id", "whisper", "f" * 64, 30.0, 20.5, "medium",
        "halo ********", "[]", '{"phone": 1}', "sealed-1", None, None, None, NOW,
    )._replace(**changed)  # fmt: skip


def test_a_recording_is_owed_once(db):
    assert transcripts.owe(db, RE, now=NOW) is True
    assert transcripts.owe(db, RE, now=LATER) is False
    assert transcripts.counts(db) == {"waiting": 1}


def fetched(db, sid: str) -> None:
    recordings.note(db, sid, at=NOW, status="completed", duration=9)
    ((claimed_row, _),) = recordings.claim(db, now=NOW, owner="f")
    recordings.keep(db, sid, owner="f", now=NOW, file=claimed_row.file, size=1, sha256="0", format="wav")


def test_what_was_fetched_and_never_owed_is_owed_when_a_worker_starts(db):
    sids = [f"RE{number:032x}" for number in (1, 2, 3)]
    fetched(db, sids[0])
    fetched(db, sids[1])
    recordings.note(db, sids[2], at=NOW)
    transcripts.owe(db, sids[0], now=NOW)
    assert transcripts.owe_all(db, now=NOW) == 1
    assert {each.recording for each in claimed(db)} == set(sids[:2])


def test_a_leased_recording_is_nobody_elses_until_the_lease_runs_out(db):
    transcripts.owe(db, RE, now=NOW)
    assert [each.tries for each in claimed(db)] == [1]
    assert claimed(db, SOON, "w2") == []
    assert [each.tries for each in claimed(db, LATER, "w2")] == [2]


def test_only_the_newest_lease_may_finish(db):
    transcripts.owe(db, RE, now=NOW)
    claimed(db, NOW, "w1")
    claimed(db, LATER, "w2")
    assert transcripts.finish(db, RE, owner="w1", now=LATER, state="done") is False
    assert transcripts.again(db, RE, owner="w1", now=LATER, not_before=LATER, fault="x", counts=True) is False
    assert transcripts.finish(db, RE, owner="w2", now=LATER, state="done") is True
    assert transcripts.work(db, RE).state == "done"


def test_a_heartbeat_keeps_the_lease(db):
    transcripts.owe(db, RE, now=NOW)
    claimed(db, NOW, "w1")
    assert transcripts.renew(db, ["w1", "somebody else"], now=SOON, lease_seconds=600) == 1
    assert claimed(db, LATER, "w2") == []


def test_after_three_tries_nobody_claims_it_and_it_ends_in_listen(db):
    transcripts.owe(db, RE, now=NOW)
    for n in range(MOST_TRIES):
        assert [each.tries for each in claimed(db, NOW, f"w{n}")] == [n + 1]
        assert transcripts.lost(db, now=NOW) == []  # its last lease still runs
        if n < MOST_TRIES - 1:
            transcripts.again(
                db, RE, owner=f"w{n}", now=NOW, not_before=NOW, fault="engine died", counts=True
            )
    assert claimed(db, LATER) == []
    assert [each.recording for each in transcripts.lost(db, now=LATER)] == [RE]
    assert transcripts.give_up(db, RE, now=LATER) is True
    assert transcripts.give_up(db, RE, now=LATER) is False
    assert (transcripts.work(db, RE).state, transcripts.work(db, RE).fault) == ("listen", "engine died")


def test_waiting_for_a_model_uses_up_no_try(db):
    transcripts.owe(db, RE, now=NOW)
    for _ in range(10):
        assert [each.tries for each in claimed(db)] == [1]
        transcripts.again(db, RE, owner="w1", now=NOW, not_before=NOW, fault="no model", counts=False)
    assert transcripts.oldest_waiting(db) == (NOW, "no model")


def test_a_person_may_have_it_tried_again(db):
    transcripts.owe(db, RE, now=NOW)
    claimed(db)
    transcripts.finish(db, RE, owner="w1", now=NOW, state="listen", fault="not audio")
    assert transcripts.once_more(db, RE, now=LATER) is True
    assert transcripts.once_more(db, RE, now=LATER) is False
    assert [each.tries for each in claimed(db, LATER)] == [1]


def test_the_oldest_goes_first(db):
    for number, at in ((1, LATER), (2, NOW), (3, SOON)):
        transcripts.owe(db, f"RE{number}", now=at)
    assert [each.recording for each in claimed(db, LATER)] == ["RE2", "RE3", "RE1"]


def correct(db, recording, words, language="id"):
    kept = row(recording, language=language)
    transcripts.keep(db, kept)
    said = json.dumps(sorted(words))
    correction = Correction(new_id(), recording, "bicara131", language, LATER, "wati", "masked", "s", said)
    transcripts.correct(db, kept, correction, masked="kliring", hidden="{}")


def test_a_correction_is_kept_with_who_and_when_and_is_what_is_shown(db):
    correct(db, RE, {"kliring"})
    shown = transcripts.load(db, RE)
    assert (shown.masked, shown.corrected_by, shown.corrected_at) == ("kliring", "wati", LATER)
    assert json.loads(shown.lines)[0]["label"] == "corrected"
    (kept,) = transcripts.corrections(db, RE)
    assert (kept.who, kept.at, kept.basis, kept.sealed) == ("wati", LATER, "masked", "s")


def test_a_word_that_two_messages_lacked_joins_the_vocabulary(db):
    correct(db, "RE1", {"kliring", "qris"})
    assert transcripts.vocabulary(db, "bicara131", "id") == ()
    correct(db, "RE1", {"kliring"})  # the same message again teaches nothing new
    assert transcripts.vocabulary(db, "bicara131", "id") == ()
    correct(db, "RE2", {"kliring"})
    assert transcripts.vocabulary(db, "bicara131", "id") == ("kliring",)
    correct(db, "RE3", {"qris", "kliring"})
    assert transcripts.vocabulary(db, "bicara131", "id") == ("kliring", "qris")
    assert transcripts.vocabulary(db, "bicara131", "en") == ()
    assert transcripts.vocabulary(db, "kring_pajak", "id") == ()


def test_what_has_failed_before_is_told_from_the_rest(db):
    transcripts.owe(db, "RE1", now=NOW)
    transcripts.owe(db, "RE2", now=SOON)
    transcripts.claim(db, now=NOW, owner="w1", limit=1)
    transcripts.again(db, "RE1", owner="w1", now=NOW, not_before=SOON, fault="it died", counts=True)
    assert transcripts.suspect_due(db, now=NOW) is False
    assert transcripts.suspect_due(db, now=SOON) is True
    fresh = transcripts.claim(db, now=SOON, owner="w2", limit=5, suspects=False)
    suspects = transcripts.claim(db, now=SOON, owner="w3", limit=5, suspects=True)
    assert ([row.recording for row in fresh], [row.recording for row in suspects]) == (["RE2"], ["RE1"])
    assert transcripts.suspect_due(db, now=SOON) is False
