"""Proving who one is: the locks and limits of the domain page, 0.5, and of the fault list, H4."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from store import times, verification

NOW = "2026-03-11T02:00:00.000Z"
DAY = 24 * 3600


def _after(seconds):
    return times.plus(NOW, seconds)


def _try(db, right, *, at=0, subject="subject", caller="caller", call="CA1", service="kring_pajak"):
    return verification.attempt(
        db,
        service=service,
        subject_hash=subject,
        caller_hash=caller,
        session_id=call,
        right=right,
        now=_after(at),
    )


def _outcome(db, right, **more):
    return _try(db, right, **more).outcome


@pytest.fixture
def db(db_store):
    with db_store.write() as connection:
        yield connection


def test_the_third_failure_locks_the_subject_for_24_hours_whoever_calls(db):
    assert [_try(db, False, at=n) for n in range(3)] == [("wrong", False), ("wrong", False), ("wrong", True)]
    assert _outcome(db, True, at=10, caller="the owner", call="CA2") == "locked"
    assert _outcome(db, True, at=2 + DAY - 1, caller="the owner", call="CA3") == "locked"
    assert _outcome(db, True, at=2 + DAY, caller="the owner", call="CA4") == "right"


def test_failures_of_several_calls_add_up(db):
    for number in range(3):
        _try(db, False, at=number * 3600, call=f"CA{number}", caller=f"caller {number}")
    assert _outcome(db, True, at=7201, call="CA9") == "locked"


def test_tries_during_the_lock_do_not_lengthen_it_nor_count_against_the_owner_after_it(db):
    for number in range(3):
        _try(db, False, at=number)
    until = verification.locked_until(db, "kring_pajak", "subject", _after(3))
    for number in range(50):
        assert _outcome(db, False, at=DAY - 100 + number, call=f"CB{number}", caller=f"x{number}") == "locked"
    assert (
        verification.locked_until(db, "kring_pajak", "subject", _after(DAY - 10)) == until == _after(2 + DAY)
    )
    # After it: two failures more do not lock, the third does.
    later = 2 + DAY
    assert [_try(db, False, at=later + n, call="CC", caller="y").locks for n in range(3)] == [
        False,
        False,
        True,
    ]


def test_a_right_proof_wipes_earlier_failures_out(db):
    for right in (False, False, True):
        _try(db, right)
    assert [_try(db, False, at=4000 + n, call="CA2").locks for n in range(3)] == [False, False, True]


def test_old_failures_are_forgotten_after_24_hours(db):
    for at in (0, 1, DAY + 2):
        assert not _try(db, False, at=at, call=f"CA{at}").locks


def test_one_call_has_three_tries_whichever_subjects_it_names(db):
    assert [_outcome(db, False, subject=f"s{n}") for n in range(3)] == ["wrong"] * 3
    assert _outcome(db, True, subject="s9") == "limited"
    assert _outcome(db, True, subject="s9", call="CA2") == "right"


def test_one_subject_is_checked_five_times_an_hour_and_refusals_do_not_keep_its_owner_out(db):
    for number in range(5):
        assert _outcome(db, True, at=number * 60, call=f"CA{number}") == "right"
    for number in range(100):
        assert _outcome(db, True, at=1000 + number, call=f"CB{number}", caller=f"x{number}") == "limited"
    assert _outcome(db, True, at=3601, call="CC") == "right"


def test_one_caller_has_twenty_tries_a_day_over_all_subjects(db):
    for number in range(20):
        assert _outcome(db, False, at=number * 60, subject=f"s{number}", call=f"CA{number}") == "wrong"
    assert _outcome(db, True, at=20 * 60, subject="mine", call="CB1") == "limited"
    assert _outcome(db, True, at=20 * 60, subject="mine", call="CB2", caller="another") == "right"
    assert _outcome(db, True, at=DAY + 1201, subject="mine", call="CB3") == "right"


def test_callers_who_withhold_their_number_are_not_counted_as_one(db):
    for number in range(25):
        assert _outcome(db, False, subject=f"s{number}", call=f"CA{number}", caller="") == "wrong"


def test_a_lock_holds_for_its_service_only(db):
    for _ in range(3):
        _try(db, False)
    assert _outcome(db, True, call="CA2", service="bicara131") == "right"


def test_an_officer_can_lift_a_lock_and_failures_count_from_nought_again(db):
    for number in range(3):
        _try(db, False, at=number)
    assert verification.unlock(db, "kring_pajak", "subject", now=_after(3))
    assert not verification.unlock(db, "kring_pajak", "subject", now=_after(4))
    assert [_try(db, False, at=5 + n, call="CA2", caller="y").outcome for n in range(2)] == ["wrong", "wrong"]
    assert verification.locked_until(db, "kring_pajak", "subject", _after(8)) is None


def test_a_thousand_guesses_in_parallel_calls_get_no_more_than_three_checks(db_store):
    def guess(number):
        with db_store.write() as db:
            return _outcome(db, False, at=number / 10, call=f"CA{number // 3}", caller=f"c{number}")

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, random.Random(1).sample(range(1000), 1000)))
    assert outcomes.count("wrong") == 3
    assert set(outcomes) == {"wrong", "locked"}


CODE = {"session_id": "CA1", "subject_hash": "subject"}


def _issue(db, code="right", seconds=600):
    verification.issue_code(db, **CODE, code_hash=code, expires_at=_after(seconds))


def _code(db, code, at=0):
    return verification.try_code(db, **CODE, code_hash=code, now=_after(at))


def test_a_right_code_is_good_once(db):
    _issue(db)
    assert [_code(db, "right"), _code(db, "right")] == ["right", "none"]


def test_three_wrong_tries_spend_a_code_even_for_the_right_one(db):
    _issue(db)
    assert [_code(db, "wrong") for _ in range(3)] == ["wrong"] * 3
    assert _code(db, "right") == "spent"


def test_a_code_dies_after_its_ten_minutes_and_when_another_is_issued(db):
    _issue(db)
    assert _code(db, "right", at=600) == "none"
    _issue(db, "second")
    assert [_code(db, "right"), _code(db, "second")] == ["wrong", "right"]


def test_old_tries_and_codes_are_forgotten_in_time(db):
    _try(db, False)
    _issue(db)
    assert verification.purge(db, _after(-1)) == 0
    assert verification.purge(db, _after(601)) == 2
