"""A test written from a call or dialogue that took place: what the contact did, and the first words of each answer.

Nobody is to be found in it: the number is a fictitious one of the same kind, identity numbers that were keyed in are those of
the fictitious taxpayer (domain page 0.2), secrets were never kept and stand as zeros, and what texts hold is masked. A test
that needs the database of then (a case, a table's row, people on duty) does not hold at once: its author completes it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.overrides import Override
from desk.redaction import mask
from engine import events
from engine.events import Event
from engine.explore.inputs import GOOD
from engine.flow import Ask, Callback, Flow, Queue, Verify
from engine.numbers import called_key
from engine.session import Session, from_json
from scenarios.acts import MOST_SECONDS
from scenarios.script import CALLER, WITHHELD
from sessions.moments import zone_of
from sessions.publishing import overrides
from store import sessions
from store.library import Connection
from store.sessions import SessionRow, TurnRow
from store.times import instant

LANDLINE = "+622150000001"
KEPT_FORMATS = frozenset(("yes_no", "rating", "number", "text"))  # answers that say nothing of who gave them
MOST_WORDS = 60  # characters of an answer that are expected again
_SAID = re.compile(r"<Say\b[^>]*>(.*?)</Say>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_HIDDEN = re.compile(r"\*{1,}")


class NotThere(LookupError):
    """No such call or dialogue, or not one that can be told again."""


@dataclass(frozen=True)
class _Told:
    """One contact as the database has it."""

    flow: Flow
    row: SessionRow
    turns: Sequence[TurnRow]
    bodies: Sequence[str]  # of the contact's texts, in order
    overrides: Sequence[Override] = ()  # what people had decided otherwise than the calendar when it began

    @property
    def session(self) -> Session:
        return from_json(self.row.state)


def script_of(db: Connection, flow: Flow, id: str) -> str:
    """The YAML of a test. ``id``: CallSid, or the id of a text dialogue. Raises NotThere."""
    row = sessions.load(db, id)
    if row is None:
        raise NotThere(f"{id}: no such call or dialogue here")
    bodies = db.execute(
        "SELECT body FROM messages WHERE session_id = ? AND direction = 'in' ORDER BY updated_at, sid", (id,)
    ).fetchall()
    held = overrides.of(db, row.service, row.started_at)
    told = _Told(flow, row, sessions.turns(db, id), [body or "" for (body,) in bodies], held)
    if not told.turns:
        raise NotThere(f"{id}: nothing of it is kept any more")
    return "\n".join(_lines(told)) + "\n"


def service_of(db: Connection, id: str) -> tuple[str, str]:
    """Service and version of a call or dialogue. Raises NotThere."""
    row = sessions.load(db, id)
    if row is None:
        raise NotThere(f"{id}: no such call or dialogue here")
    return row.service, row.version


def _lines(told: _Told) -> Iterator[str]:
    moment = instant(told.row.started_at).astimezone(zone_of(told.flow.timezone))
    yield f"# From a contact of {moment:%Y-%m-%d}: numbers are fictitious, what was secret stands as zeros."
    yield f"dari {'panggilan' if told.row.channel == 'voice' else 'percakapan SMS'} {moment:%Y-%m-%d %H.%M}:"
    at = f"{moment:%Y-%m-%d %H:%M:%S}"
    acts = _call(told, at) if told.row.channel == "voice" else _dialogue(told, at)
    if told.overrides:
        yield f'  - at: "{at}"'
        yield from (f"  - {_override(one, moment)}" for one in told.overrides)
    yield from (f"  - {line}" for line in acts)
    outcome = told.session.ended
    facts = [f"language: {told.row.language}", *([f"ended: {outcome}"] if outcome else [])]
    yield f"  - expect: {{{', '.join(facts)}}}"


def _override(one: Override, moment: datetime) -> str:
    """What held, for as long as it would still have held."""
    left = min(MOST_SECONDS, round((one.end - moment).total_seconds()))
    facts = {"state": one.state, "for": f"{left}s", **({"hours": one.hours} if one.hours else {})}
    said = ", ".join(f"{language}: {_quoted(words)}" for language, words in one.words.items())
    told = ", ".join(f"{name}: {value}" for name, value in facts.items())
    return f"override: {{{told}{f', say: {{{said}}}' if said else ''}}}"


# --- calls ---


def _call(told: _Told, at: str) -> Iterator[str]:
    turns = list(_without_menus(told))
    if any(isinstance(event, events.PersonFound) for _, event in turns):
        yield "agent: {}"
    yield f'call: {{from: {_quoted(_caller(told.session))}, to: {_quoted(_called(told))}, at: "{at}"}}'
    step = told.flow.start
    waited, before = 0.0, told.row.started_at
    for turn, event in turns:
        seconds = (instant(turn.at) - instant(before)).total_seconds()
        before = turn.at
        if isinstance(event, events.Tick):
            waited += seconds
            step = turn.step
            continue
        if waited:
            yield f"wait: {round(waited + seconds)}s"
            waited = 0.0
        yield from _done(told.flow, event, step)
        yield from _heard(turn.answer)
        step = turn.step
    if waited:
        yield f"wait: {round(waited)}s"


def _without_menus(told: _Told) -> Iterator[tuple[TurnRow, Event]]:
    """The turns with their events; an agent who ends a talk by the menu does not put the caller on hold first."""
    pairs = [(turn, _event(turn)) for turn in told.turns]
    for at, (turn, event) in enumerate(pairs):
        later = (after for _, after in pairs[at + 1 :] if not isinstance(after, events.Tick))
        if not isinstance(event, events.PersonAway) or not isinstance(next(later, None), events.Dialled):
            yield turn, event


def _caller(session: Session) -> str:
    if not session.contact:
        return WITHHELD
    return CALLER if session.can_text else LANDLINE


def _called(told: _Told) -> str:
    """The spelling of the service's own list that was dialled."""
    wanted = called_key(told.row.called)
    numbers = told.flow.voice_numbers if told.row.channel == "voice" else told.flow.text_numbers
    spellings = [number.spelling for number in numbers]
    return next((one for one in spellings if called_key(one) == wanted), spellings[0] if spellings else "")


def _event(turn: TurnRow) -> Event:
    return events.from_json(json.loads(turn.event))


def _done(flow: Flow, event: Event, step: str) -> Iterator[str]:
    """What the contact, or an agent, did at this step; nothing for what the house did by itself."""
    match event:
        case events.Keys(digits=digits):
            yield f"press: {_quoted(_keys(flow, step, digits))}"
        case events.Silence():
            yield "silence"
        case events.Said(words=words):
            yield f"say: {_quoted(mask(words))}"
        case events.Recorded(seconds=seconds, hung_up=hung_up):
            yield (
                f"record: {{message: {max(1, seconds)}s, hangs_up: yes}}"
                if hung_up
                else f"record: {max(1, seconds)}s"
            )
        case events.HungUp(reason=reason) if reason != "expired":
            yield "hang up"
        case events.PersonAway():
            yield "agent holds"
        case events.PersonGone():
            yield "agent hangs up"
        case events.Dialled() if isinstance(flow.steps.get(step), Queue):
            yield "agent finishes"


def _keys(flow: Flow, step: str, digits: str) -> str:
    """Keys as a test presses them: an entry ends with #, and none of it leads to a person."""
    asked = flow.steps.get(step)
    if isinstance(asked, Verify):
        return "0" * max(1, len(digits)) + "#"
    if isinstance(asked, Callback):
        return GOOD["phone"] + "#" if digits else "#"
    if not isinstance(asked, Ask) or asked.format == "yes_no":
        return _HIDDEN.sub("0", digits) if set(digits) == {"*"} and len(digits) > 1 else digits
    if asked.secret:
        return "0" * max(1, len(digits)) + "#"
    return (digits if asked.format in KEPT_FORMATS or not digits else GOOD.get(asked.format, "0")) + "#"


def _heard(answer: str) -> Iterator[str]:
    said = [html.unescape(_TAG.sub("", words)).strip() for words in _SAID.findall(answer)]
    words = next((some for one in said if (some := _first_words(one))), "")
    if words:
        yield f"hears: {_quoted(words)}"


def _first_words(said: str) -> str:
    """The beginning of an answer up to its first value; '' when that leaves too little to know it by."""
    sentence = re.split(r"[.!?]|\d", said, maxsplit=1)[0].strip(" ,;:")
    if len(sentence) > MOST_WORDS:
        sentence = sentence[:MOST_WORDS].rsplit(" ", 1)[0].strip(" ,;:")
    return sentence if len(sentence) >= 8 else ""


# --- dialogues ---


def _dialogue(told: _Told, at: str) -> Iterator[str]:
    bodies = iter(told.bodies)
    step, before = "", told.row.started_at
    first = True
    for turn in told.turns:
        event = _event(turn)
        if isinstance(event, events.HungUp | events.Answered | events.Tick):
            continue
        body = _body(told.flow, event, step, next(bodies, ""))
        if first:
            yield f'text: {{from: "{CALLER}", to: {_quoted(_called(told))}, at: "{at}", body: {_quoted(body)}}}'
        else:
            seconds = round((instant(turn.at) - instant(before)).total_seconds())
            if seconds >= 1:
                yield f"wait: {seconds}s"
            yield f"text: {_quoted(body)}"
        words = _first_words(turn.answer)
        if words:
            yield f"texted: {_quoted(words)}"
        first, before, step = False, turn.at, turn.step


def _body(flow: Flow, event: Event, step: str, written: str) -> str:
    hidden = isinstance(event, events.Typed) and set(event.body) == {"*"}
    if hidden or (isinstance(flow.steps.get(step), Verify) and isinstance(event, events.Typed)):
        return "0000"
    return mask(written)


def _quoted(text: str) -> str:
    """A YAML text in double quotes: JSON's are the same."""
    return json.dumps(text, ensure_ascii=False)
