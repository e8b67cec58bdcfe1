"""A screen on a wall stays signed in without a person: a link of its own, read only, for at most 90 days.

The token is 256 bits of chance; the database knows its keyed hash. It opens the wall's page and nothing else, for as long as
whoever made it may make such links: a person who leaves takes the screens along.
"""

import json
import secrets
from collections.abc import Collection
from datetime import timedelta

from sessions.console.accounts import Faults
from sessions.gateway import Gateway
from store import audit, users, wall_screens
from store.ids import new_id
from store.library import Connection
from store.times import text
from store.users import ACTIVE, User
from store.wall_screens import WallScreen

LONGEST_DAYS = 90
LONGEST_NAME = 60
MOST_SCREENS = 50  # that live
NOTED_EVERY = timedelta(minutes=1)
_BYTES = 32


def make(gateway: Gateway, user: User, *, name: str, service: str, days: str) -> str:
    """A new screen; gives its token, to be shown once. Raises Faults with words of web/words/screens.yaml."""
    faults, name, now = {}, " ".join(name.split()), gateway.clock()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        faults["name"] = "name_form"
    if service and gateway.services.current(service) is None:
        faults["service"] = "service_wrong"
    if not (days.isascii() and days.isdigit() and 1 <= int(days[:9]) <= LONGEST_DAYS):
        faults["days"] = "days_wrong"
    token = secrets.token_urlsafe(_BYTES)
    with gateway.store.write() as db:
        if len(wall_screens.living(db, text(now))) >= MOST_SCREENS:
            faults["name"] = "too_many"
        if faults:
            raise Faults(faults)
        screen = WallScreen(
            id=new_id(), hash=_key(gateway, token), user=user.id, name=name, service=service, language=user.language,
            made_at=text(now), until=text(now + timedelta(days=int(days))),
        )  # fmt: skip
        wall_screens.add(db, screen)
        _tell(db, text(now), user.login, "wall_screen_made", screen)
    return token


def opened(gateway: Gateway, token: str, may: Collection[str]) -> WallScreen | None:
    """The screen of this token while it lives; None for any other token. ``may``: roles that may make screens."""
    db, now = gateway.store.read(), gateway.clock()
    screen = wall_screens.of_hash(db, _key(gateway, token)) if token else None
    if screen is None or not screen.lives(text(now)):
        return None
    maker = users.load(db, screen.user)
    if maker is None or maker.state != ACTIVE or maker.role not in may:
        return None
    if (screen.seen_at or "") < text(now - NOTED_EVERY):
        with gateway.store.write() as writing:
            wall_screens.seen(writing, screen.id, text(now))
    return screen


def begun(gateway: Gateway, screen: WallScreen, address: str) -> None:
    """A browser has been opened with the link: a line of the audit."""
    with gateway.store.write() as db:
        _tell(db, text(gateway.clock()), f"wall:{screen.name}", "wall_screen_opened", screen, address=address)


def revoke(gateway: Gateway, who: str, id: str) -> bool:
    """Ends a screen. False when there is none of that id that still opens anything."""
    with gateway.store.write() as db:
        now = text(gateway.clock())
        screen = wall_screens.revoke(db, id, now, who)
        if screen is None:
            return False
        _tell(db, now, who, "wall_screen_revoked", screen)
        return True


def _tell(db: Connection, now: str, who: str, action: str, screen: WallScreen, **more: str) -> None:
    detail = {"name": screen.name, "service": screen.service, "until": screen.until, **more}
    audit.write(db, at=now, who=who, action=action, subject=f"wall:{screen.id}", detail=json.dumps(detail))


def _key(gateway: Gateway, token: str) -> str:
    """What the database knows a token by."""
    return gateway.keyed("wall_screen", token)
