"""A writer who waits for a person: what the robot still answers, and what waits for the person."""

import pytest

from tests.desk_text.conftest import FLOW, SITI
from tests.gateways import gateway_of
from tests.sessions.test_dialogues import WRITER, House

__all__ = ["gateway_of"]
# A service that tells progress by number, and asks something after it has queued the case.
ASKING = FLOW.replace(
    "  INFO: info\n", "  INFO: info\n  STATUS: {takes: tiket, then: kabar, wrong: kabar}\n  MENU: salam\n"
).replace(
    '    note: "{isi}"\n    then: tutup\n    closed: tutup\n    nobody: tutup\n  rahasia',
    '    note: "{isi}"\n    noted: tanya\n    then: tutup\n    closed: tutup\n    nobody: tutup\n'
    '  tanya: {menu: {id: "Sudahkah Anda mengadu? Balas YA atau TIDAK.", en: "Did you complain? YES or NO."},'
    ' keys: {"1": {then: sudah, label: {id: YA, en: "YES"}}, "2": {then: belum, label: {id: TIDAK, en: "NO"}}},'
    " silence: {tries: 1, then: tutup}, no_match: {tries: 1, then: tutup}}\n"
    '  sudah: {end: {id: "Baik.", en: "Good."}}\n'
    '  belum: {end: {id: "Adukan dahulu.", en: "Complain first."}}\n'
    '  kabar: {say: {id: "Kabar laporan {tiket}.", en: "News of {tiket}."}, then: tutup}\n  rahasia',
)


@pytest.fixture
def house_of(gateway_of):
    return lambda *agents, flow=FLOW: House(gateway_of(flow), *agents)


def last(house):
    return house.sent(WRITER)[-1][0]


def answers(house):
    return len(house.sent(WRITER))


def forwarded(house, words):
    return any(words in body for body, _ in house.sent(SITI))


def waits(house):
    """A dialogue that nobody has taken; its ticket."""
    house.text("PETUGAS halo")
    assert house.contact.state == "waiting"
    return last(house).split()[1]


def test_status_and_help_tell_ticket_and_place_and_change_nothing(house_of):
    house = house_of()
    ticket = waits(house)
    for word in ("STATUS", "status?", "BANTUAN", "help"):
        house.text(word)
        assert f"Laporan {ticket} menunggu petugas, urutan 1" in last(house)
    assert answers(house) == 5
    assert house.story() == ["arrived"] and house.case()[0] == "antre"


def test_withdrawn_it_is_cancelled_and_nobody_is_asked_any_more(house_of):
    house = house_of("siti")
    house.text("PETUGAS halo")
    assert house.contact.state == "offered"
    number = house.sent(SITI)[-1][0][1]
    house.text("batal")
    assert house.contact is None and house.case()[0] == "dibatalkan" and house.story()[-1] == "abandoned"
    assert "dibatalkan. Terima kasih telah menghubungi Layanan Contoh" in last(house)
    house.text(number, SITI)
    assert "sudah tidak pada Anda" in house.sent(SITI)[-1][0]
    house.text("INFO")
    assert "Kami buka" in last(house)


def test_what_is_secret_is_withdrawn_to_a_person_only(house_of):
    house = house_of()
    house.text("RAHASIA siapa pelapornya")
    house.text("BATAL")
    assert house.contact is not None and house.case()[0] != "dibatalkan" and house.story()[-1] == "joined"


def test_an_exact_keyword_is_answered_by_the_robot_and_words_of_ones_own_are_not(house_of):
    house = house_of(flow=ASKING)
    house.text("PETUGAS halo")
    ticket = house.sent(WRITER)[0][0].split("Laporan ")[1].split()[0]
    house.text(f"STATUS {ticket}")
    assert "Kabar laporan 202603110001." in last(house)
    house.text("INFO")
    assert "Kami buka" in last(house)
    before = answers(house)
    house.text("info apa saja yang perlu saya bawa?")
    house.text("PETUGAS tolong cepat")
    house.text("PETUGAS")
    assert answers(house) == before and house.story() == ["arrived", "joined", "joined", "joined"]
    assert house.gateway.store.read().execute("SELECT COUNT(*) FROM cases").fetchone() == (1,)


def test_the_robots_own_question_is_answered_to_the_robot_until_somebody_takes_it(house_of):
    house = house_of("siti", flow=ASKING)
    house.text("PETUGAS halo")
    assert "2 TIDAK" in last(house)
    house.text("tidak")
    assert "Adukan dahulu" in last(house) and house.story() == ["arrived", "offered"]
    house.text("tidak")  # nothing is asked any more
    assert house.story()[-1] == "joined"


def test_once_an_agent_has_it_everything_is_for_the_agent(house_of):
    house = house_of("siti", flow=ASKING)
    house.text("PETUGAS halo")
    house.take()
    before = answers(house)
    for words in ("STATUS", "BATAL", "tidak", "INFO"):
        house.text(words)
        assert forwarded(house, f"] {words}")
    assert answers(house) == before and house.contact.state == "talking"


def test_a_question_of_ten_minutes_ago_is_not_waited_for_any_more(house_of):
    house = house_of(flow=ASKING)
    house.text("PETUGAS halo")
    house.later(minutes=11)
    house.text("tidak")
    assert house.story() == ["arrived", "joined"] and "kami tambahkan" in last(house)


def test_once_an_hour_a_writer_is_told_that_the_words_have_arrived(house_of):
    house = house_of()
    ticket = waits(house)
    house.text("masih ada?")
    assert answers(house) == 1  # the robot has just said as much
    house.later(minutes=11)
    for words in ("halo", "ada orang?"):
        house.text(words)
    assert answers(house) == 2 and f"pada laporan {ticket}, urutan 1" in last(house)
    house.later(minutes=61)
    house.text("masih menunggu")
    assert answers(house) == 3


def test_who_waits_for_a_person_is_told_the_ticket_whatever_the_flow_says(house_of):
    house = house_of(
        flow=FLOW.replace(
            '    note: "{isi}"\n    then: tutup', '    note: "{isi}"\n    noted: info\n    then: tutup'
        )
    )
    house.text("PETUGAS halo")
    assert "Kami buka" in last(house) and "Laporan CO-20260311-0001 kami terima" in last(house)
