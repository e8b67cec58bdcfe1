"""Questions to other systems, asked while the caller hears that we are looking (flow language, step ``lookup``).

The answer is a row that the caller's next poll finds. There is no second try: after three seconds the flow
goes on without it.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from jobs import web
from jobs.sending import Tools, keep
from store import lookups, outbox, timers, times
from store.outbox import OutboxRow

log = logging.getLogger("sambung.jobs")

KINDS = ("lookup",)
STALE_SECONDS = 10.0  # nobody waits for this answer any more
LONGEST = 500  # characters of one field; it is to be said or texted
_HOLE = re.compile(r"\{([^{}]*)\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def look_up(tools: Tools, row: OutboxRow, owner: str) -> None:
    """Asks, and keeps the answer: found with fields, none, or failed with a reason. Nothing is raised."""
    started = time.monotonic()
    answer = _answer(tools, row)
    keep(tools, row, lambda: _keep_answer(tools, row, owner, answer))
    log.info(
        "look-up answered",
        extra={
            "job": row.id, "outcome": answer["outcome"], "reason": answer.get("reason", ""),
            "milliseconds": round((time.monotonic() - started) * 1000),
        },
    )  # fmt: skip


def _answer(tools: Tools, row: OutboxRow) -> dict[str, Any]:
    try:
        payload = json.loads(row.payload)
        age = (tools.clock() - times.instant(row.created_at)).total_seconds()
        if age > STALE_SECONDS:
            return _failed("asked too late: nobody waits for the answer any more")
        status, value = web.get_json(filled(payload["url"], payload["query"]), tools.plan.lookup_hosts)
        return understood(status, value, tuple(payload.get("gives", ())))
    except web.NotFetched as fault:
        return _failed(str(fault))
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        return _failed(f"the question cannot be read: {type(fault).__name__}")


def filled(url: str, query: Mapping[str, str]) -> str:
    """The address with the query's values in its holes, each percent-encoded whole.

    No value can leave its place.

    >>> filled("https://data.id/npwp/{npwp}?nama={nama}", {"npwp": "01/../9", "nama": "A&B=C"})
    'https://data.id/npwp/01%2F..%2F9?nama=A%26B%3DC'

    Raises KeyError for a hole without a value, and ValueError for a value that would be a step up the path.
    """

    def value(hole: re.Match[str]) -> str:
        given = str(query[hole[1]])
        if given in ("", ".", ".."):
            raise ValueError(f"{hole[1]} is {given!r}")
        return quote(given, safe="")

    return _HOLE.sub(value, url)


def understood(status: int, value: Any, gives: tuple[str, ...]) -> dict[str, Any]:
    """What an answer means: found with the fields that the source promises (``gives``), none, or failed.

    >>> understood(200, {"nama": "Ani", "umur": 41, "rahasia": "x"}, ("nama", "umur"))
    {'outcome': 'found', 'fields': {'nama': 'Ani', 'umur': '41'}}
    >>> understood(404, None, ()), understood(200, [], ())
    ({'outcome': 'none', 'fields': {}}, {'outcome': 'none', 'fields': {}})
    """
    if status in (204, 404) or (status == 200 and not value):
        return {"outcome": "none", "fields": {}}
    first = value[0] if isinstance(value, list) and value else value
    if status != 200 or not isinstance(first, dict):
        return _failed(f"HTTP {status}" if status != 200 else "the answer is not an object")
    fields = {name: _text(first[name]) for name in gives if isinstance(first.get(name), str | int | float)}
    return {"outcome": "found", "fields": fields}


def _text(value: object) -> str:
    return _CONTROL.sub(" ", str(value))[:LONGEST]


def _failed(why: str) -> dict[str, Any]:
    return {"outcome": "failed", "fields": {}, "reason": why}


def _keep_answer(tools: Tools, row: OutboxRow, owner: str, answer: dict[str, Any]) -> None:
    now = tools.now()
    id, result = _question(row), json.dumps(answer, ensure_ascii=False)
    with tools.store.write() as db:
        if answer["outcome"] == "failed":
            lookups.failed(db, id, result=result, at=now)
        else:
            lookups.answered(db, id, result=result, at=now)
        outbox.finish(db, row.id, owner=owner, now=now)
        # A text dialogue has a timer for the worst case; a caller polls by itself and has none.
        if row.cause and timers.load(db, kind="lookup", subject=row.cause):
            timers.arm(db, kind="lookup", subject=row.cause, at=now)


def _question(row: OutboxRow) -> str:
    try:
        return str(json.loads(row.payload)["lookup"])
    except (ValueError, KeyError, TypeError):
        return ""
