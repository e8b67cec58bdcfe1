"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sessions.gateway import Gateway
from web import addresses
from web.accounts import entering, visits
from web.tools import Tools


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    routes = Blueprint("entrance", __name__)
    trusted = str(getattr(gateway.settings, "forwarded_allow_ips", ""))

    @routes.get("/sign-in")
    def sign_in() -> str | Response:
        if visits.visit().signed_in:
            return redirect("/", 303)
        return _page(then=request.args.get("then", "/"))

    @routes.post("/sign-in")
    def enter() -> str | tuple[str, int] | Response:
        login, password = request.form.get("login", ""), request.form.get("password", "")
        then = request.form.get("then", "/")
        where = entering.Where(addresses.address(trusted), request.headers.get("User-Agent", ""))
        found = entering.enter(gateway, visits.visit(), login, password, where)
        if isinstance(found, str):
            return _page(then=then, login=login, refusal=found), 429 if found == "too_often" else 422
        g.visit = found
        return redirect(addresses.safe_path(then), 303)

    @routes.post("/sign-out")
    def leave() -> Response:
        g.visit = entering.leave(gateway, visits.visit())
        return redirect(url_for("entrance.sign_in"), 303)

    return routes


def _page(then: str, login: str = "", refusal: str = "") -> str:
    return render_template("accounts/sign_in.html", then=then, login=login, refusal=refusal)
