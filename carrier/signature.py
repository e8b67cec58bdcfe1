"""Is this webhook from our carrier?  Twilio's signature scheme, checked so that no input can make it raise.

The rule is Twilio's (twilio.com/docs/usage/security, "Validating signatures"): base64(HMAC-SHA1(token, URL +
name + value + name + value ...)), names sorted, repeated values sorted and de-duplicated. Twilio's own
``twilio.request_validator.RequestValidator`` computes it. Its ``validate()`` is not used: it raises on a
missing header, on bytes and on odd ports, accepts a JSON body whose hash was never checked, and always
computes two signatures. What stands around the computation is held against it in
tests/carrier/test_signature.py.

Two things differ from the official ``validate()``, both towards what Twilio's page says:
  * a URL with an empty ``?`` or ``;`` at its end is accepted as written, and as the official one shortens it;
  * IPv6 hosts keep their brackets and colons when the port is taken away.
"""

from __future__ import annotations

import hmac
import json
import logging
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import unquote_to_bytes, urlsplit

from twilio.request_validator import RequestValidator

log = logging.getLogger("sambung.signature")

MAX_BODY = 65_536
MAX_FIELDS = 200
MAX_TARGET = 8_192
_NEVER_IN_A_TARGET = re.compile(rb"[\x00-\x20\x7f#]")

OK = "ok"
NOT_CONFIGURED = "no token is configured"
NO_SIGNATURE = "the signature header is missing"
WRONG_SIGNATURE = "the signature does not match"
FOREIGN_ACCOUNT = "the account is not ours"
BAD_TARGET = "the request target is not a path in printable characters"
WRONG_TYPE = "the body is neither a form nor JSON"
TOO_LARGE = "the body is larger than 64 kB"
TOO_MANY_FIELDS = "the form has more than 200 fields"
NOT_UTF8 = "the body is not UTF-8"
NO_BODY_HASH = "JSON without bodySHA256 in the URL"
WRONG_BODY_HASH = "the JSON body is not the one that was signed"
NOT_JSON = "the body says it is JSON and is not"
FAULT = "the check itself failed"


class Verdict(NamedTuple):
    """What one check found.

    ``ok``: signed with one of our tokens, and for one of our accounts. ``url_checked``: the URL that was held
    against the signature, for the log line of a refusal. ``reason``: one of the constants above. ``params``:
    name -> first value, unknown names kept; {} when refused, except for FOREIGN_ACCOUNT, where the signature
    was good.
    """

    ok: bool
    url_checked: str
    reason: str
    params: dict[str, str]

    @property
    def foreign(self) -> bool:
        """Signed with our token, but for an account that is not configured: answer politely, do nothing."""
        return self.reason == FOREIGN_ACCOUNT


class _Refused(Exception):
    """Ends a check early; its text is the verdict's reason."""


class Verifier:
    """Checks webhooks against the accounts, tokens and public address that were configured.

    ``tokens``: the primary token first (Twilio signs with that one only), then old ones as (token, last day):
    an old token is accepted up to the end of that day in UTC, or for ever if its day is None. ``base_url``:
    what the carrier was told to call, with scheme, port and path prefix as it was told. Raises ValueError for
    a base URL that is none; nothing else here ever raises.
    """

    def __init__(
        self, account_sids: Sequence[str], tokens: Sequence[str | tuple[str, date | None]], base_url: str
    ) -> None:
        self._accounts = frozenset(account_sids)
        given = [(each, None) if isinstance(each, str) else each for each in tokens]
        self._tokens = [(RequestValidator(token), _last_day(day)) for token, day in given if token]
        self._base = base_url.rstrip("/")
        self._bases, self._origins, self._prefix = _spellings(self._base)

    def check(
        self, raw_target: str, body: bytes, content_type: str | None, signature: str | None, now: datetime
    ) -> Verdict:
        """Is this request ours?  ``raw_target`` is the request line's second word as it came (gunicorn's
        RAW_URI).

        Never the Host header, never X-Forwarded-*: they are the caller's to choose. Never raises.
        """
        try:
            return self._check(raw_target, body, content_type, signature, now)
        except _Refused as refusal:
            return Verdict(False, _for_log(self._base, raw_target), str(refusal), {})
        except Exception:
            # The last line of defence: an unforeseen input must give 403, never 500.
            log.exception("signature check failed on an input it should have judged")
            return Verdict(False, _for_log(self._base, raw_target), FAULT, {})

    def _check(
        self, raw_target: str, body: bytes, content_type: str | None, signature: str | None, now: datetime
    ) -> Verdict:
        if not self._tokens:
            raise _Refused(NOT_CONFIGURED)
        if not signature:
            raise _Refused(NO_SIGNATURE)
        if len(body) > MAX_BODY:
            raise _Refused(TOO_LARGE)
        target = _target(raw_target)
        kind = (content_type or "").partition(";")[0].strip().lower()
        if kind == "application/json":
            signed = _Fields()
            params = _json(body, target)
        elif kind == "application/x-www-form-urlencoded" or not body:
            signed, params = _form(body)
        else:
            raise _Refused(WRONG_TYPE)
        if not self._matches(target.decode(), signed, signature, now):
            raise _Refused(WRONG_SIGNATURE)
        account = params.get("AccountSid")
        # A missing AccountSid is no fault: the token has proved the account already.
        if account is not None and account not in self._accounts:
            return Verdict(False, _for_log(self._base, raw_target), FOREIGN_ACCOUNT, params)
        return Verdict(True, self._base + raw_target, OK, params)

    def _matches(self, target: str, signed: _Fields, signature: str, now: datetime) -> bool:
        if not signature.isascii():
            return False
        for official, last_day in self._tokens:
            if last_day is not None and _utc_day(now) > last_day:
                continue
            for url in self._urls(target):
                if hmac.compare_digest(official.compute_signature(url, signed), signature):
                    return True
        return False

    def _urls(self, target: str) -> Iterator[str]:
        """The URLs that may have been signed, the likeliest first."""
        bases = self._bases
        if self._prefix and target.startswith(self._prefix):
            # A proxy that keeps the path prefix: the target has it already, so only the origin is missing.
            bases = [*self._origins, *bases]
        spellings = _target_spellings(target)
        for base in bases:
            for spelling in spellings:
                yield base + spelling


class _Fields(dict[str, tuple[str, ...]]):
    """A form as the official computation takes it: name -> every value."""

    def getall(self, name: str) -> tuple[str, ...]:
        return self[name]


def _last_day(day: date | None) -> date | None:
    return _utc_day(day) if isinstance(day, datetime) else day


def _utc_day(now: datetime) -> date:
    return (now if now.tzinfo is None else now.astimezone(UTC)).date()


def _spellings(base: str) -> tuple[list[str], list[str], str]:
    """(base URLs, the same without the path, the path with a slash after it or ""), as configured first.

    Twilio is not consistent about ports: a URL may be signed with or without one, also the default one. The
    official validator tries both, and so do we.
    """
    parts = urlsplit(base)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.query
        or parts.fragment
        or "@" in base
    ):
        raise ValueError(
            f"public URL {base!r} is not http(s)://host[:port][/path]: the carrier signs that address"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.netloc.partition(":")[0]
    scheme = f"{parts.scheme}://"
    default = 443 if parts.scheme == "https" else 80
    plain, ported = scheme + host, f"{scheme}{host}:{parts.port or default}"
    origins = [ported, plain] if parts.port else [plain, ported]
    prefix = parts.path + "/" if parts.path else ""
    return [each + parts.path for each in origins], origins, prefix


def _target(raw: str) -> bytes:
    """The request target as bytes. WSGI hands it over as latin-1; UTF-8 in it is kept, anything else is
    refused."""
    try:
        target = raw.encode("latin-1")
        target.decode("utf-8")
    except UnicodeError:
        raise _Refused(BAD_TARGET) from None
    # "#" never travels in a request, and white space ends one: such a target was made by hand.
    if not raw.startswith("/") or len(target) > MAX_TARGET or _NEVER_IN_A_TARGET.search(target):
        raise _Refused(BAD_TARGET)
    return target


def _target_spellings(target: str) -> list[str]:
    """The target literally, and as urlparse().geturl() leaves it: without an empty query or empty ``;``
    parameters."""
    path, mark, query = target.partition("?")
    last = path[path.rfind("/") :]
    official = (path[:-1] if last.find(";") == len(last) - 1 else path) + (mark + query if query else "")
    return [target] if official == target else [target, official]


def _form(body: bytes) -> tuple[_Fields, dict[str, str]]:
    """(what the signature covers, name -> first value) of an urlencoded body.

    Blank values count, empty pieces do not. UTF-8 is strict on purpose: %FF repaired to U+FFFD would be a
    text that nobody signed.
    """
    if body.count(b"&") >= MAX_FIELDS:
        raise _Refused(TOO_MANY_FIELDS)
    try:
        pairs = _pairs(body.replace(b"+", b" "))
    except UnicodeDecodeError:
        raise _Refused(NOT_UTF8) from None
    params = dict(pairs)
    if len(params) == len(pairs):
        return _Fields([(name, (value,)) for name, value in pairs]), params
    signed = _Fields()
    for name, value in pairs:
        signed[name] = (*signed.get(name, ()), value)
    return signed, {name: values[0] for name, values in signed.items()}


def _pairs(body: bytes) -> list[tuple[str, str]]:
    if b"%26" in body or b"%3D" in body or b"%3d" in body:
        pieces = [piece.partition(b"=") for piece in body.split(b"&") if piece]
        return [
            (unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode()) for name, _, value in pieces
        ]
    # No separator is hidden behind a %: decode once for the whole body, a third of the cost (and of the hot
    # path).
    found = [piece.partition("=") for piece in unquote_to_bytes(body).decode().split("&") if piece]
    return [(name, value) for name, _, value in found]


def _json(body: bytes, target: bytes) -> dict[str, str]:
    """The top level of a JSON body whose hash stands in the URL; what is not text in it stays JSON text."""
    claimed = _body_hash(target)
    if not claimed:
        raise _Refused(NO_BODY_HASH)
    if not hmac.compare_digest(sha256(body).hexdigest().encode(), claimed.lower()):
        raise _Refused(WRONG_BODY_HASH)
    try:
        found = json.loads(body.decode()) if body else {}
    except UnicodeDecodeError:
        raise _Refused(NOT_UTF8) from None
    except (ValueError, RecursionError):
        raise _Refused(NOT_JSON) from None
    if not isinstance(found, dict):
        return {}
    return {
        _text(name): _text(value) if isinstance(value, str) else json.dumps(value)
        for name, value in found.items()
    }


def _body_hash(target: bytes) -> bytes:
    """The first bodySHA256 of the query that is not blank, as parse_qs finds it; b"" if there is none."""
    for piece in target.partition(b"?")[2].split(b"&"):
        name, _, value = piece.replace(b"+", b" ").partition(b"=")
        if value and unquote_to_bytes(name) == b"bodySHA256":
            return unquote_to_bytes(value)
    return b""


def _text(text: str) -> str:
    # JSON can spell half a surrogate pair, which no database and no XML can hold.
    return text.encode("utf-8", "replace").decode()


def _for_log(base: str, raw_target: object) -> str:
    """The URL that was checked, safe in a log line: no control characters, at most 500 characters."""
    text = base + str(raw_target)[:500]
    return "".join(each if each.isprintable() else "?" for each in text)
