"""The words that a service shows to the recogniser are its own, in the caller's language, and few."""

from pathlib import Path

import pytest

from audio.vocabulary import MOST, words_of
from engine.load import load
from sessions.services import read_folders

ROOT = Path(__file__).resolve().parent.parent.parent

FLOW = """
format: 1
service: Kantor Contoh 123
prefix: KC
timezone: Asia/Jakarta
languages: [id, en]
numbers: {voice: ["123"], text: ["123"]}
start: salam
text_start: salam
steps:
  salam:
    menu:
      id: "Selamat datang. Untuk kartu keluarga, tekan 1. Untuk pajak PBB di Kantor Lurah, tekan 2."
      en: "Welcome. For a family card, press 1. For PBB tax, press 2."
    written: {id: "Ketik PETUGAS untuk {isi}.", en: "Text PETUGAS."}
    keys: {"1": tutup, "2": tutup}
    words: {"1": [kartu, card], "2": [pajak, tax]}
    silence: {tries: 3, then: tutup}
    no_match: {tries: 3, then: tutup}
  tutup:
    end: {id: "Terima kasih.", en: "Thank you."}
"""


@pytest.fixture
def flow():
    return load("contoh", {"flow.yaml": FLOW})


def test_names_come_first_then_what_the_menu_offers_and_listens_for(flow):
    assert words_of(flow, "id") == (
        "Kantor Contoh",
        "PBB",
        "Kantor Lurah",
        "kartu keluarga",
        "pajak PBB di Kantor Lurah",
        "kartu",
        "pajak",
    )


def test_each_language_gets_only_the_words_of_its_own_texts(flow):
    words = words_of(flow, "en")
    assert {"a family card", "PBB tax", "card", "tax"} <= set(words)
    assert not {"kartu", "pajak", "kartu keluarga"} & set(words)
    assert words_of(flow, "ko") == ()


def test_what_people_corrected_leads_and_nothing_stands_twice(flow):
    words = words_of(flow, "id", ["Coretax", "KARTU", "  "])
    assert words[:2] == ("Coretax", "KARTU") and "kartu" not in words


def test_keywords_of_texts_and_numbers_are_not_taken(flow):
    joined = " ".join(words_of(flow, "id"))
    assert "PETUGAS" not in joined and "isi" not in joined.split()
    assert not any(letter.isdigit() for letter in joined)


@pytest.mark.parametrize("service, telling", [("bicara131", "QRIS"), ("kring_pajak", "NPWP")])
def test_a_real_service_shows_its_acronyms_and_not_more_than_a_prompt_can_hold(service, telling):
    real = next(folder for folder in read_folders(ROOT / "flows") if folder.id == service).load()
    for language in real.languages:
        words = words_of(real, language)
        assert len(words) <= MOST and len(set(map(str.casefold, words))) == len(words)
    assert telling in words_of(real, "id")
