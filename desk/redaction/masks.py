"""What is shown in a secret's place: as much as people need to recognise it, and about how long it was.

NIK and NPWP keep the first four digits and the last two, telephones four and three, e-mail its first letter
and its domain; codes, passwords, EFIN and passports nothing (domain rules 0.5). Cards keep four, accounts
three, unknown numbers two at the end. A spoken number is shown in digits. A mask is never found again:
masking twice is masking once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from desk.numerals import tokens
from desk.redaction.labels import PUBLIC
from desk.redaction.runs import runs
from desk.redaction.search import Span, find

# Digits that stay at the beginning and at the end.
_KEPT = {"nik": (4, 2), "npwp": (4, 2), "phone": (4, 3), "card": (0, 4), "account": (0, 3), "number": (0, 2)}
_GONE = {
    "pin": "[PIN]", "otp": "[OTP]", "cvv": "[CVV]", "efin": "[EFIN]", "password": "[sandi]",
    "passport": "[paspor]",
}  # fmt: skip
_MOST_ROUNDS = 5
_SHORT = 9  # with fewer digits than this, only the last two stay


def mask(text: str, spans: Sequence[Span] | None = None, public: frozenset[str] = PUBLIC) -> str:
    """``text`` with ``spans`` masked (by default, those that ``find`` finds).

    >>> mask("NIK 3174061203850001, hp nol delapan satu dua tiga empat lima enam tujuh delapan")
    'NIK 3174**********01, hp 0812***678'
    >>> mask("kode OTP 123456 untuk budi@contoh.id")
    'kode OTP [OTP] untuk b***@contoh.id'
    """
    if spans is not None:
        return _once(text, spans)
    # What a mask leaves may show what it hid: "1@0812 3456 7890.id". Twice is enough for all but made-up texts.
    for _ in range(_MOST_ROUNDS):
        found = find(text, public)
        if not found:
            break
        text = _once(text, found)
    return text


def _once(text: str, spans: Sequence[Span]) -> str:
    shown, at = [], 0
    for span in sorted(spans):
        if span.start < at:
            continue
        shown += [text[at : span.start], masked(text[span.start : span.end], span.kind)]
        at = span.end
    return "".join([*shown, text[at:]])


def masked(secret: str, kind: str) -> str:
    """What is shown for one secret of this kind."""
    if kind in _GONE:
        return _GONE[kind]
    if kind == "email":
        return _mail(secret)
    digits = digits_of(secret)
    first, last = _KEPT.get(kind, (0, 0)) if len(digits) >= _SHORT else (0, 2)
    hidden = max(2, len(digits) - first - last)
    plus = "+" if re.match(r"\(?\+|plus", secret, re.IGNORECASE) else ""
    return plus + digits[:first] + "*" * hidden + digits[len(digits) - last :]


def digits_of(secret: str) -> str:
    """The digits of a number, written or said."""
    return "".join(element.digits for run in runs(secret, []) for element in run)


_SIGNS = {"titik": ".", "dot": ".", "point": ".", "strip": "-", "setrip": "-", "dash": "-", "minus": "-"}


def _mail(secret: str) -> str:
    """First letter and domain; a domain that was said is written."""
    head, sign, domain = secret.partition("@")
    if not sign:
        head, _, domain = re.sub(r"(?i)\s(?:at|et|ad|ed|add|keong)\s", "@", secret).partition("@")
    words = [_SIGNS.get(one.word, one.word) for one in tokens(domain)]
    is_said = any(word in (".", "-") for word in words)
    shown = "".join(words) if is_said else domain.strip()
    # A long number in a domain may be somebody's.
    return "[surel]" if re.search(r"\d{4}", shown) else f"{head[:1]}***@{shown}"
