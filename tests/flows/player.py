"""Callers and writers for tests of whole services that look closer than a flow test can: on the stage of the engine alone
(scenarios/bare.py), with what the engine asked, owed and waits for at hand.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from desk.routing import Rules
from engine.advance import begin
from engine.events import Answered, Dialled, PersonFound, Tick
from engine.flow import Flow, Place
from engine.numbers import contact_key
from engine.session import Session
from engine.turn import (
    AwaitPerson,
    AwaitRecording,
    AwaitTalk,
    Effect,
    Ended,
    EnterQueue,
    Question,
    Rate,
    Rescue,
    SendText,
    Turn,
)
from scenarios.bare import Bare
from scenarios.contact import Contact as Met
from scenarios.script import AgentComes
from sessions.services import read_folders

FLOWS = Path(__file__).resolve().parents[2] / "flows"
NOWHERE = Place("test", 1, 1)


@cache
def service(name: str) -> Flow:
    """A shipped service, loaded once."""
    return next(folder for folder in read_folders(FLOWS) if folder.id == name).load()


def at(local: str) -> datetime:
    """'2026-03-11 10:15' in WIB, the zone of all services."""
    return datetime.fromisoformat(f"{local}:00+07:00")


class House:
    """One service with its memory, and every question that it was asked."""

    def __init__(self, flow: Flow, clock: datetime) -> None:
        self.flow = flow
        self.stage = Bare(flow, Rules(zone=flow.timezone))
        self.stage.clock = clock
        self.asked: list[Question] = []
        answer = self.stage.house.answer

        def noted(question: Question, session: Session, now: datetime) -> Answered:
            self.asked.append(question)
            return answer(question, session, now)

        self.stage.house.answer = noted

    @property
    def clock(self) -> datetime:
        return self.stage.clock

    @clock.setter
    def clock(self, moment: datetime) -> None:
        self.stage.clock = moment

    @property
    def cases(self) -> dict[str, dict[str, str]]:
        """Ticket -> fields; a test may put one there."""
        return self.stage.house.cases

    def nobody_is_there(self) -> None:
        """The house has a roster, and nobody of it is at the desk."""
        self.stage.agent_comes(AgentComes(place=NOWHERE, here=False))


class Contact:
    """Somebody who calls or writes."""

    def __init__(self, house: House, number: str) -> None:
        self.house, self.number = house, number
        self.met: Met | None = None
        self.effects: list[Effect] = []

    def _done(self) -> str:
        """Remember what was owed; what is heard or read comes back."""
        self.met = self.house.stage.current
        assert not isinstance(self.turn.wait, Rescue), self.turn.wait
        self.effects += self.turn.effects
        return self.heard

    def _act(self) -> Bare:
        """The stage, with this contact on it."""
        self.house.stage.current = self.met
        return self.house.stage

    @property
    def turn(self) -> Turn:
        assert self.met is not None, "nobody has called or written yet"
        return self.met.turn

    @property
    def heard(self) -> str:
        """What came of the last act."""
        return self._act().heard

    @property
    def case(self) -> dict[str, str]:
        """The case's fields: those set so far, and those of the case where one is open."""
        seen = self._act().seen()
        return {**seen.session.case, **seen.case}

    @property
    def step(self) -> str:
        return self.turn.session.step

    @property
    def ended(self) -> bool:
        return isinstance(self.turn.wait, Ended)


class Caller(Contact):
    """Somebody at a telephone."""

    def __init__(self, house: House, number: str = "+6281200000001", *, to: str = "") -> None:
        super().__init__(house, number)
        house.stage.call(number, to or house.flow.voice_numbers[0].spelling)
        self._done()

    def press(self, *presses: str) -> str:
        """Press keys, one string for each question; a # ends an entry. What is heard after the last comes back."""
        for keys in presses:
            self._act().press(keys)
            self._done()
        return self.heard

    def silence(self, times: int = 1) -> str:
        """Say and press nothing."""
        for _ in range(times):
            self._act().silence()
            self._done()
        return self.heard

    def leave_message(self, seconds: int = 8, *, hung_up: bool = False) -> str:
        assert isinstance(self.turn.wait, AwaitRecording), self.turn.wait
        self._act().record(seconds, "", hangs_up=hung_up)
        return self._done()

    def wait_for(self, seconds: int) -> str:
        """Listen to the music until it ends."""
        assert isinstance(self.turn.wait, AwaitPerson), self.turn.wait
        self.house.clock += timedelta(seconds=seconds)
        self._act().meets(Tick())
        return self._done()

    def talk(self) -> str:
        """An officer answers, talks and hangs up; what comes after the talk is heard."""
        self._act().meets(PersonFound("a1", "room"))
        self._done()
        assert isinstance(self.turn.wait, AwaitTalk), self.turn.wait
        self._act().meets(Dialled("answered", 120))
        return self._done()

    @property
    def queued(self) -> list[EnterQueue]:
        return [effect for effect in self.effects if isinstance(effect, EnterQueue)]

    @property
    def texts(self) -> list[str]:
        return [effect.text for effect in self.effects if isinstance(effect, SendText)]

    @property
    def rating(self) -> int:
        return next((effect.value for effect in self.effects if isinstance(effect, Rate)), 0)


class Texter(Contact):
    """Somebody who writes. A dialogue that has ended is followed by a new one in the same language."""

    def __init__(self, house: House, number: str = "+6281200000002") -> None:
        super().__init__(house, number)

    def text(self, message: str) -> str:
        """Send a text; the one reply comes back, as it is written."""
        self._act().text(self.number, self.house.flow.text_numbers[0].spelling, message)
        return self._done()

    @property
    def session(self) -> Session:
        """What the next text meets."""
        if self.met is not None and not self.ended:
            return self.met.session
        return begin(self.house.flow, channel="text", contact=contact_key(self.number).key)
