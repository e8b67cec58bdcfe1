"""A test written from a call or dialogue that took place: it holds when it is played, and nobody is found in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

import app
from commands.run import emulator_numbers
from commands.test import record
from commands.worker import worker_of
from engine.flow import Place
from scenarios import recorded
from scenarios.gateway import Parts, running
from scenarios.script import AgentComes, Overrides
from scenarios.trial import play_file
from scenarios.wire import Wire
from sessions.services import read_folders
from settings import load

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {folder.id: folder for folder in read_folders(ROOT / "flows")}
PARTS = Parts(
    lambda environ: load(environ, ROOT, make_credentials=True), app.create_app, worker_of, emulator_numbers
)
MOMENT = datetime.fromisoformat("2026-03-11T10:15:00+07:00")


@pytest.fixture
def line() -> Iterator:
    """A function: a line into a gateway with this service."""
    opened: list[Wire] = []

    def make(service: str) -> Wire:
        folder = FOLDERS[service]
        opened.append(Wire(folder.load(), running(folder, PARTS, MOMENT), lambda name: b""))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def written(line: Wire, id: str) -> str:
    return recorded.script_of(line.running.gateway.store.read(), line.flow, id)


def id_of(line: Wire) -> str:
    return line._row().id


def test_a_call_becomes_a_test_that_holds(line) -> None:
    wire = line("bicara131")
    wire.agent_comes(AgentComes(place=Place()))
    wire.call("+6281355512345", "(021) 1500131")
    for keys in ("1", "7", "1", "1"):
        wire.press(keys)
    wire.silence()
    wire.press("0")
    wire.agent_does("finishes")
    wire.press("4")
    told = written(wire, id_of(wire))
    for expected in (
        'from: "+6281200000001"',
        'to: "(021) 1500131"',
        'at: "2026-03-11 10:15',
        "- silence",
        "- agent: {}",
        "- agent finishes",
    ):
        assert expected in told
    assert "355512345" not in told and "ended: goodbye" in told
    assert told.count("- hears:") >= 6
    assert play_file(wire.flow, "x.yaml", told) == [], told


def test_what_people_had_decided_is_told_too(line) -> None:
    wire = line("bicara131")
    words = {"id": 'Kantor kami "kebanjiran".', "en": "Our office is flooded."}
    wire.override(Overrides(place=Place(), state="emergency", seconds=7200, words=words))
    wire.call("+6281355512345", "131")
    wire.press("1")
    wire.press("0")
    told = written(wire, id_of(wire))
    assert (
        "- override: {state: emergency, for: 7200s, say: {id:" in told
        or "- override: {state: emergency, for: 7199s" in told
    )
    assert play_file(wire.flow, "x.yaml", told) == [], told


def test_what_was_keyed_to_prove_oneself_is_not_in_it(line) -> None:
    wire = line("kring_pajak")
    wire.call("+622150012345", "1500200")
    for keys in ("1", "9901015203850002#", "1", "1", "120385#"):
        wire.press(keys)
    told = written(wire, id_of(wire))
    assert "9901015203850002" not in told and '"120385' not in told and "000000#" in told
    assert 'from: "+622150000001"' in told and '"9901011203850001#"' in told


def test_a_message_and_a_wait_are_told(line) -> None:
    wire = line("bicara131")
    wire.call("withheld", "131")
    wire.press("1")
    wire.press("0")
    wire.wait(70)
    wire.press("2")
    wire.record(8, "", hangs_up=True)
    told = written(wire, id_of(wire))
    assert 'from: "withheld"' in told and "hangs_up: yes" in told and "- wait: 70s" in told
    assert play_file(wire.flow, "x.yaml", told) == [], told


def test_a_dialogue_becomes_a_test_with_masked_texts(line) -> None:
    wire = line("bicara131")
    wire.text("+6281355512345", "131", "ADU kartu saya ditelan, hubungi 081355512345")
    wire.text("", "131", "tidak")
    told = written(wire, id_of(wire))
    assert "355512345" not in told and 'text: "tidak"' in told and "- texted:" in told
    assert play_file(wire.flow, "x.yaml", told) == [], told


def test_the_command_writes_the_file_and_a_line_of_the_audit(line, tmp_path, capsys) -> None:
    wire = line("hello")
    wire.call("+6281355512345", "100")
    wire.press("2")
    gateway = wire.running.gateway
    assert record(gateway, id_of(wire), tmp_path / "x.yaml") == 0
    assert "it holds as it stands" in capsys.readouterr().err
    assert '- press: "2"' in (tmp_path / "x.yaml").read_text()
    rows = gateway.store.read().execute("SELECT subject FROM audit WHERE action = 'test_recorded'").fetchall()
    assert [subject for (subject,) in rows] == [id_of(wire)]
    assert record(gateway, "CA0", None) == 2 and "no such call" in capsys.readouterr().err


def test_nothing_of_the_gateway_stays_on_the_disk(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with running(FOLDERS["hello"], PARTS, MOMENT):
        assert list(tmp_path.iterdir()), "it has a folder while it runs"
    assert not list(tmp_path.iterdir())
