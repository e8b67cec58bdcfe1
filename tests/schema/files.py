"""Files as an editor's language server reads them: YAML 1.2, where 1 is a number, true a truth and no a word."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from commands.schema_files import documents

ROOT = Path(__file__).resolve().parents[2]
NAMED = {"flow.yaml": "flow", "texts.yaml": "texts", "promises.yaml": "promises", "desk.yaml": "desk"}


class _Editor(yaml.SafeLoader):
    """Knows the scalars of YAML 1.2 alone."""


_Editor.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?[0-9]*\.[0-9]+", "-+.0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
):
    _Editor.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))
# 0123 is 123 there, and 0811-2000 a word.
_Editor.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))


def as_editor_reads(text: str) -> Any:
    return _names(_Editor(text).get_single_data())


def _names(tree: Any) -> Any:
    """JSON's keys are words."""
    if isinstance(tree, dict):
        return {str(key): _names(value) for key, value in tree.items()}
    return [_names(item) for item in tree] if isinstance(tree, list) else tree


@cache
def schemas() -> dict[str, Any]:
    return documents()


@cache
def validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schemas()[name])


def faults(name: str, text: str) -> list[str]:
    """What the schema says of a file, [] when nothing."""
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message[:200]}"
        for error in validator(name).iter_errors(as_editor_reads(text))
    ]


def kind_of(path: Path) -> str:
    """Which schema a file under flows/ belongs to; '' for tables and sounds."""
    if path.suffix != ".yaml":
        return ""
    folder = path.parent.name
    return {"tests": "tests", "common": "piece"}.get(folder) or NAMED.get(path.name, "")


def written_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*.yaml")):
        if name := kind_of(path):
            yield name, path
