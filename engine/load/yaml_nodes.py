"""YAML as text with places: every scalar stays what was typed, and nothing that can grow is allowed.

PyYAML's own loaders turn 0123 into 83, no into False and drop duplicate keys, and a merge key of 1.5 kB keeps them busy for
minutes (yaml/pyyaml #897). So only PyYAML's events are used, and the tree is built here, within limits.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from engine.flow import Place
from engine.load.faults import Faults, shorten

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
MAX_NODES = 5_000
MAX_SECONDS = 1.0  # of processor time, so that a busy machine refuses nothing

# Letters that change how the text around them is shown, so that a reviewer would read something else than callers hear.
_HIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True)
class Text:
    """A scalar, as typed."""

    value: str
    place: Place


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple["Node", ...]
    place: Place


@dataclass(frozen=True)
class Table:
    """A mapping. ``keys`` gives each key's own place."""

    entries: Mapping[str, "Node"]
    keys: Mapping[str, Place]
    place: Place


Node = Text | Items | Table


class _Refused(Exception):
    """The file cannot be read any further; the fault has been noted."""


@dataclass
class _Open:
    """A list or mapping whose end has not been seen yet."""

    mapping: bool
    place: Place
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    key: Text | None = None  # the key whose value comes next


def read_yaml(file: str, content: bytes | str, faults: Faults) -> Node | None:
    """The tree of a YAML file. None when it could not be read; the faults say why. Never raises, whatever the bytes are."""
    try:
        text = decode(file, content, faults)
        return _Builder(file, faults).build(text)
    except _Refused:
        return None


def decode(file: str, content: bytes | str, faults: Faults) -> str:
    """The text of a file: UTF-8 (a mark of Windows editors is skipped), of a sensible size, without control characters."""
    if len(content) > MAX_BYTES:
        faults.add(
            Place(file, 1, 1), "file-too-big", f"the file is longer than {MAX_BYTES // 1024} kB", "Split it"
        )
        raise _Refused
    if isinstance(content, bytes):
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            place = Place(file, content.count(b"\n", 0, error.start) + 1, 1)
            faults.add(place, "not-utf8", "the file is not UTF-8 text", "Save it with the encoding UTF-8")
            raise _Refused from None
    else:
        text = content
    text = text.removeprefix("\ufeff")
    bad = next(
        (index for index, letter in enumerate(text) if _is_control(letter) and letter not in "\n\r\t"), None
    )
    if bad is not None:
        place = Place(file, text.count("\n", 0, bad) + 1, bad - text.rfind("\n", 0, bad))
        _refuse_letter(faults, place, text[bad])
        raise _Refused
    return text


def _is_control(letter: str) -> bool:
    code = ord(letter)
    return (
        code < 32
        or 0x7F <= code < 0xA0
        or letter in "\u2028\u2029"
        or 0xD800 <= code < 0xE000
        or code & 0xFFFE == 0xFFFE
        or letter in _HIDDEN
    )


def _refuse_letter(faults: Faults, place: Place, letter: str) -> None:
    faults.add(
        place,
        "control-character",
        f"an invisible character U+{ord(letter):04X}",
        "Delete it and type the words anew",
    )


class _Builder:
    """Builds the tree from PyYAML's events, counting nodes, levels and time as they come."""

    def __init__(self, file: str, faults: Faults) -> None:
        self.file, self.faults = file, faults
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.nodes = self.documents = 0
        self.broken = False
        self.deadline = time.thread_time() + MAX_SECONDS

    def build(self, text: str) -> Node | None:
        try:
            for event in yaml.parse(text, Loader=yaml.SafeLoader):
                self.take(event)
        except yaml.MarkedYAMLError as error:
            self._syntax(error)
            return None
        except (
            yaml.YAMLError,
            ValueError,
            OverflowError,
        ):  # e.g. "\UFFFFFFFF" is no letter, %YAML 99999…9.1 no version
            self.faults.add(
                Place(self.file, 1, 1), "not-yaml", "the file is not YAML", "Compare it with docs/flows.md"
            )
            return None
        if self.root is None and not self.broken:
            self.faults.add(
                Place(self.file, 1, 1), "empty-file", "the file says nothing", "Compare it with docs/flows.md"
            )
        return None if self.broken else self.root

    def take(self, event: yaml.Event) -> None:
        """One event of PyYAML: the beginning or end of something, or a scalar."""
        if time.thread_time() > self.deadline:
            self._refuse(
                self._place(event),
                "too-slow",
                f"reading takes longer than {MAX_SECONDS:.0f} s",
                "Shorten the file",
            )
        if isinstance(event, yaml.DocumentStartEvent):
            self._document(event)
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        assert mark is not None, "events of a text have marks"
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _refuse(self, place: Place, code: str, what: str, way_out: str) -> None:
        self.faults.add(place, code, what, way_out)
        raise _Refused

    def _spoil(self, place: Place, code: str, what: str, way_out: str) -> None:
        """A fault after which the rest can still be read for more faults, but the tree is not used."""
        self.faults.add(place, code, what, way_out)
        self.broken = True

    def _syntax(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        place = Place(self.file, 1, 1) if mark is None else Place(self.file, mark.line + 1, mark.column + 1)
        problem = shorten(error.problem or "the line cannot be read", 120)
        if "found character '\\t'" in problem:
            way_out = "Indent with spaces, never with the tab key"
        else:
            way_out = "Look at this line and the one above: a missing quote, colon, comma or bracket, or a wrong indent"
        self.faults.add(place, "not-yaml", f"not readable as YAML: {problem}", way_out)

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            self._refuse(
                self._place(event), "many-documents", "a second document begins here", "Delete the line '---'"
            )
        if event.version or event.tags:
            self._spoil(
                self._place(event), "directive", "lines that begin with % are not allowed", "Delete the line"
            )

    def _node(self, event: yaml.NodeEvent) -> None:
        place = self._place(event)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._refuse(
                place, "too-many-nodes", f"the file holds more than {MAX_NODES} values", "Split the service"
            )
        if isinstance(event, yaml.AliasEvent):
            self._spoil(
                place,
                "alias",
                f"the alias *{shorten(event.anchor or '')} is not allowed",
                "Write the value out, or quote the star",
            )
            self._add(Text("", place))
            return
        if event.anchor is not None:
            self._spoil(
                place,
                "anchor",
                f"the anchor &{shorten(event.anchor)} is not allowed",
                "Write the value without it",
            )
        tag = getattr(event, "tag", None)  # an alias has none
        if tag is not None:
            self._spoil(
                place,
                "tag",
                f"the tag {shorten(tag)} is not allowed",
                "Write the value without it, or quote the !",
            )
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, place)
        else:
            self._begin(place, isinstance(event, yaml.MappingStartEvent))

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> None:
        # A tab or control character can still be written as an escape in double quotes: "\x07".
        bad = next((letter for letter in event.value if _is_control(letter) and letter != "\n"), None)
        if bad == "\t":
            self._spoil(place, "control-character", "a tab inside a text", "Write a space")
        elif bad is not None:
            self.broken = True
            _refuse_letter(self.faults, place, bad)
        top = self.open[-1] if self.open else None
        if top and top.mapping and top.key is None and event.value == "<<" and not event.style:
            self._spoil(place, "merge-key", "the merge key << is not allowed", "Write the keys out")
        self._add(Text(event.value, place))

    def _begin(self, place: Place, mapping: bool) -> None:
        if len(self.open) >= MAX_DEPTH:
            self._refuse(
                place, "too-deep", f"more than {MAX_DEPTH} levels inside each other", "Use fewer levels"
            )
        top = self.open[-1] if self.open else None
        if top and top.mapping and top.key is None:
            self._refuse(place, "bad-key", "a list or mapping cannot be a key", "Quote it if it is text")
        self.open.append(_Open(mapping, place))

    def _close(self) -> None:
        done = self.open.pop()
        if done.mapping:
            self._add(Table(done.entries, done.keys, done.place))
        else:
            self._add(Items(tuple(done.items), done.place))

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        if not top.mapping:
            top.items.append(node)
        elif top.key is None:
            assert isinstance(node, Text), "keys are scalars or aliases, see _begin"
            top.key = node
        else:
            self._entry(top, top.key, node)
            top.key = None

    def _entry(self, top: _Open, key: Text, node: Node) -> None:
        if key.value in top.entries:
            first = top.keys[key.value].line
            what = f"'{shorten(key.value)}' is given twice (first in line {first})"
            self.faults.add(key.place, "duplicate-key", what, "Keep one of the two")
            return
        top.entries[key.value] = node
        top.keys[key.value] = key.place
