"""Recorded prompts of a service on pages: listen, record from the microphone, send a file, make drafts of what is missing.

What stands here is what callers hear: the published words. A take is examined in a process of its own (audio/take_process.py).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from audio.faults import AudioFault, SoundFault
from audio.levels import Flaw
from audio.shelf import DRAFT, MISSING, TAKE
from audio.take_process import examined
from audio.taking import LIMITS
from audio.wanted import Wanted, wanted
from engine.flow import Flow
from sessions.console.accounts import ADMINISTRATOR
from sessions.gateway import Gateway
from sessions.publishing import prompts
from sessions.publishing.prompts import Row
from web import words
from web.accounts import visits
from web.background import Background
from web.fresh import fragment
from web.moments import in_words
from web.tools import Tools

Page = str | tuple[str, int] | AnyResponse
SHOWN: dict[str, Callable[[Row], bool]] = {
    "all": lambda row: True,
    "missing": lambda row: row.state.made == MISSING,
    "drafts": lambda row: row.state.made == DRAFT,
    "takes": lambda row: row.state.made == TAKE,
    "outdated": lambda row: row.state.outdated,
    "faulty": lambda row: bool(row.flaws),
}


@dataclass
class Drafting:
    """Drafts being made of one service. ``troubles``: what could not be said, of the last time."""

    work: Background[list[str]]
    done: int = 0
    of: int = 0

    def step(self, _key: str) -> None:
        """One more."""
        self.done += 1


def drafting_of(gateway: Gateway, flow: Flow) -> Drafting:
    """How the making of this service's drafts goes, whether a page or a program began it."""
    made: dict[str, Drafting] = gateway.kept.setdefault("prompt_drafts", {})
    return made.setdefault(flow.id, Drafting(Background("drafts", gateway.clock)))


def begin_drafts(gateway: Gateway, flow: Flow, who: str) -> bool:
    """Begins to make what is owed. False when it is under way already."""
    now, owed = drafting_of(gateway, flow), prompts.owed(gateway, flow)

    def work() -> list[str]:
        now.done, now.of = 0, owed
        return prompts.make_drafts(gateway, flow, who, now.step)

    return now.work.start(work)


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/flows/NAME/prompts, one below it for each prompt, its sounds, and the forms."""
    routes = Blueprint("prompts", __name__, url_prefix="/flows/<service>/prompts")

    @routes.get("", endpoint="prompts")
    def everything(service: str) -> Page:
        flow = _flow(gateway, service)
        return _list(gateway, flow, drafting_of(gateway, flow))

    @routes.get("/drafts", endpoint="progress")
    def progress(service: str) -> Response:
        flow = _flow(gateway, service)
        return fragment(render_template("prompts/progress.html", drafting=drafting_of(gateway, flow)))

    @routes.post("/drafts", endpoint="draft")
    def draft(service: str) -> Page:
        begin_drafts(gateway, _flow(gateway, service), visits.me().login)
        return redirect(url_for("prompts.prompts", service=service, _anchor="drafts"), 303)

    _add_one(routes, gateway)
    _add_changes(routes, gateway)
    return routes


def _flow(gateway: Gateway, service: str) -> Flow:
    return gateway.services.current(service) or abort(404)


def _wanted(flow: Flow, language: str, step: str) -> Wanted:
    """The prompt of that name; 404 for what no caller hears."""
    return next((one for one in wanted(flow) if one.key == f"{language}/{step}"), None) or abort(404)


# --- the list ---


def _list(gateway: Gateway, flow: Flow, drafting: Drafting) -> str:
    found = prompts.rows(gateway, flow)
    show, language = request.args.get("show", "all"), request.args.get("language", "")
    sought = request.args.get("q", "").strip().casefold()
    show = show if show in SHOWN else "all"
    chosen = [
        row
        for row in found
        if SHOWN[show](row)
        and language in ("", row.wanted.language)
        and sought in f"{row.wanted.step} {row.wanted.words}".casefold()
    ]
    return render_template(
        "prompts/prompts.html",
        flow=flow,
        rows=chosen,
        of=len(found),
        counts={name: sum(map(fits, found)) for name, fits in SHOWN.items()},
        show=show,
        language_asked=language,
        sought=request.args.get("q", ""),
        drafting=drafting,
        owed=prompts.owed(gateway, flow),
        may=_may(),
        flaw=flaw,
    )


def _may() -> bool:
    return visits.me().role == ADMINISTRATOR


def flaw(one: Flaw) -> str:
    """What is wrong with a recording, in the language of whoever looks."""
    return words.t(f"prompts.flaw_{one.code.replace('-', '_')}")


def fault(one: AudioFault) -> str:
    """Why a file is refused."""
    return words.t(f"prompts.fault_{type(one).__name__.lower()}")


# --- one prompt ---


def _add_one(routes: Blueprint, gateway: Gateway) -> None:
    @routes.get("/of/<language>/<path:step>", endpoint="prompt")
    def one(service: str, language: str, step: str) -> Page:
        flow = _flow(gateway, service)
        return _one(gateway, flow, _wanted(flow, language, step))

    @routes.get("/sounds/<language>/<path:step>.wav", endpoint="sound")
    def sound(service: str, language: str, step: str) -> Response:
        """What callers hear, or with ``earlier`` what they heard before."""
        flow = _flow(gateway, service)
        shelf, wish = prompts.shelf(gateway, flow), _wanted(flow, language, step)
        before = request.args.get("earlier", "")
        try:
            path: Path = shelf.earlier_path(wish, before) if before else shelf.path(wish)
        except LookupError:
            abort(404)
        return send_file(path.resolve(), mimetype="audio/wav") if path.is_file() else abort(404)


def _one(
    gateway: Gateway,
    flow: Flow,
    one: Wanted,
    *,
    fault: str = "",
    detail: str = "",
    flaws: tuple[Flaw, ...] = (),
) -> str:
    """``fault``: why a take was refused; ``detail``: the same in the words of the program; ``flaws``: what is wrong with it."""
    return render_template(
        "prompts/prompt.html",
        flow=flow,
        one=one,
        row=prompts.row(prompts.shelf(gateway, flow), one),
        earlier=prompts.earlier(gateway, flow, one),
        history=prompts.history(gateway, one),
        fault=fault,
        detail=detail,
        refused=flaws,
        flaw=flaw,
        may=_may(),
        limits=LIMITS,
        at=lambda seconds: in_words(datetime.fromtimestamp(seconds, UTC), words.language()),
        done=request.args.get("done", ""),
    )


# --- changes ---


def _add_changes(routes: Blueprint, gateway: Gateway) -> None:
    @routes.post("/of/<language>/<path:step>", endpoint="take")
    def take(service: str, language: str, step: str) -> Page:
        flow = _flow(gateway, service)
        one = _wanted(flow, language, step)
        try:
            _taken(gateway, flow, one)
        except (prompts.Unfit, prompts.TakenAlready, AudioFault, OSError) as why:
            return _refused(gateway, flow, one, why)
        return _back(one, "taken")

    @routes.post("/check/<language>/<path:step>", endpoint="check")
    def check(service: str, language: str, step: str) -> Response:
        """What would become of a take, for the script of the page; nothing is kept."""
        flow = _flow(gateway, service)
        one = _wanted(flow, language, step)
        try:
            made = examined(_sent(), one.spoken)
        except SoundFault as wrong:
            return jsonify(fault=fault(wrong), detail=str(wrong))
        sound = base64.b64encode(made.sound).decode()
        found = [{"told": flaw(each), "detail": each.what} for each in made.flaws]
        return jsonify(seconds=round(made.seconds, 1), level=round(made.level), flaws=found, sound=sound)

    @routes.post("/back/<language>/<path:step>", endpoint="bring_back")
    def bring_back(service: str, language: str, step: str) -> Page:
        flow = _flow(gateway, service)
        one = _wanted(flow, language, step)
        try:
            prompts.bring_back(gateway, flow, one, request.form.get("recording", ""), visits.me().login)
        except LookupError:
            abort(404)
        except (AudioFault, OSError) as why:
            return _refused(gateway, flow, one, why)
        return _back(one, "brought_back")


def _refused(gateway: Gateway, flow: Flow, one: Wanted, why: Exception) -> Page:
    """The page again, with the reason beside the form."""
    match why:
        case prompts.Unfit(taken=taken):
            return _one(gateway, flow, one, fault=words.t("prompts.unfit"), flaws=taken.flaws), 422
        case SoundFault():
            return _one(gateway, flow, one, fault=fault(why), detail=str(why)), 422
        case prompts.TakenAlready():
            return _one(gateway, flow, one, fault=words.t("prompts.taken")), 409
        case _:
            return _one(gateway, flow, one, fault=words.t("prompts.not_kept"), detail=str(why)), 409


def _taken(gateway: Gateway, flow: Flow, one: Wanted) -> None:
    replace = request.form.get("replace") == "yes"
    prompts.take(gateway, flow, one, _sent(), visits.me().login, replace=replace)


def _sent() -> bytes:
    """The file of the form; b'' when there is none."""
    sent = request.files.get("sound")
    if sent is None:
        return b""
    try:
        return sent.read()
    finally:
        sent.close()  # a large one is a file in /tmp until then


def _back(one: Wanted, done: str) -> AnyResponse:
    where = url_for("prompts.prompt", service=one.service, language=one.language, step=one.step, done=done)
    return redirect(where, 303)
