"""How many parts a text costs, and how to keep it cheap.

A text of the GSM-7 alphabet holds 160 characters in one part and 153 in each of several; a single other
character (a curly quote, an emoji) turns all of it into UCS-2 with 70 and 67. Indonesian needs nothing
beyond GSM-7, so replies are brought into it. Alphabet and sizes: 3GPP TS 23.038 and 23.040.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each of these costs two: an escape and the character. The pair is never split between parts.
EXTENDED = "\f^{}\\[~]|€"
_UNITS = {**dict.fromkeys(BASIC, 1), **dict.fromkeys(EXTENDED, 2)}
_SINGLE = {"GSM-7": 160, "UCS-2": 70}
_SPLIT = {"GSM-7": 153, "UCS-2": 67}

# What a careful typist would write instead. Accents go by decomposition, everything left over is dropped.
SUBSTITUTES = {
    **dict.fromkeys("‘’‚‛′´`ʼ", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("•‣▪●·∙", "-"),
    **dict.fromkeys(
        "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
        "\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " "),
    "…": "...", "×": "x", "÷": "/", "⁄": "/", "©": "(c)", "®": "(R)", "°": " derajat", "‹": "<", "›": ">",
    "¦": "|",
    "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "≠": "<>", "±": "+/-", "¬": "-", "ł": "l", "Ł": "L", "đ": "d",
    "Đ": "D", "ı": "i", "œ": "oe", "Œ": "OE",
}  # fmt: skip


@dataclass(frozen=True)
class Size:
    """``encoding`` GSM-7 or UCS-2; ``units`` septets or 16-bit units; ``parts`` SMS; ``room``: units left in
    the last.
    """

    encoding: str
    units: int
    parts: int
    room: int


def is_gsm(text: str) -> bool:
    """Can every character be sent in GSM-7?"""
    return all(char in _UNITS for char in text)


def measure(text: str) -> Size:
    """The size of a text. An empty one is one part: the carrier charges for it."""
    encoding = "GSM-7" if is_gsm(text) else "UCS-2"
    costs = [_cost(char, encoding) for char in text]
    total = sum(costs)
    if total <= _SINGLE[encoding]:
        return Size(encoding, total, 1, _SINGLE[encoding] - total)
    parts, filled = 1, 0
    for cost in costs:
        if (
            filled + cost > _SPLIT[encoding]
        ):  # an escape pair or a surrogate pair moves whole to the next part
            parts, filled = parts + 1, 0
        filled += cost
    return Size(encoding, total, parts, _SPLIT[encoding] - filled)


def parts(text: str) -> int:
    """How many SMS this text is."""
    return measure(text).parts


def _cost(char: str, encoding: str) -> int:
    return _UNITS[char] if encoding == "GSM-7" else 1 + (ord(char) > 0xFFFF)


def strip_controls(text: str) -> str:
    """``text`` without control, bidirectional, zero-width and surrogate characters; line ends become \\n."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )


def to_gsm(text: str) -> str:
    """``text`` in GSM-7: known substitutes, letters without their accents, and nothing for the rest."""
    converted = "".join(map(_gsm, strip_controls(unicodedata.normalize("NFC", text))))
    lines = (" ".join(line.split()) for line in converted.split("\n"))
    return "\n".join(lines).strip()


def _gsm(char: str) -> str:
    if char in _UNITS:
        return char
    if char in SUBSTITUTES:
        return SUBSTITUTES[char]
    # NFKD takes letters from their accents (ā), ligatures (ﬁ), full width (Ａ) and circles (①).
    plain = "".join(SUBSTITUTES.get(part, part) for part in unicodedata.normalize("NFKD", char))
    return "".join(part for part in plain if part in _UNITS)


def foreign(text: str) -> dict[str, str]:
    """Each character that GSM-7 does not have -> what ``to_gsm`` puts in its place ('' for nothing)."""
    return {char: _gsm(char) for char in text if char not in _UNITS}


def fit(text: str, parts: int = 2) -> str:
    """``text`` in GSM-7 and in at most ``parts`` SMS; one that is too long ends in "..." after its last
    whole word.
    """
    gsm = to_gsm(text)
    if measure(gsm).parts <= parts:
        return gsm
    low, high = 0, len(gsm)  # the longest beginning that fits, by bisection
    while low < high:
        middle = (low + high + 1) // 2
        if measure(gsm[:middle] + "...").parts <= parts:
            low = middle
        else:
            high = middle - 1
    kept = gsm[:low]
    if low < len(gsm) and not gsm[low].isspace() and " " in kept:
        kept = kept.rsplit(None, 1)[0]
    return kept.rstrip(" .,;:-\n") + "..."
