"""The people of a test: the real router with a roster of the test's agents, and what their telephones do when they ring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from desk.agents import CLASSES, Agent, Skill
from desk.overrides import AUTOMATIC, Override, Wish, faults
from desk.routing import Contact, Desk, Rules, decide
from desk.routing import effects as owed
from desk.routing.contacts import CALL, TALKING, WAITING
from desk.routing.events import (
    DECLINED,
    TELEPHONE_BUSY,
    UNANSWERED,
    Accepted,
    Answered,
    Arrived,
    CallbackAsked,
    Ended,
    Event,
    Gone,
    Missed,
    Returned,
    RosterChanged,
    SignedIn,
    SignedOut,
    Tick,
)
from engine import events as said
from engine.flow import Flow
from scenarios.playing import Impossible
from scenarios.script import AgentComes, Overrides
from sessions.desk.desk import laws_of
from sessions.publishing.overrides import closing

_MISSES = {"no": UNANSWERED, "busy": TELEPHONE_BUSY, "declines": DECLINED}
ROOM = "room"


@dataclass
class Staff:
    """The desk of one test. ``tell(contact, event)`` is how a caller hears of what the desk has decided."""

    flow: Flow
    rules: Rules
    now: Callable[[], datetime]
    tell: Callable[[str, said.Event], None]
    desk: Desk = field(default_factory=Desk)
    answers: dict[str, str] = field(default_factory=dict)  # agent -> yes, no, busy, declines
    agents: list[Agent] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = replace(self.desk, rules={self.flow.id: self.rules})

    def comes(self, wish: AgentComes) -> None:
        """The agent is in the roster, and (``here``) at the desk."""
        agent = agent_of(self.flow, wish, len(self.agents) + 1)
        self.agents.append(agent)
        self.answers[agent.id] = wish.answers
        self.happen(RosterChanged(tuple(self.agents)))
        if wish.here:
            self.happen(SignedIn(agent.id))

    def leave(self) -> None:
        """Everybody goes home; who talks goes on talking."""
        for agent in self.agents:
            self.happen(SignedOut(agent.id))

    def decides(self, act: Overrides, hours_of_step: Callable[[str], str | None]) -> None:
        """An override holds from now on; who waits learns until when (sessions.publishing.overrides.decide). Raises Impossible."""
        now = self.now()
        end = now + timedelta(seconds=act.seconds)
        words = dict.fromkeys(self.flow.languages, "-") | dict(act.words)
        wrong = faults(
            Wish(act.state, act.hours, "a test", end, words), self.flow.hours, self.flow.languages, now
        )
        held = [one for one in self.overrides if one.hours == act.hours and one.holds(now)]
        if wrong or (act.state == AUTOMATIC and not held):
            raise Impossible(f"this override is refused: {wrong or 'automatic already'}")
        self.overrides = [replace(one, end=now) if one in held else one for one in self.overrides]
        if act.state != AUTOMATIC:
            made = Override(
                str(len(self.overrides)),
                self.flow.id,
                act.hours,
                act.state,
                now,
                end,
                "a test",
                "test",
                words,
            )
            self.overrides.append(made)
        for contact in [
            one for one in self.desk.contacts.values() if one.kind == CALL and one.state == WAITING
        ]:
            hours = hours_of_step(contact.id)
            if hours is not None:
                self.arrive(replace(contact, closes_at=closing(self.flow, hours, self.overrides, now)))

    def arrive(self, contact: Contact) -> None:
        self.happen(Arrived(contact))

    def gone(self, contact: str, *, callers_only: bool = False) -> None:
        """The contact has left. ``callers_only``: whoever is owed a callback stays."""
        held = self.desk.contacts.get(contact)
        if held is not None and (held.kind == CALL or not callers_only):
            self.happen(Gone(contact))

    def callback(self, contact: str, number: str) -> bool:
        """Who waits wants to be called back in its place. False for who does not wait."""
        if contact not in self.desk.contacts:
            return False
        self.happen(CallbackAsked(contact, number))
        return True

    def talking(self, contact: str) -> bool:
        held = self.desk.contacts.get(contact)
        return held is not None and held.state == TALKING

    def finish(self, contact: str) -> None:
        """The agent ends the talk by its menu, and says how it went."""
        self.happen(Ended(contact, "answered"))

    def lose(self, contact: str) -> None:
        """The agent's line breaks: the contact hears so, and is put to the next one."""
        effects = self._decide(Returned(contact, "line_lost"))
        if contact in self.desk.contacts:
            self.tell(contact, said.PersonGone())
        self._do_all(effects)

    def tick(self) -> None:
        """Time has passed."""
        self.happen(Tick())

    def happen(self, event: Event) -> None:
        """Decide, and do what is owed: telephones ring and are answered at once, or not."""
        self._do_all(self._decide(event))

    def _decide(self, event: Event) -> tuple[owed.Effect, ...]:
        laws = laws_of(self.desk)
        if isinstance(event, RosterChanged):
            laws = laws_of(replace(self.desk, roster=type(self.desk.roster)(event.agents)))
        self.desk, effects = decide(self.desk, event, self.now(), laws)
        return effects

    def _do_all(self, effects: tuple[owed.Effect, ...]) -> None:
        for effect in effects:
            self._do(effect)

    def _do(self, effect: owed.Effect) -> None:
        match effect:
            case owed.Offer(agent=agent, offer=offer):
                self._ring(agent, offer)
            case owed.Connect(contact=contact, agent=agent):
                self.tell(contact, said.PersonFound(agent, ROOM))
            case owed.Exit(contact=contact, exit=exit) if exit in (owed.CLOSED, owed.NOBODY, owed.TOO_LONG):
                self.tell(contact, said.QueueLeft(exit))
            case _:
                pass  # a callback's own telephone, reminders and breaks: nothing that this caller hears

    def _ring(self, agent: str, offer: str) -> None:
        answer = self.answers.get(agent, "no")
        if answer == "yes":
            self.happen(Answered(offer))
            self.happen(Accepted(offer))
        else:
            self.happen(Missed(offer, _MISSES[answer]))


def agent_of(flow: Flow, wish: AgentComes, number: int) -> Agent:
    """The roster's line of an agent of a test; both stages have the same. Without skills: whatever the flow asks for."""
    skills = wish.skills or tuple(sorted(_skills(flow)))
    return Agent(
        id=f"a{number}",
        name=f"Agent {number}",
        tier=wish.tier,
        skills={name: Skill(wish.level) for name in skills},
        languages=wish.languages or flow.languages,
        classes=CLASSES,
        channels={"voice": 1},
        phone=f"+62811555{number:04}",
        unit=wish.unit,
        services=(flow.id,),
        zone=flow.timezone,
        order=number,
    )


def _skills(flow: Flow) -> set[str]:
    return {skill for step in flow.steps.values() if (skill := getattr(step, "skill", ""))}
