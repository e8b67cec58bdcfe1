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
from engine.flow import Ask, Branch, Flow, Lookup, Source, Step
from engine.session import Session
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
NONSENSE = "qqqq"
WRONG_WORD = "x"
WRONG_INPUTS = (BAD, NONSENSE, WRONG_WORD)
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
        fields = {
            field: TICKET if field == "tiket" else "contoh" for field in (*spec.takes, spec.rest_as) if field
        }
        yield Tried(Keyword(name, fields), " ".join((name, *(f"<{field}>" for field in fields))))
        if spec.without:
            yield Tried(Keyword(name), name)
        if spec.wrong:
            yield Tried(Keyword(name, fields, spec.takes), f"{name} <in a wrong form>")
    for name in flow.topics:
        yield Tried(Topic(name, "contoh"), f"<about {name}>")
    yield Tried(Unmatched("contoh"), "<anything else>")


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
    fresh = not session.silences and not session.no_matches
    writing = session.channel == "text"
    if fresh:
        for key in wait.options:
            yield Tried(Keys(key), key)
    if wait.answer and wait.answer != "yes_no":
        good, bad = _example(flow, session, wait.answer), WRONG_WORD if writing else BAD
        if fresh and "*" in flow.everywhere and not writing:
            yield Tried(Keys("*"), "*")
        if fresh:
            yield Tried(Typed(good) if writing else Keys(good), f"<{wait.answer}>")
        if not session.silences and wait.answer != "text":
            yield Tried(Typed(bad) if writing else Keys(bad), f"<wrong {wait.answer}>")
    elif not session.silences:
        wrong = next((key for key in WRONG_KEYS if key not in wait.options), "55")
        yield Tried(Typed(NONSENSE) if writing else Keys(wrong), "<nonsense>" if writing else wrong)
    if not session.no_matches:
        yield Tried(Silence(), "silence")


def _example(flow: Flow, session: Session, form: str) -> str:
    """Something that has this format and, for plain digits, the length that the step asks for."""
    step = flow.steps.get(session.step)
    if form in ("digits", "number") and isinstance(step, Ask):
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
