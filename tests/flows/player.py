"""A caller and a texter for whole services, played against the pure engine: no network, no database, a clock that stands still.

The desk's own hours say what is open. Look-ups are answered from the flow's tables, proofs from the same tables and from cases
that a test gives, and every case opened gets the next number of its day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from desk import hours as desk_hours
from desk import hours_in_words
from engine.advance import advance_through, begin
from engine.events import Answered, Dialled, Event, Keys, PersonFound, Recorded, Silence, Started, Tick
from engine.flow import Flow
from engine.identifiers import same_day
from engine.load import load
from engine.numbers import contact_key
from engine.session import Session, from_json, to_json
from engine.turn import (
    AwaitKeys,
    AwaitPerson,
    AwaitRecording,
    AwaitTalk,
    Effect,
    Ended,
    EnterQueue,
    LookUp,
    OpenCase,
    Prove,
    Question,
    Rate,
    Rescue,
    SendText,
    SetCase,
    Speak,
    Turn,
)
from sessions.matching import find, look
from sms.reply import render
from sms.routes import understand

FLOWS = Path(__file__).resolve().parents[2] / "flows"
DATA = ("flow.yaml", "texts.yaml")
LOCKED_AFTER = 3


@cache
def service(name: str) -> Flow:
    """A shipped service, loaded once."""
    folder = FLOWS / name
    files = {file: (folder / file).read_bytes() for file in DATA}
    files |= {f"data/{file.name}": file.read_bytes() for file in (folder / "data").glob("*.csv")}
    common = {file.name: file.read_bytes() for file in (FLOWS / "common").glob("*.yaml")}
    return load(name, files, common)


def at(local: str) -> datetime:
    """'2026-03-11 10:15' in WIB, the zone of both services."""
    return datetime.fromisoformat(f"{local}:00+07:00")


@dataclass
class Moment:
    """Facts of a moment (engine.world.World)."""

    flow: Flow
    clock: datetime
    staff: str = "busy"  # whoever waits, waits

    @property
    def now(self) -> str:
        return self.clock.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    @property
    def today(self) -> date:
        return self.clock.astimezone(self._hours("petugas").tz).date()

    def seconds_since(self, then: str) -> int:
        return int((self.clock - datetime.fromisoformat(then)).total_seconds())

    def hours(self, name: str) -> str:
        return desk_hours.state(self._hours(name), self.clock)

    def hours_in_words(self, name: str, language: str) -> str:
        return hours_in_words.describe(self._hours(name), language)

    def promise_in_words(self, name: str, language: str) -> str:
        return hours_in_words.promise(self._hours(name), self.clock, language)

    def people(self, skill: str, tier: int) -> str:
        return self.staff

    def hears(self, language: str) -> bool:
        return False

    def place(self, entering: object) -> tuple[int, int]:
        return (2, 8)

    def _hours(self, name: str) -> desk_hours.Hours:
        return desk_hours.parse(self.flow.hours[name].spec, self.flow.timezone)


@dataclass
class House:
    """What one service remembers between contacts: cases, limits, locks, and every question it was asked."""

    flow: Flow
    clock: datetime
    staff: str = "busy"
    cases: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)
    looked_up: dict[tuple[str, str], int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)

    @property
    def moment(self) -> Moment:
        return Moment(self.flow, self.clock, self.staff)

    def answer(self, question: Question, contact: Contact) -> Answered:
        """What sessions/questions.py would say, without a database."""
        self.asked.append(question)
        match question:
            case LookUp():
                return self._look_up(question, contact.number)
            case Prove():
                return self._prove(question)
            case OpenCase():
                return self._open(question, contact)
        raise AssertionError(f"nobody answers {question}")

    def _look_up(self, question: LookUp, number: str) -> Answered:
        key = (question.source, number)
        self.looked_up[key] = self.looked_up.get(key, 0) + 1
        if question.limit_a_day and self.looked_up[key] > question.limit_a_day:
            return Answered("limited")
        source = self.flow.sources[question.source]
        if source.kind == "cases":
            case = self._case(question.query["tiket"])
            shown = (
                {name: case[name] for name in ("tiket", "status", "tanggal", "keadaan") if name in case}
                if case
                else {}
            )
            return Answered("found", shown) if case else Answered("none")
        outcome, row = look(source, question.query, near=question.near)
        return Answered(outcome, dict(row))

    def _case(self, ticket: str) -> dict[str, str] | None:
        digits = "".join(c for c in ticket if c.isdigit())
        return next(
            (
                case
                for number, case in self.cases.items()
                if digits and number.replace("-", "").endswith(digits)
            ),
            None,
        )

    def _prove(self, question: Prove) -> Answered:
        subject, *_ = question.facts.values()
        right = self._right(question)
        if self.failures.get(subject, 0) >= LOCKED_AFTER:
            return Answered("locked")
        if right:
            return Answered("ok")
        self.failures[subject] = self.failures.get(subject, 0) + 1
        return Answered("wrong")

    def _right(self, question: Prove) -> bool:
        if question.subject == "cases":
            case = self._case(question.facts["tiket"])
            return case is not None and case["contact"][-4:] == question.facts["nomor_terdaftar"]
        first = next(iter(question.facts))
        row = find(self.flow.sources[question.subject], {first: question.facts[first]})
        return row is not None and same_day(question.facts["tanggal_lahir"], row["tanggal_lahir"])

    def _open(self, question: OpenCase, contact: Contact) -> Answered:
        ticket = contact.ticket
        if not ticket:
            day = self.moment.today.strftime("%Y%m%d")
            ticket = contact.ticket = f"{self.flow.prefix}-{day}-{len(self.cases) + 1:04}"
            self.cases[ticket] = {
                "tiket": ticket,
                "contact": contact.number,
                "status": question.status,
                "tanggal": "",
            }
        self.cases[ticket].update(question.fields)
        if question.note:
            self.cases[ticket]["note"] = "\n".join(
                filter(None, (self.cases[ticket].get("note"), question.note))
            )
        return Answered("opened", {"tiket": ticket})


class Contact:
    """Somebody who calls or writes. ``turn`` is what they met last."""

    channel = "voice"

    def __init__(self, house: House, number: str) -> None:
        self.house, self.number, self.ticket = house, number, ""
        self.effects: list[Effect] = []
        self.turn = Turn(Session(self.channel, house.flow.language), (), Ended(""))

    def take(self, event: Event, session: Session | None = None) -> str:
        """One exchange; what is heard or read comes back. The session goes through JSON, as between two webhooks."""
        session = from_json(to_json(session or self.turn.session))
        self.turn = advance_through(
            self.house.flow,
            session,
            event,
            self.house.moment,
            lambda question, _: self.house.answer(question, self),
        )
        assert not isinstance(self.turn.wait, Rescue), self.turn.wait
        self.effects += self.turn.effects
        return self.heard

    @property
    def heard(self) -> str:
        """The words of the last turn."""
        return " ".join(prompt.text for prompt in self.turn.prompts if isinstance(prompt, Speak))

    @property
    def case(self) -> dict[str, str]:
        """The case's fields: those set so far, and those of the case where one is open."""
        set_later: dict[str, str] = {}
        for effect in self.effects:
            if isinstance(effect, SetCase):
                set_later |= effect.fields
        return {**self.house.cases.get(self.ticket, {}), **self.turn.session.case, **set_later}

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
        known = contact_key(number)
        session = begin(
            house.flow, channel="voice", contact=known.key, can_text=known.can_receive_text, called=to
        )
        self.take(Started(), session)

    def press(self, *presses: str) -> str:
        """Press keys, one string for each question; a # ends an entry. What is heard after the last comes back."""
        for keys in presses:
            wait = self.turn.wait
            assert isinstance(wait, AwaitKeys | AwaitPerson), (
                f"nothing listens for {keys} at {self.step}: {wait}"
            )
            self.take(Keys(keys.removesuffix("#") if isinstance(wait, AwaitKeys) and wait.finish else keys))
        return self.heard

    def silence(self, times: int = 1) -> str:
        """Say and press nothing."""
        for _ in range(times):
            self.take(Silence())
        return self.heard

    def leave_message(self, seconds: int = 8, *, hung_up: bool = False) -> str:
        assert isinstance(self.turn.wait, AwaitRecording), self.turn.wait
        return self.take(Recorded("RE00000000000000000000000000000001", seconds, hung_up))

    def wait_for(self, seconds: int) -> str:
        """Listen to the music until it ends."""
        assert isinstance(self.turn.wait, AwaitPerson), self.turn.wait
        self.house.clock += timedelta(seconds=seconds)
        return self.take(Tick())

    def talk(self) -> str:
        """An officer answers, talks and hangs up; what comes after the talk is heard."""
        self.take(PersonFound("a1", "room"))
        assert isinstance(self.turn.wait, AwaitTalk), self.turn.wait
        return self.take(Dialled("answered", 120))

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

    channel = "text"

    def __init__(self, house: House, number: str = "+6281200000002") -> None:
        super().__init__(house, number)
        self.session = self._begin(house.flow.language)  # what the next text meets

    def _begin(self, language: str) -> Session:
        return begin(self.house.flow, channel="text", contact=self.number, language=language)

    def text(self, message: str) -> str:
        """Send a text; the one reply comes back, as it is written."""
        if self.ended:
            self.ticket = ""
        self.take(understand(self.house.flow, self.session, message), self.session)
        self.session = self._begin(self.turn.session.language) if self.ended else self.turn.session
        return render(self.house.flow, self.turn, "SE1")
