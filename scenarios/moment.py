"""The engine's facts of a moment of a test, from its clock and its desk: what sessions/world.py takes from the database."""

from __future__ import annotations

from datetime import UTC, date, datetime

from desk import hours as desk_hours
from desk import hours_in_words
from desk.routing import Contact, Need
from engine import world as facts
from engine.flow import Flow
from engine.session import Session
from engine.turn import EnterQueue
from scenarios.staff import Staff
from sessions.desk.waiting import people_at, place_at, wishing
from sessions.moments import hours_of
from sessions.publishing.overrides import hours_with
from store.times import text


class Moment:
    """Facts of this moment (engine.world.World)."""

    def __init__(self, flow: Flow, clock: datetime, staff: Staff, id: str, session: Session) -> None:
        self._flow, self._clock, self._desk, self._id, self._session = flow, clock, staff.desk, id, session
        self._overrides = staff.overrides
        self._utc = clock.astimezone(UTC)

    @property
    def now(self) -> str:
        return text(self._utc)

    @property
    def today(self) -> date:
        return self._clock.date()

    def seconds_since(self, then: str) -> int:
        return int((self._utc - datetime.fromisoformat(then)).total_seconds()) if then else 0

    def hours(self, name: str) -> str:
        return (
            desk_hours.state(hours_with(self._flow, name, self._overrides), self._utc)
            if name in self._flow.hours
            else facts.OPEN
        )

    def hours_in_words(self, name: str, language: str) -> str:
        return (
            hours_in_words.describe(hours_of(self._flow, name), language) if name in self._flow.hours else ""
        )

    def promise_in_words(self, name: str, language: str) -> str:
        name = name or next(iter(self._flow.hours), "")
        return (
            hours_in_words.promise(hours_with(self._flow, name, self._overrides), self._utc, language)
            if name in self._flow.hours
            else ""
        )

    def people(self, skill: str, tier: int) -> str:
        need = Need(self._flow.id, skill, language=self._session.language, tier=tier)
        return people_at(self._desk, self._id, need, self._utc)

    def hears(self, language: str) -> bool:
        return False

    def place(self, entering: EnterQueue | None) -> tuple[int, int]:
        arriving: Contact | None = None
        if self._id not in self._desk.contacts and entering is not None:
            arriving = wishing(self._flow, self._session, self._id, entering, self._utc, held=self._overrides)
        return place_at(self._desk, self._id, arriving, self._utc)
