"""How a reference table is asked: exact, fold, digits or prefix (docs/flows.md, Sources of look-ups)."""

import unicodedata
from collections.abc import Mapping
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
    if not query or not all(query.values()):
        return None
    columns = tuple(query)
    if any(source.match.get(column) == "prefix" for column in columns):
        return next((row for row in source.rows if _fits(source, row, query)), None)
    wanted = tuple(_key(source, column, query[column]) for column in columns)
    return _index(
        source.name, source.rows, columns, tuple(source.match.get(c, "exact") for c in columns)
    ).get(wanted)


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


Index = dict[tuple[str, ...], Mapping[str, str]]
_INDEXES: dict[tuple[int, tuple[str, ...]], tuple[tuple[Mapping[str, str], ...], Index]] = {}


def _index(
    name: str, rows: tuple[Mapping[str, str], ...], columns: tuple[str, ...], ways: tuple[str, ...]
) -> Index:
    """The table as a dictionary for these columns; made once for a version (rows are kept, so their id stays theirs)."""
    key = (id(rows), columns)
    if key not in _INDEXES:
        index: Index = {}
        for row in rows:
            index.setdefault(tuple(_matched(way, row[c]) for c, way in zip(columns, ways, strict=True)), row)
        _INDEXES[key] = (rows, index)
    return _INDEXES[key][1]
