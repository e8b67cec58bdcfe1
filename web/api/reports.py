"""Reports as the page has them: the same forms, the same figures, each part as a sheet of cells."""

from __future__ import annotations

from typing import Any

from desk.measures.figures import Figure
from sessions.reports.report_making import PARTS
from sessions.reports.report_sheets import Aimed, Sheet
from sessions.reports.reports import BY
from web import report_form
from web.api.declaring import Asked, Noun, one_of, ref, text
from web.api.problems import Field, Problem
from web.fresh import Busy
from web.pages.reports import kept_of, makers, services, theme_sheets
from web.report_form import CHANNELS, EVERIES
from web.words import t

noun = Noun("reports", "Figures of an interval, and what people asked about")
_DAY = text(10, description="2026-03-01; the first and the last day both count, 92 at the most")
QUERY = {
    "first": _DAY,
    "last": _DAY,
    "service": text(80),
    "by": one_of(*BY),
    "every": one_of(*(every for every in EVERIES if every)),
    "channel": one_of(*CHANNELS),
}
SHEET = {
    "name": "calls", "title": "Calls", "head": ["Service", "Offered", "Service level"], "keys": 1, "notes": [],
    "rows": [["bicara131", 120, {"value": 83.3, "unit": "%", "met": True}]],
}  # fmt: skip


@noun.ask(
    "/reports/<part>",
    "report",
    "One part of the report of an interval",
    query=QUERY,
    parts={"part": one_of(*PARTS)},
    answer=ref("Sheet"),
    example=SHEET,
    may_be=("busy",),
)
def report(asked: Asked, part: str) -> Any:
    gateway = asked.gateway
    wish = _read(asked).wish
    return _counted(lambda: sheet(makers(gateway, kept_of(gateway), wish, anonymous=False)[part]()))


@noun.ask(
    "/reports/themes",
    "themes",
    "What people asked about, over time",
    query={name: QUERY[name] for name in ("first", "last", "service")},
    answer=ref("Sheets"),
    example={"sheets": [SHEET]},
    may_be=("busy",),
)
def themes(asked: Asked) -> Any:
    gateway, wish = asked.gateway, _read(asked).wish
    return _counted(
        lambda: {
            "sheets": [sheet(one) for one in theme_sheets(gateway, kept_of(gateway), wish, anonymous=False)]
        }
    )


def sheet(made: Sheet) -> dict[str, Any]:
    """A sheet as JSON."""
    return {
        "name": made.name, "title": made.title, "head": made.head, "keys": made.keys, "notes": made.notes,
        "rows": [[_cell(value) for value in row] for row in made.rows],
    }  # fmt: skip


def _cell(value: Any) -> Any:
    if isinstance(value, Aimed):
        return {**_cell(value.figure), "met": value.met}
    if isinstance(value, Figure):
        return {"value": None if value.value is None else round(value.value, 2), "unit": value.unit}
    return value


def _read(asked: Asked) -> report_form.Asked:
    given = {name: value for name, value in asked.query.items() if value is not None}
    read = report_form.read(asked.gateway, given, services(asked.gateway))
    if read.faults:
        raise Problem(
            "invalid",
            fields=[Field(name, word, t(f"reports.fault_{word}")) for name, word in read.faults.items()],
        )
    return read


def _counted(count: Any) -> Any:
    try:
        return count()
    except Busy:
        raise Problem("busy", headers={"Retry-After": "5"}) from None
