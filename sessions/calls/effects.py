"""One function for each effect of the engine; its rows are written in the transaction of the turn."""

import json
from collections.abc import Callable
from typing import Any

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
from sessions.cases import cases
from sessions.desk import waiting
from sessions.dialogues import texts
from sessions.scene import Scene as Scene
from sessions.voicemails import voicemails
from store import audit, recordings


def apply(scene: Scene, effects: tuple[Effect, ...]) -> None:
    """Write what the turn owes. An effect without a function is a fault in the program and is told as KeyError."""
    for effect in effects:
        HANDLERS[type(effect)](scene, effect)


def set_case(scene: Scene, effect: SetCase) -> None:
    """Fields of a case that is open already, and with them what its contact waits for."""
    cases.change(scene.db, scene.session.ticket, effect.fields, scene.now)
    waiting.changed(scene, effect.fields)


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
    waiting.message_left(scene, effect.seconds)
    voicemails.received(
        scene.gateway, scene.db, scene.session.ticket, effect.recording, effect.seconds, scene.now
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
    waiting.ended(scene)
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
    EnterQueue: waiting.enter,
    LeaveQueue: waiting.leave,
    AskCallback: waiting.ask_callback,
    KeepRecording: keep_recording,
    SendText: send_text,
    Rate: rate,
    Finish: finish,
    Note: note,
}
