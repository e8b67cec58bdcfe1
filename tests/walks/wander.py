"""One random walk: a call or a text dialogue, played at once over HTTP and with the engine alone, and held against the explorer.

After every exchange five things must agree: the words and languages heard, the verbs (or the texts owed), the step, the whole
session in the row, and the place, which must be one of those that the explorer foresees after this event from where the walk was.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta

from desk.routing import Rules
from desk.routing.events import Gone
from engine.events import Event, HungUp, Keys, Recorded, Silence, Started, Tick, Typed
from engine.explore.inputs import GOOD, OTHERS, Tried, is_wrong
from engine.flow import Ask, Flow, Queue
from engine.identifiers import FORMATS
from engine.numbers import contact_key
from engine.session import Session
from engine.steps.ask import SIZED
from engine.turn import AwaitKeys, AwaitPerson, Wait
from scenarios.bare import Bare
from scenarios.gateway import Running
from scenarios.script import APART, WITHHELD, CaseStands
from sessions.desk import desk
from sessions.dialogues.texting import DIALOGUE_SECONDS
from sessions.matching import digits
from sessions.moments import zone_of
from sms.routes import understand
from store.times import text as written
from tests.walks.foreseen import Foreseen, as_tried
from tests.walks.posted import Carrier, Shown, expected, shown

MOST_ACTS = 14  # a writer of more than 20 texts in an hour is not answered
NONSENSE = "qqqq zzzz"
# What a caller is less likely to do than to press a key that was said.
_SELDOM = {"silence": 0.5, "hangs up": 0.15, "<message, hangs up>": 0.5}
Taken = Callable[[str, object], None]


@dataclass
class Found:
    """What came of one walk. ``wrong``: what did not agree, with the way that led there."""

    number: int
    service: str
    channel: str
    turns: int = 0
    texts: int = 0
    places: set[str] = field(default_factory=set)
    path: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Disagreement(Exception):
    """The walk ends here: from here on nothing could agree."""


class Wanderer:
    """Walks through one service of one running gateway; each walk on days of its own, so that none meets another's limits."""

    def __init__(self, flow: Flow, foreseen: Foreseen, running: Running, rules: Rules, taken: Taken) -> None:
        self.flow, self.foreseen, self.running, self.rules, self.taken = flow, foreseen, running, rules, taken
        self.carrier = Carrier(running, flow.id)
        self.values = _values(flow)
        self.zone = zone_of(flow.timezone)

    def walk(self, number: int, chance: random.Random, day: datetime) -> Found:
        """One walk on this day of the service's zone, at a moment that chance chooses."""
        channel = chance.choice(("voice", "text")) if self.flow.text_numbers else "voice"
        found = Found(number, self.flow.id, channel)
        walk = (_Call if channel == "voice" else _Dialogue)(self, found, chance, day)
        try:
            walk.go()
        except Disagreement:
            pass
        except Exception as broken:
            found.wrong.append(f"broke off: {type(broken).__name__}: {broken}")
        finally:
            walk.leave()
        return found


class _Walk:
    """What calls and dialogues share: a moment, a number, a case of before, and the comparison."""

    def __init__(self, wanderer: Wanderer, found: Found, chance: random.Random, day: datetime) -> None:
        self.w, self.found, self.chance = wanderer, found, chance
        self.flow = wanderer.flow
        self.sid = f"{found.number:032x}"
        self.number = f"+628{chance.randrange(10**9):010}"
        self.alone = Bare(self.flow, wanderer.rules, wanderer.taken)
        self._at(day.replace(tzinfo=wanderer.zone) + timedelta(minutes=chance.randrange(24 * 60)))
        self.ticket = ""
        if chance.random() < 0.6:
            self._case_of_before(day)

    def _case_of_before(self, day: datetime) -> None:
        due = str(day.date() + timedelta(days=20)) if self.chance.random() < 0.5 else ""
        status = self.chance.choice(("baru", "antre", "ditangani", "ditutup"))
        before = str(day.date() - timedelta(days=1))
        case = CaseStands(
            place=self.flow.steps[self.flow.start].place,
            contact=self.number,
            day=before,
            status=status,
            due=due,
        )
        self.ticket = self.alone.house.stand(case)
        self.w.running.case_stands(self.flow, case)

    def _at(self, moment: datetime) -> None:
        self.alone.clock = moment
        self.w.running.clock.moment = moment.astimezone(UTC)

    def _later(self, seconds: float) -> None:
        self._at(self.alone.clock + timedelta(seconds=seconds))

    def leave(self) -> None:
        """What this walk has left at the desk would be in the way of the next."""
        gateway = self.w.running.gateway
        with gateway.store.write() as db:
            for contact in list(desk.look(gateway, db).contacts):
                desk.happen(gateway, db, Gone(contact), written(gateway.clock()))

    # --- choosing ---

    def choose(self, tries: list[Tried]) -> Tried:
        weights = [_SELDOM.get(tried.told, 1.0) for tried in tries]
        return self.chance.choices(tries, weights)[0]

    def value(self, form: str, example: str) -> str:
        """Something of this format: the explorer's example, another of the kind, what stands in a table, or what is the contact's own."""
        contact = self.alone.current
        step = self.flow.steps.get(contact.session.step) if contact else None
        if form in SIZED and isinstance(step, Ask):
            return example
        own = {"ticket": self.ticket, "last4": contact_key(self.number).key[-4:]}.get(form, "")
        if own and self.chance.random() < 0.7:
            return self.sayable(own)
        known = (self.sayable(value) for value in self.w.values.get(form, ()))
        return self.chance.choice([example, *(value for value in known if FORMATS[form].parse(value))])

    def sayable(self, value: str) -> str:
        """As much of a value as this channel takes."""
        return value

    # --- comparing ---

    def differ(self, what: str, foreseen: object, heard: object) -> None:
        way = " ".join(self.found.path)
        where = f"{self.flow.id} walk {self.found.number}, {self.found.channel}, {self.alone.clock:%Y-%m-%d %H:%M}: {way}"
        self.found.wrong.append(f"{where}\n    {what}\n    foreseen  {foreseen}\n    over HTTP {heard}")
        raise Disagreement

    def same(self, what: str, foreseen: object, heard: object) -> None:
        if foreseen != heard:
            self.differ(what, foreseen, heard)

    def same_session(self, kept: Session | None) -> None:
        """Step by step: where the contact is, then everything else that is known of it."""
        mine = self.alone.contact.session
        if kept is None:
            self.differ("no session was kept", mine.step, None)
        assert kept is not None
        self.same("the step", mine.step, kept.step)
        for each in fields(Session):
            self.same(f"the session's {each.name}", getattr(mine, each.name), getattr(kept, each.name))
        self.found.turns += 1
        self.found.places.add(mine.step)

    def as_foreseen(self, before: Session, wait: Wait | None, events: list[Event], told: str) -> None:
        """Is the place one of those that the explorer knows after this?"""
        contact = self.alone.contact
        places = self.w.foreseen.after(before, wait, events)
        here = self.w.foreseen.place(contact.session, contact.turn.wait)
        if contact.session.step in before.history and self.w.foreseen.leads_back(before, wait, events):
            places = self.w.foreseen.places
        if here not in places:
            known = ", ".join(sorted({str(place[0][2]) for place in places})) or "nothing"
            self.differ(f"after {told} the explorer foresees {known}", here, contact.session.step)


class _Call(_Walk):
    """A caller, who may ring from a mobile, from a line that takes no texts, or with the number withheld."""

    def go(self) -> None:
        number = self.chance.choice((self.number, self.number, f"+6221{self.number[-8:]}", WITHHELD))
        self.from_ = "anonymous" if number == WITHHELD else number
        self.key = "" if number == WITHHELD else contact_key(number).key
        self.to = self.flow.voice_numbers[0].spelling
        self.sid = f"CA{self.sid}"
        self.alone.call(number, self.to)
        self.alone.contact.id = self.sid
        self._at(self.alone.clock)
        self.found.path.append(f"({'withheld' if not self.key else self.key[:5]})")
        self.document = self.w.carrier.call(self.sid, self.from_, self.to)
        self.compare()
        self.as_foreseen(self.start(), None, [Started()], "dialling")
        for _ in range(self.chance.randrange(3, MOST_ACTS)):
            if self.alone.contact.session.ended:
                break
            self.act()
        if not self.alone.contact.session.ended:
            self.do(Tried(HungUp(), "hangs up"))

    def sayable(self, value: str) -> str:
        return digits(value)

    def start(self) -> Session:
        return Session(channel="voice", language=self.flow.language)

    def act(self) -> None:
        contact = self.alone.contact
        tries = [t for t in self.w.foreseen.tries(contact.session, contact.turn.wait) if _by_caller(t.event)]
        self.do(self.choose(tries))

    def do(self, tried: Tried) -> None:
        contact = self.alone.contact
        before, wait = contact.session, contact.turn.wait
        event = self.concrete(tried, wait)
        self.found.path.append(event.digits if isinstance(event, Keys) else tried.told)
        if isinstance(event, Tick):
            self.pass_time(wait)
        self.alone.meets(event)
        self.document = self.w.carrier.tell(self.sid, self.from_, self.to, self.document, event)
        self.compare(silent=isinstance(event, HungUp))
        self.as_foreseen(before, wait, [tried.event], tried.told)

    def concrete(self, tried: Tried, wait: Wait) -> Event:
        """The event as this caller does it: with a value of its own, or a recording of its own."""
        match tried.event:
            case Keys(digits=example) if (
                isinstance(wait, AwaitKeys) and wait.answer and tried.told.startswith("<")
            ):
                return Keys(example if is_wrong(example) else self.value(wait.answer, example))
            case Recorded(seconds=seconds, hung_up=hung_up):
                return Recorded(f"RE{self.chance.randrange(16**32):032x}", seconds, hung_up)
        return tried.event

    def pass_time(self, wait: Wait) -> None:
        """The music ends: after its seconds, or after so long that the queue sends the caller away."""
        step = self.flow.steps[self.alone.contact.session.step]
        longest = step.longest if isinstance(step, Queue) and self.chance.random() < 0.2 else 0
        self._later(longest or (wait.seconds if isinstance(wait, AwaitPerson) else 1))

    def compare(self, *, silent: bool = False) -> None:
        contact = self.alone.contact
        told = Shown() if silent else expected(contact.prompts, contact.turn.wait)
        heard = Shown() if silent else shown(self.document)
        self.same("the words", told.said, heard.said)
        self.same("the languages", told.languages, heard.languages)
        self.same("the music", told.music, heard.music)
        self.same("the verbs", told.verbs, heard.verbs)
        self.same_session(self.w.carrier.session(self.sid))
        texts = self.w.carrier.owed(self.key)
        self.found.texts += len(texts)
        self.same("the texts", contact.texts, texts)


def _by_caller(event: Event) -> bool:
    return isinstance(event, Keys | Silence | Recorded | Tick | HungUp)


class _Dialogue(_Walk):
    """A writer: answers, keywords, topics, nonsense, and now and then nothing for longer than a dialogue stays open."""

    def go(self) -> None:
        self.to = self.flow.text_numbers[0].spelling
        for n in range(self.chance.randrange(3, MOST_ACTS)):
            if n and self.chance.random() < 0.05:
                self.found.path.append("(ten minutes)")
                self._later(DIALOGUE_SECONDS + 1)
            self.act(n)

    def act(self, n: int) -> None:
        before, wait = self.before()
        tries = self.w.foreseen.tries(before, wait) if wait else []
        answers = [t for t in tries if isinstance(t.event, Keys | Typed)]
        openings = self.w.foreseen.begins(before)
        chosen = self.choose(answers if answers and self.chance.random() < 0.65 else openings)
        body = self.words(chosen, wait)
        self.found.path.append(f"'{body}'")
        self._later(1)
        event = understand(self.flow, before, body)
        self.alone.text(self.number, self.to, body)
        self._at(self.alone.clock)
        self.w.carrier.text(f"SM{self.found.number:028x}{n:04x}", self.number, self.to, body)
        texts = self.w.carrier.owed(contact_key(self.number).key)
        self.same("the texts", self.alone.contact.texts, texts)
        self.found.texts += len(texts)
        self.same_session(self.w.carrier.dialogue(contact_key(self.number).key))
        events = as_tried(event, [*answers, *openings], wait)
        if not events:
            self.differ(f"the explorer never tries {event}", [t.told for t in answers], event)
        self.as_foreseen(before, wait, events, str(event))

    def before(self) -> tuple[Session, Wait | None]:
        """The dialogue that the next text belongs to, and what it waits for; a new one after an end or ten minutes."""
        contact = self.alone.current
        language = self.alone.languages.get(contact_key(self.number).key, self.flow.language)
        fresh = Session(channel="text", language=language)
        if contact is None or contact.session.ended:
            return fresh, None
        if (self.alone.clock - contact.at).total_seconds() + 1 >= DIALOGUE_SECONDS:
            return fresh, None
        return contact.session, contact.turn.wait

    def words(self, tried: Tried, wait: Wait | None) -> str:
        """How somebody writes this."""
        kind = type(tried.event).__name__
        return getattr(self, f"_{kind.lower()}")(tried, wait)

    def _keys(self, tried: Tried, wait: Wait | None) -> str:
        return str(tried.event.digits)

    def _typed(self, tried: Tried, wait: Wait | None) -> str:
        example = str(tried.event.body)
        return (
            example
            if is_wrong(example) or not isinstance(wait, AwaitKeys)
            else self.value(wait.answer, example)
        )

    def _keyword(self, tried: Tried, wait: Wait | None) -> str:
        event = tried.event
        spec = self.flow.keywords[event.name]
        given = (
            [] if not event.fields else [self.argument(name, wrong=bool(event.wrong)) for name in spec.takes]
        )
        rest = [self.value("text", GOOD["text"])] if spec.rest_as and event.fields else []
        name = self.chance.choice((spec.name, *spec.aliases))
        return " ".join((name, *given, *rest))

    def argument(self, name: str, *, wrong: bool) -> str:
        form = {"tiket": "ticket"}.get(name, name)
        if wrong:
            return "0"
        return self.value(form, GOOD[form]) if form in GOOD else self.value("text", GOOD["text"])

    def _topic(self, tried: Tried, wait: Wait | None) -> str:
        words, _ = self.flow.topics[tried.event.name]
        return self.chance.choice(words)

    def _unmatched(self, tried: Tried, wait: Wait | None) -> str:
        return NONSENSE

    def _started(self, tried: Tried, wait: Wait | None) -> str:
        return " "


def _values(flow: Flow) -> dict[str, list[str]]:
    """For each format what else can be said: another of the kind, and what stands in the service's tables."""
    cells = {cell for source in flow.sources.values() for row in source.rows for cell in row.values()}
    known = {
        form: [cell for cell in sorted(cells) if form == "text" or FORMATS[form].parse(cell)]
        for form in FORMATS
    }
    return {form: [*([OTHERS[form]] if form in OTHERS else []), *known[form][:40]] for form in FORMATS}


__all__ = ["APART", "Found", "Wanderer"]
