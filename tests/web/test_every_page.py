"""Every page of the console by being in the table: both languages, a telephone's screen and a desk's, and what axe-core finds."""

from __future__ import annotations

import json
import os

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.examples import address, of_kind, who
from web.policy import PAGE

LOOKS = (("id", 1440, "light"), ("en", 1440, "dark"), ("id", 390, "light"), ("en", 390, "dark"))
# axe-core takes a second for a page. It looks at every second page in the first and at the others in the last of these looks;
# with EVERY_LOOK=1 (`make looks`) at all pages in all of them.
AXED = (LOOKS[0], LOOKS[3])
ALL = bool(os.environ.get("EVERY_LOOK"))
_WIDE = "() => [document.documentElement.scrollWidth, innerWidth]"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[1]}-{look[2]}")
def test_every_page_fits_is_named_and_can_be_used_by_everybody(console, pages, look):
    language, width, colours = look
    opened: dict[str, object] = {}
    faults: list[str] = []
    for place, endpoint in enumerate(of_kind(PAGE)):
        role = who(endpoint)
        if role not in opened:
            opened[role] = pages.of(role, "/sign-in", width=width, language=language, color_scheme=colours)
        page = opened[role]
        page.goto(console.url + address(console, endpoint))
        faults += [
            f"{endpoint}: {fault}" for fault in looked_at(page, language, ALL or look == AXED[place % 2])
        ]
    assert faults == [], "\n".join(faults)


def looked_at(page, language: str, axed: bool) -> list[str]:
    """What is wrong with a page that is open."""
    wide, room = page.evaluate(_WIDE)
    faults = [f"is {wide} px wide on a screen of {room}"] if wide > room else []
    if page.locator("html").get_attribute("lang") != language:
        faults.append("says another language")
    if page.locator("h1").count() != 1 or not page.title().endswith("Sambung"):
        faults.append("has no title, or not one first heading")
    return faults + (axe(page) if axed else [])


def axe(page) -> list[str]:
    """Serious and critical findings of axe-core."""
    found = json.loads(json.dumps(Axe().run(page).response))["violations"]
    return [
        f"axe {one['id']} ({one['impact']}): {one['help']}: {[node['target'] for node in one['nodes']][:3]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def test_axe_finds_what_is_wrong(pages):
    page = pages.of("agent", "/account")
    page.evaluate("() => { document.querySelector('label').remove(); }")
    assert any("label" in fault or "select-name" in fault for fault in axe(page))
