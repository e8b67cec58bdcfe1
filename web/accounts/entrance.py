"""In and out: password, second factor, first password with a one-time token."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sessions.console import accounts
from sessions.console.accounts import Faults
from sessions.gateway import Gateway
from web import addresses
from web.accounts import entering, passwords, second_factor, visits
from web.accounts.entering import Where
from web.accounts.visits import ENROL, SECOND, Visit
from web.tools import Tools

Page = str | tuple[str, int] | Response


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/sign-in, /sign-in/code, /sign-in/second-factor, /welcome, /sign-out."""
    routes = Blueprint("entrance", __name__)
    _signing_in(routes, gateway)
    _codes(routes, gateway)
    _enrolling(routes, gateway)
    _welcome(routes, gateway)
    return routes


def where(gateway: Gateway) -> Where:
    """From where this request comes."""
    trusted = str(getattr(gateway.settings, "forwarded_allow_ips", ""))
    return Where(addresses.address(trusted), request.headers.get("User-Agent", ""))


def _onward(visit: Visit, then: str) -> Response:
    """To what is still owed, or to where the visitor wanted to go."""
    g.visit = visit
    stage = visit.session.stage if visit.session else ""
    owed = {SECOND: "entrance.code", ENROL: "entrance.enrol"}.get(stage)
    then = addresses.safe_path(then)
    return redirect(url_for(owed, then=then) if owed else then, 303)


def _signing_in(routes: Blueprint, gateway: Gateway) -> None:
    @routes.get("/sign-in")
    def sign_in() -> Page:
        visit, then = visits.visit(), request.args.get("then", "/")
        if visit.session is not None:
            return _onward(visit, then)
        return _sign_in_page(then)

    @routes.post("/sign-in")
    def enter() -> Page:
        login, password = request.form.get("login", ""), request.form.get("password", "")
        then = request.form.get("then", "/")
        found = entering.enter(gateway, visits.visit(), login, password, where(gateway))
        if isinstance(found, str):
            return _sign_in_page(then, login, found), 429 if found == entering.TOO_OFTEN else 422
        return _onward(found, then)

    @routes.post("/sign-out")
    def leave() -> Page:
        g.visit = entering.leave(gateway, visits.visit())
        return redirect(url_for("entrance.sign_in"), 303)


def _sign_in_page(then: str, login: str = "", refusal: str = "") -> str:
    return render_template("accounts/sign_in.html", then=then, login=login, refusal=refusal)


def _codes(routes: Blueprint, gateway: Gateway) -> None:
    @routes.get("/sign-in/code")
    def code() -> Page:
        if not _owes(SECOND):
            return _onward(visits.visit(), request.args.get("then", "/"))
        return _code_page(request.args.get("then", "/"))

    @routes.post("/sign-in/code")
    def prove() -> Page:
        then = request.form.get("then", "/")
        if not _owes(SECOND):
            return _onward(visits.visit(), then)
        found = entering.prove(gateway, visits.visit(), request.form.get("code", ""), where(gateway))
        if found == entering.TOO_OFTEN:
            login = visits.me().login
            g.visit = visits.current(gateway, "")
            return _sign_in_page(then, login, "too_often_code"), 429
        if isinstance(found, str):
            return _code_page(then, found), 422
        return _onward(found, then)


def _enrolling(routes: Blueprint, gateway: Gateway) -> None:
    @routes.get("/sign-in/second-factor")
    def enrol() -> Page:
        if not _owes(ENROL):
            return _onward(visits.visit(), request.args.get("then", "/"))
        return enrol_page(gateway, "entrance.take", request.args.get("then", "/"))

    @routes.post("/sign-in/second-factor")
    def take() -> Page:
        then = request.form.get("then", "/")
        if not _owes(ENROL):
            return _onward(visits.visit(), then)
        return take_factor(gateway, "entrance.take", then)


def _owes(stage: str) -> bool:
    session = visits.visit().session
    return session is not None and session.stage == stage


def _code_page(then: str, refusal: str = "") -> str:
    return render_template("accounts/code.html", then=then, refusal=refusal)


def enrol_page(gateway: Gateway, to: str, then: str, refusal: str = "") -> str:
    """The square and the key for a new second factor; the form goes to the endpoint ``to``."""
    session, user = visits.visit().session, visits.me()
    assert session is not None
    key = second_factor.key_for(gateway, session.hash)
    return render_template(
        "accounts/second_factor.html",
        to=to,
        then=then,
        refusal=refusal,
        square=second_factor.square(key, user.login),
        key=" ".join(key[start : start + 4] for start in range(0, len(key), 4)),
        must=user.role in accounts.SECOND_FACTOR_ROLES,
    )


def take_factor(gateway: Gateway, to: str, then: str) -> Page:
    """Takes the new second factor when its code is right, renews the session, and shows the recovery codes once."""
    visit, user = visits.visit(), visits.me()
    assert visit.session is not None
    if entering.too_often(gateway, where(gateway).address, "second_factor", user.id, entering.CODE_TRIES):
        return enrol_page(gateway, to, then, entering.TOO_OFTEN), 429
    # An open page is not enough to put another telephone in the place of the one that protects it.
    if user.totp_key and not passwords.right(user.password, request.form.get("current", "")):
        return enrol_page(gateway, to, then, "password_wrong"), 422
    key = second_factor.key_for(gateway, visit.session.hash)
    step = second_factor.step_of(key, request.form.get("code", ""), second_factor.moment(gateway))
    if step is None:
        return enrol_page(gateway, to, then, entering.WRONG_CODE), 422
    with gateway.store.write() as db:
        codes = second_factor.set_up(gateway, db, user, key, step)
        accounts.tell(gateway, db, user.login, "second_factor_set_up", user.id)
        g.visit = entering.renew(gateway, db, visit, where(gateway))
    return render_template("accounts/recovery_codes.html", codes=codes, then=addresses.safe_path(then))


def _welcome(routes: Blueprint, gateway: Gateway) -> None:
    @routes.get("/welcome")
    def welcome() -> Page:
        return render_template("accounts/welcome.html", faults={}, token="")

    @routes.post("/welcome")
    def token() -> Page:
        """Whom the token is for; a second form takes name and password."""
        given = request.form.get("token", "")
        if entering.too_often(gateway, where(gateway).address, "token", "", 0):
            return render_template("accounts/welcome.html", faults={"token": "too_often"}, token=given), 429
        opens, user = accounts.invited(gateway, given)
        if not opens:
            return render_template("accounts/welcome.html", faults={"token": "token_ended"}, token=given), 422
        return _choose_page(
            given, user.login if user else "", user.name if user else "", {}, first=user is None
        )

    @routes.post("/welcome/password")
    def begin() -> Page:
        given, password = request.form.get("token", ""), request.form.get("password", "")
        opens, user = accounts.invited(gateway, given)
        if not opens:
            return render_template("accounts/welcome.html", faults={"token": "token_ended"}, token=given), 422
        login = user.login if user else request.form.get("login", "")
        name = user.name if user else request.form.get("name", "")
        faults = password_faults(password, request.form.get("again", ""), login, name)
        try:
            if not faults:
                taken = accounts.accept(gateway, given, passwords.hashed(password), login, name)
                with gateway.store.write() as db:
                    visit = entering.open_session(
                        gateway, db, visits.visit(), taken, entering.stage_of(taken), where(gateway)
                    )
                return _onward(visit, "/")
        except Faults as wrong:
            faults = wrong.fields
        return _choose_page(given, login, name, faults, first=user is None), 422


def _choose_page(token: str, login: str, name: str, faults: dict[str, str], *, first: bool) -> str:
    return render_template(
        "accounts/choose.html", token=token, login=login, name=name, faults=faults, first=first
    )


def password_faults(password: str, again: str, *about: str) -> dict[str, str]:
    """What is wrong with a password that somebody chooses: field -> word."""
    fault = passwords.fault(password, *about)
    if fault:
        return {"password": fault}
    return {} if password == again else {"again": "passwords_differ"}
