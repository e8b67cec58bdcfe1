"""Two calls connected, and a call on hold: what <Dial>, <Enqueue> and <Conference> have in common."""

from collections.abc import Generator
from typing import TYPE_CHECKING

from carrier.emulator import verbs
from carrier.emulator.events import Elapsed, Event, Interruption, Key, LegEnded, Page, PeerGone, Wait

if TYPE_CHECKING:
    from carrier.emulator.calls import Call

_SHORTEST_ROUND = 1.0
"""Seconds. A wait document with nothing to hear in it is not asked for more often than this."""


def talk(
    call: "Call", peer: "Call", limit: float = float("inf"), star: bool = False
) -> Generator[Wait, Event, str]:
    """Talk until the other one goes (``gone``), the limit passes (``limit``) or, with ``star``, this one
    presses * (``star``).

    However it ends on this side, the other side hears of it.
    """
    wait = Wait("talking", call.now() + limit)
    try:
        while True:
            event = yield wait
            if (
                isinstance(event, (PeerGone, LegEnded))
                and (event.peer if isinstance(event, PeerGone) else event.leg) is peer
            ):
                return "gone"
            if isinstance(event, Elapsed):
                call.exchange.post(peer, PeerGone(call))
                return "limit"
            if star and isinstance(event, Key) and event.digit == "*":
                call.exchange.post(peer, PeerGone(call))
                return "star"
    except Interruption:
        call.exchange.post(peer, PeerGone(call))
        raise


def hold(call: "Call", page: Page | None) -> Generator[Wait, Event, None]:
    """Hear the wait document again and again, or the carrier's music; only an interruption ends it.

    The document is asked for again when its end is reached: twilio.com/docs/voice/twiml/enqueue (waitUrl). A
    stepped call rests
    after every round, since a queue would otherwise play for ever.
    """
    if page is None:
        call.hear("music", "hold music")
        while True:
            yield Wait("waiting")
    while True:
        begun = call.now()
        yield from verbs.follow(call, page)
        yield Wait("waiting", max(call.now(), begun + _SHORTEST_ROUND))
