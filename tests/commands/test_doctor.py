"""doctor on installations that are not well. A well one is asked in test_run.py."""

from __future__ import annotations

import dataclasses
import http.server
import json
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import settings
import store
from commands import doctor_here, doctor_outside
from commands.ballast import BALLAST_BYTES, ballast, make_ballast
from commands.doctor_finding import FAULT, OK, WARNING
from sessions.condition import LAST_BACKUP
from store import meta, times

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def installed(tmp_path, free_port):
    """Settings of an installation that nobody has started."""
    environ = {
        "PORT": str(free_port()),
        "EMULATOR_PORT": str(free_port()),
        "INSTANCE": str(tmp_path / "instance"),
    }
    return settings.load(environ, ROOT, make_credentials=True)


@pytest.fixture
def answering(installed):
    """A function: from now on PUBLIC_URL answers signed requests with the first code, others with the second."""
    servers = []

    def answer(right: int, wrong: int) -> None:
        codes = iter((right, wrong))

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(next(codes))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        server = http.server.ThreadingHTTPServer(("127.0.0.1", installed.port), Handler)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)

    yield answer
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("right", "wrong", "level", "says"),
    [
        (204, 403, OK, "signed, gave 204"),
        (403, 403, FAULT, "PUBLIC_URL must be exactly what the carrier calls"),
        (502, 403, FAULT, "does PUBLIC_URL lead to this gateway"),
        (302, 403, FAULT, "does PUBLIC_URL lead to this gateway"),
        (204, 204, FAULT, "wrongly signed, gave 204 instead of 403"),
    ],
)
def test_the_public_address_is_called_as_the_carrier_would(installed, answering, right, wrong, level, says):
    answering(right, wrong)
    (finding,) = doctor_outside.public_address(installed)
    assert finding.level == level and says in finding.text + finding.way_out
    assert f"{installed.public_url}/ivr/status" in finding.text


def test_a_public_address_that_nobody_answers_is_a_fault(installed):
    (finding,) = doctor_outside.public_address(installed)
    assert finding.level == FAULT and "ConnectionError" in finding.text and "running" in finding.way_out


def test_a_carrier_that_cannot_be_reached_is_a_fault(installed):
    (finding,) = doctor_outside.carrier(installed)
    assert finding.level == FAULT and installed.carrier_api_url in finding.text


def number(installed, **changed: str) -> dict[str, object]:
    ours = {name: installed.public_url + path for name, path in doctor_outside.ADDRESSES.items()}
    return {"phone_number": "131", **ours, **changed}


@pytest.mark.parametrize("name", list(doctor_outside.ADDRESSES))
def test_each_of_a_numbers_five_addresses_must_be_ours(installed, name):
    assert list(doctor_outside.number_faults(number(installed), installed)) == []
    (missing,) = doctor_outside.number_faults(number(installed, **{name: ""}), installed)
    assert missing.level == FAULT and f"{name} is not set" in missing.text
    (foreign,) = doctor_outside.number_faults(
        number(installed, **{name: "http://elsewhere.example/"}), installed
    )
    assert foreign.level == FAULT and installed.public_url + doctor_outside.ADDRESSES[name] in foreign.way_out


def test_retry_settings_after_an_address_are_no_fault_and_an_outer_fallback_is_a_warning(installed):
    retried = number(installed, voice_url=f"{installed.public_url}/ivr/calls#rc=2&rp=ct,rt,5xx")
    assert list(doctor_outside.number_faults(retried, installed)) == []
    outer = number(installed, voice_fallback_url="https://handler.twilio.com/twiml/EH0123")
    assert [found.level for found in doctor_outside.number_faults(outer, installed)] == [WARNING]


@pytest.mark.parametrize(
    ("skew", "level"), [(0.4, OK), (-1.9, OK), (5, WARNING), (-31, FAULT), (None, WARNING)]
)
def test_a_clock_that_drifts_is_told(skew, level):
    assert doctor_outside._clock(skew).level == level


def test_a_library_below_its_floor_is_a_fault(installed, monkeypatch):
    assert [finding.level for finding in doctor_here.libraries(installed)] == [OK]
    monkeypatch.setitem(doctor_here.FLOORS, "flask", ("99.1", "it is old"))
    (finding,) = doctor_here.libraries(installed)
    assert finding.level == FAULT and "older than 99.1: it is old" in finding.text


def test_our_pinned_libraries_are_not_below_our_own_floors():
    pinned = dict(
        re.findall(r"^([a-z0-9-]+)==([0-9.]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    )
    for name, (floor, _) in doctor_here.FLOORS.items():
        assert doctor_here.release(pinned[name]) >= doctor_here.release(floor), name


def test_a_database_that_is_not_there_is_a_fault_with_a_way_out(installed):
    (finding,) = doctor_here.database(installed)
    assert finding.level == FAULT and "no such file" in finding.text and "make run" in finding.way_out


def test_what_we_owe_for_too_long_is_a_fault(installed):
    opened = store.connect(installed.database)
    with opened.write() as db:
        store.outbox.put(db, kind="sms", target="+628", payload="{}", now="2026-01-01T00:00:00.000Z")
    opened.close()
    levels = {finding.check: finding.level for finding in doctor_here.database(installed)}
    assert levels == {"database": OK, "outbox": FAULT}


def test_events_that_wait_in_the_spool_are_told_by_age(installed):
    waiting = store.spool.Spool(installed.spool)
    waiting.keep({"path": "/ivr/status", "form": {}})
    assert [finding.level for finding in doctor_here.spool(installed)] == [OK]


def test_the_ballast_is_made_of_real_blocks(tmp_path):
    assert make_ballast(tmp_path)
    status = ballast(tmp_path).stat()
    assert status.st_size == BALLAST_BYTES and status.st_blocks * 512 >= BALLAST_BYTES


def test_without_a_start_doctor_says_so_as_json_and_fails(tmp_path):
    asked = subprocess.run(
        [sys.executable, str(ROOT / "app.py"), "doctor", "--json"],
        env={"INSTANCE": str(tmp_path)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    (finding,) = json.loads(asked.stdout)
    assert asked.returncode == 1 and finding["level"] == FAULT and "make run" in finding["text"]


def test_an_old_backup_is_told_in_production_only(installed):
    opened = store.connect(installed.database)
    last = times.text(datetime.now(UTC) - timedelta(days=3))
    with opened.write() as db:
        meta.put(db, LAST_BACKUP, last)
    opened.close()
    assert [finding.level for finding in doctor_here.backup(installed)] == [OK]
    (finding,) = doctor_here.backup(dataclasses.replace(installed, env="production"))
    assert (finding.level, last in finding.text) == (WARNING, True)
