"""An agent's answer that did not arrive, by whatever way we learn of it: its agent hears of it, once, and it has answered nothing."""

import itertools

import pytest

from carrier.client import Carrier
from jobs import sending, sweeps, timers, worker
from jobs.plan import Plan
from sessions import chores
from sessions.dialogues import receipts
from sms import reply
from store import outbox
from store import timers as stored_timers
from store.times import plus, text
from tests.carrier.stub import Answer, refusal, stub
from tests.desk_text.conftest import FLOW, SITI
from tests.jobs.conftest import ACCOUNT, gateway_of
from tests.sessions.test_dialogues import WRITER, House

__all__ = ["gateway_of"]
RULES = Plan("https://x.id", calls=sending.guard.Rules(), texts=sending.guard.Rules(), texts_per_second=None)


class Desk(House):
    """An agent who has answered, and the job that brings the answer to the carrier."""

    def __init__(self, gateway, carrier):
        super().__init__(gateway, "siti")
        self.tools = worker.tools_for(gateway.store, carrier, RULES, lambda: gateway.clock())
        self.sids = (f"SMf{n:031x}" for n in itertools.count(1))
        self.text("PETUGAS halo")
        self.take()
        self.due()  # all but the answer has gone out
        self.text("Rabu buka pukul 08.00.", SITI)

    def bring(self):
        """One attempt at what is due, and what the middle does about it."""
        now = text(self.gateway.clock())
        with self.gateway.store.write() as db:
            rows = outbox.claim(db, now=now, owner="w", kinds=("sms",), limit=1)
        for row in rows:
            sending.deliver(self.tools, row, "w")
        self.fire()

    def fire(self):
        handlers = chores.timers(self.gateway, reply.render)
        now = text(self.gateway.clock())
        with self.gateway.store.write() as db:
            due = stored_timers.claim(db, now=now, owner="w", kinds=("text_lost",), limit=9)
        for timer in due:
            timers.fire(self.tools, handlers, timer, "w")

    def receipt(self, sid, status="undelivered"):
        form = {"MessageSid": sid, "MessageStatus": status, "ErrorCode": "30005", "AccountSid": "AC"}
        receipts.take(self.gateway, form)

    def told(self):
        return [body for body, _ in self.sent(SITI) if "tidak sampai" in body]


@pytest.fixture
def desk_of(gateway_of):
    """A function: such a desk, before a carrier that answers like this."""
    with stub(lambda arrival: Answer(500)) as found:

        def make(answer):
            desk = Desk(gateway_of(FLOW), Carrier(ACCOUNT, "t" * 32, found.url, connect=0.5, read=2.0))
            found.answer = lambda arrival: answer(desk, arrival)
            return desk

        yield make


def accepted(desk, status="queued"):
    return Answer(201, {"sid": next(desk.sids), "status": status, "direction": "outbound-api"})


def test_a_receipt_that_comes_before_the_carriers_answer_is_told_when_both_are_here(desk_of):
    def hasty(desk, arrival):
        answer = accepted(desk)
        desk.receipt(answer.body["sid"])
        return answer

    desk = desk_of(hasty)
    desk.bring()
    assert len(desk.told()) == 1


def test_an_answer_that_the_carrier_refuses_is_told_and_the_case_is_not_answered(desk_of):
    desk = desk_of(lambda desk, arrival: refusal(400, 21211))
    desk.bring()
    assert len(desk.told()) == 1
    desk.text("SELESAI", SITI)
    assert "tanpa jawaban" in desk.sent(SITI)[-1][0] and desk.case() == ("ditangani", "siti")


def test_an_answer_of_which_a_sweep_learns_is_told_once(desk_of):
    def answer(desk, arrival):
        if arrival.method == "GET":
            sid = arrival.path.rpartition("/")[2].removesuffix(".json")
            return Answer(200, {"sid": sid, "status": "undelivered", "error_code": 30005})
        return accepted(desk)

    desk = desk_of(answer)
    desk.bring()
    assert desk.told() == []
    (sweep,) = [each for each in sweeps.sweeps(desk.tools) if each.name == "messages"]
    desk.later(minutes=16)
    for _ in range(2):
        sweep.run()
        desk.fire()
        desk.later(minutes=16)
    assert len(desk.told()) == 1


def test_other_texts_that_are_lost_are_nobodys_answer(desk_of):
    desk = desk_of(lambda desk, arrival: accepted(desk))
    desk.bring()
    desk.text("ROBOT", SITI)
    (owed,) = desk.gateway.store.read().execute(
        "SELECT id FROM outbox WHERE target = ? AND json_extract(payload, '$.template') = 'back_to_robot'",
        (WRITER,),
    )
    with desk.gateway.store.write() as db:
        sending.text_is_lost(db, owed[0], plus(text(desk.gateway.clock()), -1))
    desk.fire()
    assert desk.told() == []
