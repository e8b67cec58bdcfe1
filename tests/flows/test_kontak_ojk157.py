"""Whole calls and dialogues with Kontak OJK 157: the menus, keywords and data of domain page 1.3 and its scenarios OJK-1 to OJK-3."""

from __future__ import annotations

from datetime import date

import pytest

from engine.identifiers import same_day
from engine.turn import LookUp, Prove
from sessions.matching import fold
from sms.segments import foreign, parts
from tests.flows.player import Caller, House, Texter, at

NIK, BIRTH = "9901011203850001#", "120385#"
CASE = {
    "tiket": "OJ-20260310-0004",
    "contact": "+6281200000001",
    "status": "menunggu_pihak_lain",
    "due": "2026-04-01",
}


def test_the_greeting_says_in_both_languages_that_the_call_is_recorded_and_free(ojk: House) -> None:
    heard = Caller(ojk).heard
    for words in (
        "percakapan ini direkam",
        "This call is recorded",
        "tidak dipungut biaya",
        "free of charge",
    ):
        assert words in heard


# --- 1: scams ---


@pytest.mark.parametrize(
    ("key", "window", "priority"), [("1", "dalam_12_jam", "P1"), ("2", "lewat_12_jam", "P2")]
)
def test_a_victim_is_told_to_block_the_account_and_goes_first(
    ojk: House, key: str, window: str, priority: str
) -> None:
    caller = Caller(ojk)
    assert "memblokir rekening" in caller.press("1", "1")
    caller.press(key)
    (queued,) = caller.queued
    assert (queued.skill, queued.tier, queued.unit, queued.priority) == ("penipuan", 1, "oj.pasti", priority)
    expected = {"topic": "penipuan", "function": "informasi", "scam_window": window, "priority": priority}
    assert expected.items() <= caller.case.items()
    caller.talk()
    (text,) = caller.texts
    assert "iasc.ojk.go.id" in text and "no rekening Anda dan pelaku" in text and "OJ-20260311-0001" in text


def test_on_a_sunday_victims_are_served_and_on_a_holiday_told_what_to_do(ojk: House) -> None:
    ojk.clock = at("2026-03-15 08:00")
    sunday = Caller(ojk)
    sunday.press("1", "1", "1")
    assert sunday.queued
    ojk.clock = at("2026-03-19 10:00")  # Nyepi
    holiday = Caller(ojk)
    heard = holiday.press("1", "1", "1")
    assert (
        not holiday.queued and "titik o-je-ka titik go titik id" in heard and "di luar jam layanan" in heard
    )
    assert "iasc.ojk.go.id" in holiday.texts[0]
    holiday.press("1")
    holiday.leave_message()
    assert holiday.case["priority"] == "P1" and holiday.case["topic"] == "penipuan"


def test_when_nobody_is_there_a_victim_is_not_left_waiting(ojk: House) -> None:
    ojk.nobody_is_there()
    caller = Caller(ojk)
    assert "Jangan menunggu" in caller.press("1", "1", "1")
    assert "iasc.ojk.go.id" in caller.texts[0]


# --- 2: questions ---


def test_a_name_is_checked_by_text(ojk: House) -> None:
    caller = Caller(ojk)
    heard = caller.press("1", "2", "1")
    assert "Balas dengan kata CEK" in heard and "tekan 1" in heard
    assert "CEK spasi NAMA PERUSAHAAN" in caller.texts[0]
    caller.press("1")
    assert [queued.skill for queued in caller.queued] == ["legalitas"]
    landline = Caller(ojk, "+622150000001")
    assert "Dari telepon seluler" in landline.press("1", "2", "1") and not landline.texts


@pytest.mark.parametrize(
    ("path", "skill", "tier", "topic"),
    [
        ("221", "perbankan", 1, "produk"),
        ("222", "pasar_modal", 1, "produk"),
        ("223", "asuransi", 1, "produk"),
        ("224", "pembiayaan", 1, "produk"),
        ("23", "pembiayaan", 1, "penagihan"),
        ("24", "pujk", 2, "kebijakan_mikroprudensial"),
        ("31", "penipuan", 1, "aktivitas_ilegal"),
        ("32", "pelanggaran", 2, "pelanggaran_pujk"),
        ("41", "pengaduan", 1, "pengaduan_konsumen"),
        ("0", "umum", 1, None),
    ],
)
def test_each_entry_leads_to_those_who_know(ojk: House, path: str, skill: str, tier: int, topic: str) -> None:
    caller = Caller(ojk)
    caller.press("1", *path)
    assert [(queued.skill, queued.tier) for queued in caller.queued] == [(skill, tier)]
    assert caller.case.get("topic") == topic


def test_the_three_functions_and_informasi_is_what_ojk_receives(ojk: House) -> None:
    """Scenario OJK-3."""
    told = []
    for number, to, keys in (
        ("+6281200000010", "157", "1221"),
        ("+6281200000011", "1500655", "131"),
        ("+6281200000012", "157", "141"),
        ("+622150000002", "157", "124"),
    ):
        caller = Caller(ojk, number, to=to)
        caller.press(*keys)
        told.append((caller.case["function"], caller.queued[0].skill))
    assert told == [
        ("pertanyaan", "perbankan"),
        ("informasi", "penipuan"),
        ("pengaduan", "pengaduan"),
        ("pertanyaan", "pujk"),
    ]
    assert caller.case["caller_segment"] == "pujk" and caller.case["tier"] == "T2"


# --- 3 and 4: reports, suggestions, complaints ---


def test_who_reports_a_company_is_kept_secret_and_gets_a_number(ojk: House) -> None:
    caller = Caller(ojk)
    caller.press("1", "3", "2")
    assert caller.case["classification"] == "rahasia"
    caller.talk()
    assert "OJ-20260311-0001" in caller.texts[0]


def test_a_suggestion_is_spoken_to_a_tape(ojk: House) -> None:
    caller = Caller(ojk)
    assert "setelah nada" in caller.press("1", "3", "3")
    assert "nomor laporan" in caller.leave_message()
    expected = {"function": "informasi", "topic": "saran", "policy_suggestion": "ya"}
    assert expected.items() <= caller.case.items() and not caller.queued and caller.ended


def test_a_complaint_goes_to_the_company_first(ojk: House) -> None:
    """Scenario OJK-2."""
    caller = Caller(ojk, "+6281200000009")
    heard = caller.press("1", "4", "2")
    assert "terlebih dahulu" in heard and "lima hari kerja" in heard
    (text,) = caller.texts
    assert "kontak157.ojk.go.id" in text and "kronologi" in text and parts(text) <= 2
    assert caller.case["function"] == "pengaduan" and not caller.queued and not ojk.cases


# --- 5: debtor information, status ---


def test_how_to_ask_for_debtor_information_is_told(ojk: House) -> None:
    assert "tanpa perantara" in Caller(ojk).press("1", "5", "1")


def test_the_status_of_a_request_is_told_to_its_owner_and_nothing_of_what_is_in_it(ojk: House) -> None:
    caller = Caller(ojk)
    assert "enam belas angka nik" in caller.press("1", "5", "2", "2026030001#")
    heard = caller.press(NIK, BIRTH)
    assert "sedang diproses" in heard and "hanya dikirim ke surel terdaftar" in heard
    assert [asked.level for asked in ojk.asked if isinstance(asked, Prove)] == ["L2"]
    assert "120385" not in str(caller.turn.session).replace(NIK[:-1], "") and "1985" not in str(
        caller.turn.session
    )


def test_the_owner_of_another_request_hears_the_words_of_a_failed_proof(ojk: House) -> None:
    stranger, liar = Caller(ojk), Caller(ojk)
    for caller in (stranger, liar):
        caller.press("1", "5", "2", "2026030002#")
    assert "tidak sesuai" in stranger.press(NIK, BIRTH)  # proved, but not this request's
    liar.press("9901015203850002#", "010190#", "010190#")
    assert liar.press("010190#") == stranger.heard
    assert stranger.step == liar.step == "utama"


def test_the_status_of_a_case_needs_its_telephone(ojk: House) -> None:
    ojk.cases[CASE["tiket"]] = dict(CASE)
    heard = Caller(ojk).press("1", "5", "3", "202603100004#", "0001#")
    assert "berstatus menunggu pihak lain" in heard and "Rabu, satu April dua ribu dua puluh enam" in heard
    wrong = Caller(ojk)
    heard = wrong.press("1", "5", "3", "202603100004#", "9999#", "9999#", "9999#")
    assert "tidak sesuai" in heard and "menunggu pihak lain" not in heard
    assert sum(isinstance(asked, LookUp) for asked in ojk.asked) == 1


@pytest.mark.parametrize(
    ("status", "words"), [("menunggu_kelengkapan", "dibatalkan"), ("ditutup", "berstatus")]
)
def test_documents_that_are_owed_and_cases_that_are_over_say_so(ojk: House, status: str, words: str) -> None:
    ojk.cases[CASE["tiket"]] = {**CASE, "status": status}
    heard = Caller(ojk).press("1", "5", "3", "202603100004#", "0001#")
    assert words in heard and ("April" in heard) == (status != "ditutup")


@pytest.mark.parametrize("path", ["42", "51"])
def test_after_an_answer_the_caller_may_go_on_or_end(ojk: House, path: str) -> None:
    caller = Caller(ojk)
    assert caller.press("1", *path).endswith("Untuk mengakhiri panggilan, tekan 2.")
    assert "korban penipuan" in caller.press("1")


def test_english_callers_hear_english_only(ojk: House) -> None:
    caller = Caller(ojk)
    assert "victim of a financial scam" in caller.press("2")
    assert "complain to the company first" in caller.press("4", "2")
    assert {prompt.language for prompt in caller.turn.prompts} == {"en"}
    assert "Complain to the company first" in caller.texts[0]


@pytest.mark.parametrize(
    ("when", "open"),
    [
        ("2026-03-11 07:44", False),
        ("2026-03-11 07:45", True),
        ("2026-03-11 16:44", True),
        ("2026-03-11 16:45", False),
        ("2026-03-14 10:00", True),  # a Saturday
        ("2026-03-20 10:00", True),  # collective leave
        ("2026-03-19 10:00", False),  # Nyepi
    ],
)
def test_officers_serve_every_day_but_national_holidays(ojk: House, when: str, open: bool) -> None:
    ojk.clock = at(when)
    caller = Caller(ojk)
    heard = caller.press("1", "0")
    assert bool(caller.queued) == open
    assert ("pukul tujuh lebih empat puluh lima menit" in heard) != open


# --- numbers ---


@pytest.mark.parametrize(
    ("number", "day", "phase"),
    [
        ("157", "2026-11-24", "serve"),
        ("1500655", "2024-12-31", "serve"),
        ("1500655", "2026-11-24", "announce_and_serve"),
        ("(021) 1500655", "2027-01-01", "announce_and_hang_up"),
        ("500655", "2014-12-31", "serve"),
        ("500655", "2015-06-30", "announce_and_serve"),
        ("(021) 500655", "2015-07-01", "announce_and_hang_up"),
    ],
)
def test_old_numbers_move_in_three_steps(ojk: House, number: str, day: str, phase: str) -> None:
    (entry,) = (entry for entry in ojk.flow.voice_numbers if entry.spelling == number)
    phases = [phase for start, phase in entry.phases if start is None or start <= date.fromisoformat(day)]
    assert phases[-1] == phase
    assert phase == "serve" or "satu lima tujuh" in entry.announce["id"]


# --- texts ---


def test_a_lender_is_checked_with_four_outcomes(ojk: House) -> None:
    """Scenario OJK-1."""
    texter = Texter(ojk, "+6281200000008")
    illegal = texter.text("CEK kilat tunai contoh")
    assert "TIDAK terdaftar" in illegal and "ilegal" in illegal
    assert "TERDAFTAR dan berizin" in texter.text("pinjol#PT. Dana Sejahtera Contoh, Tbk")
    asked = texter.text("cek dana sejahtra contoh")
    assert (
        asked == "Maksud Anda Dana Sejahtera Contoh? Balas YA atau TIDAK. Nama mirip sering dipakai penipu."
    )
    assert "TERDAFTAR" in texter.text("y")
    unknown = texter.text("cek warung bu contoh")
    assert "tidak ditemukan" in unknown and "status: ilegal" not in unknown and "TERDAFTAR dan" not in unknown
    texter.text("#hubungipetugas")
    expected = {"function": "pertanyaan", "topic": "legalitas", "status": "antre"}
    assert expected.items() <= texter.case.items()


@pytest.mark.parametrize("word", ["CEK", "PINJOL", "legal", "check"])
def test_the_words_that_check_a_name(ojk: House, word: str) -> None:
    assert "telah dicabut" in Texter(ojk).text(f"{word} BPR Lama Contoh")


def test_a_name_that_is_not_meant_is_not_found(ojk: House) -> None:
    texter = Texter(ojk)
    texter.text("cek dana sejahtra contoh")
    assert "tidak ditemukan" in texter.text("bukan") and "Dana" not in texter.heard
    assert "kami terima" in texter.text("petugas")


def test_an_officer_for_licences_gets_the_name(ojk: House) -> None:
    texter = Texter(ojk)
    texter.text("CEK kilat tunai contoh")
    texter.text("1")
    assert texter.case["skill"] == "legalitas" and "Kilat Tunai Contoh" in texter.case["note"]


def test_the_dialogue_of_the_domain_page(ojk: House) -> None:
    texter = Texter(ojk)
    scam = texter.text("tolong sy ketipu td jam 9 tf 5jt ke rek xxx gmn ini")
    assert (
        scam.startswith("SEGERA: 1) telepon bank Anda minta blokir 2) lapor iasc.ojk.go.id")
        and "OJ-20260311-0001" in scam
    )
    expected = {"topic": "penipuan", "function": "informasi", "priority": "P1", "unit": "oj.pasti"}
    assert expected.items() <= texter.case.items()
    assert "kami dahulukan" in texter.text("iya tadi pagi")
    assert texter.case["scam_window"] == "dalam_12_jam"
    asked = texter.text("ADU asuransi gw ga dibayar2 klaimnya udh 3 bln")
    assert "OJ-20260311-0002 diterima. Sudahkah Anda mengadu" in asked and asked.endswith(
        "Balas YA atau TIDAK."
    )
    assert texter.case["note"] == "asuransi gw ga dibayar2 klaimnya udh 3 bln"
    assert "20 hari kerja" in texter.text("sdh")
    refused = texter.text("liat slik punya suami sy dong nik 9901011203850001")
    assert "hanya untuk pemiliknya" in refused and "Jangan kirim NIK" in refused
    assert texter.case["classification"] == "rahasia"


def test_an_older_scam_waits_behind_a_fresh_one(ojk: House) -> None:
    texter = Texter(ojk)
    texter.text("SCAM")
    assert "hari ini" in texter.text("blm, minggu lalu")
    assert (texter.case["scam_window"], texter.case["priority"]) == ("lewat_12_jam", "P2")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("SLIK", "idebku.ojk.go.id"),
        ("ideb", "idebku.ojk.go.id"),
        ("bi checking sy gmn cara liat", "idebku.ojk.go.id"),
        ("slik orang lain bs diliat ga", "hanya untuk pemiliknya"),
        ("cek slik sy dong", "idebku.ojk.go.id"),
        ("LAPS", "pengadilan"),
        ("mau mediasi sama bank", "LAPS SJK"),
        ("debt collector neror sy terus", "surat tugas"),
        ("bank mana yg bermasalah skrg", "tidak dapat kami sampaikan"),
        ("dapet sms undian hadiah 100jt", "Komdigi 159"),
        ("apk dana cepat berizin ojk ga", "mana yang ingin Anda periksa"),
        ("ada investasi bodong di kampung sy", "Satgas PASTI"),
        ("TANYA bunga pinjaman daring brp", "kami terima"),
        ("LAPOR apk nagih tanpa izin", "Satgas PASTI"),
        ("klaim ditolak asuransi", "Sudahkah Anda mengadu"),
        ("INFO", "1 cek legalitas"),
        ("STATUS 12", "misalnya OJ-"),
        ("sy tuli, mau tanya asuransi", "tidak akan menelepon"),
    ],
)
def test_what_a_text_is_answered_with(ojk: House, body: str, words: str) -> None:
    reply = Texter(ojk).text(body)
    assert words in reply and parts(reply) <= 2, reply


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("1", "mana yang ingin Anda periksa"),
        ("2", "SEGERA"),
        ("3", "idebku"),
        ("4", "Silakan tulis"),
        ("5", "kami terima"),
    ],
)
def test_every_line_of_the_menu_leads_on(ojk: House, key: str, words: str) -> None:
    texter = Texter(ojk)
    texter.text("INFO")
    assert words in texter.text(key)


def test_a_report_is_information_and_a_complaint_is_none(ojk: House) -> None:
    texter = Texter(ojk)
    texter.text("LAPOR koperasi menghimpun dana tanpa izin")
    assert (texter.case["function"], texter.case["unit"]) == ("informasi", "oj.pasti")
    texter.text("KELUHAN bank memotong saldo")
    assert texter.case["function"] == "pengaduan"


def test_english_by_text(ojk: House) -> None:
    texter = Texter(ojk)
    assert "1 check a company" in texter.text("EN")
    assert "NOT licensed" in texter.text("CHECK kilat tunai contoh")
    assert "Do you mean Dana Sejahtera Contoh?" in texter.text("check dana sejahtra contoh")
    assert "LICENSED by OJK" in texter.text("yes")


# --- data ---


def test_the_companies_are_invented_and_have_one_answer_each(ojk: House) -> None:
    rows = ojk.flow.sources["lembaga"].rows
    names = [fold(row["nama"]) for row in rows]
    assert len(rows) >= 25 and len(set(names)) == len(names)
    assert all("contoh" in name for name in names)
    assert {row["izin"] for row in rows} == {"berizin", "ilegal", "dicabut"}
    assert not any(foreign("".join(row.values())) for row in rows)


def test_persons_in_the_data_are_of_the_province_that_does_not_exist(ojk: House) -> None:
    born = {row["nik"]: row["tanggal_lahir"] for row in ojk.flow.sources["pemohon"].rows}
    for nik, birth in born.items():
        assert nik.startswith("99") and same_day(f"{int(nik[6:8]) % 40:02}{nik[8:12]}", birth)
    for row in ojk.flow.sources["ideb"].rows:
        assert row["nik"] in born and 8 <= len(row["ideb"]) <= 14
