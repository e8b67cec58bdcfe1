"""Routing: one router for calls, callbacks, voicemails and texts. Pure: (desk, event, now) -> (desk, effects).

contacts.py  who waits, is offered, talks       rules.py     what a service may set
state.py     the desk, its roster, changes      laws.py      who may take what
events.py    what can happen                    order.py     who is next, who is asked first
effects.py   what is owed afterwards            settle.py    leases, matching, exits
decide.py    the router                         why.py       the same rules, explained
plain.py     the desk as JSON, and back
"""

from desk.routing.contacts import Contact, Need, contact
from desk.routing.decide import LAWS, Laws, decide
from desk.routing.rules import Rules
from desk.routing.state import Changes, Desk, Roster, changes, desk_of, in_hand, state_of

__all__ = [
    "LAWS", "Changes", "Contact", "Desk", "Laws", "Need", "Roster", "Rules", "changes", "contact", "decide", "desk_of",
    "in_hand", "state_of",
]  # fmt: skip
