"""Telephones that are only there as long as somebody looks at them: the page of a browser that may be closed."""

import time
import weakref
from typing import TYPE_CHECKING

from carrier.emulator.calls import FINAL, Call
from carrier.emulator.events import HungUp

if TYPE_CHECKING:
    from carrier.emulator.exchange import Exchange

LONGEST = 3600.0


class Leases:
    """A call under a lease is hung up by its telephone when nobody has looked at it for so long."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._until: weakref.WeakKeyDictionary[Call, float] = weakref.WeakKeyDictionary()

    def renew(self, call: Call, seconds: float) -> None:
        """Keep the call for so long from now, whatever was said before. Raises ValueError."""
        if not 0 < seconds <= LONGEST:
            raise ValueError(f"a lease of {seconds:g} seconds: more than 0, at most {LONGEST:g}")
        watched = call in self._until
        self._until[call] = time.monotonic() + seconds
        if not watched:
            self._look_again(call, seconds)

    def _look_again(self, call: Call, seconds: float) -> None:
        still = weakref.ref(call)  # a lease must not keep a call that is long forgotten

        def due() -> None:
            if (known := still()) is not None:
                self._look(known)

        self._exchange.timers.after(seconds, due)

    def _look(self, call: Call) -> None:
        if call.status in FINAL:
            return
        left = self._until[call] - time.monotonic()
        if left > 0:
            self._look_again(call, left)
        else:
            self._exchange.post(call, HungUp())
