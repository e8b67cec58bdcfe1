"""`run` as an operator meets it: real processes, real ports, a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

from commands import run
from commands.publishing_words import write_emergency
from commands.run import emulator_numbers

ROOT = Path(__file__).resolve().parent.parent.parent
APP = [sys.executable, str(ROOT / "app.py")]
START_SECONDS = 40.0


class Running:
    """A gateway that was started, with what it has said so far."""

    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self.environ = environ
        self.said = folder / "said"
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [*APP, "run"], env=environ, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
            )

    def text(self) -> str:
        return self.said.read_text(encoding="utf-8")

    def wait_for(self, words: str, seconds: float = START_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while words not in self.text():
            assert time.monotonic() < deadline, f"{words!r} was not said:\n{self.text()}"
            assert self.process.poll() is None, f"stopped instead of saying {words!r}:\n{self.text()}"
            time.sleep(0.05)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.environ['PORT']}{path}", timeout=10
            ) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode()

    def processes(self) -> list[int]:
        """Every process that carries this installation's environment, ours included."""
        mark = f"INSTANCE={self.environ['INSTANCE']}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    environ = (entry / "environ").read_bytes().split(b"\0")
                except OSError:
                    continue
                if mark in environ:
                    found.append(int(entry.name))
        return found


def command(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*APP, *words], env=environ, capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, free_port):
    """One running gateway with the small service only; its flows may be edited."""
    folder = tmp_path_factory.mktemp("run")
    shutil.copytree(ROOT / "flows" / "hello", folder / "flows" / "hello")
    environ = {
        "PATH": os.environ["PATH"],
        "PORT": str(free_port()),
        "EMULATOR_PORT": str(free_port()),
        "CONSOLE_PORT": str(free_port()),
        "INSTANCE": str(folder / "instance"),
        "FLOWS": str(folder / "flows"),
        "WORKERS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    running = Running(environ, folder)
    try:
        running.wait_for("Ctrl-C stops")
        yield running
    finally:
        running.process.send_signal(signal.SIGINT)
        running.process.wait(timeout=30)


def test_it_says_where_it_is_and_what_to_do_next(gateway):
    said = gateway.text()
    assert f"http://127.0.0.1:{gateway.environ['PORT']}" in said and gateway.environ["INSTANCE"] in said
    assert f"EMULATOR_PORT={gateway.environ['EMULATOR_PORT']}" in said and "python app.py call" in said


def test_it_is_well_by_its_own_account(gateway):
    status, body = gateway.get("/health")
    assert status == 200 and json.loads(body)["status"] == "ok"


def test_its_doctor_finds_no_fault(gateway):
    asked = command(gateway.environ, "doctor", "--json")
    findings = json.loads(asked.stdout)
    assert [finding for finding in findings if finding["level"] == "fault"] == []
    assert asked.returncode == 0
    looked_at = {finding["check"] for finding in findings if finding["level"] == "ok"}
    assert {
        "settings",
        "libraries",
        "flows",
        "database",
        "spool",
        "address",
        "carrier",
        "clock",
        "numbers",
    } <= looked_at


@pytest.mark.parametrize(("path", "code"), [("/ivr/calls", 405), ("/nothing", 404), ("/ivr/status", 405)])
def test_refusals_are_a_line_of_text_that_names_no_library(gateway, path, code):
    status, body = gateway.get(path)
    assert (status, body) == (code, f"{code}\n")


def test_a_second_start_on_the_same_folder_is_refused(gateway, free_port):
    ports = {"PORT": str(free_port()), "EMULATOR_PORT": str(free_port())}
    second = command({**gateway.environ, **ports}, "run")
    assert second.returncode == 1
    assert (
        f"already served by process {gateway.process.pid} on port {gateway.environ['PORT']}" in second.stderr
    )
    assert "INSTANCE=" in second.stderr


@pytest.mark.parametrize("port", ["PORT", "EMULATOR_PORT", "CONSOLE_PORT"])
def test_a_port_in_use_is_named_with_the_way_to_another(gateway, tmp_path, free_port, port):
    free = {name: str(free_port()) for name in ("PORT", "EMULATOR_PORT", "CONSOLE_PORT")}
    free["INSTANCE"] = str(tmp_path / "other")
    refused = command({**gateway.environ, **free, port: gateway.environ[port]}, "run")
    assert refused.returncode == 1
    assert f"127.0.0.1:{gateway.environ[port]} is in use. Choose another: {port}=" in refused.stderr


def test_an_edited_flow_is_taken_over_and_a_wrong_one_is_not(gateway):
    flow = Path(gateway.environ["FLOWS"]) / "hello" / "flow.yaml"
    good = flow.read_text(encoding="utf-8")
    before = json.loads(gateway.get("/health")[1])["services"]["hello"]

    flow.write_text(good + "\nnonsense: here\n", encoding="utf-8")
    gateway.wait_for("changed flows are refused", 15)
    assert "hello/flow.yaml:" in gateway.text()
    assert json.loads(gateway.get("/health")[1])["services"]["hello"] == before

    flow.write_text(
        good.replace("Selamat", "Apa kabar, selamat").replace("Hello", "Good day"), encoding="utf-8"
    )
    gateway.wait_for("published: hello", 15)
    deadline = time.monotonic() + 10
    while json.loads(gateway.get("/health")[1])["services"]["hello"] == before:
        assert time.monotonic() < deadline, "the workers kept the old version"
        time.sleep(0.1)


def test_a_worker_that_is_killed_comes_back(gateway):
    (worker,) = [pid for pid in gateway.processes() if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(worker, signal.SIGKILL)
    gateway.wait_for("worker died (signal SIGKILL", 10)
    deadline = time.monotonic() + 10
    while not [p for p in gateway.processes() if b"worker" in Path(f"/proc/{p}/cmdline").read_bytes()]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_leaves_no_process(installation, tmp_path, how):
    running = Running({**installation, "FLOWS": str(ROOT / "flows"), "WORKERS": "1"}, tmp_path)
    running.wait_for("Ctrl-C stops")
    assert len(running.processes()) >= 5  # run, emulator, worker, gunicorn and its worker
    started = time.monotonic()
    running.process.send_signal(how)
    assert running.process.wait(timeout=20) == 0
    assert time.monotonic() - started < 8
    assert running.processes() == []
    assert running.text().rstrip().endswith("run      | stopped")


def test_a_wrong_flow_stops_the_start_and_every_fault_is_named(installation, tmp_path):
    for name in ("one", "two"):
        (tmp_path / "flows" / name).mkdir(parents=True)
        (tmp_path / "flows" / name / "flow.yaml").write_text("nonsense: here\n")
    refused = command({**installation, "FLOWS": str(tmp_path / "flows")}, "run")
    assert refused.returncode == 1
    assert "one/flow.yaml:" in refused.stderr and "two/flow.yaml:" in refused.stderr
    assert "one/one/" not in refused.stderr, "the path is one that an editor opens"
    assert "Traceback" not in refused.stderr


def test_a_flow_that_would_leave_a_caller_stuck_stops_the_start(installation, tmp_path):
    hello = tmp_path / "flows" / "hello"
    shutil.copytree(ROOT / "flows" / "hello", hello)
    flow = (hello / "flow.yaml").read_text(encoding="utf-8")
    nowhere = "\n  nowhere:\n    say: Nobody ever hears this.\n    then: nowhere\n"
    (hello / "flow.yaml").write_text(flow.rstrip("\n") + nowhere, encoding="utf-8")
    refused = command({**installation, "FLOWS": str(tmp_path / "flows")}, "run")
    assert refused.returncode == 1 and "unreachable" in refused.stderr, refused.stderr


def test_a_text_over_its_parts_stops_the_start_as_it_fails_the_check(installation, tmp_path):
    hello = tmp_path / "flows" / "hello"
    shutil.copytree(ROOT / "flows" / "hello", hello)
    flow = (hello / "flow.yaml").read_text(encoding="utf-8")
    step = "\n  kirim: {text: panjang, then: selesai}\nkeywords: {PANJANG: kirim}\n"
    (hello / "flow.yaml").write_text(flow.rstrip("\n") + step, encoding="utf-8")
    (hello / "texts.yaml").write_text(f"panjang: {'panjang sekali ' * 40}\n", encoding="utf-8")
    refused = command({**installation, "FLOWS": str(tmp_path / "flows")}, "run")
    assert refused.returncode == 1 and "text-too-long" in refused.stderr, refused.stderr


def test_a_damaged_database_stops_the_start_without_a_traceback(installation):
    instance = Path(installation["INSTANCE"])
    instance.mkdir()
    (instance / "gateway.db").write_bytes(b"no database at all, whatever it says" * 40)
    refused = command({**installation, "FLOWS": str(ROOT / "flows")}, "run")
    assert refused.returncode == 2
    assert (
        "gateway.db" in refused.stderr and "Way out" in refused.stderr and "Traceback" not in refused.stderr
    )


def test_every_number_of_the_emulator_has_all_five_addresses():
    (number,) = emulator_numbers(["131"], "https://ivr.example.go.id")
    assert number.pop("phone_number") == "131"
    assert len(number) == 5 and all(url.startswith("https://ivr.example.go.id/") for url in number.values())


def test_what_the_disk_refuses_at_the_start_is_told_with_its_way_out(tmp_path, monkeypatch, capsys):
    def refuse(_: object) -> None:
        raise OSError(28, "No space left on device", str(tmp_path / "run.lock"))

    monkeypatch.setattr(run, "_only_one", refuse)
    monkeypatch.setattr(run, "_stop_signals", run.Stop)
    monkeypatch.delenv("CLOCK", raising=False)
    settings = SimpleNamespace(instance=tmp_path)
    assert run.run(SimpleNamespace(settings=lambda make_credentials: settings)) == 1
    told = capsys.readouterr().err
    assert "No space left on device" in told and "rm INSTANCE/ballast" in told and "Traceback" not in told


def test_a_full_disk_leaves_the_older_emergency_files_and_stops_no_start(tmp_path, capsys):
    (tmp_path / "fallback").write_text("a file in the folder's place")
    settings = SimpleNamespace(
        instance=tmp_path, public_url="https://x.id", emergency_agents=(), dial_time_limit=600
    )
    write_emergency(settings, [])
    assert "could not be renewed" in capsys.readouterr().err
