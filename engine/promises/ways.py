"""The explorer's passages as a graph to go through, under the conditions of one promise.

The explorer leaves out what leads nowhere new: the right keys after a silence, keywords from all but one place, and to which
question `*` leads back on another way here. Whoever counts keys needs them, so they are put back here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from engine.events import Answered, HungUp, Keyword, QueueLeft, Started, Tick, Topic, Unmatched
from engine.explore import Exploration, Passage, Situation, Way
from engine.explore.live import QUESTIONS
from engine.explore.matters import Matters, opening_key, what_matters
from engine.promises import sentences as say
from engine.promises.sentences import Promise, Thing
from engine.promises.things import happens
from engine.turn import AwaitAnswer, AwaitDial, AwaitTalk

OPENINGS = (Started, Keyword, Topic, Unmatched)
_SHUT, _NOBODY = ("closed", "holiday"), "nobody on duty"


@dataclass
class Ways:
    """All passages, by where they begin."""

    exploration: Exploration
    matters: Matters = field(init=False)
    begins: list[Passage] = field(default_factory=list)  # from outside
    _from: dict[int, list[Passage]] = field(default_factory=dict)
    _keywords: dict[tuple[object, ...], list[Passage]] = field(default_factory=dict)
    _at: dict[int, list[Passage]] = field(default_factory=dict)
    _back: dict[int, list[Passage]] = field(default_factory=dict)
    _places: dict[tuple[str, str], dict[int, int | None]] = field(default_factory=dict)
    _questions: dict[int, dict[str, Situation]] = field(default_factory=dict)  # by step: those before one

    def __post_init__(self) -> None:
        self.matters = what_matters(self.exploration.flow)
        for passage in self.exploration.passages:
            if passage.before is None:
                self.begins.append(passage)
            else:
                self._from.setdefault(id(passage.before), []).append(passage)
        for situation in self.exploration.situations:
            opened = [p for p in self._from.get(id(situation), ()) if isinstance(p.event, OPENINGS)]
            if opened:
                self._keywords[opening_key(situation.session, self.matters)] = opened

        self._remember()

    def _remember(self) -> None:
        """Which questions can have been the last before each situation: carried along the passages until nothing changes."""
        flow = self.exploration.flow
        waiting = list(self.exploration.situations)
        while waiting:
            at = waiting.pop()
            asked = at.session.step if isinstance(flow.steps.get(at.session.step), QUESTIONS) else ""
            earlier = self._questions.get(id(at), {})
            for passage in self.tried_at(at):
                then = passage.then
                if is_back(passage) or then.session.ended:
                    continue
                carried = {asked: at} if asked and asked != then.session.step else earlier
                known = self._questions.setdefault(id(then), {})
                fresh = {
                    name: q for name, q in carried.items() if name not in known and name != then.session.step
                }
                if fresh:
                    known |= fresh
                    waiting.append(then)

    def place(self, thing: Thing, passage: Passage) -> int | None:
        """Where in this turn the thing happens; remembered, because every promise asks again."""
        known = self._places.get((thing.kind, thing.name))
        if known is None:
            known = self._places[thing.kind, thing.name] = {}
        key = id(passage)
        if key not in known:
            known[key] = happens(self.exploration.flow, thing, passage)
        return known[key]

    def back(self, passage: Passage) -> list[Passage]:
        """A passage by `*` to every question that can have been the last before it."""
        if id(passage) not in self._back:
            assert passage.before is not None, "nobody goes back from outside"
            left = passage.before.session.step
            self._back[id(passage)] = [
                replace(passage, then=q, turn=q.turn, passed=(left, name), facts=())
                for name, q in self._questions.get(id(passage.before), {}).items()
            ] or [passage]
        return self._back[id(passage)]

    def tried_at(self, situation: Situation) -> list[Passage]:
        """The passages that the explorer tried there."""
        return self._from.get(id(situation), [])

    def at(self, situation: Situation) -> list[Passage]:
        """All that can happen there, hanging up aside; with what the explorer left out."""
        if id(situation) not in self._at:
            self._at[id(situation)] = list(self._all_at(situation))
        return self._at[id(situation)]

    def _all_at(self, situation: Situation) -> Iterator[Passage]:
        own = self.tried_at(situation)
        for passage in own:
            if is_back(passage):
                yield from self.back(passage)
            elif not isinstance(passage.event, HungUp):
                yield passage
        session = situation.session
        if session.silences or session.no_matches:
            known = {_name(passage) for passage in own}
            yield from (p for p in self.at(self._fresh(situation)) if _name(p) not in known)
        elif session.channel == "text" and not session.ended:
            key = opening_key(session, self.matters)
            if not any(isinstance(passage.event, OPENINGS) for passage in own):
                yield from self._keywords.get(key, ())

    def _fresh(self, situation: Situation) -> Situation:
        """The same question when it was asked for the first time."""
        at = situation
        while (at.session.silences or at.session.no_matches) and at.parent is not None:
            at = at.parent
        return at


def is_back(passage: Passage) -> bool:
    """Does it lead back to the question before, whichever that was?"""
    return passage.leads_back


def _name(passage: Passage) -> str:
    return repr(passage.event)


def allowed(promise: Promise, passage: Passage, when: str) -> bool:
    """May this happen under the promise's conditions? ``when``: OPEN, CLOSED or '' for both."""
    if promise.channel and passage.turn.session.channel != promise.channel:
        return False
    if when == say.OPEN and isinstance(passage.event, QueueLeft):
        return False
    for question, answer in passage.facts if when else ():
        if question.startswith("hours ") and (answer in _SHUT) != (when == say.CLOSED):
            return False
        if when == say.OPEN and answer == _NOBODY:
            return False
    return True


def decided_by_house(situation: Situation) -> bool:
    """Does the house say what comes next here, and not the contact?"""
    return isinstance(situation.turn.wait, AwaitAnswer | AwaitDial | AwaitTalk)


def only_waits(passage: Passage) -> bool:
    """Is this the house that takes its time? An answer comes in the end."""
    event = passage.event
    slow = isinstance(event, Answered) and event.outcome == "waiting"
    return slow or (isinstance(event, Tick) and passage.then is passage.before)


def way_of(passages: Iterable[Passage]) -> Way:
    """How a contact goes there, as a finding tells it."""
    listed = list(passages)
    channel = listed[0].turn.session.channel if listed else "voice"
    return Way(channel, tuple(told for passage in listed for told in passage.heard))
