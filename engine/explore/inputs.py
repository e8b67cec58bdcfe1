"""What can happen at each kind of wait, with an example of each kind of input."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.events import (
    Answered,
    Dialled,
    Event,
    HungUp,
    Keys,
    Keyword,
    PersonFound,
    QueueLeft,
    Recorded,
    Silence,
    Spoken,
    Started,
    Tick,
    Topic,
    Typed,
    Unmatched,
)
from engine.flow import Ask, Branch, Flow, KeywordSpec, Lookup, Source, Step
from engine.identifiers import ARGUMENT_FORMATS
from engine.session import Session
from engine.steps.ask import SIZED
from engine.turn import (
    AwaitAnswer,
    AwaitChoice,
    AwaitDial,
    AwaitKeys,
    AwaitPerson,
    AwaitRecording,
    AwaitTalk,
    CheckCode,
    Choose,
    LookUp,
    OpenCase,
    Prove,
    Question,
    SendCode,
    Wait,
)

TICKET = "BI-20260311-0001"
WORDS = "contoh"
# Format -> something that has it (fictitious on purpose, domain page 0.2).
GOOD = {
    "nik": "9901011203850001", "npwp": "9901011203850001", "efin": "1234567890", "billing": "012345678901234",
    "ntpn": "1234567890123456", "imei": "001010000000016", "awb": "1000000001", "ticket": "202603110001",
    "date6": "120385", "date8": "12031985", "phone": "081200000001", "yes_no": "1", "number": "12",
    "digits": "1", "text": "uang sobek", "last4": "0001", "time": "1000", "rating": "4",
}  # fmt: skip
# Another of the kind: who has proved something may ask about something else.
OTHERS = {"nik": "9901015203850002", "npwp": "9901015203850002", "ticket": "202603110002", "awb": "1000000002",
          "imei": "001010000000024", "billing": "012345678901235", "efin": "1234567891"}  # fmt: skip
BAD = "00"  # no identifier is so short, and no menu has such a key
WRONG_KEYS = "5678943210"  # the first that a menu does not offer is the wrong one
DIALLED = ("answered", "busy", "no_answer", "failed")
MOST_ROWS = 12  # rows of a table that are told apart, one for each value that a branch asks for


@dataclass(frozen=True)
class Tried:
    """An event, and how a Way tells it ('' when there is nothing to tell)."""

    event: Event
    told: str


def openings(flow: Flow, session: Session) -> Iterator[Tried]:
    """What a contact can begin with: a call is answered, a text has a keyword, a topic or nothing we know."""
    if session.channel == "voice":
        yield Tried(Started(), "")
        return
    yield Tried(Started(), "")
    for name, spec in flow.keywords.items():
        yield from _keyword(name, spec)
    for name in flow.topics:
        yield Tried(Topic(name, WORDS), f"<about {name}>")
    yield Tried(Unmatched(WORDS), "<anything else>")


def _keyword(name: str, spec: KeywordSpec) -> Iterator[Tried]:
    """With all that it takes, by itself, and with something that is none of it where the name of an argument tells its format."""
    told = (*spec.takes, *((spec.rest_as,) if spec.rest_as else ()))
    fields = {
        field: TICKET if field == "tiket" else GOOD.get(ARGUMENT_FORMATS.get(field, ""), WORDS)
        for field in told
    }
    yield Tried(Keyword(name, fields), " ".join((name, *(f"<{field}>" for field in fields))))
    if fields:
        yield Tried(Keyword(name), name)
    if formed := tuple(field for field in spec.takes if field in ARGUMENT_FORMATS):
        wrong = {**fields, **dict.fromkeys(formed, WORDS)}
        yield Tried(Keyword(name, wrong, formed), f"{name} <in a wrong form>")


def events_at(flow: Flow, session: Session, wait: Wait) -> Iterator[Tried]:
    """What can happen while the contact waits for this."""
    match wait:
        case AwaitKeys():
            yield from _keys(flow, session, wait)
        case AwaitChoice():
            yield from _key_or_words(flow, session, wait)
        case AwaitRecording():
            yield Tried(Recorded("rec", wait.seconds), "<message>")
            yield Tried(Recorded("rec", 0), "<too short a message>")
            yield Tried(Recorded("rec", wait.seconds, hung_up=True), "<message, hangs up>")
            yield Tried(Silence(), "silence")
        case AwaitDial():
            yield from (Tried(Dialled(outcome), f"({outcome.replace('_', ' ')})") for outcome in DIALLED)
        case AwaitPerson():
            yield Tried(Tick(), "(waits)")
            yield Tried(PersonFound("agent", "room"), "(a person answers)")
            yield Tried(QueueLeft("closed"), "(closing time)")
            for key in wait.options:
                yield Tried(Keys(key), key)
        case AwaitTalk():
            yield Tried(Dialled("answered", 60), "(the talk ends)")
        case AwaitAnswer():
            yield from _answers(flow, flow.steps.get(session.step), wait.question)
        case _:
            return
    yield Tried(HungUp(), "hangs up")


def _key_or_words(flow: Flow, session: Session, wait: AwaitChoice) -> Iterator[Tried]:
    yield from _keys(flow, session, AwaitKeys(1, "", wait.seconds, wait.options))
    if not session.silences and not session.no_matches:
        yield Tried(Spoken("rec"), "<speaks>")


def _keys(flow: Flow, session: Session, wait: AwaitKeys) -> Iterator[Tried]:
    """A menu, or a value of some format. After a silence only silence is tried again, after a wrong key only wrong keys:
    right ones lead to the same steps as at the first try."""
    asks_value = bool(wait.answer) and wait.answer != "yes_no"
    if session.channel == "text":
        yield from _written(flow, session, wait, wait.answer if asks_value else "")
        return
    fresh = not session.silences and not session.no_matches
    if fresh:
        for key in wait.options:
            yield Tried(Keys(key), key)
    if asks_value:
        if fresh and "*" in flow.everywhere:
            yield Tried(Keys("*"), "*")
        if fresh:
            yield Tried(Keys(_example(flow, session, wait.answer)), f"<{wait.answer}>")
        if not session.silences and wait.answer != "text":
            yield Tried(Keys(BAD), f"<wrong {wait.answer}>")
    elif not session.silences:
        wrong = next((key for key in WRONG_KEYS if key not in wait.options), "55")
        yield Tried(Keys(wrong), wrong)
    if not session.no_matches:
        yield Tried(Silence(), "silence")


def _written(flow: Flow, session: Session, wait: AwaitKeys, form: str) -> Iterator[Tried]:
    """What a text answers. One that is no answer begins something new (openings); who does not write is away, and not silent."""
    for key in wait.options:
        yield Tried(Keys(key), key)
    if form:
        yield Tried(Typed(_example(flow, session, form)), f"<{form}>")
    step = flow.steps.get(session.step)
    if isinstance(step, Ask) and form in SIZED and step.least > 1:
        yield Tried(Typed("0" * (step.least - 1)), f"<wrong {form}>")


def is_wrong(value: str) -> bool:
    """Is this what is tried where a value of some format is asked for and another comes?"""
    return set(value) == {"0"}


def _example(flow: Flow, session: Session, form: str) -> str:
    """Something that has this format and, for plain digits, the length that the step asks for."""
    step = flow.steps.get(session.step)
    if form in SIZED and isinstance(step, Ask):
        return ("2" if session.proved else "1") * max(step.least, 1)
    if session.proved and form in OTHERS:
        return OTHERS[form]
    return GOOD.get(form, "1" * 6)  # a code that was texted has six digits


def _answers(flow: Flow, step: Step | None, question: Question) -> Iterator[Tried]:
    match question:
        case LookUp():
            yield from _looked_up(flow, step, question)
        case Prove() | CheckCode():
            yield Tried(Answered("ok"), "(proved)")
            yield Tried(Answered("wrong"), "(wrong facts)")
            yield Tried(Answered("locked"), "(locked)")
        case SendCode():
            yield Tried(Answered("sent"), "")
            yield Tried(Answered("failed"), "(code not sent)")
        case OpenCase():
            yield Tried(Answered("opened", {"tiket": TICKET}), "")
        case Choose(phrases=phrases):
            for key, words in phrases.items():
                yield Tried(Answered("chosen", {"key": key}), f"({words[0]})")
                yield Tried(Keys(key), key)
            yield Tried(Answered("none"), "(not understood)")
            yield Tried(Answered("failed"), "(nobody listens)")
            yield Tried(Answered("waiting"), "(understanding takes time)")


def _looked_up(flow: Flow, step: Step | None, question: LookUp) -> Iterator[Tried]:
    for fields in samples(flow, flow.sources.get(question.source)):
        yield Tried(Answered("found", fields), "(found)")
        if isinstance(step, Lookup) and step.close:
            yield Tried(Answered("close", fields), "(a name that is nearly the same)")
    if isinstance(step, Lookup) and step.many:
        yield Tried(Answered("many"), "(several found)")
    yield Tried(Answered("none"), "(not found)")
    yield Tried(Answered("failed"), "(look-up fails)")
    yield Tried(Answered("waiting"), "(look-up takes time)")
    if question.limit_a_day:
        yield Tried(Answered("limited"), "(too many look-ups)")


def samples(flow: Flow, source: Source | None) -> Iterator[dict[str, str]]:
    """Rows that a look-up can give: one, and one more for each value of a column that some step branches on."""
    if source is None or source.kind != "table":
        gives = source.gives if source else ()
        fields = {name: TICKET if name == "tiket" else "contoh" for name in gives}
        yield fields
        for step in flow.steps.values():
            if isinstance(step, Branch) and step.by in fields:
                yield from ({**fields, step.by: value} for value in step.exits)
        return
    branched = {step.by for step in flow.steps.values() if isinstance(step, Branch)} & set(source.columns)
    seen: set[tuple[str, ...]] = set()
    for row in source.rows:
        kind = tuple(row[name] for name in sorted(branched))
        if kind not in seen and len(seen) < MOST_ROWS:
            seen.add(kind)
            yield dict(row)
