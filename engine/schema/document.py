"""document(file) -> the whole JSON Schema of a file: shapes that recur under names, every field with what it means."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from engine.load.reading import VARIABLE
from engine.load.words import FORMATS
from engine.schema import meanings
from engine.schema.files import READS
from engine.schema.shape import DIALECT, SCALAR, WORDS, Schema, shape

TITLES: Mapping[str, str] = {
    "flow": "flow.yaml of a service",
    "piece": "a piece that services run, flows/common/*.yaml",
    "texts": "texts.yaml of a service",
    "promises": "promises.yaml of a service",
}
# Name -> where in flow.yaml it is found; everything that is read in the same way is that. '*' any key, '[]' any of a list,
# 'kind=say' a step of this kind.
NAMED: Mapping[str, str] = {
    "day": "steps/*/kind=say/from",
    "assignments": "steps/*/kind=say/set",
    "limit": "cases/pass_on",
    "intervals": "hours/*/open/*",
    "exit": "steps/*/kind=say/then",
    "option": "steps/*/kind=menu/keys/*",
    "tries": "steps/*/kind=menu/silence",
    "number": "numbers/voice/[]",
    "limits": "cases/pertanyaan",
}
# Braces are placeholders and nothing else, as engine.load.words has it.
_PLACEHOLDER = rf"\{{{VARIABLE.pattern.removesuffix(chr(92) + 'Z')}(?::(?:{'|'.join(FORMATS)}))?\}}"
_TEXT: Schema = {"type": SCALAR, "minLength": 1, "pattern": rf"^(?:[^{{}}]|{_PLACEHOLDER})*$"}
_WORDS: Schema = {
    "description": "words for contacts: one text, or one for each language",
    "anyOf": [
        _TEXT,
        {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z]{2,3}$"},
            "additionalProperties": _TEXT,
            "minProperties": 1,
        },
    ],
}


class NoMeaning(LookupError):
    """A field of which engine/schema/meanings.py does not say what it means."""


@cache
def shapes() -> Mapping[str, Schema]:
    """File -> how its reader takes it, nothing named or described yet. Takes about two seconds, once."""
    return {file: shape(read) for file, read in READS.items()}


def document(file: str) -> Schema:
    """The schema of 'flow', 'piece', 'texts' or 'promises', ready to be written. Raises NoMeaning."""
    return finished(file, shapes()[file], TITLES[file], Meaning())


def finished(file: str, found: Schema, title: str, meaning: "Meaning") -> Schema:
    """A shape with recurring parts under $defs and every field described by ``meaning``."""
    names = {name: inside(shapes()["flow"], path) for name, path in NAMED.items()}
    defs: dict[str, Schema] = {"words": _WORDS}
    for name, part in names.items():
        defs[name] = _describe(_named(part, names, but=name), (name,), meaning)
    root = _describe(_kinds(_named(found, names), defs, meaning), (file,), meaning)
    used = _used(root, defs)
    return {
        "$schema": DIALECT,
        "title": title,
        **root,
        "$defs": {name: part for name, part in defs.items() if name in used},
    }


def inside(part: Schema, path: str) -> Schema:
    """What stands at a path such as 'steps/*/kind=menu/keys/*'."""
    for name in path.split("/"):
        part = next(found for found in _steps_down(part, name))
    return part


def _steps_down(part: Schema, name: str) -> Iterator[Schema]:
    for one in part.get("anyOf", [part]):
        if name.startswith("kind="):
            if next(iter(one["properties"])) == name.removeprefix("kind="):
                yield one
        elif name in one.get("properties", {}):
            yield one["properties"][name]
        elif name in ("*", "[]") and isinstance(
            inner := one.get("additionalProperties" if name == "*" else "items"), dict
        ):
            yield inner


def _named(part: Any, names: Mapping[str, Schema], but: str = "") -> Any:
    """The same with every part that has a name replaced by a reference to it."""
    if isinstance(part, list):
        return [_named(item, names) for item in part]
    if not isinstance(part, dict):
        return part
    for name, whole in names.items():
        if part == whole and name != but:
            return {"$ref": f"#/$defs/{name}"}
    return {key: _named(value, names) for key, value in part.items()}


def _kinds(root: Schema, defs: dict[str, Schema], meaning: "Meaning") -> Schema:
    """Every kind of step under a name of its own."""
    steps = root.get("properties", {}).get("steps")
    if not steps:
        return root
    kinds = []
    for one in steps["additionalProperties"]["anyOf"]:
        kind = next(iter(one["properties"]))
        defs[f"step_{kind}"] = _describe(one, ("step", kind), meaning)
        kinds.append({"$ref": f"#/$defs/step_{kind}"})
    return {
        **root,
        "properties": {**root["properties"], "steps": {**steps, "additionalProperties": {"anyOf": kinds}}},
    }


def _describe(part: Schema, path: tuple[str, ...], meaning: "Meaning") -> Schema:
    """The same with a description at every key that has a name of its own."""
    found = dict(part)
    for key in ("anyOf",):
        if key in found:
            found[key] = [_describe(one, path, meaning) for one in found[key]]
    if isinstance(found.get("items"), dict):
        found["items"] = _describe(found["items"], path, meaning)
    if isinstance(found.get("additionalProperties"), dict):
        found["additionalProperties"] = _describe(found["additionalProperties"], (*path, "*"), meaning)
    if "properties" in found:
        found["properties"] = {
            name: {"description": meaning.of((*path, name), one), **_describe(one, (*path, name), meaning)}
            for name, one in found["properties"].items()
        }
    return found


def _used(root: Schema, defs: Mapping[str, Schema]) -> set[str]:
    """The names that a schema refers to, by way of others too."""
    used: set[str] = set()
    waiting = [json.dumps(root)]
    while waiting:
        written = waiting.pop()
        new = {name for name in defs if f'"#/$defs/{name}"' in written} - used
        used |= new
        waiting += [json.dumps(defs[name]) for name in new]
    return used


class Meaning:
    """Finds what a field means, and remembers which meanings were found."""

    def __init__(self, more: Mapping[str, str] | None = None) -> None:
        self.parts = {**meanings.PARTS, **meanings.OTHERS, **(more or {})}
        self.told: set[str] = set()

    def of(self, path: tuple[str, ...], part: Schema) -> str:
        """What the field at this path means; steps are ('step', KIND, KEY …). Raises NoMeaning."""
        if path[0] == "step":
            return self._of_step(path[1], path[2:], part)
        if path[0] in ("flow", "piece") and len(path) > 2:
            path = path[1:]
        if path[0] == "flow":
            return self._tell("HEAD", path[1], meanings.HEAD)
        for at in ("/".join(path), "/".join((*path[:-1], "*")), "/".join((path[0], "*", *path[2:]))):
            if at in self.parts:
                return self._tell("PARTS", at, self.parts)
        raise NoMeaning(f"{'/'.join(path)}: nobody says what it means; add it to engine/schema/meanings.py")

    def _of_step(self, kind: str, rest: tuple[str, ...], part: Schema) -> str:
        key = rest[-1]
        if rest == (kind,):
            self.told.add(f"KINDS {kind}")
            return meanings.KINDS[kind][1]
        if len(rest) == 1 and key in meanings.COMMON:
            return self._tell("COMMON", key, meanings.COMMON)
        own = f"{kind}/{key}"
        exits = part.get("$ref") in ("#/$defs/exit", "#/$defs/tries")
        name, of = ("EXITS", meanings.EXITS) if exits else ("KEYS", meanings.KEYS)
        return self._tell(name, own if own in of else key, of)

    def _tell(self, name: str, key: str, of: Mapping[str, str]) -> str:
        if key not in of:
            raise NoMeaning(f"{key}: {name} of engine/schema/meanings.py does not say what it means")
        self.told.add(f"{name} {key}")
        return of[key]


__all__ = ["NAMED", "TITLES", "WORDS", "Meaning", "NoMeaning", "document", "finished", "shapes"]
