"""The steps of a flow, one reader a kind. The table in docs/flows.md is the reference; READERS is its registry."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.flow import (
    CASE_FIELDS,
    Ask,
    Branch,
    Callback,
    End,
    Exit,
    Lookup,
    Menu,
    Queue,
    Record,
    Run,
    Say,
    Set,
    Step,
    Survey,
    TextOut,
    Transfer,
    Verify,
    Words,
)
from engine.load.context import CLASSES, LEVELS, Context
from engine.load.faults import shorten, suggestion
from engine.load.reading import Reader, between, number, plain, texts
from engine.load.words import placeholders
from engine.load.yaml_nodes import Items, Node
from engine.phrases import FACT_FORMATS, FACTS_OF_LEVEL, PHRASES

COMMON_KEYS = ("set", "from", "until", "otherwise", "written", "spoken", "notice")
# Format -> least and most digits. `text` has none: it is written, not keyed.
DIGITS: Mapping[str, tuple[int, int]] = {
    "nik": (16, 16), "npwp": (15, 16), "efin": (10, 10), "billing": (15, 15), "ntpn": (16, 16), "imei": (15, 15),
    "awb": (9, 13), "ticket": (12, 12), "date6": (6, 6), "date8": (8, 8), "phone": (5, 15), "yes_no": (1, 1),
    "number": (1, 15), "digits": (1, 32), "text": (0, 0),
}  # fmt: skip
CASES_FACTS = ("tiket", "nomor_terdaftar")  # what our own cases can prove
CASES_GIVE = ("tiket", "status", "tanggal")
_KEY = re.compile(r"[0-9*#]{1,4}\Z", re.ASCII)
_DIALLED = re.compile(r"\+?[0-9][0-9 ().-]{2,24}\Z", re.ASCII)
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


def _menu(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    words = context.words(value, "'menu:'")
    context.every_language = common["every_language"]
    keys = _keys(context, Reader(reader.need("keys"), "'keys:'", context.faults, reader.place), words)
    return Menu(
        words=words,
        keys=keys,
        silence=context.silence_or_no_match(reader, "silence"),
        no_match=context.silence_or_no_match(reader, "no_match"),
        seconds=reader.number("seconds", 5, 1, 60),
        spoken=_spoken(context, reader.get("words"), keys),
        **common,
    )


def _keys(context: Context, reader: Reader, words: Words) -> dict[str, Exit]:
    keys: dict[str, Exit] = {}
    for key, place, node in reader.items():
        way = context.exit(node, f"the key '{shorten(key)}'", key=key, words=words, dated=True)
        if not _KEY.match(key):
            context.faults.add(
                place,
                "bad-key",
                f"'{shorten(key)}' is no key of a telephone",
                'Keys are 0 to 9, * and #: "1"',
            )
            continue
        if key in context.everywhere:
            what = f"the key '{key}' already works in every menu"
            context.faults.add(
                place, "shadows-everywhere", what, "Choose another key, or take it out of 'everywhere:'"
            )
        other = next(
            (
                k
                for k in (*keys, *context.everywhere)
                if k != key and (k.startswith(key) or key.startswith(k))
            ),
            None,
        )
        if other is not None:
            what = (
                f"'{key}' and '{other}' begin alike: after the first key nobody knows whether more will come"
            )
            context.faults.add(place, "ambiguous-keys", what, "Use keys of one digit")
        keys[key] = way
    if reader.fine and not reader.table.entries:
        reader.add("missing-key", "a menu without keys", "Add at least one key")
    return keys


def _spoken(context: Context, node: Node | None, keys: Mapping[str, Exit]) -> dict[str, tuple[str, ...]]:
    if node is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    taken: dict[str, str] = {}
    for key, place, inner in Reader(node, "'words:'", context.faults).items():
        if key not in keys:
            context.faults.unknown(place, "unknown-key", "in this menu the key", key, keys)
        for word, at in texts(inner, f"the words of '{shorten(key)}'", context.faults):
            if taken.setdefault(word.casefold(), key) != key:
                what = f"'{shorten(word)}' stands for two keys"
                context.faults.add(at, "keyword-clash", what, "Keep it at one of them")
            found[key] = (*found.get(key, ()), " ".join(word.casefold().split()))
    return found


def _ask(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    words = context.words(value, "'ask:'")
    variable = reader.need("as")
    form = reader.choice("format", DIGITS, "unknown-format", "the format", "digits")
    least, most = _digits(reader, *DIGITS[form])
    options, then = _answers(context, reader, form)
    return Ask(
        words=words,
        variable=plain(variable, "'as:'", context.faults) if variable is not None else "",
        format=form,
        least=least,
        most=most,
        then=then,
        silence=context.silence_or_no_match(reader, "silence"),
        no_match=context.silence_or_no_match(reader, "no_match"),
        secret=reader.truth("secret"),
        seconds=reader.number("seconds", 5, 1, 60),
        options=options,
        **common,
    )


def _answers(context: Context, reader: Reader, form: str) -> tuple[dict[str, Exit], Exit]:
    """yes_no has two exits of its own; everything else has `then`."""
    if form != "yes_no":
        return {}, context.need_exit(reader, "then")
    yes, no = context.need_exit(reader, "yes"), context.need_exit(reader, "no")
    return {"yes": yes, "no": no}, context.optional_exit(reader, "then") or no


def _digits(reader: Reader, least: int, most: int) -> tuple[int, int]:
    """`digits: 12` or `digits: [8, 14]`."""
    node = reader.get("digits")
    if node is None:
        return least, most
    if not isinstance(node, Items):
        count = number(node, "'digits:'", reader.faults, 1, 1, 40)
        return count, count
    bounds = [number(item, "'digits:'", reader.faults, 1, 1, 40) for item in node.items]
    if len(bounds) != 2 or bounds[0] > bounds[1]:
        reader.faults.add(node.place, "bad-number", "'digits:' is no range", "Write least and most: [8, 14]")
        return 1, 40
    return bounds[0], bounds[1]


def _verify(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    level = _level(context, value)
    facts = _facts(context, reader, level)
    subject = reader.choice("subject", {"cases", *_tables(context)}, "unknown-source", "the subject", "cases")
    _facts_of_subject(context, reader, subject, facts)
    return Verify(
        level=level,
        subject=subject,
        facts=facts,
        words=_fact_words(context, reader, facts),
        ok=context.need_exit(reader, "ok"),
        fail=context.need_exit(reader, "fail"),
        locked=context.need_exit(reader, "locked"),
        seconds=reader.number("seconds", 5, 1, 60),
        tries=reader.number("tries", 3, 1, 3),
        **common,
    )


def _level(context: Context, node: Node) -> str:
    level = plain(node, "'verify:'", context.faults, "L1")
    if level not in LEVELS:
        context.faults.unknown(node.place, "unknown-level", "the level", level, LEVELS)
        return "L1"
    return level


def _tables(context: Context) -> list[str]:
    return [name for name, source in context.sources.items() if source.kind == "table"]


def _facts(context: Context, reader: Reader, level: str) -> tuple[str, ...]:
    found = []
    for fact, place in reader.names("facts"):
        if fact in FACT_FORMATS:
            found.append(fact)
        else:
            context.faults.unknown(place, "unknown-fact", "the fact", fact, FACT_FORMATS)
    return tuple(found) if "facts" in reader else FACTS_OF_LEVEL[level]


def _facts_of_subject(context: Context, reader: Reader, subject: str, facts: tuple[str, ...]) -> None:
    source = context.sources.get(subject)
    columns = CASES_FACTS if source is None or source.kind == "cases" else source.columns
    for fact in facts:
        if fact not in columns:
            place = reader.at("facts" if "facts" in reader else "subject")
            way_out = f"It has: {', '.join(columns)}. Name another 'subject:' or other 'facts:'"
            context.faults.add(place, "fact-not-in-source", f"'{subject}' cannot prove '{fact}'", way_out)


def _fact_words(context: Context, reader: Reader, facts: tuple[str, ...]) -> dict[str, Words]:
    """The prompts of a proof: the step's own, else the flow's phrases, else the house's."""
    own = Reader(reader.get("ask"), "'ask:'", context.faults) if "ask" in reader else None
    given = {}
    for fact, place, node in own.items() if own else ():
        if fact not in facts:
            context.faults.unknown(place, "unknown-fact", "in this proof the fact", fact, facts)
        given[fact] = context.words(node, f"the question for '{shorten(fact)}'")
    return {
        fact: given.get(fact) or {**PHRASES.get(fact, {}), **context.phrases.get(fact, {})} for fact in facts
    }


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
        limited=context.optional_exit(reader, "limited"),
        limit_a_day=reader.number("limit", 0, 1, 1000),
        words=context.optional_words(reader, "say"),
        **common,
    )


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


def _record(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    return Record(
        words=context.words(value, "'record:'"),
        seconds=reader.number("seconds", 120, 1, 600),
        least=reader.number("least", 2, 0, 60),
        silence_seconds=reader.number("silence_seconds", 5, 1, 60),
        review=reader.truth("review"),
        then=context.need_exit(reader, "then"),
        silence=context.silence_or_no_match(reader, "silence"),
        **common,
    )


def _hours(context: Context, reader: Reader) -> str:
    return reader.choice(
        "hours", context.hours, "unknown-hours", "under 'hours:'", next(iter(context.hours), "")
    )


def _queue(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    people = Reader(value, "'queue:'", context.faults)
    people.need("skill")
    nobody = context.need_exit(reader, "nobody")
    note = reader.get("note")
    step = Queue(
        skill=people.text("skill"),
        tier=people.number("tier", 1, 0, 4),
        level=people.text("level"),
        unit=people.text("unit"),
        priority=people.text("priority"),
        hours=_hours(context, reader),
        longest=reader.number("longest", 300, 10, 7200),
        every=reader.number("every", 30, 5, 300),
        text_after=reader.choice("text_after", context.templates, "unknown-template", "the template"),
        note=context.template(note, "'note:'") if note is not None else "",
        words=context.optional_words(reader, "say"),
        then=context.need_exit(reader, "then"),
        closed=context.need_exit(reader, "closed"),
        nobody=nobody,
        too_long=context.optional_exit(reader, "too_long") or nobody,
        noted=context.optional_exit(reader, "noted"),
        callback=context.optional_exit(reader, "callback"),
        message=context.optional_exit(reader, "message"),
        **common,
    )
    people.done()
    return step


def _callback(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    people = Reader(value, "'callback:'", context.faults)
    skill = people.text("skill")
    people.done()
    silence = context.silence_or_no_match(reader, "silence")
    then = context.need_exit(reader, "then")
    return Callback(skill=skill, hours=_hours(context, reader), then=then, silence=silence, **common)


def _transfer(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    dialled = plain(value, "'transfer:'", context.faults)
    if dialled and not _DIALLED.match(dialled):
        what = f"'{shorten(dialled)}' is no telephone number"
        context.faults.add(value.place, "bad-telephone", what, 'Write it as "+62211234567"')
    return Transfer(
        number=dialled,
        words=context.optional_words(reader, "say"),
        seconds=reader.number("seconds", 20, 5, 120),
        limit=reader.number("limit", 3600, 10, 14400),
        then=context.need_exit(reader, "then"),
        busy=context.need_exit(reader, "busy"),
        no_answer=context.need_exit(reader, "no_answer"),
        failed=context.need_exit(reader, "failed"),
        **common,
    )


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
    "menu": _menu,
    "ask": _ask,
    "verify": _verify,
    "lookup": _lookup,
    "branch": _branch,
    "set": _set,
    "record": _record,
    "queue": _queue,
    "callback": _callback,
    "transfer": _transfer,
    "text": _text,
    "survey": _survey,
    "run": _run,
    "end": _end,
}
