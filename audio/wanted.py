"""What a service says that a person could record: every fixed wording of a step, in every language.

A wording with a placeholder is said by a voice alone, and so are the words of single keys and tries: the
engine gives those no recording (engine/visit.py). Names are the engine's: the step's, STEP-FACT for the facts
of a `verify`, phrase-NAME for the house's own phrases. A step of a piece keeps its folder: tutup/sibuk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from engine.flow import (
    Ask,
    Branch,
    Callback,
    Flow,
    Lookup,
    Menu,
    Queue,
    Record,
    Run,
    Step,
    Verify,
    Words,
)
from engine.lexicon import lexicon
from engine.phrases import PHRASES
from engine.words_of import exits_of

# Which kinds of step say a phrase on the telephone. The phrases that no kind says are for texts.
_SAID_BY: Mapping[str, tuple[type[Step], ...]] = {
    "notice": (Record,),
    "too_short": (Record,),
    "review": (Record,),
    "no_match": (Menu, Ask),
    "no_message": (Record,),
    "silence": (Menu, Ask, Callback),
    "bad_value": (Ask, Callback, Verify),
    "wrong_facts": (Verify,),
    "code": (Verify,),
    "looking": (Lookup,),
    "connecting": (Queue,),
    "offer_callback": (Queue,),
    "offer_message": (Queue,),
    "waiting": (Queue,),
    "callback_number": (Callback,),
    "callback_ok": (Callback,),
}
# And these only menus whose choices can be spoken.
_SAID_BY_SPOKEN_MENUS = ("say_or_press", "one_moment", "not_understood")


@dataclass(frozen=True, order=True)
class Wanted:
    """One recording that would be played. ``words`` as the flow writes them, ``spoken`` as a voice reads them."""

    service: str
    language: str
    step: str
    words: str
    spoken: str

    @property
    def key(self) -> str:
        """LANGUAGE/STEP, its place below the service's folder."""
        return f"{self.language}/{self.step}"

    @property
    def sha256(self) -> str:
        """Changes with the words: a recording of other words is outdated."""
        return sha256(self.spoken.encode()).hexdigest()


def wanted(flow: Flow) -> list[Wanted]:
    """All of a service, in the order of its flow, its phrases last; each language's apart."""
    found = []
    for language in flow.languages:
        for step, words in _sayings(flow):
            written = words.get(language, "")
            if written.strip() and "{" not in written:
                found.append(Wanted(flow.id, language, step, written, lexicon(written, language)))
    return found


def _sayings(flow: Flow) -> Iterator[tuple[str, Words]]:
    """(name of the recording, its words) for whatever the engine may say under a name."""
    heard = [step for name, step in flow.steps.items() if name in _on_the_telephone(flow)]
    for step in heard:
        words = getattr(step, "words", None)
        if isinstance(step, Verify):
            yield from ((f"{step.name}-{fact}", asked) for fact, asked in step.words.items())
        elif words:
            yield step.name, words
    kinds = {type(step) for step in heard}
    said = [phrase for phrase, said_by in _SAID_BY.items() if not kinds.isdisjoint(said_by)]
    if any(isinstance(step, Menu) and step.spoken for step in heard):
        said += _SAID_BY_SPOKEN_MENUS
    for phrase in said:
        yield f"phrase-{phrase}", flow.phrases.get(phrase) or PHRASES[phrase]


def _on_the_telephone(flow: Flow) -> set[str]:
    """The steps that a call can come to; the rest is for texts, and nobody need record it."""
    reached: set[str] = set()
    ahead = [flow.start, flow.rescue, *(way.to for way in flow.everywhere.values())]
    while ahead:
        name = ahead.pop()
        step = flow.steps.get(name)  # None: back, repeat, return, or no rescue
        if step is None or name in reached:
            continue
        reached.add(name)
        ahead += _ways_on(step)
    return reached


def _ways_on(step: Step) -> list[str]:
    """Where a call may go from here."""
    ways = [way.to for way in exits_of(step)]
    if isinstance(step, Branch) and step.by == "channel":
        ways = [way.to for value, way in step.exits.items() if value != "text"] + [step.otherwise_exit.to]
    if isinstance(step, Run):
        ways.append(step.first)
    return [*ways, step.otherwise]
