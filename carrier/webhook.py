"""The door of every webhook: limits, then the signature over the raw request, before anything is believed."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import abort, request

from carrier.signature import MAX_BODY, MAX_TARGET, TOO_LARGE, TOO_MANY_FIELDS, WRONG_TYPE, Verdict, Verifier

log = logging.getLogger("sambung.webhook")

FORM = "application/x-www-form-urlencoded"
_CODES = {TOO_LARGE: 413, TOO_MANY_FIELDS: 413, WRONG_TYPE: 415}


class Refused(Exception):
    """A request that is not one to answer; ``code`` is the HTTP status that says so: 403, 413, 414 or 415."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


def judged(
    verifier: Verifier, environ: Mapping[str, Any], read: Callable[[], bytes], now: datetime
) -> Verdict:
    """The verdict on a WSGI request whose body ``read`` gives (at most one byte more than is allowed). Raises Refused.

    The signed address is the configured one plus the request line's target as it came: never the Host header, never a framework's
    rebuilt URL (six of thirteen shapes break, reliability page 0.2).
    """
    length, kind = environ.get("CONTENT_LENGTH") or "0", environ.get("CONTENT_TYPE", "")
    if not length.isdecimal() or int(length) > MAX_BODY:
        raise Refused(413)
    if kind.partition(";")[0].strip().lower() != FORM and (kind or length != "0"):
        raise Refused(415)
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if len(target) > MAX_TARGET:
        raise Refused(414)
    body = read()
    if len(body) > MAX_BODY:
        raise Refused(413)
    verdict = verifier.check(target, body, kind, environ.get("HTTP_X_TWILIO_SIGNATURE"), now)
    if verdict.ok or verdict.foreign:
        return verdict
    if verdict.reason not in _CODES:
        log.warning("webhook refused", extra={"reason": verdict.reason, "url": verdict.url_checked})
    raise Refused(_CODES.get(verdict.reason, 403))


def checked(verifier: Verifier, now: datetime) -> Verdict:
    """The verdict on the request of a Flask view; aborts with its code when it is not one to answer."""
    try:
        return judged(verifier, request.environ, request.get_data, now)
    except Refused as refusal:
        abort(refusal.code)
