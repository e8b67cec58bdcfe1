"""Where one contact is in a flow. Plain data that survives JSON between any two turns."""

import json
from dataclasses import dataclass, field, fields
from typing import Any

HISTORY_LENGTH = 20  # how far '*' leads back; older steps are forgotten, so that a session stays small


@dataclass(frozen=True)
class Session:
    """One contact's passage through a flow.

    ``step`` is where the contact is and ``phase`` the point inside it ('' on arrival; e.g. 'review' after a recording).
    ``variables`` hold what asks and look-ups gave; ``constants`` of the flow are not copied here. ``proved`` maps a level
    (L1, L2, L3) to the subject it was proved for. ``secret`` lives for one turn only and is never written down.
    """

    channel: str  # voice or text
    language: str
    contact: str = ""  # the contact's number as a key, '' when it is withheld
    can_text: bool = True  # may a text be sent to that number?
    called: str = ""
    step: str = ""
    phase: str = ""
    turn: int = 0
    silences: int = 0
    no_matches: int = 0
    visits: int = 0
    variables: dict[str, str] = field(default_factory=dict)
    case: dict[str, str] = field(default_factory=dict)
    proved: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)  # gathered so far by the verify step we are in
    failures: int = 0  # wrong proofs in this contact
    strays: int = 0  # texts in a row that fitted nothing
    history: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()  # where `run` leads back to
    consent: tuple[str, ...] = ()  # languages in which the recording notice was heard
    ticket: str = ""  # of the case that this contact has opened; {tiket} may be any that was asked for
    waiting_since: str = ""  # ISO time of arrival in the queue
    recording: str = ""
    recorded_seconds: int = 0
    needed_person: bool = False
    options: tuple[str, ...] = ()  # what the last turn offered, for the text that comes next
    answer: str = ""  # the ask format that the last turn waits for
    hidden: bool = False  # the last turn asked for something that is never written down
    ended: str = ""
    secret: dict[str, str] = field(default_factory=dict)

    def but(self, **changed: Any) -> "Session":
        """The session with these fields changed. Raises TypeError for a field that there is none of."""
        if not changed.keys() <= _FIELDS:
            raise TypeError(f"a session has no {', '.join(changed.keys() - _FIELDS)}")
        # What dataclasses.replace does, without setting thirty fields one by one: that took a third of a turn.
        session = object.__new__(Session)
        session.__dict__.update(self.__dict__, **changed)
        return session


_FIELDS = frozenset(f.name for f in fields(Session))
_NAMES = tuple(f.name for f in fields(Session) if f.name != "secret")
_BLANK = Session(channel="", language="")  # nothing changes its dictionaries: a change makes new ones
_TUPLES = ("history", "returns", "consent", "options")
_DEFAULTS: dict[str, Any] = {
    name: getattr(Session(channel="", language=""), name)
    for name in _NAMES
    if name not in ("channel", "language")
}


def to_json(session: Session) -> str:
    """The session as JSON text, without secrets and without what still has its default.

    >>> to_json(Session(channel="voice", language="id", secret={"pin": "1234"}))
    '{"channel":"voice","language":"id"}'
    """
    data = {}
    for name in _NAMES:
        value = getattr(session, name)
        if name not in _DEFAULTS or value != _DEFAULTS[name]:
            data[name] = value
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Session:
    """The session that to_json gave.

    >>> from_json('{"channel":"voice","language":"id","history":["a"]}').history
    ('a',)
    """
    data: dict[str, Any] = json.loads(text)
    for name in _TUPLES:
        if name in data:
            data[name] = tuple(data[name])
    return _BLANK.but(**data)
