"""Looking at one place of a file while a reader reads it: what is asked there, missed, refused."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from engine.flow import Place
from engine.load.faults import Faults
from engine.load.reading import Reader
from engine.load.yaml_nodes import Items, Node, Table, Text

# Reads a whole file, given as a tree; goes on after every fault, as all readers do.
Read = Callable[[Node, Faults], object]
# Puts what is looked at into a whole file.
Within = Callable[[Node], Node]

HERE, KEY, INSIDE, ELSEWHERE = (Place("seen", 1, column) for column in (1, 2, 3, 4))
NOBODYS = "?"  # a text and a key that no reader expects


@dataclass
class Notes:
    """What was said about a place."""

    codes: set[str] = field(default_factory=set)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)  # code -> the names that are known
    missing: set[str] = field(default_factory=set)
    patterns: list[re.Pattern[str]] = field(default_factory=list)
    bounds: tuple[int, int, int] | None = None  # least, most, what holds without any
    words: bool = False
    readers: list[Reader] = field(default_factory=list)

    @property
    def asked(self) -> frozenset[str]:
        """Every key that was asked for by name or could have been."""
        return frozenset().union(*(reader.asked for reader in self.readers)) - {NOBODYS}


class Sight(Faults):
    """The faults of one reading, by place."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: dict[Place, Notes] = {}

    def at(self, place: Place) -> Notes:
        return self.notes.setdefault(place, Notes())

    def add(self, place: Place, code: str, what: str, way_out: str = "") -> None:
        self.at(place).codes.add(code)

    def unknown(self, place: Place, code: str, what: str, name: str, names: Iterable[str]) -> None:
        self.add(place, code, what)
        self.at(place).names[code] = tuple(names)

    def missing(self, place: Place, code: str, about: str, key: str) -> None:
        self.add(place, code, about)
        self.at(place).missing.add(key)

    def misspelt(self, place: Place, code: str, what: str, way_out: str, pattern: re.Pattern[str]) -> None:
        self.add(place, code, what)
        self.at(place).patterns.append(pattern)

    def beyond(self, place: Place, about: str, value: str, least: int, most: int, default: int) -> None:
        self.add(place, "bad-number", about)
        self.at(place).bounds = (least, most, default)

    def reading(self, reader: Reader) -> None:
        if reader.fine:
            self.at(reader.place).readers.append(reader)

    def as_words(self, node: Node) -> None:
        self.at(node.place).words = True


def text(value: str = NOBODYS, place: Place = HERE) -> Text:
    return Text(value, place)


def items(*nodes: Node, place: Place = HERE) -> Items:
    return Items(nodes, place)


def table(entries: Mapping[str, Node], place: Place = HERE, key: Place = ELSEWHERE) -> Table:
    return Table(entries, dict.fromkeys(entries, key), place)


def look(read: Read, within: Within, node: Node) -> Sight:
    """One reading of a file with this node in it."""
    sight = Sight()
    read(within(node), sight)
    return sight
