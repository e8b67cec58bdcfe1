"""read(file, content, flow) -> scripts, or every fault of the file: with line, column, what is known and the nearest name.

A file is a list, one test; or a table of names, one test each. YAML is read as flows are: within the same limits, as text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.flow import Flow, Place
from engine.load.faults import Faults, FlowFaults, shorten
from engine.load.yaml_nodes import Items, Node, Table, Text, read_yaml
from scenarios import acts
from scenarios.script import Act, Calls, Script, Texts

BARE: Mapping[str, Callable[[Place], Act]] = acts.BARE
TAKES: Mapping[str, Callable[[acts.Telling, Node], list[Act]]] = acts.TAKES


def read(
    file: str, content: bytes | str, flow: Flow, sounds: Mapping[str, int] | None = None
) -> list[Script]:
    """The tests in a file. ``sounds``: seconds of each sound beside it. Raises FlowFaults with all faults, never another error."""
    faults = Faults()
    root = read_yaml(file, content, faults)
    telling = acts.Telling(flow, faults, sounds or {})
    scripts = [] if root is None else _scripts(file, root, telling)
    if faults.found:
        raise FlowFaults(faults.found)
    return scripts


def _scripts(file: str, root: Node, telling: acts.Telling) -> list[Script]:
    if isinstance(root, Items):
        return [_script(file.rsplit("/", 1)[-1].removesuffix(".yaml"), file, root, telling)]
    if isinstance(root, Table) and root.entries:
        return [_script(name, file, node, telling) for name, node in root.entries.items()]
    telling.faults.add(
        root.place,
        "wrong-shape",
        "a file of tests is a list of what happens, or names with such lists",
        'Begin with - call: "131"',
    )
    return []


def _script(name: str, file: str, node: Node, telling: acts.Telling) -> Script:
    if not isinstance(node, Items) or not node.items:
        telling.faults.add(
            node.place,
            "wrong-shape",
            f"the test '{shorten(name)}' is no list of what happens",
            'Begin with - call: "131"',
        )
        return Script(name, file, ())
    told = tuple(act for item in node.items for act in _act(item, telling))
    _somebody_first(told, telling.faults)
    return Script(name, file, told)


def _act(node: Node, telling: acts.Telling) -> list[Act]:
    if isinstance(node, Text):
        return _bare(node, telling)
    if isinstance(node, Items):
        telling.faults.add(
            node.place, "wrong-shape", "a list inside the list", "Write one thing a line: - press: '1'"
        )
        return []
    found = []
    for key, inner in node.entries.items():
        place = node.keys[key]
        if key in TAKES:
            found += TAKES[key](telling, inner)
        elif key in BARE:
            telling.faults.add(place, "wrong-shape", f"'{key}' takes nothing", f"Write - {key}")
        else:
            telling.faults.unknown(place, "unknown-act", "the act", key, [*TAKES, *BARE])
    return found


def _bare(node: Text, telling: acts.Telling) -> list[Act]:
    word = " ".join(node.value.split())
    if word in BARE:
        return [BARE[word](node.place)]
    if word in TAKES:
        telling.faults.add(node.place, "wrong-shape", f"'{word}' says nothing", f"Write - {word}: and what")
    else:
        telling.faults.unknown(node.place, "unknown-act", "the act", word, [*TAKES, *BARE])
    return []


def _somebody_first(told: tuple[Act, ...], faults: Faults) -> None:
    """What a contact does or hears needs a contact."""
    for act in told:
        if isinstance(act, Calls | Texts):
            return
        if isinstance(act, acts.OF_A_CONTACT):
            faults.add(
                act.place,
                "nobody-there",
                "nobody has called or written yet",
                'Begin with - call: "131" or - text: INFO',
            )
            return
