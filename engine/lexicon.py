"""A written sentence made speakable: acronyms, amounts, dates, times, telephone numbers and addresses as
words.

A voice reads "NPWP", "1500200", "08.00-16.00 WIB" or "Rp1.250.000" in its own odd way. ``lexicon`` puts
words in their place and leaves all other text alone. Only whole words change, in one pass, so that what was
put in is never changed again: the lexicon of a speakable sentence is that sentence.

Acronyms: domain page 0.4; the rest follows the same pattern of Indonesian letter names. Numbers of up to
four digits stay as they are (voices read "3 hari" and "2026" well), unless they are numbers to dial.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache

from engine import words
from engine.spoken import read_moment, spoken

ACRONYMS_ID: Mapping[str, str] = {
    "NPWP": "en-pe-we-pe", "NIK": "nik", "EFIN": "e-fin", "SPT": "es-pe-te", "KPP": "ka-pe-pe",
    "OJK": "o-je-ka",
    "SLIK": "slik", "iDeb": "i-deb", "PUJK": "pe-u-je-ka", "BI": "be-i", "QRIS": "kris", "IMEI": "i-mei",
    "AWB": "a-we-be", "PPID": "pe-pe-i-de", "OTP": "o-te-pe", "Rp": "rupiah", "USD": "dolar Amerika Serikat",
    "DJP": "de-je-pe", "KTP": "ka-te-pe", "PPN": "pe-pe-en", "PPh": "pe-pe-ha", "UMKM": "u-em-ka-em",
    "ATM": "a-te-em", "SMS": "es-em-es", "RTGS": "er-te-ge-es", "APBN": "a-pe-be-en", "NTPN": "en-te-pe-en",
    "KK": "ka-ka", "PBI": "pe-be-i", "POJK": "pe-o-je-ka", "PMK": "pe-em-ka", "UU": "undang-undang",
    "QR": "ki-er",
}  # fmt: skip
# A letter with a space after it is read by its name; "BI-Rate", "kris" and "slick" are read as words.
ACRONYMS_EN: Mapping[str, str] = {
    "NPWP": "N P W P", "NIK": "nick", "EFIN": "E fin", "SPT": "S P T", "KPP": "K P P", "OJK": "O J K",
    "SLIK": "slick", "iDeb": "I deb", "PUJK": "P U J K", "BI": "B I", "QRIS": "kris", "IMEI": "I M E I",
    "AWB": "A W B", "PPID": "P P I D", "OTP": "O T P", "Rp": "rupiah", "USD": "US dollars",
    "DJP": "D J P", "KTP": "K T P", "UMKM": "U M K M", "RTGS": "R T G S", "NTPN": "N T P N", "QR": "Q R",
}  # fmt: skip
FRACTIONS = {
    "id": {
        "1/2": "setengah",
        "1/3": "sepertiga",
        "2/3": "dua pertiga",
        "1/4": "seperempat",
        "3/4": "tiga perempat",
    },
    "en": {
        "1/2": "one half",
        "1/3": "one third",
        "2/3": "two thirds",
        "1/4": "one quarter",
        "3/4": "three quarters",
    },
}
_SCALES = "ribu|juta|miliar|triliun|thousand|million|billion|trillion"
_NUMBER = r"\d+(?:[.,]\d+)*"
_DAY_MONTHS = "|".join(sorted({*words.MONTHS["id"], *words.MONTHS["en"]}))
_CLOCK = r"\d{1,2}[.:]\d{2}"
_ZONE = "WIB|WITA|WIT"
# Words after which even a short number is dialled, not counted: "hubungi 159", "BICARA 131", "call 110".
_DIAL_WORDS = (
    "[Hh]ubungi|[Mm]enghubungi|[Tt]elepon|[Dd]ial|[Cc]all|[Cc]alling|BICARA|OJK|Kontak|[Pp]olisi|[Pp]olice"
)

# Order matters: the first alternative that fits at a place wins, so the longer readings stand first.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("site", r"(?:[a-z0-9-]+\.)+(?:go\.id|co\.id|or\.id|id|com|org|net)\b(?!\.\w)"),
    ("money", rf"(?:(?P<money_sign>Rp|USD|US\$)\s?)(?P<money_amount>-?{_NUMBER})(?:,-)?"
              rf"(?:\s(?P<money_scale>{_SCALES})\b)?"),
    ("percent", rf"(?P<percent_amount>{_NUMBER})\s?%"),
    ("range", rf"(?P<range_at>[Pp]ukul\s|[Jj]am\s)?(?P<range_from>{_CLOCK})\s?[-\u2013]\s?"
              rf"(?P<range_to>{_CLOCK})(?:\s(?P<range_zone>{_ZONE})\b)?"),
    ("time", rf"(?:(?P<time_at>[Pp]ukul|[Jj]am|at)\s(?P<time_a>{_CLOCK})(?:\s(?P<time_zone_a>{_ZONE})\b)?"
             rf"|(?P<time_b>{_CLOCK})\s(?P<time_zone_b>{_ZONE})\b)"),
    ("date", rf"(?P<date_day>\d{{1,2}})\s(?P<date_month>{_DAY_MONTHS})\b(?:\s(?P<date_year>\d{{4}}))?"
             r"|(?P<date_numbers>\d{1,2}-\d{1,2}-\d{4}|\d{4}-\d{2}-\d{2})(?![\d-])"),
    ("fraction", r"(?:1/2|1/3|2/3|1/4|3/4)(?![\d/])"),
    ("identifier", r"[A-Z]{2,4}-\d{8}-\d{4}\b|[A-Z]{2}\d{9}[A-Z]{2}\b"),
    ("phone", r"\(0\d{2,3}\)\s?\d{3,}(?:[ -]\d{2,})*|\+\d{2,}(?:[ -]\d{2,})*|0\d{2,}(?:[ -]\d{3,})+"
              r"|\d{3,}(?:-\d{3,})+|\d{5,}|0\d+"),
    ("dial", rf"(?P<dial_word>{_DIAL_WORDS})\s(?P<dial_number>\d{{3,4}})\b(?![.,]\d)"),
    ("thousands", r"\d{1,3}(?:[.,]\d{3})+(?![.,]?\d)"),
    ("zone", rf"(?:{_ZONE})\b"),
)  # fmt: skip


def lexicon(text: str, language: str, extra: Mapping[str, str] | None = None) -> str:
    """``text`` as a voice of ``language`` should be given it.

    ``extra`` maps further whole words to their reading and wins over the house's own acronyms.
    """
    return _speakable(text, words.tongue(language), tuple(sorted((extra or {}).items())))


@lru_cache(maxsize=4096)
def _speakable(text: str, tongue: str, extra: tuple[tuple[str, str], ...]) -> str:
    acronyms = {**(ACRONYMS_EN if tongue == "en" else ACRONYMS_ID), **dict(extra)}

    def read(found: re.Match[str]) -> str:
        kind = found.lastgroup or ""
        if kind == "acronym":
            return acronyms[found["acronym"]]
        return _READERS[kind](found, tongue)

    return _pattern(tuple(acronyms)).sub(read, text)


@lru_cache(maxsize=64)
def _pattern(acronyms: tuple[str, ...]) -> re.Pattern[str]:
    by_length = sorted(acronyms, key=len, reverse=True)
    acronym = "|".join(re.escape(word) for word in by_length)
    # The outer group closes last, so Match.lastgroup names the alternative that fitted.
    kinds = [f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS]
    return re.compile(rf"(?<![\w/@.,+-])(?:{'|'.join(kinds)})(?!\w)|\b(?P<acronym>{acronym})\b")


def _site(found: re.Match[str], tongue: str) -> str:
    return found["site"].replace(".", " dot " if tongue == "en" else " titik ")


def _money(found: re.Match[str], tongue: str) -> str:
    form = "rupiah" if found["money_sign"] == "Rp" else "usd"
    if not found["money_scale"]:
        return spoken(found["money_amount"], form, tongue)
    unit = spoken("2", form, tongue).split(" ", 1)[1]
    return f"{_quantity(found['money_amount'], tongue)} {found['money_scale']} {unit}"


def _quantity(amount: str, tongue: str) -> str:
    return spoken(amount, "count", tongue)


def _percent(found: re.Match[str], tongue: str) -> str:
    return spoken(found["percent_amount"], "percent", tongue)


def _range(found: re.Match[str], tongue: str) -> str:
    start, end = (_clock(found[part], tongue) for part in ("range_from", "range_to"))
    if start is None or end is None:
        return found["range"]
    said = f"{start} to {end}" if tongue == "en" else f"pukul {start} sampai dengan {end}"
    return said + _zone_suffix(found["range_zone"], tongue)


def _time(found: re.Match[str], tongue: str) -> str:
    clock = _clock(found["time_a"] or found["time_b"], tongue)
    if clock is None:
        return found["time"]
    lead = ("at " if found["time_at"] else "") if tongue == "en" else "pukul "
    return lead + clock + _zone_suffix(found["time_zone_a"] or found["time_zone_b"], tongue)


def _clock(text: str, tongue: str) -> str | None:
    hour, minute = (int(part) for part in re.split("[.:]", text))
    return words.clock_words(hour, minute, tongue) if hour <= 24 and minute < 60 else None


def _zone_suffix(zone: str | None, tongue: str) -> str:
    return f" {words.ZONE_WORDS[tongue][zone]}" if zone else ""


def _date(found: re.Match[str], tongue: str) -> str:
    if found["date_numbers"]:
        day = read_moment(found["date_numbers"])
        if day is None:
            return spoken(found["date_numbers"], "digits", tongue)
        return words.day_words(day.day, day.month, day.year, tongue)
    names = words.MONTHS["id"] if found["date_month"] in words.MONTHS["id"] else words.MONTHS["en"]
    year = int(found["date_year"]) if found["date_year"] else None
    return words.day_words(int(found["date_day"]), names.index(found["date_month"]) + 1, year, tongue)


def _dial(found: re.Match[str], tongue: str) -> str:
    word = _speakable(found["dial_word"], tongue, ())
    return f"{word} {spoken(found['dial_number'], 'digits', tongue)}"


def _thousands(found: re.Match[str], tongue: str) -> str:
    return words.decimal_words(words.read_amount(found["thousands"]) or Decimal(0), tongue)


def _digits(group: str) -> Callable[[re.Match[str], str], str]:
    return lambda found, tongue: spoken(found[group], "digits", tongue)


_READERS: Mapping[str, Callable[[re.Match[str], str], str]] = {
    "site": _site,
    "money": _money,
    "percent": _percent,
    "range": _range,
    "time": _time,
    "date": _date,
    "fraction": lambda found, tongue: FRACTIONS[tongue][found["fraction"]],
    "identifier": _digits("identifier"),
    "phone": _digits("phone"),
    "dial": _dial,
    "thousands": _thousands,
    "zone": lambda found, tongue: words.ZONE_WORDS[tongue][found["zone"]],
}
