"""The OpenAPI 3.1 document (spec.openapis.org/oas/v3.1.1), made of what the operations declare and of who may use them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from web.api import once
from web.api.declaring import BASE, Noun, Operation, Schema, ref
from web.api.problems import MEDIA, PROBLEMS
from web.api.schemas import SCHEMAS
from web.policy import POLICY
from web.words import told

# Problems that any operation may come to, and those of everything that reads a body.
OF_ALL = ("no_token", "bad_token", "no_scope", "no_right", "invalid", "too_many", "failed", "no_database")
OF_BODIES = ("malformed", "too_large", "wrong_media", "refused")
OF_KEYS = ("unfinished", "reused_key")
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any word of your own, new for each act: the same act sent again under it is done once, and answered as it was.",
    "schema": {"type": "string", "pattern": f"^{once.FORM}$"},
}
LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "Indonesian unless English is asked for.",
    "schema": {"type": "string"},
    "example": "en",
}
_ABOUT = """\
The console's own actions for programs. Every request brings a token as `Authorization: Bearer sbg_…`; a person makes it on the
account page, for some of the scopes read, act, publish and manage, and it never opens more than that person may do at that moment.

Faults are `application/problem+json` (RFC 9457) in the language of Accept-Language. Fields and parameters that are not
declared here are refused. Times are UTC. What contacts said is masked; opening it wants a reason, which the audit keeps."""


def of(nouns: Sequence[Noun]) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for noun in nouns:
        for operation in noun.operations:
            paths.setdefault(path_of(operation.path), {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.1",
        "info": {"title": "Sambung", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": noun.name, "description": noun.description} for noun in nouns],
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "schemas": {name: dict(SCHEMAS[name]) for name in sorted(_used([paths, ref("Problem")]))},
            "responses": _responses(paths),
            "parameters": {"language": LANGUAGE, "key": KEY},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "sbg_ and 43 letters, digits, - and _",
                }
            },
        },
    }


def text(document: Mapping[str, Any]) -> str:
    """As it is served and as it stands in docs/api."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def pretty(value: Any) -> str:
    """An example for people."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def problems() -> list[tuple[str, int, str, str]]:
    """(name, status, what, the way out) of each, in English."""
    return [
        (name, status, told(f"api.problem_{name}", "en"), told(f"api.problem_{name}_way", "en"))
        for name, status in PROBLEMS.items()
    ]


def path_of(path: str) -> str:
    """The path of an operation as the document writes it."""
    return BASE + re.sub(r"<(?:[a-z]+:)?(\w+)>", r"{\1}", path)


def _operation(operation: Operation) -> dict[str, Any]:
    rule = POLICY[operation.endpoint]
    who = ", ".join(sorted(rule.may))
    made: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.noun],
        "summary": operation.summary,
        "description": f"Scope `{rule.scope}`; roles {who}.",
        "security": [{"token": [rule.scope]}],
        "parameters": [*_parameters(operation)],
        "responses": {
            str(operation.status if operation.answer else 204): _good(operation),
            **_bad(operation),
        },
    }
    if operation.body is not None:
        content: dict[str, Any] = {"schema": operation.body, "example": operation.sends}
        made["requestBody"] = {"required": True, "content": {"application/json": content}}
    return made


def _parameters(operation: Operation) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"<(?:[a-z]+:)?(\w+)>", operation.path):
        schema = operation.parts.get(name, {"type": "string", "minLength": 1})
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for name, schema in operation.query.items():
        yield {"name": name, "in": "query", "required": False, "schema": schema}
    yield {"$ref": "#/components/parameters/language"}
    if operation.keyed:
        yield {"$ref": "#/components/parameters/key"}


def _good(operation: Operation) -> dict[str, Any]:
    if operation.answer is None:
        return {"description": "done"}
    content = {
        "schema": operation.answer,
        **({"example": operation.example} if operation.example is not None else {}),
    }
    return {
        "description": "done" if operation.method == "POST" else "found",
        "content": {operation.media: content},
    }


def _bad(operation: Operation) -> dict[str, Any]:
    """Each status once, with the problems that it may be: components, because most operations share them."""
    of_status: dict[int, list[str]] = {}
    for name in dict.fromkeys(_problems(operation)):
        of_status.setdefault(PROBLEMS[name], []).append(name)
    return {
        str(status): {"$ref": f"#/components/responses/{status}-{'-'.join(names)}"}
        for status, names in sorted(of_status.items())
    }


def _problems(operation: Operation) -> list[str]:
    names = [*OF_ALL, *operation.may_be]
    names += ("not_found",) if "<" in operation.path else ()
    names += OF_BODIES if operation.body is not None else ()
    return [*names, *(OF_KEYS if operation.keyed else ())]


def _responses(paths: Mapping[str, Any]) -> dict[str, Any]:
    """The components that _bad refers to."""
    found = re.findall(r'"#/components/responses/(\d+)-([\w-]+)"', json.dumps(paths))
    return {
        f"{status}-{names}": {
            "description": names.replace("-", ", "),
            "headers": _headers(int(status)),
            "content": {MEDIA: {"schema": ref("Problem")}},
        }
        for status, names in sorted(set(found))
    }


def _headers(status: int) -> dict[str, Any]:
    if status == 401:
        return {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    return {"Retry-After": {"required": True, "schema": {"type": "integer"}}} if status == 429 else {}


def _used(paths: Any) -> set[str]:
    """The names of the schemas that are referred to, also by each other."""
    found: set[str] = set()
    new = _named(paths)
    while new:
        found |= new
        new = {name for one in new for name in _named(SCHEMAS[one])} - found
    return found


def _named(told: Schema | Any) -> set[str]:
    return set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(told)))
