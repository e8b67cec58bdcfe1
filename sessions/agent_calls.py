"""What an agent's telephone, or the one of who is called back, hears next: one function for each of its webhooks.

Each runs in one transaction: the desk decides, the leg moves, and what comes back says what is to be heard. Whatever comes
twice or late is answered from the state of desk and leg, so that nobody is put to two and nobody is left in a room.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from desk.agents import Agent
from desk.routing import Contact, Desk
from desk.routing.contacts import DIALLING, OFFERED, TALKING, WAITING
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
    Ended,
    Event,
    Gone,
    Missed,
    Returned,
)
from desk.routing.sheet import Sheet
from engine.flow import Flow
from engine.session import from_json as session_from_json
from sessions import agent_cases, desk, desk_told, ringing
from sessions.gateway import Gateway
from store import calls, inbox, legs, ranks
from store import cases as stored_cases
from store import sessions as rows
from store.cases import CaseRow
from store.legs import LegRow
from store.library import Connection
from store.times import instant, text

Form = Mapping[str, str]
HIGHEST_TIER = 4
# An agent's telephone that was put to the contact: when the contact is gone, it is asked how the talk ended.
_WITH_CONTACT = frozenset({legs.ROOM, legs.MENU, legs.HOLD})
# The room closes a moment before the carrier says that the contact has hung up: until then the agent hears the menu.
NEWS_SECONDS = 5
# How a talk ended, by the key that the agent pressed.
DISPOSITIONS: Mapping[str, str] = {"1": "answered", "2": "follow_up", "3": "other"}
_MISSES = {"busy": TELEPHONE_BUSY, "no-answer": UNANSWERED, "failed": FAILED, "canceled": UNANSWERED}


@dataclass(frozen=True)
class Told:
    """What this telephone hears next, and the facts in it. ``what`` is one of ivr/agents.py's answers."""

    what: str
    leg: LegRow | None = None
    flow: Flow | None = None
    language: str = "id"
    topic: str = ""
    contact_language: str = ""
    waited: int = 0
    callback: bool = False
    keyed: str = ""  # the number to call back, where the caller keyed it in
    room: str = ""
    recorded: bool = False


@dataclass
class Call:
    """One leg in one transaction."""

    gateway: Gateway
    db: Connection
    leg: LegRow
    now: str

    @property
    def desk(self) -> Desk:
        return desk.look(self.gateway, self.db)

    @property
    def contact(self) -> Contact | None:
        """The contact, as long as it is this leg's: offered to this agent by this offer, called back or talking."""
        held = self.desk.contacts.get(self.leg.contact)
        if held is None or held.agent != self.leg.agent:
            return None
        if self.leg.role == legs.AGENT and held.offer != self.leg.offer:
            return None
        return held

    @property
    def agent(self) -> Agent | None:
        return self.desk.roster.agents.get(self.leg.agent)

    @property
    def still_here(self) -> bool:
        """Is the contact at the desk, with whomever?"""
        return self.leg.contact in self.desk.contacts

    def take_case(self) -> None:
        """The talk begins: the case goes to the agent of this leg."""
        if self.agent is not None:
            agent_cases.taken(self.gateway, self.db, self.leg.contact, self.agent, self.now)

    @property
    def unsaid(self) -> str:
        """How the talk ended when nobody says so: in the room it was said to its end, on hold the contact has given up."""
        waited = (instant(self.now) - instant(self.leg.updated_at)).total_seconds()
        in_room = self.leg.state == legs.ROOM or (self.leg.state == legs.MENU and waited <= NEWS_SECONDS)
        return "answered" if in_room else "follow_up"

    def dispose(self, disposition: str) -> None:
        """The talk has ended so; its case follows."""
        if self.agent is not None:
            agent_cases.disposed(self.gateway, self.db, self.leg.contact, self.agent, disposition, self.now)

    def happen(self, event: Event) -> None:
        desk.happen(self.gateway, self.db, event, self.now)

    def move(self, state: str) -> None:
        legs.move(self.db, self.leg.id, state, at=self.now)

    def tell(self, what: str) -> None:
        """A line of the contact's history."""
        held = self.contact
        if held is not None:
            desk_told.tell_contact(self.db, held, what, self.now, {"agent": self.leg.agent})

    def told(self, what: str) -> Told:
        """What is heard, with everything that its words may hold."""
        held = self.desk.contacts.get(self.leg.contact)
        language = self.agent.languages[0] if self.agent and self.leg.role == legs.AGENT else "id"
        row = rows.load(self.db, self.leg.contact)
        ticket = ringing.ticket_of(self.db, self.leg.contact)
        case = stored_cases.load(self.db, ticket) if ticket else None
        session = session_from_json(row.state) if row is not None else None
        if self.leg.role == legs.CONTACT:
            language = (held.need.language if held else None) or language
        return Told(
            what,
            self.leg,
            self.gateway.services.current(self.leg.service),
            language,
            topic=(case.topic if case else None) or (held.need.skill if held else ""),
            contact_language=held.need.language if held else "",
            waited=round((instant(self.now) - held.arrived_at).total_seconds()) if held else 0,
            callback=held is not None and held.kind == "callback",
            keyed=_keyed(held, case),
            room=ringing.room_of(self.db, self.leg.contact),
            recorded=held is not None
            and held.kind == "call"
            and session is not None
            and session.language in session.consent,
        )


def _taking(gateway: Gateway, leg: str, sid: str, take: Callable[[Call], str]) -> Told:
    with gateway.store.write() as db:
        now = text(gateway.clock())
        row = legs.load(db, leg)
        if row is None:
            return Told("over")
        legs.known(db, row, sid, at=now)
        call = Call(gateway, db, legs.load(db, leg) or row, now)
        return call.told(take(call))


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

    return _taking(gateway, leg, sid, take)


def screened(gateway: Gateway, leg: str, sid: str, digits: str) -> Told:
    """1 takes the contact; any other key declines, and who presses nothing is a machine."""

    def take(call: Call) -> str:
        if call.leg.state == legs.OVER:
            return "over"
        if digits != "1":
            call.move(legs.OVER)
            call.happen(Missed(call.leg.offer, DECLINED if digits else MACHINE))
            return "declined"
        call.move(legs.ROOM)
        call.happen(Accepted(call.leg.offer))
        held = call.contact
        if held is None or held.state not in (TALKING, DIALLING):
            call.move(legs.OVER)
            return "over"
        if held.state == TALKING:
            call.take_case()
        return "room"

    return _taking(gateway, leg, sid, take)


def after(gateway: Gateway, leg: str, sid: str) -> Told:
    """The room has closed, or the leg was led here: whatever desk and leg say is heard. Also the leg's fallback."""

    def take(call: Call) -> str:
        held = call.contact
        if held is None or call.leg.state == legs.OVER:
            return _parted(call)
        if held.state == OFFERED:
            return "whisper"
        if call.leg.state == legs.HOLD:
            return "hold"
        call.move(legs.MENU)
        return "menu"

    return _taking(gateway, leg, sid, take)


def chosen(gateway: Gateway, leg: str, sid: str, digits: str) -> Told:
    """1 hold, 2 next tier, 3 end; anything else leads back into the room."""

    def take(call: Call) -> str:
        held = call.contact
        if held is None or call.leg.state == legs.OVER:
            return _parted(call)
        if digits == "1" and held.state == TALKING:
            call.move(legs.HOLD)
            call.tell("hold")
            return "hold"
        if digits == "2" and held.state == TALKING:
            return _escalate(call, held)
        if digits == "3":
            return "disposition"
        return _back(call)

    return _taking(gateway, leg, sid, take)


def held(gateway: Gateway, leg: str, sid: str, digits: str) -> Told:
    """On hold until 1 is pressed; looked at again and again, because the contact may hang up meanwhile."""

    def take(call: Call) -> str:
        if call.contact is None or call.leg.state == legs.OVER:
            return _parted(call)
        if digits != "1":
            return "hold"
        call.tell("resumed")
        return _back(call)

    return _taking(gateway, leg, sid, take)


def disposed(gateway: Gateway, leg: str, sid: str, digits: str) -> Told:
    """The talk is over, or the contact has hung up. Who presses nothing has answered the question."""

    def take(call: Call) -> str:
        held = call.contact
        if call.leg.state != legs.OVER and held is not None:
            disposition = DISPOSITIONS.get(digits, "answered")
            call.move(legs.OVER)
            call.happen(Ended(call.leg.contact, disposition))
            if held.state == TALKING:
                call.dispose(disposition)
        elif call.leg.state in _WITH_CONTACT and not call.still_here:
            call.move(legs.OVER)
            call.dispose(DISPOSITIONS.get(digits) or call.unsaid)
        return "bye"

    return _taking(gateway, leg, sid, take)


def _parted(call: Call) -> str:
    """The contact is not this agent's any more. Who has hung up is asked about; who is with somebody else is not."""
    if call.leg.state in _WITH_CONTACT and not call.still_here:
        if call.unsaid == "answered":
            call.move(legs.ROOM)
        return "disposition"
    call.move(legs.OVER)
    return "over"


def _back(call: Call) -> str:
    call.move(legs.ROOM)
    held = call.contact
    if held is not None and held.state == TALKING:
        ringing.lead_back(call.gateway, call.db, call.leg.contact, call.now)
    return "room"


def _escalate(call: Call, held: Contact) -> str:
    """The contact goes to the next tier with its case; when nobody of it is here, the agent is told and keeps it."""
    tier = max(held.need.tier, call.agent.tier if call.agent else held.need.tier) + 1
    need = held.need._replace(tier=tier)
    seen = call.desk
    if tier > HIGHEST_TIER or not Sheet(seen, instant(call.now), desk.laws_of(seen)).tiers_here(need):
        return "nobody_above"
    call.move(legs.OVER)
    if call.agent is not None:
        agent_cases.passed_on(call.gateway, call.db, held, call.agent, tier, call.now)
    call.happen(Returned(call.leg.contact, "escalated", {"tier": tier}))
    return "passed_on"


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

    return _taking(gateway, leg, sid, take)


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

    return _taking(gateway, leg, sid, take)


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

    return _taking(gateway, leg, sid, take)


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


def _keyed(held: Contact | None, case: CaseRow | None) -> str:
    """The number that is to be called back when it is not the one that called."""
    if held is None or held.kind != "callback" or case is None or held.number == case.contact:
        return ""
    return held.number


def _seconds(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else None


def over(call: Call, word: str) -> None:
    """This telephone has ended, or was never rung: who was waiting for it is freed."""
    if call.leg.state == legs.OVER:
        return
    held = call.contact
    call.move(legs.OVER)
    if held is None:
        if call.leg.role == legs.AGENT and call.leg.state in _WITH_CONTACT and not call.still_here:
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
    else:
        call.happen(Returned(call.leg.contact, "line_lost"))


def never_rung(gateway: Gateway, db: Connection, leg: str) -> None:
    """The row that was to ring this telephone was given up: refused by the guard, by the carrier, or too late."""
    row = legs.load(db, leg)
    if row is not None:
        over(Call(gateway, db, row, text(gateway.clock())), "failed")
