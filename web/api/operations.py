"""How the installation is: figures, doctor, backups, and what was given up."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sessions.cases.records import LEAST_REASON
from sessions.condition import condition
from sessions.console import dead_letters
from sessions.console.dead_letters import Letter
from sessions.translations import in_language
from store.times import text as stamp
from web.accounts import visits
from web.api.calendars import told as override
from web.api.declaring import Asked, Noun, fields, flag, number, ref, text
from web.api.problems import Problem
from web.background import Background
from web.pages.operations import SHOWN_LETTERS, works
from web.words import language

noun = Noun("operations", "How the installation is, and what was given up")
ID = text(200, 1)
LETTER = {
    "id": "01K0EXAMPLE", "where": "outbox", "kind": "sms", "to": "+62812…", "tries": 12, "why": "HTTP 503", "since":
    "2026-03-11T03:15:00.000Z", "about": "BI-20260311-0001", "unsure": False,
}  # fmt: skip
CONDITION = {
    "owed": {"queued": 2}, "oldest": None, "spooled": 0, "alarms": [], "disk_free": 10_000_000_000, "disk_total": 50_000_000_000,
    "database": 4_000_000, "last_backup": "2026-03-11T03:00:00.000Z", "ahead_seconds": 0, "sqlite": "3.53.4", "overrides": [],
    "dead_letters": 1,
    "services": [{"service": "hello", "version": "631582fa0c", "held": ""}],
    "backups": [{"name": "sambung-2026-03-11.backup", "bytes": 900_000, "at": "2026-03-11T03:00:00.000Z"}],
}  # fmt: skip
WORK = {"since": "2026-03-11T03:15:00.000Z", "at": None, "fault": ""}
FINDING = {"check": "database", "level": "ok", "text": "whole, 0.4 MB, journal wal", "way_out": ""}
_REASON = text(500, LEAST_REASON)


@noun.ask(
    "/operations",
    "condition",
    "How it is: what waits, alarms, disk, versions, backups",
    answer=ref("Condition"),
    example=CONDITION,
)
def overview(asked: Asked) -> Any:
    told = condition(asked.gateway)
    return {
        **asdict(told),
        "owed": dict(told.owed),
        "overrides": [override(one) for one in told.overrides],
        "dead_letters": len(dead_letters.letters(asked.gateway, SHOWN_LETTERS)),
        "services": [{"service": service, "version": version, "held": held} for service, version, held in told.services],
        "backups": [
            {"name": one.name, "bytes": one.bytes, "at": stamp(datetime.fromtimestamp(one.at, UTC))}
            for one in asked.tools.operations.backups()[:20]
        ],
    }  # fmt: skip


@noun.do(
    "/operations/backup",
    "backup",
    "Begin a backup; one is made at a time",
    answer=ref("Work"),
    example=WORK,
    status=202,
    may_be=("not_now",),
)
def backup(asked: Asked) -> Any:
    _, work = works(asked.gateway)
    who = visits.me().login
    if not work.start(lambda: asked.tools.operations.make_backup(who)):
        raise Problem("not_now", now=_work(work))
    return _work(work)


@noun.ask(
    "/operations/doctor",
    "doctor",
    "What doctor found last",
    answer=ref("Doctor"),
    example={**WORK, "findings": [FINDING]},
)
def doctor(asked: Asked) -> Any:
    work, _ = works(asked.gateway)
    findings = [
        {
            "check": one.check,
            "level": one.level,
            "text": in_language(one.text, language()),
            "way_out": in_language(one.way_out, language()),
        }
        for one in work.result or ()
    ]
    return {**_work(work), "findings": findings}


@noun.do(
    "/operations/doctor", "examine", "Let doctor look; it takes its time, and what it finds is read afterwards",
    body=fields({}, {"outside": flag("also at the carrier and our public address")}), sends={"outside": False}, answer=ref("Work"),
    example=WORK, status=202, may_be=("not_now",),
)  # fmt: skip
def examine(asked: Asked) -> Any:
    work, _ = works(asked.gateway)
    outside = asked.body.get("outside", False)
    if not work.start(lambda: asked.tools.operations.examine(outside)):
        raise Problem("not_now", now=_work(work))
    return _work(work)


@noun.ask(
    "/dead-letters", "dead_letters", "What was given up, masked", query={"limit": {**number(1, 1000), "default": SHOWN_LETTERS}},
    answer=ref("Letters"), example={"letters": [LETTER]},
)  # fmt: skip
def letters(asked: Asked) -> Any:
    return {"letters": [one._asdict() for one in dead_letters.letters(asked.gateway, asked.query["limit"])]}


@noun.ask(
    "/dead-letters/<id>", "dead_letter", "One of them, with what is in it", parts={"id": ID}, answer=ref("LetterWhole"),
    example={"letter": LETTER, "content": {"body": "Laporan Anda dijawab."}},
)  # fmt: skip
def letter(asked: Asked, id: str) -> Any:
    found = _letter(asked, id)
    return {"letter": found._asdict(), "content": dead_letters.content(asked.gateway, found)}


@noun.do(
    "/dead-letters/<id>/replay", "dead_letter_replay", "Try it again from the first attempt", parts={"id": ID},
    body=fields({"reason": _REASON}, {"sure": flag("you have looked whether it went out; needed where `unsure`")}),
    sends={"reason": "operator sudah pulih", "sure": False}, answer=ref("Letter"), example=LETTER,
)  # fmt: skip
def replay(asked: Asked, id: str) -> Any:
    _letter(asked, id)
    given = asked.body
    done = dead_letters.replay(
        asked.gateway, id, who=visits.me().login, reason=given["reason"], sure=given.get("sure", False)
    )
    return done._asdict()


@noun.do(
    "/dead-letters/<id>/drop", "dead_letter_drop", "Let it go for good", parts={"id": ID}, body=fields({"reason": _REASON}),
    sends={"reason": "pelapor sudah dihubungi"}, answer=ref("Letter"), example=LETTER,
)  # fmt: skip
def drop(asked: Asked, id: str) -> Any:
    _letter(asked, id)
    return dead_letters.drop(asked.gateway, id, who=visits.me().login, reason=asked.body["reason"])._asdict()


def _letter(asked: Asked, id: str) -> Letter:
    try:
        return dead_letters.find(asked.gateway, id)
    except dead_letters.Refused:
        raise Problem("not_found") from None


def _work(work: Background[Any]) -> dict[str, Any]:
    """``since`` while it is being done; ``at`` and ``fault`` of the last time."""
    return {
        "since": stamp(work.since) if work.since else None, "at": stamp(work.at) if work.at else None, "fault": work.fault,
    }  # fmt: skip
