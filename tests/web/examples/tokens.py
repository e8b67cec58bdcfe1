"""Tokens of programs: one of somebody nobody else needs, and names that are hostile."""

from datetime import timedelta

from store import api_tokens
from store.api_tokens import ApiToken
from store.times import text
from tests.web.examples import people

EXAMPLE = "01EXAMPLETOKEN"


def token(console) -> str:
    """A token that lives."""
    _plant(console, EXAMPLE, "contoh")
    return EXAMPLE


VALUES = {"id": token}


def plant(console, payloads: list[str]) -> None:
    """As names of tokens, and as who revoked them."""
    for place, payload in enumerate(payloads):
        _plant(console, f"01HOSTILE{place}", payload)
        with console.gateway.store.write() as db:
            api_tokens.revoke(db, f"01HOSTILE{place}", text(console.gateway.clock()), payload)


def _plant(console, id: str, name: str) -> None:
    user, now = people.person(console), console.gateway.clock()
    with console.gateway.store.write() as db:
        if api_tokens.load(db, id) is None:
            until = text(now + timedelta(days=1))
            api_tokens.add(
                db, ApiToken(id, f"hash of {id}", user, name, "read", text(now), until, None, None, "")
            )
