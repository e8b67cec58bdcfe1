"""People: one who can be locked, demoted and signed out; names, logins and browsers that are hostile."""

from store import audit, users
from store.times import text
from store.users import ACTIVE, User
from web.accounts import visits

EXAMPLE = "Uexample"


def person(console) -> str:
    """Somebody nobody else needs."""
    with console.gateway.store.write() as db:
        if users.load(db, EXAMPLE) is None:
            now = text(console.gateway.clock())
            users.add(db, User(EXAMPLE, "contoh", "Contoh", "agent", "id", "", ACTIVE, "", "", 0, now, None))
    return EXAMPLE


VALUES = {"id": person}
FORMS = {"people.act": {"act": "end"}}


def plant(console, payloads: list[str]) -> None:
    """As names of people, as browsers that are signed in, and in lines of the audit."""
    person(console)
    now = text(console.gateway.clock())
    with console.gateway.store.write() as db:
        for place, payload in enumerate(payloads):
            if users.load(db, f"Uhostile{place}") is None:
                hostile = User(
                    f"Uhostile{place}",
                    f"jahat{place}",
                    payload,
                    "agent",
                    "id",
                    "",
                    "locked",
                    "",
                    "",
                    0,
                    now,
                    None,
                )
                users.add(db, hostile)
            visits.begin(console.gateway, db, users.load(db, EXAMPLE), "full", payload[:60], payload)
        for payload in payloads:
            audit.write(db, at=now, who=payload, action=payload, subject=f"user:{EXAMPLE}", detail=payload)
