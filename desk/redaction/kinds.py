"""What a string of digits is, by its shape and by the label beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from desk.redaction.labels import CODES, PUBLIC, is_service
from indonesia.identity import luhn, nik_birth, nik_region, npwp_checked

_MOBILE = re.compile(r"(?:(?:00)?62|0)8[1-9]\d{7,10}|(?:00)?620?8[1-9]\d{7,10}")
_BARE_MOBILE = re.compile(r"8[1-9]\d{8,10}")
_SHORT_ABROAD = re.compile(r"62(?:21)?1\d\d")  # +62131, +6221131: short codes as carriers may list them
_LANDLINE = re.compile(r"(?:(?:00)?62|0)[2-79]\d{7,10}")
_NPWP = re.compile(r"\d\d\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}")
# First digits of cards and how long those are: Visa, Mastercard, Amex, JCB, Discover, UnionPay, Maestro.
_CARD = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01]|720)\d{12,13}|3[47]\d{13}|35[2-8]\d{13}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17}|(?:50|5[6-9]|6[0-9])\d{10,17}"
)
SHORTEST, LONGEST = 3, 22
UNLABELLED = 10  # digits from which on a number without label is masked
_LABELLED, _CERTAIN = 6, 4  # what a label and a check weigh, in digits of length


@dataclass(frozen=True, slots=True)
class Verdict:
    """``kind`` of a number; ``certain`` when a check or an unmistakable shape proved it; ``weight`` to compare verdicts."""

    kind: str
    certain: bool
    weight: int


def classify(
    digits: str,
    written: str,
    label: str,
    *,
    said: bool,
    plus: bool,
    spelled: bool = False,
    public: frozenset[str] = PUBLIC,
) -> Verdict | None:
    """What ``digits`` are; None when they are nobody's secret.

    ``written``: as they stand in the text. ``label``: see labels.label_before. ``said``: at least one of
    them in words. ``plus``: a + stands before. ``spelled``: in more than one
    piece, so that three digits are a code that was said and not a number of minutes.
    """
    if not SHORTEST <= len(digits) <= LONGEST:
        return None
    found = _code(digits, label, spelled)
    if found is None:
        if is_service(digits, public) or (_SHORT_ABROAD.fullmatch(digits) if plus else label == "harmless"):
            return None
        found = (
            (not plus and _proven(digits, written, label))
            or _phone(digits, written, label, plus)
            or _by_label(digits, label)
        )
    if found is None:
        found = _unknown(digits, said)
    if found is None:
        return None
    kind, certain = found
    weight = (
        len(digits)
        + _CERTAIN * certain
        + _LABELLED * (label not in ("", "number", "harmless") and kind != "number")
    )
    return Verdict(kind, certain, weight)


def _code(digits: str, label: str, spelled: bool) -> tuple[str, bool] | None:
    if label in CODES:
        most = 4 if label == "cvv" else 8
        least = 3 if label == "cvv" or spelled else 4
        return (label, True) if least <= len(digits) <= most else None
    if label == "efin" and 8 <= len(digits) <= 12:
        return "efin", len(digits) == 10
    return None


def is_nik(digits: str) -> bool:
    """16 digits with a birth date and a serial; whether the province exists is nik_region's question."""
    return len(digits) == 16 and digits[12:] != "0000" and digits[0] != "0" and nik_birth(digits) is not None


def _proven(digits: str, written: str, label: str) -> tuple[str, bool] | None:
    """Kinds that a check digit or a date inside the number shows."""
    if label == "account" and len(digits) < 15:
        return None
    if label == "npwp":
        return _npwp(digits)
    if is_nik(digits) and (label == "nik" or (nik_region(digits) and label != "card")):
        return "nik", nik_region(digits)
    if _CARD.fullmatch(digits) and luhn(digits):
        return "card", True
    if is_nik(digits) and label not in ("account", "card"):
        return "nik", False
    if label == "account":
        return None
    if _NPWP.fullmatch(written) or (len(digits) == 15 and npwp_checked(digits) and digits[12:] == "000"):
        return "npwp", npwp_checked(digits)
    if len(digits) == 22 and is_nik(digits[:16]):
        return "npwp", nik_region(digits)
    return None


def _npwp(digits: str) -> tuple[str, bool] | None:
    if len(digits) in (15, 16, 22):
        old = digits if len(digits) == 15 else digits[1:16]
        return "npwp", is_nik(digits[:16]) or (npwp_checked(old) and (len(digits) == 15 or digits[0] == "0"))
    return ("npwp", False) if 12 <= len(digits) <= 20 else None


def _phone(digits: str, written: str, label: str, plus: bool) -> tuple[str, bool] | None:
    if label == "account" and not plus:
        return None
    if _MOBILE.fullmatch(digits):
        return "phone", True
    if plus and 8 <= len(digits) <= 15:
        return "phone", True
    if _LANDLINE.fullmatch(digits) and len(digits) <= 14:
        return "phone", label == "phone" or not written.isdigit()
    if label == "phone" and 6 <= len(digits) <= 15:
        return "phone", bool(_BARE_MOBILE.fullmatch(digits))
    return ("phone", False) if _BARE_MOBILE.fullmatch(digits) else None


def _by_label(digits: str, label: str) -> tuple[str, bool] | None:
    """Kinds that nothing but their label shows: a digit may have been misheard, so lengths are generous."""
    least, most = {"nik": (13, 19), "card": (11, 20), "account": (8, 18)}.get(label, (99, 0))
    if not least <= len(digits) <= most:
        return None
    return label, label == "account" and 10 <= len(digits) <= 16


def _unknown(digits: str, said: bool) -> tuple[str, bool] | None:
    if len(digits) < UNLABELLED - said or is_case(digits):
        return None
    return "number", False


def is_case(digits: str) -> bool:
    """The twelve digits of a case number: YYYYMMDD and four that count."""
    if len(digits) != 12 or digits[:2] != "20":
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True
