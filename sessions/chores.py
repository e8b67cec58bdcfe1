"""What the job worker does with the middle's help: timers, calls found to be over, the spool, dialogues that fell silent."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from sessions.agents import agent_calls
from sessions.calls import calls, turns
from sessions.cases import acts, case_timers, records
from sessions.console import auditing
from sessions.desk import desk
from sessions.dialogues import receipts, texting
from sessions.gateway import Gateway
from sessions.voicemails import voicemail_work, voicemails
from store import (
    agent_acts,
    api_tokens,
    audit,
    choices,
    inbox,
    recordings,
    transcripts,
    travelled,
    verification,
    wall_screens,
    web_sessions,
)
from store import sessions as rows
from store.calls import CallRow
from store.library import Connection
from store.recordings import RecordingRow
from store.timers import TimerRow
from store.times import plus, text

log = logging.getLogger("sambung.chores")

CALL_SECONDS = 4 * 3600  # no call lasts longer at the carrier
KEPT_DAYS = 30  # replays of genuine requests change nothing for so long (security line 8)
PORTION = 500  # rows forgotten at once, so that no caller waits for it
Form = Mapping[str, str]
Take = Callable[[Gateway, Form], None]


def timers(gateway: Gateway, reply: texting.Reply) -> dict[str, Callable[[Connection, TimerRow], None]]:
    """What each kind of timer does, in the transaction that takes it."""
    return {
        "lookup": lambda db, timer: texting.lookup_answered(gateway, db, timer.subject, reply),
        "desk": lambda db, timer: desk.wake(gateway, db),
        "leg_dead": lambda db, timer: agent_calls.never_rung(gateway, db, timer.subject),
        "text_lost": lambda db, timer: receipts.lost(gateway, db, timer.subject, text(gateway.clock())),
        "case": lambda db, timer: case_timers.ring(gateway, db, timer),
        acts.TIMER: lambda db, timer: acts.late(gateway, db, timer.subject, gateway.clock()),
    }


def call_is_over(gateway: Gateway, db: Connection, call: CallRow) -> None:
    """A sweep found that a call has ended: its session ends too, or the telephone that we rang frees its agent."""
    agent_calls.call_ended(gateway, db, call.sid, call.status or "completed")
    turns.hang_up(gateway, db, call.sid, call.status or "completed")


def recording_is_here(gateway: Gateway, db: Connection, recording: RecordingRow) -> None:
    """A recording's sound is safe here: it is to be written down, and a message to be heard by somebody."""
    now = text(gateway.clock())
    transcripts.owe(db, recording.sid, now=now)
    if recording.step in (None, recordings.TALK):
        return
    ticket = voicemails.case_of(gateway, db, recording, voicemails.origin(gateway, db, recording), now)
    if ticket:
        voicemail_work.sound_is_here(gateway, db, recording.sid, ticket, now)


def housekeeping(gateway: Gateway, incoming_text: Take) -> None:
    """Empty the spool, close what nobody will ever close, and let what was written be searched for."""
    flushed = gateway.spool.flush(lambda event: replay(gateway, event, incoming_text))
    if flushed.handled or flushed.poisoned:
        log.info("spool flushed", extra={"handled": flushed.handled, "poisoned": flushed.poisoned})
    texting.silent_dialogues(gateway)
    lost_calls(gateway)
    records.index_what_changed(gateway)
    auditing.anchor_hourly(gateway)
    forget(gateway)


def replay(gateway: Gateway, event: Mapping[str, Any], incoming_text: Take) -> None:
    """A webhook that could not be stored when it came. Keys make it harmless when it was stored after all.

    A turn of a call cannot be taken later: its caller went on by the emergency. It is noted, so that nobody is forgotten.
    """
    path, form = str(event["path"]), event["form"]
    takes: dict[str, Take] = {
        "/ivr/status": calls.status,
        "/ivr/legs": calls.leg,
        "/ivr/recordings": calls.recording,
        "/ivr/recordings/choices": calls.spoken_choice,
        "/ivr/emergency/recorded": calls.emergency_report,
        "/sms/messages": incoming_text,
        "/sms/fallback": incoming_text,
        "/sms/receipts": receipts.take,
    }
    take = takes.get(path)
    if take is not None:
        take(gateway, form)
        return
    with gateway.store.write() as db:
        now = text(gateway.clock())
        subject = str(form.get("CallSid", ""))
        audit.write(db, at=now, who="spool", action="turn_not_stored", subject=subject)


def forget(gateway: Gateway) -> None:
    """Webhooks are known again for KEPT_DAYS; older keys go, a portion at a time."""
    now = text(gateway.clock())
    before = plus(now, -KEPT_DAYS * 86_400)
    with gateway.store.write() as db:
        inbox.purge(db, before, PORTION)
        verification.purge(db, before)
        agent_acts.purge(db, before)
        choices.purge(db, before, PORTION)
        recordings.purge_choices(db, before, PORTION)
        web_sessions.purge(db, before)
        wall_screens.purge(db, before)
        travelled.purge(db, plus(now, -travelled.KEPT_DAYS * 86_400), PORTION)
        api_tokens.purge(db, before)


def lost_calls(gateway: Gateway, limit: int = 100) -> int:
    """Calls of which nothing was heard for four hours are over, whatever the carrier forgot to say; how many."""
    now = text(gateway.clock())
    closed = 0
    for row in rows.live(gateway.store.read(), plus(now, -CALL_SECONDS), limit):
        if row.channel == "voice":
            with gateway.store.write() as db:
                turns.hang_up(gateway, db, row.id, "expired")
            closed += 1
    return closed
