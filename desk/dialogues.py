"""What an agent writes from a mobile phone: which dialogue it is for, and what is to be done with it.

    2                     take dialogue 2            2 kata-kata        words for the writer of dialogue 2
    #salam, 2 #salam      a canned answer            LEPAS / RELEASE    back into the queue (an offer: declined)
    NAIK / ESCALATE       to the next tier           ROBOT              back to the robot
    SELESAI / CLOSE       it is over                 ? / BANTUAN        which dialogues there are, and these words

A command is a whole text: "Selesai Pak, silakan dicek" is an answer. A number in front chooses among several dialogues, those
that were over within the hour counted: words for one writer must never go to another. With one dialogue alone a number is
just a number, so that "2 hari kerja" arrives whole. What is unclear goes to nobody.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

TAKE, SAY, CANNED, RELEASE, ESCALATE, ROBOT, CLOSE, HELP = ACTS = (
    "take", "say", "canned", "release", "escalate", "robot", "close", "help",
)  # fmt: skip
COMMANDS: Mapping[str, str] = {
    "LEPAS": RELEASE,
    "RELEASE": RELEASE,
    "NAIK": ESCALATE,
    "ESCALATE": ESCALATE,
    "ROBOT": ROBOT,
    "SELESAI": CLOSE,
    "CLOSE": CLOSE,
    "BANTUAN": HELP,
    "HELP": HELP,
    "?": HELP,
}
NUMBERS = range(1, 10)
_CHOSEN = re.compile(r"([1-9])(?:\s*[:>]\s*|\s+)(\S.*)", re.DOTALL)
_KEY = re.compile(r"#\S{1,40}")
_LIKE = 0.8  # of difflib: SELESAAI is a slip, SALAM is another word


@dataclass(frozen=True)
class InHand:
    """One of the agent's dialogues. ``number`` is what the agent calls it; ``taken``: not just offered."""

    number: int
    contact: str
    taken: bool


@dataclass(frozen=True)
class Wish:
    """What is to be done. ``words`` are the answer, or the key of a canned one; ``contact`` is '' for help."""

    act: str
    contact: str = ""
    words: str = ""


@dataclass(frozen=True)
class Unclear:
    """Nothing is done; ``code`` names the words that help (desk/dialogue_words.py)."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


def free_number(used: Collection[int], open_ones: Collection[int]) -> int:
    """The number of a new dialogue: one that was not used lately, else one that is not open.

    >>> free_number({1, 2}, {2}), free_number(set(NUMBERS), {1, 2})
    (3, 3)
    """
    for taken in (used, open_ones):
        free = [number for number in NUMBERS if number not in taken]
        if free:
            return free[0]
    return NUMBERS[-1]


def read(body: str, hand: Sequence[InHand], over: Collection[int] = ()) -> Wish | Unclear:
    """What the text asks for. ``over``: numbers of this agent's dialogues that have ended lately.

    >>> one = InHand(1, "D1", True)
    >>> read("2 hari kerja", [one]).words, read("2 hari", [one, InHand(2, "D2", True)])
    ('2 hari kerja', Wish(act='say', contact='D2', words='hari'))
    """
    text, by_number = body.strip(), {each.number: each for each in hand}
    if text in map(str, NUMBERS):
        bare = _bare(int(text), by_number, over)
        if bare is not None:
            return bare
    chosen, words = _chosen(text, by_number, over)
    if isinstance(chosen, Unclear):
        return chosen
    act, words = _act(words)
    if not act:
        return Unclear("typo", {"word": words})
    if act == HELP:
        return Wish(HELP)
    target = chosen or _only(act, hand)
    if isinstance(target, Unclear):
        return target
    if not target.taken and act != RELEASE:
        return Unclear("take_first", {"number": target.number})
    return Wish(act, target.contact, words)


def _bare(number: int, by_number: Mapping[int, InHand], over: Collection[int]) -> Wish | Unclear | None:
    """A number alone takes an offer. Written twice it must not reach the writer."""
    found = by_number.get(number)
    if found is not None:
        return Unclear("yours_already", {"number": number}) if found.taken else Wish(TAKE, found.contact)
    return Unclear("over", {"number": number}) if number in over else None


def _chosen(
    text: str, by_number: Mapping[int, InHand], over: Collection[int]
) -> tuple[InHand | Unclear | None, str]:
    """The dialogue that a number in front chooses, and the rest; None where it chooses none."""
    match = _CHOSEN.fullmatch(text)
    if match is None:
        return None, text
    number, rest = int(match[1]), match[2].strip()
    several = len(by_number.keys() | set(over)) > 1
    command = rest.upper() in COMMANDS or _KEY.fullmatch(rest) is not None
    if number in by_number and (several or command):
        return by_number[number], rest
    if number in over and (several or command):
        return Unclear("over", {"number": number}), rest
    return None, text


def _act(words: str) -> tuple[str, str]:
    """(what to do, the words for it); ('', the word) for a slip of a command's letters."""
    known = COMMANDS.get(words.upper())
    if known is not None:
        return known, ""
    if _KEY.fullmatch(words):
        return CANNED, words[1:].lower()
    single = words.upper() if words.isalpha() and len(words) > 3 else ""
    like = difflib.get_close_matches(single, COMMANDS, 1, _LIKE) if single else []
    return ("", like[0]) if like else (SAY, words)


def _only(act: str, hand: Sequence[InHand]) -> InHand | Unclear:
    """The dialogue that is meant when none was chosen."""
    taken = [each for each in hand if each.taken]
    meant = hand if act == RELEASE else taken
    if len(meant) == 1:
        return meant[0]
    if meant:
        return Unclear("which", {"numbers": ", ".join(str(each.number) for each in meant)})
    return Unclear("take_first", {"number": hand[0].number}) if hand else Unclear("none")
