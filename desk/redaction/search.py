"""Where the secrets of a text are."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from desk.numerals import DIGITS
from desk.redaction import mails, words
from desk.redaction.kinds import LONGEST, SHORTEST, Verdict, classify, is_case
from desk.redaction.labels import (
    CODES,
    HARMLESS,
    PUBLIC,
    Label,
    is_service,
    label_after,
    label_before,
    labels,
)
from desk.redaction.runs import Element, runs


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A secret in text[start:end].

    ``kind``: nik, npwp, card, account, phone, email, passport, pin, otp, cvv, password, efin, or number
    for a long one that is nothing known. ``certain``: a check, an unmistakable shape or its label proved it.
    """

    start: int
    end: int
    kind: str
    certain: bool


@dataclass(frozen=True, order=True, slots=True)
class WordSpan:
    """A secret in words[first:last]: ``last`` is the word after it."""

    first: int
    last: int
    kind: str
    certain: bool


# A text without any of these holds no secret that we know; most log lines have none.
_WORTH = re.compile(
    r"[\d@]|sandi|passw|(?<![^\W\d_])(?:"
    + "|".join(sorted(DIGITS.keys() - {"-"}))
    + r"|et|at|ad)(?![^\W\d_])",
    re.IGNORECASE,
)
_SHORT_CODE = re.compile(r"1\d\d")
_MOST_ELEMENTS = 60
# Between things of one list: "resi 1000000001, 1000000002 dan 1000000003".
_LIST = re.compile(r"[`'\"]?\s*(?:,|dan|and|atau|or|,\s*(?:dan|and))\s*[`'\"]?")


def find(text: str, public: frozenset[str] = PUBLIC) -> tuple[Span, ...]:
    """The secrets of ``text``, in order, none within another. ``public``: numbers that everybody may read."""
    if not _WORTH.search(text):
        return ()
    harmless = [found.span() for found in HARMLESS.finditer(text)]
    spans = [Span(start, end, "email", certain) for start, end, certain in mails.find(text)]
    for start, end, kind in words.find(text):
        span = Span(start, end, kind, True)
        # "the password does not work since 12-03-2026"
        if not _overlaps(span, harmless):
            spans.append(span)
    closed = [*harmless, *((span.start, span.end) for span in spans)]
    return tuple(_apart(sorted([*spans, *_numbers(text, closed, public)])))


def _numbers(text: str, closed: list[tuple[int, int]], public: frozenset[str]) -> list[Span]:
    """The secrets that are numbers. ``closed``: places that are something else."""
    pieces = [piece for run in runs(text, closed) for piece in _pieces(run) if _is_long(piece)]
    marks = labels(text) if pieces else []
    spans: list[Span] = []
    since, listed = 0, -1
    for piece in pieces:
        of_list = listed >= 0 and _LIST.fullmatch(text, listed, piece[0].start)
        if of_list or _is_everybodys(text, piece, marks, since, public):
            listed = piece[-1].end
            continue
        found = _in_run(text, piece, marks, since, public)
        is_harmless = not found and label_before(marks, text, piece[0].start, since) == "harmless"
        listed = piece[-1].end if is_harmless else -1
        spans += found
        since = max([since, *(span.end for span in found)])
    return spans


def _is_long(run: list[Element]) -> bool:
    return sum(len(element.digits) for element in run) >= SHORTEST


def find_words(said: Sequence[str], public: frozenset[str] = PUBLIC) -> tuple[WordSpan, ...]:
    """The secrets of a transcript by the indexes of its words, which may hold marks, figures or several words."""
    ends = list(accumulate(len(word) + 1 for word in said))  # where the next word begins
    found = []
    for span in find(" ".join(said), public):
        first, last = bisect_right(ends, span.start), bisect_right(ends, span.end - 1) + 1
        found.append(WordSpan(first, last, span.kind, span.certain))
    return tuple(found)


def _is_everybodys(
    text: str, run: list[Element], marks: list[Label], since: int, public: frozenset[str]
) -> bool:
    """Is the whole run a service number or a case number? Parts of it must not be taken for something else."""
    digits = "".join(element.digits for element in run)
    named = {label_before(marks, text, run[0].start, since), label_after(text, run[-1].end)}
    if named & (CODES | {"account", "efin"}):
        return False
    return is_service(digits, public) or is_case(digits) or _is_short_list(text, run, public)


def _is_short_list(text: str, run: list[Element], public: frozenset[str]) -> bool:
    """Is this "satu tiga satu, satu lima tujuh": service numbers with commas between?"""
    parts = [run[0].digits]
    for before, element in pairwise(run):
        if "," in text[before.end : element.start]:
            parts.append("")
        parts[-1] += element.digits
    return len(parts) > 1 and all(is_service(part, public) or _SHORT_CODE.fullmatch(part) for part in parts)


def _overlaps(span: Span, places: list[tuple[int, int]]) -> bool:
    return any(start < span.end and span.start < end for start, end in places)


def _apart(spans: list[Span]) -> list[Span]:
    """Spans without those that begin inside the one before."""
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _pieces(run: list[Element]) -> list[list[Element]]:
    """A run without its sums ("tujuh ribu"), and no longer than anybody speaks without a break."""
    pieces: list[list[Element]] = [[]]
    for element in run:
        # "nol delapan satu satu dua ribu tiga ratus": easy numbers are said so.
        of_number = not element.is_scaled or (len(pieces[-1]) > 2 and pieces[-1][0].digits[0] == "0")
        if not of_number or len(pieces[-1]) >= _MOST_ELEMENTS:
            pieces.append([])
        if of_number:
            pieces[-1].append(element)
    return [piece for piece in pieces if piece]


def _in_run(
    text: str, run: list[Element], marks: list[Label], since: int, public: frozenset[str]
) -> list[Span]:
    """The secrets of one run: the weightiest, then what is left before and behind it."""
    best: tuple[int, int, Verdict] | None = None
    behind = [label_after(text, element.end) for element in run]
    for first in range(len(run)):
        before = label_before(marks, text, run[first].start, since)
        plus = bool(_plus(text, run[first]))
        for last, digits in _windows(run, first):
            label = (behind[last] or before) if before in ("", "number") else before
            verdict = _verdict(text, run[first : last + 1], digits, label, plus, public)
            if verdict and (best is None or verdict.weight > best[2].weight):
                best = first, last + 1, verdict
    if best is None:
        return []
    first, last, verdict = best
    first, last = _whole(text, run, first, last)
    here = Span(_start(text, run[first]), run[last - 1].end, verdict.kind, verdict.certain)
    earlier = _in_run(text, run[:first], marks, since, public) if first else []
    later = _in_run(text, run[last:], marks, here.end, public) if last < len(run) else []
    return [*earlier, here, *later]


def _windows(run: list[Element], first: int) -> Iterator[tuple[int, str]]:
    """(last element, digits up to it) of everything that begins here and is neither too short nor too long."""
    digits = ""
    for last in range(first, len(run)):
        digits += run[last].digits
        if len(digits) > LONGEST:
            return
        if len(digits) >= SHORTEST:
            yield last, digits


def _whole(text: str, run: list[Element], first: int, last: int) -> tuple[int, int]:
    """Takes in what is left over at either side and belongs to the same number: a few digits in the same breath,
    or a group behind the same dash.
    """
    if 0 < first <= 4 and all(element.is_said for element in run[: first + 1]):
        first = 0
    while first and _tight(text, run[first - 1], run[first]):
        first -= 1
    if 0 < len(run) - last <= 4 and all(element.is_said for element in run[last - 1 :]):
        last = len(run)
    while last < len(run) and _tight(text, run[last - 1], run[last]):
        last += 1
    return first, last


def _tight(text: str, before: Element, after: Element) -> bool:
    return text[before.end : after.start] in ("-", ".", "–") and not (before.is_said or after.is_said)


def _verdict(
    text: str, window: list[Element], digits: str, label: str, plus: bool, public: frozenset[str]
) -> Verdict | None:
    said = any(element.is_said for element in window)
    written = text[window[0].start : window[-1].end]
    spelled = said and len(window) > 1
    found = classify(digits, written, label, said=said, plus=plus, spelled=spelled, public=public)
    # "12 24 36 48 60" without a word about it: terms of a credit, no number.
    pairs = not said and len(window) > 2 and all(len(element.digits) < 3 for element in window)
    return None if found and found.kind == "number" and pairs else found


_PLUS = re.compile(r"(?:\(?\+\s?\(?|\bplus\s+)$", re.IGNORECASE)


def _plus(text: str, first: Element) -> re.Match[str] | None:
    return _PLUS.search(text, max(0, first.start - 8), first.start)


def _start(text: str, first: Element) -> int:
    """Where a number begins with its + or bracket."""
    found = _plus(text, first)
    if found:
        return found.start()
    return first.start - 1 if text[first.start - 1 : first.start] == "(" else first.start
