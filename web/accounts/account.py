"""One's own account: language, password, second factor, where one is signed in."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for

from sessions.console import accounts
from sessions.gateway import Gateway
from store import invitations, users, web_sessions
from store.times import text
from web.accounts import entering, passwords, second_factor, visits
from web.accounts.entrance import Page, enrol_page, password_faults, take_factor, where
from web.tools import Tools


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/account and what is changed there."""
    routes = Blueprint("account", __name__, url_prefix="/account")

    @routes.get("")
    def account() -> Page:
        return _page(gateway)

    @routes.post("/language")
    def language() -> Page:
        user = visits.me()
        try:
            accounts.change(gateway, user.login, user.id, language=request.form.get("language", ""))
        except accounts.Faults as wrong:
            return _page(gateway, wrong.fields), 422
        return redirect(url_for("account.account"), 303)

    @routes.post("/password")
    def password() -> Page:
        user, new = visits.me(), request.form.get("password", "")
        if faults := password_fault(gateway, request.form.get("current", "")):
            return _page(gateway, faults), 422
        if faults := password_faults(new, request.form.get("again", ""), user.login, user.name):
            return _page(gateway, faults), 422
        with gateway.store.write() as db:
            users.change(db, user.id, password=passwords.hashed(new))
            accounts.tell(gateway, db, user.login, "password_changed", user.id)
            g.visit = entering.renew(gateway, db, visits.visit(), where(gateway))
        return redirect(url_for("account.account", done="password_changed"), 303)

    @routes.post("/sessions")
    def end_sessions() -> Page:
        user, session = visits.me(), visits.visit().session
        accounts.end_sessions(gateway, user.login, user.id, but=session.hash if session else "")
        return redirect(url_for("account.account", done="sessions_ended"), 303)

    _second_factor(routes, gateway)
    return routes


def _second_factor(routes: Blueprint, gateway: Gateway) -> None:
    @routes.get("/second-factor", endpoint="second_factor")
    def second_factor_page() -> Page:
        return enrol_page(gateway, "account.take", url_for("account.account"))

    @routes.post("/second-factor")
    def take() -> Page:
        return take_factor(gateway, "account.take", url_for("account.account"))

    @routes.post("/recovery-codes")
    def codes() -> Page:
        user = visits.me()
        if faults := password_fault(gateway, request.form.get("confirm", ""), "confirm"):
            return _page(gateway, faults), 422
        with gateway.store.write() as db:
            fresh = second_factor.new_codes(gateway, db, user)
            accounts.tell(gateway, db, user.login, "recovery_codes_made", user.id)
        return render_template("accounts/recovery_codes.html", codes=fresh, then=url_for("account.account"))


def password_fault(gateway: Gateway, password: str, field: str = "current") -> dict[str, str]:
    """What is wrong with the present password as it was given: an open page is not enough to change what protects it."""
    user = visits.me()
    if entering.too_often(
        gateway, where(gateway).address, "sign_in_account", user.login, entering.TRIES_OF_ACCOUNT
    ):
        return {field: "too_often"}
    return {} if passwords.right(user.password, password[: passwords.LONGEST]) else {field: "password_wrong"}


def _page(gateway: Gateway, faults: dict[str, str] | None = None) -> str:
    user, db, now = visits.me(), gateway.store.read(), gateway.clock()
    current = visits.visit().session
    return render_template(
        "accounts/account.html",
        faults=faults or {},
        done=request.args.get("done", ""),
        codes_left=invitations.codes_left(db, user.id),
        sessions=web_sessions.of_user(db, user.id, now=text(now), seen_since=text(now - visits.IDLE)),
        current=current.hash if current else "",
    )
