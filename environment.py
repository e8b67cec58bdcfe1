"""One variable of the environment at a time, read strictly; what is wrong is remembered and told together."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

DOCUMENTED_IN = "docs/runbook.md, Settings"

T = TypeVar("T")


class Variable(NamedTuple):
    """One variable, as the runbook lists it. ``default`` is the text that counts when it is not set."""

    name: str
    default: str
    meaning: str
    secret: bool = False


class WrongSettings(Exception):
    """Variables that are missing or wrong. ``faults`` has one sentence for each, in the runbook's order."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        count = "1 problem" if len(faults) == 1 else f"{len(faults)} problems"
        lines = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"settings: {count} (every variable is explained in {DOCUMENTED_IN})\n{lines}")


class OldToken(NamedTuple):
    """A token that the carrier may still sign with after a rotation, up to and including ``until`` (UTC)."""

    token: str
    until: date


class NotPrivate(Exception):
    """A file of secrets that others may read, or that is not ours."""


def private_text(path: Path) -> str:
    """The text of a file of secrets, stripped. Raises OSError, UnicodeDecodeError or NotPrivate."""
    status = path.stat()
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise NotPrivate(f"has mode {stat.S_IMODE(status.st_mode):04o}: others may read it")
    if status.st_uid not in (0, os.geteuid()):
        raise NotPrivate(f"belongs to user {status.st_uid}")
    return path.read_text(encoding="utf-8").strip()


class Reader:
    """Reads one variable after the other. Each method gives a usable value even when it notes a fault."""

    def __init__(self, environ: Mapping[str, str], variables: tuple[Variable, ...]) -> None:
        self._environ = environ
        self._variables = {variable.name: variable for variable in variables}
        self._faults: dict[str, list[str]] = {}

    def fault(self, name: str, what: str, should_be: str) -> None:
        self._faults.setdefault(name, []).append(f"{name} {what}; it should be: {should_be}")

    def faults(self) -> list[str]:
        """Every fault noted, in the order of the variables."""
        return [fault for name in self._variables for fault in self._faults.get(name, ())]

    def is_set(self, name: str) -> bool:
        return bool(self._given(name) or self._given(f"{name}_FILE"))

    def secret_file(self, name: str) -> str:
        """The file that NAME_FILE names; '' when it names none."""
        return self._given(f"{name}_FILE")

    def missing(self, name: str) -> None:
        self.fault(name, "is not set", self._variables[name].meaning)

    def text(self, name: str) -> str:
        """The value, or the default. A variable that is set to nothing counts as not set."""
        return self._given(name) or self._variables[name].default

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name)
        if value not in allowed:
            self.fault(name, f"is {value!r}", " or ".join(allowed))
        return value

    def number(self, name: str, least: int, most: int) -> int:
        value = self.text(name)
        # isdecimal alone would take Arabic-Indic digits, and int() would take 1_000.
        plain = value.isascii() and value.isdecimal() and len(value) < 12
        if not plain or not least <= int(value) <= most:
            self.fault(name, f"is {value!r}", f"a whole number from {least} to {most}")
            return int(self._variables[name].default)
        return int(value)

    def one(self, name: str, form: re.Pattern[str], should_be: str) -> str:
        value = self.text(name)
        if value and not form.fullmatch(value):
            self.fault(name, f"is {value!r}", should_be)
        return value

    def many(self, name: str, form: re.Pattern[str], should_be: str) -> tuple[str, ...]:
        values = listed(self.text(name))
        for value in values:
            if not form.fullmatch(value):
                self.fault(name, f"names {value!r}", should_be)
        return values

    def url(self, name: str, default: str, *, https: bool) -> str:
        """A base address without the slash at its end."""
        value = (self.text(name) or default).rstrip("/")
        if not value:
            self.missing(name)
            return value
        problem = url_problem(value, https)
        if problem:
            self.fault(name, f"is {value!r}: {problem}", "https://host[:port][/path] and nothing more")
        return value

    def secret(self, name: str, at_least: int) -> str:
        """A secret from NAME, or from the file that NAME_FILE names. Its value never stands in a fault."""
        value = self._secret_text(name)
        plain = value.isascii() and value.isprintable() and " " not in value
        if value and (len(value) < at_least or not plain):
            form = f"at least {at_least} printable ASCII characters without spaces"
            self.fault(name, f"has {len(value)} characters or odd ones", form)
        return value

    def secrets(self, name: str, form: re.Pattern[str], should_be: str) -> tuple[str, ...]:
        """A comma list of secrets. Their values never stand in a fault."""
        values = listed(self._secret_text(name))
        for place, value in enumerate(values, 1):
            if not form.fullmatch(value):
                self.fault(name, f"has an entry (number {place}) that cannot be read", should_be)
        return values

    def clock(self, name: str, kept: Path, *, allowed: bool) -> int:
        """Seconds by which the service's clock is ahead: from a moment with its zone, or from +SECONDS.

        ``kept``: where a running service has written what it made of the same moment; its clock has gone on since.
        """
        value = self._given(name)
        if value and (running := kept_clock(kept, value)) is not None:
            value = running
        if not value:
            return 0
        seconds = clock_offset(value)
        if not allowed:
            self.fault(name, "is set", "unset in production: promises and holidays need the real time")
        elif seconds is None:
            self.fault(
                name, f"is {value!r}", "a moment with its zone, 2026-03-11T10:15+07:00, or seconds, +3600"
            )
        return seconds or 0

    def old_tokens(self, name: str) -> tuple[OldToken, ...]:
        tokens = []
        for place, entry in enumerate(listed(self._secret_text(name)), 1):
            token = old_token(entry)
            if token is None:
                self.fault(
                    name, f"has an entry (number {place}) that cannot be read", "token@2026-12-31, comma list"
                )
            else:
                tokens.append(token)
        return tuple(tokens)

    def _given(self, name: str) -> str:
        return self._environ.get(name, "").strip()

    def _secret_text(self, name: str) -> str:
        value, path = self._given(name), self._given(f"{name}_FILE")
        if value and path:
            self.fault(name, f"is set, and so is {name}_FILE", "one of the two")
        if value or not path:
            return value
        try:
            return private_text(Path(path))
        except NotPrivate as problem:
            self.fault(name, f"stands in {path}, which {problem}", f"ours alone: chmod 600 {path}")
        except (OSError, UnicodeDecodeError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else "not UTF-8"
            self.fault(name, f"stands in {path}, which cannot be read ({reason})", "a text file of mode 0600")
        return ""


def listed(text: str) -> tuple[str, ...]:
    """The entries of a comma list in their order, without repeats.

    >>> listed(" +62, +65 ,,+62")
    ('+62', '+65')
    """
    return tuple(dict.fromkeys(entry.strip() for entry in text.split(",") if entry.strip()))


def kept_clock(file: Path, value: str) -> str | None:
    """The signed seconds that this CLOCK means for the running service; None when none runs with it."""
    try:
        moment, _, seconds = file.read_text().strip().rpartition(" ")
    except OSError:
        return None
    return seconds if moment == value else None


def clock_offset(value: str) -> int | None:
    """Seconds ahead of now; None when the value is neither a moment with a zone nor signed seconds.

    >>> clock_offset("+3600"), clock_offset("-60"), clock_offset("2026-03-11T10:15")
    (3600, -60, None)
    """
    if re.fullmatch(r"[+-][0-9]{1,10}", value):
        return int(value)
    moment = _attempt(lambda: datetime.fromisoformat(value))
    if moment is None or moment.tzinfo is None:
        return None
    return round((moment - datetime.now(UTC)).total_seconds())


def url_problem(value: str, https: bool) -> str:
    """What is wrong with a base address; '' when nothing is.

    >>> url_problem("https://ivr.example.go.id/sambung", https=True)
    ''
    >>> url_problem("https://ivr.example.go.id/?a=1", https=True)
    'it holds a query, a fragment or a password'
    """
    parts = _attempt(lambda: urlsplit(value))
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return "no address"
    # urlsplit reads the port only when asked for it, and raises then.
    if _attempt(lambda: parts.port or 1) is None or not value.isascii() or " " in value:
        return "no address"
    if "?" in value or "#" in value or "@" in parts.netloc:
        return "it holds a query, a fragment or a password"
    if https and parts.scheme != "https":
        return "in production carrier and gateway meet over https only"
    return ""


def old_token(entry: str) -> OldToken | None:
    """One entry of TWILIO_OLD_TOKENS; None when it cannot be read. Dates are written in full, with dashes."""
    token, at, until = entry.rpartition("@")
    day = _attempt(lambda: date.fromisoformat(until))
    # From Python 3.11 on fromisoformat takes 20261231 and 2026-W53-4 as well: one spelling is enough.
    return OldToken(token, day) if at and len(token) >= 16 and day and until == day.isoformat() else None


def _attempt(make: Callable[[], T]) -> T | None:
    """What ``make`` gives; None when the text that it reads is malformed."""
    try:
        return make()
    except ValueError:
        return None
