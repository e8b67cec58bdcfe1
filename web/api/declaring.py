"""How an operation of the API is declared: once, for the route, for the check of what is sent, and for the OpenAPI document.

    cases = Noun("cases", "What people owe to callers and writers")

    @cases.ask("/cases/<ticket>", "case", "One case with its history", answer=ref("Case"), example={...})
    def case(asked: Asked, ticket: str) -> Any: ...

The name is the endpoint of web/policy.py's line (``api.case``) and the document's operationId.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sessions.gateway import Gateway
from web.tools import Tools

Schema = Mapping[str, Any]
BASE = "/api/v1"
# No control characters but tab and line ends: none of them is ever meant, and some break what reads a text later.
CLEAN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
MOMENT: Schema = {"type": "string", "description": "UTC, as 2026-03-11T03:15:00.000Z"}
# The same as it is sent: to the minute, the second or the millisecond.
AT: Schema = {
    "type": "string",
    "pattern": r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{3})?)?Z$",
}


def text(most: int, least: int = 0, description: str = "") -> Schema:
    """A text of so many characters."""
    told = {"description": description} if description else {}
    return {"type": "string", "maxLength": most, "minLength": least, "pattern": CLEAN, **told}


def one_of(*values: str | int, description: str = "") -> Schema:
    """One of these and nothing else."""
    kind = "integer" if all(isinstance(value, int) for value in values) else "string"
    return {"type": kind, "enum": list(values), **({"description": description} if description else {})}


def number(least: int, most: int, description: str = "") -> Schema:
    """A whole number within these."""
    told = {"description": description} if description else {}
    return {"type": "integer", "minimum": least, "maximum": most, **told}


def flag(description: str = "") -> Schema:
    """Yes or no."""
    return {"type": "boolean", **({"description": description} if description else {})}


def many(of: Schema, most: int | None = None) -> Schema:
    """A list."""
    return {"type": "array", "items": of, **({"maxItems": most} if most is not None else {})}


def maybe(schema: Schema) -> Schema:
    """The same, or null where there is none."""
    if "$ref" in schema or "enum" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}


def ref(name: str) -> Schema:
    """A schema of web/api/schemas.py by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def fields(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


@dataclass(frozen=True)
class Asked:
    """A request that has been let in and held to its declaration: parameters and body as they were declared."""

    gateway: Gateway
    tools: Tools
    query: Mapping[str, Any]
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One operation. ``query`` are its parameters by name; ``body`` None where none is read; ``answer`` None: 204, no content."""

    noun: str
    method: str
    path: str
    name: str
    summary: str
    view: Callable[..., Any]
    answer: Schema | None
    example: Any
    query: Mapping[str, Schema] = field(default_factory=dict)
    body: Schema | None = None
    sends: Any = None  # an example of the body
    may_be: tuple[str, ...] = ()  # problems of web/api/problems.py that are its own
    parts: Mapping[str, Schema] = field(default_factory=dict)  # of the path, where they are more than a word
    status: int = 200
    media: str = "application/json"
    kept: bool = (
        True  # False: what it answers is shown once, or opened for a reason, and lies nowhere afterwards
    )

    @property
    def keyed(self) -> bool:
        """May it be sent under a key, so that it is done once (web/api/once.py)?"""
        return self.method == "POST" and self.kept and self.media == "application/json"

    @property
    def endpoint(self) -> str:
        """Its line in web/policy.py."""
        return f"api.{self.name}"


class Noun:
    """The operations of one noun, in the order in which they are told."""

    def __init__(self, name: str, description: str) -> None:
        self.name, self.description = name, description
        self.operations: list[Operation] = []

    def ask(
        self, path: str, name: str, summary: str, **more: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declares a question: GET, and nothing changes."""
        return self._declared("GET", path, name, summary, more)

    def do(
        self, path: str, name: str, summary: str, **more: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declares an act: POST."""
        return self._declared("POST", path, name, summary, {"body": fields({}), "sends": {}, **more})

    def _declared(
        self, method: str, path: str, name: str, summary: str, more: Mapping[str, Any]
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def declare(view: Callable[..., Any]) -> Callable[..., Any]:
            self.operations.append(Operation(self.name, method, path, name, summary, view, **more))
            return view

        return declare
