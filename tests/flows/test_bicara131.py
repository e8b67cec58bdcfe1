"""Whole calls to BICARA 131: the menus of domain page 1.1 and what its scenarios say of them."""

from __future__ import annotations

import pytest

from engine.turn import AwaitPerson, LookUp
from tests.flows.player import Caller, House, at

CASE = {
    "tiket": "BI-20260310-0007",
    "contact": "+6281200000001",
    "status": "ditangani",
    "due": "2026-04-01",
}


def test_the_greeting_says_in_both_languages_that_the_call_is_recorded(bicara: House) -> None:
    heard = Caller(bicara).heard
    assert "percakapan ini direkam" in heard and "This call is recorded" in heard
    assert "dalam bahasa Indonesia, tekan 1" in heard and "For service in English, press 2" in heard


def test_a_damaged_note_is_answered_by_the_menu_alone(bicara: House) -> None:
    """Scenario BI-1."""
    caller = Caller(bicara)
    heard = caller.press("1", "1", "1")
    for words in ("dua pertiga", "setengah", "nomor seri"):
        assert words in heard
    caller.press("1")
    (text,) = caller.texts
    assert "2/3" in text and "pintar.bi.go.id" in text
    assert "1 untuk tidak puas" in caller.press("2")
    assert "Terima kasih telah menghubungi BICARA satu tiga satu" in caller.press("4")
    assert caller.ended and caller.rating == 4 and not caller.queued
    expected = {
        "function": "pertanyaan",
        "topic": "uang_rupiah",
        "subtopic": "uang_rusak",
        "classification": "publik",
    }
    assert expected.items() <= caller.case.items()


def test_money_damaged_by_fire_needs_a_letter(bicara: House) -> None:
    assert "surat keterangan dari kelurahan" in Caller(bicara).press("1", "1", "1", "2")


def test_a_landline_hears_that_no_text_can_be_sent(bicara: House) -> None:
    caller = Caller(bicara, "+622150000001")
    assert "es-em-es tidak dapat kami kirim" in caller.press("1", "1", "1", "1")
    assert not caller.texts


def test_the_schedule_of_exchanges_is_spoken_to_a_landline(bicara: House) -> None:
    heard = Caller(bicara, "+622150000001").press("1", "1", "4")
    assert "pukul delapan sampai dengan sebelas lebih tiga puluh menit" in heard


def test_security_features_are_explained(bicara: House) -> None:
    assert "dilihat, diraba, dan diterawang" in Caller(bicara).press("1", "1", "3")


def test_withdrawn_notes_lead_to_an_officer_for_notes_and_coins(bicara: House) -> None:
    caller = Caller(bicara)
    caller.press("1", "1", "2")
    assert [queued.skill for queued in caller.queued] == ["uang_rupiah"]
    assert "Anda berada pada urutan 1" in caller.heard
    assert "dari 1 untuk tidak puas" in caller.talk()
    assert "Selamat beraktivitas" in caller.press("3")
    assert caller.ended and caller.rating == 3


@pytest.mark.parametrize(
    ("key", "subtopic"),
    [("1", "qris"), ("2", "kartu"), ("3", "uang_elektronik"), ("4", "transfer"), ("5", "valuta_asing")],
)
def test_payment_systems_lead_to_their_officers(bicara: House, key: str, subtopic: str) -> None:
    caller = Caller(bicara)
    caller.press("1", "2", key)
    assert [queued.skill for queued in caller.queued] == ["sistem_pembayaran"]
    assert caller.case["topic"] == "sistem_pembayaran" and caller.case["subtopic"] == subtopic


def test_the_rupiah_obligation_is_told_and_a_question_about_a_business_goes_to_people(bicara: House) -> None:
    """Scenario BI-2, up to the officer: the unit for cash circulation is named for the hand-over."""
    caller = Caller(bicara, "+622150000001", to="(021) 1500131")
    heard = caller.press("1", "3", "1")
    assert "wajib menggunakan Rupiah" in heard and "perdagangan internasional" in heard
    caller.press("2")
    assert [(queued.skill, queued.unit) for queued in caller.queued] == [("kebijakan", "bi.dpu")]
    assert caller.case["function"] == "pertanyaan" and caller.case["classification"] == "publik"
    caller.talk()
    assert not caller.texts


def test_the_rate_is_told_and_no_future_one(bicara: House) -> None:
    heard = Caller(bicara).press("1", "3", "2")
    assert "sebesar empat koma tujuh lima persen" in heard
    assert "Kamis, sembilan belas Februari dua ribu dua puluh enam" in heard
    assert "belum diumumkan tidak dapat kami sampaikan" in heard
    english = Caller(bicara).press("2", "3", "2")
    assert "four point seven five percent" in english


def test_public_information_is_requested_in_writing(bicara: House) -> None:
    assert "sepuluh hari kerja" in Caller(bicara).press("1", "3", "3")


def test_a_complaint_goes_to_the_provider_first_and_the_list_of_papers_is_texted(bicara: House) -> None:
    caller = Caller(bicara)
    heard = caller.press("1", "4", "2")
    assert "terlebih dahulu kepada penyelenggara" in heard
    (text,) = caller.texts
    assert "kronologi" in text and "bicara@bi.go.id" in text
    assert caller.case["function"] == "pengaduan" and not caller.queued


def test_a_complaint_that_the_provider_did_not_settle_goes_to_people_with_a_receipt(bicara: House) -> None:
    caller = Caller(bicara)
    caller.press("1", "4", "1")
    assert [(queued.skill, queued.unit) for queued in caller.queued] == [("pengaduan", "bi.pk")]
    caller.talk()
    (text,) = caller.texts
    assert "BI-20260311-0001" in text and "STATUS" in text


def test_the_status_of_a_report_is_told_to_whoever_knows_its_number_and_telephone(bicara: House) -> None:
    bicara.cases[CASE["tiket"]] = dict(CASE)
    heard = Caller(bicara).press("1", "5", "202603100007#", "0001#")
    assert "berstatus sedang ditangani" in heard
    assert "Rabu, satu April dua ribu dua puluh enam" in heard


def test_a_report_that_lacks_documents_says_until_when_and_one_that_is_closed_no_date(bicara: House) -> None:
    waiting = {"status": "menunggu_kelengkapan"}
    bicara.cases[CASE["tiket"]] = {**CASE, **waiting}
    heard = Caller(bicara).press("1", "5", "202603100007#", "0001#")
    assert "Kami menunggu dokumen Anda paling lambat Rabu, satu April dua ribu dua puluh enam" in heard
    bicara.cases[CASE["tiket"]] = {**CASE, "status": "ditutup"}
    heard = Caller(bicara, "+6281200000002").press("1", "5", "202603100007#", "0001#")
    assert "berstatus ditutup" in heard and "April" not in heard


def test_three_wrong_numbers_end_in_the_same_words_as_an_unknown_report(bicara: House) -> None:
    bicara.cases[CASE["tiket"]] = dict(CASE)
    known, unknown = Caller(bicara), Caller(bicara)
    known.press("1", "5", "202603100007#")
    unknown.press("1", "5", "202603090001#")
    for _ in range(3):
        assert known.press("9999#") == unknown.press("9999#")
    assert "tidak sesuai" in known.heard and "Untuk uang Rupiah" in known.heard
    assert known.step == unknown.step == "utama"
    assert not any(isinstance(asked, LookUp) for asked in bicara.asked)


def test_a_locked_report_stays_closed_even_to_the_right_number(bicara: House) -> None:
    bicara.cases[CASE["tiket"]] = dict(CASE)
    Caller(bicara).press("1", "5", "202603100007#", "9999#", "9999#", "9999#")
    heard = Caller(bicara).press("1", "5", "202603100007#", "0001#")
    assert "tidak sesuai" in heard and "sedang ditangani" not in heard


@pytest.mark.parametrize("path", ["1111", "1112", "113", "114", "1311", "132", "133", "142"])
def test_after_an_answer_the_caller_may_go_on_or_end(bicara: House, path: str) -> None:
    caller = Caller(bicara)
    assert caller.press(*path).endswith("Untuk mengakhiri panggilan, tekan 2.")
    assert "Untuk uang Rupiah" in caller.press("1")


def test_english_stays_english(bicara: House) -> None:
    caller = Caller(bicara)
    heard = caller.press("2", "1", "1")
    assert "more than two thirds" in heard and caller.turn.session.language == "en"


@pytest.mark.parametrize("key", ["0", "*", "9"])
def test_zero_star_and_nine_work_in_the_main_menu(bicara: House, key: str) -> None:
    caller = Caller(bicara)
    main = caller.press("1")
    caller.press(key)
    assert caller.step == {"0": "petugas", "*": "bahasa", "9": "utama"}[key]
    if key == "9":
        assert caller.heard == main


def test_a_caller_who_says_nothing_three_times_is_put_through(bicara: House) -> None:
    caller = Caller(bicara)
    caller.press("1")
    assert "belum menerima pilihan Anda" in caller.silence()
    caller.silence(2)
    assert caller.step == "petugas" and isinstance(caller.turn.wait, AwaitPerson)


def test_nobody_who_says_nothing_at_all_is_lost(bicara: House) -> None:
    caller = Caller(bicara)
    caller.silence(6)
    assert caller.step == "petugas"


def test_a_wrong_key_three_times_leads_to_people(bicara: House) -> None:
    caller = Caller(bicara)
    assert "pilihan Anda tidak tersedia" in caller.press("1", "7")
    caller.press("7", "7")
    assert caller.step == "petugas"


def test_whoever_waits_can_be_called_back_by_key_one(bicara: House) -> None:
    caller = Caller(bicara)
    caller.press("1", "0")
    heard = caller.press("1")
    assert "paling lambat" in heard and "Terima kasih telah menghubungi" in heard
    assert caller.ended


def test_whoever_waits_can_leave_a_message_by_key_two(bicara: House) -> None:
    caller = Caller(bicara)
    caller.press("1", "0")
    assert "setelah nada" in caller.press("2")
    assert "nomor laporan" in caller.leave_message()
    assert caller.ended


def test_five_minutes_of_waiting_end_in_the_choice_of_a_message(bicara: House) -> None:
    caller = Caller(bicara)
    caller.press("1", "0")
    heard = ""
    for _ in range(12):
        if isinstance(caller.turn.wait, AwaitPerson):
            heard = caller.wait_for(30)
    assert "belum dapat melayani Anda" in heard and "di luar jam layanan" not in heard


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("2026-03-11 07:59", "before eight"),
        ("2026-03-11 16:00", "from four on"),
        ("2026-03-14 10:00", "a Saturday"),
        ("2026-03-19 10:00", "Nyepi"),
        ("2026-03-20 10:00", "collective leave before Idulfitri"),
    ],
)
def test_outside_the_hours_the_closed_menu_tells_them(bicara: House, when: str, why: str) -> None:
    bicara.clock = at(when)
    heard = Caller(bicara).press("1", "2", "1")
    assert "di luar jam layanan" in heard and "Senin sampai Jumat" in heard, why


def test_the_closed_menu_takes_a_message_a_call_back_or_sends_a_text(bicara: House) -> None:
    bicara.clock = at("2026-03-13 19:05")
    message, call_back, text = Caller(bicara), Caller(bicara), Caller(bicara)
    message.press("1", "2", "1", "1")
    assert "nomor laporan" in message.leave_message()
    assert message.case["skill"] == "sistem_pembayaran" and message.case["status"] == "baru"
    assert "paling lambat" in call_back.press("1", "2", "1", "2")
    text.press("1", "2", "1", "3")
    assert "bicara131.bi.go.id" in text.texts[0]
    assert message.ended and call_back.ended and text.ended


def test_a_withheld_number_is_asked_where_to_call_back(bicara: House) -> None:
    bicara.clock = at("2026-03-13 19:05")
    caller = Caller(bicara, "anonymous")
    assert "nomor telepon Anda" in caller.press("1", "0", "2")
    assert "plus enam dua, delapan satu dua" in caller.press("081200000009#")


def test_a_message_of_one_second_is_asked_for_again(bicara: House) -> None:
    bicara.clock = at("2026-03-13 19:05")
    caller = Caller(bicara)
    caller.press("1", "0", "1")
    assert "terlalu pendek" in caller.leave_message(1)
    assert "nomor laporan" in caller.leave_message(5)
