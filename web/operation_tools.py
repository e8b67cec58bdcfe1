"""What the page of operations needs of the commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Seen(Protocol):
    """One thing that doctor looked at: ``level`` is ok, warning or fault; ``way_out`` '' when it is well."""

    @property
    def check(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def way_out(self) -> str: ...


@dataclass(frozen=True)
class Backup:
    """A backup that lies in our folder; ``at`` in seconds since 1970."""

    name: str
    bytes: int
    at: float


class OperationTools(Protocol):
    """What commands do with an installation, for the page of operations."""

    def examine(self, outside: bool) -> Sequence[Seen]:
        """What doctor says; ``outside``: also the carrier and our public address, which takes its time."""

    def backups(self) -> Sequence[Backup]:
        """The newest first."""

    def make_backup(self, who: str) -> str:
        """Makes one and says what is in it. Raises web.flow_tools.Refused."""
