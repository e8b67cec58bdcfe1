"""Services: their files, what check and tests say, what callers would notice, publication, drafts and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from engine.load.yaml_nodes import MAX_BYTES
from sessions.publishing import flow_files, publishing
from sessions.publishing.flow_files import Changed, File, NotWritten
from sessions.translations import finding_in, in_language
from web.accounts import visits
from web.api.declaring import Asked, Noun, fields, flag, many, ref, text
from web.api.problems import Field, Problem
from web.flow_tools import Outcome
from web.pages.flows import Shown
from web.words import language, t

noun = Noun("services", "What contacts hear: versions, findings, tests, publication")
NAME = text(60, 1)
VERSION = {
    "version": "631582fa0c",
    "published_at": "2026-03-11T03:00:00.000Z",
    "published_by": "adi",
    "contacts": 3,
}
SERVICE = {
    "service": "hello", "current": "631582fa0c", "differs": False, "held": None, "draft": None, "numbers": ["100"],
    "languages": ["id", "en"],
}  # fmt: skip
WHOLE = {
    "line": SERVICE, "versions": [VERSION], "files": ["flow.yaml"], "pieces": ["common/alamat.yaml"], "content": "631582fa0c",
    "history": [{"at": "2026-03-11T03:00:00.000Z", "who": "adi", "action": "flow_published", "detail": "{}"}],
}  # fmt: skip
FINDING = {
    "file": "hello/flow.yaml", "line": 4, "column": 3, "code": "no-way-out", "severity": "error", "what": "the step has no exit",
    "way_out": "give it a next:", "way": "1, 2",
}  # fmt: skip
FILE = {"name": "flow.yaml", "text": "service: ...\n", "seen": "9f86d081884c7d65"}
FILE_NAME = text(
    80,
    1,
    "flow.yaml, texts.yaml, promises.yaml, desk.yaml, tests/NAME.yaml, data/NAME.csv, or common/NAME.yaml, a piece of all",
)


@noun.ask(
    "/services",
    "services",
    "Every service, and where it stands",
    answer=ref("Services"),
    example={"services": [SERVICE]},
)
def services(asked: Asked) -> Any:
    shown = _shown(asked)
    return {"services": [_line(shown, name) for name in shown.folders()]}


@noun.ask(
    "/services/<service>",
    "service",
    "One service: its versions, files and history",
    parts={"service": NAME},
    answer=ref("ServiceWhole"),
    example=WHOLE,
)
def service(asked: Asked, service: str) -> Any:
    shown = _shown(asked)
    folder, db = shown.known(service), asked.gateway.store.read()
    return {
        "line": _line(shown, service),
        "versions": [{**row._asdict(), "contacts": count} for row, count in shown.versions(service)],
        "files": flow_files.names(asked.gateway.settings.flows, service),
        "pieces": flow_files.pieces(asked.gateway.settings.flows),
        "content": folder.content,
        "history": [
            {"at": row.at, "who": row.who, "action": row.action, "detail": row.detail}
            for row in publishing.history(db, service)[:50]
        ],
    }


@noun.ask(
    "/services/<service>/findings",
    "findings",
    "What check says of its files as they stand: every way through it is walked",
    parts={"service": NAME},
    query={"walk": {**flag("false: what reading alone says, at once"), "default": True}},
    answer=ref("Findings"),
    example={"findings": [FINDING]},
)
def findings(asked: Asked, service: str) -> Any:
    _shown(asked).known(service)
    found = asked.tools.flows.findings(service, {}, walk=asked.query["walk"])
    return {"findings": [asdict(finding_in(one, language())) for one in found]}


@noun.do(
    "/services/<service>/check",
    "check",
    "What check says of it with this text in place of one of its files; nothing is saved",
    parts={"service": NAME},
    body=fields(
        {"name": FILE_NAME, "text": text(MAX_BYTES)},
        {"walk": flag("false: what reading alone says, at once")},
    ),
    sends={"name": "flow.yaml", "text": "service: ...\n"},
    answer=ref("Findings"),
    example={"findings": [FINDING]},
)
def check(asked: Asked, service: str) -> Any:
    given = asked.body
    _stands(asked, service, given["name"])
    typed = {given["name"]: given["text"].replace("\r\n", "\n")}
    found = asked.tools.flows.findings(service, typed, walk=given.get("walk", True))
    return {"findings": [asdict(finding_in(one, language())) for one in found]}


@noun.ask(
    "/services/<service>/tests", "tests", "Its tests, played", parts={"service": NAME}, answer=ref("Played"),
    example={"held": 12, "of": 12, "covered": 83.5, "faults": []},
)  # fmt: skip
def tests(asked: Asked, service: str) -> Any:
    _shown(asked).known(service)
    played = asked.tools.flows.played(service)
    return {"held": played.held, "of": played.of, "covered": played.covered, "faults": _said(played.faults)}


@noun.ask(
    "/services/<service>/offer", "offer", "What callers would notice of a publication, in words, and what speaks against it",
    parts={"service": NAME}, answer=ref("Offer"), example={"content": "631582fa0c", "faults": [], "lines": ["menu: key 3 is new"]},
)  # fmt: skip
def offer(asked: Asked, service: str) -> Any:
    _shown(asked).known(service)
    content, offered = asked.tools.flows.content(service), asked.tools.flows.offered(service)
    return {"content": content, "faults": _said(offered.faults), "lines": _said(offered.lines)}


@noun.ask(
    "/services/<service>/file", "file", "One of its files, byte for byte; empty, and `seen` too, where it could be begun",
    parts={"service": NAME}, query={"name": {**FILE_NAME, "default": "flow.yaml"}}, answer=ref("File"), example=FILE,
    may_be=("refused",),
)  # fmt: skip
def file(asked: Asked, service: str) -> Any:
    return _file(_stands(asked, service, asked.query["name"]))


@noun.do(
    "/services/<service>/file", "save", "Save one of its files over what you have seen", parts={"service": NAME},
    body=fields({"name": FILE_NAME, "text": text(MAX_BYTES), "seen": text(64, description="`seen` of the file as you read it")}),
    sends=FILE, answer=ref("File"), example=FILE, may_be=("changed",),
)  # fmt: skip
def save(asked: Asked, service: str) -> Any:
    given, flows = asked.body, asked.gateway.settings.flows
    _stands(asked, service, given["name"])
    try:
        saved = flow_files.save(
            asked.gateway, flows, service, given["name"], given["text"], given["seen"], visits.me().login
        )
    except Changed as other:
        raise Problem("changed", now=_file(other.now)) from other
    except NotWritten as fault:
        raise Problem("refused", str(fault)) from fault
    return _file(saved)


@noun.do(
    "/services/<service>/publish", "publish", "Give callers its files as they stand, checked and tested", parts={"service": NAME},
    body=fields({"content": text(128, 1, "`content` of the offer that you have read")}), sends={"content": "631582fa0c"},
    answer=ref("Noticed"), example={"lines": ["menu: key 3 is new"]}, may_be=("not_now",),
)  # fmt: skip
def publish(asked: Asked, service: str) -> Any:
    return _did(asked, service, lambda who: asked.tools.flows.publish(service, asked.body["content"], who))


@noun.do(
    "/services/<service>/rollback",
    "rollback",
    "Give callers an earlier version again, and keep it",
    parts={"service": NAME},
    body=fields({"version": text(128, 1), "why": text(200, 1)}),
    sends={"version": "631582fa0c", "why": "penelepon tersesat di menu"},
    answer=ref("Noticed"),
    example={"lines": ["menu: key 3 is gone"]},
    may_be=("not_now",),
)
def rollback(asked: Asked, service: str) -> Any:
    given = asked.body
    return _did(
        asked, service, lambda who: asked.tools.flows.roll_back(service, given["version"], who, given["why"])
    )


@noun.do(
    "/services/<service>/draft",
    "draft",
    "Let some telephones hear its files as they stand, for some days",
    parts={"service": NAME},
    body=fields({"numbers": {**many(text(20, 1), 20), "minItems": 1}}),
    sends={"numbers": ["+628115550117"]},
    answer=ref("Noticed"),
    example={"lines": []},
    may_be=("not_now",),
)
def draft(asked: Asked, service: str) -> Any:
    return _did(asked, service, lambda who: asked.tools.flows.open_draft(service, asked.body["numbers"], who))


@noun.do(
    "/services/<service>/draft/end",
    "end_draft",
    "Its draft is over",
    parts={"service": NAME},
    answer=None,
    example=None,
)
def end_draft(asked: Asked, service: str) -> Any:
    _shown(asked).known(service)
    asked.tools.flows.end_draft(service, visits.me().login)


def _did(asked: Asked, service: str, act: Callable[[str], Outcome]) -> Any:
    """Done in the name of the token's person; what speaks against it is told line by line."""
    _shown(asked).known(service)
    outcome = act(visits.me().login)
    if outcome.faults:
        raise Problem("refused", fields=[Field("", "fault", line) for line in outcome.faults])
    return {"lines": _said(outcome.lines)}


def _said(lines: Sequence[str]) -> list[str]:
    """Sentences of the commands in the language that was asked for."""
    return [in_language(line, language()) for line in lines]


def _shown(asked: Asked) -> Shown:
    return Shown(asked.gateway, asked.tools.flows)


def _line(shown: Shown, service: str) -> dict[str, Any]:
    told = shown.state(service, shown.known(service))
    flow, held, draft = told["flow"], told["held"], told["draft"]
    return {
        "service": service,
        "current": told["current"],
        "differs": bool(told["differs"]),
        "held": {"at": held.at, "who": held.who, "why": held.why} if held else None,
        "draft": {
            "version": draft.version,
            "numbers": sorted(draft.numbers),
            "until": draft.until,
            "who": draft.who,
        }
        if draft
        else None,
        "numbers": sorted({one.spelling for one in (*flow.voice_numbers, *flow.text_numbers)})
        if flow
        else [],
        "languages": list(flow.languages) if flow else [],
    }


def _stands(asked: Asked, service: str, name: str) -> File:
    """The file as it stands. Raises Problem for what is none of the service's, and for what is no text."""
    try:
        found = flow_files.read(asked.gateway.settings.flows, service, name)
    except UnicodeDecodeError as wrong:
        raise Problem("refused", t("api.not_utf8", at=wrong.start)) from wrong
    if found is None:
        raise Problem("not_found")
    return found


def _file(file: File) -> dict[str, Any]:
    return {"name": file.name, "text": file.text, "seen": file.digest}
