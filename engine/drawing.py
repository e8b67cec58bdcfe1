"""A service drawn: its steps and where their exits lead, findings marked. Mermaid text, or an SVG without any other program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from engine.check import ERROR, Finding
from engine.flow import Branch, Exit, Flow, Menu, Run, Step, Tries
from engine.load.faults import shorten

# Colours of a box: fill, edge. Red and amber also differ in the width of the edge, for those who do not see them.
_CALM, _WARNED, _WRONG = ("#f6f8fa", "#57606a"), ("#fff8c5", "#9a6700"), ("#ffebe9", "#cf222e")
BOX, ROW, GAP, LINE = 190, 46, 26, 14  # of the SVG, in pixels
LETTERS = 26  # that a box shows
THICK = 8  # pixels, of the curve that was taken most


@dataclass(frozen=True)
class Edge:
    """A way from one step to another: the key or the name of its exit."""

    start: str
    end: str
    label: str


@dataclass(frozen=True)
class Traffic:
    """How often each way (start, end) was taken, and how many contacts left at a step without coming to an end."""

    ways: Mapping[tuple[str, str], int]
    left: Mapping[str, int] = field(default_factory=dict)


def edges(flow: Flow) -> list[Edge]:
    """All ways by name of the steps; `back`, `repeat` and `return` lead to no box."""
    found: dict[tuple[str, str], list[str]] = {}
    for step in flow.steps.values():
        for label, to in _ways(step):
            if to in flow.steps:
                found.setdefault((step.name, to), []).append(label)
    return [Edge(start, end, ", ".join(dict.fromkeys(labels))) for (start, end), labels in found.items()]


def _ways(step: Step) -> Iterator[tuple[str, str]]:
    if isinstance(step, Menu):
        yield from ((key, way.to) for key, way in step.keys.items())
    if isinstance(step, Branch):
        yield from ((value, way.to) for value, way in step.exits.items())
    if isinstance(step, Run):
        yield "run", step.first
    if step.otherwise:
        yield "otherwise", step.otherwise
    for name, value in vars(step).items():
        if isinstance(value, Exit):
            yield name.replace("_", " "), value.to
        elif isinstance(value, Tries):
            yield name.replace("_", " "), value.exit.to
    yield from ((word, way.to) for word, way in getattr(step, "options", {}).items())


def marked(flow: Flow, findings: list[Finding]) -> dict[str, list[Finding]]:
    """Step -> the findings inside its lines."""
    found: dict[str, list[Finding]] = {}
    for name, step in flow.steps.items():
        file = step.place.file
        after = [
            s.place.line
            for s in flow.steps.values()
            if s.place.file == file and s.place.line > step.place.line
        ]
        last = min(after, default=1 << 30) - 1
        full = file if file.startswith("common/") else f"{flow.id}/{file}"
        mine = [f for f in findings if f.file.endswith(full) and step.place.line <= f.line <= last]
        if mine:
            found[name] = mine
    return found


# --- Mermaid ---


def mermaid(flow: Flow, findings: list[Finding]) -> str:
    """A flowchart; mermaid.live and GitHub show it."""
    number = {name: f"s{at}" for at, name in enumerate(flow.steps)}
    found = marked(flow, findings)
    lines = ["flowchart LR"]
    for name, step in flow.steps.items():
        lines.append(f'  {number[name]}["{_quoted(_title(step, found.get(name, [])))}"]')
    for edge in edges(flow):
        lines.append(f'  {number[edge.start]} -->|"{_quoted(shorten(edge.label, 40))}"| {number[edge.end]}')
    lines += [
        "  classDef wrong fill:#ffebe9,stroke:#cf222e,stroke-width:3px",
        "  classDef warned fill:#fff8c5,stroke:#9a6700",
    ]
    for name, mine in found.items():
        lines.append(f"  class {number[name]} {'wrong' if _wrong(mine) else 'warned'}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;")


def _title(step: Step, mine: list[Finding]) -> str:
    codes = "".join(f" ! {code}" for code in dict.fromkeys(finding.code for finding in mine))
    return f"{step.name} ({type(step).__name__.lower()}){codes}"


def _wrong(mine: list[Finding]) -> bool:
    return any(finding.severity == ERROR for finding in mine)


# --- SVG: columns by the number of exits from the start, rows in the order of the file ---


def svg(flow: Flow, findings: list[Finding], traffic: Traffic | None = None) -> str:
    """Boxes and curves. A box tells its words and findings when the mouse stands on it.

    With ``traffic`` a curve is as thick as it was taken often (by the root, so that what is rare is seen, too), and its number
    stands on it; one that nobody took is broken; `✕ 3` in a box: three contacts left there.

    For pages: a box is `g.step` with `data-step`, its name; a curve `g.way` with `data-from` and `data-to`. No style is written
    inside, only attributes, which any style sheet may overrule.
    """
    found, ways = marked(flow, findings), edges(flow)
    place = _places(flow, ways)
    width = max(x for x, _ in place.values()) + BOX + GAP * 3
    height = max(y for _, y in place.values()) + ROW + GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{escape(flow.id)}</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
        'markerUnits="userSpaceOnUse" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#8c959f"/></marker></defs>',
        *(_curve(edge, place, _drawn(edge, traffic)) for edge in ways),
        *(
            _box(step, place[name], found.get(name, []), traffic.left.get(name, 0) if traffic else 0)
            for name, step in flow.steps.items()
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _places(flow: Flow, ways: list[Edge]) -> Mapping[str, tuple[int, int]]:
    """The left upper corner of every box. Steps that no exit leads to (keywords do) begin columns of their own."""
    ahead: dict[str, list[str]] = {}
    for edge in ways:
        ahead.setdefault(edge.start, []).append(edge.end)
    column: dict[str, int] = {}
    for first in (flow.start, *flow.steps):
        waiting = [(first, 0)] if first not in column else []
        while waiting:
            name, at = waiting.pop(0)
            if name not in column:
                column[name] = at
                waiting += [(then, at + 1) for then in ahead.get(name, ())]
    rows: dict[int, int] = {}
    place = {}
    for name in flow.steps:
        at = column[name]
        place[name] = (GAP + at * (BOX + 3 * GAP), GAP + rows.get(at, 0) * (ROW + GAP))
        rows[at] = rows.get(at, 0) + 1
    return place


def _box(step: Step, place: tuple[int, int], mine: list[Finding], left: int) -> str:
    (x, y), kind = place, type(step).__name__.lower()
    fill, edge = _CALM if not mine else _WRONG if _wrong(mine) else _WARNED
    thick = 1 if not mine else 3 if _wrong(mine) else 2
    codes = ", ".join(dict.fromkeys(finding.code for finding in mine))
    told = "\n".join([f"{step.name}: {kind}, {step.place.file}:{step.place.line}", *map(str, mine)])
    gone = (
        f'<text class="left" x="{x + BOX - 8}" y="{y + 18 + LINE + 4}" fill="#cf222e" font-size="10" font-weight="bold" '
        f'text-anchor="end">✕ {left}</text>'
        if left
        else ""
    )
    return (
        f'<g class="step" data-step="{escape(step.name)}"><title>{escape(told)}</title>'
        f'<rect x="{x}" y="{y}" width="{BOX}" height="{ROW}" rx="6" fill="{fill}" '
        f'stroke="{edge}" stroke-width="{thick}"/>'
        f'<text x="{x + 8}" y="{y + 18}">{escape(shorten(step.name, LETTERS))}</text>'
        f'<text x="{x + 8}" y="{y + 18 + LINE + 4}" fill="{edge}" font-size="10">'
        f"{escape(shorten(f'{kind} {codes}'.strip(), LETTERS + (0 if left else 8)))}</text>{gone}</g>"
    )


@dataclass(frozen=True)
class _Line:
    """How a curve is drawn: further attributes, and the words on it."""

    kind: str
    attributes: str
    words: str
    told: str


def _drawn(edge: Edge, traffic: Traffic | None) -> _Line:
    told = f"{edge.start} -> {edge.end}: {edge.label}"
    if traffic is None:
        return _Line("way", "", shorten(edge.label, 12), told)
    taken, most = traffic.ways.get((edge.start, edge.end), 0), max(traffic.ways.values(), default=1)
    if not taken:
        return _Line("way never", ' stroke-dasharray="2 4"', shorten(edge.label, 12), f"{told} · 0")
    thick = 1 + (THICK - 1) * (taken / most) ** 0.5
    words = f"{shorten(edge.label, 12)} · {taken}"
    return _Line("way taken", f' stroke-width="{thick:.1f}"', words, f"{told} · {taken}")


def _curve(edge: Edge, place: Mapping[str, tuple[int, int]], line: _Line) -> str:
    (x1, y1), (x2, y2) = place[edge.start], place[edge.end]
    x1, y1, y2 = x1 + BOX, y1 + ROW // 2, y2 + ROW // 2
    # A way back to the left goes round below its boxes; straight on it would lie across them.
    bend, down = (max(GAP * 2, (x2 - x1) // 2), 0) if x2 > x1 else (GAP * 2, ROW + GAP // 2)
    path = f"M{x1} {y1}C{x1 + bend} {y1 + down} {x2 - bend} {y2 + down} {x2} {y2}"
    return (
        f'<g class="{line.kind}" data-from="{escape(edge.start)}" data-to="{escape(edge.end)}">'
        f'<path d="{path}" fill="none" stroke="#8c959f"{line.attributes} '
        f'marker-end="url(#tip)"><title>{escape(line.told)}</title></path>'
        f'<text x="{x1 + 4}" y="{(3 * y1 + y2) // 4 - 3}" font-size="9" fill="#57606a">{escape(line.words)}</text></g>'
    )
