"""Agents and rules as chance has them, for the model of the desk."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from desk.agents import Agent, Skill
from desk.routing import Rules

DAY = date(2026, 3, 11)  # a Wednesday
SHIFT = "mon-fri 08:00-16:00"
SERVICES, SKILLS = ("bicara131", "kring_pajak"), ("umum", "pajak")


def some_agent(dice: Random, number: int) -> Agent:
    """Most are simple; each oddity of a roster comes now and then."""
    rare = dice.random
    skills = {
        skill: Skill(
            dice.choice((1, 1, 2, 3)), dice.choice((None, None, None, None, DAY, DAY - timedelta(days=1)))
        )
        for skill in SKILLS
        if rare() < 0.9
    }
    return Agent(
        id=f"a{number}",
        name=f"Agent {number}",
        tier=dice.choice((1, 1, 1, 2, 2, 3)),
        skills=skills,
        languages=("id",) if rare() < 0.15 else ("id", "en"),
        classes=("PUBLIK",) if rare() < 0.1 else ("PUBLIK", "TERBATAS"),
        channels={"voice": dice.choice((0, 1, 1, 1, 1)), "text": dice.choice((0, 1, 3))},
        unit=dice.choice(("u1", "u2")),
        shift=SHIFT if rare() < 0.2 else "",
        services=(SERVICES[number % 2],) if rare() < 0.1 else (),
        trainee=rare() < 0.07,
        mentor=dice.choice(("", "a0")),
        order=number,
    )


def some_rules(dice: Random) -> Rules:
    return Rules(
        strategy=dice.choice(("longest_idle", "least_busy", "round_robin", "ring_in_order", "most_skilled")),
        tiers=dice.choice(({2: 30, 3: 60}, {2: 10, 3: 10}, {2: 60}, {})),
        aging_seconds=dice.choice((0, 20, 60, 300)),
        wrap_up_seconds={"voice": dice.choice((0, 30)), "text": dice.choice((0, 5))},
        misses=dice.choice((1, 2, 3)),
        rest_seconds=dice.choice((0, 5, 10)),
        longest_seconds=dice.choice((60, 300)),
        talk_seconds={"voice": dice.choice((300, 3900)), "text": 900},
        callback_tries=dice.choice((1, 2)),
        callback_gap_seconds=dice.choice((10, 600)),
        callback_seconds=dice.choice((120, 3600)),
        remind_seconds=dice.choice((60, 600)),
    )
