"""Kontak OJK and Bravo Bea Cukai over HTTP on one Saturday: a lender checked by text, three functions of which one came by the old
number, a fraud that goes to the duty desk, and a parcel asked for by its digits."""

import pytest

from tests.house import House, environment
from tests.sms.test_dialogues import Mobile

WRITER, VICTIM = "+6281200000008", "+6281200000015"


@pytest.fixture(scope="module")
def house(tmp_path_factory, free_port):
    with House.running(
        environment(tmp_path_factory.mktemp("oj"), free_port, CLOCK="2026-03-14T10:00+07:00")
    ) as house:
        yield house


def test_a_lender_is_checked_by_text_and_then_an_officer_asked(house):
    mobile = Mobile(house, WRITER, "157")
    illegal = mobile.writes("CEK kilat tunai contoh")
    assert "TIDAK terdaftar" in illegal and "ilegal" in illegal
    assert "TERDAFTAR dan berizin" in mobile.writes("pinjol#PT. Dana Sejahtera Contoh, Tbk")
    assert "Maksud Anda Dana Sejahtera Contoh?" in mobile.writes("cek dana sejahtra contoh")
    assert "TERDAFTAR" in mobile.writes("y")
    unknown = mobile.writes("cek warung bu contoh")
    assert "tidak ditemukan" in unknown and "status: ilegal" not in unknown and "TERDAFTAR dan" not in unknown
    mobile.writes("#hubungipetugas")
    waiting = "SELECT function, topic FROM cases WHERE contact = ? AND status = 'antre'"
    assert house.query(waiting, WRITER) == [("pertanyaan", "legalitas")]


@pytest.mark.parametrize(
    ("number", "to", "keys", "told"),
    [
        ("+6281200000010", "157", "1221", ("pertanyaan", "perbankan")),
        ("+6281200000011", "1500655", "131", ("informasi", "penipuan")),
        ("+6281200000012", "157", "141", ("pengaduan", "pengaduan")),
        ("+622150000002", "157", "124", ("pertanyaan", "pujk")),
    ],
)
def test_three_functions_and_the_old_number(house, number, to, keys, told):
    call = house.phone(number).dial(to)
    assert ("Nomor layanan kami sekarang satu lima tujuh" in call.said) == (to == "1500655")
    for key in keys:
        call.press(key)
    call.hang_up()
    assert house.query("SELECT function, skill FROM cases WHERE contact = ?", number) == [told]


def test_whoever_has_paid_a_fraud_is_due_within_a_quarter_of_an_hour_on_a_saturday(house):
    mobile = Mobile(house, VICTIM, "1500225")
    told = mobile.writes("TIPU ktnya paket ditahan bea cukai suruh tf 2,5jt ke bca an pribadi hr ini jg")
    assert "PENIPUAN" in told and "Jangan transfer" in told and "SUDAH" in told
    paid = mobile.writes("sdh td siang 2500000")
    assert "blokir" in paid and "110" in paid
    columns = "topic, function, skill, priority, substr(due_first, 1, 16)"
    assert house.query(f"SELECT {columns} FROM cases WHERE contact = ?", VICTIM) == [
        ("penipuan", "informasi", "penipuan", 1, "2026-03-14T03:15")
    ]


def test_digits_of_one_parcel_are_told_and_those_of_two_are_not(house):
    call = house.phone("+6281200000013").dial("1500225")
    for key in ("1", "2", "1"):
        call.press(key)
    heard = call.press("1000000001#").said
    assert "satu kosong kosong" in heard and "Permintaan dokumen" in heard and "satu miliar" not in heard
    call.hang_up()
    told = Mobile(house, "+6281200000014", "1500225").writes("resi.ee000000014id")
    assert "Dokumen diterima" in told and "125" not in told
