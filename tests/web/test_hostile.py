"""Texts from outside are shown as text: names, browsers, messages, transcripts, files; on every page, in every form of it."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest

from tests.web.examples import address, of_kind, plant_everywhere, who
from tests.web.payloads import PAYLOADS
from web.policy import PAGE, PART, POLICY

# Words of addresses in which pages take what somebody typed.
PARAMETERS = (
    "q",
    "who",
    "action",
    "subject",
    "since",
    "until",
    "before",
    "then",
    "done",
    "search",
    "name",
    "text",
    "id",
    "words",
    "unit",
    "service",
    "told",
    "seen",
)


@pytest.fixture(scope="module")
def hostile(console):
    """The console with every payload planted wherever pages show texts from outside."""
    plant_everywhere(console, PAYLOADS)
    return console


def test_there_are_enough_of_them_and_they_run_where_nothing_is_escaped(browser):
    assert len(set(PAYLOADS)) >= 150
    page, ran = browser.new_page(), []
    page.expose_function("ran", lambda: ran.append(1))
    for payload in PAYLOADS[::10]:  # one of each way to be run
        page.set_content(f"<title>x</title><p>{payload}</p>")
    page.wait_for_timeout(300)
    page.close()
    assert len(ran) >= 6


def test_no_page_runs_them(hostile, pages):
    opened: dict[str, object] = {}
    ran: list[str] = []
    for endpoint in of_kind(PAGE):
        role = who(endpoint)
        if role not in opened:
            page = opened[role] = pages.of(role, "/sign-in")
            page.expose_function("ran", lambda: ran.append("a payload ran"))
            page.on("dialog", lambda dialog: (ran.append("a payload opened a dialog"), dialog.dismiss()))
        opened[role].goto(hostile.url + address(hostile, endpoint))
        if opened[role].locator("#hostile").count():
            ran.append("an element of a payload is on the page")
        assert ran == [], endpoint


@pytest.mark.parametrize("endpoint", of_kind(PAGE, PART))
def test_no_answer_has_an_element_of_theirs(hostile, endpoint):
    if endpoint == "static":
        return
    client = hostile.client(who(endpoint))
    path = address(hostile, endpoint)
    asked = [path, f"{path}?{everything()}"] if POLICY[endpoint].kind == PAGE else [path]
    for one in asked:
        answer = client.get(one)
        assert answer.status_code < 500 or answer.status_code == 503, one
        if answer.content_type.startswith("text/html"):
            assert foreign(answer.get_data(as_text=True)) == [], one
        else:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def everything() -> str:
    """A query with all payloads, spread over the parameters."""
    return urlencode(
        {name: " ".join(PAYLOADS[place :: len(PARAMETERS)]) for place, name in enumerate(PARAMETERS)}
    )


class _Elements(HTMLParser):
    """What a page must not have: handlers in attributes, styles inline, scripts that are not ours, addresses that run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if any(name.startswith("on") or name == "style" or name == "srcdoc" for name in given):
            self.found.append(f"<{tag} {attributes}>")
        if tag in ("iframe", "object", "embed", "base", "style") or given.get("id") == "hostile":
            self.found.append(f"<{tag}>")
        if tag == "script" and not _ours(given):
            self.found.append(f"<script {attributes}>")
        for name in ("href", "src", "action", "formaction", "data"):
            value = "".join((given.get(name) or "").split()).lower()
            if value.startswith(("javascript:", "data:text", "https://example.invalid", "//")):
                self.found.append(f"<{tag} {name}={value}>")


def _ours(given: dict[str, str | None]) -> bool:
    return (given.get("src") or "").startswith("/static/") or given.get("type") == "application/json"


def foreign(page: str) -> list[str]:
    """
    >>> foreign('<p onclick="x">'), foreign('<script src="/static/a.js"></script>')
    (["<p [('onclick', 'x')]>"], [])
    """
    parser = _Elements()
    parser.feed(page)
    return parser.found
