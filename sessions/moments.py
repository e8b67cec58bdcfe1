"""A service's zone and opening hours, read once for each version."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from desk import hours as desk_hours
from engine.flow import Flow


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """The zone, read from disk once."""
    return ZoneInfo(name)


@lru_cache(maxsize=256)
def _hours(version: str, name: str, flow_ref: "FlowRef") -> desk_hours.Hours:
    return desk_hours.parse(flow_ref.flow.hours[name].spec, flow_ref.flow.timezone)


class FlowRef:
    """A flow as a cache key: two of the same version are the same."""

    __slots__ = ("flow",)

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    def __hash__(self) -> int:
        return hash(self.flow.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FlowRef) and other.flow.version == self.flow.version


def hours_of(flow: Flow, name: str) -> desk_hours.Hours:
    """One of the flow's opening hours, parsed once for each version."""
    return _hours(flow.version, name, FlowRef(flow))
