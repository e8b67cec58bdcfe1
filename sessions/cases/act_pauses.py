"""The recording of a talk is paused at the carrier before an act shows a secret, and until the agent has said it.

    begin  -> a pause and a row of the outbox, committed; the worker asks the carrier (jobs/pausing.py)
    wait   -> until it has said so, PATIENCE_SECONDS at the most
    show   -> the secret is shown in the pause. What is not confirmed by now never counts: such a recording is not kept
    over   -> the contact knows it: the recording goes on, and rooms that open from now on are recorded again

Whatever dies on the way leaves a pause that nobody has confirmed, or one in which nothing was shown.
"""

from __future__ import annotations

import json
import time

from engine.session import Session
from sessions.agents import ringing
from sessions.gateway import Gateway
from store import cases, outbox, recording_pauses, sessions
from store.library import Connection
from store.recording_pauses import ASKED, FAILED, NOTHING, PAUSED, PauseRow
from store.times import plus

PAUSE, RESUME = "pause", "resume"  # kinds of the outbox
PATIENCE_SECONDS = 4.0
LOOK_SECONDS = 0.03
LATE = "the carrier has not confirmed it in time"


def begin(db: Connection, contact: str, session: Session | None, now: str) -> str:
    """The id of a pause for whoever is on the telephone; '' for any other contact, of whom nothing is recorded."""
    if session is None or session.channel != "voice":
        return ""
    pause = recording_pauses.begin(db, contact, ASKED if session.consent else NOTHING, at=now)
    if pause.state == ASKED:
        _owe(db, PAUSE, contact, {"pause": pause.id, "until": plus(now, PATIENCE_SECONDS)}, now)
    return pause.id


def wait(gateway: Gateway, id: str) -> None:
    """Until the carrier has confirmed, or patience is at its end."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        pause = recording_pauses.load(gateway.store.read(), id)
        if pause is None or pause.state != ASKED:
            return
        time.sleep(LOOK_SECONDS)


def show(db: Connection, id: str, act: str, ticket: str, now: str) -> str:
    """The secret of this act is shown now; how the pause stands, '' where nothing is recorded. The case says so."""
    recording_pauses.settle(db, id, FAILED, fault=LATE)
    pause = recording_pauses.load(db, id)
    if pause is None:
        return ""
    if pause.told_at is not None:  # somebody has said meanwhile that all was told: it may be recorded again
        pause = recording_pauses.begin(db, pause.contact, FAILED, at=now, fault="it was ended meanwhile")
    recording_pauses.show(db, pause.id, act)
    if pause.state == NOTHING:
        return ""
    what = "recording paused" if pause.state == PAUSED else "recording not paused"
    cases.add_event(db, ticket, at=now, who="robot", what=what, why=pause.fault)
    return pause.state


def let_go(db: Connection, id: str, who: str, now: str) -> None:
    """Nothing is shown after all."""
    pause = recording_pauses.load(db, id)
    if pause is not None:
        _over(db, [pause], who, now)


def over(db: Connection, contact: str, who: str, now: str) -> None:
    """The contact knows all secrets that were shown."""
    _over(db, recording_pauses.standing(db, contact), who, now)


def since(db: Connection, contact: str, session: Session | None) -> str:
    """Since when nothing of this call is recorded; '' when it is, never would be, or is over."""
    row = sessions.load(db, contact) if session is not None and session.consent else None
    pauses = recording_pauses.standing(db, contact) if row is not None and row.ended_at is None else []
    return pauses[0].at if pauses else ""


def _over(db: Connection, pauses: list[PauseRow], who: str, now: str) -> None:
    for pause in pauses:
        recording_pauses.told(db, pause.id, at=now)
    still = [pause for pause in pauses if pause.state != NOTHING]
    if still:
        _owe(db, RESUME, still[0].contact, {"who": who}, now)


def _owe(db: Connection, kind: str, contact: str, payload: dict[str, str], now: str) -> None:
    """In order for each contact: what was to go on goes on before it is paused again, and never after."""
    room = ringing.room_of(db, contact)
    outbox.put(
        db,
        kind=kind,
        target=room,
        payload=json.dumps({"contact": contact, **payload}),
        now=now,
        order_key=f"recording:{contact}",
        cause=contact,
    )
