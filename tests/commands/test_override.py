"""`python app.py override`: what it decides, refuses, lists and writes into the audit; and that calls go by it."""

import itertools

import pytest

import app
from sessions.calls.turns import scene_of
from sessions.publishing.publishing import history
from sessions.world import Now
from store import overrides, sessions
from tests.gateways import Caller, gateway_of
from tests.sessions.test_records import FLOW

__all__ = ["gateway_of"]
HOURS = '\nhours:\n  buka: {mon-fri: ["08:00-16:00"]}\n  piket: {mon-sun: ["07:00-22:00"]}\n'


@pytest.fixture
def run(gateway_of, monkeypatch, capsys):
    """A function: runs the command on an installation of its own, and gives code, output and complaints."""
    gateway = gateway_of(FLOW + HOURS)
    monkeypatch.setenv("INSTANCE", str(gateway.settings.instance))
    minutes = itertools.count(15)

    def command(*words: str):
        monkeypatch.setenv("CLOCK", f"2026-03-11T10:{next(minutes)}+07:00")
        code = app.main(["override", *words])
        told = capsys.readouterr()
        return code, told.out, told.err

    command.gateway = gateway
    return command


def test_it_is_decided_listed_ended_and_kept(run) -> None:
    db = run.gateway.store.read()
    code, out, _ = run(
        "contoh", "closed", "--until", "2026-03-11 12:00", "--why", "jaringan mati", "--as", "sinta"
    )
    assert (
        code == 0
        and out.startswith("contoh: closed until 2026-03-11 12:00 WIB, by sinta (")
        and "jaringan mati" in out
    )
    assert run("contoh")[1] == out
    code, out, _ = run(
        "contoh", "emergency", "--for", "2h", "--why", "banjir", "--say", "id=Banjir.", "--say", "en=Flood."
    )
    (held,) = overrides.now(db, "2026-03-11T03:17:30.000Z", "contoh")
    assert held.state == "emergency" and "Banjir." in held.words  # in place of the one before
    assert run("contoh", "automatic", "--why", "surut")[1] == "contoh: the calendar holds again\n"
    assert "no override" in run()[1]
    assert [line.action for line in history(db, "contoh")[:3]] == [
        "override_ended",
        "override_set",
        "override_set",
    ]
    assert "jaringan mati" in history(db, "contoh")[2].detail


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("contoh", "closed", "--for", "2h"), 1, "--why is missing"),
        (("contoh", "closed", "--why", "x"), 1, "--until or --for is missing"),
        (("contoh", "closed", "--why", "x", "--until", "2026-03-11 10:00"), 1, "that is over"),
        (("contoh", "closed", "--why", "x", "--for", "15d"), 1, "at most 14 days"),
        (("contoh", "open", "--why", "x", "--for", "1h", "--hours", "kantin"), 1, "There are: buka, piket"),
        (("contoh", "emergency", "--why", "x", "--for", "1h"), 1, "--say 'id=…' is missing"),
        (("contoh", "automatic", "--why", "x"), 1, "the calendar holds already"),
        (("contoh", "closed", "--why", "x", "--for", "soon"), 2, "Write 30m, 8h or 2d"),
        (("contoh", "closed", "--why", "x", "--until", "noon"), 2, "no time"),
        (("contoh", "emergency", "--why", "x", "--for", "1h", "--say", "Banjir"), 2, "write the language"),
        (("tiada", "closed", "--why", "x", "--for", "1h"), 2, "no such service"),
    ],
)  # fmt: skip
def test_what_is_refused_says_the_way_out(run, words, code, told) -> None:
    found, _, err = run(*words)
    assert (found, told in err) == (code, True), err


def test_one_entry_of_the_hours_alone(run) -> None:
    assert run("contoh", "closed", "--hours", "piket", "--for", "1h", "--why", "x")[1].startswith(
        "contoh (piket): closed"
    )
    gateway = run.gateway
    Caller(gateway, "CA1")
    with gateway.store.write() as db:
        row = sessions.load(db, "CA1")
        world = Now(scene_of(gateway, db, row))
        assert (world.hours("buka"), world.hours("piket")) == ("open", "closed")
