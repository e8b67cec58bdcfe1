"""Recorded prompts that <Play> names: fetched as Twilio fetches them, so that a missing one is noticed; and
how long they are.
"""

import time
from typing import TYPE_CHECKING

from carrier.emulator.record import seconds_of
from carrier.emulator.twiml import Fault

if TYPE_CHECKING:
    from carrier.emulator.webhooks import Webhooks

_KEPT_SECONDS = 60.0
_KEPT = 2000
_LENGTH = 3.0
"""Seconds taken for a sound that is no WAV."""


class Sounds:
    """Lengths by URL, kept for a minute: Twilio caches media too."""

    def __init__(self, webhooks: "Webhooks") -> None:
        self._webhooks = webhooks
        self._kept: dict[str, tuple[float, float | Fault]] = {}

    def length(self, url: str) -> float:
        """Seconds. Raises Fault 11200 or 11205 when it cannot be fetched, 12300 when it is no sound."""
        until, known = self._kept.get(url, (0.0, _LENGTH))
        if time.monotonic() > until:
            if len(self._kept) > _KEPT:
                self._kept.clear()
            known = self._fetch(url)
            self._kept[url] = (time.monotonic() + _KEPT_SECONDS, known)
        if isinstance(known, Fault):
            raise known
        return known

    def _fetch(self, url: str) -> float | Fault:
        try:
            answer = self._webhooks.fetch(url, "GET", {})
        except Fault as fault:
            return fault
        if not answer.content_type.startswith(("audio/", "application/octet-stream")):
            return Fault(12300, f"{url} is {answer.content_type or 'of no type'}, no sound")
        try:
            return seconds_of(answer.body)
        except ValueError:
            return _LENGTH
