"""What the API answers with: the shapes of its nouns, by name. Every one is an object with these fields and no others."""

from __future__ import annotations

from collections.abc import Mapping

from desk.caseload.model import STATES
from sessions.console.accounts import ROLES
from sessions.console.api_tokens import SCOPES
from web.api.declaring import MOMENT, Schema, fields, flag, many, maybe, one_of, ref
from web.api.problems import PROBLEMS
from web.api.schemas_of_the_house import HOUSE

_WORD: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer"}

SCHEMAS: Mapping[str, Schema] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457. `title`: what; `instance`: where; `detail`: why; `way_out`: what helps",
        "properties": {
            "type": {"type": "string", "enum": [f"/api/v1/#problem-{name}" for name in PROBLEMS]},
            "title": _WORD,
            "status": _COUNT,
            "detail": _WORD,
            "instance": _WORD,
            "way_out": _WORD,
            "fields": many(fields({"where": _WORD, "code": _WORD, "what": _WORD})),
            "now": {"description": "how things stand, where somebody else was faster"},
        },
        "required": ["type", "title", "status", "detail", "instance", "way_out"],
        "additionalProperties": False,
    },
    "Me": fields(
        {
            "login": _WORD,
            "name": _WORD,
            "role": one_of(*ROLES),
            "language": _WORD,
            "agent": {"type": "string", "description": "id in the roster; '' for who takes no contacts"},
            "scopes": many(one_of(*SCOPES)),
            "token": fields({"id": _WORD, "name": _WORD, "until": MOMENT}),
        }
    ),
    "CaseLine": fields(
        {
            "ticket": _WORD,
            "instead": {
                "type": "string",
                "description": "what stands instead of a case that you may not see; '' else",
            },
            "service": maybe(_WORD),
            "status": maybe(one_of(*STATES)),
            "function": maybe(_WORD),
            "topic": maybe(_WORD),
            "subtopic": maybe(_WORD),
            "channel": maybe(_WORD),
            "language": maybe(_WORD),
            "classification": maybe(_WORD),
            "tier": maybe(_COUNT),
            "unit": maybe(_WORD),
            "agent": maybe(_WORD),
            "priority": maybe(_COUNT),
            "opened_at": maybe(MOMENT),
            "due_answer": maybe(MOMENT),
            "late": flag(),
            "owes": {
                "type": "string",
                "description": "who owes what now, in words; '' when the case has ended",
            },
        }
    ),
    "Cases": fields(
        {
            "cases": many(ref("CaseLine")),
            "next": maybe({"type": "string", "description": "`page` of what follows; null at the end"}),
        }
    ),
    "Case": fields(
        {
            "line": ref("CaseLine"),
            "seen": {
                "type": "string",
                "description": "what you have seen of it: send it with an act; 409 when somebody was faster",
            },
            "contact": {"type": "string", "description": "masked, unless it was opened"},
            "note": _WORD,
            "answer": _WORD,
            "opened": flag("shown as it came, and not masked"),
            "history": many(fields({"at": MOMENT, "who": _WORD, "what": _WORD, "why": _WORD})),
            "deadlines": many(fields({"name": _WORD, "at": MOMENT})),
            "allowed": many({"type": "string", "description": "an act that you may do with it now"}),
            "texts": many(fields({"at": MOMENT, "direction": one_of("in", "out"), "words": _WORD})),
            "recordings": many(ref("Recording")),
            "canned": {
                "type": "object",
                "description": "answers that the service keeps ready, by key",
                "additionalProperties": _WORD,
            },
            "dialogue": maybe({"type": "string", "description": "id of its text dialogue at the desk"}),
        }
    ),
    "Recording": fields(
        {
            "id": _WORD,
            "at": MOMENT,
            "seconds": _COUNT,
            "state": _WORD,
            "sound": flag("may you hear a copy at once?"),
            "words": {"type": "string", "description": "written down, masked"},
            "confidence": _WORD,
            "corrected_by": _WORD,
        }
    ),
    "Checklist": fields(
        {
            "name": _WORD,
            "title": _WORD,
            "items": many(fields({"name": _WORD, "label": _WORD, "ticked": flag(), "must": flag()})),
            "missing": many(_WORD),
            "silent": maybe(
                {**MOMENT, "description": "since when the talk is not recorded: a password is being said"}
            ),
            "acts": many(
                fields(
                    {
                        "name": _WORD,
                        "title": _WORD,
                        "refused": {
                            "type": "string",
                            "description": "why you may not do it now; '' when you may",
                        },
                        "due": maybe(MOMENT),
                        "state": maybe({"type": "string", "description": "of the newest wish"}),
                        "address": {"type": "string", "description": "where it went, masked"},
                    }
                )
            ),
        }
    ),
    "Done": fields({"done": _WORD, "line": ref("CaseLine"), "seen": _WORD}),
    "Voicemails": fields(
        {
            "voicemails": many(
                fields({"recording": _WORD, "ticket": _WORD, "state": _WORD, "at": MOMENT, "words": _WORD})
            )
        }
    ),
    "Hits": fields(
        {
            "hits": many(
                fields(
                    {
                        "kind": one_of("transcript", "text", "note"),
                        "subject": _WORD,
                        "ticket": maybe(_WORD),
                        "service": maybe(_WORD),
                        "at": MOMENT,
                        "snippet": {"type": "string", "description": "the words found stand in [ ]"},
                    }
                )
            )
        }
    ),
    "DialogueLine": fields(
        {
            "id": _WORD,
            "ticket": _WORD,
            "service": _WORD,
            "skill": _WORD,
            "tier": _COUNT,
            "language": _WORD,
            "state": _WORD,
            "agent": _WORD,
            "number": {
                "type": "integer",
                "description": "what its agent calls it; 0 while nobody has it",
            },
            "waited_seconds": _COUNT,
        }
    ),
    "Dialogues": fields({"dialogues": many(ref("DialogueLine"))}),
    "Dialogue": fields(
        {
            "line": ref("DialogueLine"),
            "note": _WORD,
            "instead": {
                "type": "string",
                "description": "what stands instead of texts that you may not see",
            },
            "mine": flag(),
            "said": many(fields({"at": MOMENT, "who": _WORD, "words": _WORD})),
            "canned": {"type": "object", "additionalProperties": _WORD},
        }
    ),
    "Said": fields({"done": _WORD, "words": _WORD}),
    "Size": fields(
        {
            "characters": _COUNT,
            "parts": _COUNT,
            "room": {"type": "integer", "description": "so many more fit into the last part"},
            "encoding": _WORD,
            "fits": flag("may it go out whole?"),
        }
    ),
    "Desk": fields(
        {
            "agent": _WORD,
            "state": _WORD,
            "presence": _WORD,
            "reason": _WORD,
            "since": maybe(MOMENT),
            "contacts": many(
                fields(
                    {
                        "id": _WORD,
                        "ticket": _WORD,
                        "kind": _WORD,
                        "service": _WORD,
                        "skill": _WORD,
                        "minutes": _COUNT,
                    }
                )
            ),
            "offers": many(
                fields(
                    {
                        "contact": _WORD,
                        "ticket": _WORD,
                        "kind": _WORD,
                        "service": _WORD,
                        "skill": _WORD,
                        "number": {"type": "string", "description": "masked"},
                        "topic": _WORD,
                        "waited_seconds": _COUNT,
                        "until": maybe({**MOMENT, "description": "then the next agent is asked"}),
                        "ready": flag("may it be taken now?"),
                    }
                )
            ),
            "call": maybe(
                fields({"contact": _WORD, "state": _WORD, "consult": _WORD, "allowed": many(_WORD)})
            ),
        }
    ),
    **HOUSE,
}
