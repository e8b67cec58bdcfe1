"""The checks of identity numbers: NIK (population register), NPWP (tax), and Luhn's check digit.

Every function takes digits only, never raises for a string of digits of the named length, and knows nothing
of how people write or say them. Rules: Permendagri 137/2017 (region codes), Perpres 13/2009 (NIK), PMK
112/PMK.03/2022 (NPWP of 16 digits, NITKU).
"""

from __future__ import annotations

from datetime import date

# The two digits with which a region code begins: one for each of the 38 provinces. Codes of provinces to
# come are not among them; whoever must not miss a number treats those as doubtful, not as wrong.
PROVINCES = frozenset(
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 "
    "71 72 73 74 75 76 81 82 91 92 93 94 95 96".split()
)


def luhn(digits: str) -> bool:
    """Is the last digit the Luhn check digit of those before it (ISO/IEC 7812-1)?"""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def real_day(day: int, month: int, years: tuple[int, ...]) -> bool:
    """Is this a day in any of these years? Two-digit years could be of two centuries."""
    for year in years:
        try:
            date(year, month, day)
        except ValueError:
            continue
        return True
    return False


def centuries(short: str) -> tuple[int, int]:
    """The years that two digits may mean: 85 is (1985, 2085)."""
    return 1900 + int(short), 2000 + int(short)


def nik_birth(digits: str) -> tuple[str, str] | None:
    """(DDMMYY, "L" or "P" for man or woman) from a NIK of 16 digits; None when the date is none."""
    day, month, year = int(digits[6:8]), int(digits[8:10]), digits[10:12]
    sex = "P" if day > 40 else "L"
    day -= 40 if day > 40 else 0
    return (f"{day:02}{month:02}{year}", sex) if real_day(day, month, centuries(year)) else None


def nik_region(digits: str) -> bool:
    """Do the first six digits of a NIK name a province that exists, and a regency and a district?"""
    return digits[:2] in PROVINCES and digits[2:4] != "00" and digits[4:6] != "00"


def npwp_checked(digits: str) -> bool:
    """Does the ninth of the 15 digits of an old NPWP (or of the 9 that identify the taxpayer) check?

    The tax office has published no rule; Luhn's holds for every number that companies print.
    """
    return digits[:8] != "00000000" and luhn(digits[:9])
