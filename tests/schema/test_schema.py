"""The JSON Schema is what the program reads: it takes everything that is shipped and shown, lacks no field, and refuses what it can see."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from commands.schema_files import FOLDER, written
from commands.schema_tables import in_page
from commands.schema_words import DESK, DOES, HOLDS
from engine.load.steps import COMMON_KEYS, READERS
from engine.schema import meanings
from engine.schema.document import TITLES, Meaning, finished, shapes
from scenarios.reading import BARE, TAKES
from tests.checks.corpus_reader import base, cases
from tests.schema.files import NAMED, ROOT, faults, schemas, written_files

HELLO = (ROOT / "flows" / "hello" / "flow.yaml").read_text()
EXAMPLES = re.findall(
    r"^```yaml( flow| test| desk|)\n(.*?)^```",
    (ROOT / "docs" / "flows.md").read_text(),
    re.DOTALL | re.MULTILINE,
)


def test_every_schema_is_one() -> None:
    for schema in schemas().values():
        jsonschema_rs.meta.validate(schema)


@pytest.mark.parametrize(
    ("name", "path"),
    list(written_files(ROOT / "flows")),
    ids=lambda value: str(value).removeprefix(str(ROOT)),
)
def test_everything_that_is_shipped_fits(name: str, path: Path) -> None:
    assert faults(name, path.read_text()) == []


def test_the_sound_service_of_the_corpus_fits() -> None:
    files = {Path(file): text for file, text in base().items()}
    kinds = {path: "piece" if path.parent.name == "common" else NAMED.get(path.name, "") for path in files}
    assert [
        (path, faults(kind, files[path]))
        for path, kind in kinds.items()
        if kind and faults(kind, files[path])
    ] == []


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_of_the_docs_fits(kind: str, example: str) -> None:
    if kind in (" test", " desk"):
        assert faults({" test": "tests", " desk": "desk"}[kind], example) == []
    elif kind == " flow":
        assert faults("flow", example) == []
    elif example.startswith("promises:"):
        assert faults("promises", example) == []
    else:  # a part of a flow.yaml, put into a whole one
        heads = "|".join(re.findall(r"^(\w+):", example, re.MULTILINE))
        rest = re.sub(rf"^(?:{heads}):.*\n(?:[ \n].*\n)*", "", HELLO, flags=re.MULTILINE)
        assert faults("flow", rest + example) == []


# --- nothing is missing ---


def fields(schema: Any) -> set[str]:
    """Every key that a schema knows by name."""
    if isinstance(schema, list):
        return set().union(*map(fields, schema))
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", ())) | set().union(*map(fields, schema.values()))


def asked(folder: Path) -> set[str]:
    """Every key that the readers of a folder name in their code, as the first word of a call that reads it."""
    reads = {
        "get",
        "need",
        "text",
        "number",
        "choice",
        "truth",
        "names",
        "need_exit",
        "optional_exit",
        "optional_words",
    }
    reads |= {
        "silence_or_no_match",
        "_limit",
        "_waiting",
        "_listed",
        "_step",
        "_of_table",
        "_at",
        "_day",
        "_known",
    }
    found = set()
    for path in folder.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(call, ast.Call)
                and getattr(call.func, "attr", getattr(call.func, "id", "")) in reads
            ):
                of = call.func.value if isinstance(call.func, ast.Attribute) else None
                mapping = isinstance(of, ast.Attribute) and of.attr in (
                    "entries",
                    "keys",
                    "sources",
                    "table",
                    "constants",
                    "phrases",
                    "scope",
                )
                words = [
                    word.value
                    for word in call.args
                    if isinstance(word, ast.Constant) and isinstance(word.value, str)
                ]
                found |= {word for word in words[:1] if not mapping and re.fullmatch(r"[a-z_]+", word)}
    return found


def test_no_field_that_a_reader_asks_for_is_missing() -> None:
    known = (
        fields(schemas()["flow"])
        | fields(schemas()["piece"])
        | fields(schemas()["texts"])
        | fields(schemas()["promises"])
    )
    named = asked(ROOT / "engine" / "load")
    assert len(named) > 100
    assert named - known == set()
    assert asked(Path(ROOT / "scenarios")) & set(TAKES) <= fields(schemas()["tests"])


def test_every_kind_of_step_and_every_line_of_a_test_is_there() -> None:
    defs = schemas()["flow"]["$defs"]
    for kind in READERS:
        step = defs[f"step_{kind}"]
        assert kind in step["required"]
        assert set(COMMON_KEYS) <= set(step["properties"])
    assert {*TAKES, *(word for word in BARE if word not in TAKES)} == {
        name for names, _, _ in (*DOES, *HOLDS) for name in names
    }
    assert set(TAKES) <= fields(schemas()["tests"])
    assert set(DESK) | {"canned", "checklists", "acts"} == set(schemas()["desk"]["properties"])


def test_every_meaning_has_its_field() -> None:
    told = Meaning()
    for name in TITLES:
        finished(name, shapes()[name], TITLES[name], told)
    lists = {
        "HEAD": meanings.HEAD,
        "KINDS": meanings.KINDS,
        "COMMON": meanings.COMMON,
        "KEYS": meanings.KEYS,
        "EXITS": meanings.EXITS,
    }
    written = {f"{name} {key}" for name, of in lists.items() for key in of}
    written |= {f"PARTS {key}" for key in (*meanings.PARTS, *meanings.OTHERS)}
    assert written - told.told == set()


# --- what it refuses ---


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("format: 1", "format: 2"),
        ("service: Halo", "servis: Halo"),
        ("prefix: HALO", "prefix: halo"),
        ("timezone: Asia/Jakarta\n", ""),
        ('"1": jam', '"x": jam'),
        ("silence: {tries: 3,", "silence: {tries: 30,"),
        ("silence: {tries: 3,", "silence: {times: 3,"),
        ("then: salam}", "to: salam}"),
        ("jam: {say:", "jam: {tell:"),
        ("then: salam}", "then: salam, spoken: always}"),
        ("then: salam}", "then: salam, from: 11.3.2026}"),
        ('numbers: {voice: ["100"]', 'numbers: {voice: ["seratus"]'),
    ],
)
def test_a_fault_that_can_be_seen_without_walking_is_refused(right: str, wrong: str) -> None:
    assert faults("flow", HELLO) == []
    assert faults("flow", HELLO.replace(right, wrong, 1)) != []


def test_a_key_that_only_some_answers_need_is_asked_for_there() -> None:
    ask = '{ask: "Benar?", as: benar, silence: {tries: 1, then: jam}, no_match: {tries: 1, then: jam}'
    flow = HELLO.replace("  jam: {say", "  benar: %s}\n  jam: {say")
    assert faults("flow", flow % f"{ask}, then: jam") == []
    assert faults("flow", flow % f"{ask}, format: yes_no, yes: jam, no: jam") == []
    assert faults("flow", flow % f"{ask}, format: yes_no, then: jam") != []
    assert faults("flow", flow % ask) != []


def test_sentences_acts_and_rules_are_judged_too() -> None:
    assert faults("promises", "promises:\n  - never a recording before the notice on the telephone\n") == []
    assert faults("promises", "promises:\n  - a recording before the notice\n") != []
    assert faults("tests", '- call: "131"\n- hang up\n') == []
    assert faults("tests", '- call: "131"\n- hang out\n') != []
    assert faults("tests", "- presses: 1\n") != []
    assert faults("desk", "strategy: most_skilled\ntiers: {2: 30}\n") == []
    assert faults("desk", "strategy: luck\n") != []
    assert faults("desk", "offer_seconds: {fax: 3}\n") != []


def test_of_the_corpus_it_sees_what_can_be_seen_without_walking() -> None:
    """Of 88 flows that are broken where only walking tells, an editor marks eight before anybody runs `check` (decision 0031)."""
    refused = {case.name for case in cases() if _refuses(case.files[case.file], case.file)}
    lacking = {
        "act_level_of_nobody",
        "act_without_level",
        "act_without_list",
        "lookup_without_failed",
        "queue_without_closed",
        "queue_without_nobody",
        "record_without_silence",
        "verify_without_locked",
    }
    assert refused == lacking


def test_of_flows_that_cannot_be_read_it_sees_what_stands_in_one_place() -> None:
    """What is left are names that the service itself gives, what stands in two places, and what is no YAML (decision 0031)."""
    broken = sorted((ROOT / "tests" / "engine" / "broken").iterdir())
    seen = [
        folder.name
        for folder in broken
        if any(_refuses(path.read_text(), path.name) for path in folder.glob("*.yaml"))
    ]
    assert (len(seen), len(broken)) == (38, 114)


def _refuses(text: str, file: str) -> bool:
    kind = "piece" if file.startswith("common/") else NAMED.get(file, "")
    try:
        return bool(kind) and bool(faults(kind, text))
    except (yaml.YAMLError, ValueError):  # nobody needs a schema to see this
        return False


# --- what is checked in ---


def test_the_schemas_that_editors_find_are_those_of_the_program() -> None:
    """After a change: python app.py schema --out docs/schema --docs"""
    there = {path.stem: path.read_text() for path in (ROOT / FOLDER).glob("*.json")}
    assert there == {name: written(schema) for name, schema in schemas().items()}
    assert all(json.loads(text)["$schema"].endswith("2020-12/schema") for text in there.values())


def test_the_tables_of_the_docs_are_those_of_the_program() -> None:
    """After a change: python app.py schema --out docs/schema --docs"""
    page = (ROOT / "docs" / "flows.md").read_text()
    assert page.count("<!-- fields: ") > 6
    assert in_page(page) == page
