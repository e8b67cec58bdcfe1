"""Texts and calls out of the outbox: delivered or given up, never lost, never doubled on the quiet."""

import random
import threading
import time

import pytest

from carrier.guard import Rules
from jobs.gate import STOPPED
from store import audit, calls, limits, messages, meta, opt_outs
from tests.carrier.stub import Answer, refusal
from tests.jobs.conftest import OURS, THEIRS, Ledger, until


def storm(seed, *, silence=0.10, reset=0.05, busy=0.30, too_many=0.10):
    """The carrier's bad day (reliability page, D1).

    Half of what is cut off had been accepted all the same.
    """
    chance, lock = random.Random(seed), threading.Lock()

    def weather(arrival):
        with lock:
            dice, accepted = chance.random(), chance.random() < 0.5
        if dice < busy:
            return refusal(503, 20503)
        if dice < busy + too_many:
            return refusal(429, 20429, **{"Retry-After": "2"})
        if dice < busy + too_many + silence:
            return Answer(fault="silence") if accepted else "lost"
        if dice < busy + too_many + silence + reset:
            return Answer(fault="reset") if accepted else "lost"
        return ""

    return weather


def test_a_text_is_sent_once_and_its_message_is_known_by_the_carriers_name(bench):
    ledger = Ledger()
    ours = bench(ledger)
    id = ours.owe(body="Tiket Anda KP-1")
    ours.work()
    row, sent = ours.row(id), ledger.texts
    assert (row.state, row.attempts, row.carrier_sid) == ("sent", 1, sent[0]["sid"])
    assert len(sent) == 1 and sent[0]["statuscallback"] == "https://x.id/sms/receipts#rc=5&rp=all"
    message = messages.load(ours.store.read(), row.carrier_sid)
    assert (message.outbox_id, message.to_number, message.body) == (id, THEIRS, "Tiket Anda KP-1")


def test_through_a_storm_two_hundred_texts_are_all_delivered_or_given_up_and_none_is_lost(bench):
    ledger = Ledger(storm(503))
    ours = bench(ledger, speed=200.0, read=0.1).in_a_hurry(0.05)
    ids = [ours.owe(target=f"+62812345{n:05d}", body=f"text {n}") for n in range(200)]
    ours.work(90)
    assert set(ours.states()) <= {"sent", "dead"} and ours.states().count("sent") >= 190
    arrived = set(ledger.bodies)
    for n, id in enumerate(ids):
        row = ours.row(id)
        assert row.state == "dead" or f"text {n}" in arrived, row
        if ledger.bodies.count(f"text {n}") > 1:
            assert "sent_again" in [line.action for line in audit.of_subject(ours.store.read(), id)]
    doubled = len(ledger.bodies) - len(arrived)
    assert doubled == 0  # the carrier showed all that it had accepted


def test_texts_to_one_recipient_arrive_in_the_order_in_which_they_were_written(bench):
    ledger = Ledger(storm(7, silence=0, reset=0))
    ours = bench(ledger, speed=200.0).in_a_hurry()
    for n in range(30):
        ours.owe(body=f"text {n:02d}")
    ours.work(40)
    assert ledger.bodies == sorted(ledger.bodies) and len(ledger.bodies) == 30


def test_a_carrier_that_is_always_busy_is_asked_twelve_times_and_then_it_is_a_dead_letter(bench):
    ours = bench(lambda arrival: refusal(503, 20503), speed=2_000.0).in_a_hurry(0.05)
    id = ours.owe()
    ours.work(30)
    row = ours.row(id)
    assert (row.state, row.attempts) == ("dead", 12) and "given up after 12 attempts" in row.last_error
    assert len(ours.arrivals) == 12


def test_after_four_hours_a_text_is_no_answer_any_more(bench):
    ours = bench(lambda arrival: refusal(429, 20429, **{"Retry-After": "3600"}), speed=10_000.0)
    id = ours.owe()
    ours.work(30)
    assert ours.row(id).state == "dead" and 3 <= ours.row(id).attempts <= 5


def test_retry_after_is_obeyed(bench):
    answers = [refusal(429, 20429, **{"Retry-After": "2"}), Answer(201, {"sid": "SM1"})]
    seen = []

    def answer(arrival):
        seen.append(time.monotonic())
        return answers[len(seen) - 1]

    ours = bench(answer).in_a_hurry(0.0)
    ours.owe()
    ours.work(10)
    assert 2.0 <= seen[1] - seen[0] < 3.0


@pytest.mark.parametrize("code", [21211, 21614, 30003, 21408])
def test_a_permanent_refusal_is_not_tried_again(bench, code):
    ours = bench(lambda arrival: refusal(400, code))
    id = ours.owe()
    ours.work()
    assert ours.row(id).state == "dead" and str(code) in ours.row(id).last_error
    assert len(ours.arrivals) == 1


def test_who_said_stop_at_the_carrier_is_kept_and_gets_no_mass_message_but_answers(bench):
    refusing = {"yes": True}
    ledger = Ledger()
    ours = bench(lambda arrival: refusal(400, 21610) if refusing["yes"] else ledger(arrival))
    first = ours.owe()
    ours.work()
    assert ours.row(first).state == "dead"
    assert opt_outs.since(ours.store.read(), "kp", THEIRS) is not None
    refusing["yes"] = False
    mass = [ours.owe(**{"class": "broadcast"}, body=f"mass {n}") for n in range(100)]
    answer = ours.owe(body="an answer")
    ours.work()
    assert {ours.row(id).state for id in mass} == {"dead"} and ours.row(answer).state == "sent"
    assert ledger.bodies == ["an answer"]


def test_a_refused_account_stops_everything_tells_somebody_and_goes_on_when_let_in_again(bench, caplog):
    ledger, refused = Ledger(), {"yes": True}

    def answer(arrival):
        return refusal(401, 20003) if refused["yes"] else ledger(arrival)

    ours = bench(answer, speed=50.0)
    ids = [ours.owe(target=f"+62812345{n:05d}") for n in range(40)]
    with ours.running():
        until(lambda: meta.get(ours.store.read(), STOPPED))
        time.sleep(0.5)
        posts = [each for each in ours.arrivals if each.method == "POST"]
        assert len(posts) <= 8  # those that were on their way, and no more
        assert "ALARM" in caplog.text
        refused["yes"] = False
        until(lambda: not ours.open_rows(), 30)
    assert {ours.row(id).state for id in ids} == {"sent"} and len(ledger.texts) == 40
    assert not meta.get(ours.store.read(), STOPPED)


def test_one_number_sends_no_more_than_so_many_texts_a_second(bench):
    ledger = Ledger()
    ours = bench(ledger, texts_per_second=10.0)
    for n in range(12):
        ours.owe(target=f"+62812345{n:05d}")
    started = time.monotonic()
    ours.work()
    assert 1.0 <= time.monotonic() - started < 4.0 and len(ledger.texts) == 12


def test_the_guard_stands_before_the_carrier(bench):
    ours = bench(Ledger())
    ids = [ours.owe(target=to) for to in ("+18095551234", "+628091234567", "131", "sip:x@y", "TELKOMSEL")]
    ids += [ours.owe("call", target=to) for to in ("+870773111632", "+6281234567890,,1")]
    ids.append(ours.owe("call", keyed=True))
    ours.work()
    assert {ours.row(id).state for id in ids} == {"dead"} and ours.arrivals == []


def test_a_call_is_placed_within_the_caps_that_dialling_shares(bench):
    ledger = Ledger()
    ours = bench(ledger)
    ours.tools = type(ours.tools)(**{
        name: getattr(ours.tools, name) for name in ours.tools.__dataclass_fields__
    } | {"plan": type(ours.plan)("https://x.id", Rules(per_hour=3), Rules(), (), None)})  # fmt: skip
    with ours.store.write() as db:
        limits.add_and_count(db, "dial", "", ours.now()[:13])
    ids = [ours.owe("call", target=f"+62812345{n:05d}", time_limit=600) for n in range(5)]
    ours.work()
    assert sorted(ours.row(id).state for id in ids) == ["dead", "dead", "dead", "sent", "sent"]
    assert {call["timelimit"] for call in ledger.calls} == {"600"}
    assert calls.load(ours.store.read(), ledger.calls[0]["sid"]).status == "queued"


def test_redirects_and_hangups_are_done_and_tried_again(bench):
    seen = []

    def answer(arrival):
        seen.append((arrival.method, arrival.path.rpartition("/")[2]))
        return Answer(fault="reset") if len(seen) % 2 else Answer(200, {"sid": "x"})

    ours = bench(answer, speed=50.0).in_a_hurry()
    ids = [ours.owe("redirect", target="CA1", url="https://x.id/b"), ours.owe("hangup", target="CA2")]
    ours.work()
    assert {ours.row(id).state for id in ids} == {"sent"}
    assert {("POST", "CA1.json"), ("POST", "CA2.json")} == set(seen)


@pytest.mark.parametrize(
    "payload", ["{}", "[]", "x", '{"from": 1, "to": null, "body": {}}', '{"to": "+6281234567890"}']
)
def test_a_row_that_cannot_be_read_is_a_dead_letter_and_stops_nobody(bench, payload):
    ledger = Ledger()
    ours = bench(ledger)
    id = ours.owe(order=False)
    with ours.store.write() as db:
        db.execute("UPDATE outbox SET payload = ? WHERE id = ?", (payload, id))
    good = ours.owe()
    ours.work()
    assert ours.row(id).state == "dead" and ours.row(good).state == "sent" and len(ledger.texts) == 1


def test_no_answer_to_a_call_is_never_a_second_call(bench):
    accepted, lost = Ledger(lambda arrival: Answer(fault="silence")), Ledger(lambda arrival: "lost")
    for ledger, state in ((accepted, "sent"), (lost, "dead")):
        ours = bench(ledger, speed=100.0)
        id = ours.owe("call")
        ours.work()
        assert ours.row(id).state == state
        if state == "dead":
            assert "a person must decide" in ours.row(id).last_error
            assert ours.row(id).attempts == 1
    assert len(accepted.calls) == 1 and len([each for each in ours.arrivals if each.method == "POST"]) == 2


def test_a_text_that_was_lost_is_sent_once_more_and_marked_and_then_left_to_a_person(bench):
    ours = bench(Ledger(lambda arrival: "lost"), speed=100.0)
    id = ours.owe()
    ours.work()
    assert ours.row(id).state == "dead" and ours.row(id).attempts == 2
    assert len([each for each in ours.arrivals if each.method == "POST"]) == 2
    actions = [line.action for line in audit.of_subject(ours.store.read(), id)]
    assert sorted(actions) == ["sent_again", "unknown_outcome"]


def test_two_equal_texts_are_not_taken_for_each_other(bench):
    answers = iter(["", "lost", ""])
    ledger = Ledger(lambda arrival: next(answers))
    ours = bench(ledger, speed=100.0)
    first, second = ours.owe(), ours.owe()
    ours.work()
    assert ours.row(first).state == ours.row(second).state == "sent"
    assert ours.row(first).carrier_sid != ours.row(second).carrier_sid and len(ledger.texts) == 2
    assert ledger.texts[0]["from"] == OURS


def test_what_went_out_from_131_is_found_under_the_long_form_of_that_number(bench):
    ledger = Ledger(lambda arrival: Answer(fault="silence"))
    ledger.ours = "+6221131"
    ours = bench(ledger, speed=100.0)
    text, call = ours.owe(**{"from": "131"}), ours.owe("call", **{"from": "131"})
    ours.work()
    assert ours.row(text).state == ours.row(call).state == "sent"
    assert len(ledger.texts) == len(ledger.calls) == 1
    other = Ledger(lambda arrival: "lost")
    other.texts.append(
        {"sid": "SM9", "to": THEIRS, "from": "+62150200", "body": "Halo", "direction": "outbound-api"}
    )
    ours = bench(other, speed=100.0)
    again = ours.owe()
    ours.work()
    assert ours.row(again).state == "dead"  # what another number of ours sent is not taken for it
