"""What an agent's telephone, or the one of who is called back, hears next: one function for each of its webhooks.

Each runs in one transaction: the desk decides, the leg moves, and what comes back says what is to be heard. Whatever comes
twice or late is answered from the state of desk and leg, so that nobody is put to two and nobody is left in a room.
"""

from collections.abc import Mapping

from desk.routing import Contact
from desk.routing.contacts import DIALLING, OFFERED, TALKING, VOICEMAIL, WAITING, is_consult
from desk.routing.events import (
    DECLINED,
    FAILED,
    MACHINE,
    TELEPHONE_BUSY,
    UNANSWERED,
    Accepted,
    Answered,
    CallbackMissed,
    CallbackReached,
    Gone,
    Missed,
    Returned,
)
from sessions.agents import ringing
from sessions.agents.agent_leg import WITH_CONTACT, Call, Told, taking
from sessions.gateway import Gateway
from sessions.voicemails import voicemail_calls
from store import calls, inbox, legs, ranks
from store.library import Connection
from store.times import text

Form = Mapping[str, str]
_MISSES = {"busy": TELEPHONE_BUSY, "no-answer": UNANSWERED, "failed": FAILED, "canceled": UNANSWERED}


# -- an agent's telephone


def whisper(gateway: Gateway, leg: str, sid: str) -> Told:
    """The telephone was answered: by whom, pressing 1 will tell."""

    def take(call: Call) -> str:
        call.happen(Answered(call.leg.offer))
        held = call.contact
        if held is None or held.state != OFFERED or call.leg.state == legs.OVER:
            call.move(legs.OVER)
            return "over"
        call.move(legs.ASKED)
        return "whisper"

    return taking(gateway, leg, sid, take)


def screened(gateway: Gateway, leg: str, sid: str, digits: str) -> Told:
    """1 takes the contact; any other key declines, and who presses nothing is a machine."""

    def take(call: Call) -> str:
        if call.leg.state == legs.OVER:
            return "over"
        if digits != "1":
            call.move(legs.OVER)
            call.happen(Missed(call.leg.offer, DECLINED if digits else MACHINE))
            return "declined"
        return accept(call)

    return taking(gateway, leg, sid, take)


def accept(call: Call) -> str:
    """The key 1 of an answered telephone: the contact is this agent's; what is heard then."""
    call.move(legs.ROOM)
    call.happen(Accepted(call.leg.offer))
    held = call.contact
    if held is None or held.state not in (TALKING, DIALLING):
        call.move(legs.OVER)
        return "over"
    if held.state == TALKING:
        call.take_case()
    return voicemail_calls.play(call) if held.kind == VOICEMAIL else "room"


# -- the telephone of who is called back


def greeting(gateway: Gateway, leg: str, sid: str) -> Told:
    """Somebody or something has answered."""

    def take(call: Call) -> str:
        held = call.contact
        if held is None or held.state != DIALLING or call.leg.state == legs.OVER:
            call.move(legs.OVER)
            return "sorry_later"
        call.move(legs.ASKED)
        return "greeting"

    return taking(gateway, leg, sid, take)


def reached(gateway: Gateway, leg: str, sid: str, digits: str) -> Told:
    """1 is a person; anything else is a machine or somebody who does not want to talk now."""

    def take(call: Call) -> str:
        held = call.contact
        if call.leg.state == legs.OVER:
            return "sorry_later"
        if digits == "1" and held is not None and held.state in (DIALLING, TALKING):
            call.move(legs.ROOM)
            call.happen(CallbackReached(call.leg.contact))
            call.take_case()
            return "room"
        call.move(legs.OVER)
        if held is not None and held.state == DIALLING:
            call.happen(CallbackMissed(call.leg.contact, MACHINE))
        return "sorry_later"

    return taking(gateway, leg, sid, take)


def listening(gateway: Gateway, leg: str, sid: str) -> Told:
    """The room has closed around who was called back: on hold, talking on, or over."""

    def take(call: Call) -> str:
        held = call.desk.contacts.get(call.leg.contact)
        if call.leg.state == legs.OVER or held is None:
            call.move(legs.OVER)
            return "thanks"
        if held.state == WAITING or held.agent != call.leg.agent:
            call.move(legs.OVER)
            return "sorry_later"
        other = next(iter(legs.live(call.db, call.leg.contact)), None)
        return "room" if other is not None and other.state == legs.ROOM else "held"

    return taking(gateway, leg, sid, take)


# -- what the carrier reports of both


def status(gateway: Gateway, leg: str, form: Form) -> None:
    """A leg's status, each once. Its end frees whom it was held for."""
    sid, word = form.get("CallSid", ""), form.get("CallStatus", "")
    if not sid or word not in ranks.CALL:
        return
    with gateway.store.write() as db:
        now = text(gateway.clock())
        key = f"cs:{sid}:{word}:{form.get('SequenceNumber', '-') or '-'}"
        account = form.get("AccountSid", "")
        if inbox.first_time(db, account=account, key=key, kind="status", received_at=now) is not None:
            return
        _, known = calls.note(
            db,
            sid,
            at=now,
            direction="outbound-api",
            status=word,
            duration=_seconds(form.get("CallDuration", "")),
        )
        row = legs.load(db, leg)
        if row is None:
            return
        legs.known(db, row, sid, at=now)
        if known.final_at is not None:
            over(Call(gateway, db, row, now), known.status or word)


def _seconds(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else None


def over(call: Call, word: str) -> None:
    """This telephone has ended, or was never rung: who was waiting for it is freed."""
    if call.leg.state == legs.OVER:
        return
    held = call.contact
    call.move(legs.OVER)
    if held is None:
        asked = call.leg.role == legs.AGENT and not is_consult(call.leg.contact)
        if asked and call.leg.state in WITH_CONTACT and not call.still_here:
            call.dispose(call.unsaid)
    elif call.leg.role == legs.AGENT:
        _agent_over(call, held, word)
    elif held.state == DIALLING:
        call.happen(CallbackMissed(call.leg.contact, _MISSES.get(word, MACHINE)))
    elif held.state == TALKING:
        call.happen(Gone(call.leg.contact))


def _agent_over(call: Call, held: Contact, word: str) -> None:
    if held.state == OFFERED:
        call.happen(Missed(call.leg.offer, _MISSES.get(word, DECLINED)))
    elif held.kind == VOICEMAIL:
        voicemail_calls.end(call, "follow_up")
    elif is_consult(held.id):
        call.happen(Gone(held.id))
        ringing.lead_asker(call.gateway, call.db, held.id, call.now)
    else:
        call.happen(Returned(call.leg.contact, "line_lost"))


def call_ended(gateway: Gateway, db: Connection, sid: str, word: str) -> None:
    """The carrier was asked: this call has ended, and its report was lost. Nothing when it is no telephone that we rang."""
    row = legs.of_call(db, sid)
    if row is not None:
        over(Call(gateway, db, row, text(gateway.clock())), word)


def never_rung(gateway: Gateway, db: Connection, leg: str) -> None:
    """The row that was to ring this telephone was given up: refused by the guard, by the carrier, or too late."""
    row = legs.load(db, leg)
    if row is not None:
        over(Call(gateway, db, row, text(gateway.clock())), "failed")
