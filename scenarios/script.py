"""What stands in a test: acts of a contact, of agents and of the world, and what is expected in between. All frozen, all plain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from engine.flow import Place

CALLER = "+6281200000001"  # who calls or writes when a test does not say
MOMENT = "2026-03-11 10:15"  # when, in the service's zone: a Wednesday in office hours
WITHHELD = "withheld"
APART = timedelta(
    milliseconds=1
)  # two contacts never begin at the same moment: else chance would say who is next


@dataclass(frozen=True, kw_only=True)
class Act:
    """Anything in a test. ``place`` is where it stands."""

    place: Place


@dataclass(frozen=True, kw_only=True)
class Calls(Act):
    """Somebody dials. ``at`` moves the clock there first; '' leaves it."""

    from_: str = CALLER
    to: str = ""
    at: str = ""


@dataclass(frozen=True, kw_only=True)
class Texts(Act):
    """Somebody writes. ``from_``: '' is whoever wrote or called last."""

    body: str
    from_: str = ""
    to: str = ""
    at: str = ""


@dataclass(frozen=True, kw_only=True)
class Presses(Act):
    """Keys for one question; a # at the end ends an entry."""

    keys: str


@dataclass(frozen=True, kw_only=True)
class Says(Act):
    """Words spoken at a menu that listens."""

    words: str


@dataclass(frozen=True, kw_only=True)
class Silent(Act):
    """Nothing, until what was asked for runs out."""


@dataclass(frozen=True, kw_only=True)
class Records(Act):
    """A message of so many seconds. ``file``: the sound beside the test, '' for a tone. ``hangs_up``: while speaking."""

    seconds: int
    file: str = ""
    hangs_up: bool = False


@dataclass(frozen=True, kw_only=True)
class HangsUp(Act):
    """The caller puts the telephone down."""


@dataclass(frozen=True, kw_only=True)
class Waits(Act):
    """Time passes: a caller listens to the music, a writer does something else."""

    seconds: int


@dataclass(frozen=True, kw_only=True)
class Moves(Act):
    """The clock stands at a moment of the service's zone: '2026-03-11 10:15'."""

    to: str


@dataclass(frozen=True, kw_only=True)
class AgentComes(Act):
    """An agent is at the desk from now on. ``skills`` empty: every skill. ``answers``: yes, no, busy, declines."""

    skills: tuple[str, ...] = ()
    tier: int = 1
    level: int = 3
    unit: str = ""
    languages: tuple[str, ...] = ()
    answers: str = "yes"
    here: bool = True


@dataclass(frozen=True, kw_only=True)
class AgentDoes(Act):
    """What the agent does who talks to the contact: finishes, hangs up, holds, returns; or leaves the desk."""

    what: str


@dataclass(frozen=True, kw_only=True)
class LookupGives(Act):
    """What a source answers from now on. ``outcome``: found, none, failed."""

    source: str
    outcome: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CaseStands(Act):
    """A case that was opened before: the next number of its ``day``. ``due``: until when something was promised, a day."""

    contact: str
    day: str
    status: str = "ditangani"
    due: str = ""


@dataclass(frozen=True, kw_only=True)
class Overrides(Act):
    """People decide otherwise than the calendar: automatic, open, closed or emergency, for so many seconds. ``hours``: of one
    entry alone; ``words``: language -> announcement.
    """

    state: str
    seconds: int
    hours: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Hears(Act):
    """All of these words were heard since the last act, or (``wanted`` False) none of them. ``by``: ear, or text."""

    words: tuple[str, ...]
    wanted: bool = True
    by: str = "ear"


@dataclass(frozen=True, kw_only=True)
class Expects(Act):
    """One fact about the contact; ``about`` is a name in facts.FACTS, ``value`` a text or a table of texts."""

    about: str
    value: str | Mapping[str, str]


@dataclass(frozen=True)
class Script:
    """One test: its name, the file that it stands in, and what happens in it, in order."""

    name: str
    file: str
    acts: tuple[Act, ...]

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.acts[0].place if self.acts else Place(self.file, 1, 1)
