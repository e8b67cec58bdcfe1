"""Menu choices that are spoken: the question is a row, the speech worker listens, the caller's next poll finds the answer.

The voice is kept nowhere: it goes from the carrier through the listening process, and the carrier's copy is deleted.
"""

import json

from engine.events import Answered, Event
from engine.flow import Menu
from engine.session import from_json
from engine.steps import menu
from engine.turn import Choose
from sessions.scene import Scene
from store import choices, recordings
from store.library import Connection
from store.sessions import SessionRow
from store.times import instant, plus

LONGEST_SECONDS = 5  # of a choice, as the carrier counts
# Nobody waits any more: whatever was not listened to by then is thrown away. What was, is at once.
GONE_SECONDS = 6


def ask(scene: Scene, question: Choose) -> Answered | None:
    """Puts the question to whoever listens, once; None as long as there is no answer."""
    sid = question.recording
    if not recordings.SID.fullmatch(sid):
        return Answered("failed")
    phrases = json.dumps(question.phrases, ensure_ascii=False)
    asked = choices.ask(
        scene.db,
        sid,
        session_id=scene.session_id,
        language=scene.session.language,
        phrases=phrases,
        at=scene.now,
    )
    if asked.state == "settled":
        return Answered(asked.outcome, {"key": asked.key})
    recordings.note(
        scene.db,
        sid,
        at=scene.now,
        session_id=scene.session_id,
        call_sid=scene.session_id,
        step=recordings.NOT_KEPT,
        consent=scene.session.language,
    )
    not_kept(scene.db, sid, scene.now)
    return None


def is_awaited(scene: Scene) -> bool:
    """Does the caller wait to hear what was understood?"""
    at_menu = isinstance(scene.flow.steps.get(scene.session.step), Menu)
    return at_menu and scene.session.phase in (menu.HEARING, menu.WAIT)


def answer(scene: Scene, event: Event) -> Event:
    """The poll of a caller who has spoken: what was understood; after the menu's patience, that nobody listens."""
    asked = choices.load(scene.db, scene.session.recording)
    if asked is not None and asked.state == "settled":
        return Answered(asked.outcome, {"key": asked.key})
    if asked is None or _age(scene.now, asked.created_at) >= menu.PATIENCE_SECONDS:
        return Answered("failed")
    return event


def _age(now: str, then: str) -> float:
    return (instant(now) - instant(then)).total_seconds()


def not_kept(db: Connection, sid: str, now: str) -> None:
    """The carrier's copy is owed its deletion: after everybody has stopped waiting, or as soon as it was listened to."""
    row = recordings.load(db, sid)
    if row is not None and row.deleted_at is None and recordings.SID.fullmatch(sid):
        choices.owe_deletion(db, sid, now=now, at=plus(now, GONE_SECONDS))


def was_cut_off(db: Connection, row: SessionRow | None, sid: str, seconds: int | None) -> bool:
    """Is this the recording of a choice whose caller hung up, told of by a sweep because its own report was lost?"""
    if row is None or row.ended_at is None or (seconds or 0) > LONGEST_SECONDS:
        return False
    return recordings.load(db, sid) is None and from_json(row.state).phase == menu.LISTENING
