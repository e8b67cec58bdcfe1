"""What the API answers with about the house: the line, reports, services, people, the audit, the installation."""

from __future__ import annotations

from collections.abc import Mapping

from desk.hours import CLOSED, OPEN
from desk.overrides import EMERGENCY
from sessions.console.accounts import ROLES
from web.api.declaring import MOMENT, Schema, fields, flag, many, maybe, one_of, ref

_WORD: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer"}
_NUMBER: Schema = {"type": "number"}

HOUSE: Mapping[str, Schema] = {
    "Board": fields(
        {
            "at": MOMENT,
            "waiting": _COUNT,
            "texts_waiting": _COUNT,
            "oldest": maybe(MOMENT),
            "on_line": {"type": "integer", "description": "callers, also those with the robot alone"},
            "talking": _COUNT,
            "service_level": maybe(_NUMBER),
            "asa_seconds": maybe(_NUMBER),
            "abandonment": maybe(_NUMBER),
            "states": {"type": "object", "additionalProperties": _COUNT},
            "alarms": many(_WORD),
            "services": many(_WORD),
            "overrides": many(ref("Override")),
        }
    ),
    "Override": fields(
        {
            "service": _WORD,
            "hours": {"type": "string", "description": "an entry of hours:; '' for all of them"},
            "state": one_of(OPEN, CLOSED, EMERGENCY),
            "begin": MOMENT,
            "end": MOMENT,
            "reason": _WORD,
            "who": _WORD,
            "words": {"type": "object", "additionalProperties": _WORD},
        }
    ),
    "Queues": fields(
        {
            "queues": many(
                fields(
                    {
                        "service": _WORD,
                        "skill": _WORD,
                        "waiting": _COUNT,
                        "texts": _COUNT,
                        "talking": _COUNT,
                        "owed": {"type": "integer", "description": "call-backs and messages"},
                        "oldest": maybe(MOMENT),
                        "service_level": maybe(_NUMBER),
                    }
                )
            )
        }
    ),
    "Agents": fields(
        {
            "agents": many(
                fields(
                    {
                        "agent": _WORD,
                        "name": _WORD,
                        "tier": _COUNT,
                        "unit": _WORD,
                        "state": _WORD,
                        "reason": _WORD,
                        "since": maybe(MOMENT),
                        "contacts": _COUNT,
                    }
                )
            )
        }
    ),
    "Screen": fields(
        {
            "id": _WORD,
            "name": _WORD,
            "service": {"type": "string", "description": "'' of one that shows all of them"},
            "by": {
                "type": "string",
                "description": "login of who made it; it ends with that person's rights",
            },
            "made_at": MOMENT,
            "until": MOMENT,
            "seen_at": maybe(MOMENT),
        }
    ),
    "Screens": fields({"screens": many(ref("Screen"))}),
    "ScreenMade": fields(
        {
            "screen": ref("Screen"),
            "link": {"type": "string", "description": "what stands behind its # is the key"},
        }
    ),
    "Found": fields(
        {
            "contact": _WORD,
            "service": _WORD,
            "channel": _WORD,
            "number": {"type": "string", "description": "its end only"},
            "ticket": _WORD,
            "started_at": MOMENT,
            "here": flag("is it at the desk now?"),
        }
    ),
    "Contacts": fields({"contacts": many(ref("Found"))}),
    "Story": fields(
        {
            "contact": ref("Found"),
            "now": many(_WORD),
            "agents": many(fields({"able": flag(), "why": _WORD})),
            "deadlines": many(_WORD),
            "past": many(
                fields(
                    {
                        "at": MOMENT,
                        "kind": one_of("turn", "desk", "case"),
                        "what": _WORD,
                        "who": _WORD,
                        "more": _WORD,
                    }
                )
            ),
            "coming": many(fields({"at": MOMENT, "what": _WORD, "owes": _WORD})),
        }
    ),
    "Sheet": fields(
        {
            "name": _WORD,
            "title": _WORD,
            "head": many(_WORD),
            "keys": {"type": "integer", "description": "so many columns say what a row is"},
            "notes": many(_WORD),
            "rows": many(many(ref("Cell"))),
        }
    ),
    "Sheets": fields({"sheets": many(ref("Sheet"))}),
    "Cell": {
        "anyOf": [
            {"type": ["string", "number", "null"]},
            fields({"value": maybe(_NUMBER), "unit": _WORD}, {"met": maybe({"type": "boolean"})}),
        ],
        "description": "a figure is an object; `met`: is the usual target met?",
    },
    "Service": fields(
        {
            "service": _WORD,
            "current": maybe(_WORD),
            "differs": flag("are its files another version than what callers get?"),
            "held": maybe(fields({"at": MOMENT, "who": _WORD, "why": _WORD})),
            "draft": maybe(fields({"version": _WORD, "numbers": many(_WORD), "until": MOMENT, "who": _WORD})),
            "numbers": many(_WORD),
            "languages": many(_WORD),
        }
    ),
    "Services": fields({"services": many(ref("Service"))}),
    "ServiceWhole": fields(
        {
            "line": ref("Service"),
            "versions": many(
                fields(
                    {
                        "version": _WORD,
                        "published_at": {"type": "string", "description": "'' of one that was a draft only"},
                        "published_by": _WORD,
                        "contacts": {"type": "integer", "description": "so many are on it now"},
                    }
                )
            ),
            "files": many(_WORD),
            "pieces": {**many(_WORD), "description": "files that every service may run"},
            "content": {"type": "string", "description": "names exactly the files as they stand"},
            "history": many(fields({"at": MOMENT, "who": _WORD, "action": _WORD, "detail": _WORD})),
        }
    ),
    "Findings": fields(
        {
            "findings": many(
                fields(
                    {
                        "file": _WORD,
                        "line": _COUNT,
                        "column": _COUNT,
                        "code": _WORD,
                        "severity": _WORD,
                        "what": _WORD,
                        "way_out": _WORD,
                        "way": _WORD,
                    }
                )
            )
        }
    ),
    "Played": fields({"held": _COUNT, "of": _COUNT, "covered": maybe(_NUMBER), "faults": many(_WORD)}),
    "Offer": fields(
        {
            "content": {"type": "string", "description": "send it with the publication"},
            "faults": many(_WORD),
            "lines": many(_WORD),
        }
    ),
    "File": fields({"name": _WORD, "text": _WORD, "seen": _WORD}),
    "Noticed": fields({"lines": many({"type": "string", "description": "what callers notice"})}),
    "Person": fields(
        {
            "id": _WORD,
            "login": _WORD,
            "name": _WORD,
            "role": one_of(*ROLES),
            "language": _WORD,
            "agent": _WORD,
            "state": one_of("active", "locked"),
            "second_factor": flag(),
            "begun": flag("has chosen a password"),
            "signed_in_at": maybe(MOMENT),
        }
    ),
    "People": fields({"people": many(ref("Person"))}),
    "Invited": fields(
        {"person": ref("Person"), "link": {"type": "string", "description": "opens once, within a day"}}
    ),
    "Audit": fields(
        {
            "lines": many(
                fields(
                    {
                        "n": maybe(_COUNT),
                        "at": MOMENT,
                        "who": _WORD,
                        "action": _WORD,
                        "subject": _WORD,
                        "detail": {"type": "string", "description": "JSON"},
                    }
                )
            ),
            "next": maybe(_WORD),
        }
    ),
    "Verified": fields({"lines": _COUNT, "anchors": _COUNT, "faults": many(_WORD), "whole": flag()}),
    "Condition": fields(
        {
            "owed": {"type": "object", "additionalProperties": _COUNT},
            "oldest": maybe(MOMENT),
            "spooled": _COUNT,
            "alarms": many(_WORD),
            "disk_free": _COUNT,
            "disk_total": _COUNT,
            "database": _COUNT,
            "last_backup": maybe(MOMENT),
            "ahead_seconds": _NUMBER,
            "sqlite": _WORD,
            "dead_letters": _COUNT,
            "overrides": many(ref("Override")),
            "services": many(fields({"service": _WORD, "version": _WORD, "held": _WORD})),
            "backups": many(fields({"name": _WORD, "bytes": _COUNT, "at": MOMENT})),
        }
    ),
    "Work": fields({"since": maybe(MOMENT), "at": maybe(MOMENT), "fault": _WORD}),
    "Doctor": fields(
        {
            "since": maybe(MOMENT),
            "at": maybe(MOMENT),
            "fault": _WORD,
            "findings": many(
                fields(
                    {
                        "check": _WORD,
                        "level": one_of("ok", "warning", "fault"),
                        "text": _WORD,
                        "way_out": _WORD,
                    }
                )
            ),
        }
    ),
    "Letter": fields(
        {
            "id": _WORD,
            "where": one_of("outbox", "timer", "spool"),
            "kind": _WORD,
            "to": _WORD,
            "tries": _COUNT,
            "why": _WORD,
            "since": _WORD,
            "about": _WORD,
            "unsure": flag("may it have gone out after all?"),
        }
    ),
    "Letters": fields({"letters": many(ref("Letter"))}),
    "Prompt": fields(
        {
            "prompt": _WORD,
            "words": _WORD,
            "made": one_of(
                "missing", "draft", "take", description="draft: by the machine; take: by a person"
            ),
            "outdated": flag("it says other words than are published"),
            "seconds": {"type": "number"},
            "flaws": many(_WORD),
        }
    ),
    "Prompts": fields({"prompts": many(ref("Prompt"))}),
    "PromptChecked": fields(
        {
            "seconds": _NUMBER,
            "level": {"type": "integer", "description": "dBFS"},
            "flaws": {**many(_WORD), "description": "with any of them it is not taken"},
            "sound": {"type": "string", "contentEncoding": "base64", "contentMediaType": "audio/wav"},
        }
    ),
    "PromptEarlier": fields(
        {
            "earlier": many(
                fields(
                    {
                        "recording": _WORD,
                        "at": MOMENT,
                        "outdated": flag("it says other words than are published"),
                    }
                )
            )
        }
    ),
    "PromptDrafts": fields(
        {
            "since": maybe(MOMENT),
            "at": maybe(MOMENT),
            "fault": _WORD,
            "done": _COUNT,
            "of": _COUNT,
            "owed": {"type": "integer", "description": "drafts that are still to make"},
            "troubles": {**many(_WORD), "description": "what could not be said, of the last time"},
        }
    ),
    "LetterWhole": fields({"letter": ref("Letter"), "content": {"type": "object"}}),
}
