"""Who comes with a token (RFC 6750): the person it was made by, as that person stands now, and no more often than a program may.

Only the header counts: no cookie, so that no browser can be made to send it, and no parameter, which logs would keep.
"""

from __future__ import annotations

import threading
from datetime import datetime

from flask import g, request

from sessions.console import accounts, api_tokens
from sessions.gateway import Gateway
from store import api_tokens as rows
from store import limits, users
from store.api_tokens import ApiToken
from store.library import Connection
from store.times import text
from store.users import ACTIVE, User
from web import addresses
from web.accounts import entering
from web.accounts.visits import Visit
from web.api.problems import Problem
from web.policy import Rule

REALM = 'Bearer realm="sambung"'
LEASE = 20  # requests that are let through for one row written
WRONG_OF_ADDRESS = 60  # wrong tokens from one address in a quarter of an hour
LONGEST = 200


class Meter:
    """Requests of each token in this minute. The database counts them by leases, so that a restart forgets none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[str, tuple[str, int]] = {}  # token -> the minute, and what is left of the lease

    def taken(self, token: str, minute: str) -> bool:
        """Is there something left of a lease?"""
        with self._lock:
            of, left = self._left.get(token, ("", 0))
            if of != minute or left < 1:
                return False
            self._left[token] = (of, left - 1)
            return True

    def lease(self, token: str, minute: str, requests: int) -> None:
        """So many more may come before the database is asked again."""
        with self._lock:
            self._left[token] = (minute, requests)


def admit(gateway: Gateway, rule: Rule) -> None:
    """Lets the request in as its token's person, or raises Problem: 401, 403 or 429."""
    now = gateway.clock()
    token, user = _bearer(gateway, now)
    g.visit, g.token = Visit("", user), token
    _count(gateway, token, now)
    if user.role not in rule.may:
        # What the role may not do is written down as on pages; the guard knows how (web/guard.py).
        raise Problem("no_right")
    if rule.scope not in token.scopes.split(","):
        told = f'{REALM}, error="insufficient_scope", scope="{rule.scope}"'
        raise Problem("no_scope", headers={"WWW-Authenticate": told})


def _bearer(gateway: Gateway, now: datetime) -> tuple[ApiToken, User]:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise Problem("no_token", headers={"WWW-Authenticate": REALM})
    secret = secret.strip()
    db = gateway.store.read()
    token = rows.of_hash(db, api_tokens.hash_of(secret)) if len(secret) <= LONGEST else None
    user = users.load(db, token.user) if token else None
    if token is None or user is None:
        _wrong(gateway, now)
    elif token.lives(text(now)) and user.state == ACTIVE:
        return token, user
    else:
        _refused(gateway, token, user, now)
    raise Problem("bad_token", headers={"WWW-Authenticate": f'{REALM}, error="invalid_token"'})


def _wrong(gateway: Gateway, now: datetime) -> None:
    """Counts what nobody gave out, by the address that it comes from."""
    where = addresses.address(str(getattr(gateway.settings, "forwarded_allow_ips", "")))
    with gateway.store.write() as db:
        found = limits.add_and_count(db, "api_wrong", gateway.keyed("address", where), entering.quarter(now))
    if found > WRONG_OF_ADDRESS:
        raise Problem("too_many", headers={"Retry-After": str(_until(now, 15))})


def _refused(gateway: Gateway, token: ApiToken, user: User, now: datetime) -> None:
    """A token that has ended is still out there: the audit says so, once in a quarter of an hour."""
    why = "locked" if user.state != ACTIVE else "revoked" if token.revoked_at else "ended"
    with gateway.store.write() as db:
        if limits.add_and_count(db, "api_refused", token.id, entering.quarter(now)) == 1:
            accounts.tell(gateway, db, user.login, "token_refused", user.id, {"token": token.id, "why": why})


def _count(gateway: Gateway, token: ApiToken, now: datetime) -> None:
    """Counts one more, and remembers when the token was used last. Raises Problem when it was too many."""
    minute, meter = f"{now:%Y-%m-%dT%H:%M}", _meter(gateway)
    if meter.taken(token.id, minute):
        return
    most = int(getattr(gateway.settings, "api_per_minute", 240))
    with gateway.store.write() as db:
        before = limits.count(db, "api", token.id, minute)
        lease = min(LEASE, most - before)
        if lease > 0:
            _leased(db, token, minute, lease, now)
    if lease <= 0:
        raise Problem("too_many", headers={"Retry-After": str(_until(now, 1))})
    meter.lease(token.id, minute, lease - 1)


def _leased(db: Connection, token: ApiToken, minute: str, requests: int, now: datetime) -> None:
    limits.add_and_count(db, "api", token.id, minute, requests)
    rows.used(db, token.id, text(now))


def _meter(gateway: Gateway) -> Meter:
    made: Meter = gateway.kept.setdefault("api_meter", Meter())
    return made


def _until(now: datetime, minutes: int) -> int:
    """Seconds until the next minute, or the next quarter of an hour."""
    return (minutes - now.minute % minutes) * 60 - now.second
