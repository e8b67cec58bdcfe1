"""`python app.py cases`: what it prints, what it refuses, and its exit codes."""

import io
import sys

import pytest

import app
from tests.gateways import gateway_of
from tests.sessions.caseflow import FLOW, UNIT, opened

__all__ = ["gateway_of"]


@pytest.fixture
def run(gateway_of, monkeypatch, capsys):
    """A function: runs the command on an installation of its own, and gives code, output and complaints."""
    gateway = gateway_of(FLOW)
    monkeypatch.setenv("INSTANCE", str(gateway.settings.instance))
    monkeypatch.setenv("CLOCK", "2026-03-11T10:15+07:00")

    def command(*words: str, typed: str = ""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = app.main(["cases", *words])
        told = capsys.readouterr()
        return code, told.out, told.err

    command.gateway = gateway
    return command


def test_a_case_goes_through_all_hands(run):
    ticket = opened(run.gateway, channel="sms", classification="PUBLIK")
    code, out, _ = run("take", ticket, "--as", "ani", "--role", "T1")
    assert code == 0 and out.startswith(
        f"{ticket}: ditangani; T1, ani has to answer; due 2026-03-11 11:15 WIB"
    )
    escalate = (
        "escalate",
        ticket,
        "--as",
        "ani",
        "--to",
        "T3",
        "--to-unit",
        UNIT,
        "--why",
        "prices in dollars",
    )
    code, out, _ = run(*escalate)
    assert code == 0 and "dieskalasi; bi.dpu has to answer; due 2026-04-01 16:00 WIB" in out
    unit = ("--as", "s1", "--role", "T3", "--unit", UNIT)
    assert run("answer", ticket, *unit, typed="Harga hanya dalam Rupiah.")[0] == 0
    code, _, err = run("validate", ticket, "--as", "s1", "--role", "T2")
    assert code == 1 and "another person checks it" in err
    assert run("validate", ticket, "--as", "budi", "--role", "T2")[0] == 0
    code, _, err = run("close", ticket, "--as", "ani")
    assert code == 1 and err == (
        f"{ticket}: the caller has not confirmed yet: confirm comes before closing. Allowed now: confirm, close, reopen\n"
    )
    assert run("confirm", ticket, "--as", "ani")[0] == 0
    code, out, _ = run("close", ticket, "--as", "ani")
    assert code == 0 and out.startswith(f"{ticket}: ditutup\n")


def test_the_list_is_of_open_cases_and_says_what_is_owed(run):
    ticket = opened(run.gateway, topic="uang")
    opened(run.gateway, status="ditutup")
    code, out, _ = run()
    assert code == 0 and out.splitlines()[-1] == "1 cases, 0 past their limit"
    assert f"{ticket:<18} P3      baru" in out and "T1 has to answer  pertanyaan/uang" in out
    assert len(run("--all")[1].splitlines()) == 3
    assert run("--status", "antre")[1] == "no such cases\n"
    assert run("--due", "now")[1] == "no such cases\n"
    assert ticket in run("--due", "2026-03-12")[1]
    assert run("list", "--service", "kring_pajak")[1] == "no such cases\n"


def test_a_secret_case_shows_tier_1_nothing_but_its_unit(run):
    ticket = opened(run.gateway, classification="RAHASIA", unit=UNIT, tier=3, note="pelapor Wati")
    assert run("show", ticket, "--role", "T1") == (0, f"{ticket}: eskalasi ke bi.dpu\n", "")
    assert run("--role", "T2")[1].splitlines()[0] == f"{ticket:<18} eskalasi ke bi.dpu"
    code, out, _ = run("show", ticket, "--role", "T3", "--unit", UNIT)
    assert code == 0 and "note: pelapor Wati" in out


def test_one_case_is_shown_masked_with_its_history_and_what_may_be_done(run):
    ticket = opened(run.gateway, classification="PUBLIK", note="hubungi 081234567890")
    code, out, _ = run("show", ticket, "--role", "T1")
    assert code == 0 and "081234567890" not in out and "robot: dibuka" in out
    assert "next: half" in out and out.splitlines()[-1] == "  you may: take, cancel"
    reason = ("--original", "--reason", "caller asked to be rung")
    assert "T1 may not open" in run("show", ticket, *reason)[2]
    code, out, _ = run("show", ticket, "--role", "T4", *reason)
    assert code == 0 and "081234567890" in out


def test_a_case_that_does_not_exist_is_a_fault(run):
    assert run("show", "CO-20260311-0009")[0] == 1
    code, _, err = run("take", "CO-20260311-0009")
    assert code == 1 and "there is no case" in err


@pytest.mark.parametrize("words", [("--due", "soon"), ("--status", "neu"), ("escalate", "X"), ("take",)])
def test_wrong_words_are_told_by_the_parser(run, words):
    with pytest.raises(SystemExit) as ended:
        run(*words)
    assert ended.value.code == 2


def test_help_has_examples(capsys):
    with pytest.raises(SystemExit):
        app.main(["cases", "--help"])
    assert "python app.py cases escalate" in capsys.readouterr().out
