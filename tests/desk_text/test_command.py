"""The same dialogues from the terminal, and what the figures say of them."""

from __future__ import annotations

import pytest

from desk.dialogue_words import WORDS


def test_a_dialogue_is_listed_shown_taken_and_answered_in_the_terminal(floor):
    floor.fresh("siti")
    writer = floor.writer("PETUGAS uang robek, telepon 081234567890")
    floor.stands(writer, "offered", "siti")
    ticket = floor.case(writer)[0]
    assert f"{ticket}" in floor.app("dialogues") and "offered siti as" in floor.app("dialogues", "list")
    assert "take it first" in floor.app("dialogues", "answer", ticket, "--as", "siti", "--text", "x", code=1)
    assert "neither offered to you" in floor.app("dialogues", "take", ticket, "--as", "budi", code=1)
    assert "no agent of the roster" in floor.app("dialogues", "take", ticket, "--as", "tono", code=1)
    assert f"{ticket} is yours" in floor.app("dialogues", "take", ticket, "--as", "siti")
    writer.write("masih bisa?")
    floor.until(lambda: ("contact", "text received") in floor.history(writer))
    assert "Sent" in floor.app("dialogues", "answer", ticket, "--as", "siti", "--text", "Masih bisa ditukar.")
    writer.until("Masih bisa ditukar.")
    floor.app("dialogues", "canned", ticket, "--as", "siti", "--key", "salam")
    writer.until("Selamat datang")
    shown = floor.app("dialogues", "show", ticket)
    assert "uang robek" in shown and "081234567890" not in shown and writer.phone.number not in shown
    assert shown.index("masih bisa?") < shown.index("Masih bisa ditukar.") < shown.index("Selamat datang")
    assert "is closed" in floor.app("dialogues", "close", ticket, "--as", "siti")
    floor.gone(writer)
    assert floor.case(writer)[1] == "ditutup"
    assert "no dialogue of it" in floor.app("dialogues", "show", ticket, code=1)


def test_the_terminal_releases_escalates_and_gives_back_to_the_robot(floor):
    floor.fresh("siti")
    writer = floor.writer("PETUGAS sulit")
    floor.stands(writer, "offered", "siti")
    ticket = floor.case(writer)[0]
    floor.app("dialogues", "take", ticket, "--as", "siti")
    floor.app("agents", "in", "budi")
    assert "back in the queue" in floor.app(
        "dialogues", "release", ticket, "--as", "siti", "--why", "makan siang"
    )
    floor.stands(writer, "offered", "budi")
    floor.app("dialogues", "take", ticket, "--as", "budi")
    assert "tier 2" in floor.app("dialogues", "escalate", ticket, "--as", "budi", "--why", "di luar T1")
    floor.stands(writer, "waiting")  # nobody of tier 2 is there: it waits
    floor.app("agents", "in", "rina")
    floor.stands(writer, "offered", "rina")
    floor.app("dialogues", "take", ticket, "--as", "rina")
    assert "robot" in floor.app("dialogues", "robot", ticket, "--as", "rina")
    writer.until("layanan otomatis")
    floor.gone(writer)
    rows = floor.house.query("SELECT who, what, why FROM case_events WHERE ticket = ?", ticket)
    assert ("siti", "dialogue put back", "makan siang") in rows
    assert ("budi", "talk passed on to tier 2", "di luar T1") in rows


def test_of_a_secret_dialogue_tier_1_sees_only_where_it_went(floor):
    floor.fresh("rina")
    writer = floor.writer("RAHASIA siapa pelapornya")
    floor.stands(writer, "offered", "rina")
    ticket = floor.case(writer)[0]
    seen = floor.app("dialogues", "show", ticket, "--role", "T1")
    assert "escalated to" in seen and "pelapor" not in seen
    assert "pelapor" in floor.app("dialogues", "show", ticket, "--role", "T4")
    floor.app("dialogues", "take", ticket, "--as", "rina")
    assert WORDS["secret"]["en"] in floor.app(
        "dialogues", "answer", ticket, "--as", "rina", "--text", "x", code=1
    )
    floor.app("dialogues", "close", ticket, "--as", "rina")
    floor.gone(writer)


def test_reports_count_dialogues_apart_from_calls(floor):
    floor.fresh("siti")
    writer = floor.writer("PETUGAS halo")
    floor.stands(writer, "offered", "siti")
    ticket = floor.case(writer)[0]
    floor.app("dialogues", "take", ticket, "--as", "siti")
    floor.agent("siti").write("SELESAI")
    floor.gone(writer)
    wish = ("report", "--part", "calls", "--format", "csv", "--language", "en", "--by", "agent")
    texts, calls = (floor.app(*wish, "--channel", channel) for channel in ("text", "voice"))
    assert "\nsiti,0," in calls
    assert "\nsiti," in texts and "\nsiti,0," not in texts


@pytest.mark.parametrize("words", [("--help",), ("answer", "--help")])
def test_help_has_words_and_examples(floor, words):
    assert "--as" in floor.app("dialogues", *words)
