"""Signed requests to a running house, byte for byte as a carrier would send them."""

import http.client
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took in seconds."""

    status: int
    type: str
    body: str
    seconds: float


def signature(house, path: str, body: bytes) -> str:
    """Twilio's signature of this body at this path, by the official code; repeated keys as Twilio signs them."""
    form = MultiDict(parse_qsl(body.decode(), keep_blank_values=True))
    return RequestValidator(house.credentials["TWILIO_AUTH_TOKEN"]).compute_signature(house.url + path, form)


def post(house, path: str, body: bytes, *, sign: bool = True, method: str = "POST", **headers: str) -> Answer:
    """Send it; ``headers`` with underscores for dashes. Unsigned with sign=False, altered by changing body after signature()."""
    told = {"Content-Type": FORM, **{name.replace("_", "-"): value for name, value in headers.items()}}
    if sign and "X-Twilio-Signature" not in told:
        told["X-Twilio-Signature"] = signature(house, path, body)
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(house.url).port, timeout=20)
    started = time.monotonic()
    try:
        connection.request(method, path, body, told)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    return Answer(answer.status, answer.getheader("Content-Type") or "", text, time.monotonic() - started)
