"""Recordings are fetched into the vault by a real worker, from a carrier over real HTTP."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import replace

import pytest

from carrier.media import Limits, Media
from jobs import recordings as fetching
from store import audit, calls, meta, outbox, recordings, times
from store.vault import Missing, Vault, keys_of
from tests.carrier.sounds import wav
from tests.carrier.stub import Answer, refusal
from tests.jobs.conftest import ACCOUNT, until

RE = "RE{:032x}"
PLACE = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings"


@pytest.fixture
def ours(bench, tmp_path):
    """A worker with a vault. ``sounds``: what the carrier has, {sid: WAV or Answer or list of Answers, one a request}."""

    def make(speed=1.0, **wishes):
        sounds, listed = {}, []

        def answer(arrival):
            name = arrival.path.rpartition("/")[2]
            if arrival.path == f"{PLACE}.json":
                return Answer(200, {"recordings": list(listed), "next_page_uri": None})
            sid = name.partition(".")[0]
            has = sounds.get(sid, refusal(404, 20404))
            if arrival.method == "DELETE":
                return Answer(204) if sounds.pop(sid, None) is not None else refusal(404, 20404)
            if isinstance(has, list):
                has = has.pop(0) if len(has) > 1 else has[0]
            return Answer(200, has, {"Content-Type": "audio/x-wav"}) if isinstance(has, bytes) else has

        found = bench(answer, speed=speed, **wishes).in_a_hurry()
        found.sounds, found.listed = sounds, listed
        found.vault = Vault(tmp_path / "recordings", keys_of("5e" * 32))
        media = Media(ACCOUNT, "t" * 32, found.stub.url, (), Limits(0.5, 0.5, 5.0, 200_000))
        found.tools = replace(found.tools, vault=found.vault, media=media)
        return found

    return make


def hear(ours, number=1, **report):
    sid = RE.format(number)
    given = {"status": "completed", "duration": 5} | report
    with ours.store.write() as db:
        recordings.note(db, sid, at=ours.now(), **given)
    return sid


def row(ours, sid):
    return recordings.load(ours.store.read(), sid)


def settled(ours, *sids):
    return all(row(ours, sid).state not in ("waiting", "held") for sid in sids)


def test_a_recording_is_here_whole_soon_after_it_was_told_and_what_follows_is_committed_with_it(ours):
    here, told = ours(), []
    here.tools = replace(here.tools, fetched=lambda db, each: told.append((each.state, db.in_transaction)))
    sound = wav()
    with here.running():
        here.sounds[RE.format(1)] = sound
        sid = hear(here, step="pesan")
        until(lambda: settled(here, sid))
    kept = row(here, sid)
    assert (kept.state, kept.bytes, kept.format, kept.tries) == ("fetched", len(sound), "wav", 1)
    assert here.vault.read(kept.file) == sound
    assert sid not in kept.file and told == [("fetched", True)]
    assert [path.name for path in here.vault.folder.iterdir()] == [kept.file]


def test_what_follows_undoes_the_fetching_when_it_fails_and_both_are_done_again(ours):
    here, told = ours(speed=20.0), []

    def follows(db, each):
        meta.put(db, "followed", each.sid)
        told.append(each.file)
        if len(told) == 1:
            raise ValueError("the transcription could not be owed")

    here.tools = replace(here.tools, fetched=follows)
    here.sounds[RE.format(1)] = wav()
    sid = hear(here)
    with here.running():
        until(lambda: settled(here, sid))
    assert row(here, sid).file == told[1] != told[0] and meta.get(here.store.read(), "followed") == sid
    assert [path.name for path in here.vault.folder.iterdir()] == [told[1]]


def test_a_recording_that_is_not_ready_is_asked_for_until_it_is(ours):
    here = ours(speed=20.0)
    sid = hear(here)
    here.sounds[sid] = [
        refusal(404, 20404),
        refusal(404, 20404),
        refusal(503),
        refusal(401, 20003),
        Answer(200, b"<!doctype html>"),
        Answer(200, wav()),
    ]
    with here.running():
        until(lambda: settled(here, sid), 20)
    assert (row(here, sid).state, row(here, sid).tries) == ("fetched", 6)
    assert here.tools.gate.open()  # one recording that is refused is no reason to stop texts and calls


def test_what_will_never_come_is_a_dead_letter_with_its_reason_and_does_not_stop_others(ours, caplog):
    here = ours(speed=300.0)
    faults = {
        1: (Answer(200, b"<html>no"), "a web page"),
        2: (Answer(302, b"", {"Location": "https://169.254.169.254/"}), "a place inside"),
        3: (Answer(302, b"", {"Location": "http://example.com/x"}), "without TLS"),
        4: (refusal(404, 20404), "does not have this recording"),
        5: (Answer(200, wav(300_000)), "larger than"),
        6: (Answer(200, wav()[:50_000]), "cut off"),
    }
    for number, (answer, _) in faults.items():
        here.sounds[hear(here, number)] = answer
    here.sounds[hear(here, 7)] = wav(50_000)
    with here.running():
        until(lambda: settled(here, *map(RE.format, range(1, 8))), 40)
    for number, (_, says) in faults.items():
        found = row(here, RE.format(number))
        assert found.state == "dead" and says in found.fault and found.file is None
        assert [line.action for line in audit.of_subject(here.store.read(), found.sid)] == [
            "recording_given_up"
        ]
    assert row(here, RE.format(7)).state == "fetched"
    assert len(list(here.vault.folder.iterdir())) == 1
    assert caplog.text.count("ALARM: a recording is given up") == len(faults)
    begun = times.instant(row(here, RE.format(4)).created_at)
    assert (
        times.instant(row(here, RE.format(4)).updated_at) - begun
    ).total_seconds() > fetching.READY_SECONDS


@pytest.mark.parametrize(
    "report", [{"duration": 0}, {"status": "absent", "duration": None}, {"status": "failed"}]
)
def test_what_has_no_sound_is_never_asked_for(ours, report):
    here = ours()
    nothing, something = hear(here, 1, **report), hear(here, 2)
    here.sounds[nothing] = here.sounds[something] = wav(5_000)
    with here.running():
        until(lambda: row(here, something).state == "fetched")
    assert row(here, nothing).state == "nothing"
    assert [each.path.rpartition("/")[2] for each in here.arrivals] == [f"{something}.wav"]


def test_a_worker_whose_lease_ran_out_spoils_nothing(ours):
    here = ours()
    sid = hear(here)
    here.sounds[sid] = wav()
    with here.store.write() as db:
        (old,) = recordings.claim(db, now=here.now(), owner="slow", lease_seconds=1)
    here.clock.skip(2)
    with here.running():
        until(lambda: settled(here, sid))
    kept = row(here, sid)
    fetching.fetch(here.tools, old, "slow")
    assert row(here, sid) == kept and not here.vault.has(old.row.file)
    assert here.vault.read(kept.file) == wav()


def test_a_long_download_keeps_its_lease_and_one_that_lost_it_stops(ours):
    here = ours(speed=1_000.0, lease_seconds=3600.0)
    here.tools = replace(here.tools, plan=replace(here.plan, recording_lease=0.0))
    sid = hear(here)
    here.sounds[sid] = wav()
    with here.store.write() as db:
        (mine,) = recordings.claim(db, now=here.now(), owner="a", lease_seconds=0)
        beat = fetching.Heart(here.tools, mine.row, "a")
    before = row(here, sid).lease_until
    here.clock.skip(10)
    beat()
    assert row(here, sid).lease_until > before
    here.clock.skip(10)
    with here.store.write() as db:
        recordings.claim(db, now=here.now(), owner="b")
    with pytest.raises(fetching.LeaseLost):
        beat()
    fetching.fetch(here.tools, mine, "a")  # tells the log, and touches nothing
    assert row(here, sid).lease_owner == "b" and not list(here.vault.folder.iterdir())


def test_a_disk_that_is_full_gives_nothing_up(ours, tmp_path):
    here = ours(speed=5_000.0)
    here.vault.folder.parent.joinpath("recordings").write_text("a file where the folder should be")
    sid = hear(here)
    here.sounds[sid] = wav(5_000)
    with here.running():
        until(lambda: row(here, sid).tries >= 14, 30)
        assert row(here, sid).state == "waiting" and "cannot be written here" in row(here, sid).fault
        here.vault.folder.unlink()
        until(lambda: settled(here, sid), 30)
    assert row(here, sid).state == "fetched"


# -- the carrier's copy


def test_the_carriers_copy_is_deleted_once_ours_was_read_back_and_its_receipt_kept(ours):
    here = ours(speed=20.0)
    here.tools = replace(here.tools, plan=replace(here.plan, delete_at_carrier=True))
    sids = [hear(here, number) for number in (1, 2)]
    here.sounds[sids[0]] = here.sounds[sids[1]] = wav(5_000)
    with here.running():
        until(lambda: all(row(here, sid).deleted_at for sid in sids), 20)
    assert here.sounds == {} and here.states() == ["sent", "sent"]
    assert all(here.vault.read(row(here, sid).file) == wav(5_000) for sid in sids)


def test_a_copy_that_cannot_be_read_back_keeps_the_carriers(ours):
    here = ours()
    sids = [hear(here, number) for number in (1, 2, 3)]
    for sid in sids:
        here.sounds[sid] = wav(5_000)
    with here.running():
        until(lambda: settled(here, *sids))
    damaged = here.vault.folder / row(here, sids[0]).file
    damaged.write_bytes(damaged.read_bytes()[:-1])
    here.vault.remove(row(here, sids[1]).file)
    here.vault.put(row(here, sids[2]).file, wav(5_000)[:-1] + b"x")
    with here.store.write() as db:
        for sid in (*sids, RE.format(9)):
            fetching.owe_deletion(db, sid, here.now())
            fetching.owe_deletion(db, sid, here.now())  # asked twice, owed once
    here.work()
    assert here.states() == ["dead"] * 4 and set(here.sounds) == set(sids)
    faults = {each.target: each.last_error for each in outbox.dead(here.store.read())}
    assert [faults[sid].partition("/")[0] for sid in (*sids, RE.format(9))] == [
        "not deleted at the carrier: our copy cannot be read: ",
        "not deleted at the carrier: our copy cannot be read: ",
        "not deleted at the carrier: our copy is not what was fetched",
        "not deleted at the carrier: we have no copy of it",
    ]
    assert [row(here, sid).deleted_at for sid in sids] == [None] * 3


def test_deletions_begin_with_what_was_fetched_before_the_setting_was_changed(ours):
    here = ours()
    sid = hear(here)
    here.sounds[sid] = wav(5_000)
    with here.running():
        until(lambda: settled(here, sid))
        assert here.states() == []
    here.clock.skip(301)
    here.tools = replace(here.tools, plan=replace(here.plan, delete_at_carrier=True))
    with here.running():
        until(lambda: row(here, sid).deleted_at)


# -- what nobody told us


def at_carrier(number, call="CA1", status="completed", duration="5", channels=1):
    return {"sid": RE.format(number), "call_sid": call, "status": status, "duration": duration, "channels": channels,
            "account_sid": ACCOUNT, "date_created": "Wed, 11 Mar 2026 03:15:00 +0000"}  # fmt: skip


def sweep(ours, told):
    """One run of the sweep that asks the carrier."""

    def done():
        state = json.loads(meta.get(ours.store.read(), "sweep_untold") or "{}")
        return state.get("owner") == "" and state["next"] > ours.now()

    with ours.running(told=told):
        until(done)
    ours.clock.skip(301)


def test_a_recording_whose_callback_never_came_is_found_fetched_and_told_once(ours):
    here, told = ours(), []
    with here.store.write() as db:
        calls.note(db, "CA1", at=here.now(), status="completed")
    known, held = hear(here, 1, call_sid="CA1"), hear(here, 2, call_sid="CA1", status="in-progress")
    here.sounds[known] = here.sounds[held] = here.sounds[RE.format(3)] = wav(5_000)
    here.listed += [at_carrier(1), at_carrier(2), at_carrier(3), at_carrier(4, call="CAsomebodyelse"),
                    at_carrier(5, call=None), at_carrier(6, status="in-progress", duration=None)]  # fmt: skip

    def tell(report):
        told.append(dict(report))
        with here.store.write() as db:
            recordings.note(
                db, report["RecordingSid"], at=here.now(), call_sid=report["CallSid"],
                status=report["RecordingStatus"], duration=int(report.get("RecordingDuration", 0)) or None,
            )  # fmt: skip

    sweep(here, tell)
    sweep(here, tell)
    assert [each["RecordingSid"] for each in told] == [RE.format(2), RE.format(3), RE.format(6)]
    assert told[1] == {
        "AccountSid": ACCOUNT, "RecordingSid": RE.format(3), "CallSid": "CA1", "RecordingStatus": "completed",
        "RecordingDuration": "5", "RecordingChannels": "1",
    }  # fmt: skip
    with here.running():
        until(lambda: settled(here, known, held, RE.format(3)))
    assert row(here, RE.format(4)) is None and row(here, RE.format(6)).state == "held"


def test_the_carrier_is_asked_for_all_that_was_made_since_it_last_told_us(ours):
    here = ours()
    sweep(here, lambda report: None)
    asked = meta.get(here.store.read(), "recordings_asked")
    here.clock.skip(86_400)
    sweep(here, lambda report: None)
    lists = [each for each in here.arrivals if each.path == f"{PLACE}.json"]
    (since,) = lists[1].query["DateCreated>"]
    assert since == times.plus(asked, -7200)[:19] + "Z"


def test_what_the_carrier_never_completes_is_given_up_after_a_day(ours):
    here = ours()
    old = hear(here, 1, status="in-progress")
    here.clock.skip(86_400)
    new = hear(here, 2, status="in-progress")
    here.clock.skip(10)
    sweep(here, lambda report: None)
    assert (row(here, old).state, row(here, new).state) == ("dead", "held")


def test_leftovers_of_killed_workers_are_swept(ours):
    here = ours()
    here.vault.put("whole", b"x")
    (here.vault.folder / "half.part").write_bytes(b"x")
    os.utime(here.vault.folder / "half.part", (0, 0))
    with here.running():
        until(lambda: not (here.vault.folder / "half.part").exists())
    assert here.vault.read("whole") == b"x"
    with pytest.raises(Missing):
        here.vault.read("half")


def test_a_worker_without_a_key_leaves_recordings_to_others(ours):
    here = ours()
    here.tools = replace(here.tools, vault=None)
    sid = hear(here)
    id = here.owe()
    with here.running():
        until(lambda: here.row(id).state != "queued")
    assert row(here, sid).tries == 0


def test_no_log_line_names_a_file_or_a_token(ours, caplog):
    caplog.set_level(logging.DEBUG)
    here = ours()
    sid = hear(here)
    here.sounds[sid] = [Answer(fault="reset"), Answer(200, wav(5_000))]
    with here.running():
        until(lambda: settled(here, sid))
    said = json.dumps([{**vars(each), "text": each.getMessage()} for each in caplog.records], default=str)
    assert sid in said and "t" * 32 not in said and row(here, sid).file not in said
