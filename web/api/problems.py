"""What went wrong, for a program and for whoever reads its log: RFC 9457, application/problem+json.

``title`` says what, ``instance`` where, ``detail`` why, ``way_out`` what helps; ``fields`` has one line for each thing wrong with
what was sent, ``now`` how things stand where somebody else was faster. Words are in the language of Accept-Language.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import Response, request

from sessions.translations import in_language
from web.words import language, t

MEDIA = "application/problem+json"
# The name of a problem and its status. docs/api.md and the document list them from here.
PROBLEMS: Mapping[str, int] = {
    "malformed": 400,
    "no_token": 401,
    "bad_token": 401,
    "no_scope": 403,
    "no_right": 403,
    "no_roster": 403,
    "not_found": 404,
    "wrong_method": 405,
    "changed": 409,
    "not_now": 409,
    "refused": 409,
    "unfinished": 409,
    "too_large": 413,
    "wrong_media": 415,
    "invalid": 422,
    "reused_key": 422,
    "too_many": 429,
    "failed": 500,
    "busy": 503,
    "no_database": 503,
}
_OF_STATUS = {
    400: "malformed", 403: "no_right", 404: "not_found", 405: "wrong_method", 413: "too_large", 415: "wrong_media",
    429: "too_many", 503: "no_database",
}  # fmt: skip


class Field(NamedTuple):
    """One thing wrong with what was sent: a JSON pointer into the body, or the name of a parameter; ``code`` for programs."""

    where: str
    code: str
    what: str


class Problem(Exception):
    """The request comes to this. ``name`` is one of PROBLEMS."""

    def __init__(
        self, name: str, detail: str = "", *, fields: Sequence[Field] = (), now: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(detail or name)
        self.name, self.detail, self.fields, self.now = name, detail, tuple(fields), now
        self.headers = dict(headers or {})
        self.status = PROBLEMS[name]


def answer(problem: Problem) -> Response:
    """The answer of a request that comes to this."""
    told: dict[str, Any] = {
        "type": f"/api/v1/#problem-{problem.name}",
        "title": t(f"api.problem_{problem.name}"),
        "status": problem.status,
        "detail": in_language(problem.detail, language()) or t(f"api.problem_{problem.name}_why"),
        "instance": request.path,
        "way_out": t(f"api.problem_{problem.name}_way"),
    }
    if problem.fields:
        told["fields"] = [
            {**field._asdict(), "what": in_language(field.what, language())} for field in problem.fields
        ]
    if problem.now is not None:
        told["now"] = problem.now
    made = Response(json.dumps(told, ensure_ascii=False), problem.status, content_type=MEDIA)
    made.headers.update(problem.headers)
    return made


def of_status(status: int | None, refused: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """The same for what the frame around us refused: an address that is none, a method, a size."""
    name = refused if refused in PROBLEMS else _OF_STATUS.get(status or 500, "failed")
    return answer(Problem(name, headers=headers))
