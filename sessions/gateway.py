"""What one process shares: settings, store, services, clock and the keys made of the installation's secret."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from engine.flow import Flow
from sessions.services import Catalogue
from store.db import Store
from store.spool import Spool


class Limits(Protocol):
    """The settings that the middle needs (settings.Settings has them all)."""

    @property
    def secret_key(self) -> str: ...
    @property
    def sms_per_hour(self) -> int: ...
    @property
    def sms_per_day(self) -> int: ...
    @property
    def sms_prefix_per_hour(self) -> int: ...
    @property
    def dial_prefixes(self) -> tuple[str, ...]: ...
    @property
    def dial_denied(self) -> tuple[str, ...]: ...
    @property
    def dial_cap_per_hour(self) -> int: ...
    @property
    def dial_cap_per_day(self) -> int: ...
    @property
    def emergency_agents(self) -> tuple[str, ...]: ...


def _clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class Gateway:
    """Passed to every channel and job. ``fit`` makes a text of ours fit its SMS parts (sms/segments.py)."""

    settings: Limits
    store: Store
    services: Catalogue
    spool: Spool
    fit: Callable[[str, int], str]
    clock: Callable[[], datetime] = _clock
    _key: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._key = self.settings.secret_key.encode()

    def keyed(self, *parts: str) -> str:
        """A keyed hash for subjects and callers in counters and audit lines: equal for equals, and useless to a thief."""
        return hmac.digest(self._key, "\x1f".join(parts).encode(), hashlib.sha256).hex()[:32]

    def turn_key(self, call: str, n: int) -> str:
        """16 hex digits that only we can put into the address of a turn.

        Twilio's signature joins parameters without separators, so that parts of a path can be passed off as parameters
        (fault list A7); this key binds call and turn.
        """
        return hmac.digest(self._key, f"{call}/{n}".encode(), hashlib.sha256).hex()[:16]

    def flow_of(self, service: str, version: str) -> Flow | None:
        """The version a contact began with, or the current one when that is lost."""
        return self.services.pinned(service, version) or self.services.current(service)
