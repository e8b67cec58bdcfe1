"""What is owed goes out: in order, by one worker at a time, and never blindly again after a doubt."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from store import outbox, times

NOW = "2026-03-11T02:00:00.000Z"
KINDS = ("sms", "call")


def _after(seconds):
    return times.plus(NOW, seconds)


def _put(db, target="+628", **more):
    return outbox.put(db, kind=more.pop("kind", "sms"), target=target, payload="{}", now=NOW, **more)


def _claim(db, at=NOW, owner="worker-1", limit=10, **more):
    return [row.id for row in outbox.claim(db, now=at, owner=owner, kinds=KINDS, limit=limit, **more)]


@pytest.fixture
def db(db_store):
    with db_store.write() as connection:
        yield connection


def test_a_row_is_claimed_by_one_worker_and_by_another_only_after_its_lease(db):
    id = _put(db)
    assert _claim(db) == [id]
    assert _claim(db, _after(60), "worker-2") == []
    assert _claim(db, _after(61), "worker-2") == [id]


def test_rows_wait_for_their_time_and_for_a_worker_of_their_kind(db):
    later, fax = _put(db, not_before=_after(10)), _put(db, kind="fax")
    assert _claim(db) == []
    assert outbox.next_due(db) == NOW
    assert _claim(db, _after(10)) == [later]
    assert [row.id for row in outbox.claim(db, now=NOW, owner="w", kinds=["fax"])] == [fax]


def test_texts_to_one_contact_go_out_one_at_a_time_in_the_order_of_writing(db):
    ids = [_put(db, order_key="+628") for _ in range(3)]
    other = _put(db, order_key="+629")
    assert _claim(db) == [ids[0], other]
    outbox.sending(db, ids[0], owner="worker-1", now=NOW)
    assert _claim(db, owner="worker-2") == []
    outbox.retry_later(db, ids[0], owner="worker-1", now=NOW, not_before=_after(30), error="503")
    # The second text does not overtake the first while that one waits for its next try.
    assert _claim(db, owner="worker-2") == []
    assert _claim(db, _after(30), "worker-2") == [ids[0]]
    outbox.finish(db, ids[0], owner="worker-2", now=_after(30))
    assert _claim(db, _after(30)) == [ids[1]]


def test_a_dead_letter_does_not_hold_up_those_behind_it(db):
    first, second = _put(db, order_key="a"), _put(db, order_key="a")
    _claim(db)
    assert outbox.bury(db, first, owner="worker-1", now=NOW, error="21211")
    assert _claim(db) == [second]


def test_the_fence_counts_the_attempts_and_needs_the_lease(db):
    id = _put(db)
    assert outbox.sending(db, id, owner="worker-1", now=NOW) is None
    _claim(db)
    assert outbox.sending(db, id, owner="worker-2", now=NOW) is None
    assert outbox.sending(db, id, owner="worker-1", now=_after(61)) is None
    assert outbox.sending(db, id, owner="worker-1", now=_after(60)) == 1
    # Not twice for one claim: a second call to the carrier would be a second text.
    assert outbox.sending(db, id, owner="worker-1", now=_after(60)) is None
    assert outbox.load(db, id).state == "sending"


def test_a_worker_that_lost_its_lease_can_no_longer_settle_the_row(db):
    id = _put(db)
    _claim(db)
    _claim(db, _after(61), "worker-2")
    settle = {"owner": "worker-1", "now": _after(62)}
    assert not outbox.finish(db, id, carrier_sid="SM1", **settle)
    assert not outbox.retry_later(db, id, not_before=NOW, error="late", **settle)
    assert not outbox.bury(db, id, error="late", **settle)
    assert not outbox.mark_uncertain(db, id, error="late", **settle)
    assert not outbox.renew(db, id, **settle)
    row = outbox.load(db, id)
    assert (row.state, row.lease_owner, row.last_error) == ("queued", "worker-2", None)
    assert outbox.finish(db, id, owner="worker-2", now=_after(62), carrier_sid="SM2")
    assert outbox.load(db, id).carrier_sid == "SM2"
    assert not outbox.finish(db, id, owner="worker-2", now=_after(63), carrier_sid="SM3")


def test_a_heartbeat_keeps_a_long_job_from_being_taken_over(db):
    id = _put(db)
    _claim(db)
    assert outbox.renew(db, id, owner="worker-1", now=_after(50))
    assert _claim(db, _after(100), "worker-2") == []
    assert _claim(db, _after(111), "worker-2") == [id]


def test_a_worker_that_dies_after_the_fence_leaves_a_doubt_and_not_a_second_text(db):
    id, behind = _put(db, order_key="a"), _put(db, order_key="a")
    _claim(db)
    outbox.sending(db, id, owner="worker-1", now=NOW)
    assert outbox.expire(db, _after(59)) == 0
    assert outbox.expire(db, _after(61)) == 1
    assert _claim(db, _after(300)) == []
    uncertain = {"owner": "worker-2", "kinds": KINDS}
    assert outbox.claim_uncertain(db, now=_after(90), **uncertain) == []
    assert [row.id for row in outbox.claim_uncertain(db, now=_after(91), **uncertain)] == [id]
    # The worker that was thought dead wakes up: too late.
    assert not outbox.finish(db, id, owner="worker-1", now=_after(92))
    assert outbox.finish(db, id, owner="worker-2", now=_after(92), carrier_sid="SM1")
    assert _claim(db, _after(92)) == [behind]


def test_a_worker_that_dies_before_the_fence_leaves_nothing_in_doubt(db):
    id = _put(db)
    _claim(db)
    assert outbox.expire(db, _after(61)) == 0
    assert _claim(db, _after(61), "worker-2") == [id]


def test_what_has_not_begun_to_go_out_can_be_taken_back(db):
    queued, leased, gone = _put(db), _put(db), _put(db)
    _claim(db)
    outbox.sending(db, gone, owner="worker-1", now=NOW)
    assert [outbox.cancel(db, id, now=NOW) for id in (queued, leased, gone)] == [True, True, False]
    assert outbox.sending(db, leased, owner="worker-1", now=NOW) is None


def test_dead_letters_are_seen_counted_and_revived(db):
    id, other = _put(db), _put(db, kind="call")
    _claim(db)
    outbox.sending(db, id, owner="worker-1", now=NOW)
    outbox.bury(db, id, owner="worker-1", now=NOW, error="30003")
    assert outbox.counts(db) == {("sms", "dead"): 1, ("call", "queued"): 1}
    assert [(row.id, row.last_error) for row in outbox.dead(db)] == [(id, "30003")]
    assert outbox.revive(db, id, now=_after(5))
    assert not outbox.revive(db, other, now=_after(5))
    assert (outbox.load(db, id).attempts, outbox.dead(db)) == (0, [])
    assert _claim(db, _after(5)) == [id]


def test_the_oldest_that_is_due_tells_how_long_it_waits(db):
    assert outbox.oldest_due(db, NOW) is None
    _put(db, not_before=_after(60))
    assert outbox.oldest_due(db, NOW) is None
    assert outbox.oldest_due(db, _after(200)) == _after(60)


def test_what_is_owed_is_found_by_its_cause(db):
    ids = [_put(db, cause="CA1"), _put(db, cause="CA1")]
    _put(db, cause="CA2")
    assert [row.id for row in outbox.of_cause(db, "CA1")] == ids


def test_eight_workers_send_each_of_300_texts_once_and_each_contact_in_order(db_store):
    with db_store.write() as db:
        for number in range(300):
            outbox.put(db, kind="sms", target=str(number), payload="{}", now=NOW, order_key=str(number % 7))
    sent: list[tuple[int, int]] = []

    def worker(name):
        while True:
            with db_store.write() as db:
                rows = outbox.claim(db, now=NOW, owner=name, kinds=KINDS)
                fenced = [row for row in rows if outbox.sending(db, row.id, owner=name, now=NOW)]
                waiting = outbox.counts(db)
            if not waiting:
                return
            for row in fenced:
                sent.append((int(row.target) % 7, int(row.target)))
                with db_store.write() as db:
                    assert outbox.finish(db, row.id, owner=name, now=NOW)

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(worker, f"worker-{n}") for n in range(8)]:
            future.result()
    assert sorted(number for _, number in sent) == list(range(300))
    for contact in range(7):
        mine = [number for key, number in sent if key == contact]
        assert mine == sorted(mine)


def test_whatever_workers_do_no_row_is_lost_nor_passes_the_fence_while_in_doubt(db):
    chance = random.Random(5)
    ids = [_put(db, order_key=chance.choice("abc")) for _ in range(30)]
    passed = dict.fromkeys(ids, 0)
    now = 0
    for _ in range(3000):
        now += chance.randrange(40)
        at, owner = _after(now), f"worker-{chance.randrange(3)}"
        outbox.expire(db, at)
        for id in _claim(db, at, owner, limit=2):
            assert outbox.load(db, id).state == "queued"
            if chance.random() < 0.8 and outbox.sending(db, id, owner=owner, now=at):
                passed[id] += 1
        for row in outbox.claim_uncertain(db, now=at, owner=owner, kinds=KINDS):
            outbox.retry_later(db, row.id, owner=owner, now=at, not_before=at, error="not at the carrier")
        id = chance.choice(ids)
        if chance.random() < 0.5:
            outbox.finish(db, id, owner=owner, now=at)
    states = {outbox.load(db, id).state for id in ids}
    assert states <= {"queued", "sending", "uncertain", "sent"}
    assert all(outbox.load(db, id).attempts == passed[id] for id in ids)
    assert sum(outbox.load(db, id).state == "sent" for id in ids) > 5
