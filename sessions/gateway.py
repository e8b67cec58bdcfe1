"""What one process shares: settings, store, services, clock and the keys made of the installation's secret."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from carrier.signature import Verifier
from engine.flow import Flow
from sessions.deadline import Deadline
from sessions.services import Catalogue
from store.db import Store
from store.spool import Spool
from store.vault import Vault, vault_of


class OldToken(Protocol):
    """A token still accepted after a rotation, up to the end of a day."""

    token: str
    until: date


class Configured(Protocol):
    """The settings that channels, middle and jobs need; settings.Settings has them all."""

    root: Path
    audio: Path
    instance: Path
    audit_anchors: Path
    recordings: Path
    public_url: str
    account_sid: str
    auth_token: str
    old_tokens: tuple[OldToken, ...]
    account_sids: tuple[str, ...]
    secret_key: str
    vault_key: str
    vault_old_keys: tuple[str, ...]
    delete_at_carrier: bool
    emergency_agents: tuple[str, ...]
    dial_prefixes: tuple[str, ...]
    dial_denied: tuple[str, ...]
    dial_cap_per_hour: int
    dial_cap_per_day: int
    dial_time_limit: int
    speech: bool
    menu_speech: str
    mails: bool
    sms_per_hour: int
    sms_per_day: int
    sms_prefix_per_hour: int
    clock_offset: int


def clock_ahead(seconds: int) -> Callable[[], datetime]:
    """A clock that runs so many seconds ahead of ours: 0 but for tests and training (setting CLOCK)."""
    ahead = timedelta(seconds=seconds)
    return lambda: datetime.now(UTC) + ahead


@dataclass
class Gateway:
    """Passed to every channel and job. ``fit`` makes a text of ours fit its SMS parts (sms/segments.py)."""

    settings: Configured
    store: Store
    services: Catalogue
    spool: Spool
    fit: Callable[[str, int], str]
    clock: Callable[[], datetime] = field(default_factory=lambda: clock_ahead(0))
    deadline: Deadline = field(default_factory=Deadline, repr=False)
    kept: dict[str, Any] = field(default_factory=dict, repr=False)  # what a process remembers of the database
    verifier: Verifier = field(init=False, repr=False)
    _key: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        settings = self.settings
        self._key = settings.secret_key.encode()
        tokens = [(settings.auth_token, None), *((old.token, old.until) for old in settings.old_tokens)]
        self.verifier = Verifier(settings.account_sids, tokens, settings.public_url)

    @cached_property
    def vault(self) -> Vault:
        """Where what callers said is kept. Raises VaultFault when there is no key."""
        return vault_of(self.settings.recordings, self.settings.vault_key, self.settings.vault_old_keys)

    def close(self) -> None:
        """Look for no more versions and let go of the database: after a command, whose process may live on."""
        self.services.stop()
        self.store.close()

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
