"""What comes back from a turn: what is heard now, what is waited for, what is owed after the commit.

Nothing here was sent, stored or rendered. A channel renders prompts and wait; sessions/calls/effects.py has exactly one function
for each effect and sessions/calls/questions.py one for each question.
"""

from dataclasses import dataclass, field

from engine.flow import Exit
from engine.session import Session


@dataclass(frozen=True)
class Speak:
    """Words for the contact, complete and in their language.

    ``step`` names the recording that may replace the voice; it is '' when the words hold a value (then only a voice can say them).
    ``whole``: heard to their end, no key interrupts them (the notice that the call is recorded).
    """

    text: str
    language: str
    step: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Music:
    """Something to listen to while waiting, for about so many seconds."""

    seconds: int


Prompt = Speak | Music

# --- questions: the house answers within the same transaction, or (look-ups over HTTP) by a job ---


@dataclass(frozen=True)
class LookUp:
    """Ask a reference table, the cases or an HTTP service. Answers: found or many (with the first row), none, failed, limited.

    ``near`` asks a table for a name that is nearly the same where none fits: close (with that row).
    """

    source: str
    query: dict[str, str]
    limit_a_day: int = 0
    near: bool = False


@dataclass(frozen=True)
class Prove:
    """Do these facts belong together? Answers: ok, wrong, locked. Every answer is counted and audited by the house.

    ``subject`` names the reference table ('cases' for tickets); ``facts`` maps a fact's name to what the contact gave.
    """

    level: str
    subject: str
    facts: dict[str, str]


@dataclass(frozen=True)
class SendCode:
    """Text a one-time code to the number on file of a subject. Answers: sent, failed."""

    subject: str
    facts: dict[str, str]


@dataclass(frozen=True)
class CheckCode:
    """Is this the code that was texted? Answers: ok, wrong, locked (three wrong, or older than ten minutes)."""

    subject: str
    facts: dict[str, str]
    code: str


@dataclass(frozen=True)
class OpenCase:
    """Open the case of this contact, or join the one that is open. Answers: opened, with field tiket."""

    fields: dict[str, str]
    status: str
    note: str = ""


@dataclass(frozen=True)
class Choose:
    """Which of these was said in a recording? Answers: chosen (with field key), none, failed.

    ``phrases`` are the words that each key may be called by, in the contact's language.
    """

    recording: str
    phrases: dict[str, tuple[str, ...]]


Question = LookUp | Prove | SendCode | CheckCode | OpenCase | Choose

# --- waits: what a turn ends with ---


@dataclass(frozen=True)
class AwaitKeys:
    """Keys (or, in a text dialogue, words). ``most`` digits end the input by themselves (0: only the end key or silence does).

    ``finish`` is the key that ends the input, '' when every key is input. ``options`` are the keys that mean something here.
    ``answer`` is what a text may answer with: '' for a menu, else the name of the ask format. ``words`` are speech hints.
    """

    most: int
    finish: str
    seconds: int
    options: tuple[str, ...] = ()
    answer: str = ""
    secret: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class AwaitChoice:
    """One key at any time; or, after a tone, one of the menu's words, recorded. ``seconds``: for a key, in all."""

    seconds: int
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class AwaitRecording:
    """A message after the tone: at most so many seconds, ended by so many seconds of silence or by the finish key."""

    seconds: int
    silence: int
    finish: str = "#"


@dataclass(frozen=True)
class AwaitDial:
    """An outside number is rung for so many seconds; the talk may last at most ``limit`` seconds."""

    number: str
    seconds: int
    limit: int


@dataclass(frozen=True)
class AwaitPerson:
    """In the queue: music for so many seconds, then a Tick. ``options`` are the keys that leave the queue."""

    seconds: int
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class AwaitTalk:
    """Talking with a person in a conference room. ``recorded``: the contact has heard that talks are."""

    room: str
    recorded: bool = False


@dataclass(frozen=True)
class AwaitReturn:
    """The person has left the room for a moment: music for so many seconds, then a Tick."""

    seconds: int


@dataclass(frozen=True)
class AwaitAnswer:
    """The house was asked something. ``patience``: seconds until we go on without the answer."""

    question: Question
    patience: int = 3


@dataclass(frozen=True)
class Ended:
    """It is over; the goodbye is among the prompts."""

    outcome: str


@dataclass(frozen=True)
class Rescue:
    """The flow cannot go on by its own rules (a loop, a missing step): apology, then people, then voicemail."""

    reason: str


Wait = (
    AwaitKeys
    | AwaitChoice
    | AwaitRecording
    | AwaitDial
    | AwaitPerson
    | AwaitTalk
    | AwaitReturn
    | AwaitAnswer
    | Ended
    | Rescue
)

# --- effects: owed after the commit, in the same transaction as rows ---


@dataclass(frozen=True)
class SetCase:
    """These fields of the contact's case now have these values."""

    fields: dict[str, str]


@dataclass(frozen=True)
class EnterQueue:
    """The contact waits for people from now on. ``longest`` seconds, 0 for the desk's own rule; ``hours`` close the queue."""

    skill: str
    tier: int
    level: str = ""
    unit: str = ""
    priority: str = ""
    language: str = ""
    classification: str = ""
    longest: int = 0
    hours: str = ""


@dataclass(frozen=True)
class LeaveQueue:
    """The contact no longer waits. reason: answered, too_long, nobody, closed, key, hung_up, callback."""

    reason: str


@dataclass(frozen=True)
class AskCallback:
    """The contact wants to be called back on this number, keeping the place in the queue where there is one.

    ``dial_keyed``: also a number that is not the contact's own.
    """

    number: str
    skill: str
    dial_keyed: bool = False


@dataclass(frozen=True)
class KeepRecording:
    """This recording is a message for people, and belongs to the contact's case."""

    recording: str
    seconds: int
    step: str


@dataclass(frozen=True)
class SendText:
    """A text for the contact (voice calls only: in a text dialogue the words are the reply itself)."""

    text: str
    template: str


@dataclass(frozen=True)
class Rate:
    """The contact's rating, 1 to 4."""

    value: int


@dataclass(frozen=True)
class Finish:
    """The session is over. outcome: goodbye, hung_up, rescued, expired. ``contained``: no person was needed."""

    outcome: str
    contained: bool


@dataclass(frozen=True)
class Note:
    """A line for the audit: what was refused or limited, without the data itself."""

    what: str
    detail: str = ""


Effect = SetCase | EnterQueue | LeaveQueue | AskCallback | KeepRecording | SendText | Rate | Finish | Note


@dataclass(frozen=True)
class Turn:
    """One exchange: the session after it, what is heard, what is waited for, what is owed.

    ``ways``: the exits taken, each with the step that it led away from ('' at the start), for whoever counts what was tested.
    """

    session: Session
    prompts: tuple[Prompt, ...]
    wait: Wait
    effects: tuple[Effect, ...] = field(default=())
    ways: tuple[tuple[str, Exit], ...] = field(default=(), compare=False, repr=False)
