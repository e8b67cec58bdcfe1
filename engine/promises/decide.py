"""promises(exploration) -> what is broken: each with its line in promises.yaml and the shortest way on which it breaks."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.check import Finding, finding
from engine.explore import Exploration, Passage, Situation
from engine.promises import order
from engine.promises import sentences as say
from engine.promises.nearness import FAR, Nearness, Seconds, counted_on, nearness, outside, words_of_turn
from engine.promises.sentences import Listens, Never, Promise, Reached, Within
from engine.promises.ways import Ways, allowed, way_of
from engine.turn import AwaitChoice, AwaitKeys, AwaitPerson, AwaitRecording

_CHANNELS = {"voice": "on the telephone", "text": "in texts"}
_ASKED = (AwaitKeys, AwaitChoice, AwaitRecording, AwaitPerson)


@dataclass(frozen=True)
class Broken:
    """A promise that does not hold. ``way`` leads from outside to where it breaks; () when there is no way to show."""

    promise: Promise
    finding: Finding
    way: tuple[Passage, ...] = ()


def broken_promises(exploration: Exploration, seconds: Seconds) -> list[Broken]:
    """All that do not hold, and all that could not be decided. ``seconds``: how long words last that are spoken."""
    promises = exploration.flow.promises
    if not promises:
        return []
    if exploration.capped:
        return [_undecided(exploration, promise) for promise in promises]
    judge = _Judge(exploration, seconds)
    return [found for promise in promises for found in judge.judge(promise)]


def _undecided(exploration: Exploration, promise: Promise) -> Broken:
    seen = len(exploration.situations)
    what = f"the promise '{promise.words}' was not decided: the flow has more than {seen} situations"
    way_out = "Make the flow smaller (see not-all-seen); until then nothing is known about this promise"
    return Broken(promise, finding(exploration.flow, promise.place, "promise-undecided", what, way_out))


class _Judge:
    def __init__(self, exploration: Exploration, seconds: Seconds) -> None:
        self.exploration, self.seconds = exploration, seconds
        self.flow = exploration.flow
        self.ways = Ways(exploration)

    def judge(self, promise: Promise) -> Iterator[Broken]:
        """Nothing when it holds."""
        match promise:
            case Within():
                yield from self._within(promise)
            case Never():
                way = order.broken(self.ways, promise)
                if way is not None:
                    yield self._broken(promise, _too_early(promise), way)
            case Reached():
                yield from self._reached(promise)
            case Listens():
                yield from self._listens(promise)

    def _broken(self, promise: Promise, why: str, way: list[Passage]) -> Broken:
        what = f"the promise '{promise.words}' does not hold: {why}"
        way_out = "Mend the flow where these keys lead, or promise less"
        told = way_of(way) if way else None
        found = finding(self.flow, promise.place, "broken-promise", what, way_out, told)
        return Broken(promise, found, tuple(way))

    # --- how near ---

    def _within(self, promise: Within) -> Iterator[Broken]:
        for language in self.flow.languages if promise.each_language else ("",):
            near = nearness(self.ways, promise, self.seconds, language)
            found = (
                self._from_outside(promise, near)
                if promise.start == say.START
                else self._from_inside(promise, near, language)
            )
            if found is not None:
                value, place, way = found
                yield self._broken(promise, _too_far(promise, value, place, language), way)

    def _from_outside(self, promise: Within, near: Nearness) -> tuple[float, str, list[Passage]] | None:
        for channel in self._channels(promise):
            value = near.of(outside(channel))
            if value > promise.most:
                return value, f"the start ({_CHANNELS[channel]})", near.play(outside(channel))
        return None

    def _channels(self, promise: Within) -> Iterator[str]:
        """Those that it is about and that the service has."""
        numbers = {"voice": self.flow.voice_numbers, "text": self.flow.text_numbers}
        yield from (channel for channel in counted_on(promise) if numbers[channel])

    def _from_inside(
        self, promise: Within, near: Nearness, language: str
    ) -> tuple[float, str, list[Passage]] | None:
        """The first place that is too far: the explorer's order is that of the shortest ways."""
        channels = tuple(self._channels(promise))
        for situation in self.exploration.situations:
            if not self._asked(promise, situation, language) or situation.session.channel not in channels:
                continue
            value = near.of(id(situation))
            if value > promise.most:
                way = self._way_to(promise, situation)
                if way is not None:
                    return value, f"'{situation.session.step}'", [*way, *near.play(id(situation))]
        return None

    def _asked(self, promise: Within, situation: Situation, language: str) -> bool:
        """Is this one of the places from which it is promised: a question that a contact is asked?"""
        session = situation.session
        if session.ended or not isinstance(situation.turn.wait, _ASKED):
            return False
        if language and session.language != language:
            return False
        if promise.start != say.EVERYWHERE:
            return session.step == promise.start
        return session.step not in promise.but

    def _way_to(self, promise: Within, situation: Situation) -> list[Passage] | None:
        """The shortest way there under the promise's own conditions; None when there is none."""
        return order.shortest(self.ways, promise, situation)

    # --- the others ---

    def _reached(self, promise: Reached) -> Iterator[Broken]:
        for language in self.flow.languages if promise.each_language else ("",):
            if not order.reached(self.ways, promise, language):
                where = f" in '{language}'" if language else ""
                yield self._broken(promise, f"nobody ever gets there{where}", [])

    def _listens(self, promise: Listens) -> Iterator[Broken]:
        for passage in self.exploration.passages:
            if passage.turn.session.channel != "voice" or not allowed(promise, passage, promise.when):
                continue
            long = words_of_turn(passage, self.seconds)
            if long > promise.most:
                before = order.shortest(self.ways, promise, passage.before) if passage.before else []
                if before is not None:
                    why = f"these words last {long:.0f} s"
                    yield self._broken(promise, why, [*before, passage])
                    return


def _too_far(promise: Within, value: float, place: str, language: str) -> str:
    spoken = f" in '{language}'" if language else ""
    goals = " or ".join(goal.words for goal in promise.goals)
    if value == FAR:
        return f"from {place}{spoken} {goals} can be out of reach"
    return f"from {place}{spoken} to {goals} it takes {_counted(value, promise.unit)}"


def _counted(value: float, unit: str) -> str:
    return f"{value:.0f} keys" if unit == say.KEYS else f"{value:.0f} s"


def _too_early(promise: Never) -> str:
    if promise.thing.kind == say.END and promise.before is not None:
        return f"this path ends without {promise.before.words}"
    thing = promise.thing.words or promise.thing.kind
    if promise.before is not None:
        return f"{thing} comes before {promise.before.words}"
    if promise.after is not None:
        return f"{thing} comes after {promise.after.words}"
    return f"{thing} is reached"
