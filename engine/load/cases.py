"""`cases:` of a flow: how long the service may take for what. Judged here, kept as written for desk/caseload."""

import re

from engine.flow import CaseRules, Place
from engine.load.context import Context
from engine.load.faults import Faults, shorten
from engine.load.reading import Reader, good_name, plain, texts
from engine.load.yaml_nodes import Node

FUNCTIONS = ("pertanyaan", "pengaduan", "informasi")
LIMITS = ("first", "callback", "answer", "back_office", "unit", "distribute", "extension", "absolute")
STEPS = ("pass_on", "acknowledge", "validate", "confirm")
NEXT_WORKING_DAY = "next working day"
_LIMIT = re.compile(rf"(?:{NEXT_WORKING_DAY}|[1-9]\d{{0,3}} (?:working )?(?:minute|hour|day)s?)\Z", re.ASCII)


def read_cases(node: Node | None, context: Context) -> CaseRules:
    """What a service promises, and reminds its own people of. Without `cases:` the house's limits hold."""
    if node is None:
        return CaseRules()
    reader = Reader(node, "'cases:'", context.faults)
    limits: dict[str, str] = {}
    hours = _hours(reader, context)
    functions = {name: _limits(reader, name, context) for name in FUNCTIONS if reader.get(name) is not None}
    topics = _topics(reader, context)
    for name in STEPS:
        _limit(reader, name, limits)
    _take_over(reader, limits)
    documents = _waiting(reader, "documents", limits)
    other_party = _waiting(reader, "other_party", limits)
    reader.done()
    return CaseRules(hours, limits, functions, topics, documents, other_party)


def _topics(reader: Reader, context: Context) -> dict[str, dict[str, str]]:
    node = reader.get("topics")
    found: dict[str, dict[str, str]] = {}
    if node is None:
        return found
    inner = Reader(node, "'topics:' of cases", context.faults)
    for name, place, _ in inner.items():
        good_name(name, place, "topic", context.faults)
        found[name] = _limits(inner, name, context)
    return found


def _limits(reader: Reader, name: str, context: Context) -> dict[str, str]:
    """The limits of one function or topic, with `hours:` where they run in other hours than the rest."""
    inner = Reader(reader.get(name), f"'{shorten(name)}:'", context.faults)
    found: dict[str, str] = {}
    for limit in LIMITS:
        _limit(inner, limit, found)
    if hours := _hours(inner, context):
        found["hours"] = hours
    inner.done()
    return found


def _hours(reader: Reader, context: Context) -> str:
    return reader.choice("hours", context.hours, "unknown-hours", "the entry of 'hours:'")


def _take_over(reader: Reader, limits: dict[str, str]) -> None:
    """`take_over: {within: 30 working minutes, remind: 20 working minutes}`"""
    node = reader.get("take_over")
    if node is None:
        return
    inner = Reader(node, "'take_over:'", reader.faults)
    within: dict[str, str] = {}
    inner.need("within")
    _limit(inner, "within", within)
    _limit(inner, "remind", within)
    inner.done()
    for key, name in (("within", "take_over"), ("remind", "take_over_reminder")):
        if key in within:
            limits[name] = within[key]


def _waiting(reader: Reader, name: str, limits: dict[str, str]) -> tuple[str, ...]:
    """`documents: {within: 20 working days, remind: [10 working days]}`; gives the reminders."""
    node = reader.get(name)
    if node is None:
        return ()
    inner = Reader(node, f"'{name}:'", reader.faults)
    within: dict[str, str] = {}
    inner.need("within")
    _limit(inner, "within", within)
    if "within" in within:
        limits[name] = within["within"]
    reminders = inner.get("remind")
    read = texts(reminders, "'remind:'", reader.faults) if reminders is not None else ()
    for value, place in read:
        _judge(value, place_reader=inner, place=place)
    inner.done()
    return tuple(value for value, _ in read if _is_limit(value))


def _limit(reader: Reader, name: str, found: dict[str, str]) -> None:
    node = reader.get(name)
    if node is None:
        return
    value = plain(node, f"'{name}:'", reader.faults)
    if value and _judge(value, place_reader=reader, place=node.place, name=name):
        found[name] = value


def _judge(value: str, *, place_reader: Reader, place: Place, name: str = "") -> bool:
    faults: Faults = place_reader.faults
    if not _is_limit(value):
        way_out = "Write 60 working minutes, 10 working days, next working day, or 60 days by the calendar"
        faults.misspelt(place, "bad-limit", f"'{shorten(value)}' is no limit of time", way_out, _LIMIT)
        return False
    if name == "absolute" and "working" in value:
        what = f"'absolute: {value}' counts working time, and this limit runs by the calendar"
        faults.add(place, "bad-limit", what, "Write 60 days")
        return False
    return True


def _is_limit(value: str) -> bool:
    return bool(_LIMIT.match(value))
