"""What the engine may know of the world while it decides: facts, given in, never fetched."""

from datetime import date
from typing import Protocol

from engine.turn import EnterQueue

OPEN, CLOSED, HOLIDAY = "open", "closed", "holiday"
FREE, BUSY, NOBODY = "free", "busy", "nobody"


class World(Protocol):
    """Facts of this moment, in the service's own time. sessions/world.py gives the real ones; the explorer gives every one."""

    @property
    def now(self) -> str:
        """This moment in UTC, ISO 8601."""

    @property
    def today(self) -> date:
        """The date in the service's zone."""

    def seconds_since(self, then: str) -> int:
        """Seconds from an ISO time until now."""

    def hours(self, name: str) -> str:
        """open, closed or holiday for one of the flow's hours."""

    def hours_in_words(self, name: str, language: str) -> str:
        """'Senin sampai Jumat pukul 08.00-16.00 WIB'."""

    def promise_in_words(self, name: str, language: str) -> str:
        """When a call-back or an answer is due at the latest, in words with day and zone."""

    def people(self, skill: str, tier: int) -> str:
        """free, busy or nobody on shift for this skill and tier."""

    def hears(self, language: str) -> bool:
        """Is there somebody who understands a spoken choice in this language, now?"""

    def place(self, entering: EnterQueue | None) -> tuple[int, int]:
        """The contact's position (1 is next) and the estimated wait in minutes, rounded up.

        ``entering``: what it asks of the queue, when this very turn brings it there.
        """
