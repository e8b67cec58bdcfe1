"""What `diff` says, on small changes to one small service."""

import pytest

from engine.differences import differences
from engine.load import load

FLOW = """\
format: 1
service: Contoh
prefix: CTH
languages: [id, en]
timezone: Asia/Jakarta
numbers: {voice: ["131"], text: ["131"]}
hours: {kantor: {mon-fri: ["08:00-16:00"]}}
keywords: {PAJAK: q_pajak}
sources: {kota: {table: kota.csv, match: {kota: fold}}}
start: utama
steps:
  utama:
    menu: {id: "Pajak, tekan 3. Selesai, tekan 2.", en: "Tax, press 3. To end, press 2."}
    keys: {"3": q_pajak, "2": selesai}
    silence: {tries: 3, then: selesai}
    no_match: {tries: 3, then: selesai}
  q_pajak: {say: {id: "Pajak.", en: "Tax."}, then: selesai}
  q_bea: {say: {id: "Bea.", en: "Customs."}, then: selesai}
  selesai: {end: {id: "Terima kasih.", en: "Thank you."}}
"""
TEXTS = "info: {id: Halo., en: Hello.}\n"
TABLE = "kota,buka\nBandung,08.00\nMedan,09.00\n"


def flow(text: str = FLOW, texts: str = TEXTS, table: str = TABLE):
    return load("contoh", {"flow.yaml": text, "texts.yaml": texts, "data/kota.csv": table})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"3": q_pajak', '"3": q_bea', "menu 'utama': 3 now goes to 'q_bea' instead of 'q_pajak'"),
        ('id: "Bea."', 'id: "Cukai."', "say 'q_bea': says in id now: \"Cukai.\" instead of \"Bea.\""),
        ("silence: {tries: 3", "silence: {tries: 1", "menu 'utama': silence asks once instead of 3 times"),
        ("08:00-16:00", "08:00-15:00", "hours 'kantor': mon-fri is now '08:00-15:00' instead of '08:00-16:00'"),
        ("PAJAK: q_pajak", "PAJAK: q_bea", "keyword PAJAK: it now goes to 'q_bea' instead of 'q_pajak'"),
        ('voice: ["131"]', 'voice: ["131", "1500131"]', "telephone number 1500131 is added"),
        ('  q_bea: {say: {id: "Bea.", en: "Customs."}, then: selesai}\n', "", "say 'q_bea' is removed"),
        ("start: utama", "start: q_bea", "start is now 'q_bea' instead of 'utama'"),
        ("tekan 2.", "tekan 4.", None),
    ],
)  # fmt: skip
def test_a_change_is_one_sentence_in_the_words_of_the_file(old, new, said):
    changed = FLOW.replace(old, new)
    assert changed != FLOW
    lines = differences(flow(), flow(changed)).lines
    assert (lines == (said,)) if said else len(lines) == 1


def test_a_step_that_only_changed_its_name_is_renamed_and_ways_to_it_did_not_change():
    found = differences(flow(), flow(FLOW.replace("q_pajak", "antrean_pajak")))
    assert found.lines == ("say 'q_pajak' is now called 'antrean_pajak'",)
    assert found.renamed == {"q_pajak": "antrean_pajak"} and not found.removed


def test_rows_and_texts_are_named():
    found = differences(
        flow(), flow(texts="info: {id: Hai., en: Hello.}\n", table="kota,buka\nBandung,10.00\nPalu,07.00\n")
    )
    assert set(found.lines) == {
        'text \'info\': says in id now: "Hai." instead of "Halo."',
        "table 'kota', row 'Bandung': buka is now '10.00' instead of '08.00'",
        "table 'kota': 1 row added: Palu, 07.00",
        "table 'kota': 1 row removed: Medan, 09.00",
    }


def test_comments_and_order_are_no_difference_and_pieces_that_are_not_run_no_part_of_a_version():
    assert differences(flow(), flow(FLOW + "# nothing\n")).lines == ()
    files = {"flow.yaml": FLOW, "texts.yaml": TEXTS, "data/kota.csv": TABLE}
    version = flow().version
    assert load("contoh", files, {"lain": "start: a\nsteps: {a: {end: A.}}\n"}).version == version
    assert load("lain", files).version != version
