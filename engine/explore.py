"""Every way through a flow, walked with the very function that serves callers.

The language is kept small so that this ends: variables have listed values, tries are counted and bounded, and what a caller
types matters only by the exit it leads to. So a contact is always in one of finitely many situations. We visit them breadth
first, which makes the way that led to each the shortest one.

Facts of the world are not listed beforehand. A world that is asked for a fact the first time in a turn notes the question; the
turn is then made once for every answer (Choices). So only facts that matter multiply the ways.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from engine import events
from engine.advance import advance, begin
from engine.events import Answered, Event
from engine.explore_events import Tried, events_at, openings
from engine.flow import (
    ALWAYS,
    BACK,
    REPEAT,
    Ask,
    Branch,
    Callback,
    Exit,
    Flow,
    Lookup,
    Menu,
    Queue,
    Record,
    Step,
    TextOut,
    Verify,
)
from engine.load.words import placeholders
from engine.session import Session
from engine.turn import AwaitAnswer, AwaitTalk, Ended, KeepRecording, Rescue, Speak, Turn
from engine.words_of import exits_of, words_of
from engine.world import BUSY, CLOSED, FREE, HOLIDAY, NOBODY, OPEN

MOST_SITUATIONS = 60_000
LONG = 100_000  # seconds: longer than any wait
SOME_DAY = date(2026, 3, 11)  # an ordinary Wednesday
NOW = "2026-03-11T03:00:00.000Z"
PHONE = "+6281200000001"
# Known in every contact; see Visit.value.
ALWAYS_KNOWN = frozenset({"layanan", "jam", "nomor", "hari_ini", "posisi", "menit", "isi"})
QUESTIONS = (Menu, Ask, Verify, Record, Callback)  # the steps that `back` leads to
MOST_STRAYS = 2  # the second text in a row that fits nothing is treated like the third


@dataclass(frozen=True)
class Way:
    """How a contact gets somewhere: what they do, and what must be true meanwhile in brackets."""

    channel: str
    steps: tuple[str, ...]

    def __str__(self) -> str:
        """'1 3 (closed) silence', or 'at once'."""
        return ("text: " if self.channel == "text" else "") + (" ".join(self.steps) or "at once")


@dataclass
class Situation:
    """One thing that can be the case between two turns."""

    session: Session
    turn: Turn
    parent: "Situation | None"
    heard: tuple[str, ...]  # what led here from the parent, as told in a Way
    next: "list[tuple[Event, Situation]]" = field(default_factory=list)

    @property
    def way(self) -> Way:
        """The shortest way here."""
        told: list[str] = []
        at: Situation | None = self
        while at is not None:
            told[:0] = at.heard
            at = at.parent
        return Way(self.session.channel, tuple(told))


@dataclass(frozen=True)
class Unset:
    """A placeholder of this step that had no value when it was said."""

    step: str
    name: str


@dataclass
class Exploration:
    """What was seen. Every Way is the shortest."""

    flow: Flow
    situations: list[Situation] = field(default_factory=list)
    entered: dict[str, Way] = field(default_factory=dict)  # step -> way
    unset: dict[Unset, Way] = field(default_factory=dict)
    too_long: dict[str, tuple[Way, int]] = field(default_factory=dict)  # step -> way, characters
    crashes: dict[tuple[str, str], Way] = field(default_factory=dict)  # step, what went wrong -> way
    capped: bool = False


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

    def place(self) -> tuple[int, int]:
        return 1, 4


class _Steps(dict[str, Step]):
    """The flow's steps; notes which are asked for, because a turn passes through several."""

    def __init__(self, steps: Any) -> None:
        super().__init__(steps)
        self.asked: list[str] = []

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.append(key)
        return super().get(key, default)


class _Constants(dict[str, str]):
    """The flow's constants. The engine looks here only for what no variable holds: what is not here either is unset."""

    def __init__(self, constants: Any, steps: _Steps) -> None:
        super().__init__(constants)
        self.steps, self.missed = steps, set[Unset]()

    def __contains__(self, key: object) -> bool:
        found = super().__contains__(key)
        if not found:
            self.missed.add(Unset(self.steps.asked[-1] if self.steps.asked else "", str(key)))
        return found


class _Explorer:
    def __init__(self, flow: Flow, most: int, progress: Callable[[int], None] | None) -> None:
        self.steps = _Steps(flow.steps)
        self.constants = _Constants(flow.constants, self.steps)
        self.flow = replace(flow, steps=self.steps, constants=self.constants)
        self.most, self.progress = most, progress
        self.seen: dict[Any, list[tuple[frozenset[str], Situation]]] = {}
        self.count = 0
        self.passed: set[str] = set()
        self.days = days(flow)
        self.dated = {name for name, step in flow.steps.items() if _has_days(step)}
        self.numbered = {name for name, step in flow.steps.items() if _needs_number(step)}
        self.waiting: deque[Situation] = deque()
        self.result = Exploration(flow)
        self.matters = _what_matters(flow)
        self.opened: set[Any] = set()

    def run(self) -> Exploration:
        for session, told in beginnings(self.flow):
            for tried in openings(self.flow, session):
                self._try(session, tried, None, told)
        while self.waiting:
            if self.count > self.most:
                self.result.capped = True
                break
            self._visit(self.waiting.popleft())
        return self.result

    def _visit(self, here: Situation) -> None:
        if self.progress and len(self.result.situations) % 2000 == 0:
            self.progress(len(self.result.situations))
        self.result.situations.append(here)
        session = here.session
        tries = list(events_at(self.flow, session, here.turn.wait))
        if session.channel == "text" and not session.ended:
            tries += self._new_beginnings(session)
        for tried in tries:
            self._try(session, tried, here, ())

    def _new_beginnings(self, session: Session) -> list[Tried]:
        """Keywords and topics lead to the same steps from everywhere: one place is enough for what they depend on."""
        key = (session.language, session.strays, *_values(session, self.matters))
        if key in self.opened:
            return []
        self.opened.add(key)
        return [
            tried for tried in openings(self.flow, session) if not isinstance(tried.event, events.Started)
        ]

    def _try(self, session: Session, tried: Tried, parent: Situation | None, told: tuple[str, ...]) -> None:
        """Make this turn once, and again with what could have been otherwise: facts, days, the contact's number."""
        self._with_facts(session, self.days[0], tried, parent, told)
        passed = set(self.passed)
        if passed & self.dated:
            for today in self.days[1:]:
                self._with_facts(session, today, tried, parent, (*told, f"(on {today})"))
        if passed & self.numbered and session.channel == "voice":
            landline, withheld = (
                replace(session, can_text=False),
                replace(session, contact="", can_text=False),
            )
            self._with_facts(landline, self.days[0], tried, parent, (*told, "(landline)"))
            self._with_facts(withheld, self.days[0], tried, parent, (*told, "(number withheld)"))

    def _with_facts(
        self, session: Session, today: date, tried: Tried, parent: Situation | None, told: tuple[str, ...]
    ) -> None:
        """Make this turn once for every combination of the facts that it asks for."""
        self.passed.clear()
        scripts: list[tuple[int, ...]] = [()]
        while scripts:
            script = scripts.pop(0)
            world = Choices(today, script)
            turn = self._advance(session, tried, world, parent)
            self.passed.update(self.steps.asked)
            for at in range(len(script), len(world.taken)):
                scripts += [(*world.taken[:at], other) for other in range(1, world.widths[at])]
            if turn is not None:
                heard = (*told, *world.told, *((tried.told,) if tried.told else ()))
                self._arrive(turn, tried.event, parent, heard)

    def _advance(
        self, session: Session, tried: Tried, world: Choices, parent: Situation | None
    ) -> Turn | None:
        self.steps.asked.clear()
        self.constants.missed.clear()
        try:
            return advance(self.flow, session, tried.event, world)
        except (
            Exception
        ) as error:  # whatever it is, the caller must hear of it from us and not from a telephone
            way = parent.way.steps if parent else ()
            step = self.steps.asked[-1] if self.steps.asked else session.step
            what = f"{type(error).__name__}: {error}"
            self.result.crashes.setdefault((step, what), Way(session.channel, (*way, tried.told)))
            return None

    def _arrive(self, turn: Turn, event: Event, parent: Situation | None, heard: tuple[str, ...]) -> None:
        session = _normal(turn.session)
        key = (_key(session, self.matters), type(turn.wait), getattr(turn.wait, "options", ()))
        filled = frozenset(name for name in self.matters.filled if session.variables.get(name))
        here = self._known(key, filled)
        if here is None:
            here = Situation(session, turn, parent, heard)
            self.seen.setdefault(key, []).append((filled, here))
            self.count += 1
            self.waiting.append(here)
        if parent is not None and not isinstance(event, events.HungUp):
            parent.next.append((event, here))
        self._note(turn, parent, heard)

    def _known(self, key: Any, filled: frozenset[str]) -> Situation | None:
        """The same situation, or one in which the contact has told us less: whatever goes wrong here goes wrong there."""
        return next((there for less, there in self.seen.get(key, ()) if less <= filled), None)

    def _note(self, turn: Turn, parent: Situation | None, heard: tuple[str, ...]) -> None:
        """Steps passed through, placeholders without a value and prompts that are too long."""
        news = [name for name in self.steps.asked if name not in self.result.entered and name in self.steps]
        unset = [missed for missed in self.constants.missed if missed not in self.result.unset]
        length = max((len(prompt.text) for prompt in turn.prompts if isinstance(prompt, Speak)), default=0)
        if not news and not unset and length <= MOST_CHARACTERS:
            return
        way = Way(turn.session.channel, (*(parent.way.steps if parent else ()), *heard))
        for name in news:
            self.result.entered[name] = way
        for missed in unset:
            self.result.unset[missed] = way
        if length > MOST_CHARACTERS:
            self.result.too_long.setdefault(turn.session.step, (way, length))


MOST_CHARACTERS = 3_000  # what one Say may hold with every voice (Twilio error 13521)


def explore(
    flow: Flow, *, most: int = MOST_SITUATIONS, progress: Callable[[int], None] | None = None
) -> Exploration:
    """Walk every way through the flow. ``progress`` is told the number of situations now and then."""
    return _Explorer(flow, most, progress).run()


# --- what can differ ---


@dataclass(frozen=True)
class Matters:
    """What of a session can change where the contact goes, so that everything else is not told apart."""

    values: frozenset[str]  # variables whose value counts
    filled: frozenset[str]  # variables of which only counts whether they are there
    case: frozenset[str]
    history: frozenset[str]  # steps from which `back` or `repeat` is reached before another question is


def _what_matters(flow: Flow) -> Matters:
    branched = {step.by for step in flow.steps.values() if isinstance(step, Branch)}
    filled: set[str] = set()
    for step in flow.steps.values():
        filled |= _read_by(step)
    for template in flow.templates.values():
        filled |= {name for text in template.words.values() for name, _ in placeholders(text)}
    filled -= branched | set(flow.constants) | ALWAYS_KNOWN
    case = branched - set(flow.variables)
    return Matters(frozenset(branched), frozenset(filled), frozenset(case), _need_history(flow))


def _need_history(flow: Flow) -> frozenset[str]:
    """Questions remember themselves; every other step must know which came last if it can lead back to it."""
    passing = {name: step for name, step in flow.steps.items() if not isinstance(step, QUESTIONS)}
    found = {
        name for name, step in passing.items() if any(way.to in (BACK, REPEAT) for way in exits_of(step))
    }
    while True:
        more = {name for name, step in passing.items() if any(way.to in found for way in exits_of(step))}
        if more <= found:
            return frozenset(found)
        found |= more


def _read_by(step: Step) -> set[str]:
    """The placeholders that a step fills, and the facts that it need not ask for when they are known."""
    texts = [text for words in words_of(step) for text in words.values()]
    if isinstance(step, Lookup):
        texts += step.query.values()
    facts = set(step.facts) if isinstance(step, Verify) else set()
    return facts | {name for text in texts for name, _ in placeholders(text)}


def _needs_number(step: Step) -> bool:
    """Does it make a difference here whether we know the contact's number, and whether texts reach it?"""
    if isinstance(step, Queue):
        return bool(step.text_after)
    return isinstance(step, TextOut | Callback) or "nomor" in _read_by(step)


def _has_days(step: Step) -> bool:
    """Is this step, or a way out of it, not there every day?"""
    periods = [step.between, *(way.between for way in _dated(step))]
    return any(period != ALWAYS for period in periods) or (isinstance(step, Branch) and step.by == "date")


def days(flow: Flow) -> tuple[date, ...]:
    """Days of which at least one lies in every period between two dates of the flow."""
    found: set[date] = set()
    for step in flow.steps.values():
        periods = [step.between, *(way.between for way in _dated(step))]
        for period in periods:
            if period.start:
                found |= {period.start - timedelta(days=1), period.start}
            if period.end:
                found |= {period.end, period.end + timedelta(days=1)}
        if isinstance(step, Branch) and step.by == "date":
            found |= {date.fromisoformat(value) for value in step.exits if _is_day(value)}
    return _one_a_period(found)


def _one_a_period(found: set[date]) -> tuple[date, ...]:
    return tuple(sorted(found)) or (SOME_DAY,)


def _is_day(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


def _dated(step: Step) -> Iterator[Exit]:
    yield from getattr(step, "keys", {}).values()
    if isinstance(step, Branch):
        yield from step.exits.values()


def beginnings(flow: Flow) -> Iterator[tuple[Session, tuple[str, ...]]]:
    """Every session before its first event: each channel that has a number, texts in each language."""
    if flow.voice_numbers:
        yield begin(flow, channel="voice", contact=PHONE), ()
    if flow.text_numbers:
        for language in flow.languages:
            told = () if language == flow.language else (f"({language})",)
            yield begin(flow, channel="text", contact=PHONE, language=language), told


def _normal(session: Session) -> Session:
    """Without what only makes two contacts different: how long they took, whether we know their number."""
    return replace(
        session,
        visits=0,
        secret={},
        contact=PHONE,
        can_text=True,
        strays=min(session.strays, MOST_STRAYS),
        returns=_inside(session),
    )


def _inside(session: Session) -> tuple[str, ...]:
    """Where `return` leads from here: nowhere outside a piece, and each `run` counts once."""
    if "/" not in session.step:
        return ()
    returns = session.returns
    return tuple(name for at, name in enumerate(returns) if name not in returns[at + 1 :])


def _values(session: Session, matters: Matters) -> tuple[Any, ...]:
    variables = session.variables
    return (
        tuple((name, variables[name]) for name in sorted(matters.values) if name in variables),
        tuple((name, session.case[name]) for name in sorted(matters.case) if name in session.case),
        tuple(session.proved),
    )


def _key(session: Session, matters: Matters) -> tuple[Any, ...]:
    """Two sessions with the same key go the same ways. The number of the turn and old history are left out."""
    if session.ended:
        return (session.channel, session.ended, session.step, session.language)
    return (
        session.channel,
        session.language,
        session.step,
        session.phase,
        session.silences,
        session.no_matches,
        session.failures,
        session.strays,
        tuple(session.facts),
        session.history[-1:] if session.step in matters.history else (),
        session.returns,
        *_values(session, matters),
    )


# --- what the whole says ---


def ends_well(situation: Situation) -> bool:
    """Is this an end, a person or a kept message?"""
    if isinstance(situation.turn.wait, Ended | AwaitTalk | Rescue):
        return True
    return any(isinstance(effect, KeepRecording) for effect in situation.turn.effects)


def stuck(exploration: Exploration) -> list[Situation]:
    """Situations from which no way leads to an end, a person or a message. Empty when not everything was visited."""
    if exploration.capped:
        return []
    before: dict[int, list[Situation]] = {}
    for situation in exploration.situations:
        for _, then in situation.next:
            before.setdefault(id(then), []).append(situation)
    good = {id(situation) for situation in exploration.situations if ends_well(situation)}
    waiting = [situation for situation in exploration.situations if id(situation) in good]
    while waiting:
        for earlier in before.get(id(waiting.pop()), ()):
            if id(earlier) not in good:
                good.add(id(earlier))
                waiting.append(earlier)
    return [situation for situation in exploration.situations if id(situation) not in good]


def circles_without_contact(exploration: Exploration) -> list[Situation]:
    """Situations that come back to themselves by answers of the house alone: nobody could leave such a circle."""
    asking = {id(s): s for s in exploration.situations if isinstance(s.turn.wait, AwaitAnswer)}
    # Waiting for an answer over HTTP is no circle: time passes.
    then = {
        key: [id(n) for event, n in s.next if id(n) in asking and _settled(event)]
        for key, s in asking.items()
    }
    last: dict[int, int] = {key: 0 for key in asking}
    for nexts in then.values():
        for key in nexts:
            last[key] += 1
    free = [key for key, count in last.items() if not count]
    while free:
        key = free.pop()
        del last[key]
        for other in then[key]:
            last[other] -= 1
            if not last[other]:
                free.append(other)
    return [asking[key] for key in last if _in_circle(key, then)]


def _in_circle(key: int, then: dict[int, list[int]]) -> bool:
    seen, waiting = set[int](), list(then[key])
    while waiting:
        at = waiting.pop()
        if at == key:
            return True
        if at not in seen:
            seen.add(at)
            waiting += then[at]
    return False


def _settled(event: Event) -> bool:
    return isinstance(event, Answered) and event.outcome != "waiting"
