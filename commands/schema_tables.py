"""The tables of docs/flows.md that come from the program: fields, steps, rules of the desk, lines of tests.

A table stands between two comments, `<!-- fields: NAME -->` and `<!-- end of fields -->`; what is between them is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from commands import schema_words as words
from desk.routing.rules import DEFAULT
from engine.schema import meanings
from engine.schema.document import inside, shapes
from engine.schema.shape import Schema

_BLOCK = re.compile(r"(<!-- fields: (\w+) -->\n)(.*?)(<!-- end of fields -->)", re.DOTALL)
_FEW = 4  # so many names stand in the table of steps; more stand in that of keys alone


def in_page(page: str) -> str:
    """The page with every table as it is now. Raises LookupError for a table that is unknown."""
    made = tables()

    def put(found: re.Match[str]) -> str:
        if found[2] not in made:
            raise LookupError(f"docs/flows.md: there is no table '{found[2]}'; known are {', '.join(made)}")
        return f"{found[1]}{made[found[2]]}\n{found[4]}"

    return _BLOCK.sub(put, page)


def tables() -> Mapping[str, str]:
    """Name -> Markdown."""
    return {
        "head": _table(("key", "meaning"), _head()),
        "steps": _table(
            ("step", "does", "keys (required ones in bold)", "exits (required in bold)"), _steps()
        ),
        "keys": _table(("key", "in", "takes", "meaning"), _keys()),
        "exits": _table(("exit", "in", "is taken when"), _exits()),
        "common": _table(("key", "meaning"), [(f"`{key}`", means) for key, means in meanings.COMMON.items()]),
        "desk": _table(("rule", "default", "means"), _desk()),
        "acts": _table(("key", "means"), ((f"`{place}`", means) for place, means in words.DECLARED.items())),
        "does": _table(("line", "does"), [(shown, means) for _, shown, means in words.DOES]),
        "holds": _table(("line", "holds when"), [(shown, means) for _, shown, means in words.HOLDS]),
    }


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head)]
    return "\n".join(
        "|" + "|".join(row) + "|" if row[0] == "---" else f"| {' | '.join(row)} |" for row in [*lines, *rows]
    )


def _head() -> Iterator[tuple[str, str]]:
    there = shapes()["flow"]["properties"]
    return ((f"`{key}`", means) for key, means in meanings.HEAD.items() if key in there)


def _kinds() -> Mapping[str, Schema]:
    """Kind -> its shape."""
    steps = inside(shapes()["flow"], "steps")["additionalProperties"]["anyOf"]
    return {next(iter(one["properties"])): one for one in steps}


def _ways() -> tuple[Schema, ...]:
    """What exits look like: one way, or tries and then a way."""
    return (
        inside(shapes()["flow"], "steps/*/kind=say/then"),
        inside(shapes()["flow"], "steps/*/kind=menu/silence"),
    )


def _parts(kind: str, one: Schema) -> tuple[dict[str, Schema], list[str]]:
    """(keys, exits) of a kind, without what every step may have."""
    ways = _ways()
    own = {key: part for key, part in one["properties"].items() if key != kind and key not in meanings.COMMON}
    exits = [key for key in meanings.EXITS if own.get(key) in ways]
    return {key: part for key, part in own.items() if part not in ways}, exits


def _needed(one: Schema) -> set[str]:
    """What must be there, at least in some cases. Silence and no match may stand under `everywhere` instead."""
    asked = [one, *(rule["then"] for rule in one.get("allOf", ()))]
    tries = _ways()[1]
    return {key for each in asked for key in each.get("required", ())} | {
        key for key, part in one["properties"].items() if part == tries
    }


def _steps() -> Iterator[tuple[str, ...]]:
    for kind, one in _kinds().items():
        shown, does = meanings.KINDS[kind]
        keys, exits = _parts(kind, one)
        needed = _needed(one)
        yield (
            f"`{shown}`",
            does,
            ", ".join(_bold(_key(key, part), key in needed) for key, part in keys.items()),
            ", ".join(
                _bold("one per key", True) if key == "keys" else _bold(f"`{key}`", key in needed)
                for key in exits
            ),
        )


def _bold(shown: str, needed: bool) -> str:
    return f"**{shown}**" if needed else shown


def _key(key: str, part: Schema) -> str:
    """`seconds: 5`, `class:` publik terbatas rahasia, `with`."""
    names = _names(part)
    if part.get("default"):
        return f"`{key}: {part['default']}`"
    return f"`{key}:` {' '.join(names)}" if 0 < len(names) <= _FEW else f"`{key}`"


def _names(part: Schema) -> list[str]:
    """The names that a value may have; true and false are said once."""
    of = part.get("enum") or next((one["enum"] for one in part.get("anyOf", ()) if "enum" in one), ())
    return [name for name in of if isinstance(name, str)]


def _takes(part: Schema) -> str:
    whole = next((one for one in part.get("anyOf", ()) if "minimum" in one), None)
    if whole is None:
        return " ".join(_names(part))
    bounds = f"{whole['minimum']} to {whole['maximum']}"
    return f"{bounds}; {part['default']}" if part.get("default") else bounds


def _keys() -> Iterator[tuple[str, ...]]:
    """One row for each key and what it takes, with the kinds that have it."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for kind, one in _kinds().items():
        inner = one["properties"][kind].get("properties", {})
        for key, part in (*inner.items(), *_parts(kind, one)[0].items()):
            means = meanings.KEYS.get(f"{kind}/{key}", meanings.KEYS.get(key, ""))
            rows.setdefault((key, _takes(part), means), []).append(kind)
    return ((f"`{key}`", ", ".join(kinds), takes, means) for (key, takes, means), kinds in rows.items())


def _exits() -> Iterator[tuple[str, ...]]:
    rows: dict[tuple[str, str], list[str]] = {}
    for kind, one in _kinds().items():
        for key in _parts(kind, one)[1]:
            means = meanings.EXITS.get(f"{kind}/{key}", meanings.EXITS[key])
            rows.setdefault((key, means), []).append(kind)
    several = (row for row in rows.items() if row[0][0] != "then")
    return ((f"`{key}`", ", ".join(kinds), means) for (key, means), kinds in several)


def _desk() -> Iterator[tuple[str, ...]]:
    for rule, means in words.DESK.items():
        default = getattr(DEFAULT, rule)
        if isinstance(default, Mapping):
            default = "{" + ", ".join(f"{name}: {value}" for name, value in default.items()) + "}"
        yield f"`{rule}`", f"`{default}`", means
