"""Rows of the tables that look-ups ask: added, removed, changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from engine.differences.words import shown
from engine.flow import Place, Source

SHOWN = 5  # rows of each kind that are named; the others are counted
Row = Mapping[str, str]


def table_lines(before: Mapping[str, Source], after: Mapping[str, Source]) -> Iterator[str]:
    """Every source that was added, removed, or asks or answers otherwise."""
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        about = f"{'table' if (new or old or _NONE).kind == 'table' else 'source'} '{name}'"
        if old is None or new is None:
            yield f"{about} is {'removed' if new is None else 'added'}"
            continue
        yield from _rows(about, old, new)
        if _asked(old) != _asked(new):
            yield f"{about}: is asked otherwise: {shown(_asked(new))} instead of {shown(_asked(old))}"


_NONE = Source("", "")


def _asked(source: Source) -> dict[str, object]:
    bare = replace(source, rows=(), place=Place())
    told = {
        "kind": bare.kind, "columns": bare.columns, "match": dict(bare.match), "url": bare.url, "gives": bare.gives
    }  # fmt: skip
    return {key: value for key, value in told.items() if value}


def _rows(about: str, before: Source, after: Source) -> Iterator[str]:
    old, new = _loose(before.rows, after.rows), _loose(after.rows, before.rows)
    first = next(iter(after.columns), "")
    changed = _paired(old, new, first)
    for one, other in changed[:SHOWN]:
        cells = ", ".join(
            f"{column} is now {shown(other.get(column, ''))} instead of {shown(one.get(column, ''))}"
            for column in dict.fromkeys((*one, *other))
            if one.get(column, "") != other.get(column, "")
        )
        yield f"{about}, row {shown(one.get(first, ''))}: {cells}"
    if len(changed) > SHOWN:
        yield f"{about}: {len(changed) - SHOWN} more rows changed"
    paired = {id(row) for pair in changed for row in pair}
    for rows, verb in ((new, "added"), (old, "removed")):
        left = [row for row in rows if id(row) not in paired]
        if left:
            named = "; ".join(", ".join(value for value in row.values() if value) for row in left[:SHOWN])
            more = f"; and {len(left) - SHOWN} more" if len(left) > SHOWN else ""
            yield f"{about}: {len(left)} {'row' if len(left) == 1 else 'rows'} {verb}: {named}{more}"


def _loose(rows: Sequence[Row], others: Sequence[Row]) -> list[Row]:
    """The rows that are not among the others."""
    known = {tuple(sorted(row.items())) for row in others}
    return [row for row in rows if tuple(sorted(row.items())) not in known]


def _paired(old: list[Row], new: list[Row], column: str) -> list[tuple[Row, Row]]:
    """Rows of the same name on both sides, where the name is one row's alone."""

    def alone(rows: list[Row]) -> dict[str, Row]:
        names = [row.get(column, "") for row in rows]
        return {name: row for name, row in zip(names, rows, strict=True) if names.count(name) == 1}

    before, after = alone(old), alone(new)
    return [(before[name], after[name]) for name in before if name in after]
