"""Look-ups in other systems: `lookup:` in a test says what they answer, with the engine alone and over HTTP alike."""

from __future__ import annotations

from pathlib import Path

import pytest

import app

FLOW = """format: 1
service: {id: Kurs, en: Rates}
prefix: KU
languages: [id, en]
timezone: Asia/Jakarta
numbers: {voice: ["177"], text: ["177"]}
sources:
  kurs: {url: "https://data.example.go.id/kurs/{mata_uang}?hari=ini", gives: [nilai_kurs]}
start: tanya
steps:
  tanya:
    ask: {id: "Masukkan kode mata uang, lalu tekan pagar.", en: "Enter the currency code, then press hash."}
    as: mata_uang
    digits: 3
    then: cari
    silence: {tries: 2, then: usai}
    no_match: {tries: 2, then: usai}
  cari: {lookup: kurs, with: {mata_uang: "{mata_uang}"}, limit: 3, found: ada, none: tidak_ada, failed: gagal}
  ada: {end: {id: "Kurs {nilai_kurs} rupiah.", en: "The rate is {nilai_kurs}."}}
  tidak_ada: {end: {id: "Mata uang tidak dikenal.", en: "No such currency."}}
  gagal: {end: {id: "Sistem sedang terganggu.", en: "The system is down."}}
  usai: {end: {id: "Terima kasih.", en: "Thank you."}}
"""
TESTS = """
ditemukan:
  - lookup: {kurs: {found: {nilai_kurs: "16000"}}}
  - call: "177"
  - press: "840#"
  - hears: [Mohon menunggu, Kurs 16000 rupiah]
  - ended
tidak ada:
  - lookup: {kurs: none}
  - call: "177"
  - press: "999#"
  - hears: Mata uang tidak dikenal
gagal, tidak diberi jawaban:
  - call: "177"
  - press: "840#"
  - hears: Sistem sedang terganggu
lewat SMS:
  - text: "x"
  - lookup: {kurs: {found: {nilai_kurs: "16000"}}}
  - text: "840"
  - texted: Kurs 16000 rupiah
  - texted not: Mohon menunggu
paling banyak tiga kali sehari:
  - lookup: {kurs: none}
  - call: "177"
  - press: "840#"
  - call: "177"
  - press: "840#"
  - call: "177"
  - press: "840#"
  - call: "177"
  - press: "840#"
  - hears: Sistem sedang terganggu
  - hears not: Mohon menunggu
angka menunggu pagar atau diam:
  - lookup: {kurs: none}
  - call: "177"
  - press: "8"
  - step: tanya
  - press: ["4", "0"]
  - step: tanya
  - silence
  - hears: Mata uang tidak dikenal
"""


@pytest.mark.parametrize("depth", ["engine", "both"])
def test_what_another_system_answers_is_heard_at_each_depth(tmp_path: Path, capsys, depth: str) -> None:
    (tmp_path / "kurs" / "tests").mkdir(parents=True)
    (tmp_path / "kurs" / "flow.yaml").write_text(FLOW)
    (tmp_path / "kurs" / "tests" / "kurs.yaml").write_text(TESTS)
    code = app.main(["test", str(tmp_path), "--depth", depth, "--cover", "0"])
    shown = capsys.readouterr()
    assert code == 0 and "kurs: 6 passed, 0 failed" in shown.out, shown.out + shown.err
