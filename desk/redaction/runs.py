"""Runs of digits in a text, written or said: "0812-345 678", "nol delapan satu dua", "1 kosong dobel 8"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from desk.numerals import ALONE, ENGLISH_DIGITS, REPEATS, SCALES, STARTS, TENS, Token, cardinal, digit, tokens

# What callers say between two digits of one number.
FILLERS = frozenset(
    "eh em ehm hmm anu ya terus lalu kemudian koma strip setrip titik spasi dash minus um uh er umm then "
    "oh garis miring sambung maaf sorry ralat ee mmm uhm tadi".split()
)
_MOST_FILLERS = 2
# Words that stand between two numbers, each for itself.
_JOINTS = frozenset(
    "atau or dan and sampai to jam tanggal nomor nomer number no pin otp kode rek nik npwp ktp efin at et ke dari is di "
    "dengan with but tapi saya my".split()
)
_OPEN = frozenset("oh o".split())  # zero between English digits only
_BESIDE_OPEN = ENGLISH_DIGITS | TENS.keys() | ALONE.keys() - {"sepuluh", "sebelas"} | {"double"}
_GAP = re.compile(r"[\s.,\-–/()]{0,4}")
_FILLED = re.compile(r"[ ,.\-–A-Za-z]+")
# Letters straight before digits: a number of something else (B3, CA01), unless they are one of these words.
_GLUED = re.compile(
    r"(?:reg|nik|npwp|ktp|hp|wa|telp?|tlp|no|rek|norek|pin|otp|efin|kartu|cek|info|daftar|email)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Element:
    """One piece of a run: text[start:end] means ``digits``. ``is_said``: in words; ``is_scaled``: with ribu, juta ..."""

    start: int
    end: int
    digits: str
    is_said: bool
    is_scaled: bool = False


def runs(text: str, closed: list[tuple[int, int]]) -> Iterator[list[Element]]:
    """Elements that belong together, run by run. ``closed``: (start, end) of what is no part of any run."""
    words = tokens(text)
    names = [token.word for token in words]
    shut = _shut(words, closed)
    run: list[Element] = []
    at = fillers = 0
    while at < len(words):
        element, after = _element(text, words, names, at, shut, bool(run))
        if element is None:
            fillers += 1
            known = names[at] in FILLERS or _is_misheard(run, words, names, at)
            if not run or shut[at] or not known or fillers > _MOST_FILLERS:
                yield from [run] if run else []
                run = []
            at += 1
            continue
        if run and not _joined(text, run, element, fillers):
            yield run
            run = []
        run.append(element)
        at, fillers = after, 0
    yield from [run] if run else []


def _is_misheard(run: list[Element], words: list[Token], names: list[str], at: int) -> bool:
    """Is this word among said digits one that the engine misheard ("nol delapan satu emak lima tujuh dua")?"""
    is_short = not words[at].is_digits and len(names[at]) <= 7 and names[at] not in _JOINTS
    digits_on = names[at + 1 : at + 4]
    return (
        is_short
        and len(run) >= 4
        and all(element.is_said for element in run[-4:])
        and len(digits_on) == 3
        and all(digit(name) >= 0 for name in digits_on)
    )


def _shut(words: list[Token], closed: list[tuple[int, int]]) -> list[bool]:
    """For each word, whether it lies in one of these places, which may overlap."""
    shut, waiting, reach = [], sorted(closed, reverse=True), 0
    for token in words:
        while waiting and waiting[-1][0] < token.end:
            reach = max(reach, waiting.pop()[1])
        shut.append(token.start < reach)
    return shut


def _joined(text: str, run: list[Element], after: Element, fillers: int) -> bool:
    """Does this element go on with the run? Between them stand only marks, or a filler that was said."""
    gap = text[run[-1].end : after.start]
    if run[-1].is_said or after.is_said:
        return bool((_FILLED if fillers else _GAP).fullmatch(gap))
    if fillers or not _GAP.fullmatch(gap) or ". " in gap:
        return False
    # "131, 157, 1500200" is a list; with commas only a telephone's groups or groups of four are one number.
    groups = all(len(element.digits) == 4 for element in (*run, after))
    return "," not in gap or groups or run[0].digits.startswith(("08", "62"))


def _element(
    text: str, words: list[Token], names: list[str], at: int, shut: list[bool], within: bool
) -> tuple[Element | None, int]:
    """The element that begins at this word, and where the next word is; None when none does."""
    token = words[at]
    if shut[at]:
        return None, at + 1
    if token.is_digits:
        return _written(text, words, names, at)
    following = names[at + 1] if at + 1 < len(names) else ""
    if token.word in REPEATS and (
        digit(following) >= 0 or following in _OPEN or (len(following) == 1 and following.isdigit())
    ):
        once = following if following.isdigit() else str(max(digit(following), 0))
        return Element(token.start, words[at + 1].end, once * REPEATS[token.word], True), at + 2
    if token.word in _OPEN:
        # "o er seven": a filler may stand between.
        behind = next((name for name in names[at + 1 : at + 3] if name in _OPEN or name not in FILLERS), "")
        ahead = (
            next(
                (
                    name
                    for name in reversed(names[max(0, at - 2) : at])
                    if name in _OPEN or name not in FILLERS
                ),
                "",
            )
            if within
            else ""
        )
        near = (ahead, behind)
        is_zero = any(name in _BESIDE_OPEN or name in _OPEN or name.isdigit() for name in near)
        return (Element(token.start, token.end, "0", True), at + 1) if is_zero else (None, at + 1)
    said = cardinal(names, at) if token.word in STARTS else None
    if said is None or any(shut[at : said[1]]):
        return None, at + 1
    value, after = said
    scaled = any(name in SCALES or name.startswith("seribu") for name in names[at:after])
    return Element(token.start, words[after - 1].end, str(value), True, scaled), after


def _written(text: str, words: list[Token], names: list[str], at: int) -> tuple[Element | None, int]:
    token = words[at]
    before, after = text[token.start - 1 : token.start], text[token.end : token.end + 1]
    if before in ("*", "_") or after in ("*", "_") or after.isalpha():
        return None, at + 1
    if before.isalpha() and not _GLUED.search(text[max(0, token.start - 6) : token.start]):
        return None, at + 1
    if at + 1 < len(names) and names[at + 1] in SCALES and not text[token.end : words[at + 1].start].strip():
        return None, at + 1  # "750 ribu": a sum
    figures = "".join(str(int(char)) if char.isdecimal() else "" for char in token.word)
    return (Element(token.start, token.end, figures, False), at + 1) if figures else (None, at + 1)
