"""The spelling habits of the domain page, and what must never be touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.normalise import clean, normalise, without_lead_ins, without_tails, word
from sms.typos import one_slip

TABLE = {
    "yang": "yg", "tidak": "tdk gk ga gak g ngga nggak ndak ora ra", "belum": "blm belom",
    "sudah": "sdh udh udah wis",
    "dengan": "dgn dg sm", "untuk": "utk buat", "karena": "krn",
    "bagaimana": "bgmn gmn gmna gimana piye kumaha",
    "kenapa": "knp kenopo naha", "berapa": "brp piro sabaraha", "di mana": "dmn",
    "saya": "sy sya gw gue aku kulo abdi",
    "tolong": "tlg tlong", "mohon": "mhn", "hari": "hr", "tanggal": "tgl", "nomor": "no nmr nomer",
    "ponsel": "hp hape",
    "telepon": "tlp telp tlpn", "uang": "duit doku artos", "rusak": "sobek robek suwek", "tukar": "tuker",
    "rekening": "rek", "transfer": "tf trf trsfr", "pinjaman online": "pinjol", "penagih": "DC",
    "utang": "ngutang",
    "pajak": "pajek", "ditahan": "ketahan", "penipuan": "ketipu tipu2", "dapat": "dpt", "bisa": "bs bsa iso",
    "masuk": "msk", "kalau": "klo kl kalo yen lamun", "juga": "jg", "sangat": "sgt",
    "terima kasih": "mksh trims tks nuhun suwun",
}  # fmt: skip


@pytest.mark.parametrize(("plain", "spelling"), [(p, s) for p, all_s in TABLE.items() for s in all_s.split()])
def test_every_spelling_of_the_table(plain, spelling):
    assert normalise(spelling) == plain
    assert normalise(spelling.upper()) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (
            "min mau nanya klo duit sobek bs dituker gak ya?",
            "min mau tanya kalau uang rusak bisa ditukar tidak ya",
        ),
        ("nang ndi kantore", "di mana kantore"),
        ("kena tipu", "penipuan"),
        ("mobil2 dan anak2nya", "mobil-mobil dan anak-anaknya"),
        ("tolonggg bgtttt", "tolong sangat"),
        ("sy TULI tdk bs tlp", "saya tuli tidak bisa telepon"),
        ("ＤＵＩＴ ｓｏｂｅｋ", "uang rusak"),
        ("\u202eduit\u202c\u200b sobek", "uang rusak"),
        ("", ""),
    ],
)
def test_whole_messages(text, plain):
    assert normalise(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('cek "Duit Kilat" ga', 'cek "Duit Kilat" tidak'),
        ("cek “Duit Kilat”", "cek “Duit Kilat”"),
        ("resi EE000000014ID", "resi EE000000014ID"),
        ("npwp 99.999.999.9-999.999#Duit Gw", "npwp 99.999.999.9-999.999 #Duit Gw"),
        ("tf 2jt PPh21", "transfer 2jt PPh21"),
        ("cek #Duit Sobek", "cek #Duit Sobek"),
    ],
)
def test_names_identifiers_and_quoted_words_stay_as_they_are(text, plain):
    assert normalise(text) == plain


def test_english_no_is_not_a_number():
    assert normalise("No, my HP is broken", "en") == "no my hp is broken"
    assert normalise("No 5", "id") == "nomor 5"


def test_each_polite_beginning_is_dropped_in_its_turn():
    assert list(without_lead_ins("Selamat pagi min, tlg STATUS 202603110001")) == [
        "Selamat pagi min, tlg STATUS 202603110001",
        "min, tlg STATUS 202603110001",
        "tlg STATUS 202603110001",
        "STATUS 202603110001",
    ]
    assert list(without_lead_ins("minyak goreng")) == ["minyak goreng"]
    assert list(without_lead_ins("#HUBUNGIPETUGAS")) == ["#HUBUNGIPETUGAS"]
    assert list(without_lead_ins("min")) == ["min"]


def test_endless_politeness_is_not_followed_to_its_end():
    assert len(list(without_lead_ins("min " * 1000))) == 11


def test_polite_endings_are_dropped():
    assert without_tails("PETUGAS dong min!") == "PETUGAS"
    assert without_tails("ya") == ""


@given(st.text())
def test_no_message_makes_normalising_fail(text):
    assert "\n" not in clean(text)
    normalise(text)
    normalise(text, "en")
    list(without_lead_ins(text))
    without_tails(text)


@given(st.from_regex(r"[a-z]{3,12}", fullmatch=True))
def test_a_plain_word_is_plain_already(token):
    assert word(word(token)) == word(token)


@pytest.mark.parametrize(
    ("typed", "meant", "slipped"),
    [
        ("STATSU", "STATUS", True), ("STTUS", "STATUS", True), ("STATUSS", "STATUS", True),
        ("STARUS", "STATUS", True),
        ("KOMPLIN", "KOMPLAIN", True), ("STATUS", "STATUS", False), ("STAT", "STATUS", False),
        ("TSATSU", "STATUS", False), ("BARNAG", "BARANG", True), ("A", "", True), ("", "", False),
        ("AB", "BC", False),
    ],
)  # fmt: skip
def test_one_slip_of_the_thumb(typed, meant, slipped):
    assert one_slip(typed, meant) is slipped
    assert one_slip(meant, typed) is slipped
