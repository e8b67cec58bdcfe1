"""Who is looking: the browser's token, the session that it opens, and the person.

A browser without a session has a token, too: the tokens of forms are made from it, so that nobody's form can be sent
from another site. It is exchanged when somebody signs in (ASVS 5.0, 7.2.4).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import g

from sessions.gateway import Gateway
from store import users, web_sessions
from store.library import Connection
from store.times import text
from store.users import ACTIVE, User
from store.web_sessions import WebSession

TOKEN_BYTES = 32
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# A row is not written for every click: so much later is late enough.
NOTED_EVERY = timedelta(minutes=1)
FULL, SECOND, ENROL = "full", "second", "enrol"


@dataclass(frozen=True)
class Visit:
    """One browser. ``user`` is None for nobody known; ``session`` then is None, too."""

    token: str
    user: User | None = None
    session: WebSession | None = None

    @property
    def signed_in(self) -> bool:
        """Has everything been proved that this person has to prove?"""
        return self.session is not None and self.session.stage == FULL

    @property
    def standing(self) -> str:
        """The word that web/policy.py uses for this visitor: a role, halfway or anonymous."""
        if self.user is None or self.session is None:
            return "anonymous"
        return self.user.role if self.signed_in else "halfway"


def key_of(gateway: Gateway, token: str) -> str:
    """What the database knows a token by."""
    return gateway.keyed("web_session", token)


def current(gateway: Gateway, token: str) -> Visit:
    """The visit of whoever has this token; somebody new gets a token of their own."""
    if not token:
        return Visit(secrets.token_urlsafe(TOKEN_BYTES))
    now, db = gateway.clock(), gateway.store.read()
    session = web_sessions.load(db, key_of(gateway, token), now=text(now), seen_since=text(now - IDLE))
    user = users.load(db, session.user) if session else None
    if session is None or user is None or user.state != ACTIVE:
        return Visit(token)
    return Visit(token, user, session)


def note(gateway: Gateway, visit: Visit) -> None:
    """Remembers that this person did something, once a minute at most."""
    now = gateway.clock()
    if visit.session and visit.session.seen_at < text(now - NOTED_EVERY):
        with gateway.store.write() as db:
            web_sessions.seen(db, visit.session.hash, text(now))


def begin(gateway: Gateway, db: Connection, user: User, stage: str, address: str, browser: str) -> Visit:
    """A new session with a new token; whatever was opened with the old one is closed by the caller."""
    now, token = gateway.clock(), secrets.token_urlsafe(TOKEN_BYTES)
    session = WebSession(
        hash=key_of(gateway, token),
        user=user.id,
        stage=stage,
        made_at=text(now),
        seen_at=text(now),
        until=text(now + LONGEST),
        address=address,
        browser=browser[:200],
        tries=0,
    )
    web_sessions.add(db, session)
    return Visit(token, user, session)


def visit() -> Visit:
    """Who is looking at this page."""
    return g.visit


def me() -> User:
    """Whoever looks, on a page that only known people see (web/policy.py)."""
    user = visit().user
    assert user is not None, "a page for known people was shown to somebody unknown"
    return user
