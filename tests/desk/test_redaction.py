"""Secrets are found and masked, whoever writes or says them and however; what is nobody's secret stays readable."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.redaction import Span, find, find_words, mask
from tests.desk.told_secrets import sentences

# What was told, and what is shown below the owning unit.
MASKED = [
    ("NIK saya 3174061203850001", "NIK saya 3174**********01"),
    ("NIK 3174 0652 0385 0001 ya", "NIK 3174**********01 ya"),  # a woman, day + 40
    ("9901011203850001", "9901**********01"),  # a province that does not exist: masked all the same
    ("npwp#01.001.701.0-092.000#PT", "npwp#0100*********00#PT"),
    ("NPWP 0010017010092000", "NPWP 0010**********00"),
    ("NITKU 3174061203850001000000", "NITKU 3174****************00"),
    ("kartu 4111 1111 1111 1111", "kartu ************1111"),
    ("4111-1111-1111-1111 ditolak", "************1111 ditolak"),
    ("rek BCA 123-456-7890", "rek BCA *******890"),
    ("sudah transfer ke rekening Mandiri 1370012345678 kemarin", "sudah transfer ke rekening Mandiri **********678 kemarin"),
    ("hubungi 0812-3456-7890", "hubungi 0812*****890"),
    ("+62 812 3456 7890", "+6281******890"),
    ("(021) 5550134", "0215***134"),
    ("hp081234567890", "hp0812*****890"),
    ("call me on +65 9123 4567", "call me on +6591***567"),
    ("surel Budi.S@contoh.co.id", "surel B***@contoh.co.id"),
    ("PIN saya 1234", "PIN saya [PIN]"),
    ("kode OTP 123 456", "kode OTP [OTP]"),
    ("4961 itu kode OTP saya", "[OTP] itu kode OTP saya"),
    ("EFIN 1234567890", "EFIN [EFIN]"),
    ("kata sandi saya Rahasia!9", "kata sandi saya [sandi]"),
    ("password: kucing", "password: [sandi]"),
    ("paspor A1234567", "paspor [paspor]"),
    ("nomornya 123456789012345", "nomornya *************45"),  # nothing known, and too long to be shown
    ("nol delapan satu satu dua tiga empat lima enam tujuh", "0811***567"),
    ("telepon kosong delapan satu dobel dua tiga empat lima enam tujuh", "telepon 0812***567"),
    ("1 kosong 8 nol delapan satu satu dua tiga", "*******23"),
    ("0811 234 567 saja", "0811***567 saja"),
    ("my number is oh eight one two double three four five six seven", "my number is 0812***567"),
    ("nol delapan dua belas tiga puluh empat lima enam tujuh delapan", "0812***678"),
    ("plus enam dua delapan satu dua tiga empat lima enam tujuh delapan", "+6281****678"),
    ("NIK tiga satu tujuh empat kosong enam satu dua kosong tiga delapan lima kosong kosong kosong satu", "NIK 3174**********01"),
    ("PIN saya satu dua tiga empat", "PIN saya [PIN]"),
    ("kode otp sembilan eh delapan tujuh enam lima empat", "kode otp [OTP]"),
    ("budi titik santoso et gmail titik com", "b***@gmail.com"),
    ("email saya wati underscore tiga dua at contoh dot co dot id", "email saya w***@contoh.co.id"),
    ("write to ann dot lee at yahoo dot com please", "write to a***@yahoo.com please"),
    ("hp nol delapan satu dua emak lima enam tujuh delapan sembilan", "hp 0812**789"),  # a digit that the engine misheard
    ("PIN saya enam maaf lima dua satu", "PIN saya [PIN]"),
("tujuh " * 25 + "kali", "*" * 23 + "77 kali"),  # longer than any number: nothing is left over
    ("[sandi]PIN1.250.000)delapan081234567890@", "[sandi]PIN[PIN]0812*****890@"),  # seen only in the second round
    ("PIN 99 08 19. 200893 is my OTP", "PIN [PIN]. [OTP] is my OTP"),
    ("the password is sunshine.", "the password is [sandi]."),
    ("9901011203850000 nomornya", "**************00 nomornya"),  # no serial: not a NIK, but long
    ("oh.dobel-@3174061203850001.npwp", "[surel]"),
    ("hp kosong delapan satu satu dua ribu tiga ratus", "hp ******00"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "shown"), MASKED, ids=[told for told, _ in MASKED])
def test_a_secret_is_shown_only_as_far_as_it_may_be(told, shown):
    assert mask(told) == shown


@pytest.mark.parametrize(
    "told",
    [
        "laporan BI-20260310-0001 sudah lama", "nomor laporan 202603100001", "dua kosong dua enam kosong tiga satu kosong kosong kosong kosong satu",
        "hubungi 131, 157, 1500200 atau (021) 1500 200", "1500-131 dan 0211500225", "satu lima kosong kosong dua kosong kosong", "telepon satu tiga satu",
        "hubungi satu tiga satu dan satu lima tujuh", "hubungi satu tiga satu, satu lima tujuh", "lupa PIN saya. Waktu itu saya sudah ke kantor cabang di kota lain, ruang 1204",
        "WA 081-131-131-131", "WA 081157157157",
        "Rp1.250.000,00", "sebesar 1250000000 rupiah", "IDR 2,500,000,000", "tiga dua tujuh ribu rupiah", "dua juta lima ratus ribu", "saldo 12.345.678.901",
        "sejak 12-03-2026 sampai 15/04/2026", "2026-03-10 08:15:30", "lahir 17 Agustus 1985", "tujuh belas agustus dua ribu dua puluh enam", "on April 1, 2026",
        "PMK 168/PMK.03/2023 dan UU 27/2022", "Pasal 34 ayat 2", "kode pos 10110", "antrean A-045", "jam 08.00-16.00", "tarif 11% dan 0,5 persen",
        "resi 1000000001, 1000000002 dan 1000000003", "IMEI 356938035643809", "kode billing 412345678901234", "AWB EE000000014ID",
        "OTP tidak masuk sudah dua ratus lima puluh menit", "lupa PIN dan kata sandi saya", "PIN saya salah tiga kali", "kode OTP tidak masuk sejak 2024",
        "my password does not work since 9 July 1962", "the password is told during the call", "tenor 12 24 36 48 60 bulan", "satu dua tiga tes",
        "please book at pintar dot bi dot go dot id", "di kantor pusat dot com itu di mana", "alamat 10.20.30.40:8000", "dua tiga hari lagi", "",
    ],
)  # fmt: skip
def test_what_is_nobodys_secret_stays_readable(told):
    assert mask(told) == told


def test_a_check_makes_a_finding_certain_and_a_wrong_digit_makes_it_doubtful():
    assert find("NIK 3174061203850001") == (Span(4, 20, "nik", True),)
    assert find("NIK 9901011203850001") == (Span(4, 20, "nik", False),)
    assert find("kartu kredit 4111111111111112")[0] == Span(13, 29, "card", False)
    assert find("npwp 010017010092000")[0].certain and not find("npwp 010017011092000")[0].certain


def test_two_numbers_side_by_side_are_two_secrets():
    kinds = [(span.kind, span.start) for span in find("081234567890 081298765432, NIK 3174061203850001")]
    assert kinds == [("phone", 0), ("phone", 13), ("nik", 31)]


def test_a_number_of_our_own_stays_when_it_is_named():
    assert mask("SMS ke 081111110131", public=frozenset({"081111110131"})) == "SMS ke 081111110131"
    assert "*" in mask("SMS ke 081111110131")


def test_the_words_of_a_transcript_are_found_by_their_places():
    said = "halo nomor saya nol delapan satu dua, tiga empat lima enam tujuh delapan. terima kasih".split()
    (span,) = find_words(said)
    assert (said[span.first], said[span.last - 1], span.kind) == ("nol", "delapan.", "phone")
    assert (
        find_words(["PIN", "saya", "12", "34"])[0].first == 2
        and find_words(["PIN", "saya", "12", "34"])[0].last == 4
    )
    assert find_words([]) == () and find_words(["terima", "kasih"]) == ()


def test_a_word_of_several_pieces_is_one_place():
    (span,) = find_words(["hubungi", "0812-3456-7890", "ya"])
    assert (span.first, span.last) == (1, 2)


# -- measured on sentences that know nothing of the patterns ------------------------------------------------


def letters(text: str, start: int, end: int) -> set[int]:
    return {at for at in range(start, end) if text[at].isalnum()}


@pytest.mark.parametrize(("form", "recall", "precision"), [("written", 0.99, 0.97), ("spoken", 0.95, 0.97)])
def test_nearly_every_secret_is_covered_and_nearly_nothing_else(form, recall, precision):
    told = [sentence for sentence in sentences(2400) if sentence.form == form]
    assert len({sentence.text for sentence in told}) >= 1000
    secrets = covered = spans = right = 0
    for sentence in told:
        found = find(sentence.text)
        hidden = set().union(*(letters(sentence.text, span.start, span.end) for span in found))
        secrets += len(sentence.secrets)
        covered += sum(letters(sentence.text, start, end) <= hidden for start, end, _ in sentence.secrets)
        spans += len(found)
        right += sum(
            any(start < span.end and span.start < end for start, end, _ in sentence.secrets) for span in found
        )
    assert secrets > 500 and covered / secrets >= recall and right / spans >= precision


@pytest.mark.parametrize("sentence", sentences(400, seed=7), ids=lambda sentence: sentence.text[:30])
def test_what_is_masked_holds_no_secret_any_more(sentence):
    shown = mask(sentence.text)
    assert mask(shown) == shown
    # Six figures of a secret in a row are never left.
    for start, end, kind in sentence.secrets:
        figures = re.sub(r"\D", "", sentence.text[start:end])
        if len(figures) > 6 and kind != "email":
            assert figures not in re.sub(r"[ .()/-]", "", shown)


WORDS = st.sampled_from(
    "0812 3456 7890 081234567890 3174061203850001 nol delapan satu dua ribu puluh dobel oh o at et titik com gmail budi PIN OTP NIK npwp "
    "rekening kata sandi password : = , . - ( ) + * [PIN] [sandi] 0812***890 b***@gmail.com @ x1 20 2026 Rp 1.250.000 12-03-2026 plus eh dan".split()
)


@given(words=st.lists(WORDS, max_size=14), glue=st.sampled_from([" ", "", "-", "  "]))
def test_masking_twice_is_masking_once(words, glue):
    shown = mask(glue.join(words))
    assert mask(shown) == shown


@given(st.text())
def test_no_text_makes_it_fail_and_spans_are_in_order(text):
    found = find(text)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    mask(text)
