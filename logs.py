"""Structured logs: one JSON object a line, on standard error, without what must not stand in a log.

    log = logging.getLogger(__name__)
    log.info("turn taken", extra={"call": "CA...", "turn": 3, "contact": "+6281234567890"})

Only the fields in FIELDS are written; the names of others are listed under "dropped" and their values are
lost: digits, texts and names cannot reach a log because somebody was in a hurry. Numbers become
+62812****890 with a keyed hash, the same for every spelling of one number. Secrets, turn keys, long runs of
digits and whatever else desk.redaction finds (e-mail, PINs, numbers in words) are taken out of every text,
tracebacks too. JSON escapes line ends and control characters: no caller can forge a line.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import logging.config
import re
import time
from collections.abc import Iterable
from typing import Any, TextIO
from urllib.parse import quote

from desk import redaction

LONGEST = 4_000  # characters of one field: a traceback fits, a 64 kB form does not
NUMBER_FIELDS = frozenset({"contact", "called", "number", "agent_number"})
FIELDS = NUMBER_FIELDS | {
    "account", "address", "agent", "attempt", "attempts", "bytes", "call", "case", "channel", "child",
    "code", "command", "count", "error", "event", "expected", "fault", "faults", "file", "flow", "handled",
    "http_status", "job", "kind", "language", "languages", "leg", "limit", "line", "method", "milliseconds",
    "oldest_seconds", "outcome", "path", "pid", "poisoned", "port", "queue", "reason", "recording",
    "request", "row", "seconds", "service", "session", "sid", "signal", "sms", "state", "status", "step",
    "text_sid", "turn", "url", "version", "versions", "worker",
}  # fmt: skip

# Loggers of libraries that write whole requests, texts and numbers included, below the level of warnings.
TALKATIVE = ("twilio", "urllib3", "requests", "asyncio", "werkzeug")

# Nine digits or more, with or without separators, not inside a word: SIDs and ULIDs are words with letters.
# An address of a machine with its port is passed over.
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_DIGITS = re.compile(
    rf"(?P<machine>(?<![\w.+]){_OCTET}(?:\.{_OCTET}){{3}}(?::\d{{1,5}})?(?![\w.]))"
    r"|(?<![0-9A-Za-z])\+?\d(?:[ .()/-]{0,3}\d){8,30}(?![0-9A-Za-z])"
)
# A text without any of these has nothing that _DIGITS would not see: no @, no word of codes and short numbers, no
# two digits in words. Nearly all lines of a log are such, and a line must stay cheap.
_DIGIT_WORD = (
    "(?:nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan"
    "|zero|oh|one|two|three|four|five|six|seven|eight|nine)"
)
_WORTH = re.compile(
    rf"@|sandi|passw|paspor|\b(?:pin|otp|cvv|efin|kode|code|rek|rekening|account|telp|telepon|hp|phone|dot|titik)\b"
    rf"|\b{_DIGIT_WORD}\W+{_DIGIT_WORD}\b",
    re.IGNORECASE,
)
# What a caller keyed, said or wrote, and the key of a turn's address, should a whole form be logged.
_FORM = re.compile(r"\b(Digits|SpeechResult|UnstableSpeechResult|Body|TranscriptionText|k)=[^&\s\"']*")
# Long numbers of which a log keeps nothing but their hash, so that two lines of one account can be told.
_HASHED = frozenset({"nik", "npwp", "card", "account", "number"})
_CREDENTIALS = re.compile(r"(?i)\b(basic|bearer)\s+[A-Za-z0-9+/=._~-]{8,}")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


def normalised(number: str) -> str:
    """The digits of a number with its country, so that all spellings of one number get one hash.

    >>> normalised("0812-3456-7890") == normalised("whatsapp:+62 812 3456 7890")
    True
    """
    digits = "".join(re.findall(r"[0-9]", number))
    return "62" + digits[1:] if digits.startswith("0") and not digits.startswith("00") else digits


def keyed_hash(number: str, key: str) -> str:
    """Twelve hexadecimal digits that stand for a number in the logs of one installation only."""
    return hmac.new(key.encode(), b"log number\0" + normalised(number).encode(), hashlib.sha256).hexdigest()[
        :12
    ]


def masked(number: str) -> str:
    """A number of which country, operator and the last three digits remain; less of a stranger one.

    >>> masked("+6281234567890"), masked("0812-3456-7890"), masked("131"), masked("sip:ann@example.com")
    ('+62812****890', '0812****890', '131', '****')
    """
    digits = "".join(re.findall(r"[0-9]", number))
    if len(digits) < 7:
        return digits if digits and re.fullmatch(r"\+?[0-9 ]+", number) else "****"
    if len(digits) > 15:
        return "****"  # no telephone number: a card or an identity number, of which nothing is kept
    kept = digits[:5] if "+" in number else digits[:4]
    return ("+" if "+" in number else "") + kept + "****" + digits[-3:]


class Scrubber:
    """Takes secrets and numbers out of any text. ``secrets`` are the values, ``key`` the hashes' key."""

    def __init__(self, secrets: Iterable[str] = (), accounts: Iterable[str] = (), key: str = "") -> None:
        self._key = key
        plain = [secret for secret in secrets if secret]
        pairs = [
            base64.b64encode(f"{account}:{secret}".encode()).decode()
            for account in accounts
            for secret in plain
        ]
        spellings = {*plain, *(quote(secret, safe="") for secret in plain), *pairs}
        # The longest first: one secret may begin with another.
        words = sorted(spellings, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, words))) if words else None

    def text(self, text: str) -> str:
        """The same text, fit for a log. Cut after scrubbing, never before: half a secret is one."""
        if self._secrets:
            text = self._secrets.sub("[secret]", text)
        text = _CREDENTIALS.sub(r"\1 [secret]", text)
        text = _FORM.sub(r"\1=[left out]", text)
        text = self._without_people(text)
        return text if len(text) <= LONGEST else text[:LONGEST] + f"... ({len(text)} characters)"

    def _without_people(self, text: str) -> str:
        """The text without numbers, addresses and codes of people: what redaction finds, and long runs besides."""
        if not _WORTH.search(text):
            return self._without_runs(text)
        shown, at = [], 0
        for span in redaction.find(text):
            secret = text[span.start : span.end]
            shown += [self._without_runs(text[at : span.start]), self._hidden(secret, span.kind)]
            at = span.end
        return "".join([*shown, self._without_runs(text[at:])])

    def _without_runs(self, text: str) -> str:
        return _DIGITS.sub(lambda found: found["machine"] or self.number(found[0]), text)

    def _hidden(self, secret: str, kind: str) -> str:
        if kind == "phone":
            return self.number(("+" if secret.startswith("+") else "") + redaction.digits_of(secret))
        if kind in _HASHED:
            return f"**** #{keyed_hash(redaction.digits_of(secret), self._key)}"
        return redaction.masked(secret, kind)

    def number(self, number: str) -> str:
        shown = masked(number)
        return f"{shown} #{keyed_hash(number, self._key)}" if len(normalised(number)) >= 7 else shown

    def value(self, name: str, value: object) -> object:
        """A field's value for JSON: people's numbers masked, texts scrubbed, other shapes as text."""
        if name in NUMBER_FIELDS and value is not None:
            return self.number(str(value))
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, list | tuple):
            return [self.value(name, item) for item in value]
        return self.text(str(value))


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time (UTC), level, process, from, text, then its allowed fields."""

    def __init__(self, scrubber: Scrubber, process: str) -> None:
        super().__init__()
        self._scrubber = scrubber
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "process": self._process,
            "from": record.name,
            "text": self._scrubber.text(_message(record)),
        }
        extras = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line |= {name: self._scrubber.value(name, extras[name]) for name in sorted(extras.keys() & FIELDS)}
        dropped = sorted(extras.keys() - FIELDS)
        if dropped:
            line["dropped"] = dropped
        if record.exc_info:
            line["traceback"] = self._scrubber.text(self.formatException(record.exc_info))
        # ASCII only: a terminal's control characters and U+2028 are escaped like line ends.
        return json.dumps(line, ensure_ascii=True, default=str)


def _message(record: logging.LogRecord) -> str:
    """The record's text. A message that does not fit its arguments is shown as it is: no line is lost."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def set_up(process: str, *, level: str, scrubber: Scrubber, stream: TextIO | None = None) -> None:
    """Sends every logger of this process through JsonLines. ``process``: web, worker, emulator, run ..."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(scrubber, process))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)


def take_over(*names: str) -> None:
    """Loggers that a library gave handlers of their own (gunicorn's) write through ours instead."""
    for name in names:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True


def for_settings(settings: Any) -> Scrubber:
    """The scrubber that knows this installation's secrets (a settings.Settings)."""
    return Scrubber(settings.secrets(), settings.account_sids, settings.secret_key)
