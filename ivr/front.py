"""The conversation's two addresses, answered in front of Flask: a call has come in, and what was heard at a turn.

Nine of ten webhooks come here, each with a caller listening to silence until it is answered. Flask's dispatch and its views of the
request were a quarter of the processor time; nothing here needs them (docs/decisions/0018). Whatever is not one of the two
addresses goes on to Flask unread.
"""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from carrier.signature import MAX_BODY
from carrier.webhook import Refused, judged
from ivr.telephone import XML, Form, Telephone, View, telephone
from sessions.gateway import Gateway

ADDRESS = re.compile(r"/ivr/calls(?:/([^/]+)/turns/([0-9]{1,18}))?")
STATUS = {
    200: "200 OK",
    403: "403 Forbidden",
    405: "405 Method Not Allowed",
    413: "413 Content Too Large",
    414: "414 URI Too Long",
    415: "415 Unsupported Media Type",
}
PLAIN = "text/plain; charset=utf-8"


def in_front(gateway: Gateway, behind: WSGIApplication) -> WSGIApplication:
    """``behind`` with the conversation's addresses before it."""
    phone = telephone(gateway)

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        address = ADDRESS.fullmatch(path)
        if address is None:
            return behind(environ, start)
        if environ["REQUEST_METHOD"] != "POST":
            return _send(start, 405, "405\n", PLAIN, ("Allow", "POST"))
        try:
            verdict = judged(gateway.verifier, environ, lambda: _body(environ), gateway.clock())
        except Refused as refusal:
            return _send(start, refusal.code, f"{refusal.code}\n", PLAIN)
        return _send(start, 200, phone.answer(verdict, path, _view(phone, address, environ)), XML)

    return application


def _view(phone: Telephone, address: re.Match[str], environ: WSGIEnvironment) -> View:
    call, n = address.groups()
    if call is None:
        return phone.incoming

    def next_turn(form: Form) -> str:
        asked = dict(parse_qsl(environ["QUERY_STRING"]))
        return phone.turn(call, int(n), asked.get("heard", ""), asked.get("k", ""), form)

    return next_turn


def _body(environ: WSGIEnvironment) -> bytes:
    """The body, and at most one byte more than a webhook may have. Without a length (chunked) the server knows its end."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    chunked = bool(environ.get("wsgi.input_terminated")) and not length
    body: bytes = environ["wsgi.input"].read(MAX_BODY + 1 if chunked else length)
    return body


def _send(start: StartResponse, code: int, text: str, kind: str, *more: tuple[str, str]) -> list[bytes]:
    body = text.encode()
    start(STATUS[code], [("Content-Type", kind), ("Content-Length", str(len(body))), *more])
    return [body]
