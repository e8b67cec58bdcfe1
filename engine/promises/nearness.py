"""How near something is: the contact wants to get there, and the house answers whatever is worst.

A contact chooses keys; the house chooses what is found, proved, open and who is there. So the nearness of a situation is the least
over the contact's choices of the most over the house's answers. Knuth's generalisation of Dijkstra's algorithm finds it for all
situations at once: a choice is settled when all of its answers are.
"""

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.events import Silence, Started, Tick
from engine.explore import Passage, Situation
from engine.promises import sentences as say
from engine.promises.sentences import Within
from engine.promises.things import is_at
from engine.promises.ways import Ways, allowed, decided_by_house, only_waits
from engine.turn import AwaitChoice, AwaitKeys, AwaitPerson, AwaitRecording, EnterQueue, Speak

Seconds = Callable[[Speak], float]
FAR = float("inf")


@dataclass
class Choice:
    """One thing that a contact may do, or the house's turn, and all that can follow. ``left``: answers not settled yet."""

    at: int  # the situation's key
    cost: float
    answers: list[Passage]
    left: int = 0
    worst: float = 0.0
    last: Passage | None = None  # the answer that makes it so far


@dataclass
class Nearness:
    """``value``: how far the goal is from a situation. ``best``: what to do there, with the house's worst answer."""

    value: dict[int, float] = field(default_factory=dict)
    best: dict[int, Choice] = field(default_factory=dict)
    choices: dict[int, list[Choice]] = field(default_factory=dict)
    arrived: set[int] = field(default_factory=set)  # passages that come to the goal

    def of(self, key: int) -> float:
        return self.value.get(key, FAR)

    def play(self, key: int) -> list[Passage]:
        """The contact's best way against the worst house: to the goal, or to an end without it."""
        if self.of(key) == FAR:
            return self._lost(key)
        found: list[Passage] = []
        while key in self.best:
            passage = self.best[key].last
            assert passage is not None, "a settled choice has a worst answer"
            found.append(passage)
            key = 0 if id(passage) in self.arrived else id(passage.then)
        return found

    def _lost(self, key: int) -> list[Passage]:
        """The shortest way by which the house ends it; [] when it can only be put off for ever."""
        seen, waiting = {key}, deque[tuple[int, tuple[Passage, ...]]]([(key, ())])
        while waiting:
            at, way = waiting.popleft()
            for passage in (answer for choice in self.choices.get(at, ()) for answer in choice.answers):
                then = id(passage.then)
                if id(passage) in self.arrived or self.of(then) != FAR or then in seen:
                    continue
                if passage.then.session.ended:
                    return [*way, passage]
                seen.add(then)
                waiting.append((then, (*way, passage)))
        return []


def outside(channel: str) -> int:
    """The key of a contact who has not begun yet."""
    return {"voice": -1, "text": -2}[channel]


def nearness(ways: Ways, promise: Within, seconds: Seconds, language: str = "") -> Nearness:
    """From every situation and from outside, in keys or seconds as the promise counts; the goal in this language, '' for any."""
    return _Game(ways, promise, seconds, language).play()


def condition(promise: Within) -> str:
    """People alone are promised for the hours in which there are people; everything else for all hours."""
    people = all(goal.kind == say.PERSON for goal in promise.goals)
    return promise.when or (say.OPEN if people else "")


def counted_on(promise: Within) -> tuple[str, ...]:
    """The channels that it is about: seconds are those of a voice."""
    every = ("voice",) if promise.unit == say.SECONDS else ("voice", "text")
    return tuple(channel for channel in every if promise.channel in ("", channel))


class _Game:
    def __init__(self, ways: Ways, promise: Within, seconds: Seconds, language: str) -> None:
        self.ways, self.promise, self.seconds, self.language = ways, promise, seconds, language
        self.flow = ways.exploration.flow
        self.when = condition(promise)
        self.found = Nearness()
        self.leads_to: dict[int, list[tuple[Choice, Passage, float]]] = {}
        self.ahead: list[tuple[float, int, int, Choice | None]] = []
        self.count = 0

    def play(self) -> Nearness:
        channels = counted_on(self.promise)
        for channel in channels:
            self._outside(channel)
        for situation in self.ways.exploration.situations:
            if situation.session.channel not in channels:
                continue
            if any(is_at(self.flow, goal, situation) for goal in self.promise.goals) and self._spoken(
                situation
            ):
                self._push(0.0, id(situation), None)
            else:
                self._choices(situation)
        while self.ahead:
            value, _, key, choice = heapq.heappop(self.ahead)
            if key in self.found.value:
                continue
            self.found.value[key] = value
            if choice is not None:
                self.found.best[key] = choice
            for before, passage, weight in self.leads_to.get(key, ()):
                self._settle(before, passage, value + weight)
        return self.found

    def _spoken(self, situation: Situation) -> bool:
        return not self.language or situation.session.language == self.language

    def _push(self, value: float, key: int, choice: Choice | None) -> None:
        self.count += 1
        heapq.heappush(self.ahead, (value, self.count, key, choice))

    def _outside(self, channel: str) -> None:
        begins = [p for p in self.ways.begins if p.turn.session.channel == channel and self._allowed(p)]
        self._group(outside(channel), begins, together=False)

    def _allowed(self, passage: Passage) -> bool:
        return allowed(self.promise, passage, self.when)

    def _choices(self, situation: Situation) -> None:
        passages = [passage for passage in self.ways.at(situation) if self._allowed(passage)]
        if not passages:
            return
        house = decided_by_house(situation)
        if isinstance(situation.turn.wait, AwaitPerson):
            keys = [passage for passage in passages if _by_contact(passage)]
            passages, house = keys or passages, not keys
        if house:
            passages = [p for p in passages if _answer(p) and not only_waits(p)] or passages
        self._group(id(situation), passages, together=house)

    def _group(self, key: int, passages: list[Passage], *, together: bool) -> None:
        """Passages of one event are the house's answers to one choice; ``together``: all of them are."""
        events: dict[int, list[Passage]] = {}
        for passage in passages:
            events.setdefault(0 if together else id(passage.event), []).append(passage)
        for answers in events.values():
            self._choice(Choice(key, self._cost(answers[0]), answers, len(answers)))

    def _choice(self, choice: Choice) -> None:
        self.found.choices.setdefault(choice.at, []).append(choice)
        for passage in choice.answers:
            weight = self._weight(passage)
            if self._arrives(passage):
                self.found.arrived.add(id(passage))
                self._settle(choice, passage, weight)
            else:
                self.leads_to.setdefault(id(passage.then), []).append((choice, passage, weight))

    def _arrives(self, passage: Passage) -> bool:
        if self.language and passage.turn.session.language != self.language:
            return False
        return any(self.ways.place(goal, passage) is not None for goal in self.promise.goals)

    def _settle(self, choice: Choice, passage: Passage, value: float) -> None:
        if choice.last is None or value > choice.worst:
            choice.worst, choice.last = value, passage
        choice.left -= 1
        if not choice.left:
            self._push(choice.cost + choice.worst, choice.at, choice)

    def _cost(self, passage: Passage) -> float:
        """Of the contact's own part: a key, a value keyed in, a text, a silence are one each; the seconds of a silence."""
        before = passage.before
        if self.promise.unit == say.KEYS:
            return 1.0 if _by_contact(passage) else 0.0
        waits = getattr(before.turn.wait, "seconds", 0) if before is not None else 0
        return float(waits) if isinstance(passage.event, Silence) else 0.0

    def _weight(self, passage: Passage) -> float:
        """What is heard in the turn, in seconds; not what a queue says to those who have come to it."""
        if self.promise.unit == say.KEYS or any(isinstance(e, EnterQueue) for e in passage.turn.effects):
            return 0.0
        return words_of_turn(passage, self.seconds)


def words_of_turn(passage: Passage, seconds: Seconds) -> float:
    """How long the words of a turn last."""
    return sum(seconds(prompt) for prompt in passage.turn.prompts if isinstance(prompt, Speak))


def _by_contact(passage: Passage) -> bool:
    """Did the contact do this?"""
    wait = passage.before.turn.wait if passage.before is not None else None
    if isinstance(passage.event, Started):
        return passage.turn.session.channel == "text"
    if passage.turn.session.channel == "text":
        return wait is None or isinstance(wait, AwaitKeys) or not _answer(passage)
    return isinstance(wait, AwaitKeys | AwaitChoice | AwaitRecording) or (
        isinstance(wait, AwaitPerson) and not _answer(passage)
    )


def _answer(passage: Passage) -> bool:
    """The house's events."""
    return isinstance(passage.event, Tick) or type(passage.event).__name__ in (
        "Answered", "Dialled", "PersonFound", "PersonAway", "PersonGone", "QueueLeft",
    )  # fmt: skip
