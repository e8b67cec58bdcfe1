"""Consulting a colleague of the next tier while the caller is on hold, and handing the caller over.

    '*' 4 -> consulting (the colleague's telephone rings) -> consult_room -> '*' -> consult_menu -1-> handed over
                 |  2, or nobody took it                        |                    -2-> back to the caller
                 +-> back to the caller                         +-- the colleague hung up -> back to the caller

The consult is a contact of the desk beside the caller's: it is offered, taken and expires as any other, and holds the
colleague's capacity. It is about a talk and ends with it. The asking telephone looks at the desk at every poll; a redirect only
makes it look sooner. While it is on hold (legs.HOLD) the agent is with the colleague or waits for one; in the menu (legs.MENU)
the agent decides.
"""

from datetime import timedelta

from desk.agents import VOICE
from desk.routing import Contact
from desk.routing.contacts import CONSULT, TALKING, consult_of, is_consult, subject_of
from desk.routing.events import Arrived, Gone, HandedOver
from sessions.agents import agent_cases
from sessions.agents.agent_leg import Call, Told, back, next_tier, parted, taking
from sessions.gateway import Gateway
from store import legs
from store.times import instant

# So long a colleague is looked for; a telephone that rings then is waited for to its end.
LOOKING = timedelta(seconds=40)


def begin(call: Call, held: Contact) -> str:
    """A colleague of the next tier is asked; when nobody of it is here, the agent is told."""
    tier = next_tier(call, held)
    if not tier:
        return "nobody_above"
    now = instant(call.now)
    need = held.need._replace(tier=tier, channel=VOICE)
    call.move(legs.HOLD)
    call.tell("hold")
    asked = Contact(consult_of(held.id), CONSULT, need, now, priority=1, since=now, expires_at=now + LOOKING)
    call.happen(Arrived(asked))
    return "consulting"


# -- the telephone of who asks


def consulting(gateway: Gateway, leg: str, sid: str, digits: str) -> Told:
    """Looks again and again whether a colleague has taken it. 2 goes back to the caller."""

    def take(call: Call) -> str:
        if call.contact is None or call.leg.state == legs.OVER:
            return parted(call)
        return _back(call) if digits == "2" else _where(call)

    return taking(gateway, leg, sid, take)


def consulted(gateway: Gateway, leg: str, sid: str) -> Told:
    """The room of the two agents has closed: '*' was pressed, or the colleague is gone, which is told in a moment."""

    def take(call: Call) -> str:
        if call.contact is None or call.leg.state == legs.OVER:
            return parted(call)
        consult = call.consult
        if call.leg.state != legs.HOLD or consult is None or consult.state != TALKING:
            return _where(call)
        call.move(legs.MENU)
        return "consult_menu"

    return taking(gateway, leg, sid, take)


def decided(gateway: Gateway, leg: str, sid: str, digits: str) -> Told:
    """1 hands the caller over, 2 goes back to the caller; anything else goes on talking to the colleague."""
    return taking(gateway, leg, sid, lambda call: decide(call, digits))


def decide(call: Call, digits: str) -> str:
    """What a key does while a colleague is asked; what is heard then."""
    held, consult = call.contact, call.consult
    if held is None or call.leg.state == legs.OVER:
        return parted(call)
    if digits == "2":
        return _back(call)
    if digits == "1" and consult is not None and consult.state == TALKING:
        return _hand_over(call, held, consult)
    return _where(call)


def _where(call: Call) -> str:
    """What the asking telephone hears by what the desk says of the consult."""
    if call.leg.state == legs.ROOM:
        return "room"  # led here late: the agent is with the caller again
    consult = call.consult
    if consult is None:
        _resume(call)
        return "consult_over"
    call.move(legs.HOLD)
    return "consult_room" if consult.state == TALKING else "consulting"


def _back(call: Call) -> str:
    """To the caller; the colleague is released, or the telephone stops ringing."""
    if call.leg.state != legs.ROOM:
        _resume(call)
        call.happen(Gone(consult_of(call.leg.contact)))
    return "room"


def _resume(call: Call) -> None:
    call.tell("resumed")
    back(call)


def _hand_over(call: Call, held: Contact, consult: Contact) -> str:
    """The caller and the case are the colleague's; this agent is done."""
    colleague = call.desk.roster.agents.get(consult.agent)
    call.move(legs.OVER)
    if call.agent is not None and colleague is not None:
        agent_cases.passed_on(call.gateway, call.db, held, call.agent, colleague.tier, call.now)
    call.happen(HandedOver(held.id))
    if colleague is not None:
        agent_cases.taken(call.gateway, call.db, held.id, colleague, call.now)
    return "handed_over"


# -- the telephone of the colleague


def colleague(gateway: Gateway, leg: str, sid: str) -> Told:
    """The colleague waits while the other one decides: then the caller comes, or the talk goes on, or it is over."""

    def take(call: Call) -> str:
        held = call.contact
        if held is None or call.leg.state == legs.OVER:
            return parted(call)
        if not is_consult(held.id):
            return "room"  # handed over
        asking = next(iter(legs.live(call.db, subject_of(held.id))), None)
        return "room" if asking is not None and asking.state == legs.HOLD else "colleague"

    return taking(gateway, leg, sid, take)
