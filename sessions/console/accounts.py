"""People of the console: who is added, invited, given a role, locked. Its pages and `python app.py users` call the same functions.

Nobody chooses another person's password: whoever is added gets a token, used once, and chooses a password with it.
"""

import json
import re
import secrets
from datetime import timedelta
from typing import Any

from desk.access import Asker
from sessions.desk import desk
from sessions.gateway import Gateway
from store import api_tokens, audit, invitations, users, web_sessions
from store.ids import new_id
from store.invitations import Invitation
from store.library import Connection
from store.times import text
from store.users import ACTIVE, LOCKED, User

AGENT, SUPERVISOR, ADMINISTRATOR, AUDITOR = ROLES = ("agent", "supervisor", "administrator", "auditor")
# Who may do what cannot be undone has to prove more than a password (security line 24).
SECOND_FACTOR_ROLES = frozenset({SUPERVISOR, ADMINISTRATOR})
LANGUAGES = ("id", "en")
FIRST_TOKEN_LASTS = timedelta(hours=1)
TOKEN_LASTS = timedelta(hours=24)

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
LONGEST_NAME = 80


class Faults(Exception):
    """What is wrong with what was entered: ``fields`` has field -> the word for it (web/words/people.yaml)."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {word}" for field, word in fields.items()))
        self.fields = fields


def add(
    gateway: Gateway, who: str, *, login: str, name: str, role: str, language: str = "id", agent: str = ""
) -> tuple[User, str]:
    """A new person and the token with which he or she chooses a password. Raises Faults."""
    login = login.strip().lower()
    with gateway.store.write() as db:
        faults = _faults(gateway, db, name=name, role=role, language=language, agent=agent)
        if not _LOGIN.fullmatch(login):
            faults["login"] = "login_form"
        elif users.of_login(db, login) is not None:
            faults["login"] = "login_taken"
        if faults:
            raise Faults(faults)
        now = text(gateway.clock())
        user = User(new_id(), login, name.strip(), role, language, agent, ACTIVE, "", "", 0, now, None)
        users.add(db, user)
        tell(gateway, db, who, "user_added", user.id, {"login": login, "role": role, "agent": agent})
        return user, _token(gateway, db, user.id)


def invite(gateway: Gateway, who: str, id: str) -> str:
    """A token with which this person chooses a new password; sessions and tokens of programs of before end. Raises KeyError."""
    with gateway.store.write() as db:
        user = known(db, id)
        tell(gateway, db, who, "user_invited", user.id)
        _end_everything(gateway, db, who, user.id)
        return _token(gateway, db, user.id)


def invite_first(gateway: Gateway) -> str | None:
    """A token for the first administrator; None when there is one. Each start makes a new one, the last one counts."""
    with gateway.store.write() as db:
        if not wants_first(db):
            return None
        audit.write(db, at=text(gateway.clock()), who="run", action="first_token_made", subject="users")
        return _token(gateway, db, None)


def wants_first(db: Connection) -> bool:
    """Is there nobody who could invite others?"""
    return not any(user.role == ADMINISTRATOR and user.password for user in users.everybody(db))


def accept(gateway: Gateway, token: str, password: str, login: str = "", name: str = "") -> User:
    """Whoever has the token gets this password (hashed by the caller); with the first token, a new administrator.

    Raises Faults: ``token`` when it opens nothing any more, ``login`` and ``name`` for the first administrator.
    """
    with gateway.store.write() as db:
        now = text(gateway.clock())
        invitation = invitations.load(db, _key(gateway, token), now)
        if invitation is None or (invitation.user is None and not wants_first(db)):
            raise Faults({"token": "token_ended"})
        if invitation.user is None:
            user = _first(gateway, db, login, name, now)
        else:
            user = known(db, invitation.user)
        if not invitations.use(db, invitation.hash, now):
            raise Faults({"token": "token_ended"})
        users.change(db, user.id, password=password)
        web_sessions.end_all(db, user.id, now)
        tell(gateway, db, user.login, "password_chosen", user.id)
        return user._replace(password=password)


def invited(gateway: Gateway, token: str) -> tuple[bool, User | None]:
    """(does this token open something?, the person it is for; None: the first administrator)."""
    db = gateway.store.read()
    invitation = invitations.load(db, _key(gateway, token), text(gateway.clock()))
    if invitation is None or (invitation.user is None and not wants_first(db)):
        return False, None
    return True, users.load(db, invitation.user) if invitation.user else None


def change(gateway: Gateway, who: str, id: str, **wanted: Any) -> User:
    """Name, role, language, roster agent. A change of rights ends the person's sessions. Raises Faults, KeyError."""
    with gateway.store.write() as db:
        user = known(db, id)
        new = user._replace(**wanted)
        faults = _faults(
            gateway, db, name=new.name, role=new.role, language=new.language, agent=new.agent, id=id
        )
        if user.role == ADMINISTRATOR != new.role and _last(db, user):
            faults["role"] = "last_administrator"
        if faults:
            raise Faults(faults)
        changed = {name: value for name, value in wanted.items() if getattr(user, name) != value}
        if changed:
            users.change(db, id, **changed)
            tell(gateway, db, who, "user_changed", id, changed)
        if {"role", "agent"} & set(changed):
            _end_everything(gateway, db, who, id)
        return new


def lock(gateway: Gateway, who: str, id: str) -> None:
    """Nobody can sign in as this person any more, and every session ends. Raises Faults for the last administrator."""
    with gateway.store.write() as db:
        user = known(db, id)
        if _last(db, user):
            raise Faults({"state": "last_administrator"})
        users.change(db, id, state=LOCKED)
        _end_everything(gateway, db, who, id)
        tell(gateway, db, who, "user_locked", id)


def unlock(gateway: Gateway, who: str, id: str) -> None:
    """May sign in again."""
    with gateway.store.write() as db:
        users.change(db, known(db, id).id, state=ACTIVE)
        tell(gateway, db, who, "user_unlocked", id)


def end_sessions(gateway: Gateway, who: str, id: str, *, but: str = "") -> int:
    """Signs this person out everywhere, except from the session of the hash ``but``; how many sessions ended."""
    with gateway.store.write() as db:
        ended = web_sessions.end_all(db, known(db, id).id, text(gateway.clock()), but=but)
        tell(gateway, db, who, "sessions_ended", id, {"ended": ended})
        return ended


def reset_second_factor(gateway: Gateway, who: str, id: str) -> None:
    """Forgets the second factor: at the next sign-in, with the password, a new one is set up. Sessions end."""
    with gateway.store.write() as db:
        user = known(db, id)
        users.change(db, user.id, totp_key="", totp_step=0)
        invitations.set_codes(db, user.id, ())
        _end_everything(gateway, db, who, user.id)
        tell(gateway, db, who, "second_factor_reset", id)


def asker_of(gateway: Gateway, user: User) -> Asker | None:
    """As whom this person may see what contacts said (desk.access): tier, unit and services of the roster; None: not at all.

    A supervisor without an agent of the roster sees as a supervisor does; administrators and auditors see no contact.
    """
    agent = desk.look(gateway, gateway.store.read()).roster.agents.get(user.agent) if user.agent else None
    if user.role == SUPERVISOR:
        return Asker("supervisor", services=frozenset(agent.services if agent else ()))
    return agent.asker if agent else None


def known(db: Connection, id: str) -> User:
    """The person of this id. Raises KeyError."""
    user = users.load(db, id)
    if user is None:
        raise KeyError(id)
    return user


def _first(gateway: Gateway, db: Connection, login: str, name: str, now: str) -> User:
    login = login.strip().lower()
    faults = _faults(gateway, db, name=name, role=ADMINISTRATOR, language="id", agent="")
    if not _LOGIN.fullmatch(login):
        faults["login"] = "login_form"
    elif users.of_login(db, login) is not None:
        faults["login"] = "login_taken"
    if faults:
        raise Faults(faults)
    user = User(new_id(), login, name.strip(), ADMINISTRATOR, "id", "", ACTIVE, "", "", 0, now, None)
    users.add(db, user)
    tell(gateway, db, login, "first_administrator", user.id)
    return user


def _faults(
    gateway: Gateway, db: Connection, *, name: str, role: str, language: str, agent: str, id: str = ""
) -> dict[str, str]:
    faults = {}
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        faults["name"] = "name_form"
    if role not in ROLES:
        faults["role"] = "role_unknown"
    if language not in LANGUAGES:
        faults["language"] = "language_unknown"
    if agent and agent not in desk.look(gateway, db).roster.agents:
        faults["agent"] = "agent_unknown"
    elif agent and any(other.agent == agent and other.id != id for other in users.everybody(db)):
        faults["agent"] = "agent_taken"
    return faults


def _last(db: Connection, user: User) -> bool:
    """Is this the only administrator who can sign in?"""
    others = [
        other
        for other in users.everybody(db)
        if other.role == ADMINISTRATOR and other.state == ACTIVE and other.password and other.id != user.id
    ]
    return user.role == ADMINISTRATOR and not others


def _end_everything(gateway: Gateway, db: Connection, who: str, id: str) -> None:
    """Nothing that was opened with what this person was or had goes on: no session, no token of a program."""
    now = text(gateway.clock())
    web_sessions.end_all(db, id, now)
    if ended := api_tokens.revoke_all(db, id, now, who):
        tell(gateway, db, who, "tokens_revoked", id, {"ended": ended})


def _token(gateway: Gateway, db: Connection, user: str | None) -> str:
    now, token = gateway.clock(), secrets.token_urlsafe(24)
    lasts = TOKEN_LASTS if user else FIRST_TOKEN_LASTS
    invitations.add(db, Invitation(_key(gateway, token), user, text(now), text(now + lasts)))
    return token


def _key(gateway: Gateway, token: str) -> str:
    return gateway.keyed("invitation", token.strip())


def tell(
    gateway: Gateway, db: Connection, who: str, action: str, id: str, detail: dict[str, Any] | None = None
) -> None:
    """A line of the audit about a person of the console."""
    audit.write(
        db,
        at=text(gateway.clock()),
        who=who,
        action=action,
        subject=f"user:{id}",
        detail=json.dumps(detail or {}),
    )
