"""The load: calls as the carrier would send them, signed by its official code and ready as bytes before any clock runs.

A call is two POSTs: its start and, once that is answered, the digit for turn 1. Every call is new: nothing is answered from
what was kept for a repeat.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

ACCOUNT = "AC" + "0b" * 16
TOKEN = "bench-token-of-nobody"
SECRET_KEY = "bench-secret-key-of-nobody-at-all"
DIGIT = "1"  # bahasa Indonesia, in flows/bicara131


@dataclass(frozen=True)
class Door:
    """Where a server takes calls. ``turn`` gives the address for the digit of a call; ``answers`` is what a good answer to the
    start and to the digit contains.
    """

    port: int
    start: str
    turn: Callable[[str], str]
    answers: tuple[str, str]


def ours(port: int) -> Door:
    """Our webhooks. An emergency holds no Gather, so that one in each answer shows that the menu was reached."""
    return Door(port, "/ivr/calls", _our_turn, ("<Gather", "<Gather"))


def _our_turn(call: str) -> str:
    # As sessions/gateway.py makes it; bench/webhooks.py sees that the first answer's address is the one we expect.
    key = hmac.digest(SECRET_KEY.encode(), f"{call}/1".encode(), hashlib.sha256).hex()[:16]
    return f"/ivr/calls/{call}/turns/1?heard=keys&k={key}"


def theirs(port: int) -> Door:
    """The webhooks of baseline H."""
    return Door(port, "/voice", lambda call: "/menu", ("<Gather", "<Dial"))


def calls(door: Door, first: int, count: int) -> list[tuple[str, str]]:
    """(start, digit) of calls number ``first`` and following: whole HTTP requests, in ASCII."""
    validator = RequestValidator(TOKEN)
    made = []
    for number in range(first, first + count):
        call = f"CA{number:032x}"
        start = form(call, number)
        digit = {
            **start,
            "CallStatus": "in-progress",
            "Digits": DIGIT,
            "FinishedOnKey": "",
            "msg": "Gather End",
        }
        made.append(
            (_request(door, door.start, start, validator), _request(door, door.turn(call), digit, validator))
        )
    return made


def form(call: str, number: int) -> dict[str, str]:
    """The 28 fields of an incoming call; the digit's form has 31."""
    caller, called = f"+62811{number % 10_000_000:07d}", "+62211500131"
    return {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallSid": call, "CallStatus": "ringing", "Called": called,
        "CalledCity": "JAKARTA", "CalledCountry": "ID", "CalledState": "", "CalledZip": "", "Caller": caller,
        "CallerCity": "", "CallerCountry": "ID", "CallerState": "DKI", "CallerZip": "", "Direction": "inbound",
        "From": caller, "FromCity": "", "FromCountry": "ID", "FromState": "DKI", "FromZip": "", "To": called,
        "ToCity": "JAKARTA", "ToCountry": "ID", "ToState": "", "ToZip": "", "ForwardedFrom": called,
        "CallToken": '{"parentCallInfoToken":"' + "e0".join(call) + '"}', "StirVerstat": "TN-Validation-Passed-A",
    }  # fmt: skip


def _request(door: Door, target: str, fields: dict[str, str], validator: RequestValidator) -> str:
    body = urlencode(fields)
    host = f"127.0.0.1:{door.port}"
    signature = validator.compute_signature(f"http://{host}{target}", fields)
    head = (
        f"POST {target} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: TwilioProxy/1.1",
        "Accept: */*",
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8",
        f"Content-Length: {len(body)}",
        "I-Twilio-Idempotency-Token: 00000000-0000-4000-8000-000000000000",
        f"X-Twilio-Signature: {signature}",
    )
    return "\r\n".join(head) + "\r\n\r\n" + body
