"""The files of a service, and how each is read as a tree: what `shape` looks at."""

from collections.abc import Mapping

from engine.load import read_nodes
from engine.load.faults import Faults
from engine.load.promises import read_promises
from engine.load.sentences import Names
from engine.load.yaml_nodes import Node, Table
from engine.schema.sight import ELSEWHERE as AT
from engine.schema.sight import Read, table


def _flow(node: Node, faults: Faults) -> object:
    return read_nodes("x", "", node, None, {}, {}, faults)


def _texts(node: Node, faults: Faults) -> object:
    return read_nodes("x", "", table({}, AT), node, {}, {}, faults)


def _piece(node: Node, faults: Faults) -> object:
    """As the loader does: what is no mapping is a piece without anything in it."""
    piece = node if isinstance(node, Table) else table({}, AT)
    return read_nodes("x", "", table({}, AT), None, {"x": piece}, {}, faults)


def _promises(node: Node, faults: Faults) -> object:
    return read_promises(node, Names(()), faults)


READS: Mapping[str, Read] = {"flow": _flow, "piece": _piece, "texts": _texts, "promises": _promises}
