"""Tokens with which programs use the console's API: made by a person, ended by that person or an administrator.

A token is 256 bits of chance behind a prefix that scanners of leaked secrets recognise. What the database knows is its SHA-256:
nothing slower is needed where there is nothing to guess. It never opens more than its person may do at that moment.
"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from sessions.console import accounts
from sessions.console.accounts import Faults
from sessions.gateway import Gateway
from store import api_tokens
from store.api_tokens import ApiToken
from store.ids import new_id
from store.library import Connection
from store.times import text
from store.users import User

PREFIX = "sbg_"
_BYTES = 32
# Look; work and change; give callers another version; people of the console and their rights.
READ, ACT, PUBLISH, MANAGE = SCOPES = ("read", "act", "publish", "manage")
LONGEST_DAYS = 365
LONGEST_NAME = 60
MOST_TOKENS = 20  # that live, of one person


def make(
    gateway: Gateway, db: Connection, user: User, *, name: str, scopes: Collection[str], days: str, may: Collection[str]
) -> tuple[ApiToken, str]:  # fmt: skip
    """A new token of this person and its secret, to be shown once. ``may``: the scopes that are of any use to the role.

    In the caller's write() block, in which the second factor was proved. Raises Faults with words of web/words/accounts.yaml.
    """
    faults, name = {}, " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        faults["token_name"] = "token_name_form"
    if not scopes or not set(scopes) <= set(may):
        faults["scopes"] = "scopes_wrong"
    if not (days.isascii() and days.isdigit() and 1 <= int(days[:9]) <= LONGEST_DAYS):
        faults["days"] = "days_wrong"
    now = gateway.clock()
    if sum(one.lives(text(now)) for one in api_tokens.everybodys(db, user.id)) >= MOST_TOKENS:
        faults["token_name"] = "too_many_tokens"
    if faults:
        raise Faults(faults)
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    token = ApiToken(
        id=new_id(), hash=hash_of(secret), user=user.id, name=name, scopes=",".join(one for one in SCOPES if one in scopes),
        made_at=text(now), until=text(now + timedelta(days=int(days))), used_at=None, revoked_at=None, revoked_by="",
    )  # fmt: skip
    api_tokens.add(db, token)
    detail = {"token": token.id, "name": name, "scopes": token.scopes, "until": token.until}
    accounts.tell(gateway, db, user.login, "token_made", user.id, detail)
    return token, secret


def revoke(gateway: Gateway, who: str, id: str, *, user: str = "") -> bool:
    """Ends a token, with ``user`` only one of this person's. False when there is none of that id that still opens anything."""
    with gateway.store.write() as db:
        token = api_tokens.load(db, id)
        if token is None or user not in ("", token.user):
            return False
        if not api_tokens.revoke(db, id, text(gateway.clock()), who):
            return False
        accounts.tell(gateway, db, who, "token_revoked", token.user, {"token": id, "name": token.name})
        return True


def hash_of(secret: str) -> str:
    """What the database knows a token by."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
