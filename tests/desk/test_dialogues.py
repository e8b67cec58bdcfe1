"""What an agent's text asks for: every command, every way of choosing, and what must go to nobody."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.dialogue_words import WORDS
from desk.dialogues import (
    ACTS,
    CANNED,
    CLOSE,
    COMMANDS,
    ESCALATE,
    HELP,
    RELEASE,
    ROBOT,
    SAY,
    TAKE,
    InHand,
    Unclear,
    Wish,
    free_number,
    read,
)

ONE, TWO = InHand(1, "D1", True), InHand(2, "D2", True)
OFFER = InHand(3, "D3", False)


@pytest.mark.parametrize(
    ("body", "hand", "wish"),
    [
        ("3", [OFFER], Wish(TAKE, "D3")),
        (" 3 ", [ONE, OFFER], Wish(TAKE, "D3")),
        ("Besok buka.", [ONE], Wish(SAY, "D1", "Besok buka.")),
        ("2 hari kerja", [ONE], Wish(SAY, "D1", "2 hari kerja")),
        ("1 hari kerja", [ONE], Wish(SAY, "D1", "1 hari kerja")),
        ("2 hari kerja", [ONE, TWO], Wish(SAY, "D2", "hari kerja")),
        ("2: baik\nterima kasih", [ONE, TWO], Wish(SAY, "D2", "baik\nterima kasih")),
        ("2 2 hari kerja", [ONE, TWO], Wish(SAY, "D2", "2 hari kerja")),
        ("#Salam", [ONE], Wish(CANNED, "D1", "salam")),
        ("1 #salam", [ONE], Wish(CANNED, "D1", "salam")),
        ("selesai", [ONE], Wish(CLOSE, "D1")),
        ("1 SELESAI", [ONE], Wish(CLOSE, "D1")),
        ("Selesai Pak, silakan dicek", [ONE], Wish(SAY, "D1", "Selesai Pak, silakan dicek")),
        ("close", [ONE], Wish(CLOSE, "D1")),
        ("NAIK", [ONE], Wish(ESCALATE, "D1")),
        ("escalate", [ONE], Wish(ESCALATE, "D1")),
        ("Robot", [ONE], Wish(ROBOT, "D1")),
        ("LEPAS", [ONE], Wish(RELEASE, "D1")),
        ("LEPAS", [OFFER], Wish(RELEASE, "D3")),
        ("3 release", [ONE, OFFER], Wish(RELEASE, "D3")),
        ("?", [], Wish(HELP)),
        ("bantuan", [ONE, TWO], Wish(HELP)),
        ("baik", [ONE, OFFER], Wish(SAY, "D1", "baik")),
    ],
)
def test_what_a_text_asks_for(body, hand, wish):
    assert read(body, hand) == wish


@pytest.mark.parametrize(
    ("body", "hand", "over", "code"),
    [
        ("baik", [], (), "none"),
        ("baik", [OFFER], (), "take_first"),
        ("3 baik", [ONE, OFFER], (), "take_first"),
        ("SELESAI", [OFFER], (), "take_first"),
        ("baik", [ONE, TWO], (), "which"),
        ("SELESAI", [ONE, TWO], (), "which"),
        ("LEPAS", [ONE, OFFER], (), "which"),
        ("1", [ONE], (), "yours_already"),
        ("2", [ONE], (2,), "over"),
        ("2 terlambat", [ONE], (2,), "over"),
        ("2 SELESAI", [ONE], (2,), "over"),
        ("SELESAAI", [ONE], (), "typo"),
        ("lepass", [ONE], (), "typo"),
    ],
)
def test_what_is_unclear_goes_to_nobody(body, hand, over, code):
    found = read(body, hand, over)
    assert isinstance(found, Unclear) and found.code == code


@given(
    st.text(string.ascii_letters + string.digits + " #:.?", max_size=30),
    st.sets(st.integers(1, 9), max_size=3),
    st.sets(st.integers(1, 9), max_size=3),
    st.sets(st.integers(1, 9), max_size=2),
)
def test_words_reach_only_a_dialogue_that_is_taken_and_never_one_that_another_number_names(
    body, taken, offered, over
):
    offered -= taken
    over -= taken | offered
    hand = [InHand(n, f"D{n}", n in taken) for n in sorted(taken | offered)]
    found = read(body, hand, over)
    if isinstance(found, Unclear):
        assert found.code in WORDS
        return
    assert found.act in ACTS
    if found.act in (SAY, CANNED, CLOSE, ESCALATE, ROBOT):
        assert found.contact in {f"D{n}" for n in taken}
        head = body.strip()[:2]
        if len(taken | offered | over) > 1 and head[:1].isdigit() and head[1:] == " ":
            number = int(head[0])
            assert number not in offered | over
            assert number not in taken or found.contact == f"D{number}"


def test_numbers_are_not_given_again_while_they_are_remembered():
    assert free_number({1, 2, 4}, {4}) == 3
    assert free_number(set(range(1, 10)), {1, 3}) == 2


def test_every_word_is_short_enough_and_in_both_languages():
    from sms.segments import is_gsm

    assert {"LEPAS", "NAIK", "ROBOT", "SELESAI"} <= COMMANDS.keys()
    for code, words in WORDS.items():
        assert words.keys() == {"id", "en"}, code
        for said in words.values():
            assert len(said) <= 160 and is_gsm(said.replace("{", "").replace("}", "")), code
