"""Reading one mapping of a flow: which keys it has, which are missing, which nobody knows.

Everything here notes a fault and goes on with a harmless value, so that one reading finds every fault.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from engine.flow import Between, Place
from engine.load.faults import Faults, shorten
from engine.load.yaml_nodes import Items, Node, Table, Text

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}\Z", re.ASCII)  # steps, templates, sources, hours, topics
VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z", re.ASCII)  # what may stand in a placeholder
_NOWHERE = Place()
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class Reader:
    """One mapping. Ask for the keys that may be there, then `done()` names those nobody asked for."""

    def __init__(self, node: Node | None, about: str, faults: Faults, place: Place = _NOWHERE) -> None:
        self.about, self.faults = about, faults
        self.place = node.place if node is not None else place
        self.asked: set[str] = set()
        self.table = node if isinstance(node, Table) else Table({}, {}, self.place)
        self.fine = isinstance(node, Table)
        faults.reading(self)
        if node is not None and not self.fine:
            self.add(
                "wrong-shape", f"{about} must hold 'key: value' lines", "Write it as docs/flows.md shows"
            )

    def add(self, code: str, what: str, way_out: str = "") -> None:
        """A fault of the whole mapping."""
        self.faults.add(self.place, code, what, way_out)

    def __contains__(self, key: str) -> bool:
        self.asked.add(key)
        return key in self.table.entries

    def get(self, key: str) -> Node | None:
        """The value of a key that may be absent."""
        self.asked.add(key)
        return self.table.entries.get(key)

    def need(self, key: str, code: str = "missing-key") -> Node | None:
        """The value of a key that must be there."""
        node = self.get(key)
        if node is None and self.fine:
            self.faults.missing(self.place, code, self.about, key)
        return node

    def at(self, key: str) -> Place:
        """Where a key stands, or the mapping when it is absent."""
        return self.table.keys.get(key, self.place)

    def items(self) -> Iterable[tuple[str, Place, Node]]:
        """Every key with its place and value, for mappings whose keys are free."""
        for key, node in self.table.entries.items():
            self.asked.add(key)
            yield key, self.table.keys[key], node

    def rest(self) -> Iterable[tuple[str, Place, Node]]:
        """The entries that nobody has asked for by name, for mappings with some free keys."""
        for key, node in self.table.entries.items():
            if key not in self.asked:
                yield key, self.table.keys[key], node

    def text(self, key: str, default: str = "") -> str:
        """A value that is one text and not empty."""
        node = self.get(key)
        return default if node is None else plain(node, f"'{key}:'", self.faults, default)

    def choice(self, key: str, names: Iterable[str], code: str, what: str, default: str = "") -> str:
        """A value that is one of these names. ``what`` is their kind: 'format'."""
        node = self.get(key)
        if node is None:
            return default
        value = plain(node, f"'{key}:'", self.faults, default)
        if value and value not in set(names):
            self.faults.unknown(node.place, code, what, value, names)
            return default
        return value

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        node = self.get(key)
        return default if node is None else number(node, f"'{key}:'", self.faults, default, least, most)

    def truth(self, key: str) -> bool:
        """true or false; absent is false."""
        return self.choice(key, ("true", "false"), "bad-value", "value", "false") == "true"

    def names(self, key: str) -> tuple[tuple[str, Place], ...]:
        """One text or a list of texts, each with its place."""
        node = self.get(key)
        return () if node is None else texts(node, f"'{key}:'", self.faults)

    def done(self, also: Iterable[str] = ()) -> None:
        """Name the keys that nobody asked for. ``also``: keys that would be right but were not needed here."""
        self.asked |= set(also)
        for key, place, _ in self.rest():
            self.faults.unknown(place, "unknown-key", f"in {self.about} the key", key, self.asked)


def plain(node: Node, about: str, faults: Faults, default: str = "") -> str:
    """One text that is not empty."""
    if not isinstance(node, Text):
        faults.add(
            node.place, "wrong-shape", f"{about} must be one text", "Quote it if it begins with [ or {"
        )
        return default
    if not node.value.strip():
        faults.add(node.place, "empty-value", f"{about} is empty", "Write a value, or delete the key")
        return default
    return node.value


def texts(node: Node, about: str, faults: Faults) -> tuple[tuple[str, Place], ...]:
    """One text or a list of texts, each with its place; no text twice."""
    nodes = node.items if isinstance(node, Items) else (node,)
    found: dict[str, Place] = {}
    for item in nodes:
        value = plain(item, about, faults)
        if value in found:
            faults.add(
                item.place,
                "listed-twice",
                f"'{shorten(value)}' is listed twice in {about}",
                "Keep one of the two",
            )
        elif value:
            found[value] = item.place
    return tuple(found.items())


def number(node: Node, about: str, faults: Faults, default: int, least: int, most: int) -> int:
    """A whole number within bounds."""
    value = plain(node, about, faults, str(default))
    if re.fullmatch(r"[0-9]{1,6}", value, re.ASCII) and least <= int(value) <= most:
        return int(value)
    faults.beyond(node.place, about, value, least, most, default)
    return default


def day(node: Node | None, about: str, faults: Faults) -> date | None:
    """A day of the calendar, written 2026-12-31."""
    if node is None:
        return None
    return day_text(plain(node, about, faults), node.place, about, faults)


def day_text(value: str, place: Place, about: str, faults: Faults) -> date | None:
    """The day that this text names."""
    try:
        if _DATE.match(value):
            return date.fromisoformat(value)
    except ValueError:  # 2026-02-30
        pass
    if value:
        what = f"{about} is '{shorten(value)}', which is no day"
        faults.misspelt(place, "bad-date", what, "Write year-month-day: 2026-12-31", _DATE)
    return None


def between(reader: Reader) -> Between:
    """`from:` and `until:` of an exit or a step."""
    start = day(reader.get("from"), "'from:'", reader.faults)
    end = day(reader.get("until"), "'until:'", reader.faults)
    if start and end and end < start:
        reader.faults.add(
            reader.at("until"), "bad-date", f"'until: {end}' is before 'from: {start}'", "Exchange the two"
        )
    return Between(start, end)


def good_name(name: str, place: Place, what: str, faults: Faults, pattern: re.Pattern[str] = NAME) -> bool:
    """Can this be the name of a step, variable …? If not, a fault says so."""
    if pattern.match(name):
        return True
    allowed = "small letters, digits and _" if pattern is VARIABLE else "letters, digits, _ and -"
    faults.misspelt(
        place, "bad-name", f"'{shorten(name)}' cannot be the name of a {what}", f"Use {allowed}", pattern
    )
    return False


def strings(entries: Mapping[str, Node]) -> dict[str, str]:
    """The entries that are texts, others left out (they have been complained about elsewhere)."""
    return {key: node.value for key, node in entries.items() if isinstance(node, Text)}
