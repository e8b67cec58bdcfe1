"""Screens on a wall: links that open the wall's page, and nothing else, without anybody signed in there."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, abort, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sessions.console import wall_screens as doing
from sessions.console.accounts import Faults
from sessions.gateway import Gateway
from store import users, wall_screens
from store.times import instant, text
from store.wall_screens import WallScreen
from web import guard
from web.accounts import visits
from web.fresh import fragment
from web.pages.wallboard import Pieces
from web.policy import POLICY
from web.tools import Tools

Page = str | tuple[str, int] | AnyResponse
USUAL_DAYS = 30
_PIECE = "wallboard/wall_part.html"


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/wallboard/screens: the links; /screen: what they open."""
    routes = Blueprint("screens", __name__)
    _add_links(routes, gateway)
    _add_wall(routes, gateway)
    return routes


# --- links, for supervisors and administrators ---


def _add_links(routes: Blueprint, gateway: Gateway) -> None:
    @routes.get("/wallboard/screens", endpoint="screens")
    def screens() -> Page:
        return _page(gateway)

    @routes.post("/wallboard/screens", endpoint="make")
    def make() -> Page:
        """The link is shown once, on the answer to the form: no address and no log has it."""
        form = request.form
        given = {name: form.get(name, "") for name in ("name", "service", "days")}
        try:
            token = doing.make(gateway, visits.me(), **given)
        except Faults as wrong:
            return _page(gateway, faults=wrong.fields, given=given), 422
        return _page(
            gateway, link=f"{guard.gateway_url(gateway)}{url_for('screens.door')}#{token}", made=given["name"]
        )

    @routes.post("/wallboard/screens/<id>/revoke", endpoint="revoke")
    def revoke(id: str) -> Page:
        done = doing.revoke(gateway, visits.me().login, id)
        return redirect(url_for("screens.screens", done="revoked" if done else "gone"), 303)


def _page(
    gateway: Gateway, *, faults: dict[str, str] | None = None, given: dict[str, str] | None = None, link: str = "",
    made: str = "",
) -> str:  # fmt: skip
    db, now = gateway.store.read(), gateway.clock()
    people = {user.id: user.name for user in users.everybody(db)}
    return render_template(
        "screens/screens.html", screens=wall_screens.living(db, text(now)), people=people, faults=faults or {},
        given=given or {"days": str(USUAL_DAYS)}, link=link, made=made, longest=doing.LONGEST_DAYS,
        services=sorted(flow.id for flow in gateway.services.services()), done=request.args.get("done", ""),
    )  # fmt: skip


# --- the screen itself: nobody is signed in ---


def _add_wall(routes: Blueprint, gateway: Gateway) -> None:
    pieces = Pieces(gateway)

    @routes.get("/screen", endpoint="door")
    def door() -> str:
        return render_template("screens/door.html", ended="ended" in request.args, fault="")

    @routes.post("/screen", endpoint="enter")
    def enter() -> Page:
        token = request.form.get("token", "").strip()[:200]
        screen = _of_token(gateway, token)
        if screen is None:
            return render_template("screens/door.html", ended=False, fault="token_wrong"), 422
        doing.begun(gateway, screen, request.remote_addr or "")
        answer = redirect(url_for("screens.wall"), 303)
        left: timedelta = instant(screen.until) - gateway.clock()
        cookies = current_app.extensions["cookies"]
        cookies.put(answer, cookies.wall, token, seconds=int(left.total_seconds()))
        return answer

    @routes.get("/screen/wall", endpoint="wall")
    def wall() -> Page:
        screen = _shown(gateway)
        if screen is None:
            return redirect(url_for("screens.door", ended=1), 303)
        return render_template(
            "wallboard/wall.html", piece=pieces.of(_PIECE, screen.service), service=screen.service, now=gateway.clock(),
            part=url_for("screens.part"),
        )  # fmt: skip

    @routes.get("/screen/part", endpoint="part")
    def part() -> Response:
        screen = _shown(gateway) or abort(403)  # the page then loads anew, and is sent to the door
        return fragment(pieces.of(_PIECE, screen.service))


def _of_token(gateway: Gateway, token: str) -> WallScreen | None:
    """The screen of a token while it lives, and while whoever made it may make such."""
    return doing.opened(gateway, token, POLICY["screens.make"].may)


def _shown(gateway: Gateway) -> WallScreen | None:
    """The screen of this browser's cookie, in its own language."""
    screen = _of_token(gateway, request.cookies.get(current_app.extensions["cookies"].wall, ""))
    if screen is not None:
        g.language = screen.language
    return screen
