"""Names and times as Twilio writes them."""

import hashlib
import os
from datetime import UTC, datetime
from email.utils import format_datetime


def new_sid(prefix: str) -> str:
    """A new SID: two letters and 32 hex digits, ``CA…`` for a call, ``SM…`` a message, ``RE…`` a recording."""
    return prefix + os.urandom(16).hex()


def fixed_sid(prefix: str, name: str) -> str:
    """The same SID for the same name, so that a service number keeps its SID over a restart."""
    return prefix + hashlib.sha256(name.encode()).hexdigest()[:32]


def now() -> datetime:
    """This second, UTC."""
    return datetime.now(UTC).replace(microsecond=0)


def rfc2822(moment: datetime | None) -> str | None:
    """``Tue, 24 Nov 2026 02:00:00 +0000``, the way the 2010-04-01 API writes times; None stays None."""
    return format_datetime(moment) if moment else None


def key(number: str) -> str:
    """What two spellings of a number share: its digits; letters are kept for ``client:`` and ``sip:`` names.

    A doubled area prefix is not undone: ``0812…`` and ``+62812…`` are two numbers here, as at any carrier.
    """
    if ":" in number or not any(c.isdigit() for c in number):
        return number.strip().lower()
    return "".join(c for c in number if c.isdigit())
