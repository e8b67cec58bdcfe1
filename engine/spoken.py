"""What a voice says, and what a text message writes, for the value behind a placeholder.

``{tiket:digits}`` and its kin name one of FORMS. Both functions take whatever the session holds and never
raise: a value that does not fit its form is read out digit by digit, and if it has no digits it is read as
it stands. A caller who hears an odd reading still hears something.

Rules: identifiers and telephone numbers digit by digit in groups, money and dates as words, a time never
without its zone; in writing Rp1.250.000, 01-04-2026, 16.30 WIB.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

from engine import words

# A form's own reading of a value, or None when the value does not fit the form.
_Reader = Callable[[object, str, str], str | None]


def spoken(value: object, form: str | None, language: str, zone: str = "WIB") -> str:
    """``value`` in words for a voice. ``form`` is one of FORMS or None (as it stands).

    ``zone`` (WIB, or a name such as Asia/Makassar) is the service's: a time without a zone is taken as that
    zone's, one with another offset is converted to it.
    """
    if form is None or form not in FORMS:
        return _as_is(value)
    return _READ_ALOUD[form](value, language, zone) or _digits_aloud(value, language, zone) or _as_is(value)


def written(value: object, form: str | None, language: str, zone: str = "WIB") -> str:
    """``value`` as a text message shows it; arguments as for ``spoken``."""
    if form is None or form not in FORMS:
        return _as_is(value)
    return _WRITE[form](value, language, zone) or _as_is(value)


def _as_is(value: object) -> str:
    return "" if value is None else str(value)


# -- digits -------------------------------------------------------------------------------------------------


def _digits_aloud(value: object, language: str, zone: str) -> str:
    text = words.plain_digits(_as_is(value)).strip()
    parts = []
    if re.match(r"\+\s*\d", text):
        parts.append("plus")
        text = text[1:].lstrip()
        if text.startswith(
            "62"
        ):  # the country code is a group of its own: "plus enam dua, delapan satu dua ..."
            parts = ["plus " + words.spell_digits("62", language)]
            text = text[2:]
    # Digits that only a space, dot, bracket or dash separates are one number, grouped our way and not the
    # writer's.
    joined = re.sub(r"(?<=\d)[ .()/-]+(?=\d)|[()]", "", text)
    for run in re.findall(r"\d+|[^\W\d_]+", joined):
        parts.append(
            words.spell_digits(run, language) if run.isdigit() else words.spell_letters(run, language)
        )
    return ", ".join(parts).replace("plus, ", "plus ")


def _digits_written(value: object, language: str, zone: str) -> str:
    return _as_is(value)


# -- money and quantities -----------------------------------------------------------------------------------


def _amount(value: object) -> Decimal | None:
    return None if isinstance(value, bool) else words.read_amount(_as_is(value))


def _money(value: object) -> Decimal | None:
    """To the cent; None for what has more digits than Decimal rounds (28), which no sum of money has."""
    amount = _amount(value)
    return None if amount is None or amount.adjusted() > 24 else round(amount, 2)


def _money_aloud(unit: dict[str, str], cents: dict[str, str], joint: dict[str, str]) -> _Reader:
    def read(value: object, language: str, zone: str) -> str | None:
        amount = _money(value)
        if amount is None:
            return None
        tongue = words.tongue(language)
        below, whole, fraction = words.split_decimal(amount)
        said = ("minus " if below else "") + f"{words.cardinal(whole, language)} {unit[tongue]}"
        if fraction:
            said += f"{joint[tongue]}{words.cardinal(int(fraction.ljust(2, '0')), language)} {cents[tongue]}"
        return said

    return read


def _money_written(sign: str) -> _Reader:
    def write(value: object, language: str, zone: str) -> str | None:
        amount = _money(value)
        if amount is None:
            return None
        below, whole, fraction = words.split_decimal(amount)
        return ("-" if below else "") + sign + grouped(whole, fraction and fraction.ljust(2, "0"), language)

    return write


def grouped(whole: int, decimals: str, language: str) -> str:
    """1250000, "50" is "1.250.000,50" for Indonesians and "1,250,000.50" for English readers; "" for no
    decimals.
    """
    text = f"{whole:,}" + (f".{decimals}" if decimals else "")
    return text if words.tongue(language) == "en" else text.translate(str.maketrans(",.", ".,"))


def _count_aloud(value: object, language: str, zone: str) -> str | None:
    amount = _amount(value)
    return None if amount is None else words.decimal_words(amount, language)


def _count_written(value: object, language: str, zone: str) -> str | None:
    amount = _amount(value)
    if amount is None:
        return None
    below, whole, fraction = words.split_decimal(amount)
    mark = "." if words.tongue(language) == "en" else ","
    return ("-" if below else "") + str(whole) + (mark + fraction if fraction else "")


def _percent_aloud(value: object, language: str, zone: str) -> str | None:
    said = _count_aloud(_as_is(value).rstrip("% "), language, zone)
    return said and said + (" percent" if words.tongue(language) == "en" else " persen")


def _percent_written(value: object, language: str, zone: str) -> str | None:
    shown = _count_written(_as_is(value).rstrip("% "), language, zone)
    return shown and shown + "%"


# -- dates and times ----------------------------------------------------------------------------------------

_MONTH_NUMBERS = {name.lower(): n for names in words.MONTHS.values() for n, name in enumerate(names, start=1)}
_TIME = re.compile(r"(?:pukul |jam )?(\d{1,2})[.:](\d{2})(?::\d{2})?(?:\s*(WIB|WITA|WIT))?", re.IGNORECASE)


def read_moment(value: object, zone: str = "WIB") -> datetime | date | None:
    """A date, or a moment in ``zone``, from a date, a datetime, ISO 8601, 01-04-2026, 20260401 or "1 April
    2026".
    """
    if isinstance(value, datetime):
        return _in_zone(value, zone)
    if isinstance(value, date):
        return value
    text = words.plain_digits(_as_is(value)).strip()
    try:
        if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text):
            return date.fromisoformat(text)
        if re.match(r"\d{4}-\d{2}-\d{2}[T ]", text):
            return _in_zone(datetime.fromisoformat(text), zone)
        if found := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if (found := re.fullmatch(r"(?:[^\W\d]+,? )?(\d{1,2}) ([^\W\d]+) (\d{4})", text)) and (
            month := _MONTH_NUMBERS.get(found[2].lower())
        ):
            return date(int(found[3]), month, int(found[1]))
    except (ValueError, OverflowError):
        return None
    return None


def _in_zone(moment: datetime, zone: str) -> datetime:
    tz = words.ZONES[words.zone_name(zone)]
    return moment.replace(tzinfo=tz) if moment.tzinfo is None else moment.astimezone(tz)


def _date_aloud(value: object, language: str, zone: str) -> str | None:
    day = read_moment(value, zone)
    if day is None:
        return None
    weekday = words.WEEKDAYS[words.tongue(language)][day.weekday()]
    return f"{weekday}, {words.day_words(day.day, day.month, day.year, language)}"


def _date_written(value: object, language: str, zone: str) -> str | None:
    day = read_moment(value, zone)
    if day is None:
        return None
    if words.tongue(language) == "en":  # 01-04-2026 is the fourth of January to some readers of English
        return f"{day.day} {words.MONTHS['en'][day.month - 1]} {day.year}"
    return f"{day.day:02}-{day.month:02}-{day.year:04}"


def _clock(value: object, zone: str) -> tuple[int, int, str] | None:
    """(hour, minute, WIB/WITA/WIT) of a time of day or a moment."""
    if isinstance(value, time):
        return value.hour, value.minute, words.zone_name(zone)
    moment = read_moment(value, zone)
    if isinstance(moment, datetime):
        return moment.hour, moment.minute, words.zone_name(zone)
    found = _TIME.fullmatch(words.plain_digits(_as_is(value)).strip())
    if not found or int(found[1]) > 24 or int(found[2]) > 59:
        return None
    return int(found[1]), int(found[2]), found[3].upper() if found[3] else words.zone_name(zone)


def _time_aloud(value: object, language: str, zone: str) -> str | None:
    clock = _clock(value, zone)
    if clock is None:
        return None
    hour, minute, zone_key = clock
    tongue = words.tongue(language)
    said = f"{words.clock_words(hour, minute, language)} {words.ZONE_WORDS[tongue][zone_key]}"
    return said if tongue == "en" else f"pukul {said}"


def _time_written(value: object, language: str, zone: str) -> str | None:
    clock = _clock(value, zone)
    if clock is None:
        return None
    hour, minute, zone_key = clock
    mark = ":" if words.tongue(language) == "en" else "."
    return f"{hour:02}{mark}{minute:02} {zone_key}"


_SEN = {"id": "sen", "en": "sen"}
_CENT = {"id": "sen", "en": "cents"}
_READ_ALOUD: dict[str, _Reader] = {
    "digits": _digits_aloud,
    "rupiah": _money_aloud({"id": "rupiah", "en": "rupiah"}, _SEN, {"id": " ", "en": " and "}),
    "usd": _money_aloud(
        {"id": "dolar Amerika Serikat", "en": "US dollars"}, _CENT, {"id": " ", "en": " and "}
    ),
    "date": _date_aloud,
    "time": _time_aloud,
    "count": _count_aloud,
    "percent": _percent_aloud,
}
_WRITE: dict[str, _Reader] = {
    "digits": _digits_written,
    "rupiah": _money_written("Rp"),
    "usd": _money_written("USD "),
    "date": _date_written,
    "time": _time_written,
    "count": _count_written,
    "percent": _percent_written,
}
FORMS = frozenset(_READ_ALOUD)
