"""A table as its rows, beside the editor that has it as text: line by line, with what is wrong in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import NamedTuple

from engine.check import Finding

SHOWN = 300  # rows


class Row(NamedTuple):
    """A row of the file that begins in this line; ``wrong``: a finding stands there, or it has not as many cells as the header."""

    line: int
    cells: list[str]
    wrong: bool


class Grid(NamedTuple):
    """The header, the first rows, and how many there are."""

    header: list[str]
    rows: list[Row]
    all: int


def grid(text: str, findings: Iterable[Finding] = ()) -> Grid:
    """As much of it as can be read; what cannot is told by its finding."""
    read, line = [], 1
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                read.append((line, [cell.strip() for cell in cells]))
            line = reader.line_num + 1
    except csv.Error:
        pass  # the finding says where
    if not read:
        return Grid([], [], 0)
    wrong, (_, header), body = {one.line for one in findings}, read[0], read[1:]
    rows = [Row(at, cells, at in wrong or len(cells) != len(header)) for at, cells in body[:SHOWN]]
    return Grid(header, rows, len(body))
