"""A flow as the engine runs it: steps, exits and words, already checked by engine/load. All frozen, all plain.

Texts are mappings from language to words. A text written without languages is stored for every language of the flow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # sentences have places in files, as everything here
    from engine.promises.sentences import Promise

Words = Mapping[str, str]  # language -> words

BACK, REPEAT, RETURN = "back", "repeat", "return"  # exits that are not names of steps
MAX_STEPS_A_TURN = 50  # without anything from the contact: more is a loop (fault list F4)
MAX_VISITS = 200  # steps in one contact, then a person takes over (fault list F4)


@dataclass(frozen=True)
class Place:
    """Where something stands in the administrator's files: file, line and column from 1."""

    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Between:
    """The days on which something exists: ``start`` is the first, ``end`` the last; None is open."""

    start: date | None = None
    end: date | None = None

    def holds(self, today: date) -> bool:
        """Is today one of the days?"""
        return (self.start is None or self.start <= today) and (self.end is None or today <= self.end)


ALWAYS = Between()


@dataclass(frozen=True)
class Exit:
    """Where to go, and what to set on the way. ``to``: a step's name, back, repeat or return."""

    to: str
    set: Mapping[str, str] = field(default_factory=dict)
    between: Between = ALWAYS
    say: Words | None = None  # spoken as part of the menu while this key exists
    label: Words | None = None  # the line of the numbered list in a text
    place: Place = Place()


@dataclass(frozen=True)
class Tries:
    """How often we ask and where we go then. ``say`` replaces the phrase 'we have not received your choice'."""

    tries: int
    exit: Exit
    say: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """What every step has. ``set`` names case fields (those in CASE_FIELDS) and variables; ``every_language``: say it in all."""

    name: str
    place: Place = Place()
    set: Mapping[str, str] = field(default_factory=dict)
    between: Between = ALWAYS
    otherwise: str = ""  # where to go on days when the step does not exist
    every_language: bool = False
    written: Words | None = None  # the wording of a text, where it differs from the spoken one
    notice: bool = False  # these words are the recording notice


@dataclass(frozen=True, kw_only=True)
class Say(Step):
    """Speaks or writes, and goes on."""

    words: Words
    then: Exit


@dataclass(frozen=True, kw_only=True)
class Menu(Step):
    """Offers keys."""

    words: Words
    keys: Mapping[str, Exit]
    silence: Tries
    no_match: Tries
    seconds: int = 5
    spoken: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # key -> words accepted by speech or text


@dataclass(frozen=True, kw_only=True)
class Ask(Step):
    """Collects a value under ``variable``. ``format`` is a name in engine/identifiers.FORMATS; least/most are digits."""

    words: Words
    variable: str
    format: str
    least: int
    most: int
    then: Exit
    silence: Tries
    no_match: Tries
    secret: bool = False
    seconds: int = 5
    options: Mapping[str, Exit] = field(default_factory=dict)  # yes_no: exits for yes and no


@dataclass(frozen=True, kw_only=True)
class Verify(Step):
    """Proves who is calling. ``facts`` are the names asked for or already known as variables; ``words`` their prompts."""

    level: str
    subject: str
    facts: tuple[str, ...]
    words: Mapping[str, Words]  # fact -> prompt
    ok: Exit
    fail: Exit
    locked: Exit
    seconds: int = 5
    tries: int = 3


@dataclass(frozen=True, kw_only=True)
class Lookup(Step):
    """Asks a source. ``query`` maps the source's column to a template such as '{tiket}'."""

    source: str
    query: Mapping[str, str]
    classification: str = "publik"
    needs: str = ""  # level of proof; '' for publik, L1 for terbatas unless given
    found: Exit
    none: Exit
    failed: Exit
    many: Exit | None = None  # several rows fit; without it the first is found
    close: Exit | None = None  # none fits, one name is nearly the same; without it none is found
    limited: Exit | None = None
    limit_a_day: int = 0
    words: Words | None = None  # said while the answer is awaited


@dataclass(frozen=True, kw_only=True)
class Branch(Step):
    """Goes by a fact. ``by``: language, hours NAME, holiday, channel, date, segment, or a variable's name."""

    by: str
    exits: Mapping[str, Exit]
    otherwise_exit: Exit


@dataclass(frozen=True, kw_only=True)
class Set(Step):
    """Writes case fields and variables, and goes on."""

    then: Exit


@dataclass(frozen=True, kw_only=True)
class Record(Step):
    """Takes a message. Seconds: at most, least that counts, silence that ends it."""

    words: Words
    seconds: int = 120
    least: int = 2
    silence_seconds: int = 5
    review: bool = False
    then: Exit
    silence: Tries


@dataclass(frozen=True, kw_only=True)
class Queue(Step):
    """Hands over to people. ``callback`` and ``message`` are steps that keys 1 and 2 lead to while waiting."""

    skill: str
    tier: int = 1
    level: str = ""
    unit: str = ""
    priority: str = ""
    hours: str = ""
    longest: int = 300
    every: int = 30  # seconds between announcements
    text_after: str = ""
    note: str = ""  # template kept as the case's question, for texts: '{isi}'
    words: Words | None = None
    then: Exit
    closed: Exit
    nobody: Exit
    too_long: Exit
    handover: str = ""  # a checklist of desk.yaml that the agent goes through with the contact
    noted: Exit | None = None  # text dialogues: where to go once the case is open
    callback: Exit | None = None
    message: Exit | None = None


@dataclass(frozen=True, kw_only=True)
class Callback(Step):
    """Promises a call back. A contact whose number is withheld or no telephone is asked for one.

    ``dial_keyed``: such a number, which may be anybody's, is dialled when an agent has heard it and taken the callback;
    otherwise people call it by hand.
    """

    skill: str = ""
    dial_keyed: bool = False
    hours: str = ""
    then: Exit
    silence: Tries


@dataclass(frozen=True, kw_only=True)
class Transfer(Step):
    """Rings an outside number through the dial guard."""

    number: str
    words: Words | None = None
    seconds: int = 20
    limit: int = 3600
    then: Exit
    busy: Exit
    no_answer: Exit
    failed: Exit


@dataclass(frozen=True, kw_only=True)
class TextOut(Step):
    """Sends a template to the contact; in a text dialogue the template is the reply."""

    template: str
    words: Words | None = None  # said on the telephone
    then: Exit
    no_number: Exit | None = None


@dataclass(frozen=True, kw_only=True)
class Survey(Step):
    """Asks for 1 to 4."""

    words: Words
    then: Exit
    seconds: int = 5


@dataclass(frozen=True, kw_only=True)
class Run(Step):
    """Another flow's steps (already loaded beside ours), and back."""

    first: str
    then: Exit


@dataclass(frozen=True, kw_only=True)
class End(Step):
    """Says goodbye."""

    words: Words


@dataclass(frozen=True)
class Template:
    """A text message. ``parts``: how many SMS parts it may take in any language."""

    name: str
    words: Words
    parts: int = 2
    place: Place = Place()


@dataclass(frozen=True)
class Hours:
    """Opening hours as written: day range -> intervals, what they close on, and overrides. desk/hours.py reads this."""

    name: str
    spec: Mapping[str, object]
    place: Place = Place()


@dataclass(frozen=True)
class Source:
    """Where a look-up asks. ``kind``: table, cases or http.

    table: ``rows`` of a CSV, matched on the columns of ``match`` (column -> exact, fold, digits or prefix).
    http: ``url`` template; fields named in ``gives`` are taken from the JSON answer.
    """

    name: str
    kind: str
    rows: tuple[Mapping[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    match: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    gives: tuple[str, ...] = ()
    place: Place = Place()


@dataclass(frozen=True)
class KeywordSpec:
    """A word a text may begin with. ``takes``: names of its arguments; ``rest_as``: the variable that gets all the rest.

    ``yields_to``: topics that go first where the words of the text name one.
    """

    name: str
    aliases: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    rest_as: str = ""
    then: Exit = Exit("")
    place: Place = Place()
    without: Exit | None = None  # where the bare word leads, when it came without what it takes
    wrong: Exit | None = None  # where an argument leads that is not in its format
    yields_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseRules:
    """How long a service may take: `cases:` of a flow. Limits are words ('10 working days'); desk/caseload reads these.

    ``limits``: name -> words, for every case. ``functions`` and ``topics``: the same for those cases only, topics win; the
    key 'hours' names an entry of hours.
    """

    hours: str = ""
    limits: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    topics: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    documents_reminders: tuple[str, ...] = ()
    other_party_reminders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Number:
    """A spelling by which the service is called, and how it answers from a date on (number migration).

    ``phases``: (first day, 'serve' | 'announce_and_serve' | 'announce_and_hang_up'), sorted by day.
    """

    spelling: str
    phases: tuple[tuple[date | None, str], ...] = ((None, "serve"),)
    announce: Words | None = None
    place: Place = Place()


@dataclass(frozen=True)
class Flow:
    """A whole service. ``id`` is the folder's name, ``prefix`` begins its case numbers, ``version`` is the content's hash."""

    id: str
    version: str
    service: Words
    prefix: str
    languages: tuple[str, ...]
    timezone: str
    start: str
    steps: Mapping[str, Step]
    voice_numbers: tuple[Number, ...] = ()
    text_numbers: tuple[Number, ...] = ()
    text_start: str = ""  # where a text that fits nothing leads; '' = start
    unknown_again: str = ""  # where the second such text in a row leads
    voices: Mapping[str, str] = field(default_factory=dict)  # language -> one of Twilio's voices
    everywhere: Mapping[str, Exit] = field(default_factory=dict)
    hours: Mapping[str, Hours] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)  # values: of the flow
    variables: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # listed values of each variable a flow sets
    templates: Mapping[str, Template] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    skills: tuple[str, ...] = ()  # those that the service lists
    keywords: Mapping[str, KeywordSpec] = field(default_factory=dict)
    topics: Mapping[str, tuple[tuple[str, ...], Exit]] = field(default_factory=dict)  # name -> words, exit
    urgent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # P1 or P2 -> words of a message
    phrases: Mapping[str, Words] = field(default_factory=dict)  # the house's own words, see engine/phrases.py
    cases: CaseRules = CaseRules()
    rescue: str = ""  # the step that takes a contact whom the flow has lost; '' = the channel's emergency
    promises: "tuple[Promise, ...]" = ()

    @property
    def language(self) -> str:
        """The default language: the first."""
        return self.languages[0]


CASE_FIELDS = frozenset(
    "function topic subtopic classification priority caller_segment accessibility preferred_channel policy_suggestion "
    "scam_window sudah_transfer unit tier skill".split()
)
