"""Dates and times of day as they are said, and how they are written."""

from __future__ import annotations

import re

from desk.numerals import cardinal, digit
from desk.said_words import BREAK, Said
from indonesia.names import MONTHS

_MONTHS = {name.lower(): (name, n) for names in MONTHS.values() for n, name in enumerate(names, start=1)}
_SPELLINGS = {"pebruari": "februari", "nopember": "november", "agustusan": "agustus"}
_ORDINALS = {
    name: value
    for value, name in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
        "sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        start=1,
    )
} | {"thirtieth": 30}
_DOUBTFUL = frozenset("may march".split())  # words of their own in English
_PARTS = {"pagi", "siang", "sore", "petang", "malam", "subuh"}


def _number(said: Said, at: int) -> tuple[int, int] | None:
    """(value, where the next word is) of a small number in words or figures."""
    name = said.name(at)
    return (int(name), at + 1) if re.fullmatch(r"\d{1,4}", name) else cardinal(said.names, at)


# -- dates -------------------------------------------------------------------------------------------------


def day(said: Said, at: int) -> tuple[str, int] | None:
    """ "tujuh belas agustus dua ribu dua puluh enam" is "17 Agustus 2026"; a day or a year alone behind its word."""
    return _day_first(said, at) or _month_first(said, at) or _behind_its_word(said, at)


def _month(said: Said, at: int) -> tuple[str, int] | None:
    name = said.name(at)
    return _MONTHS.get(_SPELLINGS.get(name, name))


def _ordinal(said: Said, at: int) -> tuple[int, int] | None:
    """ "seventeenth", "twenty first", "21st"."""
    name, following = said.name(at), said.name(at + 1)
    if found := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)", name):
        return int(found[1]), at + 1
    if name in _ORDINALS:
        return _ORDINALS[name], at + 1
    tens = {"twenty": 20, "thirty": 30}.get(name, 0)
    return (tens + _ORDINALS[following], at + 2) if tens and _ORDINALS.get(following, 10) < 10 else None


def _day_first(said: Said, at: int) -> tuple[str, int] | None:
    found = _ordinal(said, at) or _number(said, at)
    if found is None or not 1 <= found[0] <= 31:
        return None
    ordinal = _ordinal(said, at) is not None
    place = found[1] + (said.name(found[1]) == "of")
    month = _month(said, place)
    if month is None:
        return _numbered_month(said, at, found)
    year = _year(said, place + 1)
    if said.name(place) in _DOUBTFUL and not (year or ordinal):
        return None
    return _date(found[0], month[0], year, place + 1)


def _numbered_month(said: Said, at: int, of_month: tuple[int, int]) -> tuple[str, int] | None:
    """ "tanggal satu bulan tiga": only where "tanggal" was said."""
    if said.name(at - 1) != "tanggal" or said.name(of_month[1]) != "bulan":
        return None
    found = _number(said, of_month[1] + 1)
    if found is None or not 1 <= found[0] <= 12:
        return None
    return _date(of_month[0], MONTHS["id"][found[0] - 1], _year(said, found[1]), found[1])


def _month_first(said: Said, at: int) -> tuple[str, int] | None:
    month = _month(said, at)
    found = (_ordinal(said, at + 1) or _number(said, at + 1)) if month and said.language == "en" else None
    if month is None or found is None or not 1 <= found[0] <= 31:
        return None
    ordinal = _ordinal(said, at + 1) is not None
    year = _year(said, found[1])
    return _date(found[0], month[0], year, found[1]) if ordinal or year else None


def _date(of_month: int, month: str, year: tuple[int, int] | None, place: int) -> tuple[str, int]:
    return (f"{of_month} {month} {year[0]}", year[1]) if year else (f"{of_month} {month}", place)


def _year(said: Said, at: int) -> tuple[int, int] | None:
    """A year of 1900 to 2099, in words, figures, digits or English pairs; with or without "tahun" before it."""
    at += said.name(at) == BREAK and bool(said.name(at + 1))
    at += said.name(at) == "tahun"
    found = _number(said, at)
    if found is None:
        return None
    digits, place = "", at
    while digit(said.name(place)) >= 0 and len(digits) < 4:
        digits, place = digits + str(digit(said.name(place))), place + 1
    if len(digits) == 4:
        found = int(digits), place
    elif found[0] in (19, 20) and (rest := cardinal(said.names, found[1])) and 10 <= rest[0] < 100:
        found = found[0] * 100 + rest[0], rest[1]  # "nineteen eighty-five"
    return found if 1900 <= found[0] <= 2099 else None


def _behind_its_word(said: Said, at: int) -> tuple[str, int] | None:
    before = said.name(at - 1)
    if before in ("tahun", "year") and (year := _year(said, at)):
        return str(year[0]), year[1]
    if before in ("tanggal", "tgl") and (found := cardinal(said.names, at)) and 1 <= found[0] <= 31:
        return str(found[0]), found[1]
    return None


# -- times of day ------------------------------------------------------------------------------------------


def clock(said: Said, at: int) -> tuple[str, int] | None:
    """ "jam setengah tiga sore" is "jam 14.30"; "half past two" is "2:30"."""
    if said.name(at) in ("jam", "pukul") and (cardinal(said.names, at - 1) is None or at == 0):
        return _indonesian(said, at)
    return _english(said, at) if said.language == "en" else None


def _indonesian(said: Said, at: int) -> tuple[str, int] | None:
    half = said.name(at + 1) == "setengah"
    found = _number(said, at + 1 + half)
    if found is None or not half <= found[0] <= (12 if half else 24):
        return None
    hour, minute, place = found[0], None, found[1]
    if half:
        hour, minute = (hour - 1) or 12, 30
    else:
        minute, place = _minutes(said, place)
    if minute is not None and minute < 0:
        hour, minute = (hour - 1) % 24 or 12, minute + 60
    part, place = _part(said, place)
    word = said.raw[said.places[at]]
    if part and hour <= 12:
        return f"{word} {_of_day(hour, part):02}.{minute or 0:02}", place
    if minute is None:
        return f"{word} {hour}", found[1]  # whether three is at night nobody said
    return f"{word} {hour}.{minute:02}", place


def _minutes(said: Said, at: int) -> tuple[int | None, int]:
    """(minutes, where the next word is): below zero for "kurang"; None when the hour is all that was said."""
    joint, place = said.name(at), at
    if joint in ("lewat", "lebih", "kurang"):
        place += 1
    if said.name(place) == "seperempat" and place > at:
        value, place = 15, place + 1
    elif said.name(place) == said.name(place + 1) and digit(said.name(place)) == 0:
        value, place = 0, place + 2  # "delapan kosong kosong"
    else:
        found = cardinal(said.names, place)
        if found is None or not (1 if place > at else 10) <= found[0] <= 59:
            return None, at
        value, place = found
        # "jam tiga sepuluh orang": without a joint only whole fives are minutes.
        if joint not in ("lewat", "lebih", "kurang") and value % 5:
            return None, at
    place += said.name(place) == "menit" and joint in ("lewat", "lebih", "kurang")
    return (-value if joint == "kurang" else value), place


def _part(said: Said, at: int) -> tuple[str, int]:
    if said.name(at) == "dini" and said.name(at + 1) == "hari":
        return "dini", at + 2
    return (said.name(at), at + 1) if said.name(at) in _PARTS else ("", at)


def _of_day(hour: int, part: str) -> int:
    """The hour of 24 that is meant by an hour of 12 in a part of the day."""
    if part in ("pagi", "dini", "subuh"):
        return hour % 12
    if part == "siang":
        return hour + 12 if hour < 6 else hour
    if part == "malam":
        return hour % 12 + 12 if 5 < hour < 12 else hour % 12
    return hour % 12 + 12


def _english(said: Said, at: int) -> tuple[str, int] | None:
    head, joint = said.name(at), said.name(at + 1)
    if head in ("half", "quarter") and joint in ("past", "to") and (head, joint) != ("half", "to"):
        found = _number(said, at + 2)
        if found is None or not 1 <= found[0] <= 12:
            return None
        minute = 30 if head == "half" else 15 if joint == "past" else 45
        hour = found[0] if joint == "past" else (found[0] - 1) or 12
        half, place = _half(said, found[1])
        return f"{hour}:{minute:02}{half}", place
    found = _number(said, at)
    if found is None or not 1 <= found[0] <= 12:
        return None
    more = cardinal(said.names, found[1])
    minutes = more if more and 10 <= more[0] <= 59 else None
    half, place = _half(said, minutes[1] if minutes else found[1])
    if not half:
        return None
    return f"{found[0]}:{minutes[0]:02}{half}" if minutes else f"{found[0]}{half}", place


def _half(said: Said, at: int) -> tuple[str, int]:
    """(" a.m." or " p.m.", where the next word is); '' when neither was said."""
    name, following = said.name(at), said.name(at + 1)
    if name in ("am", "pm"):
        return f" {name[0]}.m.", at + 1
    return (f" {name}.m.", at + 2) if name in ("a", "p") and following == "m" else ("", at)
