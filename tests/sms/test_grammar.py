"""The text dialogues of the domain page, its separators and spellings, and what must not be misunderstood."""

import os
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.flow import KeywordSpec as FlowKeyword
from sms.grammar import AwaitedAsk, AwaitedMenu, KeywordSpec, decode_base64, understand

FIXTURES = Path(os.environ.get("SAMBUNG_SHARED", Path(__file__).parents[3] / "shared")) / "fixtures"

UNIVERSAL = (
    KeywordSpec("MENU", ("INFO", "BANTUAN", "HELP")),
    KeywordSpec("STATUS", takes=("tiket",)),
    KeywordSpec("ADU", ("KELUHAN", "KOMPLAIN"), rest_as="isi"),
    KeywordSpec("LAPOR", rest_as="isi"),
    KeywordSpec("SARAN", rest_as="isi"),
    KeywordSpec("PETUGAS", ("#HUBUNGIPETUGAS",)),
    KeywordSpec("TELEPON", takes=("jam",)),
    KeywordSpec("TULI"),
    KeywordSpec("EN"),
    KeywordSpec("NILAI", takes=("nilai",)),
)
BI = (
    *UNIVERSAL,
    FlowKeyword("RUPIAH"),
    FlowKeyword("BIRATE"),
    FlowKeyword("TUKAR", takes=("kota",)),
    FlowKeyword("RUSAK"),
)
KP = (
    *UNIVERSAL,
    KeywordSpec("NPWP", takes=("npwp", "nama")),
    KeywordSpec("EFIN"),
    KeywordSpec("BILLING", takes=("billing",)),
    KeywordSpec("SPT"),
    KeywordSpec("TANYA", rest_as="isi"),
)
OJK = (
    *UNIVERSAL,
    KeywordSpec("CEK", ("PINJOL", "LEGAL"), takes=("nama",)),
    KeywordSpec("SCAM", ("TIPU",), rest_as="isi"),
)
BC = (
    *UNIVERSAL,
    KeywordSpec("BARANG", ("RESI", "AWB"), takes=("awb",)),
    KeywordSpec("IMEI", takes=("imei",)),
    KeywordSpec("TIPU", rest_as="isi"),
    KeywordSpec("REG", takes=("nik", "kk")),
)
BI_TOPICS = {
    "uang_rusak": ["uang rusak", "sobek", "uang terbakar"],
    "bi_rate": ["bi rate naik", "bi rate bulan depan", "suku bunga"],
    "tuli": ["tuli", "tidak bisa telepon"],
}
KP_TOPICS = {
    "rahasia": ["cek pajak", "utang pajak", "berapa bayar"],
    "efin": ["efin", "lupa efin"],
    "spt": ["spt", "batas lapor spt"],
}
OJK_TOPICS = {"penipuan": ["tipu", "penipuan"], "slik": ["slik", "ideb"]}
YES_NO = AwaitedAsk("yes_no")
SUDAH_BELUM = AwaitedMenu({"1": ("SUDAH",), "2": ("BELUM",)})
LIST = AwaitedMenu(
    {
        "1": ("Uang Rupiah dan penukaran uang",),
        "2": ("Sistem pembayaran, QRIS, kartu",),
        "3": ("Kebijakan Bank Indonesia",),
        "0": ("Petugas",),
        "*": ("Kembali", "back"),
    }
)


def read(body, keywords=UNIVERSAL, topics=None, **more):
    return understand(body, keywords=keywords, topics=topics or {}, **more)


@pytest.mark.parametrize(
    ("body", "keywords", "topics", "kind", "name", "fields"),
    [
        ("min mau nanya klo duit sobek bs dituker gak ya?", BI, BI_TOPICS, "topic", "uang_rusak", {}),
        ("TUKAR#SURABAYA", BI, BI_TOPICS, "keyword", "TUKAR", {"kota": "SURABAYA"}),
        ("tuker surabaya", BI, BI_TOPICS, "keyword", "TUKAR", {"kota": "surabaya"}),
        ("rupiah", BI, BI_TOPICS, "keyword", "RUPIAH", {}),
        (
            "ADU saldo e-wallet saya kepotong 2x 150rb tgl 9 maret blm balik", BI, BI_TOPICS, "keyword",
            "ADU",
            {"isi": "saldo e-wallet saya kepotong 2x 150rb tgl 9 maret blm balik"},
        ),
        ("bi rate bulan depan naik ga?", BI, BI_TOPICS, "topic", "bi_rate", {}),
        ("sy tuli tdk bs tlp, mau tanya uang 100rb th 99 msh laku ga?", BI, BI_TOPICS, "topic", "tuli", {}),
        ("NPWP 999999999999999#BUDI CONTOH", KP, KP_TOPICS, "keyword", "NPWP",
         {"npwp": "999999999999999", "nama": "BUDI CONTOH"}),
        ("npwp 999999999999999 # SITI CONTOH", KP, KP_TOPICS, "keyword", "NPWP",
         {"npwp": "999999999999999", "nama": "SITI CONTOH"}),
        ("NPWP 99.999.999.9-999.999#budi contoh", KP, KP_TOPICS, "keyword", "NPWP",
         {"npwp": "999999999999999", "nama": "budi contoh"}),
        ("npwp#999999999999999#Siti Contoh##", KP, KP_TOPICS, "keyword", "NPWP",
         {"npwp": "999999999999999", "nama": "Siti Contoh"}),
        ("NPWP 999999999999999 BUDI CONTOH", KP, KP_TOPICS, "keyword", "NPWP",
         {"npwp": "999999999999999", "nama": "BUDI CONTOH"}),
        ("cek pajak nya pt maju contoh dong berapa bayar thn lalu", KP, KP_TOPICS, "topic", "rahasia", {}),
        ("berapa utang pajak PT Tidak Ada Contoh?", KP, KP_TOPICS, "topic", "rahasia", {}),
        ("lupa efin gmn min", KP, KP_TOPICS, "topic", "efin", {}),
        ("billing 412345678901234", KP, KP_TOPICS, "keyword", "BILLING", {"billing": "412345678901234"}),
        ("min mau tanya PPh 21 THR", KP, KP_TOPICS, "keyword", "TANYA", {"isi": "PPh 21 THR"}),
        ("CEK Kilat Tunai Contoh", OJK, OJK_TOPICS, "keyword", "CEK", {"nama": "Kilat Tunai Contoh"}),
        ("cek pt. dana sejahtera contoh tbk", OJK, OJK_TOPICS, "keyword", "CEK",
         {"nama": "pt. dana sejahtera contoh tbk"}),
        ("pinjol#PT. Dana Sejahtera Contoh, Tbk", OJK, OJK_TOPICS, "keyword", "CEK",
         {"nama": "PT. Dana Sejahtera Contoh, Tbk"}),
        ("CEK Duit Gw", OJK, OJK_TOPICS, "keyword", "CEK", {"nama": "Duit Gw"}),
        ("tolong sy ketipu td jam 9 tf 5jt ke rek xxx gmn ini", OJK, OJK_TOPICS, "topic", "penipuan", {}),
        ("liat slik punya suami sy dong nik 9901011203850001", OJK, OJK_TOPICS, "topic", "slik", {}),
        ("#hubungipetugas", OJK, OJK_TOPICS, "keyword", "PETUGAS", {}),
        ("BARANG EE000000014ID", BC, {}, "keyword", "BARANG", {"awb": "EE000000014ID"}),
        ("resi ee000000028id", BC, {}, "keyword", "BARANG", {"awb": "EE000000028ID"}),
        ("resi.ee000000014id", BC, {}, "keyword", "BARANG", {"awb": "EE000000014ID"}),
        ("resiee000000014id", BC, {}, "keyword", "BARANG", {"awb": "EE000000014ID"}),
        ("IMEI 001010000000016", BC, {}, "keyword", "IMEI", {"imei": "001010000000016"}),
        ("TIPU ktnya paket ditahan bea cukai suruh tf 2,5jt", BC, {}, "keyword", "TIPU",
         {"isi": "ktnya paket ditahan bea cukai suruh tf 2,5jt"}),
        ("ada yg jual rokok polos di pasar contoh", BC, {"rokok": ["rokok ilegal", "rokok polos"]}, "topic",
         "rokok", {}),
    ],
)  # fmt: skip
def test_the_dialogues_of_the_domain_page(body, keywords, topics, kind, name, fields):
    understood = read(body, keywords, topics)
    assert (understood.kind, understood.name, understood.fields) == (kind, name, fields)


@pytest.mark.parametrize(
    "body",
    ["STATUS 202603110001", "status#202603110001", "STATUS.202603110001", "STATUS*202603110001",
     "STATUS/202603110001",
     "STATUS,202603110001", "STATUS##202603110001##", "STATUS202603110001", "#STATUS#202603110001#",
     "  status   202603110001  ", "STATUS: BI-20260311-0001", "STATUSBI-20260311-0001", "STATSU 202603110001",
     "STTUS#202603110001", "statuss202603110001", "min tlg STATUS 202603110001 dong",
     "Selamat pagi pak, status 202603110001",
     "ＳＴＡＴＵＳ　２０２６０３１１０００１", "status laporan saya 202603110001 ya", "STATUS\n202603110001"],
)  # fmt: skip
def test_every_separator_and_dress_of_a_keyword(body):
    understood = read(body)
    assert (understood.kind, understood.name, understood.fields) == (
        "keyword",
        "STATUS",
        {"tiket": "202603110001"},
    )


@pytest.mark.parametrize("body", ["REG9901011203850001#9901011203850002#",
"REG#9901011203850001#9901011203850002",
                                  "REG 9901011203850001 9901011203850002",
                                  "reg*9901011203850001*9901011203850002"])  # fmt: skip
def test_registration_texts_with_and_without_separators(body):
    assert read(body, BC).fields == {"nik": "9901011203850001", "kk": "9901011203850002"}


def test_how_it_was_understood_is_told():
    assert read("STATUS 202603110001").via == "exact"
    assert read("tlg STATUS 202603110001").via == "normalised"
    assert read("STATSU 202603110001").via == "typo"
    assert read("tlp").via == "normalised"
    assert read("Komplin.isi keluhan").fields == {"isi": "isi keluhan"}


@pytest.mark.parametrize(
    ("body", "name", "missing", "wrong"),
    [
        ("STATUS", "STATUS", ("tiket",), {}),
        ("status dong min", "STATUS", ("tiket",), {}),
        ("STATUS 20260311", "STATUS", (), {"tiket": "20260311"}),
        ("imei 001010000000017", "IMEI", (), {"imei": "001010000000017"}),
        ("ADU", "ADU", ("isi",), {}),
        ("TELEPON", "TELEPON", ("jam",), {}),
        ("NILAI 5", "NILAI", (), {"nilai": "5"}),
        ("REG 9901011203850001", "REG", ("kk",), {}),
    ],
)
def test_what_is_missing_or_wrong_is_named(body, name, missing, wrong):
    understood = read(body, BC)
    assert (understood.kind, understood.name) == ("keyword", name)
    assert (understood.missing, understood.wrong) == (missing, wrong)


def test_a_time_for_a_call_back():
    assert read("TELEPON jam 4 sore").fields == {"jam": "16:00"}
    assert read("telp 16.30").fields == {"jam": "16:30"}


@pytest.mark.parametrize(
    "body",
    ["lapar banget min", "sarana umum rusak", "statistik", "petugasnya galak", "tul", "yang", "halo",
     "selamat pagi", "",
     "...", "1", "您好，請回電。", "kirim barang ke budi", "infokan"],
)  # fmt: skip
def test_ordinary_words_are_no_keywords(body):
    assert read(body).kind == "unknown"


def test_a_slip_that_could_be_two_keywords_is_neither():
    two = (KeywordSpec("TARIF"), KeywordSpec("TARIK"))
    assert read("TARIX", two).kind == "unknown"
    assert read("TARIV", (KeywordSpec("TARIF"),)).name == "TARIF"
    assert read("CEX Budi", OJK).kind == "unknown"  # keywords of fewer than five letters allow no slip


def test_a_keyword_with_words_that_it_does_not_take_gives_way_to_a_topic():
    assert read("rupiah sobek bisa ditukar", BI, BI_TOPICS).name == "uang_rusak"
    weak = read("rupiah bagaimana caranya", BI, BI_TOPICS)
    assert (weak.kind, weak.name, weak.via) == ("keyword", "RUPIAH", "weak")
    assert read("status pajak pt maju berapa bayar", KP, KP_TOPICS).name == "rahasia"


def test_a_keyword_that_takes_everything_gives_way_only_to_the_topics_that_it_names():
    keywords = (
        KeywordSpec("CEK", ("PINJOL",), rest_as="nama", yields_to=("slik",)),
        KeywordSpec("ADU", rest_as="isi"),
    )
    for body in ("cek slik suami saya", "tolong cek ideb saya dong", "CEK SLIK"):
        assert (found := read(body, keywords, OJK_TOPICS)).kind == "topic" and found.name == "slik"
    assert read("cek PT Maju Contoh", keywords, OJK_TOPICS).fields == {"nama": "PT Maju Contoh"}
    assert read("cek penipuan", keywords, OJK_TOPICS).name == "CEK"  # no topic of its list
    assert read("ADU slik saya salah", keywords, OJK_TOPICS).name == "ADU"  # gives way to none


def test_two_topics_with_equal_words_are_no_topic():
    topics = {"a": ["uang"], "b": ["kartu"]}
    assert read("uang dan kartu", (), topics).kind == "unknown"
    assert read("uang uang kartu elektronik", (), {"a": ["uang"], "b": ["kartu elektronik"]}).name == "b"


@pytest.mark.parametrize("body", ["ditukar", "menukar", "penukaran", "tukarkan", "nuker", "tukar2"])
def test_a_topic_word_is_found_with_its_prefixes_and_suffixes(body):
    assert read(body, (), {"tukar": ["tukar"]}).name == "tukar"


def test_a_short_topic_word_is_not_found_inside_others():
    assert read("bias tari", (), {"bi": ["bi"]}).kind == "unknown"


# -- awaited answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("1", "1"), ("1.", "1"), ("(1)", "1"), ("no 1", "1"), ("pilih 1", "1"), ("Saya pilih nomor 2 min",
         "2"),
        ("satu", "1"), ("yang kedua", "2"), ("option three", "3"), ("１", "1"), ("1\ufe0f\u20e3", "1"),
         ("#2", "2"),
        ("0", "0"), ("*", "*"), ("petugas", "0"), ("kembali", "*"), ("QRIS", "2"), ("penukaran", "1"),
         ("back", "*"),
        ("duit rupiah", "1"), ("Kebijakan Bank Indonesia", "3"),
    ],
)  # fmt: skip
def test_an_answer_to_a_numbered_list(body, key):
    understood = read(body, awaiting=LIST)
    assert (understood.kind, understood.value) == ("answer", key)


def test_what_is_not_on_the_list_is_told_as_such():
    assert read("7", awaiting=LIST) == read("7", awaiting=LIST).__class__("unknown", value="7", via="awaited")
    assert read("STATUS 202603110001", awaiting=LIST).name == "STATUS"


@pytest.mark.parametrize(
    ("body", "value"),
    [("y", "yes"), ("YA", "yes"), ("iya min", "yes"), ("sdh", "yes"), ("sdh td siang 2500000", "yes"),
     ("tidak", "no"),
     ("gak", "no"), ("blm", "no"), ("TDK.", "no"), ("belom pak", "no")],
)  # fmt: skip
def test_yes_and_no(body, value):
    understood = read(body, awaiting=YES_NO)
    assert (understood.kind, understood.value) == ("answer", value)


def test_a_list_of_two_words_takes_a_sentence_that_begins_with_one():
    assert read("sdh td siang 2500000", BC, awaiting=SUDAH_BELUM).value == "1"
    assert read("blm", BC, awaiting=SUDAH_BELUM).value == "2"


@pytest.mark.parametrize(
    ("body", "form", "value"),
    [
        ("9901 0112 0385 0001", "nik", "9901011203850001"),
        ("nik saya 9901011203850001 ya", "nik", "9901011203850001"),
        ("12 Maret 1985", "date6", "120385"),
        ("lahir 12-03-1985 pak", "date8", "1985-03-12"),
        ("kira kira 5 juta", "number", "5000000"),
        ("saya Wati, mau lapor duit palsu", "text", "saya Wati, mau lapor duit palsu"),
    ],
)
def test_a_value_that_was_asked_for(body, form, value):
    understood = read(body, KP, awaiting=AwaitedAsk(form))
    assert (understood.kind, understood.value) == ("answer", value)


def test_a_keyword_is_not_swallowed_by_a_question():
    npwp = read("BILLING 412345678901234", KP, awaiting=AwaitedAsk("npwp"))
    assert (npwp.kind, npwp.name) == ("keyword", "BILLING")
    assert read("PETUGAS", KP, awaiting=AwaitedAsk("text")).name == "PETUGAS"
    assert read("petugas di loket galak sekali", KP, awaiting=AwaitedAsk("text")).kind == "answer"


def test_two_different_values_are_no_answer():
    body = "9901011203850001 atau 9901015203850002"
    assert read(body, awaiting=AwaitedAsk("nik")).via == "awaited"


# -- the tax office's form -----------------------------------------------------------------------------------


def test_the_half_structured_form_gives_name_number_and_question():
    understood = read("Saya Wati, NPWP 9901015203850002, ingin bertanya batas lapor SPT", KP, KP_TOPICS)
    assert (understood.kind, understood.name, understood.via) == ("topic", "spt", "form")
    assert understood.fields == {"nama": "Wati", "npwp": "9901015203850002", "pertanyaan": "batas lapor SPT"}


def test_a_question_without_a_topic_goes_to_the_question_keyword():
    body = "Selamat siang, saya Budi Contoh, NPWP: 99.999.999.9-999.999 mau tanya soal faktur"
    understood = read(body, KP, KP_TOPICS, question_keyword="TANYA")
    assert (understood.kind, understood.name, understood.fields["isi"]) == ("keyword", "TANYA", "faktur")
    assert understood.fields["nama"] == "Budi Contoh"
    assert read("Saya Wati, NPWP 12345678901, ingin bertanya SPT", KP, KP_TOPICS).wrong == {
        "npwp": "12345678901"
    }


# -- hostile and odd bodies ----------------------------------------------------------------------------------


@given(
    st.text(),
    st.sampled_from([None, LIST, YES_NO, *(AwaitedAsk(f) for f in ("text", "nik", "date8", "number"))]),
)
def test_no_message_makes_understanding_fail(body, awaiting):
    for language in ("id", "en"):
        assert read(body, KP, KP_TOPICS, awaiting=awaiting, language=language, question_keyword="TANYA").kind


@pytest.mark.parametrize(
    "body", ["HUBUNGIPETUGASSEKARANGJUGA", "QUJDREVGR0g=", "a" * 40, "EE000000014IDEE000000028ID12"]
)
def test_words_are_not_taken_for_base64(body):
    assert decode_base64(body) == body


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared webhook fixtures are not beside this checkout")
def test_recorded_webhooks_are_understood_as_they_should_be():
    def body(name):
        return parse_qs((FIXTURES / f"{name}.txt").read_text(), keep_blank_values=True).get("Body", [""])[0]

    decoded = decode_base64(body("courier_receiveBase64"))
    assert decoded == "Bannon Explains The World ...\n“The Camp of the Saints"
    for path in FIXTURES.glob("sms_in_*.txt"):
        assert read(body(path.stem), BC, BI_TOPICS).kind == "unknown", path.stem
