"""The command line as a newcomer types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import app

ROOT = Path(__file__).resolve().parent.parent


def typed(*words: str, python: str = sys.executable, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, str(ROOT / "app.py"), *words],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], **environ},
        timeout=60,
    )


@pytest.mark.parametrize("command", list(app.COMMANDS))
def test_every_command_has_help_with_an_example(command):
    said = typed(command, "--help")
    assert said.returncode == 0, said.stderr
    assert "example" in said.stdout and f"python app.py {command}" in said.stdout


def test_without_a_word_the_commands_are_listed():
    said = typed()
    assert said.returncode == 2 and "COMMAND" in said.stderr
    listed = typed("--help").stdout
    assert [command for command in app.COMMANDS if command not in listed] == []


def test_a_python_without_our_libraries_hands_over_to_ours():
    bare = Path(sys.base_prefix) / "bin" / "python3"
    isolated = [str(bare), "-S", str(ROOT / "app.py"), "run", "--help"]
    said = subprocess.run(isolated, capture_output=True, text=True, timeout=60)
    assert said.returncode == 0 and "python app.py run" in said.stdout, said.stderr


def test_without_our_environment_it_says_how_to_make_one(tmp_path):
    (tmp_path / "app.py").write_text((ROOT / "app.py").read_text())
    bare = Path(sys.base_prefix) / "bin" / "python3"
    said = subprocess.run(
        [str(bare), "-S", "app.py", "run"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert said.returncode == 1 and "make venv" in said.stderr


def test_wrong_settings_are_told_without_a_traceback(tmp_path):
    said = typed("run", PORT="many", INSTANCE=str(tmp_path))
    assert said.returncode == 2
    assert "PORT is 'many'" in said.stderr and "Traceback" not in said.stderr
