"""The engine alone: no network, no database, a clock that stands still until the test moves it. A call takes milliseconds.

Every exchange is one engine.advance.advance_through, and the session goes through JSON in between, as between two webhooks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from desk.access import SECRET
from desk.overrides import announcement
from desk.routing import Rules
from engine.advance import advance_through, begin
from engine.events import (
    Answered,
    Dialled,
    Event,
    HungUp,
    Keys,
    PersonAway,
    PersonFound,
    Recorded,
    Said,
    Silence,
    Started,
    Tick,
)
from engine.flow import Exit, Flow, Number, Queue
from engine.numbers import called_key, contact_key
from engine.phrases import PHRASES
from engine.session import Session, from_json, to_json
from engine.turn import (
    AskCallback,
    AwaitChoice,
    AwaitKeys,
    AwaitPerson,
    AwaitRecording,
    AwaitReturn,
    AwaitTalk,
    Effect,
    Ended,
    EnterQueue,
    Finish,
    LeaveQueue,
    LookUp,
    Question,
    Rate,
    SendText,
    SetCase,
    Speak,
    Turn,
)
from scenarios.contact import NOT_HERE, Contact, each_key
from scenarios.facts import Seen
from scenarios.house import House
from scenarios.moment import Moment
from scenarios.playing import Impossible
from scenarios.script import APART, MOMENT, WITHHELD, AgentComes, CaseStands, Overrides
from scenarios.staff import ROOM, Staff
from sessions.desk.waiting import calling_back, wishing
from sessions.dialogues.texting import DIALOGUE_SECONDS
from sessions.moments import zone_of
from sessions.publishing.overrides import in_front
from sessions.services import phase_on
from sms import optout, reply
from sms.routes import understand
from sms.segments import fit

Taken = Callable[
    [str, Exit | None], None
]  # told of each exit with the step left; None: the contact stands there
CONFIRMED = {optout.STOP: "stop", optout.START: "started"}  # what is confirmed, and by which phrase


class Bare:
    """A stage: see playing.Stage."""

    def __init__(self, flow: Flow, rules: Rules, taken: Taken | None = None) -> None:
        self.flow = flow
        self.house = House(flow)
        self.zone = zone_of(flow.timezone)
        self.clock = datetime.fromisoformat(MOMENT).replace(tzinfo=self.zone)
        self.staff = Staff(flow, rules, lambda: self.clock.astimezone(UTC), self._told_by_desk)
        self.contacts: dict[str, Contact] = {}
        self.current: Contact | None = None
        self.taken = taken or (lambda step, way: None)
        self.languages: dict[str, str] = {}  # writer -> language of the last dialogue
        self.recordings = 0

    # --- looking ---

    @property
    def contact(self) -> Contact:
        """Who acts now. The reader has seen to it that somebody called or wrote first."""
        assert self.current is not None, "a test begins with a call or a text"
        return self.current

    @property
    def heard(self) -> str:
        if self.current is None:
            return ""
        if self.contact.session.channel == "text":
            return " ".join(self.contact.texts)
        return " ".join(prompt.text for prompt in self.contact.prompts if isinstance(prompt, Speak))

    @property
    def texts(self) -> list[str]:
        return self.contact.texts if self.current else []

    def seen(self) -> Seen:
        contact = self.contact
        case = self.house.cases.get(contact.session.ticket or contact.alone, {})
        return Seen(self.flow, contact.session, case)

    def close(self) -> None:
        """Nothing is held."""

    # --- the clock ---

    def move(self, to: str) -> None:
        moment = datetime.fromisoformat(to).replace(tzinfo=self.zone)
        if self.contacts and moment < self.clock:
            raise Impossible(
                f"the clock stands at {self.clock:%Y-%m-%d %H:%M:%S} already, and does not go back"
            )
        live = [contact for contact in self.contacts.values() if not contact.session.ended]
        if any(contact.session.channel == "voice" for contact in live):
            raise Impossible("somebody is on the line: let time pass with 'wait:', or hang up first")
        self.clock = moment
        self.staff.tick()
        self._end_silent_dialogues()

    def wait(self, seconds: int) -> None:
        """A caller's music ends and begins again; the desk wakes when it said it would."""
        self._begin_act()
        until = self.clock + timedelta(seconds=seconds)
        contact = self.current
        if contact is not None and contact.session.channel == "voice" and not contact.session.ended:
            if not isinstance(contact.turn.wait, AwaitPerson | AwaitReturn | AwaitTalk):
                raise Impossible(
                    f"{NOT_HERE[type(contact.turn.wait)]}: nobody waits here. Write 'silence' for a caller who does nothing"
                )
        while self.clock < until:
            self._pass_until(until)
        self._end_silent_dialogues()

    def _end_silent_dialogues(self) -> None:
        """Who has not written for ten minutes begins anew (sessions.dialogues.texting.silent_dialogues)."""
        for contact in list(self.contacts.values()):
            session, silent = contact.session, (self.clock - contact.at).total_seconds()
            if session.channel == "text" and not session.ended and silent >= DIALOGUE_SECONDS:
                self._take(contact, HungUp("expired"))

    def _pass_until(self, until: datetime) -> None:
        contact = self.current
        nexts = [until]
        wake = self.staff.desk.wake
        if wake is not None and wake > self.clock:
            nexts.append(wake)
        music_ends = None
        if contact is not None and isinstance(contact.turn.wait, AwaitPerson | AwaitReturn):
            music_ends = contact.at + timedelta(seconds=contact.turn.wait.seconds)
            nexts.append(max(music_ends, self.clock))
        self.clock = min(nexts)
        if wake is not None and wake <= self.clock:
            self.staff.tick()
        if contact is not None and music_ends is not None and music_ends <= self.clock:
            if isinstance(
                contact.turn.wait, AwaitPerson | AwaitReturn
            ):  # the desk may have led the caller away just now
                self._take(contact, Tick())

    # --- acts of a caller ---

    def call(self, from_: str, to: str) -> None:
        number = self._number(to)
        known = contact_key("" if from_ == WITHHELD else from_)
        session = begin(
            self.flow, channel="voice", contact=known.key, can_text=known.can_receive_text, called=to
        )
        phase = phase_on(number, self.clock.date()) if number else "serve"
        contact = self._new(Turn(session, (), Ended("")), known.key, to)
        contact.prompts += [Speak(words, language) for language, words in self._announced().items()]
        if phase != "serve" and number is not None and number.announce:
            contact.prompts += [
                Speak(words, language) for language, words in number.announce.items() if words
            ]
        if phase == "announce_and_hang_up":
            contact.turn = Turn(session.but(turn=1, ended="moved"), (), Ended("moved"))
        else:
            self._take(contact, Started())

    def press(self, keys: str) -> None:
        wait = self._live("voice").turn.wait
        self._begin_act()
        if not isinstance(wait, AwaitKeys | AwaitChoice | AwaitPerson):
            raise Impossible(f"nothing listens for keys: {NOT_HERE[type(wait)]}")
        if isinstance(wait, AwaitKeys) and wait.finish:
            self._gather(wait.finish, keys)
            return
        for at, key in enumerate(each_key(self.flow, self.contact, keys)):
            if at and not isinstance(self.contact.turn.wait, AwaitKeys | AwaitChoice | AwaitPerson):
                raise Impossible(f"nothing listens for {key}: {NOT_HERE[type(self.contact.turn.wait)]}")
            self._take(self.contact, Keys(key))

    def say(self, words: str) -> None:
        wait = self._live("voice").turn.wait
        self._begin_act()
        if not isinstance(wait, AwaitKeys) or not wait.words:
            raise Impossible(f"nobody listens to words here: {NOT_HERE[type(wait)]}")
        self._take(self.contact, Said(words, 0.9))

    def _gather(self, finish: str, keys: str) -> None:
        """Keys of a value wait, as at the carrier, for the finishing key or for silence."""
        contact = self.contact
        given, ended, rest = keys.partition(finish)
        contact.keyed += given
        if ended:
            self._take(contact, Keys(contact.keyed))
        if rest:
            raise Impossible(f"'{rest}' comes after {finish}: write it as a text of its own")

    def silence(self) -> None:
        contact = self._live("voice")
        wait = contact.turn.wait
        self._begin_act()
        if not isinstance(wait, AwaitKeys | AwaitChoice | AwaitRecording):
            raise Impossible(f"silence means nothing here: {NOT_HERE[type(wait)]}")
        self._take(contact, Keys(contact.keyed) if contact.keyed else Silence())

    def record(self, seconds: int, file: str, *, hangs_up: bool) -> None:
        wait = self._live("voice").turn.wait
        self._begin_act()
        if not isinstance(wait, AwaitRecording):
            raise Impossible(f"nobody records here: {NOT_HERE[type(wait)]}")
        self.recordings += 1
        self._take(self.contact, Recorded(f"RE{self.recordings:032}", min(seconds, wait.seconds), hangs_up))

    def hang_up(self) -> None:
        contact = self._live("voice")
        self._begin_act()
        self._take(contact, HungUp())

    def meets(self, event: Event) -> None:
        """One exchange by an event, for whoever drives the stage by events and not by acts."""
        self._begin_act()
        self._take(self.contact, event)

    # --- acts of a writer ---

    def text(self, from_: str, to: str, body: str) -> None:
        contact = self._writer(from_, to)
        self._begin_act()
        wish = optout.read(body)
        if wish is not None and wish.action in CONFIRMED:
            contact.texts.append(fit(self._confirmation(contact.number, CONFIRMED[wish.action]), 2))
            return
        first = {} if contact.session.turn else self._announced()
        self._take(contact, understand(self.flow, contact.session, body))
        answer = in_front(first, contact.session.language, reply.render(self.flow, contact.turn, contact.id))
        if answer:
            self._send(contact, fit(answer, 3 if first else 2), body)

    def _confirmation(self, number: str, phrase: str) -> str:
        """What a STOP or START is answered with, before anything is understood (sessions.texting)."""
        language = self.languages.get(number, self.flow.language)
        words = self.flow.phrases.get(phrase) or PHRASES[phrase]
        said = words.get(language) or words[self.flow.language]
        return said.replace("{layanan}", self.flow.service.get(language, self.flow.id))

    def _send(self, contact: Contact, words: str, reply_to: str) -> None:
        """A text, unless the loop detector keeps it (sessions.texts)."""
        if self.house.may_text(contact.number, reply_to, self.clock):
            contact.texts.append(words)

    def _writer(self, from_: str, to: str) -> Contact:
        """The dialogue that is open, or a new one after the old has ended or was silent for ten minutes."""
        number = contact_key(from_).key if from_ else self._last_number()
        open_ = [
            c
            for c in self.contacts.values()
            if c.number == number and c.session.channel == "text" and not c.session.ended
        ]
        if open_ and (self.clock - open_[-1].at).total_seconds() < DIALOGUE_SECONDS:
            self.current = open_[-1]
            return open_[-1]
        if open_:
            self._take(open_[-1], HungUp("expired"))
        language = self.languages.get(number, self.flow.language)
        session = begin(self.flow, channel="text", contact=number, called=to, language=language)
        return self._new(Turn(session, (), AwaitKeys(0, "", 0)), number, to)

    def _last_number(self) -> str:
        return self.current.number if self.current and self.current.number else "+6281200000001"

    # --- agents, systems, cases ---

    def agent_comes(self, agent: AgentComes) -> None:
        self._begin_act()
        self.staff.comes(agent)

    def agent_does(self, what: str) -> None:
        self._begin_act()
        if what == "leaves":
            self.staff.leave()
            return
        contact = self._live("voice")
        if not self.staff.talking(contact.id):
            raise Impossible(f"no agent has this caller: {NOT_HERE[type(contact.turn.wait)]}")
        if what == "finishes":
            self._take(contact, PersonAway())  # the agent's menu holds the caller for a moment
            self.staff.finish(contact.id)
            self._take(contact, Dialled("answered", 60))
            if self.house.cases[contact.session.ticket].get("classification", "").upper() != SECRET:
                self.house.change(
                    contact.session.ticket, {"status": "ditutup"}
                )  # sessions.agents.agent_cases.disposed
        elif what == "hangs up":
            self.staff.lose(contact.id)
        elif what == "holds":
            self._take(contact, PersonAway())
        else:
            self._take(contact, PersonFound("a1", ROOM))

    def lookup_gives(self, source: str, outcome: str, fields: Mapping[str, str]) -> None:
        self.house.given[source] = (outcome, fields)

    def case_stands(self, case: CaseStands) -> None:
        self.house.stand(case)

    def override(self, act: Overrides) -> None:
        self._begin_act()
        self.staff.decides(act, self._hours_waited_for)

    def _hours_waited_for(self, id: str) -> str | None:
        step = self.flow.steps.get(self.contacts[id].session.step) if id in self.contacts else None
        return step.hours if isinstance(step, Queue) else None

    def _announced(self) -> Mapping[str, str]:
        return announcement(self.staff.overrides, self.clock)

    # --- turns ---

    def _new(self, turn: Turn, number: str, called: str) -> Contact:
        self.clock += APART
        contact = Contact(f"c{len(self.contacts) + 1}", number, called, turn, self.clock)
        self.contacts[contact.id] = self.current = contact
        return contact

    def _live(self, channel: str) -> Contact:
        contact = self.contact
        if contact.session.channel != channel:
            raise Impossible("this is a text dialogue: answer it with 'text:'")
        if contact.session.ended:
            raise Impossible(f"the call is over ({contact.session.ended})")
        return contact

    def _begin_act(self) -> None:
        if self.current is not None:
            self.current.prompts, self.current.texts = [], []

    def _number(self, to: str) -> Number | None:
        return next((n for n in self.flow.voice_numbers if called_key(n.spelling) == called_key(to)), None)

    def _take(self, contact: Contact, event: Event) -> None:
        """One exchange, with everything that follows from it at once."""
        session = from_json(to_json(contact.session))
        moment = Moment(self.flow, self.clock, self.staff, contact.id, contact.session)
        contact.turn = advance_through(
            self.flow, session, event, moment, lambda question, now: self._answer(contact, question, now)
        )
        contact.at, contact.keyed = self.clock, ""
        self.languages[contact.number] = contact.session.language
        for step, way in contact.turn.ways:
            self.taken(step, way)
        self.taken(contact.session.step, None)
        contact.prompts += contact.turn.prompts
        for effect in contact.turn.effects:
            self._owe(contact, effect)
        if contact.system is not None:
            answer, contact.system = contact.system, None
            self._take(contact, answer)

    def _answer(self, contact: Contact, question: Question, session: Session) -> Answered | None:
        """The house answers at once, another system a moment later: the contact hears that we are looking."""
        answer = self.house.answer(question, session, self.clock)
        if isinstance(question, LookUp) and self.flow.sources[question.source].kind == "http":
            if answer.outcome != "limited":
                contact.system = answer
                return None
        return answer

    def _owe(self, contact: Contact, effect: Effect) -> None:
        session = contact.session
        match effect:
            case SetCase(fields=fields):
                self.house.change(session.ticket, fields)
            case EnterQueue() if session.channel == "voice":
                moment, held = self.clock.astimezone(UTC), self.staff.overrides
                self.staff.arrive(wishing(self.flow, session, contact.id, effect, moment, held=held))
            case LeaveQueue(reason=reason) if reason not in ("answered", "callback"):
                self.staff.gone(contact.id)
            case AskCallback():
                self._ask_callback(contact, effect)
            case SendText(text=text, template=template):
                fitted = fit(text, self.flow.templates[template].parts)
                self._send(contact, fitted, fitted)
            case Rate(value=value):
                self.house.change(session.ticket, {"csat": str(value)})
            case Finish(contained=contained):
                self.staff.gone(contact.id, callers_only=True)
                if contained and session.case.get("topic"):
                    self._alone(contact)
            case _:
                pass  # a recording, a line for the audit: nothing that a contact meets

    def _ask_callback(self, contact: Contact, effect: AskCallback) -> None:
        """As desk.waiting.ask_callback of sessions/: kept in place, or called by hand where anybody's number was keyed in."""
        session = contact.session
        asked = {"callback_number": effect.number, "callback_skill": effect.skill}
        self.house.change(session.ticket, asked)
        if effect.number != session.contact and not effect.dial_keyed:
            self.house.change(session.ticket, {"note": "callback: number keyed in, call by hand"})
            self.staff.gone(contact.id)
        elif not self.staff.callback(contact.id, effect.number):
            moment = self.clock.astimezone(UTC)
            self.staff.arrive(
                calling_back(self.flow, session, contact.id, effect, moment, self.staff.overrides)
            )

    def _alone(self, contact: Contact) -> None:
        """The case of a contact whom the robot served alone (sessions.cases.cases.open_contained)."""
        session = contact.session
        fields = {"tier": "T0", "classification": "PUBLIK", **session.case}
        status = (
            "ditolak_dikecualikan" if fields["classification"].upper() == "RAHASIA" else "dijawab_mandiri"
        )
        contact.alone = self.house.open_or_join(session, fields, status, "", self.clock, alone=True)

    def _told_by_desk(self, id: str, event: Event) -> None:
        """The desk leads a caller on, now: to a person, or to another exit of the queue."""
        contact = self.contacts.get(id)
        if contact is not None and not contact.session.ended:
            if isinstance(event, PersonFound):
                self.house.change(contact.session.ticket, {"status": "ditangani"})
            self._take(contact, event)
