"""Who a token is, and one's own desk."""

from __future__ import annotations

from typing import Any

from flask import g

from web.accounts import visits
from web.api.declaring import Asked, Noun, ref

noun = Noun("me", "Whom the token belongs to")
EXAMPLE = {
    "login": "ani", "name": "Ani Lestari", "role": "agent", "language": "id", "agent": "ani", "scopes": ["read", "act"],
    "token": {"id": "01K0EXAMPLE", "name": "CRM", "until": "2027-03-11T03:15:00.000Z"},
}  # fmt: skip


@noun.ask("/me", "me", "Whom this token belongs to, and what it opens", answer=ref("Me"), example=EXAMPLE)
def me(asked: Asked) -> Any:
    user, token = visits.me(), g.token
    return {
        "login": user.login, "name": user.name, "role": user.role, "language": user.language, "agent": user.agent,
        "scopes": token.scopes.split(","), "token": {"id": token.id, "name": token.name, "until": token.until},
    }  # fmt: skip
