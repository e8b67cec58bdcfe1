"""A text that came in: kept once, understood, answered at most once, all in one transaction. The reply goes through the outbox."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from desk.agents import Agent
from desk.routing import Contact
from engine.advance import begin
from engine.events import Answered, Event, HungUp, Started
from engine.flow import Flow
from engine.phrases import PHRASES
from engine.session import Session
from engine.turn import AwaitAnswer, Turn
from sessions.calls import turns
from sessions.dialogues import dialogue_phones, dialogue_writers, dialogues, texts
from sessions.gateway import Gateway
from sessions.publishing import overrides
from sessions.scene import Scene
from store import inbox, limits, opt_outs, timers
from store import sessions as rows
from store.ids import new_id
from store.library import Connection
from store.sessions import SessionRow
from store.times import plus, text

log = logging.getLogger("sambung.texting")

DIALOGUE_SECONDS = 600  # an awaited answer is awaited for ten minutes (domain page 0.7)
TEXTS_AN_HOUR = 20  # more from one number are kept and not answered (domain page 0.7)
AGENT_TEXTS_AN_HOUR = 240  # from an agent with three dialogues in hand
LATE = Answered("late")
Understand = Callable[[Flow, Session, str], Event]
Reply = Callable[[Flow, Turn, str], str]


@dataclass(frozen=True)
class Incoming:
    """A text as the channel understood it. ``optout``: '', stop, start or help; ``answered``: the carrier has replied already."""

    account: str
    sid: str
    key: str
    flow: Flow
    contact: str
    called: str
    body: str
    fields: str = "{}"
    media: int = 0
    optout: str = ""
    answered: bool = False


def take_text(gateway: Gateway, incoming: Incoming, understand: Understand, reply: Reply) -> bool:
    """Take a text once. False when it was a repeat: then nothing was done again."""
    with gateway.store.write() as db:
        now = text(gateway.clock())
        first = inbox.first_time(
            db, account=incoming.account, key=incoming.key, kind="sms", received_at=now, fields="{}"
        )
        if first is not None:
            return False
        agent = dialogue_phones.agent_of(gateway, db, incoming.contact)
        dialogue = dialogues.of_writer(gateway, db, incoming.flow.id, incoming.contact)
        flood = _flood(db, incoming, now, AGENT_TEXTS_AN_HOUR if agent else TEXTS_AN_HOUR)
        if incoming.optout in ("stop", "start"):
            _keep(db, incoming, "", now)
            _opt_out(gateway, db, incoming, now, confirm=not flood)
        elif flood:
            _keep(db, incoming, dialogue.id if dialogue else "", now)
            log.warning("text kept, not answered: flood", extra={"number": incoming.contact})
        elif agent is not None:
            _keep(db, incoming, "", now)
            _to_agents_desk(gateway, db, agent, incoming, now)
        elif dialogue is not None and not _for_robot(db, dialogue, incoming, understand, now):
            _keep(db, incoming, dialogue.id, now)
            _joined(gateway, db, dialogue, incoming, now)
        else:
            _converse(gateway, db, incoming, understand, reply, now)
        return True


def _keep(db: Connection, incoming: Incoming, session_id: str, now: str) -> None:
    texts.received(
        db,
        sid=incoming.sid,
        to=incoming.called,
        sender=incoming.contact,
        body=incoming.body,
        session_id=session_id,
        now=now,
    )


def _to_agents_desk(gateway: Gateway, db: Connection, agent: Agent, incoming: Incoming, now: str) -> None:
    if not incoming.answered:
        dialogue_phones.from_agent(
            gateway, db, agent, incoming.flow, incoming.contact, incoming.called, incoming.body, now
        )


def _joined(gateway: Gateway, db: Connection, dialogue: Contact, incoming: Incoming, now: str) -> None:
    """A text of somebody who waits for a person, or talks to one."""
    if not incoming.answered:
        flow, called, body = incoming.flow, incoming.called, incoming.body
        dialogue_writers.wrote(gateway, db, flow, dialogue, called, body, now)


def _for_robot(
    db: Connection, dialogue: Contact, incoming: Incoming, understand: Understand, now: str
) -> bool:
    since = plus(now, -DIALOGUE_SECONDS)
    flow, called, body = incoming.flow, incoming.called, incoming.body
    return dialogue_writers.for_robot(db, flow, dialogue, called, body, understand, since)


def keep_unrouted(gateway: Gateway, form: Mapping[str, str]) -> None:
    """A text for a number of no service, or from nobody: nothing can be answered, and nothing is thrown away."""
    with gateway.store.write() as db:
        now = text(gateway.clock())
        sid = form.get("MessageSid") or form.get("SmsSid") or new_id()
        key = f"sms:{sid}"
        if (
            inbox.first_time(db, account=form.get("AccountSid", ""), key=key, kind="sms", received_at=now)
            is None
        ):
            texts.received(
                db,
                sid=sid,
                to=form.get("To", ""),
                sender=form.get("From", ""),
                body=form.get("Body", "")[:1600],
                session_id="",
                now=now,
            )


def _flood(db: Connection, incoming: Incoming, now: str, most: int) -> bool:
    return limits.add_and_count(db, "texts_in", incoming.contact, now[:13]) > most


# --- opt-out: of bulk messages only; questions are still answered (domain page 0.7) ---


def _opt_out(gateway: Gateway, db: Connection, incoming: Incoming, now: str, *, confirm: bool) -> None:
    """The confirmation is owed before the block stands; one that the carrier has sent is not sent again."""
    stop = incoming.optout == "stop"
    if confirm and not incoming.answered:
        _confirm(gateway, db, incoming, "stop" if stop else "started", now)
    if stop:
        opt_outs.add(
            db,
            incoming.flow.id,
            incoming.contact,
            since=now,
            source="carrier" if incoming.answered else "text",
        )
    else:
        opt_outs.remove(db, incoming.flow.id, incoming.contact)


def _confirm(gateway: Gateway, db: Connection, incoming: Incoming, phrase: str, now: str) -> None:
    flow = incoming.flow
    language = _language(db, incoming)
    words = flow.phrases.get(phrase) or PHRASES[phrase]
    said = words.get(language) or words[flow.language]
    texts.send(
        gateway,
        db,
        flow,
        to=texts.address(incoming.contact, incoming.called),
        body=said.replace("{layanan}", flow.service.get(language, flow.id)),
        template=phrase,
        cause=incoming.sid,
        now=now,
        from_number=incoming.called,
        kind="confirmation",
        reply_to=incoming.body,
    )


def _language(db: Connection, incoming: Incoming) -> str:
    last = rows.last_of_contact(db, incoming.flow.id, incoming.contact)
    return (
        last.language
        if last is not None and last.language in incoming.flow.languages
        else incoming.flow.language
    )


# --- the dialogue ---


def _converse(
    gateway: Gateway, db: Connection, incoming: Incoming, understand: Understand, reply: Reply, now: str
) -> None:
    scene, row = _scene(gateway, db, incoming, now)
    _keep(db, incoming, scene.session_id, now)
    if incoming.answered:  # HELP that the carrier answered: it is kept, and gets no second reply
        return
    event = understand(scene.flow, scene.session, incoming.body)
    _answer(scene, row, event, reply, incoming)


def _scene(gateway: Gateway, db: Connection, incoming: Incoming, now: str) -> tuple[Scene, SessionRow | None]:
    """The dialogue that is open, or a new one. One that has been silent for too long is closed first."""
    row = rows.live_text_session(db, incoming.flow.id, incoming.contact)
    if row is not None and plus(row.updated_at, DIALOGUE_SECONDS) <= now:
        expire(gateway, db, row)
        row = None
    if row is not None:
        return turns.scene_of(gateway, db, row), row
    session = begin(
        incoming.flow,
        channel="text",
        contact=incoming.contact,
        called=incoming.called,
        language=_language(db, incoming),
    )
    return Scene(gateway, db, incoming.flow, new_id(), session, now), None


def expire(gateway: Gateway, db: Connection, row: SessionRow) -> None:
    """Ten minutes without an answer end a dialogue."""
    scene = turns.scene_of(gateway, db, row)
    turn = turns.think(scene, HungUp("expired"))
    turns.write(scene, turn, HungUp("expired"), "", n=row.turn)
    turns.save_row(scene, turn)


def _answer(
    scene: Scene, row: SessionRow | None, event: Event, reply: Reply, incoming: Incoming | None = None,
    asked: str = "",
) -> None:  # fmt: skip
    """``asked``: what is replied to, when its words are not at hand any more."""
    turn = turns.think(scene, event)
    words = reply(scene.flow, turn, scene.session_id)
    if incoming is not None and incoming.media and isinstance(event, Started):
        words = words or PHRASES["media"].get(turn.session.language, PHRASES["media"]["en"])
    begins = row is None or (
        incoming is None and row.turn == 1
    )  # its look-up is answered: these are its first words
    first = overrides.announced(scene.db, scene.flow, scene.now) if begins else {}
    if first and not isinstance(turn.wait, AwaitAnswer):
        words = overrides.in_front(first, turn.session.language, words)
    if row is None:
        turns.begin_row(scene, turn)
    turns.write(scene, turn, event, words, n=scene.session.turn)
    if row is not None:
        turns.save_row(scene, turn)
    if isinstance(turn.wait, AwaitAnswer):
        # The job's answer wakes the dialogue; if the job dies, this does, and the contact is told that it failed.
        at = plus(scene.now, turns.PATIENCE_SECONDS + 1)
        timers.arm(scene.db, kind="lookup", subject=scene.session_id, at=at)
        return
    if words:  # the announcement of an override takes one part more
        _send(scene, turn, words, incoming.body if incoming else asked, parts=3 if first else 2)


def _send(scene: Scene, turn: Turn, words: str, reply_to: str, *, parts: int) -> None:
    texts.send(
        scene.gateway,
        scene.db,
        scene.flow,
        to=texts.address(turn.session.contact, turn.session.called),
        body=words,
        template="",
        cause=scene.session_id,
        now=scene.now,
        from_number=turn.session.called,
        kind="reply",
        reply_to=reply_to,
        parts=parts,
    )


def lookup_answered(gateway: Gateway, db: Connection, session_id: str, reply: Reply) -> None:
    """A look-up of a text dialogue has its answer, or has none in time: the reply goes out now."""
    row = rows.load(db, session_id)
    if row is None or row.channel != "text" or row.ended_at is not None:
        return
    scene = turns.scene_of(gateway, db, row)
    event = turns.with_answer(scene, LATE)
    if event != LATE:  # otherwise the job is still at it, and its answer or the timer comes again
        # Two questions with one answer are no loop: the last turn keeps what was asked.
        _answer(scene, row, event, reply, asked=rows.turns(db, session_id)[-1].event)


def silent_dialogues(gateway: Gateway, limit: int = 100) -> int:
    """Close dialogues that have been silent for too long; how many."""
    now = text(gateway.clock())
    closed = 0
    for row in rows.live(gateway.store.read(), plus(now, -DIALOGUE_SECONDS), limit):
        if row.channel != "text":
            continue
        with gateway.store.write() as db:
            fresh = rows.load(db, row.id)
            if (
                fresh is not None
                and fresh.ended_at is None
                and plus(fresh.updated_at, DIALOGUE_SECONDS) <= now
            ):
                expire(gateway, db, fresh)
                closed += 1
    return closed
