"""The HTTP side: a small threaded server with keep-alive, one thread per connection, and the table of who
answers what.

No framework on the way of a key press: walks press tens of thousands.
"""

import base64
import hmac
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from carrier.emulator.exchange import Exchange
from carrier.emulator.faults import FaultOrder

log = logging.getLogger("carrier.emulator.http")

_MAX_BODY = 32 * 1024 * 1024


@dataclass(slots=True)
class Request:
    """``form`` and ``query`` keep the last value of a name; ``every`` all values of the form."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Message
    body: bytes
    form: dict[str, str] = field(default_factory=dict)
    every: dict[str, list[str]] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """The JSON object of the body, {} for none. Raises ValueError."""
        value = json.loads(self.body) if self.body else {}
        if not isinstance(value, dict):
            raise ValueError("the body must be a JSON object")
        return value


@dataclass(slots=True)
class Reply:
    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(value: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode())


Route = Callable[[Request], Reply]


class Server(ThreadingHTTPServer):
    """``rest`` answers the account's calls, ``control`` the telephones'."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], exchange: Exchange) -> None:
        from carrier.emulator import control, rest

        self.exchange = exchange
        self.control = control.routes(exchange)
        self.rest = rest.routes(exchange)
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug("connection from %s broke", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one piece
    server: Server

    def _answer(self) -> None:
        request = self._read()
        if request is None:
            return self._write(Reply(413))
        try:
            if request.path.startswith("/phone/"):
                return self._write(self.server.control(request))
            return self._account(request)
        except OSError:
            raise  # the other side is gone
        except Exception as broken:
            log.exception("%s %s broke the emulator", request.method, request.path)
            self._write(
                as_json({**error(500, 20500, f"the emulator broke: {broken!r}"), "error": repr(broken)}, 500)
            )

    do_GET = do_POST = do_PUT = do_DELETE = _answer

    def _account(self, request: Request) -> None:
        """A REST call: who may, what trouble was ordered, then the answer."""
        exchange = self.server.exchange
        media = request.path.endswith(".wav")
        order = exchange.faults.take("media" if media else "rest", f"{request.method} {request.path}")
        if order and order.do == "reset":
            return self._hang_up()
        if order and order.do == "timeout":
            time.sleep(order.seconds)
            return self._hang_up()
        if order and order.do == "status":
            return self._write(_trouble(order))
        reply = self.server.rest(request) if self._known(request) else _unknown()
        if order and order.do == "lose":
            return self._hang_up()
        if order and order.on == "media":
            return self._spoil(order, reply)
        self._write(reply)

    def _spoil(self, order: FaultOrder, reply: Reply) -> None:
        """A recording that does not come as it should."""
        if order.do == "redirect":
            return self._write(Reply(302, headers={"Location": order.to}))
        if order.do == "page":
            return self._write(Reply(200, b"<!doctype html><title>Maintenance</title>", "text/html"))
        self._write(reply, reply.body[: len(reply.body) // 2])
        self._hang_up()

    def _known(self, request: Request) -> bool:
        """Basic auth with account SID and token: twilio.com/docs/usage/requests-to-twilio."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        try:
            user, _, secret = base64.b64decode(given).decode().partition(":")
        except ValueError:
            return False
        exchange = self.server.exchange
        right = hmac.compare_digest(user.encode(), exchange.account_sid.encode())
        return (
            scheme.lower() == "basic"
            and right
            and hmac.compare_digest(secret.encode(), exchange.auth_token.encode())
        )

    def _read(self) -> Request | None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MAX_BODY:
            self.close_connection = True
            return None
        body = self.rfile.read(length) if length else b""
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        request = Request(self.command, parts.path, query, self.headers, body)
        if body and (self.headers.get("Content-Type") or "").startswith("application/x-www-form-urlencoded"):
            request.every = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
            request.form = {name: values[-1] for name, values in request.every.items()}
        return request

    def _write(self, reply: Reply, body: bytes | None = None) -> None:
        """``body``: what is sent of it in truth, when that is less than was promised."""
        self.send_response(reply.status)
        if reply.status != 204:
            self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body if body is None else body)
        self.wfile.flush()

    def _hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        log.debug(format, *args)


def _trouble(order: FaultOrder) -> Reply:
    reply = as_json(error(order.status, order.code, "a fault on demand"), order.status)
    if order.status == 429:
        reply.headers = {"Retry-After": "1"}
    return reply


def _unknown() -> Reply:
    reply = as_json(error(401, 20003, "Authenticate"), 401)
    reply.headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'}
    return reply


def error(status: int, code: int, message: str) -> dict[str, Any]:
    """Twilio's shape of an error: twilio.com/docs/usage/twilios-response#response-formats-exceptions."""
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
