"""What a program sends, held to what was declared: the query, and a body that is JSON and nothing else (RFC 8259, I-JSON RFC 7493).

Names that occur twice, NaN and infinities, numbers that no double holds, halves of characters and texts that are no UTF-8 mean
different things to different readers: they are refused, and so is every field that nobody declared.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from web.api.declaring import Operation, Schema
from web.api.problems import Field, Problem
from web.words import t, words

DEEPEST = 20
MOST_DIGITS = 15  # a double holds them all
MOST_FAULTS = 20
_WHOLE = re.compile(rf"-?[0-9]{{1,{MOST_DIGITS}}}")
_HALF = re.compile("[\ud800-\udfff]")


def body(operation: Operation) -> Mapping[str, Any]:
    """The body as it was declared; {} where none is. Raises Problem."""
    if operation.body is None:
        return {}
    if request.mimetype != "application/json":
        raise Problem("wrong_media", headers={"Accept": "application/json"})
    try:
        raw = request.get_data(cache=False)
    except RequestEntityTooLarge as large:
        raise Problem("too_large") from large
    # What comes in chunks is cut off at the limit without a word.
    if len(raw) >= (request.max_content_length or math.inf):
        raise Problem("too_large")
    found = parsed(raw)
    _hold(operation.body, found, "")
    return dict(found)


def query(operation: Operation) -> dict[str, Any]:
    """The parameters as they were declared, numbers and flags as such. Raises Problem."""
    given: dict[str, Any] = {}
    faults = []
    for name, values in request.args.lists():
        schema = operation.query.get(name)
        if schema is None:
            faults.append(_field(name, "additionalProperties"))
        elif len(values) > 1:
            faults.append(_field(name, "uniqueItems"))
        else:
            given[name] = _typed(schema, values[0])
    if faults:
        raise Problem("invalid", fields=faults[:MOST_FAULTS])
    schemas = operation.query
    _hold({"type": "object", "properties": dict(schemas)}, given, None)
    return {name: given.get(name, schema.get("default")) for name, schema in schemas.items()}


def fits(schema: Schema, value: str) -> bool:
    """Is this part of an address as it was declared?"""
    return not _HALF.search(value) and _validator(_key(schema)).is_valid(_typed(schema, value))


def parsed(raw: bytes) -> Any:
    """The JSON of a body. Raises Problem.

    >>> parsed(b'{"a": [1, 2.5, "x"]}')
    {'a': [1, 2.5, 'x']}
    """
    try:
        found = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_once,
            parse_constant=_no_constant,
            parse_int=_whole,
            parse_float=_finite,
        )
    except UnicodeDecodeError as fault:
        raise Problem("malformed", t("api.not_utf8", at=fault.start)) from None
    except RecursionError:
        raise Problem("malformed", t("api.too_deep", most=DEEPEST)) from None
    except json.JSONDecodeError as fault:
        raise Problem("malformed", t("api.no_json", line=fault.lineno, column=fault.colno)) from None
    _plain(found, 0)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem("malformed", t("api.twice"))
    return found


def _no_constant(name: str) -> Any:
    raise Problem("malformed", t("api.no_number"))


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise Problem("malformed", t("api.no_number"))
    return int(digits)


def _finite(digits: str) -> float:
    found = float(digits)
    if not math.isfinite(found):
        raise Problem("malformed", t("api.no_number"))
    return found


def _plain(value: Any, depth: int) -> None:
    """Refuses halves of characters, and what is nested deeper than anything we ask for."""
    if depth > DEEPEST:
        raise Problem("malformed", t("api.too_deep", most=DEEPEST))
    if isinstance(value, str) and _HALF.search(value):
        raise Problem("malformed", t("api.half_character"))
    for inner in _inside(value):
        _plain(inner, depth + 1)


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _typed(schema: Schema, written: str) -> Any:
    """A number or a flag where one was declared and this is one; else the text, of which the check then says what it is not."""
    kind = schema.get("type")
    if kind == "integer" and _WHOLE.fullmatch(written):
        return int(written)
    if kind == "boolean" and written in ("true", "false"):
        return written == "true"
    return written


def _hold(schema: Schema, value: Any, root: str | None) -> None:
    """Raises Problem with each thing that is not as it was declared. ``root`` None: names of parameters, else JSON pointers."""
    if isinstance(value, dict) and any(isinstance(one, str) and _HALF.search(one) for one in value.values()):
        raise Problem("malformed", t("api.half_character"))
    found = []
    for error in _validator(_key(schema)).iter_errors(value):
        found += _faults(error, root)
        if len(found) >= MOST_FAULTS:
            break
    if found:
        raise Problem("invalid", fields=found[:MOST_FAULTS])


def _faults(error: jsonschema_rs.ValidationError, root: str | None) -> list[Field]:
    kind: Any = error.kind  # each kind has what it is about, and its type does not say so
    path = [str(step) for step in error.instance_path]
    if kind.name == "additionalProperties":
        return [_field(_where([*path, name], root), kind.name) for name in kind.unexpected]
    if kind.name == "required":
        return [_field(_where([*path, kind.property], root), kind.name)]
    return [_field(_where(path, root), kind.name, _limit(kind))]


def _where(path: list[str], root: str | None) -> str:
    if root is None:
        return "/".join(path)
    return root + "".join("/" + step.replace("~", "~0").replace("/", "~1")[:80] for step in path)


def _limit(kind: Any) -> str:
    if kind.name == "type":
        return ", ".join(kind.types)
    if kind.name == "enum":
        return (
            ", ".join(str(one) for one in kind.options)
            if isinstance(kind.options, list)
            else str(kind.options)
        )
    return str(getattr(kind, "limit", ""))


def _field(where: str, code: str, limit: str = "") -> Field:
    key = f"api.field_{code.lower()}"
    return Field(where[:200], code, t(key if key in words() else "api.field_other", limit=limit))


def _key(schema: Schema) -> str:
    return json.dumps(schema, sort_keys=True)


@cache
def _validator(schema: str) -> Any:
    return jsonschema_rs.Draft202012Validator(json.loads(schema))
