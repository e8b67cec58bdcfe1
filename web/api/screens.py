"""Screens on a wall: which are on, the link of a new one, and its end."""

from __future__ import annotations

from typing import Any

from flask import url_for

from sessions.console import wall_screens as doing
from sessions.console.accounts import Faults
from store import users, wall_screens
from store.times import text as stamp
from store.wall_screens import WallScreen
from web import guard
from web.accounts import visits
from web.api.declaring import Asked, Noun, fields, number, ref, text
from web.api.problems import Field, Problem
from web.pages.screens import USUAL_DAYS
from web.words import t

noun = Noun("screens", "Wall screens: links that show the wallboard with nobody signed in")
SCREEN = {
    "id": "01K0EXAMPLE",
    "name": "lobi",
    "service": "",
    "by": "sinta",
    "made_at": "2026-03-11T03:00:00.000Z",
    "until": "2026-04-10T03:00:00.000Z",
    "seen_at": None,
}


@noun.ask("/screens", "screens", "Those that are on", answer=ref("Screens"), example={"screens": [SCREEN]})
def screens(asked: Asked) -> Any:
    living = wall_screens.living(asked.gateway.store.read(), stamp(asked.gateway.clock()))
    return {"screens": [_told(asked, one) for one in living]}


@noun.do(
    "/screens",
    "make_screen",
    "Another one; its link is told here and never again, and whoever has it sees the board",
    body=fields(
        {"name": text(doing.LONGEST_NAME, 1, "its place, for example")},
        {
            "service": text(80, description="of this service only"),
            "days": {**number(1, doing.LONGEST_DAYS), "default": USUAL_DAYS},
        },
    ),
    sends={"name": "lobi", "days": 30},
    kept=False,
    answer=ref("ScreenMade"),
    example={"screen": SCREEN, "link": "https://konsol.example.go.id/screen#TOKEN"},
    status=201,
)
def make(asked: Asked) -> Any:
    given = asked.body
    days = str(given.get("days", USUAL_DAYS))
    try:
        token = doing.make(
            asked.gateway, visits.me(), name=given["name"], service=given.get("service", ""), days=days
        )
    except Faults as wrong:
        told = [Field(f"/{field}", word, t(f"screens.{word}")) for field, word in wrong.fields.items()]
        raise Problem("invalid", fields=told) from wrong
    # The newest of this name and maker may be a twin's: only the token says which it is.
    made = wall_screens.of_hash(asked.gateway.store.read(), asked.gateway.keyed("wall_screen", token))
    assert made is not None
    return {
        "screen": _told(asked, made),
        "link": f"{guard.gateway_url(asked.gateway)}{url_for('screens.door')}#{token}",
    }


@noun.do(
    "/screens/<id>/revoke",
    "revoke_screen",
    "It shows nothing any more, within seconds",
    parts={"id": text(40, 1)},
    answer=None,
    example=None,
)
def revoke(asked: Asked, id: str) -> Any:
    if not doing.revoke(asked.gateway, visits.me().login, id):
        raise Problem("not_found")


def _told(asked: Asked, screen: WallScreen) -> dict[str, Any]:
    maker = users.load(asked.gateway.store.read(), screen.user)
    same = ("id", "name", "service", "made_at", "until", "seen_at")
    return {**{name: getattr(screen, name) for name in same}, "by": maker.login if maker else ""}
