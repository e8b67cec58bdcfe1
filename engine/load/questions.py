"""The steps that ask a contact for keys or values: menu, ask, verify."""

import re
from collections.abc import Mapping
from typing import Any

from engine.flow import (
    Ask,
    Exit,
    Menu,
    Step,
    Verify,
    Words,
)
from engine.load.context import LEVELS, Context
from engine.load.faults import shorten
from engine.load.reading import Reader, number, plain, texts
from engine.load.yaml_nodes import Items, Node
from engine.phrases import FACT_FORMATS, FACTS_OF_LEVEL, PHRASES

# Format -> least and most digits. `text` has none: it is written, not keyed.
DIGITS: Mapping[str, tuple[int, int]] = {
    "nik": (16, 16), "npwp": (15, 16), "efin": (10, 10), "billing": (15, 15), "ntpn": (16, 16), "imei": (15, 15),
    "awb": (9, 13), "ticket": (12, 12), "date6": (6, 6), "date8": (8, 8), "phone": (5, 15), "yes_no": (1, 1),
    "number": (1, 15), "digits": (1, 32), "text": (0, 0),
}  # fmt: skip
CASES_FACTS = ("tiket", "nomor_terdaftar")  # what our own cases can prove
_KEY = re.compile(r"[0-9*#]{1,4}\Z", re.ASCII)


def read_menu(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
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
            what, way_out = f"'{shorten(key)}' is no key of a telephone", 'Keys are 0 to 9, * and #: "1"'
            context.faults.misspelt(place, "bad-key", what, way_out, _KEY)
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


def read_ask(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
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


def read_verify(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
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
