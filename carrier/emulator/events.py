"""What can happen to a call while it waits, and what it waits for.

A call is a generator (``calls.Call.life``): it yields a Wait and is sent an Event, or has an Interruption
thrown into it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from carrier.emulator.calls import Call
    from carrier.emulator.conferences import Room


@dataclass(frozen=True, slots=True)
class Wait:
    """What a call waits for. ``state`` is the telephone's word: speaking, asking, recording, ringing,
    talking, waiting.

    ``until`` is a second of the call's own clock, at which Elapsed comes. ``free`` time passes by itself on a
    stepped call: what
    is only listened to needs no caller.
    """

    state: str
    until: float = float("inf")
    free: bool = False


class Event:
    """Sent into the generator. A verb that does not care for an event goes on waiting."""


@dataclass(frozen=True, slots=True)
class Elapsed(Event):
    """The time of this Wait is over."""

    wait: Wait


@dataclass(frozen=True, slots=True)
class Key(Event):
    digit: str


@dataclass(frozen=True, slots=True)
class Speech(Event):
    text: str
    confidence: float | None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Sound(Event):
    """What a caller speaks into a recording; ``ended_by`` is the key that ends it, '' for silence, 'hangup'.

    ``live``: it was spoken in these very seconds, and the silence that ends it has been heard too.
    """

    wav: bytes
    ended_by: str = ""
    live: bool = False


@dataclass(frozen=True, slots=True)
class Speaking(Event):
    """Somebody speaks into a recording just now: what is said comes as a Sound when it is over."""


@dataclass(frozen=True, slots=True)
class Lasts(Event):
    """The telephone plays what it hears with a voice of its own: ``item`` of the call has ``seconds`` to go."""

    item: int
    seconds: float


@dataclass(frozen=True, slots=True)
class PickUp(Event):
    """The telephone that rings is answered; ``machine`` by an answering machine."""

    machine: bool = False


@dataclass(frozen=True, slots=True)
class Refuse(Event):
    """The telephone that rings is not answered: ``status`` busy, no-answer, failed or canceled."""

    status: str


@dataclass(frozen=True, slots=True)
class LegReady(Event):
    """A dialled leg has answered and heard its whisper: it can be connected."""

    leg: "Call"


@dataclass(frozen=True, slots=True)
class LegEnded(Event):
    leg: "Call"


@dataclass(frozen=True, slots=True)
class Connected(Event):
    """Another call is now heard on this one."""

    peer: "Call"


@dataclass(frozen=True, slots=True)
class PeerGone(Event):
    peer: "Call"


@dataclass(frozen=True, slots=True)
class RoomBegins(Event):
    """Somebody else is in the conference in which this call has waited."""

    room: "Room"


@dataclass(frozen=True, slots=True)
class RoomLeft(Event):
    """This call is taken out of that conference: it may be in another one by now."""

    room: "Room"


@dataclass(frozen=True, slots=True)
class Start(Event):
    """The first event of every call."""


@dataclass(frozen=True, slots=True)
class PassTime(Event):
    """Not for the generator: the phone lets time pass. ``seconds`` None: whatever the call waits for runs
    out.
    """

    seconds: float | None


class Interruption(Exception):
    """Thrown into the generator: what the call was doing is over."""


class HungUp(Interruption):
    """The far end hung up (or the account ended the call through REST)."""


@dataclass(eq=False)
class Modified(Interruption):
    """The account gave the call a new document through REST: ``page`` is where to go."""

    page: "Page"


@dataclass(eq=False)
class Dequeued(Interruption):
    """An agent's call takes this one out of its queue; ``page`` is heard first (the Queue noun's url)."""

    agent: "Call"
    page: "Page | None" = None


class Ended(Exception):
    """Raised by a verb: the call is over, as ``status``."""

    def __init__(self, status: str = "completed"):
        super().__init__(status)
        self.status = status


class LeftQueue(Exception):
    """Raised by <Leave>."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where the next document comes from: a URL to request with ``params``, or ``twiml`` given in words."""

    url: str
    method: str = "POST"
    params: tuple[tuple[str, str], ...] = ()
    twiml: str | None = None


def params(**given: Any) -> tuple[tuple[str, str], ...]:
    """Webhook fields out of keywords: None is left out, everything else becomes text."""
    return tuple((name, str(value)) for name, value in given.items() if value is not None)
