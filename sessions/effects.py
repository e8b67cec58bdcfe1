"""One function for each effect of the engine; its rows are written in the transaction of the turn."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.flow import Flow
from engine.session import Session
from engine.turn import (
    AskCallback,
    Effect,
    EnterQueue,
    Finish,
    KeepRecording,
    LeaveQueue,
    Note,
    Rate,
    SendText,
    SetCase,
)
from sessions import cases, texts, voicemails
from sessions.gateway import Gateway
from store import audit, recordings, waiting
from store.library import Connection

LEVELS = {"": 0, "pemula": 1, "madya": 2, "mahir": 3}
PRIORITIES = {"P1": 1, "P2": 2, "P3": 3, "P4": 4}


@dataclass(frozen=True)
class Scene:
    """One contact in one transaction."""

    gateway: Gateway
    db: Connection
    flow: Flow
    session_id: str
    session: Session
    now: str


def apply(scene: Scene, effects: tuple[Effect, ...]) -> None:
    """Write what the turn owes. An effect without a function is a fault in the program and is told as KeyError."""
    for effect in effects:
        HANDLERS[type(effect)](scene, effect)


def set_case(scene: Scene, effect: SetCase) -> None:
    """Fields of a case that is open already."""
    cases.change(scene.db, scene.session.ticket, effect.fields, scene.now)


def enter_queue(scene: Scene, effect: EnterQueue) -> None:
    """The contact is visible to whoever hands out work."""
    waiting.arrive(
        scene.db,
        scene.session_id,
        service=scene.flow.id,
        skill=effect.skill,
        level=LEVELS.get(effect.level, 0),
        tier=effect.tier,
        language=scene.session.language,
        priority=PRIORITIES.get(effect.priority, 3),
        at=scene.now,
    )


def leave_queue(scene: Scene, effect: LeaveQueue) -> None:
    """Nobody must offer this contact any more; a caller who gave up has an answer coming (the case stays open)."""
    waiting.leave(scene.db, scene.session_id)
    audit.write(
        scene.db, at=scene.now, who="contact", action=f"queue_{effect.reason}", subject=scene.session_id
    )


def ask_callback(scene: Scene, effect: AskCallback) -> None:
    """The wish is a field of the case; the desk calls."""
    fields = {"callback_number": effect.number, "callback_skill": effect.skill}
    cases.change(scene.db, scene.session.ticket, fields, scene.now)


def keep_recording(scene: Scene, effect: KeepRecording) -> None:
    """The recording belongs to this session and step, and was made after the notice in this language."""
    recordings.note(
        scene.db,
        effect.recording or f"unknown-{scene.session_id}",
        at=scene.now,
        session_id=scene.session_id,
        call_sid=scene.session_id,
        duration=effect.seconds,
        step=effect.step,
        consent=scene.session.language if scene.session.language in scene.session.consent else None,
    )
    voicemails.received(
        scene.db, scene.flow, scene.session.ticket, effect.recording, effect.seconds, scene.now
    )


def send_text(scene: Scene, effect: SendText) -> None:
    """A text from the service's own number, within the limits for automatic texts."""
    texts.send(
        scene.gateway,
        scene.db,
        scene.flow,
        to=scene.session.contact,
        body=effect.text,
        template=effect.template,
        cause=scene.session_id,
        now=scene.now,
    )


def rate(scene: Scene, effect: Rate) -> None:
    """The rating goes to the case, or with it when it is opened at the end."""
    ticket = scene.session.ticket
    if ticket:
        cases.change(scene.db, ticket, {"csat": str(effect.value)}, scene.now)


def finish(scene: Scene, effect: Finish) -> None:
    """A contact that the robot could serve alone leaves a case too: reports count it (domain page, scenario BI-1)."""
    waiting.leave(scene.db, scene.session_id)
    if effect.contained and scene.session.case.get("topic"):
        cases.open_contained(scene.gateway, scene.db, scene.flow, scene.session_id, scene.session, scene.now)


def note(scene: Scene, effect: Note) -> None:
    """A line for the audit."""
    detail = json.dumps({"detail": effect.detail}, ensure_ascii=False)
    audit.write(
        scene.db, at=scene.now, who="engine", action=effect.what, subject=scene.session_id, detail=detail
    )


HANDLERS: dict[type, Callable[[Scene, Any], None]] = {
    SetCase: set_case,
    EnterQueue: enter_queue,
    LeaveQueue: leave_queue,
    AskCallback: ask_callback,
    KeepRecording: keep_recording,
    SendText: send_text,
    Rate: rate,
    Finish: finish,
    Note: note,
}
