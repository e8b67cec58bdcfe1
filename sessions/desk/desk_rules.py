"""A service's rules for its queue: ``desk.yaml`` in its folder, beside flow.yaml. Without it the house's own (desk.routing.rules).
``canned`` are answers that agents send by their key. What it declares that agents may do is read in sessions/desk/desk_acts.py.

strategy: most_skilled
offer_seconds: {voice: 15}
tiers: {2: 30, 3: 90}
canned: {salam: {id: "Selamat datang di {layanan}.", en: "Welcome to {layanan}."}}
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from desk.routing import rules as rule_book
from desk.routing.rules import Rules
from engine.flow import Place
from engine.load.faults import Fault, Faults
from engine.load.yaml_nodes import Items, Node, Table, Text, read_yaml
from sessions.desk.desk_acts import ACTS, CHECKLISTS
from sessions.desk.desk_acts import FILE as FILE

CANNED = "canned"
CANNED_FILLS = ("tiket", "layanan")  # what sessions/dialogues/dialogues.py puts into them
CANNED_KEY = re.compile(r"[a-z0-9_-]{1,20}")
Canned = Mapping[str, Mapping[str, str]]  # key -> language -> words


class RuleFaults(ValueError):
    """The file was refused. ``faults`` are all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


def read(files: Mapping[str, bytes | str], zone: str) -> Rules:
    """The rules in these files, in the service's zone. Raises RuleFaults."""
    if FILE not in files:
        return Rules(zone=zone)
    return _read(_text(files[FILE]), zone)[0]


def canned(files: Mapping[str, bytes | str], zone: str) -> Canned:
    """The service's canned answers; {} when it has none. Raises RuleFaults."""
    return _read(_text(files[FILE]), zone)[1] if FILE in files else {}


def plain(files: Mapping[str, bytes | str]) -> Any:
    """The file as it is written, in tables, lists, words and whole numbers; {} without one, or when it cannot be read."""
    root = read_yaml(FILE, _text(files[FILE]), Faults()) if FILE in files else None
    return _plain(root) if root is not None else {}


def _text(content: bytes | str) -> str:
    return content.decode() if isinstance(content, bytes) else content


@lru_cache(maxsize=64)
def _read(content: str, zone: str) -> tuple[Rules, Canned]:
    faults = Faults()
    root = read_yaml(FILE, content, faults)
    found = list(faults.found)
    if found:
        raise RuleFaults(found)
    plain = _plain(root) if root is not None else {}
    if not isinstance(plain, dict):
        raise RuleFaults(
            [Fault(FILE, 1, 1, "wrong-shape", "this is no table of rules", "write strategy: longest_idle")]
        )
    answers = _canned(plain.pop(CANNED, {}), root)
    plain = {name: value for name, value in plain.items() if name not in (CHECKLISTS, ACTS)}
    try:
        return rule_book.read({"zone": zone, **plain}, FILE), answers
    except ValueError as wrong:
        raise RuleFaults([_fault(root, line) for line in str(wrong).splitlines()]) from wrong


def _fault(root: Node | None, line: str) -> Fault:
    """A line of the rule book's at the key that it is about: its words begin with the name."""
    told = line.removeprefix(f"{FILE}: ").lstrip("'")
    keys = root.keys if isinstance(root, Table) else {}
    name = next((name for name in sorted(keys, key=len, reverse=True) if told.startswith(name)), "strategy")
    place = keys.get(name, Place(FILE, 1, 1))
    return Fault(FILE, place.line, place.column, "wrong-rule", line, "see docs/flows.md, The desk")


def _canned(given: object, root: Node | None) -> Canned:
    """Checked: a key of small letters and digits, words in at least one language."""
    hint = 'write canned: {salam: {id: "...", en: "..."}}'
    node = root.entries.get(CANNED) if isinstance(root, Table) else None
    keys = node.keys if isinstance(node, Table) else {}
    place = root.keys.get(CANNED, root.place) if isinstance(root, Table) else Place(FILE, 1, 1)
    if not isinstance(given, dict):
        what = f"{CANNED} is no table of answers"
        raise RuleFaults([Fault(FILE, place.line, place.column, "wrong-shape", what, hint)])
    faults = []
    for key, words in given.items():
        at = keys.get(str(key), place)
        if not CANNED_KEY.fullmatch(str(key)):
            what, way_out = f"{CANNED}: {key!r} is no key", "use small letters and digits"
            faults.append(Fault(FILE, at.line, at.column, "wrong-shape", what, way_out))
        elif not isinstance(words, dict) or not words or not all(map(_is_words, words.values())):
            what = f"{CANNED}: {key} has no words by language"
            faults.append(Fault(FILE, at.line, at.column, "wrong-shape", what, hint))
    if faults:
        raise RuleFaults(faults)
    return {str(key): {str(name): said for name, said in words.items()} for key, words in given.items()}


def _is_words(said: object) -> bool:
    # A number alone was read as one, and has lost its zeros.
    return isinstance(said, str) and said.strip() != ""


def _plain(node: Node) -> Any:
    match node:
        case Text(value=value):
            return int(value) if value.isascii() and value.isdecimal() else value
        case Items(items=items):
            return [_plain(item) for item in items]
        case Table(entries=entries):
            return {int(name) if name.isdecimal() else name: _plain(item) for name, item in entries.items()}
