"""What an installation wants of its worker: the settings, in the shapes that jobs/ uses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from carrier.guard import Rules


class Wanted(Protocol):
    """The settings that matter here (settings.Settings has them all)."""

    @property
    def public_url(self) -> str: ...
    @property
    def dial_prefixes(self) -> tuple[str, ...]: ...
    @property
    def dial_denied(self) -> tuple[str, ...]: ...
    @property
    def dial_cap_per_hour(self) -> int: ...
    @property
    def dial_cap_per_day(self) -> int: ...
    @property
    def dial_time_limit(self) -> int: ...
    @property
    def emergency_agents(self) -> tuple[str, ...]: ...
    @property
    def lookup_hosts(self) -> tuple[str, ...]: ...
    @property
    def delete_at_carrier(self) -> bool: ...
    @property
    def emulated(self) -> bool: ...


@dataclass(frozen=True)
class Plan:
    """``public_url`` without a slash at its end. ``texts_per_second``: from one number, None for no limit."""

    public_url: str
    calls: Rules = field(default_factory=Rules)
    texts: Rules = field(default_factory=Rules)
    lookup_hosts: tuple[str, ...] = ()
    texts_per_second: float | None = 1.0
    lease_seconds: float = 60.0
    delete_at_carrier: bool = False
    recording_lease: float = 30.0  # renewed while a download goes on

    def callback(self, path: str) -> str:
        """The address for a status callback, with Twilio's overrides: up to five tries, whatever went wrong.

        The fragment is neither sent nor signed: twilio.com/docs/usage/webhooks/webhooks-connection-overrides.
        """
        return f"{self.public_url}{path}#rc=5&rp=all"


def plan(settings: Wanted) -> Plan:
    """The plan that these settings make. An emulated carrier has no limit of one text a second."""
    agents = frozenset(settings.emergency_agents)
    common = Rules(prefixes=settings.dial_prefixes, denied=settings.dial_denied, agents=agents)
    return Plan(
        public_url=settings.public_url.rstrip("/"),
        calls=replace(
            common,
            per_hour=settings.dial_cap_per_hour,
            per_day=settings.dial_cap_per_day,
            time_limit=settings.dial_time_limit,
        ),
        texts=common,
        lookup_hosts=settings.lookup_hosts,
        delete_at_carrier=settings.delete_at_carrier,
        texts_per_second=None if settings.emulated else 1.0,
    )
