"""The charts of a report: calls and service level, over time or by row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from desk.measures.figures import FORMULAS, Figure, on_target
from desk.measures.periods import DAY, MONTH, WEEK, label
from desk.measures.sums import Running, Sums
from sessions.reports.reports import AGENT, Report
from sessions.reports.themes import Theme
from web.charts import Chart, Column, columns, curve, rows

Key = TypeVar("Key")
KINDS = ("answered", "abandoned", "callbacks", "voicemails")
THEME_KINDS = ("now", "before", "last_year")
TARGET = FORMULAS["service_level"].least


def charts(report: Report) -> tuple[Chart, Chart]:
    """(calls, service level): by period when there are periods, else by row."""
    if report.wish.every:
        periods = _by_period(report)
        named = [
            (short(period, report.wish.every), periods.get(period, Sums()))
            for period in report.periods()
            if period
        ]
        return columns([_column(name, sums) for name, sums in named]), curve(
            [(name, FORMULAS["service_level"].of(sums).value) for name, sums in named], TARGET
        )
    groups = sorted(_by_group(report).items(), key=lambda found: -found[1].offered)
    if report.wish.by == AGENT:
        return rows([Column(name, [("answered", sums.answered)]) for name, sums in groups]), rows(
            [
                Column(name, [("level", _r(FORMULAS["aht"].of(sums).value))])
                for name, sums in groups
                if sums.answered
            ],
            " s",
        )
    return rows(
        [Column(name, [(kind, getattr(sums, kind)) for kind in KINDS[:2]]) for name, sums in groups]
    ), rows(
        [
            Column(name, [("level", _r(FORMULAS["service_level"].of(sums).value))])
            for name, sums in groups
            if sums.offered
        ],
        " %",
    )


def theme_chart(themes: list[Theme]) -> Chart:
    """The topics of now beside the period before and the year before."""
    return rows(
        [Column(one.topic, [(kind, getattr(one, kind)) for kind in THEME_KINDS]) for one in themes[:12]]
    )


def short(period: datetime, every: str) -> str:
    """A period below a chart."""
    if every in (DAY, WEEK):
        return f"{period.day}/{period.month}"
    return label(period, every) if every == MONTH else f"{period:%H.%M}"


def _by_group(report: Report) -> dict[str, Sums]:
    return _together((group, sums) for (group, _), sums in report.cells.items())


def _by_period(report: Report) -> dict[datetime | None, Sums]:
    return _together((period, sums) for (_, period), sums in report.cells.items())


def _together(cells: Iterable[tuple[Key, Sums]]) -> dict[Key, Sums]:
    """The sums of all cells with the same key."""
    found: dict[Key, Running] = {}
    for key, sums in cells:
        found.setdefault(key, Running()).add(sums)
    return {key: running.sums() for key, running in found.items()}


def _column(name: str, sums: Sums) -> Column:
    return Column(name, [(kind, getattr(sums, kind)) for kind in KINDS])


def _r(value: float | None) -> float:
    return round(value or 0.0, 1)


def mark(name: str, figure: Figure) -> str:
    """The colour of a figure with a usual target: good, bad, '' where nothing was measured."""
    met = on_target(name, figure)
    return "" if met is None else "good" if met else "bad"
