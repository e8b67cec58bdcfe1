"""What was recorded: messages that people left, their words and their sound; and search in all that was said and written."""

from __future__ import annotations

from typing import Any

from flask import Response

from sessions.cases import records
from sessions.cases.records import LEAST_REASON, MOST_TEXT, Refused
from store import recordings as rows
from store.vault import VaultFault
from web.api.cases import NARROWED, filters
from web.api.declaring import Asked, Noun, Schema, fields, ref, text
from web.api.problems import Problem
from web.work import inbox
from web.work.inbox import LEAST_WORDS, MOST, VOICEMAILS
from web.work.person import required
from web.work.recordings import audio, transcript_of

noun = Noun("recordings", "What people said: messages, their words and sound, and search in all of it")
SID = text(40, 1)
SOUND: Schema = {"type": "string", "contentMediaType": "audio/*"}
REASON = fields({"reason": text(400, LEAST_REASON)})
WHY = {"reason": "kata yang ditulis tidak jelas"}
MESSAGE = {"recording": "RE0123456789abcdef0123456789abcdef", "ticket": "BI-20260311-0001", "state": "done",
           "at": "2026-03-11T03:15:00.000Z", "words": "uang saya robek"}  # fmt: skip


@noun.ask(
    "/voicemails",
    "voicemails",
    "The newest messages, as far as you may see them",
    query=NARROWED,
    answer=ref("Voicemails"),
    example={"voicemails": [MESSAGE]},
)
def voicemails(asked: Asked) -> Any:
    found = inbox.messages_listed(asked.gateway, required(asked.gateway), filters(VOICEMAILS, asked.query))
    return {
        "voicemails": [
            {
                "recording": one.work.recording,
                "ticket": one.ticket,
                "state": one.work.state,
                "at": one.work.created_at,
                "words": one.words,
            }
            for one in found
        ]
    }


@noun.ask(
    "/search", "search", "Find words in transcripts, texts and notes", query={"words": text(200, LEAST_WORDS)}, answer=ref("Hits"),
    example={"hits": [{"kind": "note", "subject": "BI-20260311-0001", "ticket": "BI-20260311-0001", "service": "bicara131",
                       "at": "2026-03-11T03:15:00.000Z", "snippet": "uang [robek] dua"}]},
)  # fmt: skip
def search(asked: Asked) -> Any:
    words = " ".join((asked.query["words"] or "").split())
    hits = (
        records.find(asked.gateway, required(asked.gateway), words, MOST) if len(words) >= LEAST_WORDS else []
    )
    same = ("kind", "subject", "ticket", "service", "at", "snippet")
    return {"hits": [{name: getattr(hit, name) for name in same} for hit in hits]}


@noun.do(
    "/recordings/<sid>/words",
    "words",
    "The words as they were heard, and not masked: the audit keeps who and why",
    parts={"sid": SID},
    body=REASON,
    sends=WHY,
    kept=False,
    answer=fields({"words": {"type": "string"}}),
    example={"words": "uang saya robek, nomor 081234567890"},
)
def words(asked: Asked, sid: str) -> Any:
    person, row = required(asked.gateway), transcript_of(asked.gateway, sid)
    shown = _kept(
        lambda: records.show(asked.gateway, person, row, original=True, reason=asked.body["reason"])
    )
    return {"words": shown.original or ""}


@noun.do(
    "/recordings/<sid>/correct", "correct", "Write what was really said; both versions are kept", parts={"sid": SID},
    body=fields({"text": text(MOST_TEXT, 1)}), sends={"text": "uang saya robek"}, answer=fields({"words": {"type": "string"}}),
    example={"words": "uang saya robek"},
)  # fmt: skip
def correct(asked: Asked, sid: str) -> Any:
    person, row = required(asked.gateway), transcript_of(asked.gateway, sid)
    written = asked.body["text"]
    return {
        "words": _kept(
            lambda: records.correct(asked.gateway, person, row, written, asked.tools.understanding)
        ).masked
    }


@noun.ask(
    "/recordings/<sid>/sound",
    "sound",
    "Its sound, with a tone over what is masked",
    parts={"sid": SID},
    answer=SOUND,
    example=None,
    media="audio/*",
)
def sound(asked: Asked, sid: str) -> Response:
    person, row = required(asked.gateway), transcript_of(asked.gateway, sid)
    try:
        return audio(records.sound(asked.gateway, person, row), "wav")
    except (Refused, VaultFault):
        raise Problem("not_found") from None


@noun.do(
    "/recordings/<sid>/hear",
    "hear",
    "Its sound as it was: the audit keeps who and why",
    parts={"sid": SID},
    body=REASON,
    sends=WHY,
    answer=SOUND,
    example=None,
    media="audio/*",
)
def hear(asked: Asked, sid: str) -> Response:
    person, found = required(asked.gateway), rows.load(asked.gateway.store.read(), sid)
    if found is None:
        raise Problem("not_found")
    file = _kept(lambda: records.original_sound(asked.gateway, person, sid, asked.body["reason"]))
    return audio(file, found.format or "wav")


def _kept(look: Any) -> Any:
    """What lies in the vault; a fault of its there is told as a refusal, as the page tells it."""
    try:
        return look()
    except (VaultFault, ValueError) as fault:
        raise Problem("refused", str(fault)) from fault
