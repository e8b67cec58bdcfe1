"""Recorded prompts of a service: what is missing, listen to one, try or send a person's take, bring one back, make drafts."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from flask import Response, send_file

from audio.faults import AudioFault, SoundFault
from audio.shelf import TAKE
from audio.take_process import examined
from audio.wanted import Wanted, wanted
from engine.flow import Flow
from sessions.publishing import prompts
from store.times import text as stamp
from web.accounts import visits
from web.api.declaring import Asked, Schema, fields, flag, ref, text
from web.api.problems import Field, Problem
from web.api.services import NAME, noun
from web.pages.prompts import begin_drafts, drafting_of, fault, flaw
from web.words import t

__all__ = ["noun"]

PROMPT = text(200, 1, "LANGUAGE/STEP, as the list names it")
MOST_LETTERS = 16_000_000  # 12 MB of sound
SOUND: Schema = {
    "type": "string",
    "contentEncoding": "base64",
    "maxLength": MOST_LETTERS,
    "description": "WAV, MP3, FLAC or Ogg; it is trimmed, levelled and examined before it is kept",
}
ROW = {
    "prompt": "id/salam",
    "words": "Selamat datang.",
    "made": TAKE,
    "outdated": False,
    "seconds": 1.9,
    "flaws": [],
}
RECORDING = text(64, 1, "`recording` of an earlier take")
EARLIER = {"recording": "9f86d081884c7d65", "at": "2026-03-11T03:15:00.000Z", "outdated": False}
DRAFTS: dict[str, Any] = {
    "since": "2026-03-11T03:15:00.000Z", "at": None, "fault": "", "done": 3, "of": 40, "owed": 37, "troubles": [],
}  # fmt: skip


@noun.ask(
    "/services/<service>/prompts",
    "prompts",
    "What of it can be recorded, and what is",
    parts={"service": NAME},
    answer=ref("Prompts"),
    example={"prompts": [ROW]},
)
def listed(asked: Asked, service: str) -> Any:
    return {"prompts": [_row(row) for row in prompts.rows(asked.gateway, _flow(asked, service))]}


@noun.ask(
    "/services/<service>/prompts/sound",
    "prompt_sound",
    "A recorded prompt as callers hear it, or an earlier take as they heard it",
    parts={"service": NAME},
    query={"prompt": PROMPT, "recording": RECORDING},
    answer={"type": "string", "contentMediaType": "audio/wav"},
    example=None,
    media="audio/wav",
)
def sound(asked: Asked, service: str) -> Response:
    flow = _flow(asked, service)
    one, shelf = _wanted(flow, asked.query["prompt"] or ""), prompts.shelf(asked.gateway, flow)
    before = asked.query["recording"]
    try:
        path = shelf.earlier_path(one, before) if before else shelf.path(one)
    except LookupError:
        raise Problem("not_found") from None
    if not path.is_file():
        raise Problem("not_found")
    return send_file(path.resolve(), mimetype="audio/wav")


@noun.do(
    "/services/<service>/prompts/take",
    "prompt_take",
    "Put a person's recording in the place of a prompt; callers hear it from the next call on",
    parts={"service": NAME},
    body=fields({"prompt": PROMPT, "sound": SOUND}, {"replace": flag("also where a person's stands")}),
    sends={"prompt": "id/salam", "sound": "UklGRg==", "replace": False},
    answer=ref("Prompt"),
    example=ROW,
    may_be=("not_now",),
)
def take(asked: Asked, service: str) -> Any:
    flow = _flow(asked, service)
    one = _wanted(flow, asked.body["prompt"])
    replace = asked.body.get("replace", False)
    try:
        prompts.take(asked.gateway, flow, one, _sound(asked), visits.me().login, replace=replace)
    except prompts.Unfit as wrong:
        told = [Field("/sound", each.code, flaw(each)) for each in wrong.taken.flaws]
        raise Problem("invalid", fields=told) from wrong
    except SoundFault as wrong:
        raise Problem("invalid", fields=[Field("/sound", "no_sound", fault(wrong))]) from wrong
    except prompts.TakenAlready as there:
        raise Problem("not_now", t("prompts.taken")) from there
    except (AudioFault, OSError) as why:
        raise Problem("not_now", f"{t('prompts.not_kept')}: {why}") from why
    return _row(prompts.row(prompts.shelf(asked.gateway, flow), one))


@noun.do(
    "/services/<service>/prompts/check",
    "prompt_check",
    "What would become of a person's recording, and what is wrong with it; nothing is kept",
    parts={"service": NAME},
    body=fields({"prompt": PROMPT, "sound": SOUND}),
    sends={"prompt": "id/salam", "sound": "UklGRg=="},
    answer=ref("PromptChecked"),
    example={"seconds": 1.9, "level": -19, "flaws": [], "sound": "UklGRg=="},
    kept=False,
)
def check(asked: Asked, service: str) -> Any:
    one = _wanted(_flow(asked, service), asked.body["prompt"])
    try:
        made = examined(_sound(asked), one.spoken)
    except SoundFault as wrong:
        raise Problem("invalid", fields=[Field("/sound", "no_sound", fault(wrong))]) from wrong
    return {
        "seconds": round(made.seconds, 1),
        "level": round(made.level),
        "flaws": [flaw(each) for each in made.flaws],
        "sound": base64.b64encode(made.sound).decode(),
    }


@noun.ask(
    "/services/<service>/prompts/earlier",
    "prompt_earlier",
    "What persons had recorded of a prompt before, the last one first",
    parts={"service": NAME},
    query={"prompt": PROMPT},
    answer=ref("PromptEarlier"),
    example={"earlier": [EARLIER]},
)
def earlier(asked: Asked, service: str) -> Any:
    flow = _flow(asked, service)
    found = prompts.earlier(asked.gateway, flow, _wanted(flow, asked.query["prompt"] or ""))
    return {
        "earlier": [
            {
                "recording": one.digest,
                "at": stamp(datetime.fromtimestamp(one.at, UTC)),
                "outdated": one.outdated,
            }
            for one in found
        ]
    }


@noun.do(
    "/services/<service>/prompts/back",
    "prompt_back",
    "Let callers hear an earlier take again; what stands there now becomes an earlier one",
    parts={"service": NAME},
    body=fields({"prompt": PROMPT, "recording": RECORDING}),
    sends={"prompt": "id/salam", "recording": "9f86d081884c7d65"},
    answer=ref("Prompt"),
    example=ROW,
    may_be=("not_now",),
)
def back(asked: Asked, service: str) -> Any:
    flow = _flow(asked, service)
    one = _wanted(flow, asked.body["prompt"])
    try:
        prompts.bring_back(asked.gateway, flow, one, asked.body["recording"], visits.me().login)
    except LookupError:
        raise Problem("not_found") from None
    except (AudioFault, OSError) as why:
        raise Problem("not_now", f"{t('prompts.not_kept')}: {why}") from why
    return _row(prompts.row(prompts.shelf(asked.gateway, flow), one))


@noun.ask(
    "/services/<service>/prompts/drafts",
    "prompt_drafts",
    "How many drafts there are to make, and how the making goes",
    parts={"service": NAME},
    answer=ref("PromptDrafts"),
    example=DRAFTS,
)
def drafts(asked: Asked, service: str) -> Any:
    return _drafts(asked, _flow(asked, service))


@noun.do(
    "/services/<service>/prompts/drafts",
    "make_prompt_drafts",
    "Begin to make drafts by the machine of what nobody recorded; they are read afterwards",
    parts={"service": NAME},
    answer=ref("PromptDrafts"),
    example=DRAFTS,
    status=202,
    may_be=("not_now",),
)
def make_drafts(asked: Asked, service: str) -> Any:
    flow = _flow(asked, service)
    if not begin_drafts(asked.gateway, flow, visits.me().login):
        raise Problem("not_now", now=_drafts(asked, flow))
    return _drafts(asked, flow)


def _drafts(asked: Asked, flow: Flow) -> dict[str, Any]:
    """``since`` while they are being made; ``at``, ``fault`` and ``troubles`` of the last time."""
    now = drafting_of(asked.gateway, flow)
    work = now.work
    return {
        "since": stamp(work.since) if work.since else None,
        "at": stamp(work.at) if work.at else None,
        "fault": work.fault,
        "done": now.done,
        "of": now.of,
        "owed": prompts.owed(asked.gateway, flow),
        "troubles": work.result or [],
    }


def _sound(asked: Asked) -> bytes:
    try:
        return base64.b64decode(asked.body["sound"], validate=True)
    except (binascii.Error, ValueError):
        raise Problem("invalid", fields=[Field("/sound", "contentEncoding", "base64")]) from None


def _flow(asked: Asked, service: str) -> Flow:
    flow = asked.gateway.services.current(service)
    if flow is None:
        raise Problem("not_found")
    return flow


def _wanted(flow: Flow, prompt: str) -> Wanted:
    found = next((one for one in wanted(flow) if one.key == prompt), None)
    if found is None:
        raise Problem("not_found")
    return found


def _row(row: prompts.Row) -> dict[str, Any]:
    return {
        "prompt": row.wanted.key,
        "words": row.wanted.words,
        "made": row.state.made,
        "outdated": row.state.outdated,
        "seconds": round(row.seconds, 1),
        "flaws": [flaw(one) for one in row.flaws],
    }
