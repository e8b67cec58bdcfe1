"""Checks of what an ``ask`` collects: Indonesian identifiers, dates, telephone numbers, yes and no.

A format takes what was keyed or written and gives the normalised value, or None when it is not one. Formats
are for people: separators, spaces and lower case do no harm, a wrong check digit does. Rules: domain page
0.2.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine import words
from engine.numbers import contact_key
from engine.spoken import read_moment
from indonesia.identity import centuries, luhn, nik_birth, real_day

_SEPARATORS = re.compile(r"[\s.\-/()]+")


@dataclass(frozen=True)
class Format:
    """One kind of answer.

    ``digits`` is how many keys a caller presses, (least, most); None when it cannot be keyed.
    ``parse`` gives the normalised value or None and never raises.
    """

    name: str
    digits: tuple[int, int] | None
    parse: Callable[[str], str | None]


def _bare(raw: str) -> str:
    """``raw`` without separators, its digits as 0-9, in capitals."""
    return _SEPARATORS.sub("", words.plain_digits(raw)).upper()


def _figures(raw: str) -> str:
    """``raw`` as digits only, '' when it holds anything else."""
    bare = _bare(raw)
    return bare if bare.isascii() and bare.isdigit() else ""


def s10_check_digit(serial: str) -> int:
    """The check digit of the eight serial digits of a postal item (UPU S10)."""
    weights = (8, 6, 4, 2, 3, 5, 9, 7)
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(serial, weights, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)


# -- identity and tax --------------------------------------------------------------------------------------


def nik(raw: str) -> str | None:
    """16 digits: 6 of the region, 6 of the birth date (women: day + 40), 4 of a serial that is not 0000."""
    digits = _figures(raw)
    if len(digits) != 16 or digits[:2] < "11" or digits[12:] == "0000":
        return None
    return digits if nik_birth(digits) else None


def npwp(raw: str) -> str | None:
    """15 digits of the old kind, or 16: a NIK, or 0 and the old 15."""
    digits = _figures(raw)
    if len(digits) == 15:
        return digits
    return digits if len(digits) == 16 and (digits[0] == "0" or nik(digits)) else None


def _of_length(least: int, most: int | None = None) -> Callable[[str], str | None]:
    def parse(raw: str) -> str | None:
        digits = _figures(raw)
        return digits if least <= len(digits) <= (most or least) else None

    return parse


def billing_issuer(code: str) -> str:
    """Who issued a billing code, by its first digit: djp, bea_cukai or anggaran."""
    return ("djp", "bea_cukai", "anggaran")[(code[:1] > "3") + (code[:1] > "6")]


def ntpn(raw: str) -> str | None:
    """16 letters or digits."""
    bare = _bare(raw)
    return bare if re.fullmatch(r"[0-9A-Z]{16}", bare) else None


# -- parcels, devices, cases -------------------------------------------------------------------------------


def imei(raw: str) -> str | None:
    """15 digits with Luhn's check digit; the software version that *#06# may show behind them is dropped."""
    digits = _figures(raw)
    if len(digits) == 17:
        digits = digits[:15]
    return digits if len(digits) == 15 and luhn(digits) else None


def awb(raw: str) -> str | None:
    """A courier's 10-12 digits, or a postal number such as EE000000014ID; a caller keys its nine digits
    only.
    """
    bare = _bare(raw)
    if re.fullmatch(r"[0-9]{10,12}", bare):
        return bare
    found = re.fullmatch(r"(?:[A-Z]{2})?([0-9]{8})([0-9])(?:[A-Z]{2})?", bare)
    if not found or len(bare) not in (9, 13):
        return None
    return bare if s10_check_digit(found[1]) == int(found[2]) else None


def ticket(raw: str) -> str | None:
    """The 12 digits YYYYMMDDNNNN of a case number, with or without its centre ("BI-20260311-0001")."""
    found = re.fullmatch(r"(?:[A-Z]{2,8})?([0-9]{8})([0-9]{4})", _bare(raw))
    if not found or found[2] == "0000" or read_moment(found[1]) is None:
        return None
    return found[1] + found[2]


def ticket_centre(raw: str) -> str:
    """The centre in front of a case number: "BI" for "bi-20260311-0001", '' when there is none."""
    found = re.match(r"[A-Z]{2,8}(?=[0-9]{12}$)", _bare(raw))
    return found[0] if found else ""


# -- dates and times ---------------------------------------------------------------------------------------


def date8(raw: str) -> str | None:
    """A date as DDMMYYYY, 12-3-1985 or "12 Maret 1985", given as 1985-03-12."""
    digits = _figures(raw)
    parts = re.findall(r"\d+", words.plain_digits(raw))
    if len(parts) == 3 and digits and len(parts[2]) == 4:  # 12-3-1985: one digit is enough for a day or month
        digits = f"{int(parts[0]):02}{int(parts[1]):02}{parts[2]}"
    if len(digits) == 8 and len(parts[0]) != 4:
        moment = read_moment(f"{digits[:2]}-{digits[2:4]}-{digits[4:]}")
    else:
        moment = read_moment(raw) if len(digits) in (0, 8) else None
    return moment.isoformat()[:10] if moment and moment.year >= 1900 else None


def date6(raw: str) -> str | None:
    """A date as DDMMYY, given as those six digits; a full date is shortened to them."""
    digits = _figures(raw)
    parts = re.findall(r"\d+", words.plain_digits(raw))
    if digits and len(parts) == 3 and len(parts[2]) == 2:
        digits = f"{int(parts[0]):02}{int(parts[1]):02}{parts[2]}"
    if len(digits) == 6:
        return digits if real_day(int(digits[:2]), int(digits[2:4]), centuries(digits[4:])) else None
    full = date8(raw)
    return full and full[8:10] + full[5:7] + full[2:4]


def same_day(short: str, iso: str) -> bool:
    """Do six keyed digits (DDMMYY) and a date on file (YYYY-MM-DD) mean the same day?"""
    return short == iso[8:10] + iso[5:7] + iso[2:4]


def clock_time(raw: str) -> str | None:
    """A time of day as HH:MM from "16.30", "1630", "jam 4 sore" or "9 pagi"."""
    text = words.plain_digits(raw).strip().lower()
    found = re.fullmatch(
        r"(?:pukul |pkl\.? |jam |at )?(\d{1,2})(?:[.: ]?([0-5]\d))?"
        r"(?: (pagi|siang|sore|malam|am|pm))?(?: wi(?:b|ta|t))?",
        text,
    )
    if not found:
        return None
    hour, half = int(found[1]), found[3] or ""
    late = half in ("sore", "malam", "pm") or (half == "siang" and hour < 6)
    hour += 12 if late and hour < 12 else 0
    return f"{hour:02}:{found[2] or '00'}" if hour <= 23 else None


# -- people's own words ------------------------------------------------------------------------------------

_YES = frozenset(
    # Short forms too: a text has them expanded already, the transcript of a voice may not.
    "ya y iya iyah yes yep ok oke okay baik betul benar sudah sdh udh udah dah setuju inggih sumuhun".split()
)
_NO = frozenset(
    "tidak n no nope belum bukan tdk tak gak ga nggak ngga ndak enggak engga blm belom mboten teu".split()
)


def yes_no(raw: str) -> str | None:
    """ "yes" or "no": the keys 1 and 2, or the first word of a short answer such as "sdh td siang"."""
    tokens = re.findall(r"\w+", unicodedata.normalize("NFKC", raw).lower())
    if not tokens or len(tokens) > 8:
        return None
    first = re.sub(r"(.)\1{2,}", r"\1", tokens[0])
    if first in _YES or tokens == ["1"]:
        return "yes"
    return "no" if first in _NO or tokens == ["2"] else None


_SCALES: Mapping[str, int] = {
    "rb": 10**3, "ribu": 10**3, "k": 10**3, "jt": 10**6, "juta": 10**6, 
    "m": 10**9, "miliar": 10**9, "milyar": 10**9,
}  # fmt: skip


def number(raw: str) -> str | None:
    """A quantity as plain digits, decimals behind a dot: "150rb" is "150000", "2,5 jt" is "2500000"."""
    body = words.plain_digits(raw).strip().lower().removeprefix("rp").strip()
    found = re.fullmatch(r"(-?[\d.,]+)\s*([a-z]*)", body)
    if not found or (found[2] and found[2] not in _SCALES):
        return None
    amount = words.read_amount(found[1])
    if amount is None:
        return None
    value = f"{amount * Decimal(_SCALES.get(found[2], 1)):f}"
    return value.rstrip("0").rstrip(".") if "." in value else value


def phone(raw: str) -> str | None:
    """A number that can be called back, as +62…; service numbers and short codes are none."""
    contact = contact_key(raw)
    return contact.key if contact.kind == "number" else None


def text(raw: str) -> str | None:
    """Any words: control characters dropped, white space made single, at most 1,000 characters."""
    visible = "".join(char if char.isprintable() else " " for char in raw)
    return " ".join(visible.split())[:1000] or None


def _one_of(allowed: str) -> Callable[[str], str | None]:
    def parse(raw: str) -> str | None:
        digits = _figures(raw)
        return digits if len(digits) == 1 and digits in allowed else None

    return parse


FORMATS: Mapping[str, Format] = {
    form.name: form
    for form in (
        Format("nik", (16, 16), nik),
        Format("npwp", (15, 16), npwp),
        Format("efin", (10, 10), _of_length(10)),
        Format("billing", (15, 15), _of_length(15)),
        Format("ntpn", None, ntpn),
        Format("imei", (15, 15), imei),
        Format("awb", (9, 12), awb),
        Format("ticket", (12, 12), ticket),
        Format("date6", (6, 6), date6),
        Format("date8", (8, 8), date8),
        Format("time", (4, 4), clock_time),
        Format("phone", (9, 14), phone),
        Format("yes_no", (1, 1), yes_no),
        Format("rating", (1, 1), _one_of("1234")),
        Format("last4", (4, 4), _of_length(4)),
        Format("digits", (1, 32), _of_length(1, 32)),
        Format("number", (1, 12), number),
        Format("text", None, text),
    )
}
# Arguments of keywords whose name tells their format. Others are any words.
ARGUMENT_FORMATS: Mapping[str, str] = {
    "tiket": "ticket", "npwp": "npwp", "nik": "nik", "imei": "imei", "awb": "awb", "resi": "awb",
    "billing": "billing",
    "efin": "efin", "ntpn": "ntpn", "jam": "time", "nilai": "rating",
}  # fmt: skip
