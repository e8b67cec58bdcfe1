"""Telephone numbers as people and carriers write them, made comparable.

Called numbers are never parsed as international numbers: to a numbering library (021) 1500200 is a valid
fixed line and 131 no number at all. A service lists the spellings by which it is called, and ``called_key``
makes the spellings of one number equal. Callers are people: ``contact_key`` makes 08…, 62… and +62… one key,
and knows the many ways in which a caller has no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.words import plain_digits

_SCHEME = re.compile(r"(sips?|tel|whatsapp|client|messenger):", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[\d\s().\-/\u2010-\u2015]+")
# What stands in a caller's place when there is no number, in words and (Twilio) as those words typed on a
# keypad: +266696687 is ANONYMOUS, +86282452253 UNAVAILABLE, +7378742833 RESTRICTED, +2562533 BLOCKED,
# +8656696 UNKNOWN.
_NOBODY = ("anonymous", "unavailable", "restricted", "blocked", "unknown", "private", "withheld", "asserted")
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_NOBODY_KEYS = frozenset(word.translate(_KEYPAD) for word in _NOBODY)


@dataclass(frozen=True)
class Contact:
    """Who calls or writes, as far as the carrier knows.

    ``kind``: number, service (a short code or a number without area code), sip, client, whatsapp (a user id
    without a number), nobody. ``key`` is equal for all spellings of one contact, '' for nobody: two
    anonymous callers are not the same person. ``can_receive_text`` is False for fixed lines, service
    numbers, sip and client addresses that carry no number. ``raw`` is what the carrier sent.
    """

    kind: str
    key: str
    can_receive_text: bool
    raw: str


def _split(raw: str) -> tuple[str, str]:
    """(scheme or '', address without scheme, host and parameters)."""
    found = _SCHEME.match(raw.strip())
    if not found:
        return "", raw
    scheme = found[1].lower()
    address = raw.strip()[found.end() :].replace("%2B", "+").replace("%2b", "+")
    return scheme, re.split(r"[@;?]", address, maxsplit=1)[0] if scheme != "client" else address


def _number(address: str) -> str:
    """'+' and digits, or digits, of an address that is a number; '' of one that is not."""
    folded = plain_digits(address)
    stripped = folded.strip()
    if not stripped or not _NUMBER.fullmatch(stripped):
        return ""
    digits = re.sub(r"\D", "", stripped)
    if stripped.startswith("+"):
        return f"+{digits}" if digits else ""
    # A '+' that was not escaped arrives as a space. Real numbers never begin with one.
    if folded[:1] == " " and len(digits) > 8:
        return "+" + digits
    return "+" + digits[2:] if digits.startswith("00") and len(digits) > 8 else digits


def called_key(raw: str) -> str:
    """The key of a called number, equal for all its spellings.

    (021) 1500131, 0211500131, 62211500131 and +62211500131 share one key; 1500131 and +621500131 share
    another; 131 and +62131 a third. A SIP address counts by its user part, whatever the host. '' for an
    empty address.
    """
    scheme, address = _split(raw)
    number = _number(address)
    if not number:
        name = address.strip().casefold()
        return f"{scheme}:{name}" if scheme and name else name
    if number.startswith("+62"):
        return number[3:].lstrip("0")
    if number.startswith("+"):
        return number
    # Without '+', 62 is the country's code only before a whole number: 62 21… or 62 8…, never a short local
    # one.
    if number.startswith("62") and len(number) > 8:
        return number[2:]
    return number.removeprefix("0")


def matches(raw: str, spellings: Iterable[str]) -> bool:
    """Is a called number one of these?"""
    key = called_key(raw)
    return bool(key) and any(called_key(spelling) == key for spelling in spellings)


def contact_key(raw: str | None) -> Contact:
    """The contact behind a From or Caller value; never raises, whatever the carrier sends."""
    text = raw or ""
    scheme, address = _split(text)
    name = address.strip().casefold()
    number = _number(address)
    if not any(map(str.isalnum, name)) or name in _NOBODY or number.removeprefix("+") in _NOBODY_KEYS:
        return Contact("nobody", "", False, text)
    if scheme == "client":
        return Contact("client", f"client:{name}", False, text)
    if not number:
        return _without_number(scheme, address.strip(), text)
    key = _international(number)
    if not key:
        return Contact("service", number, False, text)
    kind = "sip" if scheme in ("sip", "sips") else "number"
    return Contact(kind, key, scheme == "whatsapp" or _is_textable(key), text)


def _without_number(scheme: str, address: str, raw: str) -> Contact:
    # WhatsApp user ids look like US.1234: they can be written to, but only there, and only as they are
    # spelled.
    if scheme == "whatsapp":
        return Contact("whatsapp", f"whatsapp:{address}", True, raw)
    name = address.casefold()
    if scheme in ("sip", "sips"):
        host = raw.partition("@")[2].partition(";")[0].casefold()
        return Contact("sip", f"sip:{name}@{host}" if host else f"sip:{name}", False, raw)
    # An alphanumeric sender id, or something nobody has seen yet: recognisable, but nothing can be sent to
    # it.
    return Contact("service", name, False, raw)


def _international(number: str) -> str:
    """+62… for every Indonesian way of writing a whole number, +… for foreign ones, '' for short and service
    ones.
    """
    if number.startswith("+"):
        rest = number[1:].removeprefix("620")
        digits = number[1:] if rest == number[1:] else "62" + rest
        return "+" + digits if len(digits) > 7 else ""
    if number.startswith("62") and len(number) > 9:
        return "+62" + number[2:].lstrip("0")
    if re.fullmatch(r"0[2-9]\d{6,12}", number):
        return "+62" + number[1:]
    if re.fullmatch(r"8[1-9]\d{7,10}", number):  # a mobile number written without its leading 0
        return "+62" + number
    return "+" + number if len(number) > 9 and number[0] != "0" else ""


def _is_textable(key: str) -> bool:
    """Indonesian mobile numbers begin with 8; of foreign ones we cannot tell, and try."""
    return key.startswith("+628") if key.startswith("+62") else True
