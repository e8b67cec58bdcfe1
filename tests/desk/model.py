"""Random days at the desk, watched by the oracle: python -m tests.desk.model --histories 100000 [--seed 1] [--processes 2]

A history is a small roster, a clock and some forty decisions: arrivals, answers, misses, hang-ups, answers to offers that
are long off, webhooks that come twice or never, breaks, other rosters and rules, crashes (everything read again from JSON
after an outage) and clocks that jump. The world outside knows only what effects told it: which telephone rings for whom, who
is connected. After each decision, and at moments in between, the oracle looks; at the end everybody must have been served.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from desk import agents as people
from desk.agents import Agent, Skill
from desk.routing import LAWS, Contact, Desk, Laws, contact, decide, desk_of, effects, events, state_of
from desk.routing.plain import from_desk, to_desk
from tests.desk import oracle
from tests.desk.oracle import Broken
from tests.desk.staff import SERVICES, SKILLS, some_agent, some_rules

STARTS = (  # noon, before the end of the shift, before a midnight: all in Jakarta
    datetime(2026, 3, 11, 5, 0, tzinfo=UTC),
    datetime(2026, 3, 11, 8, 58, tzinfo=UTC),
    datetime(2026, 3, 11, 16, 58, tzinfo=UTC),
)
NUMBERS = ("", "62811", "62812", "62813")
STEPS = 18  # of a history; waking the desk and closing the day make some forty decisions of them
PAUSES = (0, 0, 0.4, 1, 3, 5, 10, 15, 20, 30, 45, 60, 120, 300, 900)


class History:
    """One history. Raises Broken when an invariant does not hold."""

    def __init__(self, seed: int, laws: Laws = LAWS) -> None:
        self.dice = Random(seed)
        self.laws = laws
        self.now = self.dice.choice(STARTS)
        self.agents = [some_agent(self.dice, number) for number in range(self.dice.randint(1, 6))]
        rules = {service: some_rules(self.dice) for service in SERVICES}
        self.desk: Desk = desk_of(self.agents, rules)
        self.arrived = 0
        self.alive: set[str] = set()  # contacts that have come and not left, as the world knows it
        self.ringing: dict[str, tuple[str, str]] = {}  # offer -> contact, agent
        self.dialling: dict[str, str] = {}  # contact -> agent
        self.talking: dict[str, str] = {}
        self.old_offers: list[str] = []
        self.last: events.Event = events.Tick()

    # -- the world --

    def live(self, steps: int) -> None:
        for agent in self.agents:
            if self.dice.random() < 0.8:
                self.happen(events.SignedIn(agent.id))
        for _ in range(steps):
            self.let_time_pass(self.dice.choice(PAUSES))
            self.happen(self.something())
        self.close_the_day()

    def let_time_pass(self, seconds: float) -> None:
        """Time goes on, and the desk is woken when it asked for it; now and then everything dies in between."""
        until = self.now + timedelta(seconds=seconds)
        chance = self.dice.random()
        if chance < 0.04:
            self.crash()
        elif chance < 0.08:
            until -= timedelta(seconds=self.dice.choice((2, 600, 86400)))  # the clock is set
        else:
            while self.desk.wake is not None and self.desk.wake <= until:
                self.now = max(self.now, self.desk.wake)
                self.happen(events.Tick())
            if self.desk.seen_at is not None and until > self.desk.seen_at:
                # Nothing that depends on time may have come due unnoticed.
                oracle.check_still(self.desk, until)
        self.now = until

    def crash(self) -> None:
        """Every process dies for some time; what was not committed is as if it had never been."""
        plain = json.dumps(from_desk(self.desk))
        again = to_desk(json.loads(plain))
        if again != self.desk:
            raise Broken("the desk survives JSON", plain)
        self.desk = again
        self.now += timedelta(seconds=self.dice.choice((1, 30, 3600)))
        self.happen(events.Tick())

    def happen(self, event: events.Event) -> None:
        """One decision, what it does to the world, and a look at both."""
        was, was_at = self.desk, self.desk.seen_at or self.now
        self.desk, owed = decide(was, event, self.now, self.laws)
        at = self.desk.seen_at
        assert at is not None
        self.last = event
        if isinstance(event, events.Arrived):
            self.alive.add(event.contact.id)
        elif isinstance(event, events.Gone | events.Ended):
            self.leave(event)
        for effect in owed:
            self.feel(effect)
        self.compare()
        oracle.check_offers(self.desk, [effect for effect in owed if isinstance(effect, effects.Offer)], at)
        oracle.check_still(self.desk, at)
        oracle.check_deadlines(self.desk, at)
        oracle.check_offered(self.desk, at)
        oracle.check_callbacks(self.desk)
        oracle.check_consults(self.desk)
        oracle.check_arrivals(was, was_at, self.desk, at)

    def leave(self, event: events.Gone | events.Ended) -> None:
        if isinstance(event, events.Gone) or event.contact in self.talking:
            self.alive.discard(event.contact)
            self.talking.pop(event.contact, None)

    def feel(self, effect: effects.Effect) -> None:  # noqa: C901 (one case for each effect)
        """What the effect does to telephones."""
        match effect:
            case effects.Offer(contact=who, agent=agent, offer=offer):
                self.ringing[offer] = who, agent
                self.old_offers.append(offer)
            case effects.StopRinging(offer=offer):
                self.ringing.pop(offer, None)
            case effects.Connect(contact=who, agent=agent, offer=offer):
                if self.last != events.Accepted(offer):
                    raise Broken("only who accepts is connected", f"{offer}, {self.last}")
                self.ringing.pop(offer, None)
                self.take(self.talking, who, agent)
            case effects.TakenOver(contact=who, agent=agent):
                if self.talking.pop(f"{who}+consult", "") != agent:
                    raise Broken("only who is consulted takes over", f"{who}: {agent}")
                self.alive.discard(f"{who}+consult")
                self.take(self.talking, who, agent)
            case effects.CallContact(contact=who, agent=agent):
                self.ringing = {o: pair for o, pair in self.ringing.items() if pair != (who, agent)}
                if isinstance(self.last, events.RingBack) and self.talking.pop(who, "") != agent:
                    raise Broken("only who has heard a message rings back", f"{who}: {agent}")
                self.take(self.dialling, who, agent)
            case effects.StopCalling(contact=who):
                self.dialling.pop(who, None)
            case effects.Released(contact=who):
                self.talking.pop(who, None)
                self.dialling.pop(who, None)
            case effects.EndTalk(contact=who):
                self.talking.pop(who, None)
                self.alive.discard(who)
            case effects.Exit(contact=who):
                self.alive.discard(who)
            case effects.CallbackRefused(contact=who) if who not in self.desk.contacts:
                self.alive.discard(who)

    def take(self, line: dict[str, str], who: str, agent: str) -> None:
        if who in self.talking or who in self.dialling:
            raise Broken("no contact is with two agents", f"{who}: {agent} and another")
        line[who] = agent

    def compare(self) -> None:
        """The world and the desk must know the same."""
        contacts = self.desk.contacts.values()
        if {c.id for c in contacts} != self.alive:
            raise Broken("no contact is lost", str({c.id for c in contacts} ^ self.alive))
        with_agents = [who for who, _ in self.ringing.values()] + list(self.talking) + list(self.dialling)
        if len(with_agents) != len(set(with_agents)):
            raise Broken("no contact is with two agents", str(sorted(with_agents)))
        rings = {c.offer: (c.id, c.agent) for c in contacts if c.state == "offered"}
        if rings != self.ringing:
            raise Broken("telephones ring only for offers that stand", f"{self.ringing}, desk {rings}")
        for state, line in (("talking", self.talking), ("dialling", self.dialling)):
            if {c.id: c.agent for c in contacts if c.state == state} != line:
                raise Broken("the desk knows who talks", f"{state}: {line}")

    # -- what happens --

    def something(self) -> events.Event:
        choice = self.dice.choices(_KINDS, _WEIGHTS)[0]
        consults = {c.state for c in self.desk.contacts.values() if c.kind == "consult"}
        if consults and self.dice.random() < 0.6:  # talks are rare, and what comes of a consult rarer
            choice = "hand_over" if "talking" in consults else "take_consult"
        elif self.of_state("talking") and self.dice.random() < 0.2:
            choice = "consult"
        return getattr(self, choice)() or events.Tick()

    def of_state(self, *states: str):
        found = [c for c in self.desk.contacts.values() if c.state in states]
        return self.dice.choice(found) if found else None

    def arrive(self) -> events.Event:
        self.arrived += 1
        dice, kind = (
            self.dice,
            self.dice.choice(("call", "call", "call", "call", "text", "voicemail", "callback")),
        )
        later = [self.now + timedelta(seconds=s) for s in (20, 90, 1200)]
        return events.Arrived(
            contact(
                f"c{self.arrived}",
                kind,
                self.now if dice.random() < 0.9 else self.now - timedelta(seconds=30),
                service=dice.choice(SERVICES),
                skill=dice.choice(SKILLS),
                level=dice.choice((1, 1, 1, 2, 3)),
                language=dice.choice(("id", "id", "id", "en")),
                tier=dice.choice((1, 1, 1, 1, 2, 3)),
                classification=dice.choice(("PUBLIK", "PUBLIK", "TERBATAS")),
                unit=dice.choice(("", "", "u1")),
                priority=dice.choice((1, 2, 3, 3, 4)),
                number=dice.choice(NUMBERS),
                last_agent=dice.choice(("", "", "a0", "a1")),
                last_agent_at=self.now - timedelta(seconds=60),
                longest=dice.choice((0, 0, 40)),
                closes_at=dice.choice((None, None, *later)) if kind == "call" else None,
                not_before=dice.choice((None, *later)) if kind in ("callback", "voicemail") else None,
            )
        )

    def arrive_again(self) -> events.Event | None:
        known = self.of_state("waiting", "offered", "talking")
        soon = self.dice.choice(
            (None, self.now + timedelta(seconds=30))
        )  # a message is written down meanwhile
        return events.Arrived(replace(known, arrived_at=self.now, not_before=soon)) if known else None

    def hang_up(self) -> events.Event | None:
        known = self.of_state("waiting", "offered", "dialling", "talking")
        return events.Gone(known.id) if known else None

    def accept(self) -> events.Event | None:
        known = self.of_state("offered")
        return events.Accepted(known.offer) if known else None

    def answer(self) -> events.Event | None:
        known = self.of_state("offered")
        return events.Answered(known.offer) if known else None

    def miss(self) -> events.Event | None:
        known = self.of_state("offered")
        return events.Missed(known.offer, self.dice.choice(events.MISSES)) if known else None

    def too_late(self) -> events.Event | None:
        if not self.old_offers:
            return None
        offer = self.dice.choice(self.old_offers)
        return self.dice.choice((events.Accepted, events.Missed, events.Answered))(offer)

    def end(self) -> events.Event | None:
        known = self.of_state("talking")
        return events.Ended(known.id) if known else None

    def give_back(self) -> events.Event | None:
        known = self.of_state("talking", "offered", "dialling", "waiting")
        need = self.dice.choice(({}, {"tier": 2}, {"skill": "pajak"}, {"tier": 3, "unit": "u1"}))
        return events.Returned(known.id, "sent on", need) if known else None

    def consult(self) -> events.Event | None:
        """Somebody asks a colleague about a talk; now and then the talk is over before that is heard."""
        calls = [c for c in self.desk.contacts.values() if c.kind == "call"]
        talking = [c for c in calls if c.state == "talking"]
        known = self.dice.choice((talking if self.dice.random() < 0.9 else calls) or [None])
        if known is None:
            return None
        need = known.need._replace(tier=known.need.tier + self.dice.choice((0, 0, 1)))
        until = self.now + timedelta(seconds=self.dice.choice((10, 40)))
        id = f"{known.id}+consult"
        return events.Arrived(
            Contact(id, "consult", need, self.now, priority=1, since=self.now, expires_at=until)
        )

    def take_consult(self) -> events.Event | None:
        offered = [c for c in self.desk.contacts.values() if c.kind == "consult" and c.state == "offered"]
        return events.Accepted(self.dice.choice(offered).offer) if offered else None

    def hand_over(self) -> events.Event | None:
        """To a colleague who talks with the agent, or who does not yet."""
        asked = [c for c in self.desk.contacts.values() if c.kind == "consult"]
        ready = [c for c in asked if c.state == "talking"] or asked
        return events.HandedOver(self.dice.choice(ready).id.removesuffix("+consult")) if ready else None

    def ask_callback(self) -> events.Event | None:
        calls = [c for c in self.desk.contacts.values() if c.kind == "call"]
        if not calls:
            return None
        known = self.dice.choice(calls)
        others = [c for c in self.desk.contacts.values() if c.kind == "callback"]
        kept = [c.number for c in others if c.need.service == known.need.service]
        number = self.dice.choice(kept if kept and self.dice.random() < 0.5 else NUMBERS)
        return events.CallbackAsked(known.id, number)

    def ring_back(self) -> events.Event | None:
        heard = [c for c in self.desk.contacts.values() if c.kind == "voicemail" and c.state == "talking"]
        talking = heard or [c for c in self.desk.contacts.values() if c.state == "talking"]
        others = [c.number for c in self.desk.contacts.values() if c.kind == "callback"]
        number = self.dice.choice(others if others and self.dice.random() < 0.3 else NUMBERS[1:])
        return events.RingBack(self.dice.choice(talking).id, number) if talking else None

    def reach(self) -> events.Event | None:
        known = self.of_state("dialling")
        if known:
            kind = self.dice.choice((events.CallbackReached, events.CallbackMissed))
            if kind is events.CallbackReached:
                self.talking[known.id] = self.dialling.pop(known.id)
            return kind(known.id)
        return None

    def agent_does(self) -> events.Event:
        kind = self.dice.choice(
            (events.SignedIn, events.SignedIn, events.TookBreak, events.SignedOut, events.WrappedUp)
        )
        return kind(self.dice.choice(self.agents).id)

    def roster(self) -> events.Event:
        """Somebody is added, changed or removed; an agent's channels stay, what is in hand is in hand."""
        place = self.dice.randrange(len(self.agents))
        old = self.agents[place]
        new = replace(some_agent(self.dice, int(old.id[1:])), channels=old.channels)
        if self.dice.random() < 0.3 and len(self.agents) > 1:
            del self.agents[place]
        else:
            self.agents[place] = new
        return events.RosterChanged(tuple(self.agents))

    def rules(self) -> events.Event:
        return events.RulesChanged({service: some_rules(self.dice) for service in SERVICES})

    def twice(self) -> events.Event:
        return self.last if not isinstance(self.last, events.Arrived) else events.Tick()

    def nothing(self) -> events.Event:
        return events.Tick()

    # -- the end --

    def close_the_day(self) -> None:
        """Talks end, somebody who can do everything comes, and whoever is still here is served or has left."""
        everything = Agent(
            "all",
            "Everything",
            tier=3,
            skills={skill: Skill(3) for skill in SKILLS},
            languages=("id", "en"),
            classes=people.CLASSES,
            unit="u1",
        )
        self.happen(events.RosterChanged((*self.agents, everything)))
        self.happen(events.SignedIn("all"))
        for _ in range(400):
            if not self.desk.contacts:
                break
            self.serve_one()
        else:
            raise Broken("no contact is lost", f"still here: {list(self.desk.contacts)}")
        self.now += timedelta(seconds=3600)
        self.happen(events.Tick())
        for agent in (*self.agents, everything):
            state = state_of(self.desk, agent.id, self.now)
            if state not in ("available", "offline", "break"):
                raise Broken("nobody is left busy", f"{agent.id}: {state}")

    def serve_one(self) -> None:
        for known in list(self.desk.contacts.values()):
            if known.state == "offered" and self.desk.contacts.get(known.id) is known:
                self.happen(events.Accepted(known.offer))
            elif known.state == "talking":
                self.happen(events.Ended(known.id))
            elif known.state == "dialling":
                self.talking[known.id] = self.dialling.pop(known.id)
                self.happen(events.CallbackReached(known.id))
        for agent in self.desk.roster.agents:
            if self.desk.post(agent).presence == "break":
                self.happen(events.SignedIn(agent))
        if all(known.state == "waiting" for known in self.desk.contacts.values()):
            self.sleep()
        self.happen(events.Tick())

    def sleep(self) -> None:
        """Until the desk wants to be woken; when there are only promises of a later day, until then."""
        early = [m for c in self.desk.contacts.values() if (m := c.not_before) is not None and m > self.now]
        if len(early) == len(self.desk.contacts) > 0:
            self.now = max(self.now, min(early))
        elif self.desk.wake is not None:
            self.now = max(self.now, self.desk.wake)


_WEIGHED = {
    "arrive": 28, "arrive_again": 2, "hang_up": 7, "accept": 16, "answer": 3, "miss": 8, "too_late": 4, "end": 10,
    "give_back": 3, "ask_callback": 5, "ring_back": 4, "reach": 5, "agent_does": 10, "consult": 3, "hand_over": 1, "roster": 2, "rules": 1, "twice": 4, "nothing": 3,
}  # fmt: skip
_KINDS, _WEIGHTS = tuple(_WEIGHED), tuple(_WEIGHED.values())


def run(seeds: range, laws: Laws = LAWS, steps: int = STEPS) -> str:
    """'' when all held; else the seed and what broke."""
    for seed in seeds:
        try:
            History(seed, laws).live(steps)
        except Broken as broken:
            return f"history {seed}: {broken}"
    return ""


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.desk.model",
        description="Random histories of the desk, watched by the oracle.",
        epilog="example: python -m tests.desk.model --histories 100000 --processes 2",
    )
    parser.add_argument("--histories", type=int, default=100_000, help="how many (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the first (%(default)s)")
    parser.add_argument("--processes", type=int, default=1, help="at a time (%(default)s)")
    asked = parser.parse_args(words)
    size, begun = 500, time.monotonic()
    last = asked.seed + asked.histories
    batches = [range(first, min(first + size, last)) for first in range(asked.seed, last, size)]
    with multiprocessing.Pool(asked.processes) as pool:
        for done, (batch, broken) in enumerate(zip(batches, pool.imap(run, batches), strict=True), 1):
            if broken:
                print(broken)
                return 1
            told = f"{batch[-1] + 1 - asked.seed:,} of {asked.histories:,} histories, {time.monotonic() - begun:.0f} s"
            print(f"\r{told}", end="\n" if done == len(batches) else "", file=sys.stderr, flush=True)
    print(f"{asked.histories:,} histories, 0 violations")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
