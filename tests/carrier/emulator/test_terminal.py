"""The emulator as a process, and the terminal's telephones: `python app.py call`, `python app.py text`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from carrier.emulator.record import silence
from carrier.phone import Phone, Unreachable
from tests.carrier.emulator.conftest import ACCOUNT, TOKEN, Page

ROOT = Path(__file__).resolve().parents[3]
MENU = '<Gather numDigits="1" action="/key"><Say language="id-ID">Tekan satu.</Say></Gather><Redirect>/silent</Redirect>'


@pytest.fixture
def process(tmp_path, customer, free_port) -> Iterator[tuple[str, int, list[str]]]:
    """A running emulator process: its port and its command line."""
    port = free_port()
    (tmp_path / "token").write_text(TOKEN + "\n")
    numbers = [
        {"phone_number": "131", "voice_url": f"{customer.url}/voice", "sms_url": f"{customer.url}/sms"}
    ]
    (tmp_path / "numbers.json").write_text(json.dumps(numbers))
    words = [sys.executable, "-m", "carrier.emulator", "--port", str(port), "--account-sid", ACCOUNT]
    words += ["--auth-token-file", str(tmp_path / "token"), "--state", str(tmp_path / "state")]
    words += ["--numbers", str(tmp_path / "numbers.json")]
    child = subprocess.Popen(words, cwd=ROOT)
    try:
        _await(port)
        yield port
        child.send_signal(signal.SIGTERM)
        assert child.wait(5) == 0
    finally:
        child.kill()
        child.wait()


def _await(port: int) -> None:
    phone = Phone(f"http://127.0.0.1:{port}")
    for _ in range(200):
        try:
            phone.texts()
            return
        except Unreachable:
            time.sleep(0.05)
    raise TimeoutError


def app(port: int, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `python app.py …` against that emulator."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "app.py", *words],
        cwd=ROOT,
        input=stdin,
        env={**environ, "EMULATOR_PORT": str(port), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_script_calls_and_prints_json_lines(process, customer, tmp_path):
    customer.answers("/voice", MENU)
    customer.answers("/key", '<Say>Leave a message.</Say><Record action="/done" finishOnKey="#"/>')
    customer.answers("/done", "<Say>Thank you.</Say>")
    (tmp_path / "words.wav").write_bytes(silence(2.0))
    script = f"# the menu\nexpect tekan satu\n1\nrecord {tmp_path}/words.wav #\nexpect Thank you\n"
    (tmp_path / "script.txt").write_text(script)
    done = app(process, "call", "131", "--from", "+6285700000009", "--script", str(tmp_path / "script.txt"))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert lines[0]["heard"] == [
        {"kind": "say", "text": "Tekan satu.", "language": "id-ID", "voice": "", "at": 0.0}
    ]
    assert [line.get("state") for line in lines] == ["asking", "recording", "ended", None]
    assert lines[-1] == {"ended": "completed", "by": "carrier", "failures": []}
    assert customer.asked[0].form["From"] == "+6285700000009"


SPOKEN = (
    '<Gather numDigits="1" timeout="1" action="/key"><Say language="id-ID">Tekan satu, atau bicara.</Say></Gather>'
    '<Record maxLength="4" timeout="2" action="/spoken"/><Gather numDigits="1" timeout="2" action="/key"/>'
)


def test_a_file_is_spoken_after_the_tone_of_a_menu(process, customer, tmp_path):
    customer.answers("/voice", SPOKEN)
    customer.answers("/spoken", "<Say>Terima kasih.</Say>")
    (tmp_path / "satu.wav").write_bytes(silence(1.0))
    done = app(process, "call", "131", "--script", "-", stdin=f"say {tmp_path}/satu.wav\n")
    assert done.returncode == 0, done.stderr
    assert "beep" in done.stdout and "Terima kasih." in done.stdout
    assert customer.at("/spoken")[0].form["RecordingDuration"] == "1"


def test_a_file_is_not_spoken_where_nobody_listens(process, customer, tmp_path):
    customer.answers("/voice", MENU)
    customer.answers("/silent", "<Hangup/>")
    (tmp_path / "satu.wav").write_bytes(silence(1.0))
    done = app(process, "call", "131", "--script", "-", stdin=f"say {tmp_path}/satu.wav\n")
    assert done.returncode == 1 and "nobody listened: no tone came" in done.stdout


@pytest.mark.parametrize(
    ("script", "failure"),
    [
        ("expect something else", "expected 'something else'"),
        ("dance", "dance: 'dance' is nothing that a telephone does"),
    ],
)
def test_a_script_that_expects_in_vain_fails(process, customer, script, failure):
    customer.answers("/voice", MENU)
    done = app(process, "call", "131", "--script", "-", stdin=script)
    last = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 1
    assert last["failures"][0].startswith(failure)


def test_a_script_fails_when_the_caller_hears_the_carriers_apology(process, customer):
    customer.pages["/voice"] = Page("down", 500)
    done = app(process, "call", "131", "--script", "-", stdin="")
    failures = json.loads(done.stdout.splitlines()[-1])["failures"]
    assert done.returncode == 1
    assert "application error" in failures[0]
    assert failures[1].startswith("11200 ")


def test_a_person_types_on_the_telephone_in_real_time(process, customer):
    customer.answers("/voice", MENU)
    customer.answers("/key", "<Say>Satu.</Say><Hangup/>")
    done = app(process, "call", "131", stdin="help\n1\n")
    assert done.returncode == 0, done.stderr
    assert "> Tekan satu.   (id-ID)" in done.stdout
    assert "> Satu.   (en-US)" in done.stdout
    assert "silence            say nothing" in done.stdout
    assert done.stdout.endswith("-- call ended (completed, carrier)\n")


def test_a_recording_that_was_ordered_before_the_tone_is_spoken_after_it(process, customer, tmp_path):
    record = (
        '<Say language="id-ID">Silakan bicara setelah nada.</Say><Record action="/kept" finishOnKey="#"/>'
    )
    customer.answers("/voice", record)
    customer.answers("/kept", "<Say>Terima kasih.</Say><Hangup/>")
    (tmp_path / "pesan.wav").write_bytes(silence(1.0))
    done = app(process, "call", "131", stdin=f"record {tmp_path}/pesan.wav #\n")
    assert done.returncode == 0, done.stderr
    assert "> Terima kasih." in done.stdout
    (kept,) = customer.at("/kept")
    assert (kept.form["RecordingDuration"], kept.form["Digits"]) == ("1", "#")


def test_texts_are_answered_in_the_terminal(process, customer):
    customer.answers("/sms", lambda w: f"<Message>Anda menulis {w.form['Body']}</Message>")
    done = app(process, "text", "131", "--script", "-", "--wait", "3", stdin="INFO\n")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert lines[0]["replies"] == [{"from": "131", "body": "Anda menulis INFO", "segments": 1}]
    by_hand = app(process, "text", "131", stdin="HALO\n")
    assert "< Anda menulis HALO   (from 131, 1 SMS)" in by_hand.stdout


@pytest.mark.parametrize("command", ["call", "text"])
def test_without_an_emulator_the_way_out_is_said(free_port, command):
    port = free_port()
    done = app(port, command, "131", "--script", "-", stdin="x")
    assert done.returncode == 2
    assert f"EMULATOR_PORT={port}" in done.stderr
    assert "`make run`" in done.stderr


def test_an_unknown_number_is_named_with_those_that_there_are(process):
    done = app(process, "call", "999")
    assert (done.returncode, done.stderr) == (2, "call: no service has the number 999. Numbers here: 131.\n")


def test_a_wrong_start_is_said_and_not_traced(tmp_path):
    words = [
        "--port",
        "8010",
        "--account-sid",
        ACCOUNT,
        "--auth-token-file",
        "/nowhere",
        "--state",
        str(tmp_path),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "carrier.emulator", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("carrier emulator cannot start: ")
