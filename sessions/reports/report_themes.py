"""The sheets of the theme report."""

from __future__ import annotations

from datetime import date

from desk.measures.casebook import hidden
from desk.measures.figures import Figure
from sessions.gateway import Gateway
from sessions.reports.report_sheets import FEW, Sheet, Value
from sessions.reports.report_words import word
from sessions.reports.reports import Wish
from sessions.reports.themes import Theme, Themes, themes_of


def sheets(gateway: Gateway, wish: Wish, day: date, language: str, *, anonymous: bool) -> list[Sheet]:
    """Topics over time first, then what is sudden, new, asked, suggested and missing."""
    found = themes_of(gateway, wish.first, wish.last, day, wish.services)
    few = (
        hidden({theme.topic: (len(theme.persons), theme.now) for theme in found.themes})
        if anonymous
        else frozenset()
    )
    return [
        _over_time(found, language, few),
        _emerging(found, day, language, few),
        _sheet("pairs", language, ("pair",), [[pair] for pair in found.pairs]),
        _sheet(
            "questions",
            language,
            ("topic", "question"),
            [[*row] for row in found.questions if row[0] not in few],
        ),
        _suggestions(found, language, few, anonymous),
        _sheet("gaps", language, ("topic", "subtopic", "answers"), _gaps(found, few)),
    ]


def _sheet(name: str, language: str, head: tuple[str, ...], rows: list[list[Value]]) -> Sheet:
    return Sheet(name, word(name, language), [word(each, language) for each in head], rows)


def _over_time(found: Themes, language: str, few: frozenset[str]) -> Sheet:
    head = ("topic", "now", "share", "before", "change", "last_year", "change_year")
    total = sum(theme.now for theme in found.themes)
    rows: list[list[Value]] = [
        [theme.topic, *[FEW] * 6] if theme.topic in few else _theme(theme, total) for theme in found.themes
    ]
    return _sheet("themes", language, head, rows)


def _theme(theme: Theme, total: int) -> list[Value]:
    return [
        theme.topic, theme.now, Figure(theme.now, total), theme.before, change(theme.now, theme.before), theme.last_year,
        change(theme.now, theme.last_year),
    ]  # fmt: skip


def change(now: int, before: int) -> Figure:
    """More or less, in percent of what was; nothing where there was nothing to compare with.

    >>> change(12, 8).shown(), change(8, 12).shown(), change(5, 0).shown()
    ('50.0 %', '-33.3 %', '–')
    """
    return Figure(now - before, before)


def _emerging(found: Themes, day: date, language: str, few: frozenset[str]) -> Sheet:
    rows: list[list[Value]] = [
        [each.topic, each.cases, round(each.mean, 1), f"z {each.z:.2f}", "!" if each.alert else ""]
        for each in found.emerging
        if each.topic not in few
    ]
    sheet = _sheet("emerging", language, ("topic", "cases", "usual", "deviation", "alert"), rows)
    sheet.notes = [f"{day}: x >= 10, x >= 2 m, z = (x - m) / max(s, sqrt(m), 1) >= 3"]
    return sheet


def _suggestions(found: Themes, language: str, few: frozenset[str], anonymous: bool) -> Sheet:
    rows: list[list[Value]] = [
        ["" if anonymous else each.ticket, each.topic, each.unit, each.status, each.words]
        for each in found.suggestions
        if each.topic not in few
    ]
    return _sheet("policy", language, ("ticket", "topic", "unit", "status", "text"), rows)


def _gaps(found: Themes, few: frozenset[str]) -> list[list[Value]]:
    return [[*gap] for gap in found.gaps if gap[0] not in few]
