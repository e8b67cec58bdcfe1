"""A keyword and its arguments, out of what people really send: REG#NIK#KK, NPWP 99.999…#nama##,
STATUS202603110001.

A reading is *strong* when nothing speaks against it: the arguments fit, or there are none. A keyword with
something behind it that it does not take ("RUPIAH saya sobek") is *weak*: a topic that the words name is the
better guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from engine.identifiers import ARGUMENT_FORMATS, FORMATS
from sms.normalise import WORDS, without_lead_ins, without_tails, word
from sms.typos import one_slip

# Separators seen in public services, single, doubled or trailing: space # . * / , and their kin.
SEPARATORS = " \t#.*/,;:=|-"
# Formats with letters in them: only these can begin with a letter right behind a keyword (RESIEE000000014ID).
_GLUED = ("awb", "ntpn", "ticket")
_LEAST_FOR_TYPOS = 5


class Keyword(Protocol):
    """What the grammar needs of a keyword; engine.flow.KeywordSpec is one.

    ``takes`` are argument names in order. ``rest_as`` is the name that gets all words behind them, '' when
    nothing may follow. ``yields_to``: topics that go first where the words of the text name one.
    """

    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def takes(self) -> tuple[str, ...]: ...
    @property
    def rest_as(self) -> str: ...
    @property
    def yields_to(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class KeywordSpec:
    """A keyword by itself, where no flow is at hand."""

    name: str
    aliases: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    rest_as: str = ""
    yields_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A keyword found. ``missing``: arguments not given; ``wrong``: given, but not in their format, as
    written.
    """

    name: str
    fields: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    wrong: dict[str, str] = field(default_factory=dict)
    strong: bool = True
    via: str = "exact"
    bare: bool = False  # nothing behind the keyword
    yields_to: tuple[str, ...] = ()


class Keywords:
    """The keywords of one service, ready to be looked for."""

    def __init__(self, specs: Iterable[Keyword], known_words: Iterable[str] = ()) -> None:
        self._by_word: dict[str, Keyword] = {}
        for spec in specs:
            for spelling in (spec.name, *spec.aliases):
                self._by_word[_key(spelling)] = spec
        # An ordinary word is no misspelt keyword: "lapar" is hungry, not LAPOR.
        plain = " ".join(WORDS.values()).split()
        self._ordinary = {*WORDS, *plain, *_ORDINARY, *(word.lower() for word in known_words)}

    def exact(self, text: str) -> Reading | None:
        """The keyword that a message begins with, letter for letter."""
        head, rest = _head(text)
        spec = self._by_word.get(head.upper())
        return _read(spec, rest) if spec else None

    def loose(self, text: str, language: str) -> Iterator[Reading]:
        """Keywords after dropping polite beginnings, separators, everyday spellings and one slip of the
        thumb.
        """
        for rest in without_lead_ins(text):
            for via, spec, arguments in self._guesses(rest, language):
                yield replace(_read(spec, arguments), via=via)

    def _guesses(self, text: str, language: str) -> Iterator[tuple[str, Keyword, str]]:
        head, rest = _head(text)
        if spec := self._by_word.get(head.upper()):
            yield "normalised", spec, rest
        if not language.lower().startswith("en") and (spec := self._by_word.get(word(head).upper())):
            yield "normalised", spec, rest
        yield from self._unseparated(text)
        if spec := self._misspelt(head):
            yield "typo", spec, rest

    def _unseparated(self, text: str) -> Iterator[tuple[str, Keyword, str]]:
        """REG9901…, STATUS202603110001, RESIEE000000014ID."""
        body = text.lstrip(SEPARATORS)
        letters = re.match(r"[A-Za-z]+", body)
        if letters and body[letters.end() : letters.end() + 1].isdigit() and (spec := self._find(letters[0])):
            yield "normalised", spec, body[letters.end() :]
        for key, spec in self._by_word.items():
            behind = body[len(key) :]
            form = ARGUMENT_FORMATS.get(spec.takes[0]) if spec.takes else None
            if form in _GLUED and body[: len(key)].upper() == key:
                if FORMATS[form].parse(behind.strip(SEPARATORS)):
                    yield "normalised", spec, behind

    def _find(self, letters: str) -> Keyword | None:
        return self._by_word.get(letters.upper()) or self._misspelt(letters)

    def _misspelt(self, head: str) -> Keyword | None:
        """The one keyword of five letters or more that is one slip away from ``head``."""
        if len(head) < _LEAST_FOR_TYPOS - 1 or not head.isalpha() or head.lower() in self._ordinary:
            return None
        meant = {
            id(spec): spec
            for key, spec in self._by_word.items()
            if len(key) >= _LEAST_FOR_TYPOS and one_slip(head.upper(), key)
        }
        return next(iter(meant.values())) if len(meant) == 1 else None


# Everyday words one slip away from the universal keywords.
_ORDINARY = (
    "lapar", "lapang", "sarana", "sarang", "bareng", "karang", "parang", "tari", "daftarin", "tulip",
    "tukang", "taruf"
)  # fmt: skip


def _key(spelling: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", spelling.upper())


def _head(text: str) -> tuple[str, str]:
    """(first word, all behind it). The # of #HUBUNGIPETUGAS and other separators before it are dropped."""
    found = re.match(r"[A-Za-z0-9]+", body := text.lstrip(SEPARATORS + "\"'("))
    return (found[0], body[found.end() :]) if found else ("", body)


def _read(spec: Keyword, behind: str) -> Reading:
    """The keyword with what stands behind it sorted into its arguments."""
    rest = behind.lstrip(SEPARATORS).rstrip(" \t#*/,|")
    fields: dict[str, str] = {}
    wrong: dict[str, str] = {}
    missing: list[str] = []
    bare = not without_tails(rest)
    for place, name in enumerate(spec.takes):
        form = ARGUMENT_FORMATS.get(name)
        is_last = place == len(spec.takes) - 1 and not spec.rest_as
        value, piece, rest = _take(form, "" if bare else rest, is_last)
        if value:
            fields[name] = value
        elif piece:
            wrong[name] = piece
        else:
            missing.append(name)
    if spec.rest_as:
        if rest:
            fields[spec.rest_as] = rest
        else:
            missing.append(spec.rest_as)
    strong = _is_strong(spec, bare, wrong)
    return Reading(spec.name, fields, tuple(missing), wrong, strong, bare=bare, yields_to=spec.yields_to)


def _is_strong(spec: Keyword, bare: bool, wrong: Mapping[str, str]) -> bool:
    if bare or spec.rest_as:
        return True
    if not spec.takes:
        return False
    # A number that is wrong is a mistyped number; words in its place are another matter altogether.
    return all(any(char.isdigit() for char in piece) for piece in wrong.values())


def _take(form: str | None, rest: str, is_last: bool) -> tuple[str, str, str]:
    """(value or '', the piece it was looked for in, what is left) of the next argument."""
    if form is None:
        piece, left = (rest, "") if is_last else _split(rest)
        return piece.strip(SEPARATORS), piece, left
    piece, _, left = rest.partition("#")
    parse = FORMATS[form].parse
    if value := parse(piece) or parse(without_tails(piece)):
        return value, piece, left.lstrip(SEPARATORS)
    if not is_last and not left and (taken := _longest_beginning(form, piece)):
        return taken
    return find(form, piece) or "", piece.strip(SEPARATORS), left.lstrip(SEPARATORS)


def _split(rest: str) -> tuple[str, str]:
    """The first argument of free words: up to #, else up to * / or a comma, else the first word."""
    for mark in ("#", "*", "/", ",", " "):
        if mark in rest:
            piece, _, left = rest.partition(mark)
            return piece, left.lstrip(SEPARATORS)
    return rest, ""


def _longest_beginning(form: str, piece: str) -> tuple[str, str, str] | None:
    """A value at the beginning of a piece, with more behind it: "999999999999999 BUDI CONTOH"."""
    ends = [found.start() for found in re.finditer(r"[\s*/,;:]+", piece)]
    for end in reversed(ends):
        if value := FORMATS[form].parse(piece[:end]):
            return value, piece[:end], piece[end:].lstrip(SEPARATORS)
    return None


def find(form: str, text: str) -> str | None:
    """The one value of this format somewhere in a sentence; None when there is none, or more than one."""
    tokens = text.split()
    for size in range(min(4, len(tokens)), 0, -1):
        windows = (" ".join(tokens[at : at + size]) for at in range(len(tokens) - size + 1))
        parsed = (FORMATS[form].parse(window.strip(" #.*/,;:!?'\"()")) for window in windows)
        values = {value for value in parsed if value}
        if values:
            return values.pop() if len(values) == 1 else None
    return None
