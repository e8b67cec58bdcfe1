"""The steps of a flow, one reader a kind. The table in docs/flows.md is the reference; READERS is its registry."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.flow import (
    CASE_FIELDS,
    Branch,
    End,
    Exit,
    Lookup,
    Run,
    Say,
    Set,
    Step,
    Survey,
    TextOut,
)
from engine.load.context import CLASSES, LEVELS, Context
from engine.load.faults import shorten, suggestion
from engine.load.people import read_callback, read_queue, read_record, read_transfer
from engine.load.questions import read_ask, read_menu, read_verify
from engine.load.reading import Reader, between, plain
from engine.load.words import placeholders
from engine.load.yaml_nodes import Node

COMMON_KEYS = ("set", "from", "until", "otherwise", "written", "spoken", "notice")
_BRANCH_VALUES: Mapping[str, tuple[str, ...]] = {
    "hours": ("open", "closed", "holiday"),
    "holiday": ("yes", "no"),
    "channel": ("voice", "text"),
    "date": (),
    "segment": (),
}


def read_step(context: Context, name: str, node: Node) -> Step | None:
    """One step, or None when its kind cannot be told (a fault says so)."""
    reader = Reader(node, f"the step '{shorten(name)}'", context.faults)
    if not reader.fine:
        return None
    kind = next(iter(reader.table.entries), "")
    if kind not in READERS:
        _no_kind(reader, kind)
        return None
    value = reader.get(kind)
    assert value is not None, "kind is one of the reader's keys"
    common = _common(context, reader, name, kind)
    step = READERS[kind](context, reader, value, common)
    reader.done(also=COMMON_KEYS)
    return step


def _no_kind(reader: Reader, first: str) -> None:
    kinds = [key for key in reader.table.entries if key in READERS and key != "set"]
    if not first:
        reader.add("unknown-kind", f"{reader.about} is empty", "Begin with one of: " + ", ".join(READERS))
    elif kinds:
        reader.add(
            "kind-not-first", f"{reader.about} begins with '{shorten(first)}:'", f"Write '{kinds[0]}:' first"
        )
    else:
        reader.faults.unknown(reader.at(first), "unknown-kind", "the kind of step", first, READERS)


def _common(context: Context, reader: Reader, name: str, kind: str) -> dict[str, Any]:
    """What every step may have."""
    days = between(reader)
    otherwise = reader.get("otherwise")
    dated = "from" in reader or "until" in reader
    if dated and otherwise is None:
        reader.add(
            "missing-exit",
            f"{reader.about} has days, but no 'otherwise:'",
            "Say which step stands in on other days",
        )
    if otherwise is not None and not dated:
        reader.faults.add(
            reader.at("otherwise"), "missing-key", "'otherwise:' without 'from:' or 'until:'", "Give the days"
        )
    return {
        "name": context.full(name),
        "place": reader.table.keys.get(kind, reader.place),
        "set": context.assignments(reader.get("set")),
        "between": days,
        "otherwise": _step_name(context, otherwise, "'otherwise:'"),
        "every_language": reader.choice("spoken", ("every language",), "bad-value", "value") != "",
        "written": context.optional_words(reader, "written"),
        "notice": reader.choice("notice", ("recording",), "bad-value", "notice") != "",
    }


def _step_name(context: Context, node: Node | None, about: str) -> str:
    """A step's own name, where back and repeat make no sense."""
    if node is None:
        return ""
    name = context.target(node, about)
    if name in ("back", "repeat", "return"):
        context.faults.add(node.place, "unknown-step", f"{about} needs a step, not '{name}'", "Name a step")
        return ""
    return name


# --- kinds ---


def _say(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    return Say(words=context.words(value, "'say:'"), then=context.need_exit(reader, "then"), **common)


def _end(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    return End(words=context.words(value, "'end:'"), **common)


def _set(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    return Set(then=context.need_exit(reader, "then"), **common)


def _survey(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    words = context.words(value, "'survey:'")
    return Survey(
        words=words,
        seconds=reader.number("seconds", 5, 1, 60),
        then=context.need_exit(reader, "then"),
        **common,
    )


def _lookup(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    source = plain(value, "'lookup:'", context.faults)
    if source and source not in context.sources:
        context.faults.unknown(value.place, "unknown-source", "the source", source, context.sources)
    classification = reader.choice("class", CLASSES, "unknown-class", "the class", "publik")
    needs = reader.choice(
        "needs", LEVELS, "unknown-level", "the level", "L1" if classification == "terbatas" else ""
    )
    return Lookup(
        source=source,
        query=_query(context, reader, source),
        classification=classification,
        needs=needs,
        found=context.need_exit(reader, "found"),
        none=context.need_exit(reader, "none"),
        failed=context.need_exit(reader, "failed"),
        many=_of_table(context, reader, source, "many"),
        close=_close(context, reader, source, classification),
        limited=context.optional_exit(reader, "limited"),
        limit_a_day=reader.number("limit", 0, 1, 1000),
        words=context.optional_words(reader, "say"),
        **common,
    )


def _of_table(context: Context, reader: Reader, source: str, name: str) -> Exit | None:
    """An exit that only a reference table can take."""
    way = context.optional_exit(reader, name)
    known = context.sources.get(source)
    if way and known and known.kind != "table":
        what = f"'{name}:' is an exit of tables, and '{source}' is none"
        context.faults.add(reader.at(name), "exit-of-tables", what, f"Take '{name}:' out")
    return way


def _close(context: Context, reader: Reader, source: str, classification: str) -> Exit | None:
    """`close:`, where the source is matched by names. What is nearly right must never open what needs a proof."""
    way = _of_table(context, reader, source, "close")
    known = context.sources.get(source)
    if way and known and known.kind == "table" and "fold" not in known.match.values():
        what = f"no column of '{source}' is a name"
        way_out = "Match a column by 'fold', or take 'close:' out"
        context.faults.add(reader.at("close"), "close-without-name", what, way_out)
    if way and classification != "publik":
        what = f"'close:' would tell of somebody else's data that is '{classification}'"
        context.faults.add(reader.at("close"), "close-not-public", what, "Take 'close:' out")
    return way


def asked_columns(context: Context, source: str) -> list[str]:
    """What a look-up in this source must be given: the columns matched on, or the placeholders of the address."""
    known = context.sources.get(source)
    if known is None:
        return []
    if known.kind == "cases":
        return ["tiket"]
    return list(known.match) or list(dict.fromkeys(name for name, _ in placeholders(known.url)))


def _query(context: Context, reader: Reader, source: str) -> dict[str, str]:
    columns = asked_columns(context, source)
    given = reader.get("with")
    query: dict[str, str] = {}
    for column, place, node in Reader(given, "'with:'", context.faults).items() if given is not None else ():
        if source in context.sources and column not in columns:
            context.faults.unknown(
                place, "unknown-column", f"in what '{source}' is asked by, the column", column, columns
            )
        query[column] = context.template(node, f"'{shorten(column)}:'")
    for column in columns:
        if column not in query and column in context.values:
            query[column] = f"{{{column}}}"
        elif column not in query:
            reader.add(
                "missing-key",
                f"{reader.about} does not say which '{column}' it asks for",
                f"Add 'with: {{{column}: …}}'",
            )
    return query


def _branch(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    by = " ".join(plain(value, "'branch:'", context.faults).split())
    allowed = _branch_values(context, value, by)
    exits = {}
    ways = Reader(reader.need("is", "missing-exit"), "'is:'", context.faults, reader.place)
    for answer, place, node in ways.items():
        if allowed and answer not in allowed:
            what = f"'{by}' is never '{shorten(answer)}'"
            context.faults.add(place, "unlisted-value", what, suggestion(answer, allowed))
        exits[answer] = context.exit(node, f"'{shorten(answer)}:'", dated=True)
    return Branch(by=by, exits=exits, otherwise_exit=context.need_exit(reader, "else"), **common)


def _branch_values(context: Context, node: Node, by: str) -> tuple[str, ...]:
    """The values this fact can have; () when they are not known beforehand."""
    what, _, name = by.partition(" ")
    if what == "hours" and name not in context.hours:
        context.faults.unknown(node.place, "unknown-hours", "under 'hours:'", name, context.hours)
        return ()
    if what == "language":
        return context.languages
    if what in _BRANCH_VALUES and (what == "hours" or not name):
        return _BRANCH_VALUES[what]
    if by in context.variables:
        return context.variables[by]
    looked_up = {column for source in context.sources.values() for column in (*source.columns, *source.gives)}
    if by in context.given - looked_up:
        what = f"'{by}' is what the contact gave, so its values are not known"
        context.faults.add(
            node.place, "branch-on-input", what, "Branch on exits of 'ask:', 'lookup:' or 'verify:'"
        )
    elif by and by not in context.given | CASE_FIELDS:
        names = {"language", "hours NAME", "holiday", "channel", "date", "segment", *context.variables}
        context.faults.unknown(node.place, "unknown-variable", "to branch on,", by, names)
    return ()


def _text(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    template = plain(value, "'text:'", context.faults)
    if template and template not in context.templates:
        context.faults.unknown(
            value.place, "unknown-template", "in texts.yaml the template", template, context.templates
        )
    then = context.need_exit(reader, "then")
    no_number = context.optional_exit(reader, "no_number") or then
    return TextOut(
        template=template,
        words=context.optional_words(reader, "say"),
        then=then,
        no_number=no_number,
        **common,
    )


def _run(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    piece = plain(value, "'run:'", context.faults)
    if piece and piece not in context.pieces:
        context.faults.unknown(
            value.place, "unknown-piece", "in flows/common/ the piece", piece, context.pieces
        )
    if context.runs_itself(piece):
        what = f"the piece '{context.piece}' runs itself by way of '{shorten(piece)}'"
        context.faults.add(value.place, "piece-runs-itself", what, "Lead to a step instead")
    first = context.starts.get(piece, "")
    return Run(first=f"{piece}/{first}" if first else "", then=context.need_exit(reader, "then"), **common)


READERS: Mapping[str, Callable[[Context, Reader, Node, dict[str, Any]], Step]] = {
    "say": _say,
    "menu": read_menu,
    "ask": read_ask,
    "verify": read_verify,
    "lookup": _lookup,
    "branch": _branch,
    "set": _set,
    "record": read_record,
    "queue": read_queue,
    "callback": read_callback,
    "transfer": read_transfer,
    "text": _text,
    "survey": _survey,
    "run": _run,
    "end": _end,
}
