"""Documentation is whole: what can be set or typed is explained where people look for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import app
from settings import VARIABLES

ROOT = Path(__file__).resolve().parent.parent


def documents() -> str:
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/runbook.md"))


@pytest.mark.parametrize("name", [variable.name for variable in VARIABLES])
def test_every_setting_is_explained(name):
    assert re.search(rf"\b{name}\b", documents())


@pytest.mark.parametrize("name", [f"{variable.name}_FILE" for variable in VARIABLES if variable.secret])
def test_every_secret_file_is_explained(name):
    assert name in documents()


@pytest.mark.parametrize("command", list(app.COMMANDS))
def test_every_command_is_explained(command):
    assert f"python app.py {command}" in documents()


def test_every_target_of_make_is_explained():
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(targets) > 5
    assert [target for target in targets if f"make {target}" not in documents()] == []


def test_every_default_is_the_one_that_counts():
    text = documents()
    wrong = [
        v.name for v in VARIABLES if v.default and not re.search(rf"{v.name}\b.*{re.escape(v.default)}", text)
    ]
    assert wrong == []
