"""One telephone that we ring, in one transaction: its leg, its contact at the desk, and what it hears next."""

from collections.abc import Callable
from dataclasses import dataclass

from desk.access import PUBLIC, SEE, Matter, may
from desk.agents import Agent
from desk.routing import Contact, Desk
from desk.routing.contacts import TALKING, VOICEMAIL, consult_of, is_consult, subject_of
from desk.routing.events import Event
from desk.routing.sheet import Sheet
from engine.flow import Flow
from engine.session import from_json as session_from_json
from sessions.agents import agent_cases, ringing
from sessions.cases import records
from sessions.desk import desk, desk_told
from sessions.gateway import Gateway
from store import cases as stored_cases
from store import legs, outbox, voicemails
from store import sessions as rows
from store.cases import CaseRow
from store.legs import LegRow
from store.library import Connection
from store.times import instant, text

# The room closes a moment before the carrier says that the contact has hung up: until then the agent hears the menu.
NEWS_SECONDS = 5
HIGHEST_TIER = 4
# An agent's telephone that was put to the contact: when the contact is gone, it is asked how the talk ended.
WITH_CONTACT = frozenset({legs.ROOM, legs.MENU, legs.HOLD})


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
    kind: str = ""  # of the contact, one of desk.routing.contacts
    keyed: str = ""  # the number to call back, where the caller keyed it in
    room: str = ""
    recorded: bool = False
    asker: str = ""  # the name of who asks, where a colleague is consulted
    messages: tuple[str, ...] = ()  # recordings that are played


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
    def consult(self) -> Contact | None:
        """The consult about this leg's contact; None when no colleague is asked."""
        return self.desk.contacts.get(consult_of(self.leg.contact))

    @property
    def asker(self) -> Agent | None:
        """Who has asked for the consult that this telephone is rung for."""
        asked = self.desk.contacts.get(subject_of(self.leg.contact))
        return self.desk.roster.agents.get(asked.agent) if asked is not None else None

    @property
    def still_here(self) -> bool:
        """Is the contact at the desk, with whomever?"""
        return self.leg.contact in self.desk.contacts

    def take_case(self) -> None:
        """The talk begins: the case goes to the agent of this leg. One who is only consulted has none."""
        if self.agent is not None and not is_consult(self.leg.contact):
            agent_cases.taken(self.gateway, self.db, self.leg.contact, self.agent, self.now)

    @property
    def unsaid(self) -> str:
        """How the talk ended when nobody says so: in the room it was said to its end; on hold, or when this telephone was gone
        before the contact, the contact has given up.
        """
        waited = (instant(self.now) - instant(self.leg.updated_at)).total_seconds()
        opened = self.leg.state == legs.MENU and not self.leg.away
        in_room = self.leg.state == legs.ROOM or (opened and waited <= NEWS_SECONDS)
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
            topic=topic_for(self.agent, case) or (held.need.skill if held else ""),
            contact_language=held.need.language if held else "",
            waited=round((instant(self.now) - held.arrived_at).total_seconds()) if held else 0,
            kind=held.kind if held is not None else "",
            keyed=_keyed(held, case),
            room=ringing.room_of(
                self.db, self.leg.contact if what != "consult_room" else consult_of(self.leg.contact)
            ),
            asker=self.asker.name if is_consult(self.leg.contact) and self.asker is not None else "",
            messages=self._messages(ticket) if what == "message" else (),
            recorded=held is not None
            and what != "consult_room"
            and held.kind == "call"
            and session is not None
            and session.language in session.consent,
        )

    def _messages(self, ticket: str) -> tuple[str, ...]:
        """The messages of the case that this agent may hear on a telephone."""
        if self.agent is None:
            return ()
        asker, unheard = self.agent.asker, voicemails.unheard(self.db, ticket)
        return tuple(
            row.recording
            for row in unheard
            if records.for_telephone(self.gateway, self.db, asker, row.recording)
        )


def taking(gateway: Gateway, leg: str, sid: str, take: Callable[[Call], str]) -> Told:
    with gateway.store.write() as db:
        now = text(gateway.clock())
        row = legs.load(db, leg)
        if row is None:
            return Told("over")
        legs.known(db, row, sid, at=now)
        call = Call(gateway, db, legs.load(db, leg) or row, now)
        return call.told(take(call))


def topic_for(agent: Agent | None, case: CaseRow | None) -> str:
    """What the case is about, for who may see it: a case may have become RAHASIA after it was queued. '' for others."""
    if case is None or agent is None:
        return ""
    matter = Matter(case.service, case.classification or PUBLIC, case.unit or "", case.tier or 1)
    return case.topic or "" if may(agent.asker, matter, SEE).ok else ""


def _keyed(held: Contact | None, case: CaseRow | None) -> str:
    """The number that is to be called back when it is not the one that called."""
    if held is None or held.kind != "callback" or case is None or held.number == case.contact:
        return ""
    return held.number


def parted(call: Call) -> str:
    """The contact is not this agent's any more. Who has hung up is asked about; who is with somebody else is not."""
    if call.leg.state in WITH_CONTACT and not call.still_here and not is_consult(call.leg.contact):
        if call.unsaid == "answered":
            call.move(legs.ROOM)
        if call.leg.sid:
            # A redirect that came while the question is heard would ask it again, and swallow the key that is just pressed.
            outbox.cancel_redirects(call.db, call.leg.sid, now=call.now)
        return "disposition"
    call.move(legs.OVER)
    return "over"


def back(call: Call) -> str:
    call.move(legs.ROOM)
    held = call.contact
    if held is not None and held.state == TALKING:
        ringing.lead_back(call.gateway, call.db, call.leg.contact, call.now)
    return "room"


def next_tier(call: Call, held: Contact) -> int:
    """The tier above contact and agent; 0 when nobody of it is here. A message may wait: there somebody must work in it."""
    tier = max(held.need.tier, call.agent.tier if call.agent else held.need.tier) + 1
    seen, need = call.desk, held.need._replace(tier=tier)
    sheet = Sheet(seen, instant(call.now), desk.laws_of(seen))
    asked = any(sheet.able(need).values()) if held.kind == VOICEMAIL else bool(sheet.tiers_here(need))
    return tier if asked and tier <= HIGHEST_TIER else 0
