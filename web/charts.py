"""Charts as plain numbers; templates/charts.html draws them as SVG. No colour is chosen here: charts.css has one for each kind.

Every chart stands beside a table with the same figures, for who cannot see it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

# Units of the drawing; the page makes it as wide as there is room.
WIDTH, HEIGHT = 420, 190
LETTER = 10.5  # as tall as a figure in web/static/charts.css
LEFT, RIGHT, TOP, BOTTOM = 34, 6, 8, 24
ROW, MOST_ROWS = 22, 20
_LABEL_ROOM = 46  # so far apart that two labels below never touch
_LONGEST = 17


@dataclass(frozen=True)
class Box:
    """A bar or a piece of one; ``kind`` names its colour, ``title`` is shown when somebody points at it."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Word:
    """A text of the drawing; ``anchor``: start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass
class Chart:
    """One drawing. ``rules`` are (y, is it the target?) across it; ``paths`` are lines of points, broken where nothing is."""

    height: float = HEIGHT
    boxes: list[Box] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    rules: list[tuple[float, bool]] = field(default_factory=list)
    paths: list[list[tuple[float, float]]] = field(default_factory=list)
    kinds: tuple[str, ...] = ()
    width: float = WIDTH


@dataclass(frozen=True)
class Column:
    """A period: its label, and a number for each kind."""

    label: str
    parts: Sequence[tuple[str, float]]


def columns(given: Sequence[Column]) -> Chart:
    """Columns of pieces one above the other, all of them counts."""
    most = _round_up(max((sum(count for _, count in each.parts) for each in given), default=0) or 1)
    chart = Chart(kinds=tuple(kind for kind, _ in given[0].parts) if given else ())
    _scale(chart, most, "")
    room = (WIDTH - LEFT - RIGHT) / max(1, len(given))
    for place, each in enumerate(given):
        x, y = LEFT + place * room, float(HEIGHT - BOTTOM)
        for kind, count in each.parts:
            tall = count / most * (HEIGHT - TOP - BOTTOM)
            if tall:
                y -= tall
                wide = max(room - max(1.0, room * 0.2), 0.8)
                chart.boxes.append(
                    Box(
                        kind, _r(x + (room - wide) / 2), _r(y), _r(wide), _r(tall), f"{each.label}: {count:g}"
                    )
                )
    _labels(chart, [each.label for each in given], room)
    return chart


def curve(given: Sequence[tuple[str, float | None]], target: float | None = None) -> Chart:
    """Percentages over time as a line, broken where nothing was measured; ``target`` is a line across."""
    chart = Chart(kinds=("level",))
    _scale(chart, 100, " %")
    if target is not None:
        chart.rules.append((_r(_percent(target)), True))
    room = (WIDTH - LEFT - RIGHT) / max(1, len(given))
    path: list[tuple[float, float]] = []
    for place, (label, value) in enumerate(given):
        if value is None:
            path = []
            continue
        x, y = _r(LEFT + (place + 0.5) * room), _r(_percent(value))
        if not path:
            chart.paths.append(path)
        path.append((x, y))
        chart.boxes.append(Box("level", _r(x - 2), _r(y - 2), 4, 4, f"{label}: {value:.1f} %"))
    _labels(chart, [label for label, _ in given], room)
    return chart


def rows(given: Sequence[Column], unit: str = "") -> Chart:
    """Bars that lie, a row each, their kinds below one another; the first so many."""
    given = given[:MOST_ROWS]
    kinds = tuple(kind for kind, _ in given[0].parts) if given else ()
    thick = max(LETTER, (ROW - 6) / max(1, len(kinds)))  # each bar has its figure beside it
    row = thick * len(kinds) + 8
    most = max((count for each in given for _, count in each.parts), default=0) or 1
    left, chart = 128.0, Chart(height=TOP + row * len(given) + 4, kinds=kinds)
    for place, each in enumerate(given):
        y = TOP + place * row
        chart.words.append(Word(left - 6, _r(y + thick * len(kinds) / 2 + 4), _cut(each.label), "end"))
        for number, (kind, count) in enumerate(each.parts):
            long = max(0.0, count) / most * (WIDTH - left - 48)
            top = y + number * thick
            chart.boxes.append(
                Box(
                    kind, left, _r(top), _r(max(long, 0.6)), _r(thick - 1.5), f"{each.label}: {count:g}{unit}"
                )
            )
            chart.words.append(
                Word(_r(left + long + 4), _r(top + thick / 2 + 3.2), f"{count:g}{unit}", "start")
            )
    return chart


def _scale(chart: Chart, most: float, unit: str) -> None:
    for share in (0, 0.5, 1):
        y = _r(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM))
        chart.rules.append((y, False))
        chart.words.append(Word(LEFT - 4, _r(y + 4), f"{most * share:g}{unit.strip()}", "end"))


def _labels(chart: Chart, labels: Sequence[str], room: float) -> None:
    every = max(1, math.ceil(_LABEL_ROOM / room))
    for place in range(0, len(labels), every):
        chart.words.append(Word(_r(LEFT + (place + 0.5) * room), HEIGHT - 7, labels[place]))


def _percent(value: float) -> float:
    return HEIGHT - BOTTOM - min(100.0, max(0.0, value)) / 100 * (HEIGHT - TOP - BOTTOM)


def _round_up(most: float) -> float:
    """The end of a scale: 2, 4, 10, 20, 40 and so on, so that its middle is a whole number.

    >>> [_round_up(value) for value in (1, 3, 7, 11, 230)]
    [2.0, 4.0, 10.0, 20.0, 400.0]
    """
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (2, 4, 10, 20) if step * power >= most)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _r(value: float) -> float:
    return round(value, 1)
