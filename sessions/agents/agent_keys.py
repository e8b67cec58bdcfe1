"""What an agent presses while talking: the menu behind '*', hold, the next tier, the end. One function for each webhook."""

from collections.abc import Mapping

from desk.routing import Contact
from desk.routing.contacts import OFFERED, TALKING, VOICEMAIL, is_consult
from desk.routing.events import Ended, Returned
from sessions.agents import agent_cases, consults
from sessions.agents.agent_leg import WITH_CONTACT, Call, Told, back, next_tier, parted, taking
from sessions.gateway import Gateway
from store import legs

# How a talk ended, by the key that the agent pressed.
DISPOSITIONS: Mapping[str, str] = {"1": "answered", "2": "follow_up", "3": "other"}


def after(gateway: Gateway, leg: str, sid: str) -> Told:
    """The room has closed, or the leg was led here: whatever desk and leg say is heard. Also the leg's fallback."""

    def take(call: Call) -> str:
        held = call.contact
        if held is None or call.leg.state == legs.OVER:
            return parted(call)
        if held.state == OFFERED:
            return "whisper"
        if is_consult(held.id):
            return "colleague"
        if held.kind == VOICEMAIL:
            return "message_menu"
        if call.leg.state == legs.HOLD:
            return "hold"
        call.move(legs.MENU)
        return "menu"

    return taking(gateway, leg, sid, take)


def chosen(gateway: Gateway, leg: str, sid: str, digits: str) -> Told:
    """1 hold, 2 next tier, 3 end, 4 consult; anything else leads back into the room."""
    return taking(gateway, leg, sid, lambda call: in_menu(call, digits))


def in_menu(call: Call, digits: str) -> str:
    """What a key of the menu does; what is heard then."""
    held = call.contact
    if held is None or call.leg.state == legs.OVER:
        return parted(call)
    if digits == "1" and held.state == TALKING:
        call.move(legs.HOLD)
        call.tell("hold")
        return "hold"
    if digits == "2" and held.state == TALKING:
        return _escalate(call, held)
    if digits == "3":
        return "disposition"
    if digits == "4" and held.state == TALKING:
        return consults.begin(call, held)
    return back(call)


def held(gateway: Gateway, leg: str, sid: str, digits: str) -> Told:
    """On hold until 1 is pressed; looked at again and again, because the contact may hang up meanwhile."""
    return taking(gateway, leg, sid, lambda call: on_hold(call, digits))


def on_hold(call: Call, digits: str) -> str:
    """1 goes back to the contact; what is heard then."""
    if call.contact is None or call.leg.state == legs.OVER:
        return parted(call)
    if digits != "1":
        return "hold"
    call.tell("resumed")
    return back(call)


def disposed(gateway: Gateway, leg: str, sid: str, digits: str) -> Told:
    """The talk is over, or the contact has hung up. Who presses nothing has answered the question."""
    return taking(gateway, leg, sid, lambda call: at_end(call, digits))


def at_end(call: Call, digits: str) -> str:
    """How it ended, by its key; what is heard then."""
    held = call.contact
    if call.leg.state != legs.OVER and held is not None:
        disposition = DISPOSITIONS.get(digits, "answered")
        call.move(legs.OVER)
        call.happen(Ended(call.leg.contact, disposition))
        if held.state == TALKING:
            call.dispose(disposition)
    elif call.leg.state in WITH_CONTACT and not call.still_here:
        call.move(legs.OVER)
        call.dispose(DISPOSITIONS.get(digits) or call.unsaid)
    return "bye"


def _escalate(call: Call, held: Contact) -> str:
    """The contact goes to the next tier with its case; when nobody of it is here, the agent is told and keeps it."""
    tier = next_tier(call, held)
    if not tier:
        return "nobody_above"
    pass_on(call, held, tier)
    return "passed_on"


def pass_on(call: Call, held: Contact, tier: int) -> None:
    """Contact and case go to that tier, and this telephone is done."""
    call.move(legs.OVER)
    if call.agent is not None:
        agent_cases.passed_on(call.gateway, call.db, held, call.agent, tier, call.now)
    call.happen(Returned(call.leg.contact, "escalated", {"tier": tier}))
