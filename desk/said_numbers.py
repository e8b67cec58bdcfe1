"""Numbers, money, percentages and strings of digits as they are said, and how they are written."""

from __future__ import annotations

import re
from decimal import Decimal

from desk.numerals import REPEATS, SCALES, cardinal, digit
from desk.said_words import BREAK, Said

_POINTS = frozenset("koma point".split())
_LITERAL = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+(?:[.,]\d{1,2})?")
# Strings of three digits are written as such only behind these, or when they are a well-known number.
_OF_DIGITS = frozenset(
    "nomor nomer no kode angka hubungi telepon telpon number code call dial ke pin otp".split()
)
_KNOWN = frozenset("131 157 159 110 112 113 119 134 143".split())


def grouped(value: Decimal, language: str) -> str:
    """2500000 is "2.500.000", in English "2,500,000"; decimals as they are, without trailing zeros."""
    whole, _, rest = f"{value:f}".partition(".")
    rest = rest.rstrip("0")
    text = f"{int(whole):,}" + (f".{rest}" if rest else "")
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def plain(value: Decimal, language: str) -> str:
    """A count: grouped from 10000 on, so that years and small numbers stay as people write them."""
    return grouped(value, language) if value >= 10_000 or value % 1 else str(int(value))


def amount(said: Said, at: int) -> tuple[Decimal, int] | None:
    """A quantity with its decimals and halves: "dua koma lima juta", "satu setengah juta", "2,5 juta"."""
    if said.name(at) == "setengah" and said.name(at + 1) in SCALES:
        return Decimal(SCALES[said.name(at + 1)]) / 2, at + 2
    literal = _literal(said, at)
    if literal is not None:
        return literal
    whole = cardinal(said.names, at)
    if whole is None:
        return None
    value, place = Decimal(whole[0]), whole[1]
    if said.name(place) == "setengah" and said.name(place + 1) in SCALES:
        return (value + Decimal("0.5")) * SCALES[said.name(place + 1)], place + 2
    if said.name(place) in _POINTS and value < 1000:
        return _decimals(said, value, place + 1) or (value, place)
    return value, place


def _literal(said: Said, at: int) -> tuple[Decimal, int] | None:
    """Figures that an engine wrote, before a scale or a unit: "2,5 juta", "1.250.000 rupiah"."""
    name = said.name(at)
    if not _LITERAL.fullmatch(name) or (name.isdigit() and len(name) <= 3 and said.name(at + 1) in SCALES):
        return None
    dotted = re.fullmatch(r"\d{1,3}(?:\.\d{3})+", name)
    value = Decimal(name.replace(".", "") if dotted else name.replace(",", "."))
    scale = SCALES.get(said.name(at + 1), 0)
    return (value * scale, at + 2) if scale else (value, at + 1)


def _decimals(said: Said, whole: Decimal, at: int) -> tuple[Decimal, int] | None:
    """What follows "koma": digits one by one, or one number below a hundred, and perhaps a scale."""
    figures, place = "", at
    while digit(said.name(place)) >= 0 and said.name(place + 1) not in ("belas", "puluh", "ratus"):
        figures += str(digit(said.name(place)))
        place += 1
    if not figures and (found := cardinal(said.names, at)):
        value, place = found
        if said.name(place - 1) in SCALES:  # "koma dua puluh lima juta": the scale is of the whole
            place -= 1
            value //= SCALES[said.name(place)]
        figures = str(value) if value < 100 else ""
    if not figures:
        return None
    scale = SCALES.get(said.name(place), 0)
    exact = whole + Decimal(f"0.{figures}")
    return (exact * scale, place + 1) if scale else (exact, place)


def number(said: Said, at: int) -> tuple[str, int] | None:
    """Money, a percentage or a count. Counts to ten stay words, and figures stay as they were written."""
    found = amount(said, at)
    if found is None:
        return None
    value, place = found
    unit = said.name(place)
    if unit in ("rupiah", "perak"):
        return f"Rp{grouped(value, said.language)}", place + 1
    if unit in ("persen", "percent"):
        return f"{grouped(value, said.language)}%", place + 1
    is_short = place == at + 1 and (value <= 10 or said.name(at)[0].isdigit())
    return None if is_short else (plain(value, said.language), place)


def digit_string(said: Said, at: int) -> tuple[str, int] | None:
    """Digits said one by one, "nol delapan satu dobel dua" is "08122"; None for what may be a mere count."""
    digits, place, single = "", at, 0
    while True:
        # An engine writes a comma where a caller breathes.
        here = place + 1 if digits and said.name(place) == BREAK else place
        step = _digit(said, here, digits)
        if step is None:
            break
        digits += step[0]
        single += len(step[0]) if step[1] == here + 1 or said.name(here) in REPEATS else 0
        place = step[1]
    # "nol delapan dua belas" is part of a telephone number: no count begins with zero.
    is_string = single >= 3 or (digits.startswith("0") and len(digits) >= 4)
    if not is_string or said.name(place) in SCALES or place == at + 1:
        return None
    if len(digits) == 3 and digits not in _KNOWN and said.name(at - 1) not in _OF_DIGITS:
        return None
    return digits, place


def _digit(said: Said, at: int, digits: str) -> tuple[str, int] | None:
    name, following = said.name(at), said.name(at + 1)
    if name in REPEATS and digit(following) >= 0:
        return str(digit(following)) * REPEATS[name], at + 2
    if name.isascii() and name.isdigit() and (digits or len(name) == 1 or digit(following) >= 0):
        return (name, at + 1) if following not in SCALES else None
    if digits and name in ("oh", "o") and said.language == "en":
        return "0", at + 1
    found = cardinal(said.names, at)
    if found is None or found[0] >= 1000 or said.name(found[1]) in ("persen", "rupiah", "percent"):
        return None
    # "dua belas" is a part of a telephone number, never of digits that begin otherwise.
    return (
        (str(found[0]), found[1])
        if (found[1] == at + 1 and found[0] < 10) or digits.startswith("0")
        else None
    )
