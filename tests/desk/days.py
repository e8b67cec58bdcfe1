"""A desk to play with in a test: short names, seconds after ten o'clock, and what is owed after each step."""

from datetime import UTC, datetime, timedelta

from desk.agents import Agent, Skill
from desk.routing import Rules, contact, decide, desk_of, events, state_of

TEN = datetime(2026, 3, 11, 3, 0, tzinfo=UTC)  # a Wednesday, 10.00 WIB


def agent(id, tier=1, skill="umum", level=1, **fields):
    skills = fields.pop("skills", {skill: Skill(level)})
    fields.setdefault("classes", ("PUBLIK", "TERBATAS"))
    return Agent(id, id, tier=tier, skills=skills, **fields)


class Day:
    """``at`` is seconds after ten. Every step returns its effects by kind, and keeps them in ``owed``."""

    def __init__(self, *agents, signed_in=True, **rules):
        self.at = 0.0
        self.desk = desk_of([a if isinstance(a, Agent) else agent(a) for a in agents], {"s": Rules(**rules)})
        self.owed = ()
        for one in self.desk.roster.agents if signed_in else ():
            self.happen(events.SignedIn(one))

    @property
    def now(self):
        return TEN + timedelta(seconds=self.at)

    def happen(self, event, at=None):
        self.at = self.at if at is None else at
        self.desk, self.owed = decide(self.desk, event, self.now)
        return self.owed

    def tick(self, at):
        return self.happen(events.Tick(), at)

    def arrive(self, id, at=None, kind="call", skill="umum", **fields):
        self.at = self.at if at is None else at
        return self.happen(events.Arrived(contact(id, kind, self.now, service="s", skill=skill, **fields)))

    def accept(self, id, at=None):
        return self.happen(events.Accepted(self.desk.contacts[id].offer), at)

    def miss(self, id, why="unanswered", at=None):
        return self.happen(events.Missed(self.desk.contacts[id].offer, why), at)

    def end(self, id, at=None):
        return self.happen(events.Ended(id), at)

    def holder(self, id):
        """The agent who has the contact; '' while it waits; None when it is not here."""
        held = self.desk.contacts.get(id)
        return held and held.agent

    def state(self, agent):
        return state_of(self.desk, agent, self.now)

    def exits(self):
        return {e.contact: e.exit for e in self.owed if type(e).__name__ == "Exit"}

    def rung(self):
        return [(e.contact, e.agent) for e in self.owed if type(e).__name__ == "Offer"]

    def silenced(self):
        return [(e.contact, e.agent, e.why) for e in self.owed if type(e).__name__ == "StopRinging"]
