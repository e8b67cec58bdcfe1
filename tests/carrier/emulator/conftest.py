"""The customer's side of the carrier: a small HTTP server that answers webhooks as each test says, and the
emulator before it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from carrier.emulator.exchange import Exchange
from carrier.emulator.numbers import ServiceNumber
from carrier.emulator.server import Server
from carrier.phone import Phone, World

ACCOUNT = "AC" + "0" * 32
TOKEN = "a-token-that-nobody-else-has"


@dataclass(frozen=True)
class Webhook:
    """One request that the carrier made: ``url`` as it was asked for, ``form`` its fields (query fields for
    GET).
    """

    method: str
    url: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class Page:
    body: str | bytes | Callable[[Webhook], str]
    status: int = 200
    content_type: str = "text/xml"
    headers: tuple[tuple[str, str], ...] = ()


class Customer:
    """Pages by path. ``asked`` is every webhook in the order they came."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {"/status": Page("", 204)}
        self.asked: list[Webhook] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                parts = urlsplit(self.path)
                form = dict(parse_qsl(body or parts.query, keep_blank_values=True))
                webhook = Webhook(self.command, outer.url + self.path, parts.path, form, dict(self.headers))
                outer.asked.append(webhook)
                page = outer.pages.get(parts.path, Page("not here", 404, "text/plain"))
                content = page.body(webhook) if callable(page.body) else page.body
                content = content.encode() if isinstance(content, str) else content
                self.send_response(page.status)
                self.send_header("Content-Type", page.content_type)
                for name, value in page.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def answers(self, path: str, inside: str | Callable[[Webhook], str]) -> None:
        """At ``path``: a <Response> with this inside it."""
        if callable(inside):
            self.pages[path] = Page(lambda webhook: f"<Response>{inside(webhook)}</Response>")
        else:
            self.pages[path] = Page(f"<Response>{inside}</Response>")

    def at(self, path: str) -> list[Webhook]:
        """The webhooks that came to a path."""
        return [webhook for webhook in self.asked if webhook.path == path]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def customer() -> Iterator[Customer]:
    side = Customer()
    yield side
    side.stop()


@pytest.fixture
def exchange(tmp_path, customer) -> Exchange:
    """An exchange whose number 131 leads to the customer: /voice, /sms, /status, and fallbacks."""
    made = Exchange(ACCOUNT, TOKEN, tmp_path / "state", "http://set.later")
    made.numbers.put(
        ServiceNumber(
            "+62131",
            voice_url=f"{customer.url}/voice",
            voice_fallback_url=f"{customer.url}/fallback",
            status_callback=f"{customer.url}/status",
            sms_url=f"{customer.url}/sms",
            sms_fallback_url=f"{customer.url}/sms-fallback",
            aliases=["131"],
        )
    )
    return made


@pytest.fixture
def emulator(exchange) -> Iterator[str]:
    """The URL of a running emulator with that exchange."""
    server = Server(("127.0.0.1", 0), exchange)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    exchange.api_url = url
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield url
    server.shutdown()
    server.server_close()


@pytest.fixture
def phone(emulator) -> Phone:
    return Phone(emulator, "+6281234567890")


@pytest.fixture
def world(emulator) -> World:
    return World(emulator)


class Here(TwilioHttpClient):
    """Sends what is meant for Twilio's hosts to the emulator."""

    def __init__(self, emulator: str) -> None:
        super().__init__(timeout=5)
        self._emulator = emulator

    def request(self, method, url, **more):
        path = "/" + url.split("/", 3)[3]
        return super().request(method, self._emulator + path, **more)


@pytest.fixture
def client(emulator):
    """The official client, whose host alone is another."""
    http = Here(emulator)
    yield Client(ACCOUNT, TOKEN, http_client=http)
    http.session.close()
