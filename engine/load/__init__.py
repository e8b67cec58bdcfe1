"""load(id, files, common) -> Flow: an administrator's files become a flow that can be run, or all their faults are named.

YAML is read as text (yaml_nodes), names are gathered (gather), then every part is read by its own reader against those names.
"""

import hashlib
from dataclasses import replace

from engine.flow import Flow, Place, Step
from engine.load import head
from engine.load.cases import read_cases
from engine.load.context import Context, step_names
from engine.load.faults import Fault, Faults, FlowFaults, shorten
from engine.load.gather import gather_variables, run_from, seen_secrets
from engine.load.hours import read_hours
from engine.load.promises import FILE as PROMISES
from engine.load.promises import read_promises
from engine.load.reading import Reader
from engine.load.sentences import Names
from engine.load.sources import Files, read_sources
from engine.load.steps import read_step
from engine.load.words import service_names
from engine.load.yaml_nodes import Node, Table, read_yaml
from engine.promises.sentences import Promise

__all__ = ["Fault", "FlowFaults", "load", "read_nodes"]

FLOW, TEXTS = "flow.yaml", "texts.yaml"


def load(id: str, files: Files, common: Files | None = None) -> Flow:
    """The flow in these files: 'flow.yaml', 'texts.yaml', 'data/kota.csv' …; ``common``: 'tutup.yaml' … of flows/common/.

    Raises FlowFaults with every fault of every file, and nothing else, whatever the bytes are.
    """
    faults = Faults()
    pieces = {_piece_name(name): content for name, content in (common or {}).items()}
    root, texts, piece_nodes = _read_files(files, pieces, faults)
    version = _version(id, files, {name: pieces[name] for name in piece_nodes})
    flow = read_nodes(id, version, root, texts, piece_nodes, files, faults) if root else None
    if faults.found or flow is None:
        raise FlowFaults(replace(fault, file=_within_flows(id, fault.file)) for fault in faults.found)
    return flow


def _within_flows(id: str, file: str) -> str:
    """The file relative to the folder of all flows, so that faults of several services can stand in one list."""
    return file if file.startswith("common/") else f"{id}/{file}"


def _piece_name(file: str) -> str:
    """'tutup' for 'common/tutup.yaml' and 'tutup.yaml'."""
    return file.removeprefix("common/").removesuffix(".yaml")


def _read_files(
    files: Files, pieces: Files, faults: Faults
) -> tuple[Node | None, Node | None, dict[str, Table]]:
    """The trees of flow.yaml, texts.yaml and the pieces that are run. The first is None when there is nothing to go on with."""
    if FLOW not in files:
        faults.add(
            Place(FLOW, 1, 1),
            "missing-file",
            "there is no flow.yaml",
            "Add it; docs/flows.md shows twelve lines",
        )
        return None, None, {}
    root = read_yaml(FLOW, files[FLOW], faults)
    texts = read_yaml(TEXTS, files[TEXTS], faults) if TEXTS in files else None
    readable = root is not None and (texts is not None or TEXTS not in files)
    nodes: dict[str, Table] = {}
    waiting = run_from(root)
    while waiting:
        piece = waiting.pop()
        if piece in nodes or piece not in pieces:
            continue
        node = read_yaml(f"common/{piece}.yaml", pieces[piece], faults)
        readable = readable and node is not None
        nodes[piece] = node if isinstance(node, Table) else Table({}, {}, Place(f"common/{piece}.yaml", 1, 1))
        waiting |= run_from(node)
    return (root if readable else None), texts, nodes


def _version(id: str, files: Files, pieces: Files) -> str:
    """What the content is called: the first 16 hex digits of a SHA-256 over the names and bytes of what contacts meet.

    Promises are about a version and no part of it, nor are pieces that it does not run (decision 0029).
    """
    digest = hashlib.sha256(f"{id}\0".encode("utf-8", "surrogatepass"))
    named = {**files, **{f"common/{name}.yaml": content for name, content in pieces.items()}}
    for name in sorted(named.keys() - {PROMISES}):
        content = named[name]
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        digest.update(f"{name}\0{len(data)}\0".encode("utf-8", "surrogatepass") + data)
    return digest.hexdigest()[:16]


def read_nodes(
    id: str,
    version: str,
    root: Node,
    texts: Node | None,
    pieces: dict[str, Table],
    files: Files,
    faults: Faults,
) -> Flow | None:
    """The flow in trees that were read from YAML: everything, in the order in which names become known.

    ``pieces``: those that it runs. None when there is no mapping to begin with; otherwise ``faults`` says whether it may be used.
    """
    reader = Reader(root, "flow.yaml", faults)
    if not reader.fine:
        return None
    context = Context(faults, head.languages(reader))
    head.format_of_file(reader)
    context.hours = read_hours(reader.get("hours"), faults)
    constants = head.values(reader.get("values"), faults)
    context.constants = constants
    context.variables = head.variables(reader.get("variables"), constants, faults)
    context.skills = tuple(name for name, _ in reader.names("skills"))
    context.units = tuple(name for name, _ in reader.names("units"))
    context.sources = read_sources(reader.get("sources"), files, faults)
    context.own_steps = step_names(reader.need("steps"), faults)
    context.pieces = {piece: step_names(node.entries.get("steps"), faults) for piece, node in pieces.items()}
    context.runs = {piece: run_from(node) for piece, node in pieces.items()}
    gather_variables(context, root, pieces)
    context.secrets = seen_secrets(root, pieces)
    context.templates = head.templates(context, texts)
    context.phrases = head.phrases(context, reader.get("phrases"), reader.at("languages"))
    head.everywhere(context, reader.get("everywhere"))
    for piece, node in pieces.items():
        context.starts[piece] = _piece_start(context.inside(piece), node)
    voice, text = head.numbers(context, reader)
    flow = Flow(
        id=id,
        version=version,
        service=service_names(reader, context.languages),
        prefix=head.prefix(reader),
        languages=context.languages,
        timezone=head.timezone(reader),
        start=_step(context, reader, "start", needed=True),
        steps=_steps(context, reader.get("steps"), pieces),
        voice_numbers=voice,
        text_numbers=text,
        text_start=_step(context, reader, "text_start"),
        unknown_again=_step(context, reader, "unknown_again"),
        voices=head.voices(reader, context.languages),
        everywhere=context.everywhere,
        hours=context.hours,
        constants=constants,
        variables=context.variables,
        templates=context.templates,
        sources=context.sources,
        skills=context.skills,
        keywords=head.keywords(context, reader.get("keywords"), reader.get("topics")),
        topics=head.topics(context, reader.get("topics")),
        urgent=head.urgent(reader.get("urgent"), faults),
        phrases=context.phrases,
        cases=read_cases(reader.get("cases"), context),
        rescue=_step(context, reader, "rescue"),
        promises=_promises(context, files),
    )
    reader.done()
    return flow


def _promises(context: Context, files: Files) -> tuple[Promise, ...]:
    """The sentences of promises.yaml, which may name every step and source."""
    if PROMISES not in files:
        return ()
    inside = [f"{piece}/{name}" for piece, names in context.pieces.items() for name in names]
    names = Names({*context.own_steps, *inside}, context.sources)
    return read_promises(read_yaml(PROMISES, files[PROMISES], context.faults), names, context.faults)


def _step(context: Context, reader: Reader, key: str, *, needed: bool = False) -> str:
    """The step that one of the head's keys names."""
    node = reader.need(key) if needed else reader.get(key)
    if node is None:
        return ""
    name = context.target(node, f"'{key}:'")
    if name in ("back", "repeat", "return"):
        context.faults.unknown(node.place, "unknown-step", "the step", name, context.steps)
    return name


def _piece_start(context: Context, node: Table) -> str:
    """The first step of a piece, without the piece's name in front."""
    reader = Reader(node, f"the piece '{shorten(context.piece)}'", context.faults)
    start = _step(context, reader, "start", needed=True)
    reader.need("steps")
    reader.done(also=("format",))
    return start.removeprefix(f"{context.piece}/")


def _steps(context: Context, own: Node | None, pieces: dict[str, Table]) -> dict[str, Step]:
    """Every step of the service and of the pieces it runs, by full name."""
    steps: dict[str, Step] = {}
    for inside, node in (
        (context, own),
        *((context.inside(p), n.entries.get("steps")) for p, n in pieces.items()),
    ):
        reader = Reader(node, "'steps:'", context.faults) if node is not None else None
        for name, _, inner in reader.items() if reader else ():
            step = read_step(inside, name, inner)
            if step is not None:
                steps[step.name] = step
    return steps
