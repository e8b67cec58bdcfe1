"""What the Flows pages need of the commands: check, tests, what would change, publication, drafts, the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from engine.check import Finding


@dataclass(frozen=True)
class Outcome:
    """What a change of a service came to: it was done, or ``faults`` say why not; ``lines`` are what callers notice."""

    faults: Sequence[str] = ()
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Played:
    """A service's tests: failures and faults as lines, how many held of how many, the share of exits taken in per cent."""

    faults: Sequence[str]
    held: int
    of: int
    covered: float | None


class Refused(Exception):
    """What was asked for cannot be done. The text says why and what can be."""


class FlowTools(Protocol):
    """What commands do with services, for the pages that do the same."""

    def findings(
        self, service: str, typed: Mapping[str, str], *, walk: bool = True, asker: str = ""
    ) -> list[Finding]:
        """What `check` says of the service with these texts (file -> text) in place of its files.

        Everything takes seconds; without ``walk`` it is what is known already, or what reading alone says. When ``asker`` asks for
        another walk of the service meanwhile, this one is left out.
        """

    def played(self, service: str) -> Played:
        """Its tests, played with the engine. Raises Refused."""

    def offered(self, service: str) -> Outcome:
        """What a publication would say and do. Raises Refused."""

    def publish(self, service: str, content: str, who: str) -> Outcome:
        """Raises Refused, also when the folder is no longer ``content``."""

    def content(self, service: str) -> str:
        """What names exactly the folder's files. Raises Refused."""

    def roll_back(self, service: str, version: str, who: str, why: str) -> Outcome:
        """Raises Refused."""

    def open_draft(self, service: str, numbers: Sequence[str], who: str) -> Outcome:
        """Raises Refused."""

    def end_draft(self, service: str, who: str) -> None:
        """Test telephones get what is published."""

    def schema(self, name: str) -> Mapping[str, Any] | None:
        """The JSON Schema of flow, texts, desk, promises, tests or piece."""
