"""Logs: what an operator needs is there, what a caller trusted us with is not."""

from __future__ import annotations

import base64
import io
import json
import logging
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import logs
from tests.desk.told_secrets import sentences

TOKEN = "canary/token+0123456789=="
KEY = "canary-secret-key-0123456789-0123456789"
ACCOUNT = "AC" + "0123456789abcdef" * 2


@pytest.fixture
def written():
    """A logger whose lines can be read back: written(level, text, **fields) -> the line's JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines(logs.Scrubber([TOKEN, KEY], [ACCOUNT], KEY), "web"))
    log = logging.Logger("ivr.routes", logging.DEBUG)
    log.addHandler(handler)

    def write(text, *args, exc_info=None, **fields):
        stream.seek(0)
        stream.truncate()
        log.info(text, *args, exc_info=exc_info, extra=fields)
        (line,) = stream.getvalue().splitlines()
        return json.loads(line)

    return write


def test_a_line_says_when_who_and_what(written):
    line = written("turn %d taken", 3, call="CA1", turn=3, milliseconds=2.5)
    assert line["text"] == "turn 3 taken" and line["from"] == "ivr.routes" and line["process"] == "web"
    assert (line["call"], line["turn"], line["milliseconds"]) == ("CA1", 3, 2.5)
    assert line["time"].endswith("Z") and "dropped" not in line


def test_a_field_that_nobody_allowed_is_named_and_lost(written):
    line = written("keys heard", digits="4711", body="saya mau lapor", call="CA1")
    assert line["dropped"] == ["body", "digits"]
    assert "4711" not in str(line) and "lapor" not in str(line)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+6281234567890", "+62812****890"),
        ("081234567890", "0812****890"),
        ("+62 (21) 555-0134", "+62215****134"),
        ("whatsapp:+6281234567890", "+62812****890"),
        ("131", "131"),
        ("anonymous", "****"),
        ("sip:ann@pbx.example.com", "****"),
        ("4111111111111111", "****"),
        ("", "****"),
    ],
)
def test_a_number_keeps_its_operator_and_its_last_three_digits(written, number, shown):
    assert written("call", contact=number)["contact"].split(" #")[0] == shown


def test_every_spelling_of_a_number_has_the_same_hash_and_another_key_gives_another():
    spellings = [
        "+6281234567890",
        "081234567890",
        "0812-3456-7890",
        "6281234567890",
        "whatsapp:+62 812 3456 7890",
    ]
    assert len({logs.keyed_hash(spelling, KEY) for spelling in spellings}) == 1
    assert logs.keyed_hash(spellings[0], KEY) != logs.keyed_hash(spellings[0], KEY + "x")


@pytest.mark.parametrize(
    "text",
    [
        f"token {TOKEN} refused",
        f"?token={quote(TOKEN, safe='')}",
        "Authorization: Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode(),
        "Authorization: Bearer abcdefghijklmnop",
        f"key={KEY}",
        "form CallSid=CA1&Digits=47114711&From=x",
        "form Body=rahasia%20saya",
        "/ivr/calls/CA1/turns/3?heard=keys&k=0123456789abcdef",
        "caller +62 812-3456-7890 hung up",
        "card 4111 1111 1111 1111 spoken",
        "identity 3174012345670001",
    ],
)
def test_no_text_lets_a_secret_or_a_number_through(written, text):
    canaries = (
        TOKEN,
        "canary",
        "47114711",
        "rahasia",
        "abcdefghijklmnop",
        "4111",
        "3174",
        "3456",
        "89abcdef",
    )
    for line in (written("%s", text), written(text), written("x", reason=text), written("x", faults=[text])):
        assert not [canary for canary in canaries if canary in str(line)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bounced: budi.santoso@contoh.id", "bounced: b***@contoh.id"),
        ("kode OTP 482913 salah", "kode OTP [OTP] salah"),
        ("PIN 1234", "PIN [PIN]"),
        ("password=Rahasia99", "password=[sandi]"),
        ("rek 1234567890 dan", f"rek **** #{logs.keyed_hash('1234567890', KEY)} dan"),
        (
            "said nol delapan satu dua tiga empat lima enam tujuh delapan",
            f"said 0812****678 #{logs.keyed_hash('0812345678', KEY)}",
        ),
        ("exit code 3 after 12 s", "exit code 3 after 12 s"),
        ("one of two workers, 3 of 4 threads", "one of two workers, 3 of 4 threads"),
        ("service 1500200 published, account AC0", "service 1500200 published, account AC0"),
    ],
)
def test_what_people_told_is_hidden_in_words_too(written, text, shown):
    assert written(text)["text"] == shown
    assert written("x", reason=text)["reason"] == shown


def test_no_raw_secret_is_in_any_line_whatever_was_told(written):
    for sentence in sentences(600, seed=11):
        line = str(written("heard: %s", sentence.text))
        for start, end, kind in sentence.secrets:
            secret = sentence.text[start:end]
            # Shorter ones are in the hash or the number of another by chance.
            if kind not in ("passport", "password") and (len(secret) > 6 or not secret.isdigit()):
                assert secret not in line, (kind, line)


def test_a_traceback_is_scrubbed_too(written):
    try:
        raise ValueError(f"no answer for +6281234567890 with {TOKEN}")
    except ValueError as problem:
        line = written("turn failed", exc_info=problem)
    assert "ValueError" in line["traceback"]
    assert TOKEN not in str(line) and "34567" not in str(line)


def test_a_sid_a_time_and_a_version_stay_whole(written):
    sid = "CA" + "0123456789" * 3 + "ab"
    line = written("call %s of 2026-11-24T10:00:00.000Z on version 3.53.4", sid, sid=sid)
    assert (
        written("listening at http://127.0.0.1:18000 now")["text"]
        == "listening at http://127.0.0.1:18000 now"
    )
    assert line["sid"] == sid and sid in line["text"] and "2026-11-24T10:00:00.000Z" in line["text"]


@given(text=st.text(), field=st.text())
def test_whatever_a_caller_writes_is_one_line_of_ascii(text, field):
    record = logging.makeLogRecord({"msg": text, "args": (), "reason": field, "levelname": "INFO"})
    line = logs.JsonLines(logs.Scrubber(), "web").format(record)
    assert line.isascii() and len(line.splitlines()) == 1 and json.loads(line)["level"] == "info"


def test_a_message_that_does_not_fit_its_arguments_is_still_written(written):
    assert written("%d turns", "three")["text"] == "%d turns"


def test_a_long_text_is_cut_after_it_was_scrubbed(written):
    line = written("x" * (logs.LONGEST - 5) + TOKEN)
    assert "canar" not in line["text"] and "characters)" in line["text"]


def test_the_library_of_the_carrier_cannot_write_requests_at_any_level():
    before = logging.getLogger().handlers[:], logging.getLogger().level
    stream = io.StringIO()
    try:
        logs.set_up("web", level="DEBUG", scrubber=logs.Scrubber(), stream=stream)
        logging.getLogger("twilio.http_client").info("Body: %s", "rahasia")
        logging.getLogger("sessions.calls.turns").debug("seen")
    finally:
        logging.captureWarnings(False)
        logging.getLogger().handlers[:], level = before
        logging.getLogger().setLevel(level)
    assert "seen" in stream.getvalue() and "rahasia" not in stream.getvalue()
