"""Whole calls to Kring Pajak: the menus of domain page 1.2 and what its scenarios say of them."""

from __future__ import annotations

import pytest

from engine.turn import LookUp, Prove
from sms.segments import parts
from tests.flows.player import Caller, House, Texter, at

TAXPAYER, BIRTH = "9901011203850001#", "120385#"
CASE = {
    "tiket": "KP-20260310-0002",
    "contact": "+6281200000001",
    "status": "dieskalasi",
    "due": "2026-03-31",
}


def test_whoever_has_no_tax_number_presses_hash(pajak: House) -> None:
    caller = Caller(pajak)
    assert "langsung tekan pagar" in caller.press("1")
    assert "lupa e-fin" in caller.press("#")
    assert caller.step == "utama"


def test_a_number_that_is_none_is_asked_for_again(pajak: House) -> None:
    caller = Caller(pajak)
    assert "tidak dikenali" in caller.press("1", "12345#")
    caller.press(TAXPAYER)
    assert caller.step == "utama"


def test_at_night_the_menus_answer_and_a_message_becomes_a_case(pajak: House) -> None:
    """Scenario KP-1, Friday evening."""
    pajak.clock = at("2026-03-13 19:05")
    caller = Caller(pajak, "+6281200000003")
    heard = caller.press("1", "#", "4", "1")
    assert "di luar jam layanan" in heard and "Senin" in heard
    assert not caller.queued
    assert "setelah nada" in caller.press("1")
    assert "nomor laporan" in caller.leave_message()
    assert "dua kosong dua enam" in caller.heard
    case = {"status": "baru", "function": "pertanyaan", "topic": "peraturan", "skill": "pph"}
    assert case.items() <= caller.case.items()


def test_a_forgotten_efin_is_for_the_taxpayer_and_certified_officers(pajak: House) -> None:
    """Scenario KP-2, up to the officer."""
    pajak.clock = at("2026-03-10 09:00")
    caller = Caller(pajak, "+6281200000004")
    heard = caller.press("1", TAXPAYER, "1", "1")
    assert "tidak dibacakan" in heard and "enam angka" in heard
    caller.press(BIRTH)
    assert [(queued.skill, queued.level) for queued in caller.queued] == [("akun", "madya")]
    expected = {"topic": "akun", "subtopic": "lupa_efin", "classification": "terbatas", "auth_level": "L2"}
    assert expected.items() <= caller.case.items()
    assert "dari 1 untuk tidak puas" in caller.talk()
    assert not caller.texts
    assert "Selamat beraktivitas" in caller.press("4") and caller.ended


def test_an_efin_needs_the_number_first_where_none_was_given(pajak: House) -> None:
    caller = Caller(pajak)
    assert "Masukkan en-pe-we-pe Anda" in caller.press("1", "#", "1", "1")
    assert "tanggal lahir" in caller.press(TAXPAYER)
    caller.press(BIRTH)
    assert caller.queued


def test_three_wrong_dates_of_birth_end_the_request(pajak: House) -> None:
    caller = Caller(pajak)
    caller.press("1", TAXPAYER, "1", "1", "010190#", "010190#")
    heard = caller.press("010190#")
    assert "tidak sesuai" in heard and "kantor pelayanan pajak tempat Anda terdaftar" in heard
    assert not caller.queued and "dari 1 untuk tidak puas" in heard


def test_a_refusal_does_not_tell_whether_a_taxpayer_exists(pajak: House) -> None:
    known, unknown = Caller(pajak), Caller(pajak)
    known.press("1", TAXPAYER, "1")
    unknown.press("1", "9901011203850009#", "1")
    assert known.press("1") == unknown.press("1")
    for _ in range(3):
        assert known.press("010190#") == unknown.press("010190#")


def test_the_date_of_birth_does_not_stay_in_the_session(pajak: House) -> None:
    caller = Caller(pajak)
    caller.press("1", "999999999999999#", "1", "1", BIRTH)
    assert caller.queued and "120385" not in str(caller.turn.session)


def test_the_efin_option_is_gone_when_coretax_has_replaced_it(pajak: House) -> None:
    pajak.clock = at("2026-12-31 10:00")
    assert "lupa e-fin, tekan 1" in Caller(pajak).press("1", "#", "1")
    pajak.clock = at("2027-01-04 10:00")
    caller = Caller(pajak)
    heard = caller.press("1", "#", "1")
    assert "tekan 1" not in heard and "Coretax" in heard
    assert "pilihan Anda tidak tersedia" in caller.press("1")


def test_coretax_options_came_with_coretax(pajak: House) -> None:
    pajak.clock = at("2024-12-30 10:00")
    before = Caller(pajak).press("1", "#", "1")
    assert "Coretax" not in before and "kode otorisasi" not in before and "lupa e-fin" in before


@pytest.mark.parametrize(
    ("key", "words"),
    [("2", "Lupa Kata Sandi"), ("3", "berlaku sepuluh menit"), ("4", "Permintaan Kode Otorisasi")],
)
def test_account_questions_are_answered_by_the_menu(pajak: House, key: str, words: str) -> None:
    caller = Caller(pajak)
    heard = caller.press("1", "#", "1", key)
    assert words in heard and "Apabila Anda membutuhkan petugas, tekan 1" in heard
    assert not caller.queued


@pytest.mark.parametrize(
    ("code", "issuer"),
    [
        ("012345678901234#", "Direktorat Jenderal Pajak"),
        ("412345678901234#", "Direktorat Jenderal Bea dan Cukai"),
        ("712345678901234#", "Direktorat Jenderal Anggaran"),
    ],
)
def test_the_issuer_of_a_billing_code_is_known_by_its_first_digit(
    pajak: House, code: str, issuer: str
) -> None:
    heard = Caller(pajak).press("1", "#", "2", "2", code)
    assert f"diterbitkan oleh {issuer}." in heard and "dua dua lima" in heard


def test_billing_codes_are_made_by_people(pajak: House) -> None:
    caller = Caller(pajak)
    caller.press("1", "#", "2", "1")
    assert [queued.skill for queued in caller.queued] == ["pembayaran"]
    assert caller.case["classification"] == "terbatas"


def test_a_payment_is_confirmed_to_the_taxpayer_only(pajak: House) -> None:
    caller = Caller(pajak)
    caller.press("1", TAXPAYER, "2", "3", BIRTH)
    assert [queued.skill for queued in caller.queued] == ["pembayaran"] and caller.case["subtopic"] == "ntpn"
    assert [asked.level for asked in pajak.asked if isinstance(asked, Prove)] == ["L2"]


def test_deadlines_are_told(pajak: House) -> None:
    heard = Caller(pajak).press("1", "#", "3", "1")
    assert "tiga puluh satu Maret" in heard and "tiga puluh April" in heard


@pytest.mark.parametrize(
    ("key", "words"), [("2", "KPP spasi KOTA"), ("3", "Tidak dipungut biaya"), ("4", "NOMOR#NAMA")]
)
def test_addresses_registration_and_confirmation_come_by_text(pajak: House, key: str, words: str) -> None:
    caller = Caller(pajak)
    caller.press("1", "#", "3", key)
    assert words in caller.texts[0]


@pytest.mark.parametrize(
    ("key", "skill", "tier", "level"),
    [
        ("1", "pph", 1, ""),
        ("2", "ppn", 1, ""),
        ("3", "kup", 1, ""),
        ("4", "umkm", 1, ""),
        ("5", "internasional", 2, "mahir"),
    ],
)
def test_questions_on_rules_go_to_those_who_know_them(
    pajak: House, key: str, skill: str, tier: int, level: str
) -> None:
    caller = Caller(pajak)
    caller.press("1", "#", "4", key)
    assert [(queued.skill, queued.tier, queued.level) for queued in caller.queued] == [(skill, tier, level)]


@pytest.mark.parametrize(
    ("key", "skill", "topic", "classification"),
    [
        ("1", "pengaduan", "pengaduan_pelayanan", "terbatas"),
        ("2", "pengaduan_khusus", "pengaduan_pidana", "rahasia"),
        ("3", "pengaduan_khusus", "pengaduan_kekp", "rahasia"),
    ],
)
def test_complaints_of_three_kinds(
    pajak: House, key: str, skill: str, topic: str, classification: str
) -> None:
    caller = Caller(pajak)
    caller.press("1", "#", "5", key)
    assert [queued.skill for queued in caller.queued] == [skill]
    assert {
        "function": "pengaduan",
        "topic": topic,
        "classification": classification,
    }.items() <= caller.case.items()
    caller.talk()
    assert "KP-20260311-0001" in caller.texts[0]


def test_the_status_of_a_complaint_needs_its_telephone(pajak: House) -> None:
    pajak.cases[CASE["tiket"]] = dict(CASE)
    assert "diteruskan ke unit terkait" in Caller(pajak).press("1", "#", "5", "4", "202603100002#", "0001#")
    wrong = Caller(pajak)
    heard = wrong.press("1", "#", "5", "4", "202603100002#", "9999#", "9999#", "9999#")
    assert "tidak sesuai" in heard and "diteruskan" not in heard
    assert sum(isinstance(asked, LookUp) for asked in pajak.asked) == 1


@pytest.mark.parametrize("path", ["12", "13", "14", "31", "32", "33", "34"])
def test_after_an_answer_the_caller_may_go_on_or_end(pajak: House, path: str) -> None:
    caller = Caller(pajak)
    assert caller.press("1", "#", *path).endswith("Untuk mengakhiri panggilan, tekan 3.")
    assert "kode billing dan pembayaran" in caller.press("2")


def test_after_the_issuer_and_the_status_too(pajak: House) -> None:
    pajak.cases[CASE["tiket"]] = dict(CASE)
    for path in (("2", "2", "412345678901234#"), ("5", "4", "202603100002#", "0001#")):
        assert Caller(pajak).press("1", "#", *path).endswith("Untuk mengakhiri panggilan, tekan 3.")


def test_english_callers_hear_english_only(pajak: House) -> None:
    caller = Caller(pajak)
    heard = caller.press("2", "#", "3", "1")
    assert "thirty first of March" in heard
    assert {prompt.language for prompt in caller.turn.prompts} == {"en"}


# --- texts ---


def test_the_dialogue_of_the_domain_page(pajak: House) -> None:
    """Every IN and OUT of page 1.2, in its order."""
    texter = Texter(pajak)
    assert texter.text("NPWP 999999999999999#BUDI CONTOH") == (
        "NPWP 9999...99 dan nama yang Anda kirim: SESUAI. Konfirmasi terbatas pada kebenaran NPWP dan nama. Kring Pajak 1500200."
    )
    assert texter.text("npwp 999999999999999 # SITI CONTOH") == (
        "NPWP dan nama yang Anda kirim: TIDAK SESUAI. Periksa kembali penulisan. Kring Pajak 1500200."
    )
    assert texter.text("cek pajak nya pt maju contoh dong berapa bayar thn lalu") == (
        "Data perpajakan bersifat rahasia dan hanya diberikan kepada wajib pajak yang bersangkutan (Pasal 34 UU KUP). Untuk data "
        "Anda sendiri, hubungi 1500200."
    )
    efin = texter.text("lupa efin gmn min")
    assert efin.startswith("EFIN tidak dikirim lewat SMS. Hubungi 1500200 (") and "08.00-16.00 WIB" in efin
    assert (
        "siapkan NPWP, nama, alamat, nomor ponsel, surel terdaftar. EFIN dikirim ke surel terdaftar." in efin
    )
    assert texter.text("Saya Wati, NPWP 9901015203850002, ingin bertanya batas lapor SPT") == (
        "Batas SPT Tahunan: orang pribadi 31 Maret, badan 30 April. Denda dan cara lapor: ketik TANYA spasi pertanyaan Anda. "
        "Jangan kirim NPWP bila tidak diminta."
    )
    assert texter.text("billing 412345678901234") == (
        "Kode billing berawalan 4 diterbitkan Bea Cukai, bukan Ditjen Pajak. Hubungi Bravo Bea Cukai 1500225. Jangan transfer ke "
        "rekening pribadi."
    )


def test_other_peoples_taxes_are_refused_in_the_same_words_whoever_they_are(pajak: House) -> None:
    """Scenario KP-3."""
    first, second = Texter(pajak, "+6281200000005"), Texter(pajak, "+6281200000006")
    replies = {
        first.text("cek pajak nya pt maju contoh dong berapa bayar thn lalu"),
        second.text("berapa utang pajak PT Tidak Ada Contoh?"),
    }
    (reply,) = replies
    assert "rahasia" in reply and "Pasal 34" in reply
    for revealing in ("terdaftar", "tidak ditemukan", "PT Maju", "PT Tidak Ada"):
        assert revealing not in reply
    assert first.case["classification"] == second.case["classification"] == "rahasia"
    assert not pajak.asked


@pytest.mark.parametrize(
    "body",
    [
        "apakah pt maju contoh punya tunggakan pajak",
        "brp pajek tetangga sy",
        "minta data pajak budi contoh",
        "omzet cv sentosa contoh brp?",
        "cek pajek org lain gmn",
    ],
)
def test_other_ways_to_ask_about_others(pajak: House, body: str) -> None:
    assert "Pasal 34" in Texter(pajak).text(body)


def test_npwp_and_name_are_confirmed_five_times_a_day(pajak: House) -> None:
    """Scenario KP-4."""
    texter = Texter(pajak, "+6281200000007")
    right = texter.text("NPWP 99.999.999.9-999.999#budi contoh")
    assert "SESUAI" in right and "TIDAK SESUAI" not in right and "999999999999999" not in right
    wrong = texter.text("npwp#999999999999999#Siti Contoh##")
    assert "TIDAK SESUAI" in wrong and "BUDI" not in wrong
    for _ in range(3):
        assert "TIDAK SESUAI" in texter.text("NPWP 999999999999998#X CONTOH")
    limited = texter.text("NPWP 999999999999999#BUDI CONTOH")
    assert "batas" in limited.lower() and "besok" in limited and "SESUAI" not in limited


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("SPT", "31 Maret"),
        ("telat lapor spt kena denda brp", "31 Maret"),
        ("CORETAX", "Lupa Kata Sandi"),
        ("lupa password coretax", "Lupa Kata Sandi"),
        ("otp blm masuk", "berlaku 10 menit"),
        ("billing 112345678901234", "Ditjen Pajak. Bayar melalui bank"),
        ("billing#712345678901234", "Ditjen Anggaran"),
        ("BILLING", "BILLING spasi 15 ANGKA"),
        ("KPP surabaya", "KPP Pratama Surabaya"),
        ("kpp#sby", "KPP Pratama Surabaya"),
        ("KPP atlantis", "ketik KPP spasi KOTA"),
        ("DAFTAR", "Tidak dipungut biaya"),
        ("bikin npwp gmn", "Tidak dipungut biaya"),
        ("NPWP", "TIDAK SESUAI"),
        ("INFO", "1 batas SPT"),
        ("kode bayar pajak cara ceknya", "BILLING spasi 15 ANGKA"),
        ("alamat kantor pajak dmn", "di kota mana"),
        ("cek npwp bisa lewat sms?", "NOMOR#NAMA"),
        ("cara aktivasi akun", "Lupa Kata Sandi"),
        ("kapan batas lapor spt tahunan", "31 Maret"),
    ],
)
def test_what_a_text_is_answered_with(pajak: House, body: str, words: str) -> None:
    texter = Texter(pajak)
    reply = texter.text(body)
    assert words in reply and parts(reply) <= 2, reply
    assert texter.ended == (texter.step not in ("menu_sms", "kpp_tanya"))


@pytest.mark.parametrize("body", ["sy tuli mau tanya spt", "TULI", "tdk bs dengar, cara isi spt gmn"])
def test_whoever_cannot_telephone_is_marked_so(pajak: House, body: str) -> None:
    texter = Texter(pajak)
    assert "tidak akan menelepon" in texter.text("TULI cara isi spt" if body == "TULI" else body)
    assert texter.case["accessibility"] == "tuli" and texter.case["preferred_channel"] == "sms"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("1", "31 Maret"),
        ("2", "Lupa Kata Sandi"),
        ("3", "di kota mana"),
        ("4", "Silakan tulis"),
        ("5", "kami terima"),
    ],
)
def test_every_line_of_the_menu_leads_on(pajak: House, key: str, words: str) -> None:
    texter = Texter(pajak)
    texter.text("INFO")
    assert words in texter.text(key)


def test_the_answers_to_the_menus_questions_are_taken(pajak: House) -> None:
    texter = Texter(pajak)
    texter.text("INFO")
    texter.text("3")
    assert "KPP Pratama Makassar" in texter.text("makassar")
    texter.text("INFO")
    texter.text("4")
    assert "Tentang apa pengaduan Anda" in texter.text("antrean di loket lama sekali")
    assert texter.case["note"] == "antrean di loket lama sekali"


def test_the_status_of_a_complaint_by_text(pajak: House) -> None:
    pajak.cases[CASE["tiket"]] = dict(CASE)
    owner, stranger = Texter(pajak, "+6281200000001"), Texter(pajak, "+6281200000099")
    told, refused = owner.text("STATUS KP-20260310-0002"), stranger.text("STATUS KP-20260310-0002")
    if "empat angka terakhir" in told:
        told, refused = owner.text("0001"), stranger.text("9999")
    while "empat angka terakhir" in refused:
        refused = stranger.text("9999")
    assert "diteruskan ke unit terkait" in told
    assert "tidak ditemukan untuk nomor telepon ini" in refused and "diteruskan" not in refused


def test_a_suggestion_and_a_call_back_and_an_officer_by_text(pajak: House) -> None:
    texter = Texter(pajak)
    assert "Saran Anda kami catat" in texter.text("SARAN formulir SPT disederhanakan")
    assert texter.case["policy_suggestion"] == "ya" and texter.ended
    assert "Kami akan menghubungi nomor +6281200000002" in texter.text("TELEPON besok pagi")
    assert "besok pagi" in texter.case["note"] and texter.ended
    assert "Petugas kami menjawab pada jam layanan" in texter.text("min PETUGAS dong")
    assert texter.ended


def test_a_question_on_rules_is_noted(pajak: House) -> None:
    texter = Texter(pajak)
    assert "Laporan KP-20260311-0001 kami terima" in texter.text("TANYA denda telat lapor brp")
    assert texter.case["note"] == "denda telat lapor brp" and texter.case["function"] == "pertanyaan"


def test_a_complaint_is_open_before_its_kind_is_asked(pajak: House) -> None:
    texter = Texter(pajak)
    reply = texter.text("ADU petugas di loket minta uang")
    assert "KP-20260311-0001" in reply and "3 dugaan pelanggaran pegawai" in reply
    assert texter.case["status"] == "antre"
    assert "identitas Anda kami rahasiakan" in texter.text("3")
    assert {
        "topic": "pengaduan_kekp",
        "classification": "rahasia",
        "unit": "kp.kitsda",
    }.items() <= texter.case.items()


def test_who_only_wants_to_file_a_return_finds_the_way(pajak: House) -> None:
    """LAPOR is a complaint everywhere, and what taxpayers do every March."""
    texter = Texter(pajak)
    assert "Lapor SPT: ketik SPT" in texter.text("lapor spt tahunan sampai kapan")
    assert "31 Maret" in texter.text("SPT") and texter.ended


def test_after_the_efin_its_keyword_answers_for_coretax(pajak: House) -> None:
    pajak.clock = at("2027-01-04 10:00")
    assert "Lupa Kata Sandi" in Texter(pajak).text("EFIN")


def test_english_by_text(pajak: House) -> None:
    texter = Texter(pajak)
    assert "1 return deadlines" in texter.text("EN")
    assert "individuals 31 March" in texter.text("1")
    assert "MATCH (SESUAI)" in texter.text("NPWP 999999999999999#BUDI CONTOH")
