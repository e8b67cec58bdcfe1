"""Every code that any rule can give is explained, and nothing is explained that no rule gives."""

import re
from pathlib import Path

import pytest

from engine.check.codes import CODES, Code

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    *(ROOT / "engine" / "load").glob("*.py"),
    *(path for path in (ROOT / "engine" / "check").glob("*.py")),
    *(ROOT / "engine" / "promises").glob("*.py"),
    *(ROOT / "commands").glob("check_*.py"),
    ROOT / "engine" / "claims.py",
    ROOT / "sessions" / "desk" / "desk_acts.py",
    ROOT / "sessions" / "desk" / "desk_rules.py",
)
# Written like a code, but none.
OTHERS = {"utf-8", "no-cache", "look-up", "phrase-notice", "sans-serif"}


def given() -> set[str]:
    """Every word in quotes that is written like a code, and the two that are put together."""
    words = {
        word for path in SOURCES for word in re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"', path.read_text())
    }
    single = {
        word for word in CODES if "-" not in word and any(f'"{word}"' in path.read_text() for path in SOURCES)
    }
    return (words | single | {"unknown-skill", "unknown-unit"}) - OTHERS


def test_every_code_is_explained_and_every_explained_code_is_given() -> None:
    assert given() - set(CODES) == set(), "add these to engine/check/codes"
    assert set(CODES) - given() == set(), "nobody gives these"


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.name)
def test_an_explanation_says_what_why_an_example_and_the_way_out(code: Code) -> None:
    assert code.severity in ("error", "warning")
    assert code.what and code.example and code.why.rstrip().endswith((".", "?", '"', ")"))
    assert code.way_out.endswith(".")
    assert str(code).startswith(f"{code.name} (")
