"""One webhook = one transaction: the event is taken once, the engine decides, rows are written, the answer is kept.

    begin_call(gateway, call, render)               a call has come in          (turn 0)
    take_turn(gateway, call_id, n, event, render)   what was heard at turn n
    hang_up(gateway, db, call_id, ...)              the carrier says that it is over

A repeated webhook gets the stored answer, byte for byte, and does nothing again: turn rows are unique by (session, n). ``render``
turns the engine's Turn into the channel's answer inside the transaction, so that the answer is stored with its effects.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from engine.advance import advance_through, begin
from engine.events import (
    Answered,
    Dialled,
    Event,
    HungUp,
    Keys,
    Keyword,
    Recorded,
    Said,
    Started,
    Tick,
    Typed,
    to_json,
)
from engine.flow import Flow, Lookup, Number, Record
from engine.session import Session
from engine.session import from_json as session_from_json
from engine.session import to_json as session_to_json
from engine.turn import AwaitDial, Ended, Prompt, Speak, Turn
from sessions.calls import choices, effects, guarding, line, questions
from sessions.gateway import Gateway
from sessions.moments import zone_of
from sessions.publishing import overrides
from sessions.reports import traffic
from sessions.scene import Scene
from sessions.services import phase_on
from sessions.world import Now
from store import lookups, recordings
from store import sessions as rows
from store.library import Connection
from store.sessions import SessionRow
from store.times import instant, text

Render = Callable[[Flow, Turn, str], str]  # (flow, turn, session id) -> the channel's answer

HIDDEN = "*"  # stands in the transcript for each character of something secret
PATIENCE_SECONDS = 3


@dataclass(frozen=True)
class Arrival:
    """A call that comes in, as the channel understood it."""

    id: str
    flow: Flow
    number: Number
    contact: str
    can_text: bool
    called: str


def begin_call(gateway: Gateway, arrival: Arrival, render: Render) -> str:
    """Answer a call. A repeat of the webhook gets the answer of the first time."""
    with gateway.store.write() as db:
        kept = rows.answer(db, arrival.id, 0)
        if kept is not None:
            return kept
        moment = gateway.clock()
        flow = arrival.flow
        session = begin(
            flow,
            channel="voice",
            contact=arrival.contact,
            can_text=arrival.can_text,
            called=arrival.called,
        )
        scene = Scene(gateway, db, flow, arrival.id, session, text(moment))
        turn = _opening(arrival, moment.astimezone(zone_of(flow.timezone)).date(), session)
        turn = turn or think(scene, Started())
        turn = _with_announcement(arrival, moment.astimezone(zone_of(flow.timezone)).date(), turn)
        turn = overrides.first_said(turn, overrides.announced(db, flow, scene.now))
        answer = render(flow, turn, arrival.id)
        begin_row(scene, turn)
        write(scene, turn, Started(), answer, n=0)
        return answer


def _opening(arrival: Arrival, today: date, session: Session) -> Turn | None:
    """The whole call of a number that has moved and only says so."""
    if phase_on(arrival.number, today) != "announce_and_hang_up":
        return None
    return Turn(replace(session, turn=1, ended="moved"), (), Ended("moved"))


def _with_announcement(arrival: Arrival, today: date, turn: Turn) -> Turn:
    if phase_on(arrival.number, today) == "serve" or not arrival.number.announce:
        return turn
    said: tuple[Prompt, ...] = tuple(
        Speak(words, language) for language, words in arrival.number.announce.items() if words
    )
    return replace(turn, prompts=(*said, *turn.prompts))


def take_turn(
    gateway: Gateway, session_id: str, n: int, event: Event, render: Render, *, led: bool = False
) -> str | None:
    """The answer to what was heard at turn ``n``; None when there is no such session.

    ``led``: the desk has sent a caller who waits or talks here, whatever turn that is; who has nothing new to hear hears the
    newest answer again.

    An older turn, or one that is answered already, gets its stored answer and changes nothing.
    """
    with gateway.store.write() as db:
        row = rows.load(db, session_id)
        if row is None:
            return None
        if (n < row.turn and not led) or row.ended_at is not None:
            return _again(gateway, db, row, n, event)
        scene = scene_of(gateway, db, row)
        event = line.told(scene, event)
        if led and line.nothing_new(scene, event):
            return rows.last_answer(db, session_id)
        turn = think(scene, with_answer(scene, event))
        answer = render(scene.flow, turn, session_id)
        write(scene, turn, event, answer, n=row.turn)
        save_row(scene, turn)
        return answer


def _again(gateway: Gateway, db: Connection, row: SessionRow, n: int, event: Event) -> str | None:
    """A repeat or a straggler. A recording that comes after the hang-up is kept all the same."""
    if isinstance(event, Recorded):
        late_recording(gateway, db, row, event)
    kept = rows.answer(db, row.id, min(n, row.turn - 1))
    return kept or rows.last_answer(db, row.id)


def scene_of(gateway: Gateway, db: Connection, row: SessionRow) -> Scene:
    """The contact as it was left. Raises LookupError when no version of its service can be loaded."""
    flow = gateway.flow_of(row.service, row.version)
    if flow is None:
        raise LookupError(f"{row.service}: version {row.version} cannot be loaded")
    return Scene(gateway, db, flow, row.id, session_from_json(row.state), text(gateway.clock()))


def think(scene: Scene, event: Event) -> Turn:
    """The engine's turn, with the house's answers; an outside number that the guard refuses has failed."""
    world = Now(scene)
    turn = advance_through(
        scene.flow, scene.session, event, world, lambda question, now: questions.answer(scene, question, now)
    )
    if isinstance(turn.wait, AwaitDial) and not guarding.may_dial(scene, turn.wait.number):
        failed = advance_through(
            scene.flow,
            turn.session,
            Dialled("failed"),
            world,
            lambda question, now: questions.answer(scene, question, now),
        )
        prompts, owed = (*turn.prompts, *failed.prompts), (*turn.effects, *failed.effects)
        ways = (*turn.ways, *failed.ways)
        turn = Turn(replace(failed.session, turn=turn.session.turn), prompts, failed.wait, owed, ways)
    return turn


def with_answer(scene: Scene, event: Event) -> Event:
    """A poll of a caller whose look-up or spoken choice is with a job: its answer, or, after seconds, that there is none."""
    if choices.is_awaited(scene) and isinstance(event, Tick):
        return choices.answer(scene, event)
    waiting_at_lookup = isinstance(scene.flow.steps.get(scene.session.step), Lookup)
    if not waiting_at_lookup or not isinstance(event, Tick | Answered):
        return event
    asked = lookups.latest(scene.db, scene.session_id)
    if asked is None:
        return Answered("failed")
    if asked.state == "waiting":
        late = (instant(scene.now) - instant(asked.created_at)).total_seconds() >= PATIENCE_SECONDS
        return Answered("failed") if late else event
    result = json.loads(asked.result or "{}")
    return Answered(result.get("outcome", "failed"), result.get("fields", {}))


def begin_row(scene: Scene, turn: Turn) -> None:
    session = turn.session
    rows.begin(
        scene.db,
        scene.session_id,
        service=scene.flow.id,
        version=scene.flow.version,
        channel=session.channel,
        contact=session.contact,
        called=session.called,
        language=session.language,
        at=scene.now,
        turn=session.turn,
        state=session_to_json(session),
    )
    if session.ended:
        save_row(scene, turn)


def save_row(scene: Scene, turn: Turn) -> None:
    session = turn.session
    rows.save(
        scene.db,
        scene.session_id,
        turn=session.turn,
        state=session_to_json(session),
        language=session.language,
        at=scene.now,
        ended_at=scene.now if session.ended else None,
        outcome=session.ended or None,
    )


def write(scene: Scene, turn: Turn, event: Event, answer: str, *, n: int) -> None:
    """The effects, the turn row (the stored answer, which is the transcript too), and the ways taken."""
    if turn.effects:
        effects.apply(replace(scene, session=turn.session), turn.effects)
    told = json.dumps(to_json(concealed(event, scene)), ensure_ascii=False)
    rows.keep_turn(
        scene.db, scene.session_id, n, event=told, step=turn.session.step, answer=answer, at=scene.now
    )
    traffic.count(scene.db, scene.flow, scene.now, scene.session, event, turn)


def concealed(event: Event, scene: Scene) -> Event:
    """The event as it may be written down: what a secret question was answered with is not."""
    if not scene.session.hidden:
        return event
    match event:
        case Keys(digits=given):
            return Keys(HIDDEN * len(given))
        case Typed(body=given):
            return Typed(HIDDEN * len(given))
        case Said():
            return Said(HIDDEN, event.confidence)
        case Keyword(name=name):
            return Keyword(name, {})
        case _:
            return event


# --- the end of a call, which may be told before its last words have arrived ---


def hang_up(gateway: Gateway, db: Connection, session_id: str, reason: str) -> None:
    """The carrier says that the call is over. A message that was being spoken and whose recording is known is kept."""
    row = rows.load(db, session_id)
    if row is None or row.ended_at is not None:
        return
    scene = scene_of(gateway, db, row)
    event = _spoken_before(scene) or HungUp(reason)
    turn = think(scene, event)
    write(scene, turn, event, "", n=row.turn)
    save_row(scene, turn)


def _spoken_before(scene: Scene) -> Event | None:
    """The recording of a caller who hung up while speaking, if its callback came before the news of the end."""
    step = scene.flow.steps.get(scene.session.step)
    if not isinstance(step, Record) or scene.session.phase != "recording":
        return None
    for recording in recordings.of_call(scene.db, scene.session_id):
        if recording.step is None and recording.duration:
            return Recorded(recording.sid, recording.duration, hung_up=True)
    return None


def late_recording(gateway: Gateway, db: Connection, row: SessionRow, event: Recorded) -> None:
    """A recording that arrives after its call has ended while the caller was speaking: it is kept as if it had come in time."""
    session = session_from_json(row.state)
    if session.phase != "recording" or session.recording == event.recording:
        return
    scene = scene_of(gateway, db, row)
    scene = replace(scene, session=replace(session, ended=""))
    event = replace(event, hung_up=True)
    turn = think(scene, event)
    write(scene, turn, event, "", n=row.turn)
    save_row(scene, turn)
