"""What callers say in words stands in a transcript as people write it, and every piece knows its words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.reading import read
from engine.words import cardinal, day_words, decimal_words, spell_digits

ID = [
    # money
    ("dua juta lima ratus ribu rupiah", "Rp2.500.000"),
    ("tagihannya dua ratus lima puluh ribu rupiah, katanya", "tagihannya Rp250.000, katanya"),
    ("seribu rupiah", "Rp1.000"),
    ("lima rupiah", "Rp5"),
    ("satu miliar dua ratus juta rupiah", "Rp1.200.000.000"),
    ("setengah juta rupiah", "Rp500.000"),
    ("satu setengah juta rupiah", "Rp1.500.000"),
    ("dua koma lima juta rupiah", "Rp2.500.000"),
    ("1 juta 750 ribu rupiah", "Rp1.750.000"),
    ("750 ribu rupiah", "Rp750.000"),
    ("2,5 juta rupiah", "Rp2.500.000"),
    ("1.250.000 rupiah", "Rp1.250.000"),
    ("saya bayar sejuta rupiah kemarin", "saya bayar Rp1.000.000 kemarin"),
    ("seratus perak", "Rp100"),
    # counts
    ("setengah juta", "500.000"),
    ("1 juta 750 ribu", "1.750.000"),
    ("seratus dua puluh tiga", "123"),
    ("ada lima belas orang", "ada 15 orang"),
    ("sebelas hari", "11 hari"),
    ("seribu lima ratus", "1500"),
    ("dua puluh ribu", "20.000"),
    ("tiga perkara", "tiga perkara"),
    ("sepuluh menit", "sepuluh menit"),
    ("saya punya satu masalah", "saya punya satu masalah"),
    ("antara dua puluh tiga puluh orang", "antara 20 30 orang"),
    ("dua koma tujuh lima", "2,75"),
    ("tiga puluh koma nol lima", "30,05"),
    ("nol", "nol"),
    # percent
    ("sebelas persen", "11%"),
    ("lima persen", "5%"),
    ("nol koma lima persen", "0,5%"),
    ("dua koma dua puluh lima persen", "2,25%"),
    ("0,5 persen", "0,5%"),
    # dates
    ("tanggal tujuh belas agustus dua ribu dua puluh enam", "tanggal 17 Agustus 2026"),
    ("tujuh belas agustus dua ribu dua puluh enam", "17 Agustus 2026"),
    ("satu april", "1 April"),
    ("tiga puluh satu maret, dua ribu dua puluh lima.", "31 Maret 2025."),
    ("5 nopember tahun dua ribu dua puluh", "5 November 2020"),
    ("dua belas maret seribu sembilan ratus delapan puluh lima", "12 Maret 1985"),
    ("tanggal satu bulan tiga tahun dua ribu dua puluh enam", "tanggal 1 Maret 2026"),
    ("tanggal lima", "tanggal 5"),
    ("tahun dua ribu dua puluh enam", "tahun 2026"),
    ("tahun dua nol dua enam", "tahun 2026"),
    ("tahun dua ribu", "tahun 2000"),
    ("bulan maret lalu", "bulan maret lalu"),
    ("empat puluh maret", "40 maret"),
    # times
    ("jam setengah tiga sore", "jam 14.30"),
    ("jam setengah tiga", "jam 2.30"),
    ("jam delapan pagi", "jam 08.00"),
    ("jam satu siang", "jam 13.00"),
    ("jam dua belas siang", "jam 12.00"),
    ("jam sebelas siang", "jam 11.00"),
    ("jam sepuluh malam", "jam 22.00"),
    ("jam dua belas malam", "jam 00.00"),
    ("jam satu malam", "jam 01.00"),
    ("jam dua dini hari", "jam 02.00"),
    ("jam delapan lewat lima belas", "jam 8.15"),
    ("jam delapan lewat seperempat pagi", "jam 08.15"),
    ("jam tiga kurang lima sore", "jam 14.55"),
    ("jam satu kurang seperempat", "jam 12.45"),
    ("pukul enam belas lebih tiga puluh menit wib", "pukul 16.30 WIB"),
    ("pukul enam belas tiga puluh", "pukul 16.30"),
    ("pukul delapan kosong kosong", "pukul 8.00"),
    ("jam 3 sore", "jam 15.00"),
    ("jam delapan sampai jam empat sore", "jam 8 sampai jam 16.00"),
    ("Jam tujuh, pagi", "Jam 7, pagi"),
    ("dua jam tiga puluh menit", "dua jam 30 menit"),
    ("jam kerja", "jam kerja"),
    ("jam dua puluh lima", "jam 25"),
    # strings of digits
    ("kosong delapan satu dua", "0812"),
    ("nol delapan satu dua tiga empat lima enam tujuh delapan", "0812345678"),
    ("kosong delapan satu dua, tiga empat lima, enam tujuh", "081234567"),
    ("nol delapan dua belas tiga puluh empat", "081234"),
    ("nol delapan dobel satu dua", "08112"),
    ("1 kosong 8 satu", "1081"),
    ("telepon satu tiga satu ya", "telepon 131 ya"),
    ("satu lima kosong kosong dua kosong kosong", "1500200"),
    ("nomor empat tujuh satu", "nomor 471"),
    ("umurnya tujuh delapan sembilan", "umurnya tujuh delapan sembilan"),
    ("dua tiga hari", "dua tiga hari"),
    ("tiga dua tujuh ribu", "tiga dua tujuh ribu"),
    ("dua tiga ribu orang", "dua tiga ribu orang"),
    # acronyms
    ("en pe we pe saya", "NPWP saya"),
    ("en-pe-we-pe", "NPWP"),
    ("enpewepe saya", "NPWP saya"),
    ("npwp dan Nik", "NPWP dan NIK"),
    ("ke o je ka.", "ke OJK."),
    ("fotokopi ka te pe", "fotokopi KTP"),
    ("lupa efin dan e fin", "lupa EFIN dan EFIN"),
    ("lapor es pe te tahunan", "lapor SPT tahunan"),
    ("kantor be i", "kantor BI"),
    ("be i bukan itu", "be i bukan itu"),
    ("nomor ha pe saya", "nomor HP saya"),
    ("pe pe ha dan pe pe en", "PPh dan PPN"),
    ("kode o te pe", "kode OTP"),
    ("perusahaan pe te maju", "perusahaan PT maju"),
    ("pe te itu apa", "pe te itu apa"),
    ("en, pe we pe", "en, pe we pe"),
    ("", ""),
    ("terima kasih.", "terima kasih."),
    ("... -", "... -"),
]  # fmt: skip
EN = [
    ("two million five hundred thousand rupiah", "Rp2,500,000"),
    ("one hundred and twenty-three", "123"),
    ("one thousand, two hundred and four", "1204"),
    ("two point five percent", "2.5%"),
    ("a hundred people", "100 people"),
    ("that one", "that one"),
    ("the seventeenth of august twenty twenty-six", "the 17 August 2026"),
    ("march first two thousand twenty six", "1 March 2026"),
    ("on twenty first may nineteen eighty-five", "on 21 May 1985"),
    ("seven may be enough", "seven may be enough"),
    ("half past two in the afternoon", "2:30 in the afternoon"),
    ("quarter to three", "2:45"),
    ("quarter past one p.m.", "1:15 p.m."),
    ("two thirty p m", "2:30 p.m."),
    ("ten a.m. tomorrow", "10 a.m. tomorrow"),
    ("oh eight one two three", "oh 8123"),
    ("zero eight one two double three", "081233"),
    ("my n p w p", "my NPWP"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "written"), ID, ids=[said for said, _ in ID])
def test_indonesian_is_read(said, written):
    assert read(said).text == written


@pytest.mark.parametrize(("said", "written"), EN, ids=[said for said, _ in EN])
def test_english_is_read(said, written):
    assert read(said, "en").text == written


def test_a_service_adds_its_own_acronyms():
    assert read("verifikasi pe o er o").text == "verifikasi pe o er o"
    assert read("verifikasi pe o er o", acronyms=["PORO"]).text == "verifikasi PORO"


def test_every_piece_knows_its_words_and_its_place():
    said = ["Bayar", "dua", "juta", "rupiah,", "jam", "setengah", "tiga", "sore."]
    reading = read(said)
    assert reading.text == "Bayar Rp2.000.000, jam 14.30."
    assert [(piece.first, piece.last) for piece in reading.pieces] == [(0, 1), (1, 4), (4, 8)]
    assert all(reading.text[piece.start :].startswith(piece.text) for piece in reading.pieces)
    at = reading.text.index("2.000")
    assert reading.words_at(at, at + 5) == (1, 4)
    assert reading.words_at(0, len(reading.text)) == (0, 8)
    assert reading.words_at(99, 100) == (0, 0)


# -- the way back -------------------------------------------------------------------------------------------


@given(st.integers(11, 10**15 - 1), st.sampled_from(["id", "en"]))
def test_a_number_in_words_is_read_as_that_number(number, language):
    written = read(cardinal(number, language), language).text
    assert written.replace(".", "").replace(",", "") == str(number)
    money = read(cardinal(number, language) + " rupiah", language).text
    assert money == "Rp" + (f"{number:,}" if language == "en" else f"{number:,}".replace(",", "."))


@given(st.decimals(0, 999, places=2))
def test_decimals_are_read(number):
    number = Decimal(f"{number:f}")
    written = read(decimal_words(number, "id") + " persen").text
    assert Decimal(written.removesuffix("%").replace(",", ".")) == number


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_a_date_in_words_is_read_as_that_date(day):
    told = day_words(day.day, day.month, day.year, "id")
    month = told.split()[next(n for n, word in enumerate(told.split()) if word[0].isupper())]
    assert read(told.lower()).text == f"{day.day} {month} {day.year}"


@given(st.text("0123456789", min_size=4, max_size=16))
def test_digits_in_words_are_read_as_those_digits(digits):
    assert read(spell_digits(digits, "id")).text == digits


@given(
    st.lists(
        st.sampled_from(
            "satu dua belas puluh ratus ribu juta setengah koma nol persen rupiah jam pagi sore maret tanggal tahun be i pe te en we , . - 3 17 "
            '2026 (ya) "empat" dan lewat kurang seperempat dobel bulan undang-undang dua-dua'.split()
        ),
        max_size=16,
    ),
    st.sampled_from(["id", "en"]),
)
def test_every_word_is_in_one_piece_and_other_words_stay(said, language):
    reading = read(said, language)
    assert [word for piece in reading.pieces for word in range(piece.first, piece.last)] == list(
        range(len(said))
    )
    assert " ".join(piece.text for piece in reading.pieces) == reading.text
    for piece in reading.pieces:
        if piece.last == piece.first + 1 and said[piece.first] in ("undang-undang", "(ya)", "dan", "-"):
            assert piece.text == said[piece.first]


@given(st.text())
def test_no_text_makes_it_fail(text):
    assert len(read(text).pieces) <= len(text.split())
