"""A service's rules for its queue: ``desk.yaml`` in its folder, beside flow.yaml. Without it the house's own (desk.routing.rules).

strategy: most_skilled
offer_seconds: {voice: 15}
tiers: {2: 30, 3: 90}
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from desk.routing import rules as rule_book
from desk.routing.rules import Rules
from engine.load.faults import Fault, Faults
from engine.load.yaml_nodes import Items, Node, Table, Text, read_yaml

FILE = "desk.yaml"


class RuleFaults(ValueError):
    """The file was refused. ``faults`` are all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


def read(files: Mapping[str, bytes | str], zone: str) -> Rules:
    """The rules in these files, in the service's zone. Raises RuleFaults."""
    if FILE not in files:
        return Rules(zone=zone)
    content = files[FILE]
    return _read(content.decode() if isinstance(content, bytes) else content, zone)


@lru_cache(maxsize=64)
def _read(content: str, zone: str) -> Rules:
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
    try:
        return rule_book.read({"zone": zone, **plain}, FILE)
    except ValueError as wrong:
        raise RuleFaults(
            [
                Fault(FILE, 1, 1, "wrong-rule", line, "see docs/flows.md, The desk")
                for line in str(wrong).splitlines()
            ]
        ) from wrong


def _plain(node: Node) -> Any:
    match node:
        case Text(value=value):
            return int(value) if value.isascii() and value.isdecimal() else value
        case Items(items=items):
            return [_plain(item) for item in items]
        case Table(entries=entries):
            return {int(name) if name.isdecimal() else name: _plain(item) for name, item in entries.items()}
