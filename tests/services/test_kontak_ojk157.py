"""OJK-1 to OJK-3 of the domain page: a lender checked by text, a complaint that comes too early, and the three functions."""

import csv
import time

import pytest

from tests.house import House, command
from tests.services.centre import case, centre, keyed
from tests.sms.test_dialogues import Mobile

DAY = "2026-03-11"
WRITER, EARLY = "+6281200000008", "+6281200000009"
WITHIN_SECONDS = 15
# Who calls which number and presses what, and what its case says (OJK-3).
PATHS = {
    ("+6281200000010", "157", "1221"): ("pertanyaan", "perbankan"),
    ("+6281200000011", "1500655", "131"): ("informasi", "penipuan"),
    ("+6281200000012", "157", "141"): ("pengaduan", "pengaduan"),
    ("+622150000002", "157", "124"): ("pertanyaan", "pujk"),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory, free_port):
    environ = centre(tmp_path_factory.mktemp("oj"), free_port, "kontak_ojk157")
    with House.running(environ, CLOCK=f"{DAY}T10:00+07:00") as house:
        yield house


def functions(house: House) -> dict[str, str]:
    """The day's cases by function, as the report counts them."""
    words = ("--part", "functions", "--format", "csv", "--language", "en")
    told = command(house.environ, "report", "--from", DAY, "--to", DAY, *words)
    header, *rows = csv.reader(told.splitlines())
    (total,) = (row for row in rows if row[0] == "Total")
    return dict(zip(header, total, strict=True))


def test_ojk_3_three_functions_of_which_one_is_what_the_public_tells(house):
    for (number, to, keys), told in PATHS.items():
        call = keyed(house, number, to, keys)
        call.hang_up()
        kept = case(house, number)
        assert (kept["function"], kept["skill"]) == told
        announced = any(
            "Nomor layanan kami sekarang satu lima tujuh" in item.text for item in call.transcript
        )
        assert announced == (to == "1500655")
    company = case(house, "+622150000002")
    assert (company["caller_segment"], company["tier"]) == ("pujk", 2)
    counted = functions(house)  # nobody has called before
    assert [counted[name] for name in ("pertanyaan", "informasi", "pengaduan", "Total")] == [
        "2",
        "1",
        "1",
        "4",
    ]


def test_ojk_2_whoever_has_not_asked_the_company_yet_is_told_to(house):
    call = keyed(house, EARLY, "157", "142")
    assert "terlebih dahulu" in call.said and "lima hari kerja" in call.said
    (text,) = house.phone(EARLY).texts(wait=10)
    assert "kontak157.ojk.go.id" in text.body and "kronologi" in text.body and text.segments <= 2
    call.hang_up()
    kept = case(house, EARLY)
    assert (kept["function"], kept["status"], kept["tier"]) == ("pengaduan", "dijawab_mandiri", 0)
    assert house.query("SELECT 1 FROM contact_events WHERE contact = ?", call.sid) == []


def test_ojk_1_a_lender_is_checked_by_text_and_then_an_officer_asked(house):
    mobile = Mobile(house, WRITER, "157")
    began = time.monotonic()
    illegal = mobile.writes("CEK kilat tunai contoh")
    assert time.monotonic() - began < WITHIN_SECONDS
    assert "TIDAK terdaftar" in illegal and "ilegal" in illegal
    licensed = mobile.writes("pinjol#PT. Dana Sejahtera Contoh, Tbk")
    assert "TERDAFTAR" in licensed and "berizin" in licensed
    meant = mobile.writes("cek dana sejahtra contoh")
    assert "Dana Sejahtera Contoh?" in meant and "YA" in meant
    assert "TERDAFTAR" in mobile.writes("y")
    unknown = mobile.writes("cek warung bu contoh")
    assert "tidak ditemukan" in unknown and "status: ilegal" not in unknown and "TERDAFTAR dan" not in unknown
    mobile.writes("#hubungipetugas")
    asked = case(house, WRITER)
    expected = {"function": "pertanyaan", "topic": "legalitas", "tier": 1, "status": "antre"}
    assert {name: asked[name] for name in expected} == expected
