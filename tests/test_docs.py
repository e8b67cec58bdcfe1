"""Documentation is whole: what can be set, typed, written or read in a log is explained where people look for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

import app
from commands.doctor_here import FLOORS
from engine.check.codes import FOUND, READ, table
from engine.flow import CASE_FIELDS
from engine.identifiers import ARGUMENT_FORMATS
from engine.load.head import PHASES
from engine.load.questions import DIGITS
from engine.load.steps import READERS
from engine.load.words import ALWAYS_KNOWN, FORMATS
from engine.phrases import FACT_FORMATS
from engine.turn import Effect, Question
from sessions.services import read_folders
from settings import VARIABLES

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def documents() -> str:
    return page("README.md") + "\n" + page("docs/runbook.md")


def code() -> str:
    """Everything that runs, without the tests."""
    files = [
        *ROOT.glob("*.py"),
        *(file for room in ROOMS if room != "tests" for file in (ROOT / room).rglob("*.py")),
    ]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


# --- settings, commands, targets ---


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: variable.name)
def test_every_setting_has_its_line_with_the_default_that_counts(variable):
    default = f"`{variable.default}`" if variable.default else ""
    assert re.search(
        rf"^\| `{variable.name}` \| {re.escape(default)} ?\| \S", page("docs/runbook.md"), re.MULTILINE
    )


def test_no_line_explains_a_setting_that_is_none():
    explained = re.findall(r"^\| `([A-Z_]+)` \|", page("docs/runbook.md"), re.MULTILINE)
    assert explained == [variable.name for variable in VARIABLES]


@pytest.mark.parametrize("name", [f"{variable.name}_FILE" for variable in VARIABLES if variable.secret])
def test_every_secret_file_is_explained(name):
    assert name in documents()


@pytest.mark.parametrize("command", list(app.COMMANDS))
def test_every_command_is_explained(command):
    assert f"python app.py {command}" in documents()


def test_every_target_of_make_is_explained():
    targets = re.findall(r"^([a-z]+):.*## ", page("Makefile"), re.MULTILINE)
    assert len(targets) > 5
    assert [target for target in targets if f"make {target}" not in documents()] == []


def test_the_commands_that_are_printed_exist():
    typed = set(re.findall(r"python app\.py ([a-z]+)", "\n".join(file.read_text() for file in PAGES)))
    assert typed == set(app.COMMANDS)
    made = set(re.findall(r"`make ([a-z]+)", documents()))
    assert made <= set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))


def test_the_readme_shows_what_check_says_of_the_services():
    for folder in read_folders(ROOT / "flows"):
        # How many states there are changes with the explorer, not with what is explained here.
        shown = rf"^    {folder.id}: ok \({len(folder.load().steps)} steps, \d+ states\)$"
        assert re.search(shown, page("README.md"), re.MULTILINE), folder.id


# --- the map and the shape ---


def test_every_room_is_on_the_map():
    rooms = {*ROOMS, "audio", "flows", "docs"}
    assert [room for room in sorted(rooms) if f"{room}/" not in page("README.md")] == []
    inside = rooms - {"docs", "bench", "tests"}
    assert [room for room in sorted(inside) if f"`{room}/`" not in page("docs/architecture.md")] == []


def test_every_table_is_in_the_list_of_data():
    tables = re.findall(r"CREATE TABLE (\w+)", page("store/migrations.py") + page("store/console_schema.py"))
    assert len(tables) > 20
    assert [table for table in tables if f"`{table}`" not in page("docs/architecture.md")] == []


@pytest.mark.parametrize("name", [kind.__name__ for kind in (*get_args(Effect), *get_args(Question))])
def test_every_effect_and_question_is_named(name):
    assert f"`{name}`" in page("docs/architecture.md")


def test_every_webhook_address_is_named():
    routes = re.findall(r'routes\.post\("(/[a-z/]+)', page("ivr/routes.py") + page("sms/routes.py"))
    assert len(routes) > 8
    assert [route for route in routes if route.rstrip("/") not in page("docs/architecture.md")] == []


# --- the flow language ---


@pytest.mark.parametrize("kind", list(READERS))
def test_every_kind_of_step_has_its_line(kind):
    assert re.search(rf"^\| `{kind}: ", page("docs/flows.md"), re.MULTILINE)


def test_every_word_of_the_flow_language_is_explained():
    spoken = [f"`{{{name}}}`" for name in ALWAYS_KNOWN]
    forms = [f"| `{form}` |" for form in FORMATS]
    facts = [f"`{fact}`" for fact in FACT_FORMATS]
    # {jam} is the hours, so that no argument can be called so.
    arguments = [f"`{name}`" for name in ARGUMENT_FORMATS if name != "jam"]
    words = [*spoken, *forms, *facts, *arguments, *PHASES, *DIGITS, *CASE_FIELDS]
    assert [word for word in words if word not in page("docs/flows.md")] == []


@pytest.mark.parametrize("codes", [FOUND, READ], ids=["found", "read"])
def test_the_tables_of_rule_codes_are_those_of_the_program(codes):
    """`python app.py check --codes` prints both, to be put in here after a change."""
    assert table(codes.values()) in page("docs/flows.md")


# --- what an operator meets at night ---


def test_every_section_that_an_error_points_to_exists():
    named = set(re.findall(r"docs/runbook\.md, ([A-Z][a-z]+(?: [a-z]+)*)", code()))
    assert len(named) > 3
    headings = re.findall(r"^## (.+)$", page("docs/runbook.md"), re.MULTILINE)
    assert named - set(headings) == set()


def test_every_alarm_is_explained():
    text = page("docs/runbook.md")
    said = {words.partition(":")[0] for words in re.findall(r'"ALARM: ([^%"]+)', code())}
    rows = re.findall(r'_alarm\(tools, "(\w+)"', code())
    assert len(said) > 3 and len(rows) > 2
    assert [words for words in said if words not in text] == []
    assert [row for row in rows if f"`alarm_{row}`" not in text] == []
    silent = re.findall(r'_alarm\(tools, "(\w+)".*aloud=False', code())
    aloud = [row.replace("_", " ") for row in rows if row not in silent]
    assert [words for words in aloud if f"`ALARM: {words}`" not in text] == []


def test_every_floor_of_a_library_is_in_the_list():
    told = page("docs/runbook.md").replace("`", "")
    for name, (floor, why) in FLOORS.items():
        assert f"| {name} | {floor} | {why} |" in told


# --- the pages themselves ---


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_somewhere(file):
    for target in re.findall(r"\]\(([^)\s]+)\)", file.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = (file.parent / path) if path else file
        assert there.exists(), target
        assert not anchor or anchor in anchors(there.read_text(encoding="utf-8")), target


def test_decisions_are_numbered_without_a_gap_and_fit_on_a_screen():
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert text.startswith(f"# {file.name[:4]} ")
        parts = re.findall(r"^\*\*(.+?)\.\*\*", text, re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences", "What would change it"], file.name
        assert text.count("\n") <= 40


def test_decisions_that_other_pages_quote_are_real():
    # The link test proves those with a path; this one, that the number beside it is the same.
    for file in PAGES:
        for number, path in re.findall(r"\[(\d{4})\]\(decisions/(\d{4})", file.read_text(encoding="utf-8")):
            assert number == path


def test_the_changelog_begins_with_what_is_not_released():
    headings = re.findall(r"^## (.+)$", page("CHANGELOG.md"), re.MULTILINE)
    assert headings and headings[0] == "Unreleased"
