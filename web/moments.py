"""Moments as people read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from store.times import instant
from web.words import language

# The zone of the people who sit at the console; a service may have another (`timezone:` of its flow).
ZONE = ZoneInfo("Asia/Jakarta")
_MONTHS = {
    "id": "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split(),
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
}


def in_words(at: datetime, language: str) -> str:
    """A moment in the time of the house.

    >>> from datetime import UTC
    >>> in_words(datetime(2026, 3, 11, 3, 15, 20, tzinfo=UTC), "id")
    '11 Mar 2026 10.15.20 WIB'
    """
    local = at.astimezone(ZONE)
    mark = ":" if language == "en" else "."
    clock = mark.join(f"{part:02}" for part in (local.hour, local.minute, local.second))
    return f"{local.day} {_MONTHS[language][local.month - 1]} {local.year} {clock} {local.tzname()}"


def when(stored: str | None) -> Markup:
    """A stored time (store.times) as an element of the page; a dash for none."""
    if not stored:
        return Markup("–")
    return Markup('<time datetime="{}">{}</time>').format(stored, in_words(instant(stored), language()))
