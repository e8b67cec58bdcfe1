"""The sheets of a report: what was counted, as rows of cells with their headings. How they look is report_files.py's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from desk.measures.casebook import FUNCTIONS, Casebook, Cell, channels_of, hidden, shares
from desk.measures.figures import EMPTY, FORMULAS, Figure, on_target
from desk.measures.periods import label
from desk.measures.sums import Sums
from desk.overrides import Override
from sessions.reports.report_words import (
    COUNTS,
    FIGURES_OF_AGENTS,
    OF_AGENTS,
    SHORT,
    WRITTEN,
    count_name,
    note,
    word,
)
from sessions.reports.reports import AGENT, Report

FEW = "<5"
MOST_PAGES = 40
MOST_OVERRIDES = 20  # so many are told below the table


@dataclass(frozen=True)
class Aimed:
    """A figure with a usual target; ``met`` None where nothing was measured."""

    figure: Figure
    met: bool | None


Value = str | int | float | Figure | Aimed | None  # None: nothing there, shown as –


@dataclass
class Sheet:
    """One table. ``short`` are headings for a narrow page."""

    name: str
    title: str
    head: list[str]
    rows: list[list[Value]]
    short: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    keys: int = 1  # how many columns say what the row is


# -- calls


def calls(report: Report, language: str, anonymous: bool = False) -> Sheet:
    """Counts and figures of each row, and of all together."""
    by, every = report.wish.by, report.wish.every
    counts = OF_AGENTS if by == AGENT else tuple(COUNTS)
    names = FIGURES_OF_AGENTS if by == AGENT else tuple(FORMULAS)
    keys = [word(by, language)] * (by != "interval") + [word("period", language)] * bool(every)
    keys = keys or [""]
    sheet = Sheet(
        "calls",
        word("calls", language),
        [*keys, *(count_name(name, language) for name in counts), *(formula_name(name, language) for name in names)],
        [],
        [*keys, *(COUNTS[name][0] for name in counts), *(SHORT[name] for name in names)],
        keys=len(keys),
    )  # fmt: skip
    few = _few(report) if anonymous else frozenset()
    named = _pseudonyms(report) if anonymous and by == AGENT else {}
    for group in report.groups or [""]:
        for period in report.periods():
            row = [named.get(group, group)] * (by != "interval")
            row += [label(period, every)] if period is not None else []
            cell = report.cells.get((group, period))
            if (group, period) in few:
                values: list[Value] = [FEW] * (len(counts) + len(names))
            else:
                values = _values(cell, counts, names, report.occupied_rows)
            sheet.rows.append([*(row or [""]), *values])
    total = [word("total", language), *[""] * (len(keys) - 1)]
    whole = report.occupied_total
    sheet.rows.append([*total, *_values(report.total if report.cells else None, counts, names, whole)])
    sheet.notes = _notes(report, language, len(few))
    return sheet


def formula_name(name: str, language: str) -> str:
    """A figure in words."""
    return FORMULAS[name].en if language == "en" else FORMULAS[name].id


def _values(sums: Sums | None, counts: Sequence[str], names: Sequence[str], occupied: bool) -> list[Value]:
    if sums is None:
        return [None] * (len(counts) + len(names))
    values: list[Value] = [_count(getattr(sums, name)) for name in counts]
    for name in names:
        figure = FORMULAS[name].of(sums)
        if name == "occupancy" and not occupied:
            figure = Figure(0, 0)
        aimed = FORMULAS[name].least is not None or FORMULAS[name].most is not None
        values.append(Aimed(figure, on_target(name, figure)) if aimed else figure)
    return values


def _count(value: float) -> int | float:
    return int(value) if value == int(value) else round(value, 1)


def _few(report: Report) -> frozenset[object]:
    """Rows that hold fewer than five persons; one alone takes another with it."""
    keys = {f"{group}\x1f{period or ''}": (group, period) for group, period in report.cells}
    cells = {
        name: (len(report.persons.get(key, ())), int(report.cells[key].entered)) for name, key in keys.items()
    }
    return frozenset(keys[name] for name in hidden(cells))


def _pseudonyms(report: Report) -> Mapping[str, str]:
    """Agents by the number of their talks, without names."""
    talks = {
        group: sum(sums.answered for (name, _), sums in report.cells.items() if name == group)
        for group in report.groups
    }
    order = sorted(talks, key=lambda group: -talks[group])
    return {group: f"#{place}" for place, group in enumerate(order, 1)}


def _notes(report: Report, language: str, few: int) -> list[str]:
    label = getattr(report.zone, "key", "")
    zone = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}.get(label, label)
    notes = [note("target", language), note("counting", language, zone=zone)]
    notes += [note("agents", language)] if report.wish.by == AGENT else []
    notes += [note("waiting", language, n=report.waiting)] if report.waiting else []
    notes += [note("unfinished", language, n=report.unfinished)] if report.unfinished else []
    notes += [] if report.occupied_rows and report.occupied_total else [note("occupancy", language)]
    notes += [_override(one, report.zone, language) for one in report.overrides[:MOST_OVERRIDES]]
    return [*notes, note("hidden", language, n=few)] if few else notes


def _override(one: Override, zone: tzinfo, language: str) -> str:
    begin, end = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (one.begin, one.end))
    of = f"{one.service} {one.hours}".strip()
    return note(f"override_{one.state}", language, of=of, begin=begin, end=end, why=one.reason)


# -- cases


def functions(book: Casebook, language: str, anonymous: bool = False) -> Sheet:
    """Questions, information and complaints by topic and channel."""
    head = [
        word("topic", language),
        word("channel", language),
        *FUNCTIONS,
        word("other", language),
        word("total", language),
    ]
    cells: dict[str, list[Value]] = {}
    people: dict[str, tuple[int, int]] = {}
    for topic, channel in channels_of(book.functions):
        found = {name: cell for (t, c, name), cell in book.functions.items() if (t, c) == (topic, channel)}
        counts = [found[name].cases if name in found else 0 for name in FUNCTIONS]
        total = sum(cell.cases for cell in found.values())
        row = f"{topic}\x1f{channel}"
        cells[row] = [topic, channel, *counts, total - sum(counts), total]
        people[row] = (len(set[str]().union(*(cell.persons for cell in found.values()))), total)
    rows = _hide(cells, people, 2) if anonymous else list(cells.values())
    sums: list[Value] = [
        sum(cell.cases for (_, _, name), cell in book.functions.items() if name == function) for function in FUNCTIONS
    ]  # fmt: skip
    other = sum(cell.cases for (_, _, name), cell in book.functions.items() if name not in FUNCTIONS)
    rows.append([word("total", language), "", *sums, other, book.total.cases])
    return Sheet("functions", word("functions", language), head, rows, keys=2)


def topics(book: Casebook, language: str, anonymous: bool = False) -> Sheet:
    """Topics with their shares, and how their cases went."""
    return _by("topics", "topic", book.topics, book, language, anonymous)


def segments(book: Casebook, language: str, anonymous: bool = False) -> Sheet:
    """Who turns to the service."""
    return _by("segments", "segment", book.segments, book, language, anonymous)


def units(book: Casebook, language: str, anonymous: bool = False) -> Sheet:
    """What each unit has and keeps."""
    return _by("units", "unit", book.units, book, language, anonymous)


_COLUMNS: Mapping[str, Callable[[Cell], Value]] = {
    "escalation": lambda cell: cell.escalation,
    "first": lambda cell: cell.first,
    "limit": lambda cell: Aimed(cell.limit_kept, _at_least(cell.limit_kept, 95)),
    "past_due": lambda cell: cell.past_due,
    "satisfaction": lambda cell: Aimed(cell.satisfaction, _at_least(cell.satisfaction, 85)),
}


def _at_least(figure: Figure, least: float) -> bool | None:
    return None if figure.value is None else figure.value >= least


def _by(
    name: str, key: str, cells: Mapping[str, Cell], book: Casebook, language: str, anonymous: bool
) -> Sheet:
    columns = [each for each in _COLUMNS if each != "first" or key == "topic"]
    head = [word(key, language), word("cases", language), word("share", language)]
    head += [word(each, language) for each in columns]
    rows: dict[str, list[Value]] = {}
    for row, share in shares(cells, book.total.cases).items():
        rows[row] = [row, cells[row].cases, share, *(_COLUMNS[each](cells[row]) for each in columns)]
    people = {row: (len(cell.persons), cell.cases) for row, cell in cells.items()}
    shown = _hide(rows, people, 1) if anonymous else list(rows.values())
    total: list[Value] = [
        word("total", language),
        book.total.cases,
        Figure(book.total.cases, book.total.cases),
    ]
    shown.append([*total, *(_COLUMNS[each](book.total) for each in columns)])
    return Sheet(name, word(name, language), head, shown)


def _hide(
    rows: Mapping[str, list[Value]], people: Mapping[str, tuple[int, int]], keys: int
) -> list[list[Value]]:
    few = hidden(people)
    return [[*row[:keys], *[FEW] * (len(row) - keys)] if name in few else row for name, row in rows.items()]


def summary(book: Casebook, language: str) -> Sheet:
    """What all cases together tell."""
    index = book.ikm()
    rows: list[list[Value]] = [
        [word("cases", language), book.total.cases],
        [word("first", language), Aimed(book.total.first, _at_least(book.total.first, 75))],
        *([word(name, language), _COLUMNS[name](book.total)] for name in ("escalation", "limit", "past_due", "satisfaction")),
        [word("ikm", language), f"{index[0]:.2f} ({index[1]}, {index[2]})" if index else None],
        [word("suggestions", language), book.suggestions],
    ]  # fmt: skip
    return Sheet(
        "summary", word("summary", language), [word("what", language), word("value", language)], rows
    )


def formulas(language: str) -> Sheet:
    """What each figure is, and what is usual."""
    head = [word(name, language) for name in ("short", "what", "formula", "target")]
    rows: list[list[Value]] = [
        [short, count_name(name, language), "", ""] for name, (short, *_) in COUNTS.items()
    ]
    for name, formula in FORMULAS.items():
        target = f">= {formula.least:g}" if formula.least is not None else ""
        target += f" <= {formula.most:g}" if formula.most is not None else ""
        rows.append([SHORT[name], formula_name(name, language), WRITTEN[name], target.strip()])
    rows += [["", "", "IN = CT + IA + CL + OFF", ""], ["", "", "OFF = ANS + ABN + CB + VM", ""]]
    return Sheet("formulas", word("formulas", language), head, rows)


def each_group(sheet: Sheet) -> list[Sheet]:
    """A sheet of its own for each group of a table that has periods; [] for any other, or too many groups."""
    if sheet.keys < 2:
        return []
    groups: dict[str, list[list[Value]]] = {}
    for row in sheet.rows[:-1]:
        groups.setdefault(str(row[0]), []).append(row)
    if len(groups) > MOST_PAGES:
        return []
    return [Sheet(sheet.name, name, sheet.head, rows, keys=sheet.keys) for name, rows in groups.items()]


__all__ = [
    "EMPTY",
    "Aimed",
    "Sheet",
    "Value",
    "calls",
    "formulas",
    "functions",
    "segments",
    "summary",
    "topics",
    "units",
]
