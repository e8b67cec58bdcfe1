"""What the page Calendar needs of the flow tests: a call at some moment, played with the engine that serves callers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.flow import Flow


@dataclass(frozen=True)
class Asked:
    """A caller of ``number`` who wants ``language``, at ``at`` (aware). ``edited``: by the files as they stand, else as
    published.
    """

    service: str
    number: str
    language: str
    at: datetime
    edited: bool = False


@dataclass(frozen=True)
class Part:
    """What is heard after a key ('' is the beginning): (language, words) in order. ``ended``: the call is over."""

    key: str
    said: Sequence[tuple[str, str]]
    ended: bool = False


@dataclass(frozen=True)
class Heard:
    """``flow``: what was played, None when it cannot be; ``faults`` then say why. ``closed``: whoever asks for a person is not put
    into a queue.
    """

    flow: Flow | None
    parts: Sequence[Part] = ()
    faults: Sequence[str] = ()
    closed: bool = False


class HearingTools(Protocol):
    """Flow tests for pages."""

    def hear(self, asked: Asked) -> Heard:
        """The first things said to this caller: until the language is chosen, and after key 0. Raises web.flow_tools.Refused."""
