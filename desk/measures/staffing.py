"""How many agents an hour needs: Erlang C, with the usual assumptions (nobody gives up, everybody can take everything)."""

from __future__ import annotations

from math import exp

MOST_AGENTS = 10_000


def load(calls_an_hour: float, handling_seconds: float) -> float:
    """Erlangs: how many agents would be busy all the time.

    >>> load(120, 270)
    9.0
    """
    return calls_an_hour * handling_seconds / 3600


def service_level(calls_an_hour: float, handling_seconds: float, agents: int, within: float = 20) -> float:
    """The share answered within so many seconds, 0 to 1; 0 when the agents cannot keep up at all."""
    a = load(calls_an_hour, handling_seconds)
    if a <= 0:
        return 1.0
    if agents <= a:
        return 0.0
    return 1 - _waits(a, agents) * exp(-(agents - a) * within / handling_seconds)


def _waits(a: float, agents: int) -> float:
    """The chance that a call has to wait, by the recursion of Erlang B: no factorials, no overflow."""
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = a * blocked / (n + a * blocked)
    return blocked / (1 - a / agents * (1 - blocked))


def agents_needed(
    calls_an_hour: float, handling_seconds: float, share: float = 0.8, within: float = 20
) -> int:
    """The least number of agents that answers ``share`` of the calls ``within`` seconds. Raises ValueError when none does.

    >>> agents_needed(120, 270)
    13
    """
    least = int(load(calls_an_hour, handling_seconds))
    for agents in range(max(1, least), MOST_AGENTS + 1):
        if service_level(calls_an_hour, handling_seconds, agents, within) >= share:
            return agents
    raise ValueError(f"not even {MOST_AGENTS} agents answer {share:.0%} within {within:g} s")
