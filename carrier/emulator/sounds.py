"""Recorded prompts that <Play> names: fetched as Twilio fetches them, so that a missing one is noticed; and
how long they are.
"""

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from carrier.emulator.record import seconds_of
from carrier.emulator.twiml import Fault

if TYPE_CHECKING:
    from carrier.emulator.webhooks import Webhooks

_KEPT_SECONDS = 60.0
_KEPT = 2000
_LAST = 64
"""Sounds whose bytes are kept for a telephone that wants to hear them."""
_LENGTH = 3.0
"""Seconds taken for a sound that is no WAV."""


class Sounds:
    """Lengths by URL, kept for a minute: Twilio caches media too."""

    def __init__(self, webhooks: "Webhooks") -> None:
        self._webhooks = webhooks
        self._kept: dict[str, tuple[float, float | Fault]] = {}
        self._last: OrderedDict[str, bytes] = OrderedDict()

    def length(self, url: str) -> float:
        """Seconds. Raises Fault 11200 or 11205 when it cannot be fetched, 12300 when it is no sound."""
        until, known = self._kept.get(url, (0.0, _LENGTH))
        if time.monotonic() > until:
            if len(self._kept) > _KEPT:
                self._kept.clear()
            known = self._length(url)
            self._kept[url] = (time.monotonic() + _KEPT_SECONDS, known)
        if isinstance(known, Fault):
            raise known
        return known

    def heard(self, url: str) -> bytes:
        """The sound itself, as it was fetched for the call that heard it. Raises Fault."""
        return self._last.get(url) or self._fetch(url)  # again when many others were played since

    def _length(self, url: str) -> float | Fault:
        try:
            return seconds_of(self._fetch(url))
        except Fault as fault:
            return fault
        except ValueError:
            return _LENGTH

    def _fetch(self, url: str) -> bytes:
        answer = self._webhooks.fetch(url, "GET", {})
        if not answer.content_type.startswith(("audio/", "application/octet-stream")):
            raise Fault(12300, f"{url} is {answer.content_type or 'of no type'}, no sound")
        self._last[url] = answer.body
        while len(self._last) > _LAST:
            self._last.popitem(last=False)
        return answer.body
