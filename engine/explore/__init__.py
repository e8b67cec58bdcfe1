"""Every way through a flow, walked with the very function that serves callers.

The language is kept small so that this ends: variables have listed values, tries are counted and bounded, and what a caller
types matters only by the exit it leads to. So a contact is always in one of finitely many situations. We visit them breadth
first, which makes the way that led to each the shortest one.

Facts of the world are not listed beforehand. A world that is asked for a fact the first time in a turn notes the question; the
turn is then made once for every answer (Choices). So only facts that matter multiply the ways.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from engine import events
from engine.advance import advance
from engine.events import Event
from engine.explore.graph import circles_of, circles_without_contact, stuck
from engine.explore.inputs import Tried, events_at, openings
from engine.explore.live import read_by
from engine.explore.matters import (
    beginnings,
    days,
    filled,
    has_days,
    key_of,
    needs_number,
    normal,
    opening_key,
    what_matters,
)
from engine.explore.situations import Exploration, Passage, Situation, Unset, Way
from engine.explore.world import Choices, Constants, Steps
from engine.flow import Flow
from engine.session import Session
from engine.steps.lookup import REFUSED
from engine.turn import Note, Rescue, Speak, Turn

__all__ = [
    "Exploration",
    "Passage",
    "Situation",
    "Unset",
    "Way",
    "circles_of",
    "circles_without_contact",
    "explore",
    "read_by",
    "stuck",
]

MOST_SITUATIONS = 60_000
MOST_CHARACTERS = 3_000  # what one Say may hold with every voice (Twilio error 13521)


class _Explorer:
    def __init__(self, flow: Flow, most: int, progress: Callable[[int], None] | None) -> None:
        self.steps = Steps(flow.steps)
        self.constants = Constants(flow.constants, self.steps)
        self.flow = replace(flow, steps=self.steps, constants=self.constants)
        self.most, self.progress = most, progress
        self.seen: dict[Any, list[tuple[frozenset[str], Situation]]] = {}
        self.count = 0
        self.passed: set[str] = set()
        self.days = days(flow)
        self.dated = {name for name, step in flow.steps.items() if has_days(step)}
        self.numbered = {name for name, step in flow.steps.items() if needs_number(step)}
        self.waiting: deque[Situation] = deque()
        self.result = Exploration(flow)
        self.matters = what_matters(flow)
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
        tries = list(events_at(self.result.flow, session, here.turn.wait))
        if session.channel == "text" and not session.ended:
            tries += self._new_beginnings(session)
        for tried in tries:
            self._try(session, tried, here, ())

    def _new_beginnings(self, session: Session) -> list[Tried]:
        """Keywords and topics lead to the same steps from everywhere: one place is enough for what they depend on."""
        key = opening_key(session, self.matters)
        if key in self.opened:
            return []
        self.opened.add(key)
        return list(openings(self.flow, session))

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
                self._arrive(turn, tried.event, parent, heard, world)

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

    def _arrive(
        self, turn: Turn, event: Event, parent: Situation | None, heard: tuple[str, ...], world: Choices
    ) -> None:
        session = normal(self.result.flow, turn.session)
        key = (key_of(session, self.matters), type(turn.wait), getattr(turn.wait, "options", ()))
        told = filled(session, self.matters)
        here = self._known(key, told)
        if here is None:
            here = Situation(session, turn, parent, heard)
            self.seen.setdefault(key, []).append((told, here))
            self.count += 1
            self.waiting.append(here)
        if parent is not None and not isinstance(event, events.HungUp):
            parent.next.append((event, here))
        passed = tuple(name for name in self.steps.asked if name in self.steps)
        self.result.passages.append(
            Passage(event, parent, here, heard, turn, passed, world.facts, world.today)
        )
        self._note(turn, parent, heard)

    def _known(self, key: Any, told: frozenset[str]) -> Situation | None:
        """The same situation, or one in which the contact has told us less: whatever goes wrong here goes wrong there."""
        return next((there for less, there in self.seen.get(key, ()) if less <= told), None)

    def _note(self, turn: Turn, parent: Situation | None, heard: tuple[str, ...]) -> None:
        """Steps passed through, placeholders without a value and prompts that are too long."""
        news = [name for name in self.steps.asked if name not in self.result.entered and name in self.steps]
        unset = [missed for missed in self.constants.missed if missed not in self.result.unset]
        said = [prompt.text for prompt in turn.prompts if isinstance(prompt, Speak)]
        length = max(map(len, said), default=0)
        refused = [effect for effect in turn.effects if isinstance(effect, Note) and effect.what == REFUSED]
        reply = "\n".join(dict.fromkeys(said)) if turn.session.channel == "text" else ""
        if (
            not news
            and not unset
            and not refused
            and not isinstance(turn.wait, Rescue)
            and length <= MOST_CHARACTERS
            and (not reply or reply in self.result.replies)
        ):
            return
        way = Way(turn.session.channel, (*(parent.way.steps if parent else ()), *heard))
        if reply:
            self.result.replies.setdefault(reply, (tuple(self.steps.asked), way))
        for name in news:
            self.result.entered[name] = way
        for missed in unset:
            self.result.unset[missed] = way
        if isinstance(turn.wait, Rescue):
            asked = self.steps.asked
            again = (name for at, name in enumerate(asked) if name in asked[at + 1 :])
            self.result.circles.setdefault(next(again, turn.session.step), way)
        for note in refused:
            self.result.refused.setdefault(note.detail.partition(" ")[0], way)
        if length > MOST_CHARACTERS:
            self.result.too_long.setdefault(turn.session.step, (way, length))


def explore(
    flow: Flow, *, most: int = MOST_SITUATIONS, progress: Callable[[int], None] | None = None
) -> Exploration:
    """Walk every way through the flow. ``progress`` is told the number of situations now and then."""
    return _Explorer(flow, most, progress).run()
