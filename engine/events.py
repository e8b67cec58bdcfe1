"""What can happen to a contact: the words a channel, a timer or the house says to the engine.

Each event is a frozen dataclass of plain strings and numbers, so that a turn can be kept as JSON and played again.
"""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Started:
    """A call was answered, or a text opened a dialogue that no keyword explains."""


@dataclass(frozen=True)
class Keys:
    """Keys pressed, or a text that chose an option: '1', '*', '120385'. '' when only the end key was pressed."""

    digits: str


@dataclass(frozen=True)
class Silence:
    """Nothing came before the time was over."""


@dataclass(frozen=True)
class Said:
    """Words heard by the carrier's speech recognition; confidence 0 to 1, -1 when the carrier gave none."""

    words: str
    confidence: float = -1.0


@dataclass(frozen=True)
class Spoken:
    """A menu's choice was spoken into this recording; nobody has listened to it yet."""

    recording: str


@dataclass(frozen=True)
class Typed:
    """A text that answers what was asked, as it was written."""

    body: str


@dataclass(frozen=True)
class Keyword:
    """A text began with one of the flow's keywords; fields are its arguments by name.

    ``wrong`` names those that are not in their format: their fields are what was written.
    """

    name: str
    fields: dict[str, str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    """A text without a keyword was about one of the flow's topics."""

    name: str
    body: str = ""


@dataclass(frozen=True)
class Unmatched:
    """A text that fits nothing: no keyword, no awaited answer, no topic."""

    body: str = ""


@dataclass(frozen=True)
class Recorded:
    """A message was recorded. seconds is what the carrier counted; hung_up: the caller left while speaking."""

    recording: str
    seconds: int
    hung_up: bool = False


@dataclass(frozen=True)
class Dialled:
    """A dialled leg ended. outcome: answered, busy, no_answer, failed."""

    outcome: str
    seconds: int = 0


@dataclass(frozen=True)
class Tick:
    """A waiting caller's music came to an end: is there anything new?"""


@dataclass(frozen=True)
class PersonFound:
    """A person took the waiting contact; room is the conference where both meet."""

    agent: str
    room: str


@dataclass(frozen=True)
class PersonAway:
    """The person left the room and will come back: the contact is on hold."""


@dataclass(frozen=True)
class PersonGone:
    """The person's line broke, or the contact was sent on: it waits again, in its old place."""


@dataclass(frozen=True)
class QueueLeft:
    """The desk says that the waiting is over. exit: closed, nobody, too_long."""

    exit: str


@dataclass(frozen=True)
class Answered:
    """The house answers a question that the engine asked (see turn.Question)."""

    outcome: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HungUp:
    """The contact has gone. reason is the carrier's last word: completed, busy, failed, no-answer, canceled, expired."""

    reason: str = "completed"


Event = (
    Started
    | Keys
    | Silence
    | Said
    | Spoken
    | Typed
    | Keyword
    | Topic
    | Unmatched
    | Recorded
    | Dialled
    | Tick
    | PersonFound
    | PersonAway
    | PersonGone
    | QueueLeft
    | Answered
    | HungUp
)

KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        Started,
        Keys,
        Silence,
        Said,
        Spoken,
        Typed,
        Keyword,
        Topic,
        Unmatched,
        Recorded,
        Dialled,
        Tick,
        PersonFound,
        PersonAway,
        PersonGone,
        QueueLeft,
        Answered,
        HungUp,
    )
}


def to_json(event: Event) -> dict[str, Any]:
    """The event as plain data: {"Keys": {"digits": "1"}}."""
    return {type(event).__name__: asdict(event)}


def from_json(data: dict[str, Any]) -> Event:
    """The event that to_json gave. Raises KeyError for a kind this program does not know."""
    ((name, fields),) = data.items()
    event: Event = KINDS[name](**fields)
    return event
