"""Refusing messages: the whole message, in any dress, and never by accident."""

import os
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from sms.optout import OptOut, read

FIXTURES = Path(os.environ.get("SAMBUNG_SHARED", Path(__file__).parents[3] / "shared")) / "fixtures"


@pytest.mark.parametrize(
    "body",
    ["STOP", "stop", " Stop. ", "STOP!!!", "#STOP#", "ＳＴＯＰ", "s\u200btop", '"stop"', "berhenti",
     "Berhenti ya min",
     "tolong berhenti", "UNREG", "berenti", "BERHNETI", "STOPALL", "pak mohon stop"],
)  # fmt: skip
def test_a_refusal_in_any_dress(body):
    assert read(body) == OptOut("stop", False)


@pytest.mark.parametrize(
    "body",
    ["Can you stop by tomorrow?", "stop penipuan", "kapan berhenti hujan", "stp", "unregistered", "",
     "STATUS", "mulia",
     "bantu", "cara berhenti berlangganan gimana", "non stop", "smart", "ya", "min"],
)  # fmt: skip
def test_chatter_is_no_refusal(body):
    assert read(body) is None


@pytest.mark.parametrize(
    ("body", "action"),
    [
        ("MULAI", "start"),
        ("start", "start"),
        ("BANTUAN", "help"),
        ("help!", "help"),
        ("tolong bantuan", "help"),
    ],
)
def test_starting_again_and_asking_for_help(body, action):
    assert read(body) == OptOut(action, False)


@pytest.mark.parametrize(("told", "action"), [("STOP", "stop"), ("START", "start"), ("help", "help")])
def test_the_carriers_word_wins_and_has_been_answered(told, action):
    assert read("remove me from this list", told) == OptOut(action, True)


def test_a_long_message_is_about_something_else():
    assert read("min " * 10 + "stop") == OptOut("stop", False)
    assert read("min " * 49 + "stop penipuan") is None


def test_an_unknown_word_of_the_carrier_leaves_the_message_to_us():
    assert read("STOP", "SOMETHING") == OptOut("stop", False)
    assert read("halo", "SOMETHING") is None


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared webhook fixtures are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sms_in_opt_out_service", OptOut("stop", True)),
        ("sms_in_opt_out_custom_words", OptOut("stop", True)),
        ("sms_in_chatter_with_stop", None),
        ("sms_in_keyword_fullwidth", OptOut("stop", False)),
        ("sms_in_template_injection", None),
        ("sms_in_missing_From", None),
    ],
)
def test_recorded_webhooks(name, expected):
    form = parse_qs((FIXTURES / f"{name}.txt").read_text(), keep_blank_values=True)
    assert read(form["Body"][0], form.get("OptOutType", [None])[0]) == expected
