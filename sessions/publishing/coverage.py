"""Time coverage: at which minutes does a caller get to a queue that has neither people nor another way out?

Time is cut where anything changes: hours, days off, days on which the flow changes, shifts, certificates, numbers. Within such a
piece nothing does, so it is enough to ask once for each kind of piece: the explorer's passages that are possible then say who comes
to the queue and where its exits lead. Nothing here reckons minute by minute; tests/coverage does, and compares.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from desk.agents import LEVELS, VOICE
from desk.hours import CLOSED, HOLIDAY, OPEN, Hours
from desk.overrides import Override
from desk.routing import LAWS, Need, Roster
from desk.spans import Cursor, Span, bounds, holiday_spans, merged, open_spans
from engine.explore import Exploration, Passage, Situation, Way
from engine.explore.matters import days, has_days
from engine.flow import Number, Queue
from engine.turn import AskCallback, AwaitDial, AwaitPerson, AwaitRecording
from sessions.moments import zone_of
from sessions.publishing.calendars import on_duty
from sessions.publishing.overrides import hours_with
from sessions.services import phase_on

DAYS = 400
SERVED = ("serve", "announce_and_serve")
# What the explorer's house says (engine/explore/world.py).
_NOBODY_THERE = "nobody on duty"
STRANDED, TURNED_AWAY, UNSTAFFED, UNREACHED = "stranded", "turned away", "unstaffed", "unreached"


Asked = tuple[str, str, str]  # what callers ask of people: queue, language, class of their case
Missing = tuple[str, Asked]  # kind, and of whom


@dataclass(frozen=True)
class Gap:
    """Minutes at which something is missing. ``queue`` is a step, '' for the whole service; ``whom``: (language, class) of the
    callers who miss it, () for all that come there.

    ``kind``: STRANDED, people are due and there are none; TURNED_AWAY, it is closed and a goodbye is all that the caller gets;
    UNSTAFFED, the same as STRANDED but with another way out; UNREACHED, no number of the service is answered.
    """

    kind: str
    queue: str
    whom: tuple[tuple[str, str], ...]
    spans: tuple[Span, ...]
    way: Way | None = None


@dataclass(frozen=True)
class Moment:
    """What is the case in one piece of time. ``staffed``: (queue, language, class) that somebody is there for."""

    hours: tuple[tuple[str, str], ...]
    day: date
    staffed: frozenset[Asked]
    reached: bool = True


@dataclass
class Coverage:
    """One service, its people and its days. ``roster`` None: whoever waits in open hours is served. ``overrides``: what people
    decided otherwise than the calendar, for as long as it holds.
    """

    exploration: Exploration
    first: date
    roster: Roster | None = None
    length: int = DAYS
    overrides: Sequence[Override] = ()
    _known: dict[Moment, dict[Missing, Way]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.exploration.capped:
            raise ValueError("only a flow that was walked whole can be covered")
        self.flow = self.exploration.flow
        self.calls = [p for p in self.exploration.passages if p.turn.session.channel == "voice"]
        self.queues = {n: step for n, step in self.flow.steps.items() if isinstance(step, Queue)}
        self.dated = {name for name, step in self.flow.steps.items() if has_days(step)}
        self.days = days(self.flow)
        self.asked = _hours_asked(self.exploration)
        self.window = Span(
            self._midnight(self.first), self._midnight(self.first + timedelta(days=self.length))
        )
        self.needs = self._needs()

    # --- time, cut into pieces ---

    def gaps(self) -> list[Gap]:
        """All of them, by queue and kind."""
        found: dict[Missing, list[Span]] = {}
        ways: dict[Missing, Way] = {}
        for span, moment in self.pieces():
            for key, way in self.missing(moment).items():
                found.setdefault(key, []).append(span)
                ways.setdefault(key, way)
        return sorted(self._by_caller(found, ways), key=lambda gap: (gap.queue, gap.kind))

    def _by_caller(self, found: Mapping[Missing, list[Span]], ways: Mapping[Missing, Way]) -> Iterator[Gap]:
        """One gap for all callers who miss people at the very same minutes."""
        same: dict[tuple[str, str, tuple[Span, ...]], list[tuple[str, str]]] = {}
        for (kind, (queue, *whom)), pieces in found.items():
            language, classification = whom
            same.setdefault((kind, queue, tuple(merged(pieces))), []).append((language, classification))
        for (kind, queue, spans), callers in same.items():
            everybody = {(asked[1], asked[2]) for asked in self.needs if asked[0] == queue} <= set(callers)
            way = ways[kind, (queue, *callers[0])]
            yield Gap(kind, queue, () if everybody else tuple(callers), spans, way)

    def pieces(self) -> Iterator[tuple[Span, Moment]]:
        """The window in pieces within which nothing changes."""
        opened = {name: open_spans(self._hours(name), self.window) for name in self.asked}
        off = {name: holiday_spans(self._hours(name), self.window) for name in self.asked}
        staff = {asked: self._staffed(need) for asked, need in self.needs.items()}
        cuts = bounds(s for spans in (*opened.values(), *off.values(), *staff.values()) for s in spans)
        cuts |= {self.window.begin, self.window.end, *map(self._midnight, self._changing_days())}
        at_open = {name: Cursor(spans) for name, spans in opened.items()}
        at_off = {name: Cursor(spans) for name, spans in off.items()}
        at_staff = {asked: Cursor(spans) for asked, spans in staff.items()}
        ordered = [cut for cut in sorted(cuts) if self.window.begin <= cut <= self.window.end]
        for begin, end in pairwise(ordered):
            states = tuple(
                (
                    name,
                    OPEN if at_open[name].holds(begin) else HOLIDAY if at_off[name].holds(begin) else CLOSED,
                )
                for name in self.asked
            )
            day = begin.astimezone(zone_of(self.flow.timezone)).date()
            staffed = frozenset(asked for asked, cursor in at_staff.items() if cursor.holds(begin))
            yield Span(begin, end), Moment(states, self._like(day), staffed, self._reached(day))

    def _hours(self, name: str) -> Hours:
        return hours_with(self.flow, name, self.overrides)

    def _midnight(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=zone_of(self.flow.timezone)).astimezone(UTC)

    def _changing_days(self) -> set[date]:
        """Days on which the flow or its numbers are not those of the day before."""
        phased = {start for number in self.flow.voice_numbers for start, _ in number.phases if start}
        later = {day + timedelta(days=1) for day in self.days}
        return {*self.days, *later, *phased}

    def _like(self, day: date) -> date:
        """The explored day that this one is like."""
        return max((known for known in self.days if known <= day), default=self.days[0])

    def _reached(self, day: date) -> bool:
        numbers: tuple[Number, ...] = self.flow.voice_numbers
        return not numbers or any(phase_on(number, day) in SERVED for number in numbers)

    # --- people ---

    def _needs(self) -> dict[Asked, Need]:
        """What callers of each queue ask of people."""
        found: dict[Asked, Need] = {}
        for passage in self.calls:
            for name in self._queues_entered(passage):
                asked, step = _asked(passage, name), self.queues[name]
                _, language, classification = asked
                level = LEVELS.get(step.level, 1)
                need = (
                    self.flow.id,
                    step.skill,
                    level,
                    language,
                    step.tier,
                    classification,
                    step.unit,
                    VOICE,
                )
                found.setdefault(asked, Need(*need))
        return found

    def _staffed(self, need: Need) -> list[Span]:
        """When somebody is there; always, without a roster."""
        return [self.window] if self.roster is None else self._shifts(need)

    def _shifts(self, need: Need) -> list[Span]:
        """When an agent who may take it is on shift. Certificates expire at midnight, so each period between is asked once."""
        assert self.roster is not None, "asked only with a roster"
        expiries = {
            skill.until + timedelta(days=1)
            for agent in self.roster.agents.values()
            for name, skill in agent.skills.items()
            if skill.until and name == need.skill
        }
        last = self.first + timedelta(days=self.length)
        starts = sorted({self.first, *(day for day in expiries if self.first < day < last)})
        found: list[Span] = []
        for start, end in zip(starts, [*starts[1:], last], strict=True):
            period = Span(self._midnight(start), self._midnight(end))
            able = self.roster.able(need, start, LAWS.able)
            agents = [self.roster.agents[id] for ids in able.values() for id in ids]
            found += on_duty(agents, period)
        return merged(found)

    # --- what is missing in one piece ---

    def missing(self, moment: Moment) -> dict[Missing, Way]:
        """What is missing at such a moment -> how a caller gets there."""
        if moment not in self._known:
            self._known[moment] = self._look(moment) if moment.reached else {
                (UNREACHED, ("", "", "")): Way("voice", ())
            }  # fmt: skip
        return self._known[moment]

    def _look(self, moment: Moment) -> dict[Missing, Way]:
        possible = [passage for passage in self.calls if self._possible(passage, moment)]
        there = _ahead(possible)
        possible = [p for p in possible if p.before is None or id(p.before) in there]
        saved = _saved(possible)
        found: dict[Missing, Way] = {}
        for passage in possible:
            for queue in self._queues_entered(passage):
                kind = self._kind(passage, queue, moment, saved)
                if kind:
                    way = passage.before.way.steps if passage.before else ()
                    found.setdefault((kind, _asked(passage, queue)), Way("voice", (*way, *passage.heard)))
        return found

    def _kind(self, passage: Passage, queue: str, moment: Moment, saved: set[int]) -> str:
        """What is missing for the caller of this passage; '' for nothing."""
        step = self.queues[queue]
        lost = not _saves(passage) and id(passage.then) not in saved
        opened = dict(moment.hours).get(step.hours, OPEN) == OPEN
        unstaffed = _asked(passage, queue) not in moment.staffed
        if opened and unstaffed:
            return STRANDED if lost else UNSTAFFED
        return TURNED_AWAY if lost else ""

    def _queues_entered(self, passage: Passage) -> list[str]:
        """Queues that the caller comes to in this turn; the first step is the one where the caller was."""
        entered = passage.passed if passage.before is None else passage.passed[1:]
        return [name for name in dict.fromkeys(entered) if name in self.queues]

    def _possible(self, passage: Passage, moment: Moment) -> bool:
        """Can this happen at such a moment?"""
        states = dict(moment.hours)
        for question, answer in passage.facts:
            kind, _, rest = question.partition(" ")
            if kind == "hours" and states.get(rest, OPEN) != answer:
                return False
            if kind == "people" and not self._as_staffed(passage, answer, moment):
                return False
        if not self.dated.isdisjoint(passage.passed):
            return passage.today == moment.day
        return True

    def _as_staffed(self, passage: Passage, answer: str, moment: Moment) -> bool:
        """Is what was said of people true of the queues of this turn?"""
        there = answer != _NOBODY_THERE
        queues = [name for name in dict.fromkeys(passage.passed) if name in self.queues]
        return any((_asked(passage, name) in moment.staffed) == there for name in queues)


def _asked(passage: Passage, queue: str) -> Asked:
    session = passage.turn.session
    return queue, session.language, (session.case.get("classification") or "PUBLIK").upper()


def _hours_asked(exploration: Exploration) -> tuple[str, ...]:
    """Entries of `hours:` that some turn asks for."""
    asked = {
        question.removeprefix("hours ")
        for passage in exploration.passages
        for question, _ in passage.facts
        if question.startswith("hours ")
    }
    return tuple(name for name in exploration.flow.hours if name in asked)


def _ahead(passages: list[Passage]) -> set[int]:
    """Situations that callers can come to by these passages."""
    following: dict[int, list[Situation]] = {}
    waiting = [passage.then for passage in passages if passage.before is None]
    for passage in passages:
        if passage.before is not None:
            following.setdefault(id(passage.before), []).append(passage.then)
    found: set[int] = set()
    while waiting:
        at = waiting.pop()
        if id(at) not in found:
            found.add(id(at))
            waiting += following.get(id(at), ())
    return found


def _saves(passage: Passage) -> bool:
    """Does the caller get a person, leave a message or get a promise to be called?"""
    kinds = (AwaitPerson, AwaitRecording, AwaitDial)
    promised = any(isinstance(effect, AskCallback) for effect in passage.turn.effects)
    return promised or isinstance(passage.turn.wait, kinds)


def _saved(passages: list[Passage]) -> set[int]:
    """Situations from which some way leads to that."""
    leading: dict[int, list[Passage]] = {}
    for passage in passages:
        leading.setdefault(id(passage.then), []).append(passage)
    waiting = [passage for passage in passages if _saves(passage)]
    found: set[int] = set()
    while waiting:
        before = waiting.pop().before
        if before is not None and id(before) not in found:
            found.add(id(before))
            waiting += leading.get(id(before), ())
    return found
