"""What the explorer foresees, as something that can be asked: where can a contact be after this event?

The explorer makes a turn of its own of every answer of the house, and tries keys after a silence no more (they lead where they led
before). Here both are undone: an exchange leads to where the contact rests next, and what only counts tries is left out of that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from engine.events import Answered, Event, Keys, Keyword, Started, Topic, Typed, Unmatched
from engine.explore import explore
from engine.explore.inputs import Tried, events_at, openings
from engine.explore.matters import MOST_STRAYS, key_of, normal, what_matters
from engine.explore.situations import Passage, Situation
from engine.flow import Flow
from engine.session import Session
from engine.turn import AwaitAnswer, AwaitKeys, Wait

Place = Any  # whatever compares equal when the explorer does not tell two situations apart
YES_NO = {"yes": "1", "no": "2"}
OPENINGS = (Started, Keyword, Topic, Unmatched)


class Foreseen:
    """The explored service. ``situations`` and ``turns`` are how many there are."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self._matters = what_matters(flow)
        exploration = explore(flow)
        assert not exploration.capped, f"{flow.id} is too big to be foreseen"
        self.situations, self.turns = len(exploration.situations), len(exploration.passages)
        self._answers: dict[int, list[Situation]] = defaultdict(list)
        self._next: dict[tuple[Place, str], list[Situation]] = defaultdict(list)
        self._back: set[tuple[Place, str]] = set()
        self.places = {self.place(each.session, each.turn.wait) for each in exploration.situations}
        for passage in exploration.passages:
            self._learn(passage)

    def _learn(self, passage: Passage) -> None:
        before, event = passage.before, passage.event
        if isinstance(event, Answered) and before is not None:
            if event.outcome != "waiting":  # tables and cases answer at once
                self._answers[id(before)].append(passage.then)
            return
        for name in self._names(before, event):
            self._next[name, repr(event)].append(passage.then)
            if passage.leads_back:
                self._back.add((name, repr(event)))

    def _names(self, before: Situation | None, event: Event) -> Iterator[Place]:
        """Under which names the place before this event is asked for."""
        if before is None:
            yield from ((language, 0) for language in self.flow.languages)
        elif before.session.channel == "text" and isinstance(event, OPENINGS):
            yield (before.session.language, before.session.strays)
        else:
            yield self._exactly(before.session, before.turn.wait)

    # --- asking ---

    def tries(self, session: Session, wait: Wait) -> list[Tried]:
        """What the explorer would try here at the first try."""
        return list(events_at(self.flow, session.but(silences=0, no_matches=0), wait))

    def begins(self, session: Session) -> list[Tried]:
        """What it would begin with in this dialogue."""
        return list(openings(self.flow, session))

    def after(self, session: Session, wait: Wait | None, events: Iterable[Event]) -> set[Place]:
        """Where the contact can be next, by the explorer; empty when it does not know the situation or any of the events."""
        found: set[Place] = set()
        waiting = [
            then
            for one in events
            for name in self._known_as(session, wait, one)
            for then in self._next.get((name, repr(one)), ())
        ]
        seen = set[int]()
        while waiting:
            there = waiting.pop()
            if id(there) in seen:
                continue
            seen.add(id(there))
            if isinstance(there.turn.wait, AwaitAnswer):
                waiting += self._answers[id(there)]
            else:
                found.add(self.place(there.session, there.turn.wait))
        return found

    def leads_back(self, session: Session, wait: Wait | None, events: Iterable[Event]) -> bool:
        """Does one of these events lead to the question before? Of all that can have come before the explorer follows the nearest."""
        return any(
            (name, repr(one)) in self._back for one in events for name in self._known_as(session, wait, one)
        )

    def place(self, session: Session, wait: Wait) -> Place:
        """The situation without what only counts tries."""
        return self._exactly(session.but(silences=0, no_matches=0), wait)

    def _known_as(self, session: Session, wait: Wait | None, event: Event) -> set[Place]:
        """As what the explorer may have tried this event here: after a silence it tries only silence, after a wrong key only those."""
        if wait is None or (session.channel == "text" and isinstance(event, OPENINGS)):
            return {(session.language, min(session.strays, MOST_STRAYS))}
        silences, wrong = {session.silences, 0}, {session.no_matches, 0}
        return {self._exactly(session.but(silences=s, no_matches=n), wait) for s in silences for n in wrong}

    def _exactly(self, session: Session, wait: Wait) -> Place:
        kept = normal(self.flow, session)
        return key_of(kept, self._matters), type(wait), getattr(wait, "options", ())


def as_tried(event: Event, tries: list[Tried], wait: Wait | None) -> list[Event]:
    """The explorer's examples of this kind of event."""
    found = [tried.event for tried in tries if _same_kind(event, tried.event, wait)]
    if (
        not found and isinstance(event, Keyword) and event.wrong
    ):  # where no exit is for it, it goes the usual way
        return as_tried(Keyword(event.name, event.fields), tries, wait)
    return found


def _same_kind(event: Event, example: Event, wait: Wait | None) -> bool:
    match event, example:
        case Keyword(name=name, wrong=wrong), Keyword(name=other, wrong=tried):
            return name == other and bool(wrong) == bool(tried)
        case Topic(name=name), Topic(name=other):
            return name == other
        case Typed(body=body), Keys(digits=key):  # how yes and no are told in a text
            return isinstance(wait, AwaitKeys) and wait.answer == "yes_no" and key == YES_NO.get(body)
        case ((Typed() | Unmatched() | Started()), _):
            return type(event) is type(example)
    return event == example
