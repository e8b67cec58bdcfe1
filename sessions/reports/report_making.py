"""From a wish to sheets, and from sheets to a file: the same for the command and for the page."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from sessions.gateway import Gateway
from sessions.reports import report_cases, report_files, report_sheets
from sessions.reports.report_sheets import Sheet
from sessions.reports.reports import Report, Wish

TABLE, CSV, XLSX = FORMATS = ("table", "csv", "xlsx")
PARTS = ("calls", "functions", "topics", "segments", "units", "summary", "formulas")

Makers = Mapping[str, Callable[[], Sheet]]


def makers(
    gateway: Gateway, wish: Wish, language: str, *, anonymous: bool, count: Callable[[], Report]
) -> Makers:  # fmt: skip
    """How each part is made. What several need is counted once, and only if one of them is wanted."""
    book = cache(lambda: report_cases.count_cases(gateway, wish.first, wish.last, wish.services))
    return {
        "calls": lambda: report_sheets.calls(count(), language, anonymous),
        "functions": lambda: report_sheets.functions(book(), language, anonymous),
        "topics": lambda: report_sheets.topics(book(), language, anonymous),
        "segments": lambda: report_sheets.segments(book(), language, anonymous),
        "units": lambda: report_sheets.units(book(), language, anonymous),
        "summary": lambda: report_sheets.summary(book(), language),
        "formulas": lambda: report_sheets.formulas(language),
    }


def chosen(made: Makers, form: str, part: str = "") -> list[Sheet]:
    """One part, or all of them; a CSV has one sheet, a workbook the formulas too, and one for each group."""
    part = part or ("calls" if form == CSV else "")
    names = [part] if part else [name for name in PARTS if name != "formulas" or form == XLSX]
    sheets = [made[name]() for name in names]
    if form == XLSX and not part:
        sheets[1:1] = report_sheets.each_group(sheets[0])
    return sheets


def content(sheets: Sequence[Sheet], form: str, language: str) -> bytes:
    """The file, or what a terminal shows."""
    if form == XLSX:
        book = io.BytesIO()
        report_files.write_xlsx(sheets, language, book)
        return book.getvalue()
    written = io.StringIO()
    if form == CSV:
        report_files.write_csv(sheets[0], language, written)
    else:
        written.writelines(line + "\n" for sheet in sheets for line in report_files.lines(sheet))
    return written.getvalue().encode()
