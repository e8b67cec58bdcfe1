"""A service's limits for a case: from its flow, in the hours that count for it.

A case goes by the flow that is published now: a limit that is mended helps the cases that are open.
"""

from functools import lru_cache

from desk import hours as desk_hours
from desk.caseload.rules import Rules, rules
from desk.hours import Hours
from engine.flow import Flow
from sessions.gateway import Gateway

# A service without hours never closes (sessions.world).
NEVER_CLOSED = desk_hours.parse({"daily": "24h"})


class _Asked:
    """Flow, function and topic as a cache key; versions of a flow are told apart by their hash."""

    def __init__(self, flow: Flow, function: str, topic: str) -> None:
        self.flow, self.function, self.topic = flow, function, topic
        self._key = (flow.id, flow.version, function, topic)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and other._key == self._key


def rules_for(gateway: Gateway, service: str, function: str, topic: str) -> Rules:
    """The limits that hold for such a case; the house's own for a service that is gone."""
    flow = gateway.services.current(service)
    return rules_of(flow, function, topic) if flow is not None else rules(NEVER_CLOSED, {})


def rules_of(flow: Flow, function: str, topic: str) -> Rules:
    """What the flow says under `cases:`, a topic's limits before its function's before everybody's."""
    return _rules(_Asked(flow, function, topic))


@lru_cache(maxsize=1024)
def _rules(asked: _Asked) -> Rules:
    said = asked.flow.cases
    words = {**said.limits, **said.functions.get(asked.function, {}), **said.topics.get(asked.topic, {})}
    hours = hours_for(asked.flow, words.pop("hours", ""))
    if "documents" not in said.limits:
        return rules(hours, words, other_party_reminders=said.other_party_reminders)
    return rules(hours, words, said.documents_reminders, said.other_party_reminders)


def hours_for(flow: Flow, name: str = "") -> Hours:
    """The hours of this name, else those that `cases:` names, else the first."""
    name = name or flow.cases.hours or next(iter(flow.hours), "")
    return desk_hours.parse(flow.hours[name].spec, flow.timezone) if name in flow.hours else NEVER_CLOSED
