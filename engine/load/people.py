"""The steps that bring contacts to people, now or later: record, queue, callback, transfer."""

import re
from typing import Any

from engine.flow import (
    Callback,
    Queue,
    Record,
    Step,
    Transfer,
)
from engine.load.context import Context
from engine.load.faults import shorten
from engine.load.reading import Reader, plain
from engine.load.yaml_nodes import Node

_DIALLED = re.compile(r"\+?[0-9][0-9 ().-]{2,24}\Z", re.ASCII)


def read_record(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
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


def _listed(reader: Reader, key: str, known: tuple[str, ...]) -> str:
    """A skill or unit; one that the service does not list, where it lists any, is a mistyped one that nobody has."""
    name = reader.text(key)
    if name and known and name not in known:
        reader.faults.unknown(reader.at(key), f"unknown-{key}", f"under '{key}s:'", name, known)
    return name


def read_queue(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    people = Reader(value, "'queue:'", context.faults)
    people.need("skill")
    nobody = context.need_exit(reader, "nobody")
    note = reader.get("note")
    step = Queue(
        skill=_listed(people, "skill", context.skills),
        tier=people.number("tier", 1, 0, 4),
        level=people.text("level"),
        unit=_listed(people, "unit", context.units),
        priority=people.text("priority"),
        hours=_hours(context, reader),
        longest=reader.number("longest", 300, 10, 7200),
        every=reader.number("every", 30, 5, 300),
        handover=reader.text("handover"),
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


def read_callback(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    people = Reader(value, "'callback:'", context.faults)
    skill = _listed(people, "skill", context.skills)
    keyed = people.choice("keyed", ("hand", "dial"), "bad-value", "value", "hand")
    people.done()
    silence = context.silence_or_no_match(reader, "silence")
    then = context.need_exit(reader, "then")
    hours = _hours(context, reader)
    return Callback(
        skill=skill, dial_keyed=keyed == "dial", hours=hours, then=then, silence=silence, **common
    )


def read_transfer(context: Context, reader: Reader, value: Node, common: dict[str, Any]) -> Step:
    dialled = plain(value, "'transfer:'", context.faults)
    if dialled and not _DIALLED.match(dialled):
        what = f"'{shorten(dialled)}' is no telephone number"
        context.faults.misspelt(value.place, "bad-telephone", what, 'Write it as "+62211234567"', _DIALLED)
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
