"""Made-up flows x what can happen x nasty texts, rendered: always well-formed, valid, small enough, and with no verb of anybody else's.

FUZZ_CASES=50000 (make fuzz) tries more, other ones each time. Fault list: A4, F5, F6.
"""

import contextlib
import json
import os
import random
import xml.parsers.expat
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import flow as model
from engine.advance import advance_through, begin
from engine.events import (
    Answered,
    Dialled,
    HungUp,
    Keys,
    PersonFound,
    Recorded,
    Said,
    Silence,
    Spoken,
    Started,
    Tick,
    Typed,
)
from engine.flow import Exit, Flow, Tries
from engine.identifiers import FORMATS
from engine.load import FlowFaults
from engine.session import from_json, to_json
from engine.turn import (
    AwaitAnswer,
    AwaitChoice,
    AwaitDial,
    AwaitKeys,
    AwaitPerson,
    AwaitRecording,
    AwaitTalk,
    Choose,
    Ended,
    Music,
    Rescue,
    Speak,
    Turn,
)
from ivr import twiml
from ivr.emergency import Emergency
from tests.engine.talk import Still
from tests.engine.talk import flow as loaded

CASES = int(os.environ.get("FUZZ_CASES", "2500"))
LEAK = "rahasiabocor"  # a constant that no text of a flow asks for: whoever hears it has run a template of their own
NAMES = ("s0", "s1", "s2", "s3", "s4", "s5")
VOICES = {"id": "Google.id-ID-Wavenet-A", "en": "Google.en-US-Neural2-F"}
AGENTS = ("+628115550101",)
BASE = "https://ivr.example.go.id"

INJECTIONS = (
    "</Say><Dial>+6280911111</Dial><Say>",
    "]]></Say><Redirect>http://evil.example/</Redirect>",
    "<Play>http://evil.example/a.mp3</Play>",
    '"/><Dial>1</Dial><Say x="',
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
    "<![CDATA[<Dial>1</Dial>]]>",
    "<!-- --><Hangup/>",
    "<break time='10s'/><speak><audio src='http://evil.example/'/></speak>",
    "&#0; &#x1F; &lt;Dial&gt; &unknown;",
    "{rahasia} {{rahasia}} {rahasia:digits} %(rahasia)s ${rahasia} {0.__class__}",
    "{layanan}",
)
CONTROLS = (
    "".join(map(chr, range(0x20))),
    "".join(map(chr, range(0x7F, 0xA0))),
    "".join(map(chr, range(0xD800, 0xE000))),
    "\ufffe\uffff\U0001fffe\u2028\u2029\ufeff\u200b\u202e",
    "\x00",
    "\ud800x\udc00",
)
HUGE = ("a" * 100_000, '"' * 30_000, "Kata & <kata>. " * 7_000, "\U0001f600 " * 30_000, "9" * 20_000)

any_text = st.text(st.characters(exclude_categories=()), max_size=60)
nasty = st.one_of(
    st.sampled_from(INJECTIONS),
    st.sampled_from(CONTROLS),
    any_text,
    st.builds(str.__add__, any_text, any_text),
)
# What an administrator writes: nasty too, huge now and then, with placeholders of what callers enter.
written = st.one_of(
    nasty.map(lambda text: text.replace("{rahasia", "{isi")),
    st.sampled_from(
        ("Isi {isi}.", "{isi:digits}", "{tiket:digits} {nomor}", "{jam} {layanan} {isi:rupiah}", "Tekan 1.")
    ),
    st.sampled_from(HUGE),
)


class Author:
    """Somebody who writes flows without sense: steps of any kind that lead anywhere and say any of a few texts.

    The texts are hypothesis' own, the structure comes from a seed: drawn piece by piece it takes ten times as long.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self._texts = draw(st.lists(written, min_size=2, max_size=4))
        self._nasty = draw(nasty)
        self._dice = random.Random(draw(st.integers(0, 2**32)))

    def pick(self, values):
        return self._dice.choice(values)

    def way(self) -> Exit:
        return Exit(self.pick((*NAMES, "back", "repeat", "return")))

    def words(self) -> model.Words:
        return {"id": self.pick(self._texts), "en": self.pick(self._texts)}

    def tries(self) -> Tries:
        return Tries(self.pick((1, 2, 3)), self.way(), self.pick((None, self.words())))

    def step(self, name: str) -> model.Step:
        base = {
            "name": name,
            "every_language": self.pick((False, True)),
            "notice": self.pick((False, True)),
        }
        return self.pick(KINDS)(self, base, self.way())

    def say(self, base, go):
        return model.Say(**base, words=self.words(), then=go)

    def menu(self, base, go):
        keys = {
            key: Exit(go.to, say=self.pick((None, self.words())))
            for key in self.pick(("1", "12", "1*#", "90"))
        }
        spoken = {"1": (self._nasty,)}
        return model.Menu(
            **base, words=self.words(), keys=keys, silence=self.tries(), no_match=self.tries(), spoken=spoken
        )

    def ask(self, base, go):
        form, secret = self.pick((*FORMATS, "text")), self.pick((False, True))
        more = {
            "variable": "isi",
            "format": form,
            "least": 0,
            "most": self.pick((0, 4, 32)),
            "secret": secret,
        }
        return model.Ask(
            **base, **more, words=self.words(), then=go, silence=self.tries(), no_match=self.tries()
        )

    def lookup(self, base, go):
        return model.Lookup(
            **base, source="x", query={"a": "{isi}"}, found=go, none=go, failed=go, words=self.words()
        )

    def record(self, base, go):
        seconds, review = self.pick((1, 120, 3600)), self.pick((False, True))
        return model.Record(
            **base, words=self.words(), then=go, silence=self.tries(), review=review, seconds=seconds
        )

    def queue(self, base, go):
        exits = {"then": go, "closed": self.way(), "nobody": self.way(), "too_long": go}
        exits |= self.pick(({}, {"callback": go, "message": self.way()}))
        return model.Queue(**base, **exits, skill="x", words=self.words(), every=self.pick((0, 30, 90)))

    def callback(self, base, go):
        return model.Callback(**base, then=go, silence=self.tries())

    def transfer(self, base, go):
        number = self.pick(("+62211500000", self._nasty))
        exits = {"then": go, "busy": self.way(), "no_answer": go, "failed": go}
        return model.Transfer(
            **base, **exits, number=number, words=self.words(), limit=self.pick((1, 600, 99_999))
        )

    def survey(self, base, go):
        return model.Survey(**base, words=self.words(), then=go)

    def end(self, base, go):
        return model.End(**base, words=self.words())


KINDS = (
    Author.menu, Author.ask, Author.say, Author.menu, Author.ask, Author.lookup, Author.record, Author.queue,
    Author.callback, Author.transfer, Author.survey, Author.end,
)  # fmt: skip


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Six steps."""
    author = Author(draw)
    return Flow(
        id="uji", version="1", service={"id": author.words()["id"], "en": "Service"}, prefix="UJ", languages=("id", "en"),
        timezone="Asia/Jakarta", start="s0", steps={name: author.step(name) for name in NAMES}, voices=VOICES,
        constants={"rahasia": LEAK}, everywhere=author.pick(({}, {"0": Exit("s1"), "*": Exit("back")})),
    )  # fmt: skip


digits = st.text("0123456789*#", max_size=18)
events = st.one_of(
    st.builds(Keys, st.one_of(digits, digits, nasty)),
    st.builds(Silence),
    st.builds(Said, nasty, st.sampled_from((-1.0, 0.2, 0.9))),
    st.builds(Spoken, st.just("RE2")),
    st.builds(Typed, nasty),
    st.builds(Recorded, st.just("RE1"), st.integers(0, 99), st.booleans()),
    st.builds(Dialled, st.sampled_from(("answered", "busy", "no_answer", "failed"))),
    st.builds(Tick),
    st.builds(PersonFound, st.just("a1"), nasty),
    st.builds(Answered, st.sampled_from(("found", "none", "ok")), st.fixed_dictionaries({"isi": nasty})),
    st.builds(HungUp),
)
answers = st.one_of(
    st.none(), st.builds(Answered, st.sampled_from(("found", "none", "failed", "opened")), st.fixed_dictionaries({"isi": nasty, "tiket": nasty}))
)  # fmt: skip


def asked_for(turn: Turn, recorded: frozenset[str]) -> Counter[str]:
    """The verbs that the turn itself asks for, counted without the renderer."""
    count: Counter[str] = Counter(
        "Play"
        for prompt in turn.prompts
        if isinstance(prompt, Music) or (prompt.step and prompt.step in recorded)
    )
    match turn.wait:
        case AwaitKeys() | AwaitPerson():
            count.update(("Gather", "Redirect"))
        case AwaitChoice():
            count.update(("Gather", "Record", "Gather", "Redirect"))
        case AwaitAnswer(question=Choose()):
            count.update(("Gather", "Redirect"))
        case AwaitRecording():
            count.update(("Record", "Redirect"))
        case AwaitAnswer():
            count.update(("Pause", "Redirect"))
        case AwaitDial():
            count.update(("Dial", "Number"))
        case AwaitTalk():
            count.update(("Dial", "Conference"))
        case Rescue():
            count.update(("Dial", "Number"))
        case Ended():
            count.update(("Hangup",))
    return count


def parsed(xml_text: str) -> tuple[Counter[str], str]:
    """(elements, all text) by expat, the strictest parser at hand. Raises ExpatError."""
    elements: Counter[str] = Counter()
    text: list[str] = []
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: elements.update((name,))
    parser.CharacterDataHandler = text.append
    parser.Parse(xml_text.encode(), True)
    return elements, "".join(text)


@pytest.fixture(scope="module")
def lint(request):
    """The vendor's lists, where they can be had."""
    with contextlib.suppress(pytest.skip.Exception):
        return request.getfixturevalue("twiml_lint")
    return lambda text: []


def render(turn: Turn, recorded: frozenset[str], speech: bool) -> str:
    desk = twiml.Desk(
        url=lambda heard: f"{BASE}/ivr/calls/CA1/turns/{turn.session.turn}?heard={heard}&k=0123456789abcdef",
        voices=VOICES,
        recorded=lambda step, language: f"{BASE}/{language}/{step}.wav" if step in recorded else None,
        music=f"{BASE}/music.wav",
        recordings=f"{BASE}/recordings",
        choices=f"{BASE}/choices",
        legs=f"{BASE}/legs",
        speech=speech,
    )
    return twiml.render(turn, desk, lambda language: Emergency(BASE, AGENTS, 3600).verbs(language, VOICES))


def check(turn: Turn, recorded: frozenset[str], speech: bool, lint) -> None:
    document = render(turn, recorded, speech)
    elements, text = parsed(document)
    assert lint(document) == []
    size = len(document.encode())
    assert size <= 64_000
    assert LEAK not in text
    wanted = asked_for(turn, recorded)
    others = Counter({name: n for name, n in elements.items() if name not in ("Response", "Say")})
    if size > 40_000:  # what did not fit is left out from the end of what is heard, nothing else is
        assert others["Play"] <= wanted["Play"]
        others["Play"] = wanted["Play"] = 0
    assert +others == +wanted
    if any(isinstance(prompt, Speak) and twiml.clean(prompt.text).strip() for prompt in turn.prompts):
        assert elements["Say"] + elements["Play"] > 0


short = settings(
    max_examples=CASES,
    deadline=None,
    derandomize="FUZZ_CASES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@short
@given(st.data())
def test_whatever_flow_and_caller_the_answer_is_valid_and_says_only_what_the_flow_says(lint, data):
    flow = data.draw(flows())
    recorded = frozenset(data.draw(st.sets(st.sampled_from(NAMES), max_size=2)))
    speech = data.draw(st.booleans())
    session = begin(flow, channel="voice", contact=data.draw(st.sampled_from(("+6281200000001", ""))))
    world = Still()
    world.opened, world.staff = data.draw(st.sampled_from((("open", "busy"), ("closed", "nobody"))))
    world.listening = data.draw(st.booleans())
    for event in (Started(), *data.draw(st.lists(events, max_size=5))):
        turn = advance_through(flow, session, event, world, lambda question, now: data.draw(answers))
        check(turn, recorded, speech, lint)
        if not isinstance(turn.wait, Ended | Rescue):
            session = from_json(to_json(turn.session))
        else:
            session = replace(turn.session, ended="")


STEPS = """
awal:
  menu: {{id: {0}, en: {0}}}
  keys: {{"1": isi, "2": {{then: tutup, say: {{id: {1}, en: {1}}}}}}}
  silence: {{tries: 2, then: tutup, say: {{id: {1}, en: {1}}}}}
  no_match: {{tries: 2, then: tutup}}
isi:
  ask: {{id: {1}, en: {1}}}
  as: isi
  format: text
  then: ucap
  silence: {{tries: 1, then: tutup}}
  no_match: {{tries: 1, then: tutup}}
ucap: {{say: {{id: "Anda menulis {{isi}}.", en: "You wrote {{isi}}."}}, then: tutup}}
tutup: {{end: {{id: {0}, en: {0}}}}}
"""


@settings(short, max_examples=max(CASES // 20, 100))
@given(written, written, nasty, st.booleans())
def test_whatever_the_loader_lets_pass_can_be_said(lint, first, second, typed, plain):
    written_down = [json.dumps(text, ensure_ascii=not plain) for text in (first, second)]
    try:
        flow = loaded(STEPS.format(*written_down))
    except (FlowFaults, UnicodeEncodeError):
        return  # refused: nobody hears it
    session = begin(flow, channel="voice", contact="+6281200000001")
    for event in (Started(), Keys("7"), Silence(), Keys("1"), Typed(typed)):
        turn = advance_through(flow, session, event, Still(), lambda question, now: None)
        check(turn, frozenset(), False, lint)
        session = turn.session
        if isinstance(turn.wait, Ended):
            break
