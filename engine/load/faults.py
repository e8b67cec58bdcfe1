"""What is wrong with a flow, in an administrator's words: where, what, and the way out."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.flow import Place

if TYPE_CHECKING:
    import re

    from engine.load.reading import Reader
    from engine.load.yaml_nodes import Node

SHOWN_NAMES = 8  # when nothing is similar, so many known names are listed


@dataclass(frozen=True, order=True)
class Fault:
    """One fault. ``file`` is relative to the folder of all flows ('bicara131/flow.yaml', 'common/tutup.yaml'), line and
    column count from 1.

    ``code`` is a stable slug such as 'unknown-step'; ``what`` and ``way_out`` are sentences without a full stop.
    """

    file: str
    line: int
    column: int
    code: str
    what: str
    way_out: str = ""

    def __str__(self) -> str:
        """One line: 'flow.yaml:3:5 unknown-step: what. way out.'"""
        way_out = f" {self.way_out}" if self.way_out else ""
        stop = "." if way_out and way_out[-1] not in "?!." else ""
        return f"{self.file}:{self.line}:{self.column} {self.code}: {self.what}.{way_out}{stop}"


class FlowFaults(Exception):
    """A flow cannot be used. ``faults`` are all of them, in the order of the files."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass
class Faults:
    """Gathers faults while a flow is read, so that an administrator sees all of them at once."""

    found: list[Fault] = field(default_factory=list)

    def add(self, place: Place, code: str, what: str, way_out: str = "") -> None:
        """Remember one fault at this place."""
        self.found.append(Fault(place.file, place.line, place.column, code, what, way_out))

    def unknown(self, place: Place, code: str, what: str, name: str, names: Iterable[str]) -> None:
        """Remember a name that nobody knows, with the nearest one that is known. ``what`` is a kind: 'step'."""
        self.add(place, code, f"{what} '{shorten(name)}' does not exist", suggestion(name, names))

    def missing(self, place: Place, code: str, about: str, key: str) -> None:
        """Remember a key that must be there. ``place`` is the mapping's."""
        self.add(place, code, f"{about} has no '{key}:'", f"Add '{key}:'")

    def misspelt(self, place: Place, code: str, what: str, way_out: str, pattern: "re.Pattern[str]") -> None:
        """Remember a text that is not written as ``pattern`` wants it."""
        self.add(place, code, what, way_out)

    def beyond(self, place: Place, about: str, value: str, least: int, most: int, default: int) -> None:
        """Remember what is no whole number within these bounds. ``default``: what holds instead, and without any."""
        self.add(
            place,
            "bad-number",
            f"{about} is '{shorten(value)}'",
            f"Write a whole number from {least} to {most}",
        )

    # Nothing is wrong in these two. They tell who watches the reading (engine/schema) how a value is taken.

    def reading(self, reader: "Reader") -> None:
        """A mapping begins to be read."""

    def as_words(self, node: "Node") -> None:
        """This value is taken as words for contacts: one text, or one a language."""


def shorten(text: str, most: int = 60) -> str:
    """Text for a message: one line, at most so many characters.

    >>> shorten("satu\\ndua " * 20)
    'satu dua satu dua satu dua satu dua satu dua satu dua satu d…'
    """
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most] + "…"


def suggestion(name: str, names: Iterable[str]) -> str:
    """The way out for a mistyped name.

    >>> suggestion("utma", ["salam", "utama"])
    "Did you mean 'utama'?"
    >>> suggestion("qqq", ["salam", "utama"])
    'Known are: salam, utama'
    """
    known = sorted(set(names))
    near = difflib.get_close_matches(name[:100], known, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    if not known:
        return "There are none"
    more = f" and {len(known) - SHOWN_NAMES} more" if len(known) > SHOWN_NAMES else ""
    return "Known are: " + ", ".join(known[:SHOWN_NAMES]) + more
