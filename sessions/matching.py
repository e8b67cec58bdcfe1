"""How a reference table is asked: exact, fold, digits or prefix (docs/flows.md, Sources of look-ups)."""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from engine.flow import Source

# Company words that do not tell two names apart (domain page 1.3: 'PT', 'Tbk', 'KSP', 'aplikasi').
COMPANY_WORDS = frozenset("pt cv tbk ksp persero aplikasi app fintech".split())


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """A name as two people would agree on it.

    >>> fold("PT. Dana Sejahtera Contoh, Tbk") == fold("dana  sejahtera contoh")
    True
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    kept = [word for word in words if word not in COMPANY_WORDS]
    return " ".join(kept or words)


def digits(value: str) -> str:
    """Only the digits: 99.999.999.9-999.999 and 999999999999999 are one number."""
    return "".join(c for c in value if c.isdigit())


def find(source: Source, query: Mapping[str, str]) -> Mapping[str, str] | None:
    """The first row that fits the whole query; None when none does, or when a column of the query is empty.

    A row is found by all columns asked for, each by the source's way of matching it.
    """
    return next(iter(_fitting(source, query)), None)


def look(source: Source, query: Mapping[str, str], *, near: bool = False) -> tuple[str, Mapping[str, str]]:
    """What a look-up is answered: found, many (the first of them), close or none, and the row.

    close, asked for by ``near``: no row fits, and the names of one row alone are a slip or two away (domain page 1.3).
    """
    rows = _fitting(source, query)
    if rows:
        return ("found" if len(rows) == 1 else "many"), rows[0]
    almost = _nearest(source, query) if near else None
    return ("none", {}) if almost is None else ("close", almost)


def _fitting(source: Source, query: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
    """All rows that fit the whole query, in the table's order."""
    if not query or not all(query.values()):
        return ()
    columns = tuple(query)
    if any(source.match.get(column) == "prefix" for column in columns):
        return [row for row in source.rows if _fits(source, row, query)]
    wanted = tuple(_key(source, column, query[column]) for column in columns)
    ways = tuple(source.match.get(column, "exact") for column in columns)
    return _index(source.rows, columns, ways).get(wanted, ())


def _nearest(source: Source, query: Mapping[str, str]) -> Mapping[str, str] | None:
    """The only row whose names are nearly those of the query and whose other columns fit; None for several."""
    names = [column for column in query if source.match.get(column) == "fold"]
    rest = {column: value for column, value in query.items() if column not in names}
    if not names or not all(query.values()):
        return None
    near = [
        row
        for row in source.rows
        if all(_almost(fold(query[name]), fold(row[name])) for name in names) and _fits(source, row, rest)
    ]
    return near[0] if len(near) == 1 else None


def _almost(typed: str, meant: str) -> bool:
    """Two slips apart at most; one in a name of five to seven letters, none in a shorter one."""
    most = 2 if len(meant) >= 8 else int(len(meant) >= 5)
    return abs(len(typed) - len(meant)) <= most and _slips(typed, meant) <= most


def _slips(a: str, b: str) -> int:
    """Levenshtein's distance, letters counted as written."""
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != other))
    return row[-1]


def _key(source: Source, column: str, value: str) -> str:
    return _matched(source.match.get(column, "exact"), value)


def _matched(way: str, value: str) -> str:
    if way == "fold":
        return fold(value)
    return digits(value) if way == "digits" else value.strip()


def _fits(source: Source, row: Mapping[str, str], query: Mapping[str, str]) -> bool:
    for column, value in query.items():
        way = source.match.get(column, "exact")
        if way == "prefix":
            if not row[column] or not value.startswith(row[column]):
                return False
        elif _matched(way, row[column]) != _matched(way, value):
            return False
    return True


Index = dict[tuple[str, ...], list[Mapping[str, str]]]
_INDEXES: dict[tuple[int, tuple[str, ...]], tuple[tuple[Mapping[str, str], ...], Index]] = {}


def _index(rows: tuple[Mapping[str, str], ...], columns: tuple[str, ...], ways: tuple[str, ...]) -> Index:
    """The table as a dictionary for these columns; made once for a version (rows are kept, so their id stays theirs)."""
    key = (id(rows), columns)
    if key not in _INDEXES:
        index: Index = {}
        for row in rows:
            key_of_row = tuple(_matched(way, row[c]) for c, way in zip(columns, ways, strict=True))
            index.setdefault(key_of_row, []).append(row)
        _INDEXES[key] = (rows, index)
    return _INDEXES[key][1]
