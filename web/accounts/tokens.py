"""Tokens for programs: one's own, made with password and a fresh code, shown once; everybody's, for administrators."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for

from sessions.console import accounts, api_tokens
from sessions.console.accounts import Faults
from sessions.gateway import Gateway
from store import api_tokens as rows
from store import users
from store.api_tokens import ApiToken
from store.times import text
from store.users import User
from web.accounts import entering, second_factor, visits
from web.accounts.account import password_fault
from web.accounts.entrance import Page, where
from web.policy import scopes_of
from web.tools import Tools

LASTS = (30, 90, 180, api_tokens.LONGEST_DAYS)  # days that are offered
FIELDS = ("token_name", "days")


@dataclass(frozen=True)
class Line:
    """One token in a list. ``state``: lives, revoked or ended_at."""

    token: ApiToken
    user: User | None
    state: str


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/account/tokens and /people/tokens."""
    routes = Blueprint("tokens", __name__)

    @routes.get("/account/tokens", endpoint="tokens")
    def own() -> Page:
        return _page(gateway)

    @routes.post("/account/tokens")
    def make() -> Page:
        return _make(gateway)

    @routes.post("/account/tokens/<id>/revoke")
    def revoke(id: str) -> Page:
        user = visits.me()
        if not api_tokens.revoke(gateway, user.login, id, user=user.id):
            abort(404)
        return redirect(url_for("tokens.tokens", done="revoked"), 303)

    @routes.get("/people/tokens", endpoint="everybody")
    def everybody() -> Page:
        return render_template(
            "accounts/all_tokens.html", lines=_lines(gateway), done=request.args.get("done", "")
        )

    @routes.post("/people/tokens/<id>/revoke", endpoint="revoke_any")
    def revoke_any(id: str) -> Page:
        if not api_tokens.revoke(gateway, visits.me().login, id):
            abort(404)
        return redirect(url_for("tokens.everybody", done="revoked"), 303)

    return routes


def _make(gateway: Gateway) -> Page:
    """A page that is open is not enough to let programs in: the password, and a code that was not used before."""
    user, form = visits.me(), request.form
    faults = password_fault(gateway, form.get("current", ""))
    if faults:
        return _page(gateway, faults), 422
    if entering.too_often(gateway, where(gateway).address, "second_factor", user.id, entering.CODE_TRIES):
        return _page(gateway, {"code": "too_often"}), 429
    try:
        with gateway.store.write() as db:
            how = second_factor.proved(gateway, db, user, form.get("code", "")) if user.totp_key else ""
            if not how:
                raise Faults({"code": "wrong_code" if user.totp_key else "factor_first"})
            if how == "recovery_code":
                accounts.tell(gateway, db, user.login, "recovery_code_used", user.id)
            token, secret = api_tokens.make(
                gateway, db, user, name=form.get("token_name", ""), scopes=form.getlist("scopes"), days=form.get("days", ""),
                may=scopes_of(user.role),
            )  # fmt: skip
    except Faults as wrong:
        return _page(gateway, wrong.fields), 422
    return render_template("accounts/new_token.html", token=token, secret=secret)


def _page(gateway: Gateway, faults: dict[str, str] | None = None) -> str:
    user, form = visits.me(), request.form
    return render_template(
        "accounts/tokens.html", lines=_lines(gateway, user.id), scopes=scopes_of(user.role), lasts=LASTS, faults=faults or {},
        given={name: form.get(name, "") for name in FIELDS}, chosen=form.getlist("scopes"), done=request.args.get("done", ""),
    )  # fmt: skip


def _lines(gateway: Gateway, user: str = "") -> list[Line]:
    db, now = gateway.store.read(), text(gateway.clock())
    people = {one.id: one for one in users.everybody(db)}
    return [Line(one, people.get(one.user), _state(one, now)) for one in rows.everybodys(db, user)]


def _state(token: ApiToken, now: str) -> str:
    return "revoked" if token.revoked_at else "lives" if token.lives(now) else "ended_at"
