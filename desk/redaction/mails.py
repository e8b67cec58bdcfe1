"""E-mail addresses, written and said: "budi.s@contoh.id", "budi titik s et contoh titik id"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desk.numerals import REPEATS, Token, digit, tokens

_WRITTEN = re.compile(r"(?<![\w.%+*-])[\w.%+-]{1,64}\s?@\s?[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?![\w*])")
_AT = frozenset("at et ad ed add keong".split())
_DOT = frozenset("titik dot point".split())
_JOINTS = frozenset("titik dot underscore underskor strip setrip dash minus garis bawah".split())
_ENDS = frozenset("com co id go ac or net org sch web my me io edu gov mil biz info sg uk au jp".split())
_LABELS = frozenset("email emailnya surel surelnya e mail imel imelnya".split())
_BETWEEN = frozenset(
    "saya aku kami adalah yaitu di ke is my the our address alamat alamatnya nya ya itu".split()
)
# Words that stand before an address and are no part of it.
_STOP = (
    _BETWEEN
    | _LABELS
    | frozenset("dari kirim kirimkan ke from to write send file on dan and atau or via lewat".split())
)
_LONGEST_LOCAL = 24  # words
_HOSTS = frozenset("gmail yahoo hotmail outlook icloud proton protonmail live ymail rocketmail".split())
_LEADS = frozenset("to ke from dari is adalah".split())


def find(text: str) -> Iterator[tuple[int, int, bool]]:
    """(start, end, certain) of every address."""
    written = [found.span() for found in _WRITTEN.finditer(text)]
    yield from ((start, end, True) for start, end in written)
    words = tokens(text)
    for at, token in enumerate(words):
        if token.word not in _AT and text[token.end : token.end + 2].strip() != "@":
            continue
        # "budi@gmail titik com": the sign was written, the dot said.
        sign = token.word not in _AT
        end = _domain(text, words, at + 1)
        first = _local(text, words, at + sign) if end else None
        if end is None or first is None or (token.word == "at" and _is_place(words, first, at)):
            continue
        start = words[first].start
        if not any(a < end and start < b for a, b in written):
            yield start, end, True


def _is_place(words: list[Token], first: int, at: int) -> bool:
    """Is this English "at" before a site ("please book at pintar dot bi dot go dot id"), and no address?"""
    before = {token.word for token in words[max(0, first - 8) : first]}
    plain = at - first == 1 and words[first].word.isalpha() and len(words[first].word) > 1
    led = first > 0 and words[first - 1].word in _LEADS
    return plain and not (before & _LABELS or led or words[at + 1].word in _HOSTS)


def _domain(text: str, words: list[Token], at: int) -> int | None:
    """Where the domain that begins at this word ends; None when none does."""
    end, dots, place = None, 0, at
    while place < len(words) and place < at + 14:
        token = words[place]
        if text[words[place - 1].end : token.start].strip(" .-@_"):
            break
        dotted = place > at and text[words[place - 1].end : token.start] == "."
        if token.word in _DOT and place > at:
            dots += 1
        elif (dotted or words[place - 1].word in _DOT) and place > at:
            dots += dotted
            if token.word in _ENDS:
                end = token.end
        elif end is not None or (place > at + 4 and not dots):
            break
        elif dots and words[place - 1].word not in _JOINTS and token.word not in _JOINTS:
            break
        place += 1
    return end


def _numeric(token: Token) -> bool:
    return (
        token.is_digits or digit(token.word) >= 0 or token.word in REPEATS or token.word in ("puluh", "belas")
    )


def _local(text: str, words: list[Token], at: int) -> int | None:
    """The first word of the part before the sign: ``at`` is the word behind it."""
    place = at - 1
    if place < 0 or words[place].word in _STOP:
        return None
    named = False
    while True:
        token = words[place]
        named = named or not (_numeric(token) or token.word in _JOINTS)
        before = words[place - 1] if place else None
        if before is None or at - place > _LONGEST_LOCAL or text[before.end : token.start].strip(" ._-+%,"):
            break
        joint = token.word in _JOINTS or before.word in _JOINTS
        glued = (
            not text[before.end : token.start].strip("._-+%") and not text[before.end : token.start].isspace()
        )
        spelled = len(before.word) == 1 and before.word.isalpha()
        if not (joint or glued or _numeric(before) or spelled or (not named and before.word not in _STOP)):
            break
        place -= 1
    return _labelled(words, place)


def _labelled(words: list[Token], place: int) -> int:
    """The first word behind "email saya", when that is near: what stands between is the address."""
    for back in range(place - 1, max(-1, place - 4), -1):
        if words[back].word in _LABELS:
            first = back + 1
            while first < place and words[first].word in _BETWEEN:
                first += 1
            return first
    return place
