"""Opening hours and promises as people say them, in Indonesian and English.

The written form ("Senin sampai Jumat pukul 08.00-16.00 WIB") is made speakable by the lexicon later, so that
a text and a voice say the same.
"""

from __future__ import annotations

from datetime import date, datetime

from desk.hours import Hours, Interval, due_next_working_day
from indonesia.names import MONTHS, WEEKDAYS


def _tongue(language: str) -> str:
    return "en" if language.lower().startswith("en") else "id"


def describe(hours: Hours, language: str) -> str:
    """The usual week: "Senin sampai Jumat pukul 08.00-16.00 WIB", "setiap hari 24 jam". '' without any
    hours.
    """
    tongue = _tongue(language)
    runs: list[tuple[int, int]] = []
    for day, intervals in enumerate(hours.week):
        if not intervals:
            continue
        if runs and runs[-1][1] == day - 1 and hours.week[runs[-1][0]] == intervals:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    parts = [f"{_day_range(first, last, tongue)} {_times(hours.week[first], tongue)}" for first, last in runs]
    told = ", ".join(parts)
    return f"{told} {hours.label}" if any(char.isdigit() for char in told.replace("24", "")) else told


def _day_range(first: int, last: int, tongue: str) -> str:
    names = WEEKDAYS[tongue]
    if (first, last) == (0, 6):
        return "every day" if tongue == "en" else "setiap hari"
    if first == last:
        return names[first]
    joint = {"id": ("sampai", "dan"), "en": ("to", "and")}[tongue][last == first + 1]
    return f"{names[first]} {joint} {names[last]}"


def times(intervals: tuple[Interval, ...], language: str) -> str:
    """ "pukul 08.00-12.00 dan 13.00-16.00", "24 jam"; '' for none."""
    return _times(intervals, _tongue(language)) if intervals else ""


def _times(intervals: tuple[Interval, ...], tongue: str) -> str:
    if intervals == ((0, 1440),):
        return "24 hours" if tongue == "en" else "24 jam"
    shown = [f"{_clock(begin, tongue)}-{_clock(end, tongue)}" for begin, end in intervals]
    joint = " and " if tongue == "en" else " dan "
    told = joint.join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
    return told if tongue == "en" else f"pukul {told}"


def _clock(minutes: int, tongue: str) -> str:
    return f"{minutes // 60:02}{':' if tongue == 'en' else '.'}{minutes % 60:02}"


def day_in_words(day: date, language: str) -> str:
    """ "Senin 16 Maret 2026"."""
    tongue = _tongue(language)
    return f"{WEEKDAYS[tongue][day.weekday()]} {day.day} {MONTHS[tongue][day.month - 1]} {day.year}"


def moment_in_words(hours: Hours, at: datetime, language: str) -> str:
    """ "Senin 16 Maret 2026 pukul 16.00 WIB"."""
    tongue = _tongue(language)
    local = at.astimezone(hours.tz)
    day = day_in_words(local.date(), language)
    word = "at" if tongue == "en" else "pukul"
    return f"{day} {word} {_clock(local.hour * 60 + local.minute, tongue)} {hours.label}"


def promise(hours: Hours, at: datetime, language: str) -> str:
    """When an answer is due at the latest: "hari kerja berikutnya, Senin 16 Maret 2026 pukul 16.00 WIB"."""
    lead = "the next working day" if _tongue(language) == "en" else "hari kerja berikutnya"
    return f"{lead}, {moment_in_words(hours, due_next_working_day(hours, at), language)}"
