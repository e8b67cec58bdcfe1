"""The console: pages for agents, supervisors, administrators and auditors, in a process of their own beside the webhooks."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sessions.gateway import Gateway
from store import users
from web import addresses, errors, guard, metrics, moments, navigation, words
from web.accounts import account, entrance, tokens, visits
from web.api import serving as api
from web.csp_reports import CspReports
from web.guard import Cookies
from web.pages import (
    audit,
    calendar,
    explain,
    flows,
    home,
    operations,
    people,
    phone,
    prompts,
    reports,
    screens,
    wallboard,
    work,
)
from web.policy import enforce
from web.tools import Tools

# Each has blueprint(gateway, tools). A new page is a module here, lines in web/policy.py and a line in web/navigation.py.
PAGES = (
    entrance,
    account,
    tokens,
    home,
    work,
    flows,
    calendar,
    prompts,
    phone,
    people,
    audit,
    wallboard,
    screens,
    reports,
    explain,
    operations,
    metrics,
    api,
)


def create(gateway: Gateway, tools: Tools) -> Flask:
    """The application. Raises web.policy.NoPolicy when there is an address of which nobody said who may use it."""
    app = Flask(__name__)
    app.extensions["gateway"] = gateway
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    cookies = Cookies(guard.gateway_url(gateway), int(getattr(gateway.settings, "console_port", 0)))
    app.extensions["cookies"] = cookies
    guard.install(app, gateway, cookies)
    errors.install(app)
    _hand_to_templates(app, gateway)
    for module in PAGES:
        app.register_blueprint(module.blueprint(gateway, tools))
    app.register_blueprint(_own(gateway, cookies))
    enforce(app)
    return app


def _hand_to_templates(app: Flask, gateway: Gateway) -> None:
    """What every template may use: t(), words_of(), form_token(), asset(), menu(), visit, language."""
    app.jinja_env.globals.update(
        t=words.t, translated=words.translated, words_of=words.for_scripts, asset=asset, when=moments.when
    )
    app.jinja_env.globals["languages"] = words.LANGUAGES

    app.jinja_env.filters["translated"] = words.translated

    @app.context_processor
    def of_this_visit() -> dict[str, Any]:
        visit = g.get("visit") or visits.Visit("")
        return {
            "visit": visit,
            "me": visit.user,
            "language": words.language(),
            "form_token": guard.form_token(gateway, visit),
            "menu": navigation.menu(visit),
        }


@cache
def _fingerprint(file: str) -> str:
    content = (Path(__file__).parent / "static" / file).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def asset(file: str) -> str:
    """The address of a file of web/static, new whenever its content is."""
    return url_for("static", filename=file, v=_fingerprint(file))


def _own(gateway: Gateway, cookies: Cookies) -> Blueprint:
    """What belongs to no page: the language, and the reports of browsers."""
    routes, reports = Blueprint("console", __name__), CspReports(gateway)

    @routes.post("/language")
    def language() -> AnyResponse:
        chosen = request.form.get("language", "")
        answer = redirect(addresses.safe_path(request.form.get("then", "/")), 303)
        if chosen in words.LANGUAGES:
            if g.visit.user is not None:
                with gateway.store.write() as db:
                    users.change(db, g.visit.user.id, language=chosen)
            cookies.put(answer, cookies.language, chosen, seconds=365 * 24 * 3600)
        return answer

    @routes.post("/csp-report")
    def csp_report() -> Response:
        reports.take(request.get_data())
        return Response(status=204)

    return routes
