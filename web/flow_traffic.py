"""What the page of a service asks and tells of the ways that contacts took."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from engine.drawing import Traffic
from engine.flow import Flow
from sessions.gateway import Gateway
from sessions.reports import traffic
from store.travelled import Way
from web.accounts import visits
from web.policy import POLICY

USUAL_DAYS = 7


@dataclass(frozen=True)
class Asked:
    """``days`` one of traffic.DAYS, ``channel`` one of traffic.CHANNELS or '' for both; what was taken in them."""

    flow: Flow
    days: int
    channel: str
    taken: list[Way]

    def for_drawing(self) -> Traffic:
        return traffic.for_drawing(self.taken, self.channel)

    @property
    def rows(self) -> list[traffic.Row]:
        """Of the channel that was asked for, the most taken first."""
        return traffic.table(self.flow, [one for one in self.taken if self.channel in ("", one.channel)])

    @property
    def contacts(self) -> int:
        """How many came in."""
        starts = {self.flow.start, self.flow.text_start}
        came = (one for one in self.taken if one.start == traffic.OUTSIDE and one.way in starts)
        return sum(one.n for one in came if self.channel in ("", one.channel))


def asked(gateway: Gateway, flow: Flow) -> Asked:
    """What the address asks for; else both channels of a week."""
    days, channel = request.args.get("days", USUAL_DAYS, int), request.args.get("channel", "")
    days = days if days in traffic.DAYS else USUAL_DAYS
    channel = channel if channel in traffic.CHANNELS else ""
    return Asked(flow, days, channel, traffic.travelled_since(gateway, flow.id, days))


def for_page(gateway: Gateway, service: str) -> Asked | None:
    """None for who may not see it, and for what was never published."""
    flow = gateway.services.current(service)
    may = visits.me().role in POLICY["flows.travelled"].may
    return asked(gateway, flow) if may and flow else None
