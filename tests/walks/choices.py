"""What a caller can do at each stop of a walk, and what they do it with.

A choice is a short word that stands in a path: a key ("1", "*"), "silence", "<ticket>" for a right value of what is asked,
"<other ticket>" for one that has the form and is not known, "<wrong>" for one without the form, and at the tone
"<3 s>", "<1 s>", "<3 s, hangs up>". Counting keys, each of them is one: a caller who enters sixteen digits has made one choice.

Where they come from: the engine's own session of this call (the database is beside us) says which keys mean something here.
Pressing all twelve keys everywhere and throwing away those answered with "not available" would need three times as many calls
and find the same; one key that means nothing is pressed at every menu, and every key that the menu *says* is pressed even when
the session does not know it, so a menu that offers in words what it does not take is found out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.flow import Ask, Flow, Queue, Record, Step

SILENCE = "silence"
WRONG = "<wrong>"
EMPTY = "#"
LEFT, SHORT, CUT = "<3 s>", "<1 s>", "<3 s, hangs up>"

_SAID_KEY = re.compile(r"\b(?:tekan|press) ([0-9]|bintang|star|pagar|hash)\b", re.IGNORECASE)
_KEY_WORDS = {"bintang": "*", "star": "*", "pagar": "#", "hash": "#"}

# Format -> what is keyed: known values come from Facts, the rest stands here (fictitious on purpose, domain page 0.2).
_PLAIN = {
    "nik": "9901011203850001", "efin": "1234567890", "billing": "012345678901234", "ntpn": "1234567890123456",
    "imei": "001010000000016", "awb": "1000000001", "date8": "12031985", "phone": "081299990001",
    "number": "12", "text": "1", "time": "1000", "rating": "4",
}  # fmt: skip
_OTHERS = {
    "ticket": "202001010009",
    "npwp": "123456789012345",
    "nik": "9901015203850002",
    "billing": "912345678901234",
    "last4": "9999",
    "date6": "010170",
}


@dataclass(frozen=True)
class Facts:
    """What one caller knows: a case of theirs and its number's end, a taxpayer number. Fresh for each call: proofs are limited."""

    ticket: str = ""  # twelve digits
    last4: str = "0001"  # of no case, when there is none
    npwp: str = ""
    date6: str = "120385"


@dataclass(frozen=True)
class Stop:
    """Where a call rests: the carrier's state of it, the engine's session as plain data, and its step."""

    state: str
    session: Mapping[str, Any]
    step: Step | None

    @property
    def waits_for_people(self) -> bool:
        return isinstance(self.step, Queue) and self.session.get("phase") == "waiting"

    @property
    def asks(self) -> bool:
        """Is something asked here: a menu, a value, a message after the tone?"""
        return self.state == "recording" or (self.state == "asking" and not self.waits_for_people)


def stop_of(flow: Flow, state: str, session: Mapping[str, Any]) -> Stop:
    """The stop of a call in this state with this session."""
    return Stop(state, session, flow.steps.get(session.get("step", "")))


def offered_in_words(said: str) -> tuple[str, ...]:
    """The keys that the words tell the caller to press.

    >>> offered_in_words("Untuk X, tekan 1. To go back, press star.")
    ('1', '*')
    """
    keys = (_KEY_WORDS.get(word.lower(), word) for word in _SAID_KEY.findall(said))
    return tuple(dict.fromkeys(keys))


def choices(flow: Flow, stop: Stop, said: str) -> tuple[str, ...]:
    """Everything a caller can do here; () when the call is over."""
    if stop.state == "ended":
        return ()
    if isinstance(stop.step, Record) and stop.state == "recording":
        return (LEFT, SHORT, CUT, SILENCE)
    if stop.waits_for_people:
        return _distinct("1", "2", "3", SILENCE)
    if stop.state != "asking":
        return (SILENCE,)
    form = str(stop.session.get("answer", ""))
    if form and form != "yes_no":
        return _values(flow, form)
    known = tuple(stop.session.get("options", ()))
    keys = (*known, *offered_in_words(said))
    meaningless = next(key for key in "5678943210#*" if key not in keys)
    return _distinct(*keys, meaningless, SILENCE)


def _values(flow: Flow, form: str) -> tuple[str, ...]:
    other = (f"<other {form}>",) if form in _OTHERS else ()
    back = ("*",) if "*" in flow.everywhere else ()
    return (f"<{form}>", *other, WRONG, EMPTY, *back, SILENCE)


def _distinct(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def keyed(choice: str, stop: Stop, facts: Facts) -> str:
    """The keys that this choice presses at this stop (not for silence and messages)."""
    if choice == WRONG:
        return "00#"
    asks_a_value = bool(stop.session.get("answer")) and stop.session.get("answer") != "yes_no"
    if not choice.startswith("<"):
        return f"{choice}#" if choice == "*" and asks_a_value else choice
    name = choice.strip("<>")
    if name.startswith("other "):
        return _OTHERS[name.removeprefix("other ")] + "#"
    return _value(name, stop, facts) + "#"


def _value(form: str, stop: Stop, facts: Facts) -> str:
    known = {"ticket": facts.ticket, "last4": facts.last4, "npwp": facts.npwp, "date6": facts.date6}
    if form in known:
        return known[form]
    if form == "digits":
        return "1" * max(stop.step.least if isinstance(stop.step, Ask) else 6, 1)
    return _PLAIN[form]
