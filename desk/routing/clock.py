"""A clock that jumps. Forwards it looks like an hour in which nothing was heard, and leases end: that is safe.

Backwards it would hold leases and waits for as long as it jumped. So the desk notices a clock that was set back, and moves
what it has measured back with it: whoever had waited four minutes has still waited four minutes. Moments that were
promised or written (opening hours, a callback's time) stay what they are.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from desk.agents import Post
from desk.routing.contacts import Contact
from desk.routing.state import Desk

# Processes read the clock before they get the lock, so that moments arrive a little out of order.
SLACK = timedelta(seconds=5)
_MEASURED_OF_CONTACT = ("arrived_at", "last_agent_at", "since", "held_until", "remind_at", "due")
_MEASURED_OF_POST = tuple(
    name
    for name in (item.name for item in fields(Post))
    if name in ("since", "idle_since", "wrap_up_until", "rest_until")
)
Row = TypeVar("Row", Contact, Post)


def keep(desk: Desk, now: datetime) -> tuple[Desk, datetime]:
    """(the desk, the moment) to decide with: never before what the desk has seen."""
    if desk.seen_at is None or now >= desk.seen_at:
        return desk, now
    back = desk.seen_at - now
    if back <= SLACK:
        return desk, desk.seen_at
    return replace(
        desk,
        contacts={key: _moved_contact(row, back) for key, row in desk.contacts.items()},
        posts={key: _moved(row, _MEASURED_OF_POST, back) for key, row in desk.posts.items()},
        seen_at=now,
    ), now


def _moved_contact(contact: Contact, back: timedelta) -> Contact:
    # The time of a callback's next try was measured, the time of its first was promised.
    names = (*_MEASURED_OF_CONTACT, "not_before") if contact.tries else _MEASURED_OF_CONTACT
    return replace(_moved(contact, names, back), due=None)


def _moved(row: Row, names: tuple[str, ...], back: timedelta) -> Row:
    moved: dict[str, Any] = {
        name: moment - back for name in names if (moment := getattr(row, name)) is not None
    }
    return replace(row, **moved)
