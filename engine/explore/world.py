"""Worlds and flows that tell the explorer what a turn asked for."""

from datetime import date
from typing import Any

from engine.explore.situations import Unset
from engine.flow import Step
from engine.world import BUSY, CLOSED, FREE, HOLIDAY, NOBODY, OPEN

LONG = 100_000  # seconds: longer than any wait
NOW = "2026-03-11T03:00:00.000Z"


class Choices:
    """A World whose answers are taken from ``script`` as long as it lasts, then the first possible ones."""

    def __init__(self, today: date, script: tuple[int, ...]) -> None:
        self._today, self._script = today, script
        self.taken: list[int] = []
        self.widths: list[int] = []
        self.told: list[str] = []
        self._known: dict[str, str] = {}

    def _choose(self, question: str, answers: tuple[str, ...]) -> str:
        if question not in self._known:
            index = self._script[len(self.taken)] if len(self.taken) < len(self._script) else 0
            self.taken.append(index)
            self.widths.append(len(answers))
            self._known[question] = answers[index]
            if index:
                self.told.append(f"({answers[index]})")
        return self._known[question]

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What was asked, and the answer."""
        return tuple(self._known.items())

    @property
    def now(self) -> str:
        return NOW

    @property
    def today(self) -> date:
        return self._today

    def seconds_since(self, then: str) -> int:
        return LONG if self._choose("seconds", ("soon", "after a long wait")) != "soon" else 0

    def hours(self, name: str) -> str:
        return self._choose(f"hours {name}", (OPEN, CLOSED, HOLIDAY))

    def hours_in_words(self, name: str, language: str) -> str:
        return "Senin sampai Jumat pukul 08.00-16.00 WIB" if name else ""

    def promise_in_words(self, name: str, language: str) -> str:
        return "Kamis, 12 Maret 2026 pukul 16.00 WIB"

    def people(self, skill: str, tier: int) -> str:
        answer = self._choose(f"people {skill} {tier}", (FREE, BUSY, "nobody on duty"))
        return NOBODY if answer == "nobody on duty" else answer

    def hears(self, language: str) -> bool:
        return self._choose("hears", ("keys only", "speech is understood")) != "keys only"

    def place(self, entering: object) -> tuple[int, int]:
        return 1, 4


class Steps(dict[str, Step]):
    """The flow's steps; notes which are asked for, because a turn passes through several."""

    def __init__(self, steps: Any) -> None:
        super().__init__(steps)
        self.asked: list[str] = []

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.append(key)
        return super().get(key, default)


class Constants(dict[str, str]):
    """The flow's constants. The engine looks here only for what no variable holds: what is not here either is unset."""

    def __init__(self, constants: Any, steps: Steps) -> None:
        super().__init__(constants)
        self.steps, self.missed = steps, set[Unset]()

    def __contains__(self, key: object) -> bool:
        found = super().__contains__(key)
        if not found:
            self.missed.add(Unset(self.steps.asked[-1] if self.steps.asked else "", str(key)))
        return found
