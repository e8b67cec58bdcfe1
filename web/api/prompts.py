"""Recorded prompts of a service: what is missing, listen to one, send a person's take."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from flask import Response, send_file

from audio.faults import AudioFault, SoundFault
from audio.shelf import TAKE
from audio.wanted import Wanted, wanted
from engine.flow import Flow
from sessions.publishing import prompts
from web.accounts import visits
from web.api.declaring import Asked, Schema, fields, flag, ref, text
from web.api.problems import Field, Problem
from web.api.services import NAME, noun
from web.pages.prompts import fault, flaw
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
    "A recorded prompt as callers hear it",
    parts={"service": NAME},
    query={"prompt": PROMPT},
    answer={"type": "string", "contentMediaType": "audio/wav"},
    example=None,
    media="audio/wav",
)
def sound(asked: Asked, service: str) -> Response:
    flow = _flow(asked, service)
    path = prompts.shelf(asked.gateway, flow).path(_wanted(flow, asked.query["prompt"] or ""))
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
