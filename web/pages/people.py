"""People and their rights: who may open the console, as what, and who is signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sessions.agents import staff
from sessions.console import accounts
from sessions.console.accounts import ROLES, Faults
from sessions.gateway import Gateway
from store import audit, users, web_sessions
from store.times import text
from store.users import User
from web import guard
from web.accounts import visits
from web.tools import Tools

Page = str | tuple[str, int] | Response
FIELDS = ("login", "name", "role", "agent", "language")
# What is done with one person by one button.
LOCK, UNLOCK, INVITE, RESET, END = ACTS = ("lock", "unlock", "invite", "reset", "end")


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/people: everybody; /people/ID: one, with what can be done."""
    routes = Blueprint("people", __name__, url_prefix="/people")

    @routes.get("", endpoint="people")
    def everybody() -> Page:
        return _everybody(gateway)

    @routes.post("", endpoint="add")
    def add() -> Page:
        given = {field: request.form.get(field, "") for field in FIELDS}
        try:
            user, token = accounts.add(gateway, visits.me().login, **given)
        except Faults as wrong:
            return _everybody(gateway, given, wrong.fields), 422
        return _invited(gateway, user, token)

    @routes.get("/<id>", endpoint="person")
    def person(id: str) -> Page:
        return _person(gateway, known(gateway, id))

    @routes.post("/<id>", endpoint="change")
    def change(id: str) -> Page:
        user = known(gateway, id)
        given = {field: request.form.get(field, "") for field in FIELDS if field != "login"}
        try:
            accounts.change(gateway, visits.me().login, id, **given)
        except Faults as wrong:
            return _person(gateway, user._replace(**given), wrong.fields), 422
        return redirect(url_for("people.person", id=id, done="changed"), 303)

    @routes.post("/<id>/<any(lock, unlock, invite, reset, end):act>", endpoint="act")
    def act(id: str, act: str) -> Page:
        user, who = known(gateway, id), visits.me().login
        try:
            if act == INVITE:
                return _invited(gateway, user, accounts.invite(gateway, who, id))
            BY_NAME[act](gateway, who, id)
        except Faults as wrong:
            return _person(gateway, user, wrong.fields), 422
        return redirect(url_for("people.person", id=id, done=act), 303)

    return routes


BY_NAME: Mapping[str, Callable[[Gateway, str, str], object]] = {
    LOCK: accounts.lock,
    UNLOCK: accounts.unlock,
    RESET: accounts.reset_second_factor,
    END: accounts.end_sessions,
}


def known(gateway: Gateway, id: str) -> User:
    """The person of this id; 404 for none."""
    user = users.load(gateway.store.read(), id)
    if user is None:
        abort(404)
    return user


def _everybody(
    gateway: Gateway, given: dict[str, str] | None = None, faults: dict[str, str] | None = None
) -> str:
    return render_template(
        "people/people.html",
        people=users.everybody(gateway.store.read()),
        given=given or {"role": accounts.AGENT, "language": "id"},
        faults=faults or {},
        roles=ROLES,
        agents=staff.look(gateway).roster.agents,
    )


def _person(gateway: Gateway, user: User, faults: dict[str, str] | None = None) -> str:
    db, now = gateway.store.read(), gateway.clock()
    return render_template(
        "people/person.html",
        person=user,
        faults=faults or {},
        done=request.args.get("done", ""),
        roles=ROLES,
        agents=staff.look(gateway).roster.agents,
        sessions=web_sessions.of_user(db, user.id, now=text(now), seen_since=text(now - visits.IDLE)),
        history=audit.of_subject(db, f"user:{user.id}", 20),
    )


def _invited(gateway: Gateway, user: User, token: str) -> str:
    """The one page that shows a token; nothing keeps it."""
    return render_template("people/invited.html", person=user, token=token, link=link_of(gateway, token))


def link_of(gateway: Gateway, token: str) -> str:
    """Where somebody chooses a password with this token."""
    return f"{guard.gateway_url(gateway)}{url_for('entrance.welcome')}#{token}"
