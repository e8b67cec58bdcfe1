"""shape(read) -> the JSON Schema (2020-12) of the files that a reader takes.

At every place three things are tried: a text, a list, a mapping. What the reader does not call a wrong shape is one that it takes.
Of a text the faults tell the names, the pattern or the bounds that it has to keep to; of a mapping the keys, which of them must be
there, and which more when one of them has a certain value. A schema knows no service: names that an administrator gives (steps,
hours, tables) are marked by ``x-names`` with what they are names of, for editors, and judged by `check` alone.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.load.yaml_nodes import Node
from engine.schema.sight import (
    ELSEWHERE,
    HERE,
    INSIDE,
    KEY,
    NOBODYS,
    Notes,
    Read,
    Within,
    items,
    look,
    table,
    text,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCALAR = ["string", "number", "boolean"]  # everything is read as text; an editor's YAML knows numbers
# Code of a fault -> what the service itself gives such names to.
OF_THE_SERVICE: Mapping[str, str] = {
    "unknown-step": "steps", "unknown-template": "texts", "unknown-hours": "hours", "unknown-source": "sources",
    "unknown-skill": "skills", "unknown-unit": "units", "unknown-piece": "pieces", "unknown-variable": "variables",
    "unknown-language": "languages", "unknown-column": "columns", "missing-file": "tables", "unknown-number": "numbers",
    "unknown-sound": "sounds", "unknown-topic": "topics", "unknown-checklist": "checklists",
}  # fmt: skip
# Free keys that are tried until one is liked: a name, a day of the week, a key, a language, a fact, a day, a keyword, a priority.
KEYS = ("nama", "mon", "1", "id", "tiket", "2026-01-01", "KATA", "P1")

# Numbers that patterns are tried with: a key, a line, a telephone.
_NUMBERS = ("1", "131", "1500131")

Schema = dict[str, Any]
Path = tuple[str, ...]


def shape(read: Read) -> Schema:
    """The schema of a file: properties, bounds, names. Words for contacts are {"$ref": "#/$defs/words"}; nothing is described."""
    return _place(read, lambda node: node)


def _place(read: Read, within: Within) -> Schema:
    """What may stand at one place."""
    shapes = [found for found in (_as_text(read, within), _as_table(read, within)) if found]
    if WORDS in shapes:  # one text is among what they may be
        shapes = [WORDS, *(found for found in shapes if found.get("type") == "object")]
    one = shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
    many = _as_list(read, within)
    if many is None:
        return one if shapes else UNREAD
    if not shapes:
        return many
    # Where one of them may stand alone, it is named once.
    return {"anyOf": [one, many] if one == many["items"] else [*shapes, many]}


WORDS: Schema = {"$ref": "#/$defs/words"}
UNREAD: Schema = {"type": SCALAR}  # nobody judges it, not even that it is empty


# --- texts ---


def _as_text(read: Read, within: Within) -> Schema | None:
    notes = look(read, within, text()).at(HERE)
    empty = look(read, within, text("")).at(HERE)
    if notes.words:
        return WORDS
    if "wrong-shape" in notes.codes:
        return None
    if not (notes.codes or empty.codes):  # taken as it is, where a list would not be; or nobody looks
        return UNREAD if "wrong-shape" in look(read, within, items()).at(HERE).codes else None
    if notes.bounds:
        return _whole(*notes.bounds)
    names = _enumerated(notes)
    if names:
        return {"enum": list(dict.fromkeys(form for name in names for form in _forms(name)))}
    found: Schema = _written_like(notes.patterns[-1]) if notes.patterns else {"type": SCALAR, "minLength": 1}
    if owner := _owner(notes):
        found["x-names"] = owner
    return found


def _whole(least: int, most: int, default: int) -> Schema:
    """A whole number, also when it is written in quotes."""
    quoted = {"type": "string", "pattern": "^[0-9]{1,6}$"}
    return {"anyOf": [{"type": "integer", "minimum": least, "maximum": most}, quoted], "default": default}


def _forms(name: str) -> Iterator[object]:
    """A name as it is read, and as an editor's YAML would read it without quotes."""
    if name in ("true", "false"):
        yield name == "true"
    elif name.isdecimal():
        yield int(name)
    yield name


def _written_like(pattern: re.Pattern[str]) -> Schema:
    """A text that fits a pattern; a number or a truth too, where one would fit."""
    word = pattern.pattern.removesuffix(r"\Z")
    if word.isalnum():  # a word and no pattern
        return {"enum": list(_forms(word))}
    types = ["number"] * any(map(pattern.match, _NUMBERS)) + ["boolean"] * bool(pattern.match("true"))
    return {"type": ["string", *types], "minLength": 1, "pattern": _javascript(pattern)}


def _javascript(pattern: re.Pattern[str]) -> str:
    """The pattern as JSON Schema writes it, which anchors by ^ and $ and names no groups."""
    body = re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern).removesuffix(r"\Z")
    return f"^(?:{body})$"


def _enumerated(notes: Notes) -> tuple[str, ...]:
    """The names of the program itself that are known here."""
    own = [
        names for code, names in notes.names.items() if code not in OF_THE_SERVICE and code != "unknown-key"
    ]
    return own[-1] if own else ()


def _owner(notes: Notes) -> str:
    return next((OF_THE_SERVICE[code] for code in notes.names if code in OF_THE_SERVICE), "")


# --- lists ---


def _as_list(read: Read, within: Within) -> Schema | None:
    sight = look(read, within, items(text(place=INSIDE)))
    empty = look(read, within, items(text("", place=INSIDE)))
    if "wrong-shape" in sight.at(HERE).codes or not (sight.at(INSIDE).codes or empty.at(INSIDE).codes):
        return None
    return {"type": "array", "items": _place(read, lambda node: within(items(node, place=ELSEWHERE)))}


# --- mappings ---


def _as_table(read: Read, within: Within) -> Schema | None:
    sight = look(read, within, table({NOBODYS: text(place=ELSEWHERE)}, key=KEY))
    notes, of_key = sight.at(HERE), sight.at(KEY)
    if notes.words and not notes.asked:
        return WORDS
    if not notes.readers or "wrong-shape" in notes.codes:
        return None
    kinds = of_key.names.get("unknown-kind")
    if kinds:
        return {"anyOf": [_closed(read, within, kind) for kind in kinds]}
    if of_key.names.get("unknown-key"):
        return _closed(read, within)
    return _free(read, within, notes, of_key)


def _closed(read: Read, within: Within, kind: str = "") -> Schema:
    """A mapping whose keys are all known. ``kind``: its first key, which decides about the others."""
    base: dict[str, Node] = {kind: text(place=ELSEWHERE)} if kind else {}
    notes = look(read, within, table(base)).at(HERE)
    found: Schema = {"type": "object", "properties": {}, "additionalProperties": False}
    keys = [kind] * bool(kind) + sorted(notes.asked - {kind})
    beside = dict.fromkeys(keys, base)  # key -> what must stand beside it, so that it is asked for
    cases: list[tuple[Schema, frozenset[str]]] = []
    while keys:
        key = keys.pop(0)
        found["properties"][key] = value = _place(read, _below(within, beside[key], key))
        before = look(read, within, table(beside[key])).at(HERE).missing - {key}
        for condition, example in _values(key, value):
            with_it = {**beside[key], key: example}
            seen = look(read, within, table(with_it)).at(HERE)
            more = sorted(seen.asked - beside.keys())
            beside.update(dict.fromkeys(more, with_it))
            keys += more
            if key != kind and seen.missing != before:
                cases.append((condition, frozenset(seen.missing)))
                _read_now(read, within, found["properties"], with_it)
    asked_for = _required(frozenset(notes.missing), cases)
    if kind:
        asked_for["required"] = sorted({kind, *asked_for.get("required", ())})
    return found | asked_for


def _read_now(read: Read, within: Within, properties: dict[str, Schema], beside: Mapping[str, Node]) -> None:
    """Look again at keys that nobody read until this stood beside them."""
    for key, value in properties.items():
        if value == UNREAD and key not in beside:
            properties[key] = _place(read, _below(within, beside, key))


def _required(always: frozenset[str], cases: list[tuple[Schema, frozenset[str]]]) -> Schema:
    """Which keys must be there: always, and only in some cases."""
    common = always.intersection(*(keys for _, keys in cases))
    found: Schema = {"required": sorted(common)} if common else {}
    rules = [
        {"if": when, "then": {"required": sorted(keys - common)}} for when, keys in cases if keys - common
    ]
    if always - common:
        rules.append(
            {
                "if": {"not": {"anyOf": [when for when, _ in cases]}},
                "then": {"required": sorted(always - common)},
            }
        )
    return found | ({"allOf": rules} if rules else {})


def _values(key: str, schema: Schema) -> Iterator[tuple[Schema, Node]]:
    """(condition, example) of what may make a reader ask for other keys: that a key is there, or each of its names."""
    there = {"required": [key]}
    if "enum" in schema:
        for name in schema["enum"]:
            if isinstance(name, str):
                yield {**there, "properties": {key: {"const": name}}}, text(name, ELSEWHERE)
    else:
        yield there, text(place=ELSEWHERE)


def _below(within: Within, base: Mapping[str, Node], key: str) -> Within:
    return lambda node: within(table({**base, key: node}, place=ELSEWHERE))


def _free(read: Read, within: Within, notes: Notes, of_key: Notes) -> Schema:
    """A mapping whose keys an administrator names, with those that mean something of their own."""
    found: Schema = {"type": "object"}
    # Which facts a proof asks for is said beside it.
    own = () if "unknown-fact" in of_key.codes else _enumerated(of_key)
    named = {*notes.asked, *own}
    if named:
        found["properties"] = {name: _place(read, _below(within, {}, name)) for name in sorted(named)}
        if notes.missing:
            found["required"] = sorted(notes.missing)
    if own:
        return found | {"additionalProperties": False}
    liked = next((key for key in KEYS if not _refused(read, within, key)), KEYS[0])
    found["additionalProperties"] = _place(read, _below(within, {}, liked))
    if of_key.patterns and not named:
        found["propertyNames"] = {"pattern": _javascript(of_key.patterns[-1])}
    if owner := _owner(of_key):
        found["x-names"] = owner
    return found


def _refused(read: Read, within: Within, key: str) -> bool:
    return bool(look(read, within, table({key: text(place=ELSEWHERE)}, key=KEY)).at(KEY).codes)
