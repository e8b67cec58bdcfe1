"""Readers of acts: one function for each key of a test, in TAKES; words that take nothing in BARE.

A new act is a dataclass in script.py, a function here, and what it does on each stage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from desk.agents import LEVELS, TIERS
from desk.overrides import AUTOMATIC, STATES
from engine.flow import CASE_FIELDS, Callback, Flow, Place, Queue
from engine.load.faults import Faults, shorten
from engine.load.reading import Reader, plain
from engine.load.yaml_nodes import Items, Node, Table, Text
from scenarios.facts import FACTS, QUEUED
from scenarios.script import (
    CALLER,
    Act,
    AgentComes,
    AgentDoes,
    Calls,
    CaseStands,
    Expects,
    HangsUp,
    Hears,
    LookupGives,
    Moves,
    Overrides,
    Presses,
    Records,
    Says,
    Silent,
    Texts,
    Waits,
)
from sessions.cases.cases import STATUS_WORDS

OF_A_CONTACT = (Presses, Says, Silent, Records, HangsUp, Hears, Expects)
TRUTHS = {"yes": True, "true": True, "no": False, "false": False}
ANSWERS = {"yes": "yes", "true": "yes", "no": "no", "false": "no", "busy": "busy", "declines": "declines"}
AGENT_DOES = ("finishes", "hangs up", "holds", "returns", "leaves")
OUTCOMES = ("found", "none", "failed")
CASE_NAMES = (
    *sorted(CASE_FIELDS), "status", "note", "tiket", "contact", "language", "channel", "auth_level", "csat",
    "callback_number", "callback_skill", "handover",
)  # fmt: skip
MOST_SECONDS = 7 * 24 * 3600
HOLDS_SECONDS = 8 * 3600  # an override of which no test says how long
_SPAN = re.compile(r"(\d{1,6}) ?(s|m|min|h|)", re.ASCII)
_SECONDS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600}
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?", re.ASCII)
_KEYS = re.compile(r"[0-9*#]{1,64}", re.ASCII)


@dataclass
class Telling:
    """What readers need: the flow whose names may occur, where faults go, the sounds beside the tests (name -> seconds)."""

    flow: Flow
    faults: Faults
    sounds: Mapping[str, int]

    @property
    def skills(self) -> list[str]:
        """Every skill that a queue or a call-back asks for."""
        steps = [step for step in self.flow.steps.values() if isinstance(step, Queue | Callback)]
        return sorted({step.skill for step in steps if step.skill})

    def reader(self, node: Node, about: str) -> Reader:
        return Reader(node, about, self.faults)

    def text(self, node: Node, about: str) -> str:
        return plain(node, about, self.faults)


# --- contacts ---


def _call(telling: Telling, node: Node) -> list[Act]:
    numbers = [number.spelling for number in telling.flow.voice_numbers]
    if isinstance(node, Text):
        return [Calls(place=node.place, to=_called(telling, node, numbers))]
    reader = telling.reader(node, "'call:'")
    from_, at = reader.text("from", CALLER), _at(telling, reader)
    to = reader.get("to")
    act = Calls(
        place=node.place, from_=from_, to=_called(telling, to, numbers) if to else _first(numbers), at=at
    )
    reader.done()
    return [act]


def _text(telling: Telling, node: Node) -> list[Act]:
    numbers = [number.spelling for number in telling.flow.text_numbers]
    if isinstance(node, Text):
        return [Texts(place=node.place, body=node.value, to=_first(numbers))]
    reader = telling.reader(node, "'text:'")
    body = reader.need("body")
    to = reader.get("to")
    act = Texts(
        place=node.place,
        body=body.value if isinstance(body, Text) else "",
        from_=reader.text("from"),
        to=_called(telling, to, numbers) if to else _first(numbers),
        at=_at(telling, reader),
    )
    reader.done()
    return [act]


def _first(numbers: list[str]) -> str:
    return numbers[0] if numbers else ""


def _called(telling: Telling, node: Node, numbers: list[str]) -> str:
    to = telling.text(node, "'to:'")
    if to and to not in numbers:
        telling.faults.unknown(node.place, "unknown-number", "the number", to, numbers)
    return to


def _press(telling: Telling, node: Node) -> list[Act]:
    found: list[Act] = []
    for item in _each(node):
        keys = telling.text(item, "'press:'")
        if keys and not _KEYS.fullmatch(keys):
            telling.faults.add(
                item.place,
                "bad-keys",
                f"'{shorten(keys)}' cannot be pressed",
                "A telephone has the keys 0 to 9, * and #",
            )
        elif keys:
            found.append(Presses(place=item.place, keys=keys))
    return found


def _each(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Items) else (node,)


def _say(telling: Telling, node: Node) -> list[Act]:
    return [Says(place=node.place, words=telling.text(node, "'say:'"))]


def _silence(telling: Telling, node: Node) -> list[Act]:
    times = telling.text(node, "'silence:'")
    if not times.isascii() or not times.isdecimal() or not 1 <= int(times) <= 20:
        telling.faults.add(
            node.place, "bad-number", f"'silence: {shorten(times)}' is no count", "Write how often, 1 to 20"
        )
        return []
    return [Silent(place=node.place)] * int(times)


def _record(telling: Telling, node: Node) -> list[Act]:
    if isinstance(node, Text):
        return [_recorded(telling, node, hangs_up=False)]
    reader = telling.reader(node, "'record:'")
    what = reader.need("message")
    hangs_up = TRUTHS[reader.choice("hangs_up", TRUTHS, "bad-value", "value", "no")]
    reader.done()
    return [_recorded(telling, what, hangs_up=hangs_up)] if what else []


def _recorded(telling: Telling, node: Node, *, hangs_up: bool) -> Act:
    what = telling.text(node, "'record:'")
    if what.endswith(".wav"):
        if what not in telling.sounds:
            telling.faults.unknown(node.place, "unknown-sound", "the sound", what, telling.sounds)
        return Records(place=node.place, seconds=telling.sounds.get(what, 0), file=what, hangs_up=hangs_up)
    return Records(place=node.place, seconds=_span(telling, node, "'record:'", most=600), hangs_up=hangs_up)


# --- time ---


def _wait(telling: Telling, node: Node) -> list[Act]:
    return [Waits(place=node.place, seconds=_span(telling, node, "'wait:'"))]


def _span(telling: Telling, node: Node, about: str, most: int = MOST_SECONDS) -> int:
    written = telling.text(node, about)
    found = _SPAN.fullmatch(written.strip())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else -1
    if not 0 <= seconds <= most:
        telling.faults.add(
            node.place,
            "bad-span",
            f"{about} is '{shorten(written)}', which is no span of time",
            "Write 61s, 5m or 2h",
        )
        return 1
    return seconds


def _move(telling: Telling, node: Node) -> list[Act]:
    return [Moves(place=node.place, to=_moment(telling, node))]


def _at(telling: Telling, reader: Reader) -> str:
    node = reader.get("at")
    return _moment(telling, node) if node else ""


def _moment(telling: Telling, node: Node) -> str:
    written = telling.text(node, "'at:'")
    try:
        if _MOMENT.fullmatch(written):
            datetime.fromisoformat(written)
            return written
    except ValueError:  # 2026-02-30 10:00
        pass
    telling.faults.add(
        node.place,
        "bad-moment",
        f"'at:' is '{shorten(written)}', which is no moment",
        'Write "2026-03-10 10:00"',
    )
    return ""


# --- people, other systems, cases of before ---


def _agent(telling: Telling, node: Node) -> list[Act]:
    reader = telling.reader(node, "'agent:'")
    act = AgentComes(
        place=node.place,
        skills=_known(telling, reader, "skill", telling.skills, "unknown-skill"),
        tier=reader.number("tier", 1, TIERS[0], TIERS[-1]),
        level=LEVELS[reader.choice("level", LEVELS, "bad-value", "level", "mahir")],
        unit=reader.text("unit"),
        languages=_known(telling, reader, "language", telling.flow.languages, "unknown-language"),
        answers=ANSWERS[reader.choice("answers", ANSWERS, "bad-value", "answer", "yes")],
        here=TRUTHS[reader.choice("here", TRUTHS, "bad-value", "value", "yes")],
    )
    reader.done()
    return [act]


def _known(telling: Telling, reader: Reader, key: str, names: Iterable[str], code: str) -> tuple[str, ...]:
    known = list(names)
    for name, place in reader.names(key):
        if name not in known:
            telling.faults.unknown(place, code, f"the {key}", name, known)
    return tuple(name for name, _ in reader.names(key))


def _lookup(telling: Telling, node: Node) -> list[Act]:
    """``lookup: {kurs: {found: {kurs: "16000"}}}`` or ``lookup: {kurs: none}``."""
    reader = telling.reader(node, "'lookup:'")
    found: list[Act] = []
    sources = telling.flow.sources
    for name, place, inner in reader.items():
        if name not in sources:
            telling.faults.unknown(place, "unknown-source", "the source", name, sources)
        elif sources[name].kind != "http":
            telling.faults.add(
                place,
                "own-source",
                f"'{name}' answers by itself: its rows stand in {_where(sources[name].kind)}",
                _INSTEAD,
            )
        else:
            found.append(_given(telling, name, inner))
    return found


_INSTEAD = "Ask for what is there and what is not; or write - case: for a case of before"


def _where(kind: str) -> str:
    return "the cases" if kind == "cases" else "its table"


def _given(telling: Telling, source: str, node: Node) -> Act:
    if isinstance(node, Text):
        outcome = telling.text(node, "'lookup:'")
        if outcome not in OUTCOMES:
            telling.faults.unknown(node.place, "unknown-outcome", "the outcome", outcome, OUTCOMES)
        return LookupGives(place=node.place, source=source, outcome=outcome)
    reader = telling.reader(node, f"'{source}:'")
    inner = reader.need("found")
    reader.done()
    gives = telling.flow.sources[source].gives
    fields = _fields(telling, inner, "'found:'", gives) if inner else {}
    return LookupGives(place=node.place, source=source, outcome="found", fields=fields)


def _case(telling: Telling, node: Node) -> list[Act]:
    reader = telling.reader(node, "'case:'")
    act = CaseStands(
        place=node.place,
        contact=reader.text("from", CALLER),
        day=_day(telling, reader, "day") or "2026-03-10",
        status=reader.choice("status", STATUS_WORDS, "unknown-status", "the status", "ditangani"),
        due=_day(telling, reader, "due"),
    )
    reader.done()
    return [act]


def _override(telling: Telling, node: Node) -> list[Act]:
    """``override: closed`` or ``override: {state: emergency, hours: petugas, for: 2h, say: {id: …, en: …}}``."""
    if isinstance(node, Text):
        state = telling.text(node, "'override:'")
        if state not in STATES:
            telling.faults.unknown(node.place, "bad-value", "the state", state, STATES)
        return [Overrides(place=node.place, state=state, seconds=HOLDS_SECONDS)]
    reader = telling.reader(node, "'override:'")
    lasts, said = reader.get("for"), reader.get("say")
    act = Overrides(
        place=node.place,
        state=reader.choice("state", STATES, "bad-value", "the state", AUTOMATIC),
        hours=reader.choice("hours", telling.flow.hours, "unknown-hours", "the entry of 'hours:'"),
        seconds=_span(telling, lasts, "'for:'") if lasts else HOLDS_SECONDS,
        words=_fields(telling, said, "'say:'", telling.flow.languages) if said else {},
    )
    reader.done()
    return [act]


def _day(telling: Telling, reader: Reader, key: str) -> str:
    node = reader.get(key)
    written = telling.text(node, f"'{key}:'") if node else ""
    if node and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", written, re.ASCII):
        telling.faults.add(
            node.place, "bad-date", f"'{key}:' is '{shorten(written)}', which is no day", "Write 2026-12-31"
        )
    return written


# --- expectations ---


def _hears(telling: Telling, node: Node) -> list[Act]:
    return _words(telling, node, "'hears:'", wanted=True, by="ear")


def _hears_not(telling: Telling, node: Node) -> list[Act]:
    return _words(telling, node, "'hears not:'", wanted=False, by="ear")


def _texted(telling: Telling, node: Node) -> list[Act]:
    return _words(telling, node, "'texted:'", wanted=True, by="text")


def _texted_not(telling: Telling, node: Node) -> list[Act]:
    return _words(telling, node, "'texted not:'", wanted=False, by="text")


def _words(telling: Telling, node: Node, about: str, *, wanted: bool, by: str) -> list[Act]:
    words = tuple(filter(None, (telling.text(item, about) for item in _each(node))))
    return [Hears(place=node.place, words=words, wanted=wanted, by=by)]


def _expect(telling: Telling, node: Node) -> list[Act]:
    reader = telling.reader(node, "'expect:'")
    found: list[Act] = []
    for name, place, inner in reader.items():
        if name in FACTS:
            found += _fact(name)(telling, inner)
        else:
            telling.faults.unknown(place, "unknown-field", "what is expected:", name, FACTS)
    return found


def _fact(name: str) -> Callable[[Telling, Node], list[Act]]:
    def read(telling: Telling, node: Node) -> list[Act]:
        if isinstance(node, Table):
            value: str | dict[str, str] = _fields(telling, node, f"'{name}:'", _NAMES.get(name, ()))
        else:
            value = telling.text(node, f"'{name}:'")
            _known_name(telling, name, value, node.place)
        return [Expects(place=node.place, about=name, value=value)]

    return read


_NAMES: Mapping[str, tuple[str, ...]] = {"queued": QUEUED, "case": CASE_NAMES}


def _known_name(telling: Telling, about: str, value: str, place: Place) -> None:
    names = {"step": list(telling.flow.steps), "language": list(telling.flow.languages)}.get(about)
    if names is not None and value and value not in names:
        telling.faults.unknown(place, f"unknown-{about}", f"the {about}", value, names)


def _fields(telling: Telling, node: Node, about: str, names: Iterable[str]) -> dict[str, str]:
    known = tuple(names)
    reader = telling.reader(node, about)
    fields = {}
    for name, place, inner in reader.items():
        if name not in known:
            telling.faults.unknown(place, "unknown-field", "the field", name, known)
        elif isinstance(inner, Text):
            fields[name] = inner.value  # '' is meant: nothing stands there
        else:
            telling.faults.add(inner.place, "wrong-shape", f"'{name}:' must be one text", "Write one value")
    return fields


TAKES: Mapping[str, Callable[[Telling, Node], list[Act]]] = {
    "call": _call,
    "text": _text,
    "press": _press,
    "say": _say,
    "silence": _silence,
    "record": _record,
    "wait": _wait,
    "at": _move,
    "agent": _agent,
    "lookup": _lookup,
    "case": _case,
    "override": _override,
    "hears": _hears,
    "hears not": _hears_not,
    "texted": _texted,
    "texted not": _texted_not,
    "expect": _expect,
    **{name: _fact(name) for name in FACTS if name != "case"},
}


def _ended(place: Place) -> Act:
    return Expects(place=place, about="ended", value="yes")


def _does(what: str) -> Callable[[Place], Act]:
    return lambda place: AgentDoes(place=place, what=what)


BARE: Mapping[str, Callable[[Place], Act]] = {
    "hang up": lambda place: HangsUp(place=place),
    "silence": lambda place: Silent(place=place),
    "ended": _ended,
    **{f"agent {what}": _does(what) for what in AGENT_DOES},
}
