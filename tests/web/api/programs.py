"""A program with a token: asks the running console over HTTP, and holds every answer to what the document says of it."""

from __future__ import annotations

from fnmatch import fnmatch
from functools import cache
from typing import Any

import jsonschema_rs
import requests

from sessions.console import api_tokens
from store import api_tokens as rows
from store import users
from store.times import text
from tests.web.browser import CAST, Console
from web.api import document
from web.api.declaring import Operation
from web.api.serving import NOUNS, OPERATIONS

BASE = "/api/v1"
TOLD = document.of(NOUNS)


def token(console: Console, who: str, *scopes: str, days: int = 1, name: str = "a test") -> str:
    """The secret of a new token of somebody of the cast; without ``scopes`` it has all of them."""
    gateway = console.gateway
    with gateway.store.write() as db:
        user = users.of_login(db, CAST[who][0])
        # A person has twenty at the most: those of tests long over make room.
        for one in [one for one in rows.everybodys(db, user.id) if one.name == "a test"][8:]:
            rows.revoke(db, one.id, text(gateway.clock()), "test")
        _, secret = api_tokens.make(
            gateway,
            db,
            user,
            name=name,
            scopes=scopes or api_tokens.SCOPES,
            days=str(days),
            may=api_tokens.SCOPES,
        )
    return secret


class Program:
    """``asks`` and ``does`` give (status, what was answered); what is answered has to be as the document has it."""

    def __init__(self, console: Console, secret: str, language: str = "en") -> None:
        self.console, self._session = console, requests.Session()
        self._session.headers["Accept-Language"] = language
        if secret:
            self._session.headers["Authorization"] = f"Bearer {secret}"

    def asks(self, path: str, **query: Any) -> tuple[int, Any]:
        return self._told("GET", path, self.send("GET", path, params=query))

    def does(self, path: str, body: Any = None, *, key: str = "") -> tuple[int, Any]:
        headers = {"Idempotency-Key": key} if key else {}
        return self._told(
            "POST", path, self.send("POST", path, json={} if body is None else body, headers=headers)
        )

    def send(self, method: str, path: str, **more: Any) -> requests.Response:
        """The answer as it came."""
        return self._session.request(method, self.console.url + BASE + path, timeout=30, **more)

    def _told(self, method: str, path: str, answer: requests.Response) -> tuple[int, Any]:
        found = (
            answer.json() if answer.content and "json" in answer.headers["Content-Type"] else answer.content
        )
        assert wrong(method, path, answer) == [], (method, path, answer.status_code, answer.text[:500])
        return answer.status_code, found


def program(console: Console, who: str, *scopes: str, language: str = "en") -> Program:
    """A program of somebody of the cast."""
    return Program(console, token(console, who, *scopes), language)


def wrong(method: str, path: str, answer: requests.Response) -> list[str]:
    """What of an answer is not as the document says."""
    fitting = [one for one in OPERATIONS if one.method == method and _fits(one.path, path)]
    if not fitting:
        return []
    operation = min(fitting, key=lambda one: one.path.count("<"))
    told = said_of(operation, str(answer.status_code))
    if told is None:
        return [f"{operation.name} never says that it may be {answer.status_code}"]
    media = answer.headers.get("Content-Type", "").partition(";")[0]
    if not any(fnmatch(media, one) for one in told.get("content", {"": None})):
        return [f"{operation.name}: {media} was not told of"]
    if "json" not in media:
        return []
    return [
        error.message
        for error in _validator(str(answer.status_code), operation.name, method).iter_errors(answer.json())
    ]


def _fits(declared: str, path: str) -> bool:
    ours, theirs = declared.split("/"), path.partition("?")[0].split("/")
    return len(ours) == len(theirs) and all(
        one.startswith("<") or one == other for one, other in zip(ours, theirs, strict=True)
    )


def said_of(operation: Operation, status: str) -> dict[str, Any] | None:
    """What the document says of an answer with this status; None when it says nothing."""
    told = TOLD["paths"][document.path_of(operation.path)][operation.method.lower()]["responses"].get(status)
    if told is None or "$ref" not in told:
        return told
    return TOLD["components"]["responses"][told["$ref"].rpartition("/")[2]]


@cache
def _validator(status: str, name: str, method: str) -> Any:
    operation = next(one for one in OPERATIONS if one.name == name)
    content = said_of(operation, status)["content"]
    schema = next(iter(content.values()))["schema"]
    return jsonschema_rs.Draft202012Validator({**schema, "components": TOLD["components"]})
