"""Reports: the figures of an interval, themes over time and a month to print, as `python app.py report` counts them.

What is taken away as a file wants a reason, and the audit keeps it. One report is counted at a time, and kept for half a minute.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file

from desk.measures.figures import FORMULAS, Figure
from sessions.cases.records import LEAST_REASON
from sessions.console import accounts
from sessions.gateway import Gateway
from sessions.reports import report_making, report_themes, reports, themes
from sessions.reports.report_files import shown
from sessions.reports.report_making import CSV, XLSX
from sessions.reports.report_sheets import Aimed, Sheet, formula_name
from sessions.reports.reports import AGENT, BY, Report, Wish
from store.times import text
from web import report_charts, report_form, words
from web.accounts import visits
from web.fresh import Busy, Fresh
from web.report_charts import mark
from web.report_form import Asked
from web.tools import Tools

Page = str | tuple[str, int] | Response
SECONDS, PATIENCE = 30.0, 8.0
TILES = ("service_level", "asa", "abandonment", "aht", "containment", "csat")
TILES_OF_AGENTS = ("att", "acw", "aht", "occupancy", "transfer", "csat")  # what queues lose is no agent's
TYPES = {CSV: "text/csv", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_OF_WORDS = ("questions", "policy")  # sheets with what contacts said, masked


@dataclass(frozen=True)
class Kept:
    """What is counted once for everybody who asks."""

    reports: Fresh[Report]
    themes: Fresh[list[Sheet]]


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/reports, /reports/themes, /reports/month, and the files."""
    routes = Blueprint("reports", __name__, url_prefix="/reports")
    kept = kept_of(gateway)

    @routes.errorhandler(Busy)
    def busy(problem: Busy) -> Page:
        return render_template("reports/busy.html"), 503

    @routes.get("", endpoint="figures")
    def figures() -> Page:
        asked = report_form.read(gateway, request.args, services(gateway))
        return _figures(gateway, kept, asked)

    @routes.post("/download")
    def download() -> Page:
        asked = report_form.read(gateway, request.form, services(gateway))
        asked.faults |= _fault_of_download()
        if asked.faults:
            return _figures(gateway, kept, asked, request.form)
        made = makers(gateway, kept, asked.wish, anonymous=_anonymous())
        return _file(
            gateway, asked.wish, report_making.chosen(made, _form(), report_form.part_of(request.form))
        )

    @routes.get("/themes", endpoint="themes")
    def over_time() -> Page:
        return _themes(gateway, kept, report_form.read(gateway, request.args, services(gateway)))

    @routes.post("/themes/download", endpoint="download_themes")
    def download_themes() -> Page:
        asked = report_form.read(gateway, request.form, services(gateway))
        asked.faults |= _fault_of_download()
        if asked.faults:
            return _themes(gateway, kept, asked, request.form)
        return _file(
            gateway, asked.wish, theme_sheets(gateway, kept, asked.wish, anonymous=_anonymous()), "themes"
        )

    @routes.get("/month")
    def month() -> Page:
        return _month(gateway, kept, report_form.read_month(gateway, request.args, services(gateway)))

    return routes


def kept_of(gateway: Gateway) -> Kept:
    """The one of this process."""
    fresh = Kept(Fresh(SECONDS, patience=PATIENCE), Fresh(SECONDS, patience=PATIENCE))
    kept: Kept = gateway.kept.setdefault("reports", fresh)
    return kept


def services(gateway: Gateway) -> tuple[str, ...]:
    """The services whose figures this person may see: those of the roster's line, else all of them."""
    asker = accounts.asker_of(gateway, visits.me())
    known = sorted(flow.id for flow in gateway.services.services())
    return tuple(one for one in known if not asker or not asker.services or one in asker.services)


# -- pages


def _figures(gateway: Gateway, kept: Kept, asked: Asked, given: Mapping[str, str] | None = None) -> Page:
    report = _count(gateway, kept, asked.wish)
    made = makers(gateway, kept, asked.wish, anonymous=False)
    sheets = {name: made[name]() for name in report_making.PARTS}
    calls, level = report_charts.charts(report)
    page = render_template(
        "reports/figures.html", **_frame(gateway, asked, given), sheets=sheets, tiles=_tiles(report), by=BY,
        every=report_form.EVERIES, channels=report_form.CHANNELS, parts=report_making.PARTS, calls=calls, level=level,
    )  # fmt: skip
    return (page, 422) if asked.faults else page


def _themes(gateway: Gateway, kept: Kept, asked: Asked, given: Mapping[str, str] | None = None) -> Page:
    wish = asked.wish
    day = min(wish.last, reports.today(gateway, wish.services))
    sheets = theme_sheets(gateway, kept, wish, anonymous=False)
    found = themes.over_time(gateway, wish.first, wish.last, wish.services)
    page = render_template(
        "reports/themes.html", **_frame(gateway, asked, given), sheets=sheets, day=day, chart=report_charts.theme_chart(found)
    )  # fmt: skip
    return (page, 422) if asked.faults else page


def _month(gateway: Gateway, kept: Kept, asked: Asked) -> Page:
    daily = _count(gateway, kept, asked.wish)
    by_queue = replace(asked.wish, by="queue", every="")
    made = makers(gateway, kept, by_queue, anonymous=False)
    calls, level = report_charts.charts(daily)
    sheets = {name: made[name]() for name in report_making.PARTS}
    days = makers(gateway, kept, asked.wish, anonymous=False)["calls"]()
    page = render_template(
        "reports/month.html", **_frame(gateway, asked, None), sheets=sheets, days=days, tiles=_tiles(daily), calls=calls,
        level=level, made_at=text(gateway.clock()),
    )  # fmt: skip
    return (page, 422) if asked.faults else page


def _frame(gateway: Gateway, asked: Asked, given: Mapping[str, str] | None) -> dict[str, Any]:
    return {
        "asked": asked,
        "wish": asked.wish,
        "given": given or {},
        "services": services(gateway),
        "shown": shown,
        "met": lambda value: value.met if isinstance(value, Aimed) else None,
        "least_reason": LEAST_REASON,
        "kinds": report_charts.KINDS,
        "most_days": report_form.MOST_DAYS,
    }


def _tiles(report: Report) -> list[tuple[str, Figure, str]]:
    """The figures that are looked at first: their names, and a colour where there is a target."""
    names = TILES_OF_AGENTS if report.wish.by == AGENT else TILES
    figures = [(name, FORMULAS[name].of(report.total)) for name in names]
    return [(formula_name(name, words.language()), figure, mark(name, figure)) for name, figure in figures]


# -- counting


def _count(gateway: Gateway, kept: Kept, wish: Wish) -> Report:
    return kept.reports.get(wish, lambda: reports.count(gateway, wish))


def makers(gateway: Gateway, kept: Kept, wish: Wish, *, anonymous: bool) -> report_making.Makers:
    """How each part is made, in the language of whoever looks."""
    return report_making.makers(
        gateway, wish, words.language(), anonymous=anonymous, count=lambda: _count(gateway, kept, wish)
    )


def theme_sheets(gateway: Gateway, kept: Kept, wish: Wish, *, anonymous: bool) -> list[Sheet]:
    """Without what contacts said, for who may see none of them."""
    day, language = min(wish.last, reports.today(gateway, wish.services)), words.language()
    sheets = kept.themes.get(
        (wish, day, language, anonymous),
        lambda: report_themes.sheets(gateway, wish, day, language, anonymous=anonymous),
    )
    sees = accounts.asker_of(gateway, visits.me()) is not None
    return [sheet for sheet in sheets if sees or sheet.name not in _OF_WORDS]


# -- files


def _form() -> str:
    return request.form.get("format", "")


def _anonymous() -> bool:
    return request.form.get("anonymous") == "yes"


def _fault_of_download() -> dict[str, str]:
    faults = {} if _form() in TYPES else {"format": "choice"}
    if len(_reason()) < LEAST_REASON:
        faults["reason"] = "reason"
    return faults


def _reason() -> str:
    return " ".join(request.form.get("reason", "").split())[:500]


def _file(gateway: Gateway, wish: Wish, sheets: list[Sheet], what: str = "report") -> Response:
    """The file, after its line of the audit."""
    form = _form()
    name = f"sambung-{what}-{wish.first}-{wish.last}.{form}"
    content = report_making.content(sheets, form, words.language())
    reports.told(gateway, visits.me().login, wish, form, name, anonymous=_anonymous(), reason=_reason())
    return send_file(io.BytesIO(content), mimetype=TYPES[form], as_attachment=True, download_name=name)
