"""Screens on a wall: their names are what somebody typed."""

from sessions.console import wall_screens
from store import users
from tests.web.browser import CAST

VALUES = {"id": "01NONE"}


def plant(console, payloads: list[str]) -> None:
    """As names of screens; those that are no name are refused."""
    maker = users.of_login(console.gateway.store.read(), CAST["supervisor"][0])
    for payload in [one for one in payloads if one.isprintable() and len(one) <= wall_screens.LONGEST_NAME][
        :20
    ]:
        wall_screens.make(console.gateway, maker, name=payload, service="", days="1")
