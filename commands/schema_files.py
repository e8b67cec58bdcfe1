"""The JSON Schema of every file that an administrator writes, and the tables of docs/flows.md that stand on the same source.

flow.yaml, pieces, texts and promises are the engine's (engine/schema); desk.yaml is described by the rules of the desk, tests by
their acts. Nothing here lists a field: rules are the fields of Rules, acts those of scenarios.reading.TAKES.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path

from commands import schema_words as words
from desk.routing.rules import DEFAULT, STRATEGIES, Rules
from engine.flow import Flow
from engine.load import read_nodes
from engine.load.faults import Faults
from engine.load.reading import Reader
from engine.load.yaml_nodes import Node
from engine.schema import shape, sight
from engine.schema.document import TITLES, Meaning, document, finished
from engine.schema.shape import DIALECT, SCALAR, WORDS, Schema
from scenarios.acts import Telling
from scenarios.reading import BARE, TAKES
from sessions.desk import desk_acts
from sessions.desk.desk_rules import CANNED, CANNED_KEY

FOLDER = Path("docs") / "schema"


def desk() -> Schema:
    """desk.yaml. `zone` is a rule, too, but the service's timezone gives it."""
    rules = [item.name for item in fields(Rules) if item.name != "zone"]
    answers = {
        "type": "object",
        "additionalProperties": WORDS,
        "propertyNames": {"pattern": f"^{CANNED_KEY.pattern}$"},
    }
    plain = {**{name: _rule(getattr(DEFAULT, name)) for name in rules}, CANNED: answers}
    root = {
        "type": "object",
        "properties": {**plain, **shape(_declared)["properties"]},
        "additionalProperties": False,
    }
    return finished("desk", root, "desk.yaml of a service", Meaning(words.desk_meanings()))


def _declared(node: Node, faults: Faults) -> object:
    """Checklists and acts, as they are read."""
    both = Reader(node, "desk.yaml", faults)
    lists, acts = both.get(desk_acts.CHECKLISTS), both.get(desk_acts.ACTS)
    both.done()
    return desk_acts.read_nodes(lists, acts, _flow(), faults)


def _flow() -> Flow:
    """A service that has a system to be asked, and nothing else."""
    at = sight.ELSEWHERE
    asked = sight.table({"url": sight.text("https://x/", at), "gives": sight.text("", at)}, at)
    root = sight.table({"sources": sight.table({"nama": asked}, at)}, at)
    flow = read_nodes("x", "", root, None, {}, {}, Faults())
    assert flow is not None, "a mapping was given"
    return flow


def _rule(default: object) -> Schema:
    if isinstance(default, str):
        return {"enum": list(STRATEGIES), "default": default}
    whole = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+$"}]}
    if not isinstance(default, Mapping):
        return {**whole, "default": default}
    names = {"additionalProperties": whole, "propertyNames": {"pattern": "^[0-9]+$"}}  # tiers
    if not all(isinstance(name, int) for name in default):
        names = {"properties": dict.fromkeys(default, whole), "additionalProperties": False}
    return {"type": "object", **names, "default": {str(name): value for name, value in default.items()}}


def tests() -> Schema:
    """tests/*.yaml: a list of acts, or names with such lists."""
    acts = {name: shape(_act(read)) for name, read in TAKES.items()}
    one = {"type": "object", "properties": acts, "additionalProperties": False, "minProperties": 1}
    script = {"type": "array", "minItems": 1, "items": {"anyOf": [{"enum": sorted(BARE)}, one]}}
    root = {"anyOf": [script, {"type": "object", "additionalProperties": script, "minProperties": 1}]}
    return finished("tests", root, "tests/*.yaml of a service", Meaning(words.test_meanings()))


def _act(read: Callable[[Telling, Node], object]) -> sight.Read:
    def reading(node: Node, faults: Faults) -> object:
        return read(Telling(_flow(), faults, {}), node)

    return reading


def documents() -> dict[str, Schema]:
    """Name -> schema, of every file that an administrator writes. Takes a few seconds."""
    return {**{name: document(name) for name in TITLES}, "desk": desk(), "tests": tests()}


def written(schema: Schema) -> str:
    """As it is checked in: what changed is seen line by line."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


__all__ = ["DIALECT", "FOLDER", "SCALAR", "desk", "documents", "tests", "written"]
