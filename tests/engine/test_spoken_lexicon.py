"""Sentences as they are written in flows, and as a voice is given them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.lexicon import ACRONYMS_EN, ACRONYMS_ID, lexicon


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("NPWP", "en-pe-we-pe"), ("NIK", "nik"), ("EFIN", "e-fin"), ("SPT", "es-pe-te"), ("KPP", "ka-pe-pe"),
        ("OJK", "o-je-ka"), ("SLIK", "slik"), ("iDeb", "i-deb"), ("PUJK", "pe-u-je-ka"), ("BI", "be-i"),
        ("QRIS", "kris"), ("IMEI", "i-mei"), ("AWB", "a-we-be"), ("PPID", "pe-pe-i-de"), ("OTP", "o-te-pe"),
        ("WIB", "Waktu Indonesia Barat"), ("Rp", "rupiah"), ("USD", "dolar Amerika Serikat"),
        ("2/3", "dua pertiga"), ("1/2", "setengah"),
    ],
)  # fmt: skip
def test_the_acronyms_of_the_four_centres(word, said):
    assert lexicon(f"Tentang {word} kami.", "id") == f"Tentang {said} kami."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Kring Pajak 1500200.", "Kring Pajak satu lima kosong kosong, dua kosong kosong."),
        ("BICARA 131", "BICARA satu tiga satu"),
        ("Hubungi 159.", "Hubungi satu lima sembilan."),
        (
            "nomor +6281200000001",
            "nomor plus enam dua, delapan satu dua kosong, "
            "kosong kosong kosong kosong, kosong kosong satu",
        ),
        ("Rp1.250.000 dan Rp5 juta", "satu juta dua ratus lima puluh ribu rupiah dan lima juta rupiah"),
        ("USD 500", "lima ratus dolar Amerika Serikat"),
        ("pukul 16.30 WIB", "pukul enam belas lebih tiga puluh menit Waktu Indonesia Barat"),
        ("pukul 08.00-16.00 WIB", "pukul delapan sampai dengan enam belas Waktu Indonesia Barat"),
        (
            "08.00-12.00 dan 13.00-16.00 WIB",
            "pukul delapan sampai dengan dua belas dan pukul tiga belas sampai dengan enam belas "
            "Waktu Indonesia Barat",
        ),
        (
            "Senin 16 Maret 2026 pukul 16.00 WIB",
            "Senin enam belas Maret dua ribu dua puluh enam pukul enam belas Waktu Indonesia Barat",
        ),
        ("per 01-03-2026", "per satu Maret dua ribu dua puluh enam"),
        ("5,75%", "lima koma tujuh lima persen"),
        ("di pintar.bi.go.id.", "di pintar titik bi titik go titik id."),
        (
            "Laporan BI-20260311-0001",
            "Laporan be i, dua kosong dua enam, kosong tiga satu satu, kosong kosong kosong satu",
        ),
        ("1.500 orang", "seribu lima ratus orang"),
    ],
)  # fmt: skip
def test_amounts_times_dates_and_numbers_inside_a_sentence(text, said):
    assert lexicon(text, "id") == said


@pytest.mark.parametrize(
    "text",
    [
        "Untuk bahasa Indonesia, tekan 1.",
        "BISA dan BIla bukan singkatan",
        "PBRI 17/3/2015",
        "tahun 2026 dan 120 petugas",
        "surel bicara@bi.go.id",
        "kode a12345b",
        "",
    ],
)
def test_what_a_voice_reads_well_is_left_alone(text):
    assert lexicon(text, "id") == text


def test_english_sentences():
    assert (
        lexicon("Have your NPWP ready by 31 March 2026, 08:00-16:00 WIB.", "en")
        == "Have your N P W P ready by the thirty-first of March twenty twenty-six, "
        "eight a.m. to four p.m. Western Indonesia Time."
    )
    assert lexicon("call 1500225 or call 110", "en") == (
        "call one five zero zero, two two five or call one one zero"
    )


def test_a_service_may_add_words_of_its_own():
    assert lexicon("Aplikasi PINTAR BI", "id", {"PINTAR": "pin-tar", "BI": "Bank Indonesia"}) == (
        "Aplikasi pin-tar Bank Indonesia"
    )


_WORDS = [
    "NPWP",
    "BI",
    "1500200",
    "Rp5.000",
    "pukul 16.00 WIB",
    "2/3",
    "1 April 2026",
    "tekan 1.",
    "99:99",
    "7%",
]


@given(st.lists(st.sampled_from(_WORDS), max_size=6).map(" ".join), st.sampled_from(["id", "en"]))
def test_a_speakable_sentence_stays_as_it_is(text, language):
    once = lexicon(text, language)
    assert lexicon(once, language) == once


@given(st.text(), st.sampled_from(["id", "en", "xx"]))
def test_no_sentence_makes_the_lexicon_fail(text, language):
    lexicon(text, language)


def test_both_languages_know_the_same_core_words():
    assert {"NPWP", "QRIS", "IMEI", "OTP", "AWB", "EFIN"} <= set(ACRONYMS_EN) & set(ACRONYMS_ID)
