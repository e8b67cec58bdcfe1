"""Time coverage as `check` tells it, with a roster from a file."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROSTER = "id,name,tier,skills,languages,shift\na1,Siti,1,pajak:1,id,mon-fri 08:00-12:00 13:00-16:00\n"
SERVICE = """format: 1
service: Pajak
prefix: PJK
languages: [id]
timezone: Asia/Jakarta
numbers: {voice: ["100"]}
start: salam
hours: {petugas: {mon-fri: ["08:00-16:00"], closed_on: [national, collective_leave]}}
steps:
  salam: {say: "Selamat datang.", then: antre}
  antre: {queue: {skill: pajak}, then: selesai, closed: pesan, nobody: selesai}
  pesan: {record: "Silakan tinggalkan pesan.", then: selesai, silence: {tries: 1, then: selesai}}
  selesai: {end: "Terima kasih."}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "flows" / "common", tmp_path / "flows" / "common")
    (tmp_path / "flows" / "pajak").mkdir()
    (tmp_path / "flows" / "pajak" / "flow.yaml").write_text(SERVICE)
    (tmp_path / "petugas.csv").write_text(ROSTER)
    return tmp_path


def check(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "app.py", "check", str(folder / "flows"), "--no-cache", *words]
    environ = {"PATH": "/usr/bin:/bin", "INSTANCE": str(folder / "instance")}
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_lunch_of_the_only_agent_is_told_as_dates(folder: Path) -> None:
    done = check(folder, "--from", "2026-03-09", "--roster", str(folder / "petugas.csv"))
    assert done.returncode == 1, done.stderr
    told = (
        "nobody-there: every Monday to Friday 12:00–13:00 WIB from 9 March 2026 until 12 April 2027, not on"
    )
    assert f"flows/pajak/flow.yaml:11:11 {told}" in done.stdout
    assert "nobody on 'pajak', no other way out." in done.stdout
    assert "How a caller gets there: (nobody on duty)" in done.stdout


def test_without_a_roster_open_hours_have_people(folder: Path) -> None:
    assert check(folder, "--from", "2026-03-09").returncode == 0


def test_a_roster_with_faults_is_told_and_nothing_is_checked(folder: Path) -> None:
    (folder / "petugas.csv").write_text(ROSTER.replace("pajak:1", "pajek:1"))
    done = check(folder, "--roster", str(folder / "petugas.csv"))
    assert done.returncode == 2 and "did you mean 'pajak'?" in done.stderr


def test_machines_get_it_too(folder: Path) -> None:
    done = check(folder, "--from", "2026-03-09", "--roster", str(folder / "petugas.csv"), "--json")
    (service,) = json.loads(done.stdout)
    assert [(one["code"], one["severity"], one["line"]) for one in service["findings"]] == [
        ("nobody-there", "error", 11)
    ]
