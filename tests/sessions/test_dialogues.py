"""Text dialogues over hours and nights: leases, quiet hours, ends that nobody says, machines that answer."""

import json
from datetime import timedelta

import pytest

from desk import roster
from desk.routing.events import RosterChanged, SignedIn, SignedOut
from engine.numbers import contact_key
from sessions.agents import agent_proofs
from sessions.desk import desk
from sessions.dialogues import dialogues, receipts, texting
from sms import reply, routes
from store import messages, outbox
from store.times import text
from tests.desk_text.conftest import BUDI, FLOW, ROSTER, SITI

WRITER = "+6281234567890"


class House:
    """A gateway with agents, a clock that can be moved, and texts that come in."""

    def __init__(self, gateway, *agents):
        self.gateway, self.ahead, self.n = gateway, timedelta(), 0
        self.proved = True  # as if each agent had proved the telephone of the roster just now
        begin = gateway.clock()
        gateway.clock = lambda: begin + self.ahead
        self.happen(RosterChanged(tuple(roster.read(ROSTER.encode()))), *map(SignedIn, agents))

    def happen(self, *events):
        for event in events:
            with self.gateway.store.write() as db:
                desk.happen(self.gateway, db, event, text(self.gateway.clock()))

    def later(self, **time):
        """So much later; what was due has happened."""
        self.ahead += timedelta(**time)
        with self.gateway.store.write() as db:
            desk.wake(self.gateway, db)

    def text(self, body, sender=WRITER, sid=""):
        self.n += 1
        flow, _ = self.gateway.services.by_number("text", "131")
        sid = sid or f"SM{self.n:032d}"
        for agent in desk.look(self.gateway, self.gateway.store.read()).roster.agents.values():
            if self.proved and agent.phone == sender:
                with self.gateway.store.write() as db:
                    agent_proofs.note(db, agent, text(self.gateway.clock()))
        incoming = texting.Incoming("AC", sid, f"sms:{sid}", flow, contact_key(sender).key, "131", body)
        return texting.take_text(self.gateway, incoming, routes.understand, reply.render)

    @property
    def contact(self):
        return next(iter(desk.look(self.gateway, self.gateway.store.read()).contacts.values()), None)

    def sent(self, number):
        """(words, when they may go) of all that was owed to this number."""
        rows = self.gateway.store.read().execute(
            "SELECT payload, not_before FROM outbox WHERE target = ? ORDER BY seq", (number,)
        )
        return [(json.loads(payload)["body"], at) for payload, at in rows]

    def due(self):
        """The words that go out now, one after the other; each is taken as sent."""
        now, words = text(self.gateway.clock()), []
        with self.gateway.store.write() as db:
            while rows := outbox.claim(db, now=now, owner="w", kinds=("sms",), limit=10):
                words += [json.loads(row.payload)["body"] for row in rows]
                for row in rows:
                    db.execute("UPDATE outbox SET state = 'sent' WHERE id = ?", (row.id,))
            return words

    def case(self):
        return self.gateway.store.read().execute("SELECT status, agent FROM cases").fetchone()

    def story(self):
        return [
            what
            for (what,) in self.gateway.store.read().execute("SELECT what FROM contact_events ORDER BY id")
        ]

    def take(self, sender=SITI):
        self.text(self.sent(sender)[-1][0][1], sender)


@pytest.fixture
def house_of(gateway_of):
    return lambda *agents: House(gateway_of(FLOW), *agents)


def test_an_offer_that_is_not_taken_in_time_goes_to_the_next_agent_and_its_number_is_over(house_of):
    house = house_of("siti", "budi")
    house.text("PETUGAS halo")
    first = house.contact.agent
    phone = {"siti": SITI, "budi": BUDI}[first]
    number = house.sent(phone)[0][0][1]
    house.later(seconds=61)
    assert house.contact.agent not in ("", first)
    house.text(number, phone)  # too late
    assert house.contact.agent != first and "sudah tidak pada Anda" in house.sent(phone)[-1][0]


def test_a_number_is_given_again_after_an_hour_and_not_before(house_of):
    house, numbers = house_of("siti"), []
    for wait in (0, 0, 3700):
        house.later(seconds=wait)
        house.text("PETUGAS halo")
        numbers.append(house.sent(SITI)[-1][0][1])
        house.take()
        house.text("SELESAI", SITI)
        assert house.contact is None
    assert numbers == ["1", "2", "1"]


def test_a_flood_is_kept_with_the_dialogue_and_not_passed_on(house_of):
    house = house_of("siti")
    house.text("PETUGAS halo")
    house.take()
    for n in range(25):
        house.text(f"pesan {n}")
    assert sum("pesan" in body for body, _ in house.sent(SITI)) == 19
    ((kept,),) = house.gateway.store.read().execute(
        "SELECT COUNT(*) FROM messages WHERE session_id = ?", (house.contact.id,)
    )
    assert kept == 26


def test_what_ends_in_dots_is_refused_too_when_it_is_too_long(house_of):
    house = house_of("siti")
    house.text("PETUGAS halo")
    house.take()
    before = house.sent(WRITER)
    house.text("panjang " * 60 + "...", SITI)
    assert "lebih dari 2 SMS" in house.sent(SITI)[-1][0] and house.sent(WRITER) == before
    house.text("Sebentar...", SITI)
    assert house.sent(WRITER)[-1][0] == "Sebentar..."


def test_three_misses_in_a_row_are_a_break_and_the_dialogue_waits_on(house_of):
    house = house_of("siti")
    house.text("PETUGAS halo")
    for _ in range(3):
        house.later(seconds=61)
        house.later(seconds=6)
    post = desk.look(house.gateway, house.gateway.store.read()).post("siti")
    assert (post.presence, post.reason) == ("break", "misses:unanswered")
    assert house.contact.state == "waiting"
    house.happen(SignedIn("siti"))
    assert house.contact.agent == "siti"


def test_a_text_that_comes_twice_is_answered_and_passed_on_once(house_of):
    house = house_of("siti")
    house.text("PETUGAS halo", sid="SMx")
    house.take()
    assert house.text("besok buka?", sid="SMy") and not house.text("besok buka?", sid="SMy")
    assert sum("besok buka?" in body for body, _ in house.sent(SITI)) == 1
    assert house.text("Buka.", SITI, sid="SMz") and not house.text("Buka.", SITI, sid="SMz")
    assert sum(body == "Buka." for body, _ in house.sent(WRITER)) == 1


def test_at_night_only_who_has_just_written_is_answered_at_once(house_of):
    house = house_of("siti")
    house.later(hours=10, minutes=30)  # 20.45 in Jakarta
    house.text("PETUGAS halo")
    house.take()
    house.text("Selamat malam.", SITI)
    assert house.sent(WRITER)[-1] == ("Selamat malam.", text(house.gateway.clock()))
    house.later(hours=2)
    house.text("Tambahan dari kami.", SITI)
    assert house.sent(WRITER)[-1] == ("Tambahan dari kami.", "2026-03-12T01:00:00.000Z")
    assert "08.00" in house.sent(SITI)[-1][0]
    house.text("masih di sini", WRITER)
    house.text("Baik, kami jawab sekarang.", SITI)
    assert house.sent(WRITER)[-1][1] == text(house.gateway.clock())
    words = house.due()  # and what waits for the morning keeps nothing back
    assert "Baik, kami jawab sekarang." in words and "Tambahan dari kami." not in words


def test_a_dialogue_that_nobody_ends_is_over_after_a_day_and_what_was_answered_closes_its_case(house_of):
    house = house_of("siti")
    house.text("PETUGAS halo")
    house.take()
    house.text("Jawaban kami.", SITI)
    house.later(days=1, seconds=1)
    assert house.contact is None and house.case()[0] == "ditutup"
    assert "terlalu lama tanpa kabar" in house.sent(SITI)[-1][0]
    house.text("apakah masih ada?", SITI)
    assert "tidak ada percakapan" in house.sent(SITI)[-1][0]
    assert house.story()[-1] == "talk_ended"


def test_without_an_answer_the_case_stays_with_the_agent_and_given_to_the_robot_it_is_cancelled(house_of):
    house = house_of("siti")
    house.text("PETUGAS halo")
    house.take()
    house.later(days=1, seconds=1)
    assert house.contact is None and house.case() == ("ditangani", "siti")
    other = "+6281234567891"
    house.text("PETUGAS lagi", other)
    house.take()
    house.text("ROBOT", SITI)
    assert house.contact is None
    assert "layanan otomatis" in house.sent(other)[-1][0]
    rows = house.gateway.store.read().execute("SELECT status FROM cases ORDER BY number").fetchall()
    assert rows[-1] == ("dibatalkan",)


def test_the_first_answer_stops_the_first_clock_of_the_case(house_of):
    house = house_of("siti")
    house.text("PETUGAS halo")
    house.take()
    house.text("Jawaban kami.", SITI)
    house.text("Jawaban kedua.", SITI)
    ((first, status),) = house.gateway.store.read().execute("SELECT first_at, status FROM cases")
    assert first and status == "ditangani"
    assert house.story().count("replied") == 2


def test_a_machine_that_answers_our_help_gets_it_three_times(house_of):
    house = house_of("siti")
    for _ in range(9):
        house.text("Saya sedang mengemudi.", SITI)
    assert len(house.sent(SITI)) == 3


def test_an_agent_is_an_agent_whatever_is_written_and_also_when_signed_out(house_of):
    house = house_of()
    house.text("INFO", SITI)
    house.text("PETUGAS tolong", SITI)
    assert house.contact is None and house.case() is None
    assert all("tidak ada percakapan" in body for body, _ in house.sent(SITI))


def test_the_same_words_again_and_again_are_not_sent_and_the_agent_is_told(house_of):
    house = house_of("siti")
    house.text("PETUGAS halo")
    house.take()
    for _ in range(4):
        house.text("Mohon tunggu sebentar.", SITI)
    assert sum(body == "Mohon tunggu sebentar." for body, _ in house.sent(WRITER)) == 3
    assert "batas SMS" in house.sent(SITI)[-1][0]


def test_who_signs_out_keeps_what_is_in_hand_and_an_offer_goes_on(house_of):
    house = house_of("siti")
    house.text("PETUGAS halo")
    house.happen(SignedOut("siti"))
    assert house.contact.state == "waiting"
    house.happen(SignedIn("siti"))
    house.take()
    house.happen(SignedOut("siti"))
    house.text("Sampai jumpa.", SITI)
    assert house.sent(WRITER)[-1][0] == "Sampai jumpa."


def test_an_agent_of_one_dialogue_cannot_touch_another_agents(house_of):
    house = house_of("siti")
    house.text("PETUGAS halo")
    house.take()
    held = house.contact
    budi = desk.look(house.gateway, house.gateway.store.read()).roster.agents["budi"]
    with house.gateway.store.write() as db:
        now = text(house.gateway.clock())
        for act in (
            dialogues.take,
            dialogues.release,
            dialogues.escalate,
            dialogues.to_robot,
            dialogues.close,
        ):
            told = act(house.gateway, db, budi, held.id, now)
            assert (told.ok, told.code) == (False, "not_yours")
        told = dialogues.answer(house.gateway, db, budi, held.id, "halo", now)
        assert told.code == "not_yours"
    assert house.contact == held


def test_the_writer_is_never_shown_to_the_agent_and_secrets_are_masked(house_of):
    house = house_of("siti")
    house.text("PETUGAS rekening 1234567890, NIK 3174061203850001")
    house.take()
    house.text("email saya wati@example.com, hp 0812-3456-7890")
    words = " ".join(body for body, _ in house.sent(SITI))
    for hidden in ("1234567890", "3174061203850001", "wati@", "3456", WRITER[3:]):
        assert hidden not in words


def test_an_answer_that_does_not_arrive_is_told_to_who_gave_it_once(house_of):
    house = house_of("siti")
    house.text("PETUGAS halo")
    house.take()
    house.text("Rabu buka pukul 08.00.", SITI)
    house.text("SELESAI", SITI)
    db = house.gateway.store.read()
    ((owed,),) = db.execute(
        "SELECT id FROM outbox WHERE target = ? AND payload LIKE '%Rabu buka%'", (WRITER,)
    )
    with house.gateway.store.write() as writing:
        messages.note(writing, "SM" + "9" * 32, at=text(house.gateway.clock()), outbox_id=owed, status="sent")
    for _ in range(2):
        form = {
            "MessageSid": "SM" + "9" * 32,
            "MessageStatus": "undelivered",
            "ErrorCode": "30005",
            "AccountSid": "AC",
        }
        receipts.take(house.gateway, form)
    told = [body for body, _ in house.sent(SITI) if "tidak sampai" in body]
    assert len(told) == 1 and "CO-" in told[0]
    assert db.execute("SELECT COUNT(*) FROM case_events WHERE what = 'answer not delivered'").fetchone() == (
        1,
    )
