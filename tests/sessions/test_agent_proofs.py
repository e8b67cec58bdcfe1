"""Whoever forges an agent's number as the sender of a text gets nothing done: a code goes to the true telephone first."""

import re

import pytest

from desk import roster
from desk.routing.events import RosterChanged
from tests.desk_text.conftest import FLOW, ROSTER, SITI
from tests.gateways import gateway_of
from tests.sessions.test_dialogues import WRITER, House

__all__ = ["gateway_of"]


@pytest.fixture
def house(gateway_of):
    house = House(gateway_of(FLOW), "siti")
    house.proved = False
    return house


def told(house):
    return house.sent(SITI)[-1][0]


def code(house):
    return re.search(r"Balas (\d{6})", told(house))[1]


def another(digits):
    return f"{(int(digits) + 1) % 1_000_000:06d}"


def actions(house):
    rows = house.gateway.store.read().execute("SELECT action FROM audit WHERE action LIKE 'telephone%'")
    return [action for (action,) in rows]


def test_nothing_is_done_for_a_sender_that_has_not_read_what_was_sent(house):
    house.text("PETUGAS halo")
    for words in ("1", "1 LEPAS", "Rabu buka."):
        house.text(words, SITI)
        assert "Belum dilakukan" in told(house)
    assert house.contact.state == "offered" and len(house.sent(WRITER)) == 1


def test_who_sends_the_code_back_takes_the_only_offer_and_works_on_for_a_shift(house):
    house.text("PETUGAS halo")
    house.text("1", SITI)
    house.text(code(house), SITI)
    assert house.contact.state == "talking" and "Anda ambil" in told(house)
    house.later(hours=11, minutes=59)
    house.text("Rabu buka.", SITI)
    assert house.sent(WRITER)[-1][0] == "Rabu buka." and actions(house) == ["telephone_proved"]
    house.later(minutes=2)
    house.text("Kamis juga.", SITI)
    assert "Belum dilakukan" in told(house) and house.sent(WRITER)[-1][0] == "Rabu buka."


def test_without_an_offer_the_agent_is_told_until_when(house):
    house.text("?", SITI)
    house.text(code(house), SITI)
    assert "terbukti sampai pukul 22.1" in told(house)  # 10.15 in Jakarta, and twelve hours


def test_a_code_can_be_guessed_three_times_and_is_good_once_and_for_ten_minutes(house):
    house.text("?", SITI)
    right = code(house)
    for _ in range(3):
        house.text(another(right), SITI)
    house.text(right, SITI)
    assert "terbukti" not in told(house) and "telephone_proved" not in actions(house)
    house.text("?", SITI)
    right = code(house)
    house.later(minutes=11)
    house.text(right, SITI)
    assert "terbukti" not in told(house)
    house.text("?", SITI)
    assert code(house) != right
    house.text(code(house), SITI)
    assert "terbukti" in told(house)


def test_a_forger_cannot_have_codes_sent_all_day(house):
    for n in range(9):
        house.text(f"halo {n}", SITI)
    assert len(house.sent(SITI)) == 3
    house.text(code(house), SITI)
    assert "terbukti" in told(house)


def test_another_telephone_in_the_roster_is_proved_anew(house):
    house.text("?", SITI)
    house.text(code(house), SITI)
    other = "+628115559999"
    house.happen(RosterChanged(tuple(roster.read(ROSTER.replace(SITI, other).encode()))))
    house.text("?", other)
    assert "Belum dilakukan" in house.sent(other)[-1][0]
