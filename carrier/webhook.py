"""The door of every webhook: limits, then the signature over the raw request, before anything is believed."""

import logging
from datetime import datetime

from flask import abort, request

from carrier.signature import MAX_BODY, MAX_TARGET, TOO_LARGE, TOO_MANY_FIELDS, WRONG_TYPE, Verdict, Verifier

log = logging.getLogger("sambung.webhook")

FORM = "application/x-www-form-urlencoded"


def checked(verifier: Verifier, now: datetime) -> Verdict:
    """The verdict on the request at hand; aborts with 403, 413 or 415 when it is not one to answer.

    The signed address is the configured one plus the request line's target as it came: never the Host header, never a framework's
    rebuilt URL (six of thirteen shapes break, reliability page 0.2).
    """
    environ = request.environ  # read as it came: the framework's views of it cost as much as the signature
    length, kind = environ.get("CONTENT_LENGTH") or "0", environ.get("CONTENT_TYPE", "")
    if not length.isdecimal() or int(length) > MAX_BODY:
        abort(413)
    if kind.partition(";")[0].strip().lower() != FORM and (kind or length != "0"):
        abort(415)
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or request.full_path
    if len(target) > MAX_TARGET:
        abort(414)
    body = request.get_data()
    if len(body) > MAX_BODY:
        abort(413)
    verdict = verifier.check(target, body, kind, environ.get("HTTP_X_TWILIO_SIGNATURE"), now)
    if verdict.ok or verdict.foreign:
        return verdict
    if verdict.reason in (TOO_LARGE, TOO_MANY_FIELDS):
        abort(413)
    if verdict.reason == WRONG_TYPE:
        abort(415)
    log.warning("webhook refused", extra={"reason": verdict.reason, "url": verdict.url_checked})
    abort(403)
