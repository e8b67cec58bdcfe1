"""As whom somebody works: the person of the console in the role that the roster gives."""

from flask import abort, g

from sessions.agents import staff
from sessions.cases.records import Person
from sessions.console import accounts
from sessions.gateway import Gateway
from web.accounts import visits


def person_of(gateway: Gateway) -> Person | None:
    """Whoever looks, under the name that histories know: the agent's id, else the login. None for who sees no contact."""
    user = visits.me()
    asker = accounts.asker_of(gateway, user)
    return Person(user.agent or user.login, asker) if asker is not None else None


def required(gateway: Gateway) -> Person:
    """The same, for addresses that are nobody's without a place in the roster: 403 with the reason."""
    person = person_of(gateway)
    if person is None:
        g.refused = "no_roster"
        abort(403)
    return person


def agent_of(gateway: Gateway) -> str:
    """The id in the roster of whoever looks; '' for who takes no contacts."""
    user = visits.me()
    return user.agent if user.agent in staff.look(gateway).roster.agents else ""
