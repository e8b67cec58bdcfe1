"""One decision of the desk with 500 agents and 1,000 waiting contacts, and how wrong the wait estimate is: python -m bench router.

Decisions as they come in a full house: everybody talks, a thousand wait, one thing happens. No network, no disk; what a decision
costs is the router alone. The promise of the design is 5 ms.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from bench.table import table
from desk.agents import Agent, Skill
from desk.estimate import wait_seconds
from desk.routing import Desk, Rules, contact, decide, desk_of, events
from desk.routing.why import why

MOMENT = datetime(2026, 3, 11, 3, 15, tzinfo=UTC)  # a Wednesday in office hours
AGENTS, WAITING = 500, 1_000
BATCHES = 9
SERVICES = ("bicara131", "kring_pajak", "kontak157", "bravo")
SKILLS = ("umum", "pengaduan", "akun", "pembayaran", "pph", "ppn", "penipuan", "english")


def measure(decisions: int) -> dict[str, dict[str, float]]:
    """ms per decision by case, and the estimate's error in percent of the real wait."""
    house = full_house(Random(1))
    found = {name: _timed(case, decisions, name) for name, case in cases(house).items()}
    return {**found, **{f"estimate, {name}": errors(*load) for name, load in LOADS.items()}}


# -- a full house --------------------------------------------------------------------------------------------


def some_agent(dice: Random, number: int) -> Agent:
    skills = {skill: Skill(dice.randint(1, 3), date(2027, 12, 31)) for skill in dice.sample(SKILLS, 4)}
    return Agent(
        id=f"a{number}",
        name=f"Agent {number}",
        tier=dice.choice((1, 1, 1, 1, 2, 2, 3)),
        skills=skills,
        languages=("id", "en") if number % 3 else ("id",),
        classes=("PUBLIK", "TERBATAS"),
        shift="mon-fri 08:00-16:00" if number % 2 else "mon-fri 07:30-17:00",
        services=(SERVICES[number % 4], SERVICES[(number + 1) % 4]),
        order=number,
    )


def some_contact(dice: Random, number: int, at: datetime, kind: str = "call") -> events.Arrived:
    return events.Arrived(
        contact(
            f"CA{number:032}",
            kind,
            at,
            service=dice.choice(SERVICES),
            skill=dice.choice(SKILLS),
            level=dice.choice((1, 1, 2)),
            language=dice.choice(("id", "id", "id", "en")),
            priority=dice.randint(1, 4),
            number=f"62811{number:07}",
            longest=3600,
        )
    )


def full_house(dice: Random) -> Desk:
    """Every agent has a call, a thousand calls wait; all within the last quarter of an hour."""
    agents = [some_agent(dice, number) for number in range(AGENTS)]
    desk = desk_of(agents, {service: Rules() for service in SERVICES})
    at = MOMENT - timedelta(minutes=15)
    for agent in agents:
        desk, _ = decide(desk, events.SignedIn(agent.id), at)
    number = 0
    while sum(held.state == "waiting" for held in desk.contacts.values()) < WAITING:
        number += 1
        desk, owed = decide(desk, some_contact(dice, number, at), at)
        for offer in owed:
            if hasattr(offer, "offer"):
                desk, _ = decide(desk, events.Accepted(offer.offer), at)
        at += timedelta(seconds=0.5)
    return decide(desk, events.Tick(), MOMENT)[0]


def cases(house: Desk) -> dict[str, Callable[[int], object]]:
    """Decisions; each begins with the same house."""
    talking = [held.id for held in house.contacts.values() if held.state == "talking"]
    waiting = [held.id for held in house.contacts.values() if held.state == "waiting"]
    agents = list(house.roster.agents)
    resting = {
        agent: replace(post, wrap_up_until=MOMENT + timedelta(seconds=30))
        for agent, post in house.posts.items()
    }
    tired = replace(house, posts=resting)
    dice = Random(2)
    return {
        "a call arrives": lambda n: decide(house, some_contact(dice, 10**6 + n, MOMENT), MOMENT),
        "a talk ends": lambda n: decide(house, events.Ended(talking[n % len(talking)]), MOMENT),
        "an agent is free again": lambda n: decide(tired, events.WrappedUp(agents[n % AGENTS]), MOMENT),
        "a caller hangs up": lambda n: decide(house, events.Gone(waiting[n % WAITING]), MOMENT),
        "an agent takes a break": lambda n: decide(house, events.TookBreak(agents[n % AGENTS]), MOMENT),
        "time passes": lambda n: decide(house, events.Tick(), MOMENT + timedelta(seconds=n % 60)),
        "half a minute later": lambda n: decide(house, events.Tick(), MOMENT + timedelta(seconds=30)),
        "an estimate": lambda n: wait_seconds(house, waiting[n % WAITING], MOMENT),
        "an explanation": lambda n: why(house, waiting[n % WAITING], MOMENT),
    }


def _timed(case: Callable[[int], object], decisions: int, name: str) -> dict[str, float]:
    print(name, file=sys.stderr, flush=True)
    case(0)  # who is able is worked out once a day
    took = []
    for batch in range(BATCHES):
        begun = time.process_time()
        for number in range(decisions):
            case(batch * decisions + number)
        took.append((time.process_time() - begun) / decisions * 1e3)
    return {"median": statistics.median(took), "least": min(took), "most": max(took)}


# -- how wrong the estimate is -------------------------------------------------------------------------------

# Agents, seconds between two calls, seconds a contact takes: so that some people wait.
LOADS = {
    "6 agents": (6, 41, 240),
    "30 agents": (30, 8.1, 240),
    "30 agents, two skills": (30, 8.1, 240, 2),
}


def errors(agents: int, between: float, takes: float, skills: int = 1, calls: int = 3000) -> dict[str, float]:
    """What callers were told on arrival beside how long they waited, in seconds: median error, p90, share told too little.

    Calls come at random (exponential), talks last at random (exponential): worse than life.
    """
    print(f"estimate: {agents} agents, {skills} skills", file=sys.stderr, flush=True)
    off = sorted(_told_and_waited(agents, between, takes, skills, calls))
    wrong = sorted(abs(error) for error in off)
    return {
        "median": statistics.median(wrong),
        "p90": wrong[int(len(wrong) * 0.9)],
        "bias": statistics.mean(off),
        "callers": len(off),
    }


def _told_and_waited(agents: int, between: float, takes: float, skills: int, calls: int) -> list[float]:
    dice, at, done = Random(3), MOMENT, 0
    names = SKILLS[:skills]
    rules = Rules(wrap_up_seconds={"voice": 0, "text": 0}, aging_seconds=0, longest_seconds=86_400)
    roster = [
        Agent(f"a{n}", f"a{n}", skills={skill: Skill() for skill in (names if n % 3 else names[:1])})
        for n in range(agents)
    ]
    desk = desk_of(roster, {"s": rules})
    for agent in roster:
        desk, _ = decide(desk, events.SignedIn(agent.id), at)
    told: dict[str, tuple[datetime, float]] = {}
    ends: dict[str, datetime] = {}
    off: list[float] = []
    arrival = at

    def settle(event: events.Event) -> None:
        nonlocal desk
        desk, owed = decide(desk, event, at)
        for effect in owed:
            if type(effect).__name__ == "Offer":
                settle(events.Accepted(effect.offer))
                ends[effect.contact] = at + timedelta(seconds=dice.expovariate(1 / takes))
                if effect.contact in told:
                    since, estimate = told.pop(effect.contact)
                    off.append(estimate - (at - since).total_seconds())

    while done < calls:
        over = min(ends, key=ends.__getitem__, default="")
        if over and ends[over] <= arrival:
            at = ends.pop(over)
            settle(events.Ended(over))
            continue
        at, done = arrival, done + 1
        name = f"c{done}"
        settle(events.Arrived(contact(name, "call", at, service="s", skill=dice.choice(names))))
        if name in desk.contacts and desk.contacts[name].state == "waiting":
            told[name] = at, wait_seconds(desk, name, at)
        arrival = at + timedelta(seconds=dice.expovariate(1 / between))
    return off


def report(found: dict[str, dict[str, float]]) -> str:
    """The figures for people."""
    rows = [(f"ms, {AGENTS} agents, {WAITING:,} waiting", "median", "least", "most")]
    told = [("s, what callers are told", "median error", "p90 error", "bias", "callers")]
    for name, took in found.items():
        if name.startswith("estimate, "):
            row = (f"{took[which]:.0f}" for which in ("median", "p90", "bias", "callers"))
            told.append((name.removeprefix("estimate, "), *row))
        else:
            rows.append((name, *(f"{took[which]:.2f}" for which in ("median", "least", "most"))))
    return f"{table(rows)}\n\n{table(told)}"
