"""Parts, alphabets and what becomes of characters that telephones charge for."""

import os
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.segments import BASIC, EXTENDED, fit, foreign, is_gsm, measure, parts, to_gsm

FIXTURES = Path(os.environ.get("SAMBUNG_SHARED", Path(__file__).parents[3] / "shared")) / "fixtures"


def test_the_gsm_alphabet_has_all_its_characters():
    assert len(BASIC) == len(set(BASIC)) == 127  # 128 places, one of them the escape
    assert len(EXTENDED) == len(set(EXTENDED)) == 10


@pytest.mark.parametrize(
    ("text", "encoding", "count", "room"),
    [
        ("", "GSM-7", 1, 160),
        ("a" * 160, "GSM-7", 1, 0),
        ("a" * 161, "GSM-7", 2, 145),
        ("a" * 306, "GSM-7", 2, 0),
        ("a" * 307, "GSM-7", 3, 152),
        ("€" * 80, "GSM-7", 1, 0),
        ("€" * 81, "GSM-7", 2, 143),
        ("a" * 152 + "€" + "a" * 10, "GSM-7", 2, 141),  # the pair moves whole to the second part
        ("’" + "a" * 69, "UCS-2", 1, 0),
        ("’" + "a" * 70, "UCS-2", 2, 63),
        ("a" * 66 + "\U0001f44b" * 3, "UCS-2", 2, 61),  # an emoji moves whole, too
        ("\U0001f44b" * 35, "UCS-2", 1, 0),
    ],
)
def test_parts_and_room(text, encoding, count, room):
    size = measure(text)
    assert (size.encoding, size.parts, size.room) == (encoding, count, room)
    assert parts(text) == count


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("“Rupiah” – ‘asli’…", "\"Rupiah\" - 'asli'..."),
        ("Rp1.000\u00a0saja", "Rp1.000 saja"),
        ("Terima kasih \U0001f64f\U0001f3fd!", "Terima kasih !"),
        ("Wāyan Nguyễn café", "Wayan Nguyen café"),
        ("½ ① ﬁ Ａ", "1/2 1 fi A"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("abc \u202egnp.exe\u202c \u200bx\ufeff", "abc gnp.exe x"),
        ("baris\r\nbaris\rbaris", "baris\nbaris\nbaris"),
        ("您好", ""),
        ("\ud800x", "x"),
        ("[a]{b}~€^|\\", "[a]{b}~€^|\\"),
    ],
)
def test_substitutes_keep_a_reply_in_gsm_7(text, sent):
    assert to_gsm(text) == sent


@given(st.text())
def test_whatever_is_written_is_sent_in_gsm_7(text):
    sent = to_gsm(text)
    assert is_gsm(sent)
    assert to_gsm(sent) == sent


def test_the_checker_can_name_each_foreign_character_and_its_substitute():
    assert foreign("“a” 您") == {"“": '"', "”": '"', "您": ""}


@given(st.text(alphabet=st.sampled_from("ab €\n.您’\U0001f44b"), max_size=700), st.integers(1, 4))
def test_a_reply_never_costs_more_than_its_budget(text, budget):
    sent = fit(text, budget)
    assert measure(sent).parts <= budget
    if measure(to_gsm(text)).parts <= budget:
        assert sent == to_gsm(text)
    else:
        assert sent.endswith("...")


def test_a_text_that_is_too_long_is_cut_between_words():
    sent = fit("Penukaran " * 40, 1)
    assert sent == "Penukaran " * 14 + "Penukaran..."
    assert len(sent) <= 160


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared webhook fixtures are not beside this checkout")
@pytest.mark.parametrize("path", sorted(FIXTURES.glob("sms_in_*.txt")), ids=lambda path: path.stem)
def test_bodies_of_recorded_webhooks_can_be_sent_back(path):
    body = parse_qs(path.read_text(), keep_blank_values=True).get("Body", [""])[0]
    assert measure(fit(body)).parts <= 2
    if path.stem == "sms_in_gsm_extension_chars":
        assert to_gsm(body) == body
