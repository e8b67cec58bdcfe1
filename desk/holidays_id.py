"""Indonesian national holidays and days of collective leave (cuti bersama), each with its name.

From the holidays library; its ``government`` category is collective leave, and it is not in the default.
Checked against the joint decree for 2026: 17 national holidays and 8 days of collective leave. Later years
are estimates until their decree is published, and have no collective leave yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

NATIONAL, COLLECTIVE_LEAVE = "national", "collective_leave"
KINDS = (NATIONAL, COLLECTIVE_LEAVE)
_CATEGORIES = {NATIONAL: "public", COLLECTIVE_LEAVE: "government"}
_LANGUAGES = {"id": "id", "en": "en_US"}


@lru_cache(maxsize=128)
def days(year: int, kind: str, language: str = "id") -> Mapping[date, str]:
    """Day -> name of the ``national`` holidays or the ``collective_leave`` of a year."""
    # Imported here: it is slow (some 0.1 s), and a command that needs no calendar need not wait for it.
    from holidays import country_holidays

    library_language = _LANGUAGES.get(language[:2].lower(), "id")
    calendar = country_holidays("ID", years=year, categories=(_CATEGORIES[kind],), language=library_language)
    # Asked for one year, the library may name days of its neighbours.
    return MappingProxyType({day: name for day, name in sorted(calendar.items()) if day.year == year})


def is_day_off(day: date, kinds: tuple[str, ...] = KINDS) -> bool:
    """Is this day a holiday of one of these kinds?"""
    return any(day in days(day.year, kind) for kind in kinds)


def name_of(day: date, language: str = "id") -> str:
    """The holiday's name, '' on an ordinary day."""
    return next((days(day.year, kind, language)[day] for kind in KINDS if day in days(day.year, kind)), "")


def is_decreed(year: int) -> bool:
    """Is the year's calendar decreed? An estimated one has no collective leave yet."""
    return bool(days(year, COLLECTIVE_LEAVE))
