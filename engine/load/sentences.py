"""The sentences of promises.yaml: each is one of a few forms, in English or in Indonesian.

The forms are the whole grammar. Words in capitals stand for a choice: FROM, GOALS, THING, STEPS, N. What may stand in front or at
the end of any form is in SCOPES. `docs/flows.md` lists both, and a test holds it to what is here.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from engine.flow import Place
from engine.load.faults import shorten, suggestion
from engine.promises import sentences as say
from engine.promises.sentences import Listens, Never, Promise, Reached, Thing, Within

# Form -> its sentences. (Name of the form, sentence, an example.)
FORMS: tuple[tuple[str, str, str], ...] = (
    ("within", "from FROM GOALS within N UNIT", "from everywhere a person or a message within 3 keys"),
    ("within", "dari FROM GOALS dalam N UNIT", "dari mana pun petugas atau pesan dalam 3 tombol"),
    ("at_most", "N UNIT at most to GOALS", "45 s at most to a person"),
    ("at_most", "paling lama N UNIT sampai GOALS", "paling lama 45 detik sampai petugas"),
    ("ends", "no path ends without THING", "no path ends without goodbye"),
    ("ends", "tidak ada jalan yang berakhir tanpa THING", "tidak ada jalan yang berakhir tanpa salam penutup"),
    ("listens", "never more than N s of words at a time", "never more than 60 s of words at a time"),
    ("listens", "tidak pernah lebih dari N detik kata-kata sekaligus", "tidak pernah lebih dari 60 detik kata-kata sekaligus"),
    ("heard", "every path that records has heard THING", "every path that records has heard the notice"),
    ("heard", "setiap jalan yang merekam sudah mendengar THING", "setiap jalan yang merekam sudah mendengar pemberitahuan"),
    ("before", "every path to THING goes through OTHER", "every path to step status_l goes through proof L1"),
    ("before", "setiap jalan ke THING melalui OTHER", "setiap jalan ke langkah status_l melalui bukti L1"),
    ("before", "never THING before OTHER", "never a recording before the notice"),
    ("before", "tidak pernah THING sebelum OTHER", "tidak pernah rekaman sebelum pemberitahuan"),
    ("after", "never THING after OTHER", "never a call back after step tuli_sms"),
    ("after", "tidak pernah THING sesudah OTHER", "tidak pernah panggilan balik sesudah langkah tuli_sms"),
    ("never", "never THING", "never a rahasia answer"),
    ("never", "tidak pernah THING", "tidak pernah jawaban rahasia"),
    ("reached", "THING can be reached", "a message can be reached"),
    ("reached", "THING dapat dicapai", "pesan dapat dicapai"),
)  # fmt: skip

SCOPES: Mapping[str, tuple[str, str]] = {
    "on the telephone": ("channel", "voice"),
    "lewat telepon": ("channel", "voice"),
    "in texts": ("channel", "text"),
    "lewat SMS": ("channel", "text"),
    "when open": ("when", say.OPEN),
    "saat buka": ("when", say.OPEN),
    "when closed": ("when", say.CLOSED),
    "saat tutup": ("when", say.CLOSED),
    "in every language": ("each_language", "yes"),
    "dalam setiap bahasa": ("each_language", "yes"),
}

THINGS: Mapping[str, str] = {
    "a person": say.PERSON, "people": say.PERSON, "an officer": say.PERSON, "petugas": say.PERSON,
    "a message": say.MESSAGE, "pesan": say.MESSAGE,
    "a call back": say.CALLBACK, "a call-back": say.CALLBACK, "panggilan balik": say.CALLBACK,
    "a text": say.TEXT, "SMS": say.TEXT, "a case": say.CASE, "laporan": say.CASE,
    "goodbye": say.GOODBYE, "salam penutup": say.GOODBYE,
    "a recording": say.RECORDING, "recording": say.RECORDING, "rekaman": say.RECORDING,
    "the notice": say.NOTICE, "the consent": say.NOTICE, "pemberitahuan": say.NOTICE,
    "proof": say.PROOF, "bukti": say.PROOF,
}  # fmt: skip

# Things with a name; {} is where it stands.
NAMED: tuple[tuple[str, str], ...] = (
    ("step {}", say.STEP), ("langkah {}", say.STEP), ("proof {}", say.PROOF), ("bukti {}", say.PROOF),
    ("the look-up {}", say.LOOKUP), ("pencarian {}", say.LOOKUP),
    ("a {} answer", say.CLASS), ("jawaban {}", say.CLASS),
)  # fmt: skip

PLACES = {"everywhere": say.EVERYWHERE, "mana pun": say.EVERYWHERE, "the start": say.START, "awal": say.START}
UNITS = {
    "key": say.KEYS, "keys": say.KEYS, "tombol": say.KEYS,
    "s": say.SECONDS, "second": say.SECONDS, "seconds": say.SECONDS, "detik": say.SECONDS,
}  # fmt: skip
LEVELS = ("L1", "L2", "L3")
CLASSES = ("publik", "terbatas", "rahasia")
MOST_KEYS, MOST_SECONDS = 99, 3600
# What reaching can end at: things that a contact may want.
GOALS = (say.PERSON, say.MESSAGE, say.CALLBACK, say.TEXT, say.CASE, say.GOODBYE, say.STEP)

_GROUPS = {
    "FROM": r"(?P<start>.+?)",
    "GOALS": r"(?P<goals>(?:an? |step |langkah |goodbye|people|petugas|pesan|panggilan |SMS|laporan|salam ).*?)",
    "THING": r"(?P<thing>.+?)", "OTHER": r"(?P<other>.+?)", "N": r"(?P<most>\S+)", "UNIT": r"(?P<unit>\S+)",
}  # fmt: skip


class Unclear(ValueError):
    """A sentence that is none of ours: where in it (letters from its beginning), what, and the way out."""

    def __init__(self, at: int, what: str, way_out: str) -> None:
        self.at, self.what, self.way_out = at, what, way_out
        super().__init__(what)


@dataclass(frozen=True)
class Names:
    """The names that a sentence may use."""

    steps: Collection[str]
    sources: Collection[str] = ()


def _pattern(sentence: str) -> re.Pattern[str]:
    words = [_GROUPS.get(word, re.escape(word)) for word in sentence.split()]
    return re.compile(" ".join(words) + r"\Z")


_PATTERNS = tuple((form, _pattern(sentence)) for form, sentence, _ in FORMS)
# Every sentence in one: what an editor can tell before anybody reads the names.
_SCOPE = "|".join(map(re.escape, SCOPES))
_ANY = "|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern).removesuffix(r"\Z") for _, pattern in _PATTERNS)
SENTENCE = re.compile(rf"(?:(?:{_SCOPE}) )*(?:{_ANY})(?: (?:{_SCOPE}))*\Z")


def read_sentence(words: str, place: Place, names: Names) -> Promise:
    """The promise that a sentence makes. Raises Unclear."""
    return _Sentence(words, place, names).read()


class _Sentence:
    def __init__(self, words: str, place: Place, names: Names) -> None:
        self.words, self.names = words, names
        self.scope: dict[str, str] = {}
        self.common = {"words": words, "place": place}

    def read(self) -> Promise:
        start, end = self._scopes()
        body = self.words[start:end]
        for form, pattern in _PATTERNS:
            found = pattern.match(body)
            if found:
                return self._made(form, _Parts(self, found, start))
        raise Unclear(start, f"'{shorten(self.words)}' is no sentence that promises know", _nearest(body))

    def _scopes(self) -> tuple[int, int]:
        """Where the sentence itself begins and ends, without what is said about channel, hours and language."""
        start, end = 0, len(self.words)
        looking = True
        while looking:
            looking = False
            for phrase, (name, value) in SCOPES.items():
                body = self.words[start:end]
                if body.startswith(phrase + " "):
                    start += len(phrase) + 1
                elif body.endswith(" " + phrase):
                    end -= len(phrase) + 1
                else:
                    continue
                if self.scope.setdefault(name, value) != value:
                    raise Unclear(0, f"'{phrase}' contradicts what is said before", "Keep one of the two")
                looking = True
        return start, end

    def _made(self, form: str, parts: "_Parts") -> Promise:
        scope: dict[str, Any] = {
            "channel": self.scope.get("channel", ""),
            "when": self.scope.get("when", ""),
            "each_language": "each_language" in self.scope,
            **self.common,
        }
        match form:
            case "within" | "at_most":
                start, but = parts.start() if form == "within" else (say.START, ())
                unit, most = parts.unit(), parts.number()
                goals = parts.goals()
                return Within(start=start, but=but, goals=goals, most=most, unit=unit, **scope)
            case "ends":
                return Never(thing=Thing(say.END), before=parts.thing("thing"), **scope)
            case "listens":
                return Listens(most=parts.number(), **scope)
            case "heard":
                return Never(thing=Thing(say.RECORDING), before=parts.thing("thing"), **scope)
            case "before":
                return Never(thing=parts.thing("thing"), before=parts.thing("other"), **scope)
            case "after":
                return Never(thing=parts.thing("thing"), after=parts.thing("other"), **scope)
            case "never":
                return Never(thing=parts.thing("thing"), **scope)
            case _:
                return Reached(thing=parts.thing("thing"), **scope)


class _Parts:
    """The parts of a sentence that fits a form. Each raises Unclear at its own place."""

    def __init__(self, sentence: _Sentence, found: re.Match[str], offset: int) -> None:
        self.names, self.found, self.offset = sentence.names, found, offset

    def _fail(self, group: str, what: str, way_out: str, shift: int = 0) -> NoReturn:
        raise Unclear(self.offset + self.found.start(group) + shift, what, way_out)

    def number(self) -> int:
        text, unit = self.found["most"], self.found.groupdict().get("unit", "s")
        most = MOST_KEYS if UNITS.get(unit) == say.KEYS else MOST_SECONDS
        if not re.fullmatch(r"[0-9]{1,4}", text, re.ASCII) or int(text) > most:
            self._fail("most", f"'{shorten(text)}' is no number", f"Write a whole number up to {most}")
        return int(text)

    def unit(self) -> str:
        text = self.found["unit"]
        if text not in UNITS:
            self._fail("unit", f"'{shorten(text)}' cannot be counted", "Write keys or s (tombol, detik)")
        return UNITS[text]

    def start(self) -> tuple[str, tuple[str, ...]]:
        """(the place, steps left out)."""
        text = self.found["start"]
        place, _, left_out = re.sub(r" (?:except|kecuali) ", "\0", text, count=1).partition("\0")
        but = []
        for name in filter(None, re.split(r"(?:, ?| and | dan )", left_out)):
            but.append(self._step("start", name, text.rfind(name)))
        if but and PLACES.get(place) != say.EVERYWHERE:
            self._fail("start", "only 'everywhere' has exceptions", "Write 'from everywhere except …'")
        if place in PLACES:
            return PLACES[place], tuple(but)
        return self._step("start", re.sub(r"^(?:step|langkah) ", "", place)), ()

    def _step(self, group: str, name: str, shift: int = 0) -> str:
        if name not in self.names.steps:
            self._fail(
                group, f"the step '{shorten(name)}' does not exist", suggestion(name, self.names.steps), shift
            )
        return name

    def goals(self) -> tuple[Thing, ...]:
        text, found, at = self.found["goals"], [], 0
        for words in re.split(r" (?:or|atau) ", text):
            thing = self._thing("goals", words, at)
            if thing.kind not in GOALS:
                way_out = "Write a person, a message, a call back, a text, a case, goodbye or a step"
                self._fail("goals", f"'{words}' is nothing that a contact gets to", way_out, at)
            found.append(thing)
            at = text.find(words, at) + len(words)
        return tuple(found)

    def thing(self, group: str) -> Thing:
        return self._thing(group, self.found[group], 0)

    def _thing(self, group: str, words: str, at: int) -> Thing:
        if words in THINGS:
            return Thing(THINGS[words], words=words)
        for phrase, kind in NAMED:
            front, _, back = phrase.partition("{}")
            if words.startswith(front) and words.endswith(back) and len(words) > len(phrase) - 2:
                name = words[len(front) : len(words) - len(back)]
                return Thing(kind, self._known(group, kind, name, at + len(front)), words)
        if words in self.names.steps:
            return Thing(say.STEP, words, words)
        near = suggestion(words, [*THINGS, *(f"step {name}" for name in self.names.steps)])
        self._fail(group, f"'{shorten(words)}' is nothing that promises know", near, at)

    def _known(self, group: str, kind: str, name: str, at: int) -> str:
        known: Iterable[str] = {
            say.STEP: self.names.steps, say.LOOKUP: self.names.sources, say.PROOF: LEVELS, say.CLASS: CLASSES,
        }[kind]  # fmt: skip
        if name not in known:
            self._fail(group, f"the {kind} '{shorten(name)}' does not exist", suggestion(name, known), at)
        return name


def _nearest(body: str) -> str:
    """The way out: the known sentence that is most like this one."""
    examples = [example for _, _, example in FORMS]
    near = difflib.get_close_matches(body[:200], examples, n=1, cutoff=0.4)
    return f"Did you mean something like '{near[0]}'?" if near else f"Known is for example '{examples[0]}'"
