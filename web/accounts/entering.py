"""What signing in does: count, compare, open a session, write it down."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sessions.gateway import Gateway
from store import audit, limits, users, web_sessions
from store.library import Connection
from store.times import text
from store.users import ACTIVE, User
from web.accounts import passwords, visits
from web.accounts.visits import FULL, Visit

# Tries in a quarter of an hour, right ones too. An account's are few; an address may be a whole office behind one proxy.
TRIES_OF_ACCOUNT = 10
TRIES_OF_ADDRESS = 50
WRONG, TOO_OFTEN = "wrong", "too_often"


@dataclass(frozen=True)
class Where:
    """From where somebody comes: the address and what the browser says it is."""

    address: str
    browser: str


def enter(gateway: Gateway, before: Visit, login: str, password: str, where: Where) -> Visit | str:
    """The visit of whoever knows the password; else why not: ``wrong`` or ``too_often``.

    Whether a login exists cannot be told from the answer, nor from how long it took.
    """
    login = login.strip().lower()[:200]
    if _too_often(gateway, login, where.address):
        return TOO_OFTEN
    user = users.of_login(gateway.store.read(), login)
    right = passwords.right(user.password if user else "", password[: passwords.LONGEST])
    if user is None or not right or user.state != ACTIVE:
        _write_down(gateway, "sign_in_failed", login if user else "unknown", where)
        return WRONG
    again = passwords.hashed(password) if passwords.outdated(user.password) else user.password
    with gateway.store.write() as db:
        users.change(db, user.id, password=again, signed_in_at=text(gateway.clock()))
        return open_session(gateway, db, before, user, FULL, where)


def open_session(
    gateway: Gateway, db: Connection, before: Visit, user: User, stage: str, where: Where
) -> Visit:
    """A new token in place of the one before, which opens nothing any more."""
    now = text(gateway.clock())
    if before.session is not None:
        web_sessions.end(db, before.session.hash, now)
    audit.write(db, at=now, who=user.login, action=f"signed_in_{stage}", subject=f"user:{user.id}")
    return visits.begin(gateway, db, user, stage, where.address, where.browser)


def leave(gateway: Gateway, visit: Visit) -> Visit:
    """Signed out; the browser gets a token that nobody has seen."""
    if visit.session is not None and visit.user is not None:
        now = text(gateway.clock())
        with gateway.store.write() as db:
            web_sessions.end(db, visit.session.hash, now)
            audit.write(
                db, at=now, who=visit.user.login, action="signed_out", subject=f"user:{visit.user.id}"
            )
    return Visit(secrets.token_urlsafe(visits.TOKEN_BYTES))


def quarter(now: datetime) -> str:
    """The window that tries are counted in: '2026-03-11T10:15'."""
    return f"{now:%Y-%m-%dT%H}:{now.minute // 15 * 15:02d}"


def _too_often(gateway: Gateway, login: str, address: str) -> bool:
    """Counts before anything is compared: tries at the same time count, too."""
    window = quarter(gateway.clock())
    with gateway.store.write() as db:
        of_account = limits.add_and_count(db, "sign_in_account", gateway.keyed("login", login), window)
        of_address = limits.add_and_count(db, "sign_in_address", gateway.keyed("address", address), window)
    return of_account > TRIES_OF_ACCOUNT or of_address > TRIES_OF_ADDRESS


def _write_down(gateway: Gateway, action: str, who: str, where: Where) -> None:
    with gateway.store.write() as db:
        subject = f"address:{gateway.keyed('address', where.address)}"
        audit.write(db, at=text(gateway.clock()), who=who, action=action, subject=subject)
