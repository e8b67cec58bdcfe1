"""`sources:` of a flow and its reference tables."""

import csv
import io
import re
from collections.abc import Mapping

from engine.flow import Place, Source
from engine.load.faults import Faults, shorten
from engine.load.reading import VARIABLE, Reader, good_name, plain
from engine.load.words import placeholders
from engine.load.yaml_nodes import MAX_BYTES, Node, Text

MATCHES = ("exact", "fold", "digits", "prefix")
MOST_ROWS, MOST_COLUMNS, MOST_FAULTS = 100_000, 100, 20  # what reads in about a second
MAX_TABLE_BYTES = 32 * MAX_BYTES  # 8 MB: a table of a hundred thousand rows
CASES_GIVE = ("tiket", "status", "tanggal", "keadaan")
_CASES = re.compile(r"cases\Z")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\.csv\Z", re.ASCII)
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[^\s\"<>\\^`|]*)?\Z", re.ASCII)

Files = Mapping[str, bytes | str]


def read_sources(node: Node | None, files: Files, faults: Faults) -> dict[str, Source]:
    """Every entry of `sources:` by its name, tables with their rows."""
    if node is None:
        return {}
    found = {}
    for name, place, inner in Reader(node, "'sources:'", faults).items():
        good_name(name, place, "source", faults)
        source = _source(name, place, inner, files, faults)
        if source is not None:
            found[name] = source
    return found


def _source(name: str, place: Place, node: Node, files: Files, faults: Faults) -> Source | None:
    if isinstance(node, Text):
        if not _CASES.match(node.value):
            way_out = "Write 'cases', {table: …, match: …} or {url: …, gives: …}"
            what = f"'{shorten(node.value)}' is no source"
            faults.misspelt(node.place, "unknown-source", what, way_out, _CASES)
        return Source(name, "cases", gives=CASES_GIVE, place=place)
    reader = Reader(node, f"the source '{shorten(name)}'", faults)
    if "url" in reader:
        return _http(name, place, reader)
    table = reader.need("table")
    if table is None:
        reader.done(also=("match", "url", "gives"))
        return Source(name, "table", place=place)
    return _table(name, place, reader, table, files)


def _http(name: str, place: Place, reader: Reader) -> Source:
    url = reader.text("url")
    node = reader.get("url")
    assert node is not None, "the caller saw the key"
    host = url.split("/")[2] if url.count("/") >= 2 else ""
    if url and (not _URL.match(re.sub(r"\{[a-z0-9_]+\}", "0", url)) or "{" in host):
        way_out = "Write https://host/path?name={name}, placeholders only behind the host"
        reader.faults.add(node.place, "bad-url", f"'{shorten(url)}' is no address", way_out)
    reader.need("gives")
    gives = tuple(
        field for field, at in reader.names("gives") if good_name(field, at, "field", reader.faults, VARIABLE)
    )
    for field, _ in placeholders(url):
        if not VARIABLE.match(field):
            reader.faults.add(
                node.place, "bad-placeholder", f"'{{{shorten(field)}}}' is no placeholder", "Write {name}"
            )
    reader.done()
    return Source(name, "http", url=url, gives=gives, place=place)


def _table(name: str, place: Place, reader: Reader, node: Node, files: Files) -> Source:
    faults = reader.faults
    file = plain(node, "'table:'", faults)
    rows: tuple[Mapping[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    known = {key.removeprefix("data/") for key in files if key.startswith("data/")}
    if file and not _FILE.match(file):
        what = f"'{shorten(file)}' is no table's name"
        faults.misspelt(node.place, "bad-name", what, "Name a file under data/, such as kota.csv", _FILE)
    elif file and file not in known:
        faults.unknown(node.place, "missing-file", "under data/ the file", file, known)
    elif file:
        columns, rows = read_table(f"data/{file}", files[f"data/{file}"], faults)
    match = _match(reader, columns)
    reader.done()
    return Source(name, "table", rows=rows, columns=columns, match=match, place=place)


def _match(reader: Reader, columns: tuple[str, ...]) -> dict[str, str]:
    """column -> how it is compared."""
    match: dict[str, str] = {}
    node = reader.need("match")
    for column, place, inner in Reader(node, "'match:'", reader.faults).items() if node is not None else ():
        if columns and column not in columns:
            reader.faults.unknown(place, "unknown-column", "in the table the column", column, columns)
        how = plain(inner, f"'{shorten(column)}:'", reader.faults, "exact")
        if how not in MATCHES:
            reader.faults.unknown(inner.place, "unknown-match", "the comparison", how, MATCHES)
        match[column] = how
    return match


def read_table(
    file: str, content: bytes | str, faults: Faults
) -> tuple[tuple[str, ...], tuple[Mapping[str, str], ...]]:
    """(columns, rows) of a CSV file with commas and a header."""
    text = _decode(file, content, faults)
    if text is None:
        return (), ()
    rows = _lines(file, text, faults)
    if not rows:
        return (), ()
    columns = _header(file, rows[0], faults)
    if not columns:
        return (), ()
    found = []
    wrong = 0
    for line, cells in rows[1:]:
        if wrong == MOST_FAULTS:  # the rest is wrong in the same way
            break
        if len(cells) != len(columns):
            what = f"{len(cells)} cells, but the header has {len(columns)}"
            faults.add(Place(file, line, 1), "uneven-row", what, "Quote cells that hold a comma")
            wrong += 1
        else:
            found.append(dict(zip(columns, (cell.strip() for cell in cells), strict=True)))
    if not found:
        faults.add(
            Place(file, 1, 1), "empty-file", "the table has no rows", "Add at least one below the header"
        )
    return columns, tuple(found)


def _decode(file: str, content: bytes | str, faults: Faults) -> str | None:
    place = Place(file, 1, 1)
    if len(content) > MAX_TABLE_BYTES:
        faults.add(
            place,
            "file-too-big",
            f"the table is longer than {MAX_TABLE_BYTES // 2**20} MB",
            "Ask it over HTTP instead",
        )
        return None
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1 if isinstance(content, bytes) else 1
        faults.add(Place(file, line, 1), "not-utf8", "the table is not UTF-8 text", "Save it as 'CSV UTF-8'")
        return None
    bad = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        what = f"an invisible character U+{ord(bad[0]):04X}"
        column = bad.start() - text.rfind("\n", 0, bad.start())
        faults.add(Place(file, line, column), "control-character", what, "Delete it and type the words anew")
        return None
    return text.removeprefix("\ufeff")


def _lines(file: str, text: str, faults: Faults) -> list[tuple[int, list[str]]]:
    """(line, cells) of every row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        line = 1
        for cells in reader:
            if len(rows) > MOST_ROWS or len(cells) > MOST_COLUMNS:
                what = f"the table has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns"
                faults.add(Place(file, line, 1), "file-too-big", what, "Ask it over HTTP instead")
                return []
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        way_out = "Look for a quote without its partner"
        faults.add(Place(file, reader.line_num, 1), "bad-table", f"the row cannot be read: {error}", way_out)
        return []
    if not rows:
        faults.add(
            Place(file, 1, 1), "empty-file", "the table is empty", "Begin with a header: kota,tempat,jam"
        )
    return rows


def _header(file: str, row: tuple[int, list[str]], faults: Faults) -> tuple[str, ...]:
    line, cells = row
    place = Place(file, line, 1)
    columns = tuple(cell.strip() for cell in cells)
    if len(columns) == 1 and ";" in columns[0]:
        faults.add(
            place, "bad-table", "the columns are separated by semicolons", "Save it as CSV with commas"
        )
        return ()
    for index, column in enumerate(columns):
        if column in columns[:index]:
            faults.add(
                place,
                "duplicate-column",
                f"the column '{shorten(column)}' is there twice",
                "Rename one of the two",
            )
        elif not good_name(column, place, "column", faults, VARIABLE):
            return ()
    return columns
