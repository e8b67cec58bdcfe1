"""The console in a browser: a console that runs, people of every role signed in, and pages that fail the test by themselves.

    def test_something(pages):
        page = pages.of("supervisor", "/people", width=390, language="en")
        page.get_by_role("heading", name="People").wait_for()

`pages` (one browser a test file) opens pages of `console`: the application on a database of its own, in this process, with
the services of flows/ and the roster below; `console.gateway` plants and looks. `house_pages` opens those of `console_house`, a whole
`python app.py run` in office hours with emulator and workers, for tests in which telephones ring.

A page fails its test at the end when the browser wrote an error, a script failed, a request failed or was answered with 4xx
or 5xx, or when it refused something for the sake of the content policy. ``pages.expect("403")`` allows what a test provokes.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

import store
from app import ROOT, create_console, open_gateway
from sessions.agents import staff
from sessions.gateway import Gateway
from sessions.services import publish, read_folders
from settings import Settings, load
from store import audit, limits, users
from store.times import text
from store.users import ACTIVE, User
from tests.house import House, environment
from web import guard
from web.accounts import visits
from web.accounts.visits import FULL, SECOND
from web.guard import Cookies

CHROMIUM = "/usr/bin/chromium"
WORDS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # A microphone that plays a file is chosen by a test of its own: tests.web.browser.chromium(*more words).
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
]
OFFICE_HOURS = "2026-03-11T10:15+07:00"
ROSTER = (
    b"id,name,tier,skills,languages,phone,unit\n"
    b"ani,Ani Lestari,1,uang_rupiah:2;umum:1,id;en,+628115550117,\n"
    b"bayu,Bayu Pratama,2,uang_rupiah:2;umum:1,id;en,+628115550118,\n"
)
# The cast: login, name, role, agent of the roster. Everybody is called by the role: pages.of("agent").
CAST = {
    "agent": ("ani", "Ani Lestari", "agent", "ani"),
    "agent2": ("bayu", "Bayu Pratama", "agent", "bayu"),
    "supervisor": ("sinta", "Sinta Dewi", "supervisor", ""),
    "administrator": ("adi", "Adi Nugroho", "administrator", ""),
    "auditor": ("utami", "Utami Sari", "auditor", ""),
}
ANONYMOUS, HALFWAY = "anonymous", "halfway"


class Console:
    """A console that answers at ``url``; ``gateway`` is its database and services, seen from the test."""

    def __init__(
        self, url: str, gateway: Gateway, app: Flask | None = None, house: House | None = None
    ) -> None:
        self.url, self.gateway, self.app, self.house = url, gateway, app, house
        self.cookies = Cookies(url, int(url.rsplit(":", 1)[1]))
        cast(gateway)

    def token(self, who: str) -> str:
        """A browser's token with which somebody of the cast is signed in."""
        with self.gateway.store.write() as db:
            user = users.of_login(db, CAST[who][0])
            assert user is not None
            return visits.begin(self.gateway, db, user, FULL, "127.0.0.1", "a test").token

    def client(self, who: str, language: str = "id") -> FlaskClient:
        """A client without a browser: somebody of the cast, ``anonymous``, or ``halfway`` (has to give a code).

        Tests share the console: a language that an earlier one chose for this person does not last.
        """
        assert self.app is not None, "only for the console that runs in this process"
        token = secrets.token_urlsafe(16)
        if who == HALFWAY:
            with self.gateway.store.write() as db:
                user = users.of_login(db, CAST["administrator"][0])
                token = visits.begin(self.gateway, db, user, SECOND, "127.0.0.1", "a test").token
        elif who != ANONYMOUS:
            token = self.token(who)
            self.speaks(who, language)
        client = self.app.test_client()
        client.set_cookie(self.cookies.session, token)
        client.form_token = guard.form_token(self.gateway, visits.Visit(token))
        return client

    def speaks(self, who: str, language: str) -> None:
        with self.gateway.store.write() as db:
            users.change(db, users.of_login(db, CAST[who][0]).id, language=language)

    def csp_reports(self) -> int:
        """How often browsers have refused something so far, today."""
        day = text(self.gateway.clock())[:10]
        return limits.count(self.gateway.store.read(), "csp_reports", "all", day)


def cast(gateway: Gateway) -> None:
    """Everybody of the cast and the roster."""
    staff.import_roster(gateway, ROSTER, "test")
    with gateway.store.write() as db:
        for place, (login, name, role, agent) in enumerate(CAST.values()):
            now = text(gateway.clock())
            users.add(db, User(f"U{place}", login, name, role, "id", agent, ACTIVE, "", "", 0, now, None))


class Pages:
    """Pages of one console in one browser, watched."""

    def __init__(self, console: Console, browser: Browser) -> None:
        self.console, self._browser = console, browser
        self.faults: list[str] = []
        self._allowed: list[str] = []
        self._contexts: list[Any] = []
        self._reports = console.csp_reports()

    def of(self, who: str, path: str = "/", *, width: int = 1440, language: str = "id", **more: Any) -> Page:
        """A page of a browser of its own, with this person signed in (``anonymous``: nobody)."""
        context = self._browser.new_context(viewport={"width": width, "height": 900}, **more)
        self._contexts.append(context)
        context.set_default_timeout(15_000)
        page, cookies = context.new_page(), self.console.cookies
        if who == ANONYMOUS:
            self._cookie(page, cookies.language, language)
        else:
            self._cookie(page, cookies.session, self.console.token(who))
            self.console.speaks(who, language)
        self._watch(page)
        page.goto(self.console.url + path)
        return page

    def expect(self, pattern: str) -> None:
        """Faults with this in them are what the test wants."""
        self._allowed.append(pattern)

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        if self.console.csp_reports() != self._reports:
            self.faults.append("a browser refused something for the sake of the content policy")
        left = [one for one in self.faults if not any(re.search(pattern, one) for pattern in self._allowed)]
        assert left == [], "\n".join(left)

    def _cookie(self, page: Page, name: str, value: str) -> None:
        # Not context.add_cookies: it names a domain, and what is called __Host- must not have one.
        # The browser takes a Secure cookie from http://127.0.0.1, its remote control only for https; a cookie has no scheme.
        url = self.console.url.replace("http:", "https:") + "/"
        wanted = {"name": name, "value": value, "url": url, "path": "/", "secure": True, "httpOnly": True}
        control = page.context.new_cdp_session(page)
        assert control.send("Network.setCookie", {**wanted, "sameSite": "Lax"})["success"]
        control.detach()

    def _watch(self, page: Page) -> None:
        def note(what: str) -> None:
            self.faults.append(what)

        page.on("console", lambda said: said.type == "error" and note(f"console: {said.text} ({page.url})"))
        page.on("pageerror", lambda error: note(f"script: {error} ({page.url})"))
        page.on("requestfailed", lambda asked: self._failed(asked))
        page.on("response", lambda got: got.status >= 400 and note(f"answer: {got.status} {got.url}"))

    def _failed(self, asked: Any) -> None:
        # A page that is left while it asks for something has not failed.
        if "ERR_ABORTED" not in (asked.failure or ""):
            self.faults.append(f"request: {asked.failure} {asked.url}")


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Debian's browser, with further words of its command line."""
    if not Path(CHROMIUM).exists():
        pytest.fail("pages are tested in a browser. Way out: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*WORDS, *more])
        yield browser
        browser.close()


@contextmanager
def serving(settings: Settings) -> Iterator[Console]:
    """The console of these settings on its port, in this process."""
    app = create_console(settings)
    server = make_server("127.0.0.1", settings.console_port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Console(settings.console_url, app.extensions["gateway"], app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["gateway"].close()


def prepared(folder: Path, port: int, **more: str) -> Settings:
    """Settings of an installation in ``folder``, whose database has the services of flows/. ``more``: of its environment."""
    nobody = "9"  # the port of an emulator that is not there, whatever else runs on this machine
    environ = {"INSTANCE": str(folder / "instance"), "CONSOLE_PORT": str(port), "CLOCK": OFFICE_HOURS}
    # Recordings of their own: whoever may have drafts made is tried out, and they are no part of the repository.
    environ |= {"EMULATOR_PORT": nobody, "AUDIO": str(folder / "audio"), **more}
    settings = load(environ, ROOT, make_credentials=True)
    made = store.connect(settings.database, audit_key=audit.key_of(settings.secret_key))
    publish(made, read_folders(settings.flows), "2026-03-11T03:00:00.000Z")
    made.close()
    return settings


@pytest.fixture(scope="session")
def console(tmp_path_factory, free_port) -> Iterator[Console]:
    """The console alone, shared by the tests of a run: plant what you need under names of your own."""
    with serving(prepared(tmp_path_factory.mktemp("console"), free_port())) as running:
        yield running


@pytest.fixture(scope="session")
def console_house(tmp_path_factory, free_port) -> Iterator[Console]:
    """A whole installation with its console."""
    port = free_port()
    wishes = {
        "CONSOLE": "yes",
        "CONSOLE_PORT": str(port),
        "CLOCK": OFFICE_HOURS,
        "SMS_PREFIX_PER_HOUR": "100000",
    }
    environ = environment(tmp_path_factory.mktemp("console_house"), free_port, **wishes)
    with House.running(environ) as house:
        gateway = open_gateway(load(environ, ROOT))
        yield Console(f"http://127.0.0.1:{port}", gateway, house=house)
        gateway.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a file."""
    with chromium() as one:
        yield one


@pytest.fixture
def pages(console, browser) -> Iterator[Pages]:
    """Pages of the console alone."""
    opened = Pages(console, browser)
    yield opened
    opened.close()


@pytest.fixture
def house_pages(console_house, browser) -> Iterator[Pages]:
    """Pages of a whole installation."""
    opened = Pages(console_house, browser)
    yield opened
    opened.close()
