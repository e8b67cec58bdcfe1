"""The engine's facts of this moment, from the database and the calendar. Each is worked out only when a step asks for it."""

from datetime import date

from desk import hours as desk_hours
from desk import hours_in_words
from desk.overrides import Override
from engine import world as facts
from engine.turn import EnterQueue
from sessions.desk import waiting
from sessions.moments import zone_of as zone_of
from sessions.publishing import overrides
from sessions.scene import Scene
from store import choices
from store.times import instant, text


class Now:
    """One moment of one contact (engine.world.World)."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._flow = scene.flow
        self._db = scene.db
        self._moment = instant(scene.now)
        self._overrides: list[Override] | None = None
        self._today = self._moment.astimezone(zone_of(scene.flow.timezone)).date()

    @property
    def now(self) -> str:
        return text(self._moment)

    @property
    def today(self) -> date:
        return self._today

    def seconds_since(self, then: str) -> int:
        if not then:
            return 0
        return int((self._moment - instant(then)).total_seconds())

    def hours(self, name: str) -> str:
        if name not in self._flow.hours:
            return facts.OPEN  # a service without hours never closes
        return desk_hours.state(self._spec(name), self._moment)

    def hours_in_words(self, name: str, language: str) -> str:
        return hours_in_words.describe(self._spec(name), language) if name in self._flow.hours else ""

    def promise_in_words(self, name: str, language: str) -> str:
        name = name or next(iter(self._flow.hours), "")
        if name not in self._flow.hours:
            return ""
        return hours_in_words.promise(self._spec(name), self._moment, language)

    def people(self, skill: str, tier: int) -> str:
        return waiting.people(self._scene, skill, tier, self._moment)

    def hears(self, language: str) -> bool:
        return choices.heard(self._db, language, now=self.now)

    def place(self, entering: EnterQueue | None) -> tuple[int, int]:
        return waiting.place(self._scene, entering, self._moment)

    def _spec(self, name: str) -> desk_hours.Hours:
        if self._overrides is None:
            self._overrides = overrides.of(self._db, self._flow.id, self.now)
        return overrides.hours_with(self._flow, name, self._overrides)
