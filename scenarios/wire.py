"""The stage over HTTP: telephones of the emulator call a running gateway, whose webhooks are signed; facts come from its rows.

A caller's telephone is stepped: it takes no real time. What time does (music that ends, a desk that wakes) happens when the test
moves the clock, in the same order as on the stage of the engine alone.
"""

from __future__ import annotations

import io
import json
import math
import struct
import wave
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import cache

from carrier.phone import Call, Phone, PhoneError
from desk.agents import Agent
from desk.overrides import Wish
from desk.routing.events import Event, RosterChanged, SignedIn, SignedOut
from engine.flow import Flow, Queue
from engine.numbers import contact_key
from engine.session import Session, from_json
from engine.steps.queue import HOLD_SECONDS
from scenarios.facts import WAITING, Seen
from scenarios.gateway import Running
from scenarios.playing import Impossible
from scenarios.script import APART, CALLER, WITHHELD, AgentComes, CaseStands, Overrides
from scenarios.staff import agent_of
from sessions.desk import desk
from sessions.dialogues import texting
from sessions.moments import zone_of
from sessions.publishing import overrides
from store import cases, sessions
from store.sessions import SessionRow
from store.times import instant, text

# How a telephone takes calls: carrier.emulator.telephones.
RINGS = {"yes": "answer", "no": "no-answer", "busy": "busy", "declines": "decline"}
AFTER_WAKE = timedelta(milliseconds=2)  # the desk's timer is armed a millisecond after its moment
ENDED = "ended"


class Wire:
    """A stage: see playing.Stage. Closes the gateway that it was given."""

    def __init__(
        self, flow: Flow, house: AbstractContextManager[Running], sound_of: Callable[[str], bytes]
    ) -> None:
        self.flow = flow
        self.zone = zone_of(flow.timezone)
        self._polls = any(source.kind == "http" for source in flow.sources.values())
        self._house = house
        self._sound_of = sound_of
        self.running = house.__enter__()
        self.clock = self.running.clock
        self.agents: list[Agent] = []
        self.phones: dict[str, Phone] = {}
        self.calls: dict[str, Call] = {}
        self.call_now: Call | None = None
        self.writer = ""
        self.from_ = 0  # where in the transcript the last act began
        self.texts: list[str] = []

    def close(self) -> None:
        self._house.__exit__(None, None, None)

    # --- looking ---

    @property
    def heard(self) -> str:
        if self.call_now is None:
            return " ".join(self.texts)
        said = self.call_now.transcript[self.from_ :]
        words = [item.text for item in said if item.kind in ("say", "carrier")]
        # How often a caller hears that another system is being asked is a matter of how fast this machine is.
        return " ".join(
            text for at, text in enumerate(words) if not (self._polls and text in words[:at][-1:])
        )

    def seen(self) -> Seen:
        row = self._row()
        session = from_json(row.state)
        return Seen(self.flow, session, self._case(row, session))

    def _row(self) -> SessionRow:
        db = self.running.gateway.store.read()
        if self.call_now is not None:
            row = sessions.load(db, self.call_now.sid)
        else:
            row = sessions.last_of_contact(db, self.flow.id, contact_key(self.writer).key)
        if row is None:
            raise Impossible("nobody took this call or text")
        return row

    def _case(self, row: SessionRow, session: Session) -> dict[str, str]:
        db = self.running.gateway.store.read()
        ticket = session.ticket
        if not ticket:
            alone = db.execute("SELECT ticket FROM cases WHERE session_id = ?", (row.id,)).fetchone()
            ticket = alone[0] if alone else ""
        found = cases.load(db, ticket) if ticket else None
        if found is None:
            return {}
        told = {name: str(value) for name, value in found._asdict().items() if isinstance(value, str | int)}
        due = str(instant(found.due_at).astimezone(self.zone).date()) if found.due_at else ""
        return {**told, **json.loads(found.fields), "tiket": found.ticket, "due": due}

    # --- the clock ---

    def move(self, to: str) -> None:
        moment = datetime.fromisoformat(to).replace(tzinfo=self.zone)
        started = bool(self.calls or self.writer)
        if started and moment < self.clock():
            raise Impossible(
                f"the clock stands at {self.clock().astimezone(self.zone):%Y-%m-%d %H:%M:%S} already, and does not go back"
            )
        if any(call.look().state != ENDED for call in self.calls.values()):
            raise Impossible("somebody is on the line: let time pass with 'wait:', or hang up first")
        self._at(moment)

    def wait(self, seconds: int) -> None:
        self._begin_act()
        until = self.clock() + timedelta(seconds=seconds)
        call = self.call_now
        if (
            call is not None
            and call.look().state != ENDED
            and from_json(self._row().state).phase not in WAITING
        ):
            raise Impossible("nobody waits here. Write 'silence' for a caller who does nothing")
        while self.clock() < until:
            self._pass_until(until)
        self._end_act()

    def _pass_until(self, until: datetime) -> None:
        nexts = [until]
        db = self.running.gateway.store.read()
        wake = desk.look(self.running.gateway, db).wake
        if wake is not None and wake + AFTER_WAKE > self.clock():
            nexts.append(wake + AFTER_WAKE)
        music = self._music_ends()
        if music is not None:
            nexts.append(max(music, self.clock()))
        self._at(min(nexts))
        if (
            music is not None
            and music <= self.clock()
            and self._music_ends() == music
            and self.call_now is not None
        ):
            self.call_now.silence()
            self.running.settle()

    def _music_ends(self) -> datetime | None:
        """When the caller asks whether there is anything new; None for who hears no music."""
        if self.call_now is None or self.call_now.look().state == ENDED:
            return None
        row = self._row()
        session = from_json(row.state)
        step = self.flow.steps.get(session.step)
        if not isinstance(step, Queue) or session.phase not in ("waiting", "held"):
            return None
        seconds = step.every if session.phase == "waiting" else HOLD_SECONDS
        return instant(row.updated_at) + timedelta(seconds=seconds)

    def _at(self, moment: datetime) -> None:
        self.clock.moment = moment.astimezone(UTC)
        texting.silent_dialogues(self.running.gateway)  # the worker looks for them in its own time
        self.running.settle()

    # --- acts of a caller ---

    def call(self, from_: str, to: str) -> None:
        number = "anonymous" if from_ == WITHHELD else from_
        self.writer = "" if from_ == WITHHELD else from_
        self._flush(number)
        self.clock.moment += APART
        self.call_now = self._phone(number).dial(to)
        self.calls[self.call_now.sid] = self.call_now
        self.from_ = 0
        self._end_act()

    def press(self, keys: str) -> None:
        self._do("press", lambda call: call.press(keys), "nothing listens for keys", asking=True)

    def say(self, words: str) -> None:
        self._do("say", lambda call: call.say(words), "nobody listens to words here", asking=True)

    def silence(self) -> None:
        self._do("silence", lambda call: call.silence(), "silence means nothing here")

    def record(self, seconds: int, file: str, *, hangs_up: bool) -> None:
        sound = self._sound_of(file) if file else tone(seconds)
        self._do(
            "record", lambda call: call.record(sound, "hangup" if hangs_up else ""), "nobody records here"
        )

    def hang_up(self) -> None:
        self._do("hang up", lambda call: call.hang_up(), "the call is over")

    def _do(self, what: str, act: Callable[[Call], object], why_not: str, *, asking: bool = False) -> None:
        call = self.call_now
        if call is None:
            raise Impossible("this is a text dialogue: answer it with 'text:'")
        if call.look().state == ENDED:
            raise Impossible(f"the call is over ({from_json(self._row().state).ended})")
        self._begin_act()
        if asking and call.state != "asking":
            raise Impossible(f"{why_not}: the call is {call.state}")
        try:
            act(call)
        except PhoneError as fault:
            raise Impossible(f"{why_not}: {fault}") from fault
        self._end_act()

    # --- acts of a writer ---

    def text(self, from_: str, to: str, body: str) -> None:
        number = from_ or self.writer or CALLER
        self.call_now, self.writer = None, number
        self._flush(number)
        self.clock.moment += APART
        self._phone(number).text(to, body)
        self._end_act()

    # --- agents, systems, cases ---

    def agent_comes(self, agent: AgentComes) -> None:
        self._begin_act()
        made = agent_of(self.flow, agent, len(self.agents) + 1)
        self.agents.append(made)
        self._phone(made.phone).answers(RINGS[agent.answers], keys="1")
        self._happen(RosterChanged(tuple(self.agents)))
        if agent.here:
            self._happen(SignedIn(made.id))
        self._end_act()

    def agent_does(self, what: str) -> None:
        self._begin_act()
        if what == "leaves":
            for agent in self.agents:
                self._happen(SignedOut(agent.id))
        else:
            leg = self._leg()
            for key in _PRESSES.get(what, ""):
                leg.press(key)
                self.running.settle()
            if what == "hangs up":
                leg.hang_up()
        self._end_act()

    def _leg(self) -> Call:
        """The call on the telephone of the agent who has the caller."""
        if self.call_now is None or self.call_now.look().state == ENDED:
            raise Impossible("no agent has this caller")
        held = desk.look(self.running.gateway, self.running.gateway.store.read()).contacts.get(
            self.call_now.sid
        )
        agent = next((one for one in self.agents if held is not None and one.id == held.agent), None)
        leg = self._phone(agent.phone).incoming() if agent is not None else None
        if leg is None:
            raise Impossible("no agent has this caller")
        return leg

    def _happen(self, event: Event) -> None:
        gateway = self.running.gateway
        with gateway.store.write() as db:
            desk.happen(gateway, db, event, text(gateway.clock()))
        self.running.settle()

    def lookup_gives(self, source: str, outcome: str, fields: Mapping[str, str]) -> None:
        self.running.systems.given[source] = (outcome, fields)

    def case_stands(self, case: CaseStands) -> None:
        self.running.case_stands(self.flow, case)

    def override(self, act: Overrides) -> None:
        self._begin_act()
        end = self.clock() + timedelta(seconds=act.seconds)
        wish = Wish(
            act.state, act.hours, "a test", end, dict.fromkeys(self.flow.languages, "-") | dict(act.words)
        )
        try:
            overrides.decide(self.running.gateway, self.flow, wish, "test")
        except overrides.Refused as refused:
            raise Impossible(f"this override is refused: {refused}") from refused
        self._end_act()

    # --- an act begins and ends ---

    def _phone(self, number: str) -> Phone:
        return self.phones.setdefault(number, Phone(self.running.emulator_url, number))

    def _begin_act(self) -> None:
        if self.call_now is not None:
            self.from_ = len(self.call_now.look().transcript)
            self._flush(self.call_now.from_)
        elif self.writer:
            self._flush(self.writer)

    def _flush(self, number: str) -> None:
        self._phone(number).texts()
        self.texts = []

    def _end_act(self) -> None:
        self.running.settle()
        # A stepped call that was led on several times rests before its words are over: it hears them to their end.
        if self.call_now is not None and self.call_now.look().state == "waiting":
            self.call_now.wait(0.0)
            self.running.settle()
        number = self.call_now.look().from_ if self.call_now is not None else self.writer
        if number:
            self.texts += [one.body for one in self._phone(number).texts()]


# What an agent presses; ivr/agent_words.py has the menu: 1 holds, 3 ends, then 1: answered.
_PRESSES: Mapping[str, str] = {"finishes": "*31", "holds": "*1", "returns": "1"}


@cache
def tone(seconds: int) -> bytes:
    """A sound of so many seconds: 8,000 Hz, mono, 16 bit."""
    out = io.BytesIO()
    with wave.open(out, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(8000)
        second = b"".join(struct.pack("<h", int(8000 * math.sin(i / 4))) for i in range(8000))
        wav.writeframes(second * seconds)
    return out.getvalue()
