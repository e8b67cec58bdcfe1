"""Whole calls and dialogues with Bravo Bea Cukai: the menus, keywords and data of domain page 1.4 and its scenarios BC-1 and BC-2."""

from __future__ import annotations

import re

import pytest

from engine.identifiers import awb, imei
from sms.segments import foreign, parts
from tests.flows.player import Caller, House, Texter, at

CASE = {
    "tiket": "BC-20260310-0004",
    "contact": "+6281200000001",
    "status": "ditangani",
    "due": "2026-04-01",
}


def test_the_greeting_warns_of_private_accounts_in_both_languages(bravo: House) -> None:
    heard = Caller(bravo).heard
    for words in ("percakapan ini direkam", "This call is recorded", "rekening pribadi", "private account"):
        assert words in heard


# --- frauds ---


@pytest.mark.parametrize(("key", "paid", "priority"), [("2", "ya", "P1"), ("3", "tidak", "P2")])
def test_whoever_has_paid_goes_before_whoever_has_not(
    bravo: House, key: str, paid: str, priority: str
) -> None:
    caller = Caller(bravo)
    assert "lima ciri penipuan" in caller.press("1", "1")
    caller.press(key)
    assert [(queued.skill, queued.priority) for queued in caller.queued] == [("penipuan", priority)]
    expected = {"topic": "penipuan", "function": "informasi", "sudah_transfer": paid, "priority": priority}
    assert expected.items() <= caller.case.items()
    caller.talk()
    assert [("110" in text and "BC-20260311-0001" in text) for text in caller.texts] == [True] * (
        paid == "ya"
    )


@pytest.mark.parametrize(
    ("when", "on_duty"),
    [
        ("2026-03-14 21:40", True),
        ("2026-03-19 07:00", True),
        ("2026-03-14 22:00", False),
        ("2026-03-15 06:59", False),
    ],
)
def test_the_duty_desk_takes_frauds_and_tips_when_officers_are_at_home(
    bravo: House, when: str, on_duty: bool
) -> None:
    bravo.clock = at(when)
    for path in ("12", "13", "53"):
        caller = Caller(bravo)
        caller.press("1", *path)
        assert bool(caller.queued) == on_duty, path
    question = Caller(bravo)
    assert "di luar jam layanan" in question.press("1", "4", "1") and not question.queued


def test_at_night_a_victim_hears_and_reads_what_cannot_wait(bravo: House) -> None:
    bravo.clock = at("2026-03-14 23:10")
    caller = Caller(bravo)
    assert "memblokir rekening" in caller.press("1", "1", "2")
    assert "blokir" in caller.texts[0] and "110" in caller.texts[0]
    caller.press("1")
    caller.leave_message()
    assert (caller.case["priority"], caller.case["sudah_transfer"]) == ("P1", "ya")


# --- parcels ---


def test_a_parcel_is_found_by_its_digits(bravo: House) -> None:
    """Scenario BC-1."""
    heard = Caller(bravo, "+6281200000013").press("1", "2", "1", "1000000001#")
    assert "satu kosong kosong" in heard and "Permintaan dokumen" in heard and "satu miliar" not in heard
    caller = Caller(bravo, "+6281200000014")
    assert "lebih dari satu data" in caller.press("1", "2", "1", "000000014#")
    assert [queued.skill for queued in caller.queued] == ["barang_kiriman"]
    told = Texter(bravo, "+6281200000014").text("resi.ee000000014id")
    assert "Dokumen diterima" in told and "Rahasia" not in told and "125" not in told


def test_a_parcel_that_is_not_there_may_be_a_fraud(bravo: House) -> None:
    caller = Caller(bravo)
    heard = caller.press("1", "2", "1", "9999999999#")
    assert "memang tidak ada" in heard and "sudah mentransfer uang, tekan 2" in heard
    assert caller.step == "tipu2"


def test_the_status_is_texted_or_an_officer_asked(bravo: House) -> None:
    caller = Caller(bravo)
    caller.press("1", "2", "1", "1000000001#", "1")
    assert caller.texts[0].startswith("1000000001: Permintaan dokumen (10-03-2026 09.12 WIB)")
    asking = Caller(bravo)
    asking.press("1", "2", "1", "1000000001#", "2")
    assert asking.queued[0].skill == "barang_kiriman"


# --- passengers, trade, complaints ---


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("22", "tujuh koma lima persen"),
        ("311", "dua perangkat"),
        ("313", "satu lima sembilan"),
        ("32", "lima ratus dolar"),
        ("33", "seratus juta rupiah"),
    ],
)
def test_answers_of_the_menu_itself(bravo: House, path: str, words: str) -> None:
    caller = Caller(bravo)
    heard = caller.press("1", *path)
    assert words in heard and heard.endswith("Untuk mengakhiri panggilan, tekan 2.") and not caller.queued


def test_a_telephone_is_registered_or_not(bravo: House) -> None:
    heard = Caller(bravo).press("1", "3", "1", "2", "001010000000016#")
    assert "terdaftar sejak Minggu, delapan Maret" in heard
    assert "belum terdaftar" in Caller(bravo).press("1", "3", "1", "2", "001010000000032#")
    assert "tidak dikenali" in Caller(bravo).press("1", "3", "1", "2", "001010000000017#")


@pytest.mark.parametrize(
    ("path", "skill", "tier", "unit", "topic", "classification"),
    [
        ("23", "barang_kiriman", 1, "", "barang_kiriman", "publik"),
        ("41", "impor", 1, "", "impor", "publik"),
        ("42", "ekspor", 1, "", "ekspor", "publik"),
        ("43", "cukai", 1, "", "cukai", "publik"),
        ("44", "fasilitas", 2, "", "fasilitas", "publik"),
        ("51", "pengaduan", 1, "", "pengaduan_pelayanan", "terbatas"),
        ("52", "pengaduan_khusus", 2, "bc.uki", "pengaduan_pegawai", "rahasia"),
        ("53", "penindakan", 2, "bc.p2", "penyelundupan", "rahasia"),
    ],
)
def test_each_entry_leads_to_those_who_know(
    bravo: House, path: str, skill: str, tier: int, unit: str, topic: str, classification: str
) -> None:
    caller = Caller(bravo)
    caller.press("1", *path)
    assert [(queued.skill, queued.tier, queued.unit) for queued in caller.queued] == [(skill, tier, unit)]
    assert (caller.case["topic"], caller.case["classification"]) == (topic, classification)
    caller.talk()
    assert any("BC-20260311-0001" in text for text in caller.texts) == (path[0] == "5")


def test_the_status_of_a_complaint_needs_its_telephone(bravo: House) -> None:
    bravo.cases[CASE["tiket"]] = dict(CASE)
    assert "sedang ditangani" in Caller(bravo).press("1", "5", "4", "202603100004#", "0001#")
    heard = Caller(bravo).press("1", "5", "4", "202603100004#", "9999#", "9999#", "9999#")
    assert "tidak sesuai" in heard and "ditangani" not in heard


def test_english_callers_hear_english_only(bravo: House) -> None:
    caller = Caller(bravo)
    assert "Documents requested" in caller.press("2", "2", "1", "1000000001#")
    assert {prompt.language for prompt in caller.turn.prompts} == {"en"}


# --- texts ---


def test_a_fraud_on_saturday_night(bravo: House) -> None:
    """Scenario BC-2, the robot's part."""
    bravo.clock = at("2026-03-14 21:40")
    texter = Texter(bravo, "+6281200000015")
    told = texter.text("TIPU ktnya paket ditahan bea cukai suruh tf 2,5jt ke bca an pribadi hr ini jg")
    assert (
        "CIRI PENIPUAN" in told
        and "Jangan transfer" in told
        and "SUDAH" in told
        and "BC-20260314-0001" in told
    )
    assert {"topic": "penipuan", "function": "informasi", "priority": "P2"}.items() <= texter.case.items()
    paid = texter.text("sdh td siang 2500000")
    assert "blokir" in paid and "110" in paid and "BC-20260314-0001" in paid
    assert (texter.case["priority"], texter.case["sudah_transfer"]) == ("P1", "ya")


def test_the_dialogue_of_the_domain_page(bravo: House) -> None:
    texter = Texter(bravo)
    assert texter.text("BARANG EE000000014ID") == (
        "EE000000014ID: Dokumen diterima untuk diproses Bea Cukai (11-03-2026 08.40 WIB). Bea masuk dibayar hanya dengan kode "
        "billing. Ketik PETUGAS bila perlu bantuan."
    )
    assert texter.text("resi ee000000028id") == (
        "EE000000028ID: data tidak ditemukan. Barang belum tiba, belum dilaporkan penyelenggara pos, atau tidak ada. Jangan "
        "transfer ke rekening pribadi. Ketik TIPU bila diminta membayar."
    )
    assert texter.text("IMEI 001010000000016").startswith("IMEI 001010000000016: TERDAFTAR 08-03-2026.")
    assert texter.text("imei 001010000000017").startswith(
        "Nomor IMEI tidak benar (15 angka, lihat dengan menekan *#06#)"
    )
    tip = texter.text("ada yg jual rokok polos di pasar contoh blok c tiap sabtu")
    assert "BC-20260311-0001 diterima. Identitas Anda dirahasiakan" in tip
    expected = {"function": "informasi", "classification": "rahasia", "unit": "bc.p2"}
    assert expected.items() <= texter.case.items()
    assert "tambahkan pada laporan BC-20260311-0001" in texter.text("pak Anu, tiap jam 8, di belakang toko")
    assert "jam 8" in texter.case["note"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("barang 000000014", "lebih dari satu barang"),
        ("CEK 1000000001", "Permintaan dokumen"),
        ("BARANG", "Balas dengan nomor resi"),
        ("BARANG 12", "10-12 angka"),
        ("TARIF", "7,5%"),
        ("bea masuk tas brp", "25%"),
        ("BAWA", "USD 500"),
        ("TUNAI", "Rp100.000.000"),
        ("IMEI", "2 perangkat"),
        ("IMEI 001010000000032", "BELUM TERDAFTAR"),
        ("billing 012345678901234", "Kring Pajak 1500200"),
        ("BILLING 412345678901234", "Bea Cukai. Bayar melalui bank"),
        ("billing 712345678901234", "Ditjen Anggaran"),
        ("BILLING 12", "berawalan 4, 5, atau 6"),
        ("KANTOR sby", "KPPBC Tanjung Perak"),
        ("KANTOR atlantis", "KANTOR spasi KOTA"),
        ("KANTOR", "di kota mana"),
        ("siapa pelapor rokok itu", "tidak dapat kami sampaikan"),
        ("kosmetik impor perlu bpom ga", "lembaga penerbit izin"),
        ("LAPOR kapal bongkar malam2", "Identitas Anda dirahasiakan"),
        ("STATUS 12", "misalnya BC-"),
        ("sy tuli mau tanya paket", "tidak akan menelepon"),
        ("INFO", "1 barang kiriman"),
    ],
)
def test_what_a_text_is_answered_with(bravo: House, body: str, words: str) -> None:
    reply = Texter(bravo).text(body)
    assert words in reply and parts(reply) <= 2, reply


@pytest.mark.parametrize("agency", ["bpom", "kemendag", "karantina", "komdigi"])
def test_questions_about_other_ministries_are_counted_by_ministry(bravo: House, agency: str) -> None:
    texter = Texter(bravo)
    texter.text(f"apa harus ada surat {agency} dulu")
    assert (texter.case["topic"], texter.case["subtopic"]) == ("larangan_pembatasan", agency)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("1", "nomor resi"),
        ("2", "Ceritakan"),
        ("3", "2 perangkat"),
        ("4", "Silakan tulis"),
        ("5", "kami terima"),
    ],
)
def test_every_line_of_the_menu_leads_on(bravo: House, key: str, words: str) -> None:
    texter = Texter(bravo)
    texter.text("INFO")
    assert words in texter.text(key)


def test_a_complaint_about_an_officer_goes_to_internal_compliance(bravo: House) -> None:
    texter = Texter(bravo)
    assert "Nomor register pengaduan Anda BC-20260311-0001" in texter.text("ADU diminta uang di bandara")
    texter.text("2")
    assert {"unit": "bc.uki", "classification": "rahasia"}.items() <= texter.case.items()


def test_english_by_text(bravo: House) -> None:
    texter = Texter(bravo)
    assert "1 parcel" in texter.text("EN")
    assert "Documents requested" in texter.text("PARCEL 1000000001")
    assert "SIGNS OF FRAUD" in texter.text("SCAM they ask me to pay a private account")
    assert "receiving bank" in texter.text("yes")


# --- data ---


def test_parcels_and_telephones_have_right_numbers_and_nothing_private(bravo: House) -> None:
    parcels = bravo.flow.sources["kiriman"].rows
    assert set(parcels[0]) == {"resi", "angka", "keadaan_barang", "keadaan_barang_en", "tercatat"}
    for row in parcels:
        assert awb(row["resi"]) == row["resi"] and row["angka"] == re.sub("[A-Z]", "", row["resi"])
    assert all(
        imei(row["imei"]) and row["imei"].startswith("00101") for row in bravo.flow.sources["imei"].rows
    )


def test_every_office_has_its_row_and_every_billing_code_its_issuer(bravo: House) -> None:
    offices = bravo.flow.sources["kantor"].rows
    assert len({row["kota"] for row in offices}) == len(offices) >= 30
    assert not any(foreign("".join(row.values())) for row in offices)
    assert [row["awalan"] for row in bravo.flow.sources["penerbit"].rows] == [
        str(digit) for digit in range(10)
    ]
