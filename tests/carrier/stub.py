"""A stub carrier over real HTTP: answers REST requests as a test tells it to, and remembers what reached
it."""

from __future__ import annotations

import json
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Arrival:
    method: str
    path: str
    query: dict
    form: dict
    headers: dict


@dataclass
class Answer:
    """``fault``: "reset" cuts the connection, "silence" never answers; both after ``then`` was done with the
    request."""

    status: int = 200
    body: object = None
    headers: dict = field(default_factory=dict)
    fault: str = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stub: Stub

    def do(self):
        length = int(self.headers.get("Content-Length") or 0)
        form = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
        parts = urlsplit(self.path)
        first = {name: values[0] for name, values in form.items()}
        arrival = Arrival(self.command, parts.path, parse_qs(parts.query), first, dict(self.headers))
        with self.stub.lock:
            self.stub.arrivals.append(arrival)
            answer = self.stub.answer(arrival)
        if answer.fault:
            self.fail(answer.fault)
        else:
            self.reply(answer)

    do_GET = do_POST = do_DELETE = do

    def reply(self, answer):
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in ({"Content-Length": str(len(body))} | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def fail(self, fault):
        if fault == "silence":
            self.stub.closing.wait(20)
        # A reset, not a polite close: SO_LINGER 0 makes close() send RST.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def handle(self):
        with suppress(OSError, ValueError):  # the connection that fail() cut
            super().handle()

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass

    def shutdown_request(self, request):
        with suppress(OSError):
            super().shutdown_request(request)


class Stub:
    """``answer(arrival) -> Answer`` decides. ``arrivals`` is everything that came."""

    def __init__(self, answer):
        self.answer = answer
        self.arrivals: list[Arrival] = []
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"stub": self}))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def stub(answer):
    found = Stub(answer)
    try:
        yield found
    finally:
        found.close()


def refusal(status, code=None, **headers):
    """An error answer in Twilio's shape."""
    body = {"status": status, "message": "no", "more_info": "https://www.twilio.com/docs"}
    if code is not None:
        body["code"] = code
    return Answer(status, body, headers)
