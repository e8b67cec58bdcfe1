"""A recorded message and its case: received, written down, what its words say of topic and urgency, corrected.

The case is the one that the contact has or opened by leaving the message (``sessions.cases.cases``): service, language
and topic come from where the caller was in the menu. What the menu did not say, the message may.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.flow import CASE_FIELDS, Flow
from engine.session import Session
from engine.session import from_json as session_from_json
from sessions.cases import case_work, cases
from sessions.gateway import Gateway
from store import cases as stored
from store import sessions as rows
from store.cases import CaseRow
from store.library import Connection
from store.recordings import TALK, RecordingRow

log = logging.getLogger("sambung.voicemails")

ORDINARY = 3  # the priority of a case that has none of its own


@dataclass(frozen=True)
class Understanding:
    """How words are found in what was said: sms/grammar.py has both. ``topic`` gives '' for none."""

    topic: Callable[[str, Mapping[str, Sequence[str]], str], str]
    named: Callable[[str, Sequence[str], str], tuple[str, ...]]


@dataclass(frozen=True)
class Origin:
    """Where a recording comes from. ``flow`` and ``session`` are None when no session of it is known."""

    ticket: str | None
    language: str
    service: str
    flow: Flow | None
    session: Session | None


def received(gateway: Gateway, db: Connection, ticket: str, recording: str, seconds: int, now: str) -> None:
    """The message is in the history of its case, which is open (again) from now on: nobody looks at what is closed."""
    case = stored.load(db, ticket) if ticket else None
    if case is None:
        return
    why = f"{recording or 'its number is still unknown'}, {seconds} s"
    stored.add_event(db, ticket, at=now, who="robot", what="voicemail received", why=why)
    case_work.come_back(gateway, db, ticket, now)


def origin(gateway: Gateway, db: Connection, recording: RecordingRow) -> Origin:
    """The session that the recording was made in, with its flow and case, as far as they are known."""
    id = recording.session_id or recording.call_sid or ""
    row = rows.load(db, id) if id else None
    opened = stored.of_session(db, id) if id else []
    if row is None:
        case = opened[-1] if opened else None
        service = case.service if case else ""
        flow = gateway.services.current(service) if service else None
        language = (case.language if case else None) or (flow.language if flow else "id")
        return Origin(case.ticket if case else None, language, service, flow, None)
    session = session_from_json(row.state)
    ticket = session.ticket or (opened[-1].ticket if opened else None)
    return Origin(ticket, row.language, row.service, gateway.flow_of(row.service, row.version), session)


def case_of(gateway: Gateway, db: Connection, recording: RecordingRow, found: Origin, now: str) -> str | None:
    """The ticket of the message's case, opened now if the call left none; None for what is no message of a flow.

    A recording without a step (too short to count, or the recording of a talk) opens nothing.
    """
    if found.ticket and stored.load(db, found.ticket) is not None:
        return found.ticket
    if recording.step in (None, TALK) or found.flow is None or found.session is None:
        return None
    session_id = recording.session_id or recording.call_sid or ""
    return cases.open_or_join(
        gateway,
        db,
        found.flow,
        session_id,
        found.session,
        found.session.case,
        status="baru",
        note="",
        now=now,
    )


def written_down(
    db: Connection, ticket: str, flow: Flow | None, text: str, language: str, how: Understanding, *,
    confidence: str, now: str,
) -> None:  # fmt: skip
    """The message can be read: topic and urgency are taken from it. ``text`` is unmasked and is not kept here."""
    why = f"machine-made, {confidence}"
    stored.add_event(db, ticket, at=now, who="robot", what="written down", why=why)
    understood(db, ticket, flow, text, language, how, who="robot", now=now)


def corrected(
    db: Connection, ticket: str, flow: Flow | None, text: str, language: str, how: Understanding, *,
    who: str, now: str,
) -> None:  # fmt: skip
    """A person wrote what was really said: that is looked through again."""
    stored.add_event(db, ticket, at=now, who=who, what="transcript corrected")
    understood(db, ticket, flow, text, language, how, who=who, now=now)


def nothing_said(db: Connection, ticket: str, now: str) -> None:
    """Silence, tones, music, a hang-up: nobody needs to look for words."""
    stored.add_event(db, ticket, at=now, who="robot", what="nothing was said", why="no speech was found")


def listen(db: Connection, ticket: str, fault: str, now: str) -> None:
    """It could not be written down: a person listens to the recording."""
    stored.add_event(db, ticket, at=now, who="robot", what="listen", why=fault)


def understood(
    db: Connection, ticket: str, flow: Flow | None, text: str, language: str, how: Understanding, *,
    who: str, now: str,
) -> None:  # fmt: skip
    """Topic words fill what the menu left open; urgent words raise the priority. Both with a line of history."""
    case = stored.load(db, ticket)
    if case is None or flow is None:
        return
    if not case.topic:
        _take_topic(db, case, flow, how.topic(text, _words(flow), language), who, now)
    _hurry(db, case, flow, text, language, how, who, now)


def _words(flow: Flow) -> Mapping[str, Sequence[str]]:
    return {name: words for name, (words, _) in flow.topics.items()}


def _take_topic(db: Connection, case: CaseRow, flow: Flow, name: str, who: str, now: str) -> None:
    if not name:
        return
    fields = {"topic": name, **topic_fields(flow, name)}
    columns: dict[str, stored.Value] = {
        field: fields[field]
        for field in ("function", "topic", "subtopic", "unit", "skill")
        if field in fields
    }
    if "classification" in fields and not case.classification:
        columns["classification"] = fields["classification"].upper()
    stored.set_fields(db, case.ticket, now=now, **columns)
    stored.add_event(
        db, case.ticket, at=now, who=who, what=f"topic {columns['topic']}", why=f"words of {name}"
    )


def topic_fields(flow: Flow, name: str) -> dict[str, str]:
    """The case fields that a text with this topic would get: those of its exit, then of the step it leads to."""
    _, way = flow.topics[name]
    step = flow.steps.get(way.to)
    given = {**(step.set if step is not None else {}), **way.set}
    return {field: value for field, value in given.items() if field in CASE_FIELDS}


def _hurry(
    db: Connection, case: CaseRow, flow: Flow, text: str, language: str, how: Understanding, who: str, now: str
) -> None:  # fmt: skip
    for priority in sorted(flow.urgent):
        number = int(priority[1:])
        words = how.named(text, flow.urgent[priority], language)
        if words and number < (case.priority or ORDINARY):
            stored.set_fields(db, case.ticket, now=now, priority=number)
            why = "urgent words: " + ", ".join(words)
            stored.add_event(db, case.ticket, at=now, who=who, what=f"priority {priority}", why=why)
            log.info("a message cannot wait", extra={"case": case.ticket, "kind": priority})
            return
