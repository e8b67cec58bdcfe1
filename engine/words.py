"""Numbers, letters, months and clock times as words: the small change of everything that is spoken.

Indonesian and English only. Any other language code is spoken as Indonesian, the language every caller of
these services can use. Identifiers say zero as "kosong", quantities as "nol".
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta, timezone
from decimal import Decimal, InvalidOperation

from num2words import num2words  # type: ignore[import-untyped,unused-ignore]

from indonesia.names import DIGITS, LETTERS
from indonesia.names import MONTHS as MONTHS
from indonesia.names import WEEKDAYS as WEEKDAYS

# Indonesia has no daylight saving time: fixed offsets need no time zone files, so reading a clock stays pure.
ZONES = {
    "WIB": timezone(timedelta(hours=7), "WIB"),
    "WITA": timezone(timedelta(hours=8), "WITA"),
    "WIT": timezone(timedelta(hours=9), "WIT"),
}
ZONE_NAMES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
ZONE_WORDS = {
    "id": {"WIB": "Waktu Indonesia Barat", "WITA": "Waktu Indonesia Tengah", "WIT": "Waktu Indonesia Timur"},
    "en": {
        "WIB": "Western Indonesia Time",
        "WITA": "Central Indonesia Time",
        "WIT": "Eastern Indonesia Time",
    },
}
# num2words names powers of a thousand up to 10**36 in Indonesian; nobody is told such a number in words
# anyway.
LARGEST_IN_WORDS = 10**15


def tongue(language: str) -> str:
    """The language we really speak for a language code: "en" for en, en-GB and so on, "id" for the rest."""
    return "en" if language.lower().startswith("en") else "id"


def zone_name(zone: str) -> str:
    """WIB, WITA or WIT for "WIB", "Asia/Jakarta" and so on; WIB for a zone that is not Indonesian."""
    return zone if zone in ZONES else ZONE_NAMES.get(zone, "WIB")


def plain_digits(text: str) -> str:
    """``text`` with full-width, Arabic, Khmer and all other decimal digits as 0-9."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in folded)


def cardinal(number: int, language: str) -> str:
    """A quantity in words: 1250000 is "satu juta dua ratus lima puluh ribu"; below zero begins with
    "minus".
    """
    if number < 0:
        return "minus " + cardinal(-number, language)
    if number >= LARGEST_IN_WORDS:
        return spell_digits(str(number), language)
    return str(num2words(number, lang=tongue(language)))


def decimal_words(number: Decimal, language: str) -> str:
    """A quantity with its decimals read one by one: 5.75 is "lima koma tujuh lima"."""
    sign, whole, fraction = split_decimal(number)
    words = ("minus " if sign else "") + cardinal(whole, language)
    if not fraction:
        return words
    # In a quantity zero is "nol": "dua belas koma nol lima".
    zero = "zero" if tongue(language) == "en" else "nol"
    names = (zero, *DIGITS[tongue(language)][1:])
    point = " point " if tongue(language) == "en" else " koma "
    return words + point + " ".join(names[int(digit)] for digit in fraction)


def split_decimal(number: Decimal) -> tuple[bool, int, str]:
    """(below zero?, whole part, decimals without trailing zeros)."""
    whole, _, fraction = f"{abs(number):f}".partition(".")
    return number < 0, int(whole), fraction.rstrip("0")


def spell_digits(digits: str, language: str) -> str:
    """Digits one by one in groups of three or four with a comma between: 1500200 is "satu lima kosong
    kosong, ...".
    """
    names = DIGITS[tongue(language)]
    groups, at = [], 0
    for size in group_sizes(len(digits)):
        groups.append(" ".join(names[int(digit)] for digit in digits[at : at + size]))
        at += size
    return ", ".join(groups)


def group_sizes(count: int) -> list[int]:
    """How ``count`` digits are read: groups of four first, then of three; up to four digits in one breath."""
    if count <= 4:
        return [count] if count else []
    if count == 5:
        return [3, 2]
    groups = -(-count // 4)
    fours = count - 3 * groups
    return [4] * fours + [3] * (groups - fours)


def spell_letters(letters: str, language: str) -> str:
    """Letters by their names, one by one: "EE" is "e e" in Indonesian and "E E" in English."""
    upper = letters.upper()
    if tongue(language) == "en":
        return " ".join(upper)
    return " ".join(LETTERS.get(letter, letter) for letter in upper)


def clock_words(hour: int, minute: int, language: str) -> str:
    """16, 30 is "enam belas lebih tiga puluh menit" and "four thirty p.m.": no "pukul", no zone."""
    if tongue(language) == "en":
        return _english_clock(hour, minute)
    words = cardinal(hour, "id")
    return f"{words} lebih {cardinal(minute, 'id')} menit" if minute else words


def _english_clock(hour: int, minute: int) -> str:
    if minute == 0 and hour in (0, 12, 24):
        return "twelve noon" if hour == 12 else "twelve midnight"
    half = "a.m." if hour % 24 < 12 else "p.m."
    words = cardinal(hour % 12 or 12, "en")
    if minute == 0:
        return f"{words} {half}"
    return f"{words} {'oh ' if minute < 10 else ''}{cardinal(minute, 'en')} {half}"


def day_words(day: int, month: int, year: int | None, language: str) -> str:
    """1, 4, 2026 is "satu April dua ribu dua puluh enam" and "the first of April twenty twenty-six"."""
    if tongue(language) == "en":
        words = f"the {num2words(day, lang='en', to='ordinal')} of {MONTHS['en'][month - 1]}"
        return words if year is None else f"{words} {num2words(year, lang='en', to='year')}"
    words = f"{cardinal(day, 'id')} {MONTHS['id'][month - 1]}"
    return words if year is None else f"{words} {cardinal(year, 'id')}"


def read_amount(text: str) -> Decimal | None:
    """The number in "1250000", "1.250.000", "Rp1.250.000,50", "2500.5", "-3" or "1,250"; None when there is
    none.

    A dot or comma with exactly three digits after it separates thousands, as Indonesians and English
    speakers write them; with one or two digits after it, it is the decimal sign.
    """
    body = plain_digits(text).strip().removeprefix("Rp").removeprefix("USD").strip().replace(" ", "")
    sign = "-" if body[:1] in ("-", "\N{MINUS SIGN}") else ""
    body = body.lstrip("-+\N{MINUS SIGN}").removeprefix("Rp").removesuffix(",-")
    if not body or body.strip("0123456789.,"):
        return None
    try:
        return Decimal(sign + _decimal_point(body))
    except InvalidOperation:
        return None


def _decimal_point(body: str) -> str:
    last = max(body.rfind("."), body.rfind(","))
    if last < 0:
        return body
    mark, tail = body[last], body[last + 1 :]
    other = "," if mark == "." else "."
    is_thousands = len(tail) == 3 and other not in body
    if body.count(mark) > 1 or (is_thousands and body[:last] not in ("", "0")):
        return body.replace(".", "").replace(",", "")
    return body[:last].replace(other, "") + "." + tail
