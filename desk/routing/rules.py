"""What a service may set about its queue. Read again at every decision: a change counts at the next event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from desk.agents import TEXT, VOICE

STRATEGIES = ("longest_idle", "least_busy", "round_robin", "ring_in_order", "most_skilled")


@dataclass(frozen=True)
class Rules:
    """One service's rules. All times in seconds; by channel where a call and a dialogue differ.

    ``tiers``: tier -> seconds since arrival after which its agents are asked too; the least tier is asked at once.
    ``aging_seconds``: a contact rises one priority each time it has waited so long; 0 is never.
    ``offer_seconds``: how long an offer is held for an agent; ``whisper_seconds`` more once the telephone is answered.
    ``misses`` in a row send an agent to a break; ``rest_seconds`` are left between two offers after a miss.
    ``talk_seconds``: when a talk of which nothing was heard any more is taken for ended.
    ``last_agent_seconds``: how long a contact is first put to the agent who had it last.
    """

    zone: str = "Asia/Jakarta"
    strategy: str = "longest_idle"
    tiers: Mapping[int, int] = field(default_factory=lambda: {2: 30, 3: 60})
    aging_seconds: int = 300
    offer_seconds: Mapping[str, int] = field(default_factory=lambda: {VOICE: 20, TEXT: 60})
    whisper_seconds: int = 15
    dial_seconds: int = 45
    talk_seconds: Mapping[str, int] = field(default_factory=lambda: {VOICE: 3900, TEXT: 86400})
    wrap_up_seconds: Mapping[str, int] = field(default_factory=lambda: {VOICE: 30, TEXT: 0})
    misses: int = 3
    rest_seconds: int = 5
    last_agent_seconds: int = 3600
    longest_seconds: int = 300
    callback_tries: int = 3
    callback_gap_seconds: int = 600
    callback_seconds: int = 172800  # a callback without a promised time is given up after two days
    remind_seconds: int = 3600
    handling_seconds: int = (
        240  # what a contact takes until that is measured (domain page: 10 min is the warning)
    )


DEFAULT = Rules()


def read(data: Mapping[str, Any], where: str = "rules") -> Rules:
    """Rules from plain data (a flow's or an administrator's). Raises ValueError with every fault, one a line."""
    faults: list[str] = []
    known = {item.name: getattr(DEFAULT, item.name) for item in fields(Rules)}
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name not in known:
            faults.append(f"{where}: {name!r} is no rule; one of {', '.join(known)}")
        elif isinstance(known[name], Mapping):
            values[name] = _mapping(name, known[name], value, where, faults)
        elif isinstance(known[name], int):
            values[name] = _whole(f"{where}: {name}", value, faults)
        else:
            values[name] = str(value)
    if values.get("strategy", DEFAULT.strategy) not in STRATEGIES:
        faults.append(f"{where}: {values['strategy']!r} is no strategy; one of {', '.join(STRATEGIES)}")
    if faults:
        raise ValueError("\n".join(faults))
    return Rules(**values)


def _whole(where: str, value: object, faults: list[str]) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    faults.append(f"{where}: {value!r} is no number of seconds or times; write a whole number, 0 or more")
    return 0


def _mapping(
    name: str, default: Mapping[Any, int], value: object, where: str, faults: list[str]
) -> Mapping[Any, int]:
    if not isinstance(value, Mapping):
        faults.append(
            f"{where}: {name} is {value!r}; write one number for each of {', '.join(map(str, default))}"
        )
        return default
    read = {key: _whole(f"{where}: {name}, {key}", seconds, faults) for key, seconds in value.items()}
    if name == "tiers":
        return {int(key): seconds for key, seconds in read.items()}  # JSON knows only names
    return {**default, **read}


def plain(rules: Rules) -> dict[str, Any]:
    """What differs from the default, as ``read`` takes it."""
    return {
        item.name: (
            {str(key): number for key, number in value.items()} if isinstance(value, Mapping) else value
        )
        for item in fields(Rules)
        if (value := getattr(rules, item.name)) != getattr(DEFAULT, item.name)
    }
