"""A wall screen stays on with nobody signed in, shows nothing else, and ends when it is ended."""

from __future__ import annotations

import json

import pytest

from sessions.console import wall_screens as doing
from sessions.console.accounts import Faults
from store import audit, users, wall_screens
from store.times import plus, text
from store.users import ACTIVE
from tests.web.browser import CAST, Console


def maker(console: Console, who: str = "supervisor"):
    return users.of_login(console.gateway.store.read(), CAST[who][0])


def screen_of(console: Console, name: str, days: str = "90") -> str:
    return doing.make(console.gateway, maker(console), name=name, service="", days=days)


def opened(console: Console, token: str) -> bool:
    return doing.opened(console.gateway, token, ("supervisor", "administrator")) is not None


def test_a_link_opens_the_wall_on_a_browser_where_nobody_is_signed_in(console, pages):
    page = pages.of("supervisor", "/wallboard/screens", language="en")
    page.get_by_label("Name of the screen").fill("lobi")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("code.link").inner_text()
    token = link.partition("#")[2]
    rows = console.gateway.store.read().execute("SELECT * FROM wall_screens").fetchall()
    assert token and all(token not in str(row) for row in rows), "what the database knows is a hash"

    screen = pages.of("anonymous", link.removeprefix(console.url))
    screen.get_by_role("button", name="Buka layar").click()  # the code came from behind the #
    screen.locator(".wall dl.big").wait_for()
    assert screen.locator("html").get_attribute("lang") == "en", "as whoever made it reads"
    assert "#" not in screen.url and screen.get_by_role("link", name="Back").count() == 0
    pages.expect("403")
    screen.goto(console.url + "/wallboard")
    screen.get_by_role("heading", name="Masuk").wait_for()  # it opens nothing else
    screen.goto(console.url + "/screen/wall")
    screen.locator(".wall").wait_for()

    page.goto(console.url + "/wallboard/screens")
    page.get_by_role("button", name="End lobi").click()
    page.get_by_text("The screen has ended.").wait_for()
    screen.get_by_text("Minta tautan baru").or_(
        screen.get_by_text("Ask for a new link")
    ).wait_for()  # within seconds, by itself
    lines = audit.latest(console.gateway.store.read(), 20)
    told = [(line.who, line.action) for line in reversed(lines) if line.action.startswith("wall_screen")]
    assert told[-3:] == [
        ("sinta", "wall_screen_made"),
        ("wall:lobi", "wall_screen_opened"),
        ("sinta", "wall_screen_revoked"),
    ]
    assert token not in json.dumps([line.detail for line in lines])


def test_it_ends_with_who_made_it(console):
    token = screen_of(console, "aula")
    assert opened(console, token) and not opened(console, token + "x") and not opened(console, "")
    user = maker(console)
    with console.gateway.store.write() as db:
        users.change(db, user.id, role="agent")
    assert not opened(console, token)
    with console.gateway.store.write() as db:
        users.change(db, user.id, role="supervisor", state="locked")
    assert not opened(console, token)
    with console.gateway.store.write() as db:
        users.change(db, user.id, state=ACTIVE)
    assert opened(console, token)


def test_the_day_of_its_end_is_an_end(console):
    token = screen_of(console, "hari", days="1")
    db, now = console.gateway.store.read(), text(console.gateway.clock())
    screen = wall_screens.of_hash(db, console.gateway.keyed("wall_screen", token))
    assert screen.lives(now) and not screen.lives(plus(now, 86_400 + 5))
    with console.gateway.store.write() as db:
        wall_screens.purge(db, plus(now, 86_400 + 5))
        assert wall_screens.of_hash(db, screen.hash) is None


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [("days", "91", "days_wrong"), ("days", "0", "days_wrong"), ("days", "", "days_wrong"), ("name", " ", "name_form"),
     ("service", "nowhere", "service_wrong")],
)  # fmt: skip
def test_what_is_no_screen_is_refused_beside_its_field(console, field, value, word):
    given = {"name": "x", "service": "", "days": "1"} | {field: value}
    with pytest.raises(Faults) as wrong:
        doing.make(console.gateway, maker(console), **given)
    assert wrong.value.fields == {field: word}
    answer = console.client("administrator")
    page = answer.post(
        "/wallboard/screens", data=given | {"csrf": answer.form_token}, headers={"Origin": console.url}
    )
    assert page.status_code == 422 and 'class="fault"' in page.get_data(as_text=True)


def test_an_agent_makes_no_links_and_a_piece_needs_one(console):
    agent = console.client("agent")
    assert agent.get("/wallboard/screens").status_code == 403
    assert console.client("anonymous").get("/screen/part").status_code == 403
    assert console.client("anonymous").get("/screen/wall").location == "/screen?ended=1"
