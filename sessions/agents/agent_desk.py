"""An agent's call from a screen: the same as the keys behind '*', and the telephone follows by a redirect.

The act and what is owed to the telephone are one transaction. A redirect that is lost is made up for when the agent presses '*'.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from desk.routing import Contact
from desk.routing.contacts import CONSULT, TALKING, VOICEMAIL
from sessions.agents import agent_keys, consults, ringing
from sessions.agents.agent_leg import Call
from sessions.desk import desk
from sessions.gateway import Gateway
from store import legs
from store.legs import LegRow
from store.library import Connection
from store.times import text

HOLD, RESUME, ESCALATE, CONSULT_ACT, BACK, HAND_OVER = (
    "hold",
    "resume",
    "escalate",
    "consult",
    "back",
    "hand_over",
)
ENDS: Mapping[str, str] = {disposition: key for key, disposition in agent_keys.DISPOSITIONS.items()}
_KEYS: Mapping[str, Callable[[Call], str]] = {
    HOLD: lambda call: agent_keys.in_menu(call, "1"),
    RESUME: lambda call: agent_keys.on_hold(call, "1"),
    ESCALATE: lambda call: agent_keys.in_menu(call, "2"),
    CONSULT_ACT: lambda call: agent_keys.in_menu(call, "4"),
    BACK: lambda call: consults.decide(call, "2"),
    HAND_OVER: lambda call: consults.decide(call, "1"),
    **{end: partial(agent_keys.at_end, digits=key) for end, key in ENDS.items()},
}
ACTS = tuple(_KEYS)
NOBODY_ABOVE = "nobody_above"
# After these the telephone asks how the talk with a colleague stands; it answers with the room when there is none.
_ASKED_THERE = frozenset({"room", "consult_room", "consulting", "consult_over"})


@dataclass(frozen=True)
class MyCall:
    """The talk that an agent is in. ``state``: room, menu or hold; ``consult``: waiting, offered or talking, '' for none."""

    leg: LegRow
    held: Contact
    state: str
    consult: str
    allowed: tuple[str, ...]


def my_call(gateway: Gateway, db: Connection, agent: str) -> MyCall | None:
    """The call of this agent whose telephone is with the contact; None when there is none."""
    seen = desk.look(gateway, db)
    for held in seen.contacts.values():
        # Whoever hears a message on the telephone has nobody to hold or to go back to.
        if held.agent != agent or held.state != TALKING or held.kind in (CONSULT, VOICEMAIL):
            continue
        for leg in legs.live(db, held.id):
            if leg.agent == agent and leg.sid and leg.state in (legs.ROOM, legs.MENU, legs.HOLD):
                consult = Call(gateway, db, leg, text(gateway.clock())).consult
                asked = consult.state if consult is not None else ""
                return MyCall(leg, held, leg.state, asked, _allowed(leg.state, asked))
    return None


def act(gateway: Gateway, agent: str, what: str) -> str:
    """Does it: '' when it was done, else why not: ``no_call``, ``not_now`` or ``nobody_above``."""
    with gateway.store.write() as db:
        mine = my_call(gateway, db, agent)
        if mine is None:
            return "no_call"
        if what not in mine.allowed:
            return "not_now"
        now = text(gateway.clock())
        heard = _KEYS[what](Call(gateway, db, mine.leg, now))
        if heard == NOBODY_ABOVE:
            return heard
        there = ringing.address(gateway, mine.leg.id, "consulting" if heard in _ASKED_THERE else "after")
        legs.owe(db, "redirect", str(mine.leg.sid), {"url": there}, cause=mine.held.id, at=now)
        return ""


def _allowed(state: str, consult: str) -> tuple[str, ...]:
    """What may be done with the call as it stands."""
    if consult:
        return (BACK, HAND_OVER) if consult == TALKING else (BACK,)
    if state == legs.HOLD:
        return (RESUME, *ENDS)
    return (HOLD, CONSULT_ACT, ESCALATE, *ENDS)
