"""What signing in does: count, compare, open a session, write it down."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sessions.console.accounts import SECOND_FACTOR_ROLES
from sessions.gateway import Gateway
from store import audit, limits, users, web_sessions
from store.library import Connection
from store.times import text
from store.users import ACTIVE, User
from web.accounts import passwords, second_factor, visits
from web.accounts.visits import ENROL, FULL, SECOND, Visit

# Tries in a quarter of an hour, right ones too. An account's are few; an address may be a whole office behind one proxy.
TRIES_OF_ACCOUNT = 10
TRIES_OF_ADDRESS = 50
CODE_TRIES = 5
WRONG, WRONG_CODE, TOO_OFTEN = "wrong", "wrong_code", "too_often"


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
    if too_often(gateway, where.address, "sign_in_account", login, TRIES_OF_ACCOUNT):
        return TOO_OFTEN
    user = users.of_login(gateway.store.read(), login)
    right = passwords.right(user.password if user else "", password[: passwords.LONGEST])
    if user is None or not right or user.state != ACTIVE:
        _write_down(gateway, "sign_in_failed", login if user else "unknown", where)
        return WRONG
    again = passwords.hashed(password) if passwords.outdated(user.password) else user.password
    with gateway.store.write() as db:
        users.change(db, user.id, password=again)
        return open_session(gateway, db, before, user, stage_of(user), where)


def stage_of(user: User) -> str:
    """What is owed after the password: a code, a second factor that is still to be set up, or nothing."""
    if user.totp_key:
        return SECOND
    return ENROL if user.role in SECOND_FACTOR_ROLES else FULL


def prove(gateway: Gateway, visit: Visit, code: str, where: Where) -> Visit | str:
    """The visit with everything proved; else ``wrong_code``, or ``too_often``: then the password has to be given again."""
    user, session = visit.user, visit.session
    assert user is not None and session is not None
    with gateway.store.write() as db:
        tries = web_sessions.tried(db, session.hash)
        if tries > CODE_TRIES or _count(gateway, db, "second_factor", user.id) > CODE_TRIES:
            web_sessions.end(db, session.hash, text(gateway.clock()))
            return TOO_OFTEN
        how = second_factor.proved(gateway, db, user, code)
        if how:
            if how == "recovery_code":
                _audit(gateway, db, user.login, "recovery_code_used", f"user:{user.id}")
            return open_session(gateway, db, visit, user, FULL, where)
    _write_down(gateway, "second_factor_failed", user.login, where)
    return WRONG_CODE


def open_session(
    gateway: Gateway, db: Connection, before: Visit, user: User, stage: str, where: Where
) -> Visit:
    """A new token in place of the one before, which opens nothing any more."""
    now = text(gateway.clock())
    if before.session is not None:
        web_sessions.end(db, before.session.hash, now)
    if stage == FULL:
        users.change(db, user.id, signed_in_at=now)
    _audit(gateway, db, user.login, f"signed_in_{stage}", f"user:{user.id}")
    return visits.begin(gateway, db, user, stage, where.address, where.browser)


def renew(gateway: Gateway, db: Connection, visit: Visit, where: Where) -> Visit:
    """A new token after what this person may do or has to prove has changed; everywhere else he or she is signed out."""
    assert visit.user is not None
    now = text(gateway.clock())
    web_sessions.end_all(db, visit.user.id, now)
    return visits.begin(gateway, db, visit.user, FULL, where.address, where.browser)


def leave(gateway: Gateway, visit: Visit) -> Visit:
    """Signed out; the browser gets a token that nobody has seen."""
    if visit.session is not None and visit.user is not None:
        with gateway.store.write() as db:
            web_sessions.end(db, visit.session.hash, text(gateway.clock()))
            _audit(gateway, db, visit.user.login, "signed_out", f"user:{visit.user.id}")
    return Visit(secrets.token_urlsafe(visits.TOKEN_BYTES))


def too_often(gateway: Gateway, address: str, what: str, subject: str, most: int) -> bool:
    """Counts before anything is compared, so that tries at the same time count, too."""
    with gateway.store.write() as db:
        of_subject = _count(gateway, db, what, subject) if subject else 0
        of_address = _count(gateway, db, "sign_in_address", address)
    return of_subject > most or of_address > TRIES_OF_ADDRESS


def quarter(now: datetime) -> str:
    """The window that tries are counted in: '2026-03-11T10:15'."""
    return f"{now:%Y-%m-%dT%H}:{now.minute // 15 * 15:02d}"


def _count(gateway: Gateway, db: Connection, what: str, subject: str) -> int:
    return limits.add_and_count(db, what, gateway.keyed(what, subject), quarter(gateway.clock()))


def _audit(gateway: Gateway, db: Connection, who: str, action: str, subject: str) -> None:
    audit.write(db, at=text(gateway.clock()), who=who, action=action, subject=subject)


def _write_down(gateway: Gateway, action: str, who: str, where: Where) -> None:
    with gateway.store.write() as db:
        _audit(gateway, db, who, action, f"address:{gateway.keyed('address', where.address)}")
