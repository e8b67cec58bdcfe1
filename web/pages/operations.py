"""Operations: how the installation is, doctor, dead letters and backups, as the commands of these names do it.

Administrators act, auditors look on. What takes its time is done in a thread, one at a time, and looked at again and again.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sessions.cases.records import LEAST_REASON
from sessions.condition import condition
from sessions.console import dead_letters
from sessions.console.accounts import ADMINISTRATOR
from sessions.gateway import Gateway
from store.times import text
from web import moments, words
from web.accounts import visits
from web.background import Background
from web.fresh import fragment
from web.operation_tools import Seen
from web.tools import Tools

Page = str | tuple[str, int] | AnyResponse
DOCTOR_SECONDS = 300  # looked at again by itself when somebody opens the page after so long
SHOWN_LETTERS = 200
LIBRARIES = ("flask", "gunicorn", "twilio", "sqlite-utils")
REPLAY, DROP = ACTS = ("replay", "drop")


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/operations, /operations/doctor, /operations/dead-letters and what is done there."""
    routes = Blueprint("operations", __name__, url_prefix="/operations")
    doctor, backup = works(gateway)

    @routes.get("", endpoint="overview")
    def overview() -> Page:
        return render_template("operations/overview.html", **_overview(gateway, tools, backup))

    @routes.get("/state", endpoint="state")
    def state() -> Response:
        return fragment(render_template("operations/state.html", **_overview(gateway, tools, backup)))

    @routes.post("/backup", endpoint="backup")
    def make_backup() -> Page:
        who = visits.me().login
        backup.start(lambda: tools.operations.make_backup(who))
        return redirect(url_for("operations.overview", _anchor="backups"), 303)

    @routes.get("/doctor", endpoint="doctor")
    def examined() -> Page:
        if doctor.older_than(DOCTOR_SECONDS):
            doctor.start(lambda: tools.operations.examine(False))
        return render_template("operations/doctor.html", doctor=doctor, **_who())

    @routes.get("/doctor/findings", endpoint="findings")
    def findings() -> Response:
        return fragment(render_template("operations/findings.html", doctor=doctor, **_who()))

    @routes.post("/doctor", endpoint="examine")
    def examine() -> Page:
        outside = request.form.get("outside") == "yes"
        doctor.start(lambda: tools.operations.examine(outside))
        return redirect(url_for("operations.doctor"), 303)

    _add_letters(routes, gateway)
    return routes


def works(gateway: Gateway) -> tuple[Background[Sequence[Seen]], Background[str]]:
    """(doctor, backup) of this process, for whoever starts them and looks."""
    made = (Background("doctor", gateway.clock), Background("backup", gateway.clock))
    kept: tuple[Background[Sequence[Seen]], Background[str]] = gateway.kept.setdefault("operations", made)
    return kept


def _add_letters(routes: Blueprint, gateway: Gateway) -> None:
    @routes.get("/dead-letters", endpoint="letters")
    def letters() -> Page:
        found = dead_letters.letters(gateway, SHOWN_LETTERS)
        return render_template(
            "operations/letters.html", letters=found, done=request.args.get("done", ""), acts=ACTS
        )

    @routes.get("/dead-letters/<id>", endpoint="letter")
    def letter(id: str) -> Page:
        return _letter(gateway, id)

    @routes.post("/dead-letters/<id>/<act>", endpoint="act")
    def act(id: str, act: str) -> Page:
        if act not in ACTS:
            abort(404)
        reason, who = request.form.get("reason", "")[:500], visits.me().login
        try:
            if act == REPLAY:
                dead_letters.replay(
                    gateway, id, who=who, reason=reason, sure=request.form.get("sure") == "yes"
                )
            else:
                dead_letters.drop(gateway, id, who=who, reason=reason)
        except dead_letters.Refused as refusal:
            return _letter(gateway, id, act, str(refusal))
        return redirect(url_for("operations.letters", done=act), 303)


def _letter(gateway: Gateway, id: str, act: str = "", fault: str = "") -> Page:
    """One dead letter, with what was wrong with an act; 404 when it is dead no more."""
    try:
        letter = dead_letters.find(gateway, id)
    except dead_letters.Refused:
        return render_template("operations/no_letter.html", id=id), 404
    short = fault and len(" ".join(request.form.get("reason", "").split())) < LEAST_REASON
    page = render_template(
        "operations/letter.html", letter=letter, content=dead_letters.content(gateway, letter), act=act, fault=fault,
        short=short, reason=request.form.get("reason", ""), least_reason=LEAST_REASON, acts=ACTS, **_who(),
    )  # fmt: skip
    return (page, 422) if fault else page


def _overview(gateway: Gateway, tools: Tools, backup: Background[str]) -> dict[str, object]:
    return {
        "condition": condition(gateway),
        "letters": len(dead_letters.letters(gateway, SHOWN_LETTERS)),
        "backups": tools.operations.backups()[:20],
        "backup": backup,
        "python": platform.python_version(),
        "libraries": [(name, metadata.version(name)) for name in LIBRARIES],
        "moment": lambda seconds: text(datetime.fromtimestamp(seconds, UTC)),
        "until": lambda at: moments.in_words(at, words.language()),
        **_who(),
    }


def _who() -> dict[str, object]:
    return {"acts_here": visits.me().role == ADMINISTRATOR, "stored": lambda at: text(at) if at else None}
