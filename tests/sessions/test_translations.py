"""Every finding, refusal and difference can be read in Indonesian: whoever writes a new English sentence is told here."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import ROOT, main
from engine.check import Finding
from sessions.translations import FOLDER, WAYS, _pairs, finding_in, in_language, patterns

# Where sentences for people are decided. `-`: these words of the file are no sentences (grammar, SQL, keys, words for logs).
GRAMMAR = r"THING|GOALS|\{\}|^(an? |the |every path|from every|never|no path|when|step 7|45 s|N UNIT|in every|in texts|on the)"
INDONESIAN = "^(dari|dalam|lewat|saat|salam|setiap|tidak|paling|pesan|panggilan|mana|pencarian)"
TOLD = {
    "engine/load/[!s]*.py": r"next working day|\(\?|\\\+\?|STOP |events of a text|keys are scalars|the default is|found character"
    r"|, \?\|| more$|^7: …$|^7:7:7 7|^Known are:$",
    "engine/load/so*.py": "the caller saw",
    "engine/load/st*.py": "kind is one|hours NAME|every language|^Begin with one of:$",
    "engine/load/se*.py": f"{GRAMMAR}|{INDONESIAN}|\\(\\?",
    "engine/check/*.py": r"terima kasih|kosong satu|zero one|buka tutup|pin otp|7:7:7 7|How a caller|^7 7$",
    "engine/claims.py": "",
    "engine/promises/decide.py": "^in '7'$|gets there7$",
    "engine/differences/*.py": r"^7 '7'$|^7 number 7$|^7( 7)? is( 7)?( in texts.yaml)?$|^hours '7' are 7$|^7 7 meant by 7$|^7: 7 7( 7: 77)?$"
    r"|^7: 7is now|^7: 7 is now 7$|^(is also|is no more)$|^is (gone|new)|; and 7 more|from 7 on$|^7 is (added|now)|^alone it|^7[,:]? 7$",
    "commands/check_canned.py": "^7 or 7$",
    "commands/check_texts.py": "2026|Senin|menunggu",
    "commands/check_recordings.py": r"^the recording 7\.wav: 7$",
    "commands/check_coverage.py": "^7: 7|^(nobody on '7'|'7' is (closed|open)|no number of)",  # behind their days: see below
    "commands/publishing_acts.py": "an offer with faults",
    "sessions/publishing/impact.py": "^7 7",
    "sessions/publishing/publishing.py": "",
    "sessions/cases/records.py": "",
    "sessions/console/dead_letters.py": "a dead letter was|its work failed|the file is damaged",
    "sessions/publishing/flow_files.py": r'^\{"file"',
    "sessions/desk/desk_acts.py": "",
    "sessions/desk/desk_rules.py": "",
    "sessions/cases/act_mail.py": "^(Dikirim ke|Sent to|an act could|act (done|not done|waits)|ALARM|7: 7)",
    "commands/console_hearing.py": "",
    # Places in the runbook, commands to type, and pieces of sentences, which test_doctor_answers_in_indonesian has whole.
    "commands/doctor*.py": r"^(docs/runbook|python app\.py|make venv|chmod|timedatectl|SMTP_HOST|Way out:)|^Looks at settings|^examples:|^is( not set| 7)$"
    r"|^Python 7, SQLite|^\(the emulator|^does the worker run, does the carrier|^see the lines of speech|^7[,:]? .*7$|^(: 7|77 7|7-> 7)$|^7: joined|lets us in7$|^7 s 7 the|^of the findings",
    "desk/caseload/needs.py": "",
    "desk/caseload/life.py": "",
    "desk/access.py": "^7 may 7$",
    "desk/routing/rules.py": "^7: 7(, 7)?$",
}  # fmt: skip


def sentences(path: Path) -> Iterator[str]:
    """Every text of two words or more, with 7 for what is put in; no docstring, no piece of another text."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and isinstance(
            node.body[0], ast.Expr
        ):
            passed.add(node.body[0].value)
        if isinstance(node, ast.JoinedStr):
            passed |= {inner for inner in ast.walk(node) if inner is not node}
    for node in ast.walk(tree):
        if node in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(one.value if isinstance(one, ast.Constant) else "7" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = re.sub(r"\{queue\}", "7", node.value)
        else:
            continue
        if " " in text.strip():
            yield text.strip()


@pytest.mark.parametrize("where", TOLD)
def test_every_sentence_has_its_indonesian(where: str):
    found = {text for path in sorted(ROOT.glob(where)) for text in sentences(path)}
    assert found or where == "engine/claims.py"
    none = TOLD[where]
    left = [
        text for text in found if in_language(text, "id") == text and not (none and re.search(none, text))
    ]
    assert sorted(left) == []


def test_no_pattern_is_there_twice_and_all_values_are_used():
    seen: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        for english, indonesian in _pairs(file):
            assert english not in seen, f"{file.name} and {seen.get(english)}: {english}"
            seen[english] = file.name
            if file.name != WAYS:
                values = [set(re.findall(r"<([a-z_]+)>", text)) for text in (english, indonesian)]
                assert values[0] == values[1], english
    assert len(patterns()) > 400


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [
        ("the step 'utma' does not exist", "langkah 'utma' tidak ada"),
        ("in the step 'salam' the key 'x' does not exist", "dalam langkah 'salam' kunci 'x' tidak ada"),
        ("T1 passes a case on to T2 or T3, not to T9", "T1 meneruskan laporan ke T2 atau T3, bukan ke T9"),
        (
            "2 callers and 1 texter are on 'q', which this removes",
            "2 penelepon dan 1 penulis SMS di 'q', yang dihapus dengan ini",
        ),
        (
            "menu 'utama': says in id now: \"Cats or dogs.\" instead of \"Dogs and cats.\"",
            "menu 'utama': kini mengucapkan dalam id: \"Cats or dogs.\", dahulu \"Dogs and cats.\"",
        ),
        (
            "hello/flow.yaml:3:5 unknown-step: the step 'salm' does not exist. Did you mean 'salam'? "
            "How a caller gets there: 1 (not found) silence",
            "hello/flow.yaml:3:5 unknown-step: langkah 'salm' tidak ada. Maksud Anda 'salam'? "
            "Cara sampai ke sana: 1 (tidak ditemukan) diam",
        ),
        (
            "every Monday to Friday 08:00–16:00 WIB from 11 March 2026 until 3 May 2026: nobody on 'q', no other way out",
            "setiap Senin sampai Jumat 08:00–16:00 WIB dari 11 Maret 2026 sampai 3 Mei 2026: "
            "tidak ada petugas di 'q', tidak ada jalan lain",
        ),
        (
            "the promise 'x' does not hold: from the start (in texts) in 'id' to a person it takes 4 keys",
            "janji 'x' tidak terpenuhi: dari awal (lewat SMS) dalam 'id' ke petugas perlu 4 tombol",
        ),
        ("nobody has written this sentence yet", "nobody has written this sentence yet"),
    ],
)  # fmt: skip
def test_sentences_are_told_with_their_values(english: str, indonesian: str):
    assert in_language(english, "id") == indonesian
    assert in_language(english, "en") == english


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [
        ("development, http://127.0.0.1:8000, account AC1", "development, http://127.0.0.1:8000, akun AC1"),
        ("2 faults, 1 warning, 9 well", "2 gangguan, 1 peringatan, 9 baik"),
        ("40 s behind the carrier's clock", "40 s di belakang jam operator"),
        ("whisper for every other language is off: x not installed", "whisper untuk setiap bahasa lain mati: x tidak terpasang"),
        ("+62131: voice_url is 'http://a/b'", "+62131: voice_url berisi 'http://a/b'"),
        ("+62131: sms_url is not set", "+62131: sms_url belum diisi"),
        ("3 recordings without file, the oldest of 2026: not tried", "3 rekaman tanpa berkas, yang tertua dari 2026: belum dicoba"),
        ("does the worker run, does the carrier answer? docs/runbook.md, Recordings", "apakah worker berjalan, apakah operator menjawab? docs/runbook.md, Recordings"),
        ("mail.id, tls, from a@b.id lets us in", "mail.id, tls, dari a@b.id menerima kita"),
    ],
)  # fmt: skip
def test_doctor_answers_in_indonesian(english: str, indonesian: str):
    assert in_language(english, "id") == indonesian


def test_a_flow_test_that_fails_says_so_in_indonesian(tmp_path, capsys):
    folder = tmp_path / "hello"
    shutil.copytree(ROOT / "flows" / "hello", folder)
    (folder / "tests" / "new.yaml").write_text(
        "jam buka:\n- call: '100'\n- hears: the hours\n- hang up\n- press: 1\n", encoding="utf-8"
    )
    assert main(["test", str(tmp_path), "--language", "id"]) == 1
    said = capsys.readouterr().out
    assert "jam buka: tidak terdengar" in said and "jam buka: panggilan sudah selesai" in said
    assert "    mestinya  the hours" in said and "    ternyata  " in said
    assert "berhasil, 1 gagal dalam" in said


def test_a_finding_is_told_whole():
    found = Finding("a.yaml", 1, 1, "x", "error", "the table is empty", "Name a step", "1 hangs up")
    assert finding_in(found, "id").way == "1 menutup telepon"
    assert (finding_in(found, "id").what, finding_in(found, "id").way_out) == (
        "tabel kosong",
        "Sebutkan langkah",
    )


def test_a_long_text_costs_no_time():
    assert in_language("a: b, c' d' in e for ' to f " * 100, "id").startswith("a: b")


def test_the_command_tells_them_in_indonesian_too(tmp_path, capsys):
    folder = tmp_path / "hello"
    shutil.copytree(ROOT / "flows" / "hello", folder)
    flow = folder / "flow.yaml"
    flow.write_text(flow.read_text().replace("jam, ", "jm, ", 1))
    assert main(["check", str(tmp_path), "--language", "id", "--no-cache"]) == 1
    assert "unknown-step: langkah 'jm' tidak ada. Maksud Anda 'jam'?" in capsys.readouterr().out
    assert main(["check", str(tmp_path), "--json", "--language", "id", "--no-cache"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["findings"][0]["what"] == "langkah 'jm' tidak ada"
