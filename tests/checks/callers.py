"""Callers and writers who know nothing of the checker: they do what they are told, or nothing, or nonsense, and suffer.

How "harmful" is decided, without any rule of the checker: contacts are played through the engine, and a contact is harmed who

    lost       ends at the emergency: steps that never ask, or 200 steps
    kept       keeps silent, or presses wrong keys, from some turn on and is not let go within 60 turns
    trapped    comes to a step from which none of many contacts ever came to an end, a person or a message
    unheard    hears nothing at all where something is waited for, or at the end
    gap        hears a sentence with a hole where a value should be
    deceived   is told to press a key, presses it, and hears that there is no such option
    foreign    asked for a language by the key named in it, and hears another
    told       gets data of a restricted source without the proof that the service asks for
    refused    is refused by a look-up that the service meant for them
    recorded   is recorded without having heard, in their language, a word about recording
    cut        gets more text than the carrier takes, so that the call fails or the text costs more than twice
    fault      meets a fault of the program
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from unittest.mock import patch

from engine import visit as visits
from engine.advance import advance, begin
from engine.events import (
    Answered,
    Dialled,
    Event,
    Keys,
    Keyword,
    PersonFound,
    Recorded,
    Silence,
    Started,
    Tick,
    Topic,
    Typed,
    Unmatched,
)
from engine.explore.inputs import GOOD, TICKET
from engine.flow import Flow, Lookup
from engine.session import Session
from engine.turn import (
    AwaitAnswer,
    AwaitChoice,
    AwaitDial,
    AwaitKeys,
    AwaitPerson,
    AwaitRecording,
    AwaitTalk,
    Ended,
    KeepRecording,
    LookUp,
    Note,
    Prove,
    Rescue,
    SendText,
    Speak,
    Turn,
)
from sms.routes import understand
from sms.segments import parts

TURNS = 60
CHARACTERS, PARTS = 3_000, 4
_NAMED = {"id": re.compile(r"\btekan ([0-9*#])", re.I), "en": re.compile(r"\bpress ([0-9*#])", re.I)}
_RECORDED = {"id": "rekam", "en": "record"}
_MAY_BE_EMPTY = {"isi", "nomor", "nama", "tiket_lama", "waktu_telepon"}


@dataclass
class World:
    """One contact's day."""

    chance: random.Random
    today: date
    opened: str
    staff: str
    ticks: int = 0
    now: str = "2026-03-11T03:00:00.000Z"

    def seconds_since(self, then: str) -> int:
        return self.ticks * 400

    def hours(self, name: str) -> str:
        return self.opened

    def hours_in_words(self, name: str, language: str) -> str:
        return "Senin sampai Jumat pukul 08.00-16.00 WIB"

    def promise_in_words(self, name: str, language: str) -> str:
        return "Kamis, 12 Maret 2026 pukul 16.00 WIB"

    def people(self, skill: str, tier: int) -> str:
        return self.staff

    def hears(self, language: str) -> bool:
        return False

    def place(self, entering: object) -> tuple[int, int]:
        return 1, 4


@dataclass
class Played:
    """What happened to all contacts of a flow: kind of harm -> how many, with one example each."""

    harms: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    passed: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))

    def harm(self, kind: str, example: str) -> None:
        self.harms[kind] += 1
        self.examples.setdefault(kind, example)


@contextmanager
def gaps_seen(found: list[str]) -> Iterator[None]:
    """Names of placeholders that were filled with nothing while words were made for a contact."""
    plain = visits.Visit.fill

    def fill(self: Any, template: str, language: str = "") -> str:
        for part in visits.parts_of(template):
            if not isinstance(part, str) and part[0] not in _MAY_BE_EMPTY and not self.value(part[0]):
                found.append(part[0])
        return plain(self, template, language)

    with patch.object(visits.Visit, "fill", fill):
        yield


def restricted(flow: Flow) -> dict[str, str]:
    """Source -> the level of proof that the service, as it was written, asks for before it tells from there."""
    asked: dict[str, set[str]] = defaultdict(set)
    for step in flow.steps.values():
        if isinstance(step, Lookup):
            asked[step.source].add(step.needs)
    return {source: min(levels) for source, levels in asked.items() if "" not in levels}


class Contact:
    """One contact: ``manner`` is doing, silent or wrong."""

    def __init__(
        self,
        flow: Flow,
        guarded: dict[str, str],
        chance: random.Random,
        channel: str,
        language: str,
        manner: str,
    ) -> None:
        self.flow, self.guarded, self.chance, self.manner = flow, guarded, chance, manner
        self.language = language
        staff, opened = (
            chance.choice(("free", "busy", "nobody")),
            chance.choice(("open", "open", "closed", "holiday")),
        )
        self.world = World(chance, chance.choice((date(2026, 3, 11), date(2027, 1, 5))), opened, staff)
        self.session: Session = begin(
            flow, channel=channel, contact="+6281200000001", language=language if channel == "text" else ""
        )
        self.chosen = channel == "text"
        self.warned = self.ended_well = False
        self.later = (
            chance.choice((0, 0, 1, 2, 3, 4, 5)) if manner != "doing" else 0
        )  # turns, until then it is doing
        self.pressed = ""
        self.way: list[str] = []
        self.steps: list[str] = []

    def play(self, played: Played) -> None:
        event: Event = self._begin()
        for _ in range(TURNS):
            gaps: list[str] = []
            before = self.session
            try:
                with gaps_seen(gaps):
                    turn = advance(self.flow, self.session, event, self.world)
            except Exception as error:
                played.harm("fault", f"{error!r} {self._told()}")
                return
            self.session = turn.session.but(secret={}, turn=turn.session.turn + 1)
            self.steps.append(turn.session.step)
            for kind, example in self._suffers(before, event, turn, gaps):
                played.harm(kind, f"{example} {self._told()}")
            if isinstance(turn.wait, Ended | Rescue):
                self.ended_well = self.ended_well or isinstance(turn.wait, Ended)
                break
            event = self._answer(turn)
            self.way.append(self._name(event))
        else:
            if self.manner != "doing":
                played.harm("kept", self._told())
        for step in set(self.steps):
            played.passed[step].append(self.ended_well)

    def _told(self) -> str:
        return f"[{self.session.channel} {self.language} {self.manner}: {' '.join(self.way[-12:])}] at {self.session.step}"

    @staticmethod
    def _name(event: Event) -> str:
        given = getattr(event, "digits", "") or getattr(event, "body", "") or getattr(event, "outcome", "")
        return str(given) or type(event).__name__.lower()

    def _begin(self) -> Event:
        if self.session.channel == "voice" or self.chance.random() < 0.2:
            return Started()
        return self._text()

    def _text(self) -> Event:
        choices: list[Event] = [Unmatched("halo")]
        for name, spec in self.flow.keywords.items():
            given = {
                arg: GOOD.get(arg, TICKET if arg == "tiket" else "contoh")
                for arg in (*spec.takes, spec.rest_as)
                if arg
            }
            choices += [Keyword(name, given), Keyword(name, dict.fromkeys(given, ""))]
        choices += [Topic(name, "contoh") for name in self.flow.topics]
        chosen = self.chance.choice(choices)
        if isinstance(chosen, Keyword):  # EN and ID ask for a language
            self.language = self.flow.keywords[chosen.name].then.set.get("language", self.language)
        return chosen

    # --- what is heard ---

    def _suffers(
        self, before: Session, event: Event, turn: Turn, gaps: list[str]
    ) -> Iterator[tuple[str, str]]:
        said = [prompt for prompt in turn.prompts if isinstance(prompt, Speak)]
        wait = turn.wait
        if isinstance(wait, Rescue):
            yield "lost", wait.reason
        yield from (("gap", name) for name in gaps)
        if not said and (
            isinstance(wait, AwaitKeys) or (isinstance(wait, Ended) and wait.outcome == "goodbye")
        ):
            yield "unheard", type(wait).__name__
        if self.pressed and turn.session.no_matches > before.no_matches:
            yield "deceived", self.pressed
        languages = {prompt.language for prompt in said}
        here = self.flow.steps.get(turn.session.step)
        if self.chosen and languages - {self.language} and not (here and here.every_language):
            yield "foreign", str(languages)
        self.warned |= any(
            _RECORDED.get(self.language, "") in p.text.lower() for p in said if p.language == self.language
        )
        recording = isinstance(wait, AwaitRecording) or (isinstance(wait, AwaitTalk) and wait.recorded)
        if recording and not self.warned:
            yield "recorded", ""
        yield from self._data(turn)
        if max((len(p.text) for p in said), default=0) > CHARACTERS or self._costly(turn, said):
            yield "cut", ""

    def _data(self, turn: Turn) -> Iterator[tuple[str, str]]:
        question = turn.wait.question if isinstance(turn.wait, AwaitAnswer) else None
        if isinstance(question, LookUp) and question.source in self.guarded:
            level = self.guarded[question.source]
            proofs = [subject for given, subject in turn.session.proved.items() if given >= level]
            if not set(proofs) & set(question.query.values()):
                yield "told", question.source
        if any(isinstance(effect, Note) and effect.what == "lookup_refused" for effect in turn.effects):
            yield "refused", ""
        self.ended_well |= isinstance(turn.wait, AwaitTalk) or any(
            isinstance(e, KeepRecording) for e in turn.effects
        )

    def _costly(self, turn: Turn, said: list[Speak]) -> bool:
        texts = [effect.text for effect in turn.effects if isinstance(effect, SendText)]
        if turn.session.channel == "text":
            texts += [prompt.text for prompt in said]
        return any(parts(text) > PARTS for text in texts)

    # --- what is done ---

    def _answer(self, turn: Turn) -> Event:
        self.pressed = ""
        match turn.wait:
            case AwaitAnswer(question=question):
                return self._house(question)
            case AwaitPerson(options=options):
                self.world.ticks += 1
                found = self.world.staff == "free" and self.chance.random() < 0.5
                if options and self.manner == "doing" and self.chance.random() < 0.4:
                    return Keys(self.chance.choice(options))
                return PersonFound("agent", "room") if found else Tick()
            case AwaitTalk():
                return Dialled("answered", 60)
            case AwaitDial():
                return Dialled(self.chance.choice(("answered", "busy", "no_answer", "failed")))
            case AwaitRecording(seconds=seconds):
                return (
                    Silence() if self.manner != "doing" else Recorded("rec", self.chance.choice((0, seconds)))
                )
            case AwaitKeys() | AwaitChoice():
                return self._keys(turn)
        return Tick()

    def _keys(self, turn: Turn) -> Event:
        writing = self.session.channel == "text"
        answer = getattr(turn.wait, "answer", "")
        manner = self.manner if len(self.way) >= self.later else "doing"
        if manner == "silent" or (manner == "doing" and self.chance.random() < 0.08):
            return Silence()
        if manner == "wrong" or self.chance.random() < 0.08:
            return understand(self.flow, self.session, "qqqq") if writing else Keys("77")
        if answer and answer != "yes_no":
            good = self._value(turn, answer)
            return Typed(good) if writing else Keys(good)
        if writing and self.chance.random() < 0.15:
            return self._text()
        return self._key(turn)

    def _value(self, turn: Turn, answer: str) -> str:
        step = self.flow.steps.get(turn.session.step)
        return (
            "1" * max(getattr(step, "least", 1), 1)
            if answer in ("digits", "number")
            else GOOD.get(answer, "1" * 6)
        )

    def _key(self, turn: Turn) -> Event:
        said = [prompt for prompt in turn.prompts if isinstance(prompt, Speak)]
        asked = [prompt for prompt in said if prompt.language == self.language]
        last = asked[-1].text if asked and not isinstance(said[-1], str) else ""
        named = _NAMED.get(self.language, _NAMED["id"]).findall(last)
        several = len({prompt.language for prompt in said}) > 1
        options = getattr(turn.wait, "options", ())
        if several and named:  # a language question: nobody takes another language than their own by mistake
            self.chosen = True
            self.pressed = named[0]
        elif named and self.chance.random() < 0.8:
            self.pressed = self.chance.choice(named)
            self.chosen = True
        elif options:
            self.chosen = not several and (self.chosen or len(self.flow.languages) > 1)
            return Keys(self.chance.choice(options))
        return Keys(self.pressed or "1")

    def _house(self, question: Any) -> Event:
        roll = self.chance.random()
        if isinstance(question, LookUp):
            return self._looked_up(question, roll)
        if isinstance(question, Prove):
            return Answered("ok" if roll < 0.75 else "wrong" if roll < 0.95 else "locked")
        return {
            "CheckCode": Answered("ok" if roll < 0.7 else "wrong"),
            "SendCode": Answered("sent" if roll < 0.9 else "failed"),
            "OpenCase": Answered("opened", {"tiket": TICKET}),
        }.get(type(question).__name__, Answered("none"))

    def _looked_up(self, question: LookUp, roll: float) -> Event:
        source = self.flow.sources.get(question.source)
        if roll > 0.75 or source is None:
            return Answered("none" if roll < 0.9 else "failed")
        if source.kind == "table":
            return Answered("found", dict(self.chance.choice(source.rows)))
        states = ("berjalan", "kelengkapan", "selesai")
        given = {"status": "sedang ditangani", "tanggal": "2026-04-01", "keadaan": self.chance.choice(states)}
        named = {name: given.get(name, "contoh") for name in source.gives}
        return Answered("found", {**named, "tiket": next(iter(question.query.values()), TICKET)})


def play(flow: Flow, guarded: dict[str, str], contacts: int = 1200, seed: int = 1) -> Played:
    """Many contacts of all kinds, the same for every flow. ``guarded``: restricted() of the service as it was written."""
    played = Played()
    channels = [c for c, numbers in (("voice", flow.voice_numbers), ("text", flow.text_numbers)) if numbers]
    for at in range(contacts):
        chance = random.Random(seed * 100_003 + at)
        channel = channels[at % len(channels)] if at % 3 else channels[0]
        language = flow.languages[(at // 2) % len(flow.languages)]
        manner = ("silent", "wrong")[at // 8 % 2] if at % 8 == 0 else "doing"
        Contact(flow, guarded, chance, channel, language, manner).play(played)
    for step, ends in played.passed.items():
        if len(ends) >= 6 and not any(ends):
            played.harm("trapped", step)
    return played
