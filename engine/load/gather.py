"""What must be known before the first step is read: which variables will ever have a value, and which pieces are run."""

from collections.abc import Iterable, Iterator

from engine.flow import Place
from engine.load.context import Context
from engine.load.faults import shorten
from engine.load.reading import VARIABLE, good_name
from engine.load.yaml_nodes import Items, Node, Table, Text

# Names that always mean the same; an ask or a table that used them would change what other steps say.
TAKEN = frozenset({"layanan", "jam", "hari_ini", "posisi", "menit", "language"})


def step_nodes(roots: Iterable[Node | None]) -> Iterator[tuple[str, Table]]:
    """(kind, mapping) of every step that is a mapping."""
    for root in roots:
        steps = root.entries.get("steps") if isinstance(root, Table) else None
        for node in steps.entries.values() if isinstance(steps, Table) else ():
            if isinstance(node, Table) and node.entries:
                yield next(iter(node.entries)), node


def run_from(root: Node | None) -> set[str]:
    """The pieces that this file's steps run."""
    found = set()
    for kind, node in step_nodes([root]):
        piece = node.entries[kind]
        if kind == "run" and isinstance(piece, Text):
            found.add(piece.value)
    return found


def gather_variables(context: Context, root: Node, pieces: dict[str, Table]) -> None:
    """Every variable that an ask, a look-up or a keyword fills, each judged as a name."""
    for name, place in _asked(step_nodes([root, *pieces.values()])):
        _claim(context, name, place)
    for source in context.sources.values():
        for name in (*source.columns, *source.gives):
            _claim(context, name, source.place)
    for name, place in _taken_by_keywords(root):
        _claim(context, name, place)
    if any(kind == "callback" for kind, _ in step_nodes([root, *pieces.values()])):
        context.given.add("waktu")


def _claim(context: Context, name: str, place: Place) -> None:
    if not good_name(name, place, "variable", context.faults, VARIABLE):
        return
    if name in TAKEN or name in context.constants or name in context.variables:
        what = f"'{shorten(name)}' already has a meaning, and what is given here would replace it"
        context.faults.add(place, "name-twice", what, "Choose another name")
    context.given.add(name)


def _asked(steps: Iterable[tuple[str, Table]]) -> Iterator[tuple[str, Place]]:
    for kind, node in steps:
        variable = node.entries.get("as")
        if kind == "ask" and isinstance(variable, Text) and variable.value.strip():
            yield variable.value, variable.place


def _taken_by_keywords(root: Node) -> Iterator[tuple[str, Place]]:
    keywords = root.entries.get("keywords") if isinstance(root, Table) else None
    for node in keywords.entries.values() if isinstance(keywords, Table) else ():
        for key in ("takes", "rest_as") if isinstance(node, Table) else ():
            value = node.entries.get(key) if isinstance(node, Table) else None
            for item in value.items if isinstance(value, Items) else (value,):
                if isinstance(item, Text) and item.value.strip():
                    yield item.value, item.place


def seen_secrets(root: Node, pieces: dict[str, Table]) -> dict[str, Place]:
    """Variables that an ask marks as secret."""
    found = {}
    for kind, node in step_nodes([root, *pieces.values()]):
        variable, secret = node.entries.get("as"), node.entries.get("secret")
        if (
            kind == "ask"
            and isinstance(variable, Text)
            and isinstance(secret, Text)
            and secret.value == "true"
        ):
            found[variable.value] = variable.place
    return found
