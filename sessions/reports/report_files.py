"""How sheets look: on a terminal of 120 columns, as CSV, as a workbook."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TextIO

from desk.measures.figures import EMPTY, PERCENT, Figure
from sessions.reports.report_sheets import Aimed, Sheet, Value
from sessions.reports.report_words import word

WIDTH = 120
LONGEST_CELL = 54
# What a spreadsheet takes for a formula when a text begins with it. A quote in front makes it a text (OWASP, CSV injection).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
_MARKS = {True: " ✓", False: " ✗", None: ""}


# -- a terminal


def shown(value: Value) -> str:
    """A cell for people: a figure with both its numbers.

    >>> shown(Aimed(Figure(5, 20), False)), shown(Figure(404, 12, "s")), shown(Figure(0, 0)), shown(None)
    ('25.0 % (5/20) ✗', '33.7 s (404/12)', '–', '–')
    """
    if value is None:
        return EMPTY
    if isinstance(value, Aimed):
        return shown(value.figure) + _MARKS[value.met]
    if isinstance(value, Figure):
        return f"{value.shown()} ({value.part:.0f}/{value.whole:.0f})" if value.whole else EMPTY
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)


def lines(sheet: Sheet, width: int = WIDTH) -> Iterator[str]:
    """The sheet in so many columns: lying on its side when it has few rows, else in pieces one below the other."""
    yield f"== {sheet.title} =="
    if len(sheet.rows) <= 3 and len(sheet.head) > 8:
        yield from _aside(sheet, width)
    else:
        yield from _pieces(sheet, width)
    yield from (f"   {note}" for note in sheet.notes)
    yield ""


def _aside(sheet: Sheet, width: int) -> Iterator[str]:
    """Each figure a line, each row of the sheet a column."""
    titles = [" ".join(filter(None, map(shown, row[: sheet.keys]))) for row in sheet.rows]
    table = [["", *titles]]
    for place in range(sheet.keys, len(sheet.head)):
        table.append([sheet.head[place], *(shown(row[place]) for row in sheet.rows)])
    yield from _laid_out(table, 1, width)


def _pieces(sheet: Sheet, width: int) -> Iterator[str]:
    head = sheet.short or sheet.head
    yield from _laid_out([head, *([shown(value) for value in row] for row in sheet.rows)], sheet.keys, width)


def _laid_out(table: Sequence[Sequence[str]], keys: int, width: int) -> Iterator[str]:
    """Columns side by side as far as they fit, the rest in another piece with the keys in front again."""
    table = [[_cut(cell) for cell in row] for row in table]
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    for columns in _groups(widths, keys, width):
        for row in table:
            cells = [
                row[place].ljust(widths[place]) if place < keys else row[place].rjust(widths[place])
                for place in columns
            ]
            yield "  ".join(cells).rstrip()
        yield ""


def _cut(cell: str) -> str:
    plain = " ".join(cell.split())
    return plain if len(plain) <= LONGEST_CELL else plain[: LONGEST_CELL - 1] + "…"


def _groups(widths: Sequence[int], keys: int, width: int) -> Iterator[list[int]]:
    front = list(range(keys))
    begun = used = sum(widths[:keys]) + 2 * (keys - 1)
    columns = list(front)
    for place in range(keys, len(widths)):
        if used + 2 + widths[place] > width and len(columns) > keys:
            yield columns
            columns, used = list(front), begun
        columns.append(place)
        used += 2 + widths[place]
    yield columns


# -- files


def spread(sheet: Sheet, language: str) -> list[list[Value]]:
    """The sheet with each figure as three columns: its value, part and whole. The first row are the headings."""
    wide = [_is_figure(sheet, place) for place in range(len(sheet.head))]
    head: list[Value] = []
    for title, figure in zip(sheet.head, wide, strict=True):
        head += (
            [title, f"{title}: {word('part', language)}", f"{title}: {word('whole', language)}"]
            if figure
            else [title]
        )
    return [head, *(_spread(row, wide) for row in sheet.rows)]


def _is_figure(sheet: Sheet, place: int) -> bool:
    return sum(isinstance(row[place], Figure | Aimed) for row in sheet.rows) * 2 > len(sheet.rows) or any(
        isinstance(row[place], Figure | Aimed) for row in sheet.rows[-1:]
    )


def _spread(row: Sequence[Value], wide: Sequence[bool]) -> list[Value]:
    cells: list[Value] = []
    for value, figure in zip(row, wide, strict=True):
        if not figure:
            cells.append(value)
            continue
        plain = value.figure if isinstance(value, Aimed) else value
        cells += [plain, plain.part, plain.whole] if isinstance(plain, Figure) else [plain, plain, plain]
    return cells


def harmless(text: str) -> str:
    """A text that no spreadsheet runs.

    >>> harmless("=HYPERLINK(1)"), harmless("bicara131")
    ("'=HYPERLINK(1)", 'bicara131')
    """
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def write_csv(sheet: Sheet, language: str, to: TextIO) -> None:
    """One sheet: numbers as numbers with a point, percentages as percentages, nothing there as –."""
    writer = csv.writer(to, lineterminator="\n")
    for row in spread(sheet, language):
        writer.writerow([_for_csv(value) for value in row])


def _for_csv(value: Value) -> str | int | float:
    if value is None or (isinstance(value, Figure) and value.value is None):
        return EMPTY
    if isinstance(value, Aimed):
        return _for_csv(value.figure)
    if isinstance(value, Figure):
        return round(value.value or 0.0, 2)
    if isinstance(value, float):
        return round(value, 2)
    return harmless(value) if isinstance(value, str) else value


def write_xlsx(sheets: Sequence[Sheet], language: str, to: IO[bytes]) -> None:
    """A workbook with a page for each sheet: headings fixed, numbers as numbers."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(_page_name(sheet.title))
        page.freeze_panes = f"{'ABC'[sheet.keys]}2"
        page.column_dimensions["A"].width = 28
        for number, row in enumerate(spread(sheet, language)):
            cells = []
            for value in row:
                plain, form = _for_xlsx(value)
                cell = WriteOnlyCell(page, value=plain)
                if isinstance(plain, str):
                    cell.data_type = "s"  # a text, also when it begins like a formula
                cell.number_format = form
                if not number:
                    cell.font = Font(bold=True)
                cells.append(cell)
            page.append(cells)
        for line in sheet.notes:
            page.append([line])
    book.save(to)


def _page_name(title: str) -> str:
    """What a workbook takes as the name of a page: 31 characters, without []:*?/\\."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:31] or "–"


def _for_xlsx(value: Value) -> tuple[str | int | float, str]:
    if isinstance(value, Aimed):
        return _for_xlsx(value.figure)
    if value is None or (isinstance(value, Figure) and value.value is None):
        return EMPTY, "General"
    if isinstance(value, Figure):
        number = value.value or 0.0
        return (number / 100, "0.0%") if value.unit == PERCENT else (number, '0.0" s"')
    if isinstance(value, int):
        return value, "#,##0"
    return (value, "#,##0.##") if isinstance(value, float) else (value, "@")


def replace_file(path: Path, content: bytes) -> None:
    """Writes beside the file first, so that a full disk leaves the old one. Raises OSError."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)
