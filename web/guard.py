"""Before and after every request: who it is, whether they may, whether it came from our own page, and what the browser may do.

Headers as in the OWASP Secure Headers Project and ASVS 5.0, 3.4; forms as in 3.5.
"""

from __future__ import annotations

import hmac
import json
import logging
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sessions.gateway import Gateway
from store import audit
from store.times import text
from web import errors
from web.accounts import visits
from web.accounts.visits import Visit
from web.api import bearer
from web.api.problems import Problem
from web.policy import ANYBODY, API_KINDS, FORM, PAGE, POLICY, Rule
from web.words import LANGUAGES

log = logging.getLogger(__name__)

POLICY_OF_CONTENT = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "report-uri /csp-report",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY_OF_CONTENT,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The telephone of the console listens; nothing else of the machine is asked for.
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
}
HSTS = "max-age=63072000; includeSubDomains"
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


class Cookies:
    """The names of our cookies. Several consoles on one machine have one each: a cookie belongs to all ports of a host.

    `__Host-` and Secure hold on http://127.0.0.1 as well: to browsers this machine is a trustworthy place. Only a console
    that development opens to other machines without https goes without.
    """

    def __init__(self, url: str, port: int) -> None:
        parts = urlsplit(url)
        self.secure = parts.scheme == "https" or parts.hostname in _THIS_MACHINE
        prefix = "__Host-" if self.secure else ""
        self.session = f"{prefix}sambung-{port}"
        self.language = f"{prefix}bahasa-{port}"
        self.wall = f"{prefix}dinding-{port}"

    def put(self, answer: AnyResponse, name: str, value: str, seconds: int | None = None) -> None:
        """Sets a cookie that scripts cannot read and other sites cannot send."""
        answer.set_cookie(
            name, value, max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="Lax"
        )


def install(app: Flask, gateway: Gateway, cookies: Cookies) -> None:
    """Puts the guard before every request, known address or not, and our headers on every answer."""
    origins = _our_origins(gateway)

    @app.before_request
    def guard() -> AnyResponse | None:
        return None if request.endpoint == "static" else _guard(gateway, cookies, origins)

    @app.after_request
    def protect(answer: Response) -> Response:
        answer.headers.extend(HEADERS)
        if gateway_url(gateway).startswith("https:"):
            answer.headers["Strict-Transport-Security"] = HSTS
        # Files of ours are asked for again and again, and answered with 304; what stands on a page is kept nowhere.
        answer.headers["Cache-Control"] = "no-cache" if request.endpoint == "static" else "no-store"
        visit = g.get("visit")
        if visit is not None and visit.token and request.cookies.get(cookies.session) != visit.token:
            cookies.put(answer, cookies.session, visit.token)
        return answer


def _guard(gateway: Gateway, cookies: Cookies, origins: frozenset[str]) -> AnyResponse | None:
    """An answer in place of the page's own, or None: go on."""
    rule = POLICY.get(request.endpoint or "")
    if rule is not None and rule.kind in API_KINDS:
        return _guard_program(gateway, rule)
    if rule is None and errors.of_programs():
        g.language = _language_of_program()
        return None
    g.visit = visits.current(gateway, request.cookies.get(cookies.session, ""))
    g.language = _language(g.visit, request.cookies.get(cookies.language, ""))
    if rule is None:  # no such address: the error page says so
        return None
    request.max_content_length = request.max_form_memory_size = rule.bytes
    if rule.kind == FORM:
        _refuse_foreign(gateway, origins)
    if g.visit.standing not in rule.may:
        return _refuse(gateway, rule)
    # What a page asks for by itself is no sign of a person, unless the page saw one (web/static/refresh.js).
    if request.headers.get("X-Refresh") != "idle":
        visits.note(gateway, g.visit)
    return None


def _guard_program(gateway: Gateway, rule: Rule) -> None:
    """Lets a request of the API in by its token alone: no cookie counts, so that no form of another site is of any use."""
    g.language = _language_of_program()
    request.max_content_length = rule.bytes
    try:
        bearer.admit(gateway, rule)
    except Problem as problem:
        if problem.name == "no_right":
            _write_refusal(gateway, "api_refused")
        raise


def form_token(gateway: Gateway, visit: Visit) -> str:
    """What a form has to bring: made of the browser's own token, so that a form of before signing in is worth nothing after."""
    return gateway.keyed("form", visit.token)


def gateway_url(gateway: Gateway) -> str:
    """Where people open the console."""
    return str(getattr(gateway.settings, "console_url", ""))


def _our_origins(gateway: Gateway) -> frozenset[str]:
    """The origins that our own forms come from. On this machine it has several names."""
    url = gateway_url(gateway)
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname not in _THIS_MACHINE:
        return frozenset({url})
    names = ("127.0.0.1", "localhost", "[::1]")
    return frozenset(f"http://{name}:{parts.port or 80}" for name in names)


def _refuse_foreign(gateway: Gateway, origins: frozenset[str]) -> None:
    """403 for a form that another site sent, or that has no token of ours."""
    origin = request.headers.get("Origin") or _origin_of(request.headers.get("Referer", ""))
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if origin not in origins or not hmac.compare_digest(sent.encode(), form_token(gateway, g.visit).encode()):
        log.warning("a form was refused", extra={"path": request.path, "reason": "origin or token"})
        g.refused = "stale_form"
        abort(403)


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme else ""


def _refuse(gateway: Gateway, rule: Rule) -> AnyResponse | None:
    """Sends who is not signed in to where that is done; tells others that they have no right, and writes it down."""
    standing = g.visit.standing
    if standing in ("anonymous", "halfway"):
        if rule.kind == PAGE:
            there = request.full_path.rstrip("?")
            return redirect(url_for("entrance.sign_in", then=there if there != "/" else None), 303)
        g.refused = "signed_out"
        abort(403 if rule.may != ANYBODY else 400)
    _write_refusal(gateway, "page_refused")
    g.refused, g.who_may = "no_right", sorted(rule.may)
    abort(403)


def _write_refusal(gateway: Gateway, action: str) -> None:
    """A line of the audit: who wanted what in which role."""
    user = visits.me()
    with gateway.store.write() as db:
        detail = json.dumps({"role": user.role, "path": request.path[:200]})
        audit.write(
            db,
            at=text(gateway.clock()),
            who=user.login,
            action=action,
            subject=str(request.endpoint),
            detail=detail,
        )


def _language_of_program() -> str:
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _language(visit: Visit, chosen: str) -> str:
    if visit.user is not None:
        return visit.user.language
    return chosen if chosen in LANGUAGES else LANGUAGES[0]
