"""Secrets as people write and say them: the values of ``told_secrets``."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers
from num2words import num2words

Maker = Callable[[random.Random, str], str]


@dataclass(frozen=True)
class Value:
    kind: str
    text: str


# -- digits ------------------------------------------------------------------------------------------------


def figures(dice: random.Random, count: int) -> str:
    return "".join(dice.choices(string.digits, k=count))


def with_mod10(body: str) -> str:
    """``body`` with the check digit behind it that cards and old tax numbers have."""
    total = 0
    for place, digit in enumerate(reversed([int(char) for char in body])):
        total += sum(divmod(digit * 2, 10)) if place % 2 == 0 else digit
    return body + str(-total % 10)


def cut(digits: str, sizes: tuple[int, ...], mark: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(digits[at : at + size])
        at += size
    return mark.join([*parts, digits[at:]] if digits[at:] else parts)


def nik(dice: random.Random) -> str:
    region = dice.choice(
        "317406 327301 337402 357815 517103 127109 737113 640901 110501 910101 930102 990101".split()
    )
    day, month, year = dice.randint(1, 28), dice.randint(1, 12), dice.randint(1945, 2007)
    return f"{region}{day + 40 * dice.randint(0, 1):02}{month:02}{year % 100:02}{dice.randint(1, 120):04}"


def npwp(dice: random.Random) -> str:
    return (
        with_mod10(f"{dice.choice([0, 0, 2, 3, 4, 6, 7, 8, 9])}{dice.choice('1234567')}" + figures(dice, 6))
        + figures(dice, 3)
        + "000"
    )


def card(dice: random.Random) -> str:
    start = dice.choice(["4", "4", "51", "53", "55", "2221", "3528", "6011", "62", "37"])
    return with_mod10(start + figures(dice, (14 if start == "37" else 15) - len(start)))


def account(dice: random.Random) -> str:
    return str(dice.randint(1, 9)) + figures(dice, dice.choice([9, 9, 9, 12, 12, 14, 15]))


def mobile(dice: random.Random) -> str:
    prefix = dice.choice("0811 0812 0813 0821 0852 0856 0857 0878 0881 0896 0899 0838".split())
    return prefix + figures(dice, dice.choice([6, 7, 8, 8, 8, 9]))


def landline(dice: random.Random) -> str:
    return (
        dice.choice("021 022 031 0274 0361 0411 0967 061".split())
        + str(dice.randint(2, 8))
        + figures(dice, 6)
    )


# -- secrets in writing ------------------------------------------------------------------------------------


def written_nik(dice: random.Random, _: str) -> str:
    digits = nik(dice)
    return dice.choice(
        [
            digits,
            digits,
            cut(digits, (4, 4, 4), " "),
            cut(digits, (6, 6), " "),
            cut(digits, (6, 6), "."),
            cut(digits, (4, 4, 4), "-"),
        ]
    )


def written_npwp(dice: random.Random, _: str) -> str:
    old = npwp(dice)
    formal = f"{old[:2]}.{old[2:5]}.{old[5:8]}.{old[8]}-{old[9:12]}.{old[12:]}"
    branch = nik(dice) + "000000"
    return dice.choice(
        [
            formal,
            formal,
            formal,
            old,
            "0" + old,
            cut("0" + old, (4, 4, 4), " "),
            nik(dice),
            branch,
            cut(old, (2, 3, 3, 1, 3), " "),
            cut(old, (2, 3, 3, 1, 3), "-"),
        ]
    )


def written_card(dice: random.Random, _: str) -> str:
    digits = card(dice)
    groups = (4, 6) if len(digits) == 15 else (4, 4, 4)
    return dice.choice([digits, cut(digits, groups, " "), cut(digits, groups, "-")])


def written_account(dice: random.Random, _: str) -> str:
    digits = account(dice)
    return dice.choice(
        [
            digits,
            digits,
            digits,
            cut(digits, (3, 3), "-"),
            cut(digits, (4, 3), " "),
            cut(digits, (3, 2, 3), "."),
            cut(digits, (4, 4, 4), " "),
        ]
    )


def written_phone(dice: random.Random, language: str) -> str:
    if dice.random() < 0.15:
        place = dice.choice(["SG", "MY", "US", "GB", "AU", "HK", "SA", "JP", "NL", "TW"])
        number = phonenumbers.example_number_for_type(place, phonenumbers.PhoneNumberType.MOBILE)
        style = dice.choice(
            [phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL]
        )
        return phonenumbers.format_number(number, style)
    if dice.random() < 0.2:
        digits = landline(dice)
        area = 3 if digits[:3] in ("021", "022", "031", "061") else 4
        return dice.choice(
            [
                f"({digits[:area]}) {digits[area:]}",
                f"{digits[:area]}-{digits[area:]}",
                f"{digits[:area]} {digits[area : area + 3]} {digits[area + 3 :]}",
                digits,
                f"+62 {digits[1:area]} {digits[area:]}",
            ]
        )
    digits = mobile(dice)
    rest = digits[1:]
    return dice.choice([
        digits, digits, cut(digits, (4, 4), "-"), cut(digits, (4, 4), " "), cut(digits, (4, 4), "."), cut(digits, (4, 3, 3), " "), cut(digits, (4, 3), " "),
        "+62" + rest, "+62 " + cut(rest, (3, 4), "-"), "62" + rest, "+62 " + cut(rest, (3, 4), " "), "(+62) " + rest, "0062" + rest, "+62-" + cut(rest, (3, 4), "-"), cut(digits, (4, 4), " - "),
    ])  # fmt: skip


NAMES = (
    "budi siti wati agus dewi rudi ayu rina hendra putu made eko joko lestari santoso wijaya pratama".split()
)
HOSTS = [
    "gmail.com",
    "yahoo.co.id",
    "hotmail.com",
    "outlook.com",
    "ui.ac.id",
    "maju-contoh.co.id",
    "kantor.go.id",
    "contoh.id",
    "proton.me",
]


def address(dice: random.Random) -> str:
    first, second = dice.sample(NAMES, 2)
    local = dice.choice(
        [
            first,
            f"{first}.{second}",
            f"{first}_{second}",
            first + figures(dice, 2),
            f"{first}{second}{figures(dice, 4)}",
            f"{first}-{second}",
            f"{first[0]}.{second}",
        ]
    )
    return f"{local}@{dice.choice(HOSTS)}"


def written_email(dice: random.Random, _: str) -> str:
    mail = address(dice)
    return dice.choice(
        [
            mail,
            mail,
            mail,
            mail.capitalize(),
            mail.upper(),
            mail.replace("@", " @ "),
            mail.replace("@", "+ojk@"),
        ]
    )


def written_pin(dice: random.Random, _: str) -> str:
    digits = figures(dice, dice.choice([4, 6, 6]))
    return dice.choice([digits, digits, cut(digits, (2, 2), " "), " ".join(digits)])


def written_otp(dice: random.Random, _: str) -> str:
    digits = figures(dice, dice.choice([4, 6, 6, 6]))
    return dice.choice([digits, digits, cut(digits, (3,), " "), cut(digits, (3,), "-")])


def written_password(dice: random.Random, _: str) -> str:
    name = dice.choice(NAMES)
    return dice.choice(
        [
            name.capitalize() + figures(dice, 3),
            name + "!" + figures(dice, 2),
            figures(dice, 2) + name.upper() + "#",
            f"{name}_{figures(dice, 4)}",
            name.replace("i", "1").replace("a", "4") + "99",
        ]
    )


def written_efin(dice: random.Random, _: str) -> str:
    digits = figures(dice, 10)
    return dice.choice([digits, digits, cut(digits, (4, 3), " "), cut(digits, (5,), "-")])


def written_passport(dice: random.Random, _: str) -> str:
    return dice.choice("ABCEX") + dice.choice(["", "", " "]) + figures(dice, 7)


# -- the same, spoken --------------------------------------------------------------------------------------

ID = "nol satu dua tiga empat lima enam tujuh delapan sembilan".split()
EN = "zero one two three four five six seven eight nine".split()


def said(dice: random.Random, digits: str, language: str) -> str:
    """Digits as one caller says them and an engine writes them down."""
    style = dice.random()
    if style < 0.16:  # the engine wrote figures, in the caller's groups
        return cut(
            digits, tuple(dice.choice([3, 4]) for _ in range(len(digits) // 4)), dice.choice([" ", "-", " "])
        )
    names = list(EN if language == "en" else ID)
    if language == "en":
        names[0] = dice.choice(["zero", "oh", "o"])
    else:
        names[0] = dice.choice(["nol", "kosong", "kosong"])
    words, at = [], 0
    while at < len(digits):
        doubled = digits[at : at + 2] == digits[at] * 2
        if style < 0.3 and doubled:
            words += [
                dice.choice(["double"] if language == "en" else ["dobel", "double", "dabel"]),
                names[int(digits[at])],
            ]
            at += 2
        elif 0.3 <= style < 0.4 and digits[at : at + 2] > "09" and at and dice.random() < 0.3:
            words.append(num2words(int(digits[at : at + 2]), lang=language))  # "dua belas" for one, two
            at += 2
        elif 0.4 <= style < 0.5 and dice.random() < 0.4:  # "1 kosong 8"
            words.append(digits[at])
            at += 1
        else:
            words.append(names[int(digits[at])])
            at += 1
        if at < len(digits) and words:
            if style >= 0.85 and dice.random() < 0.1:
                words.append(
                    dice.choice(["uh", "um", "er"] if language == "en" else ["eh", "em", "anu", "terus"])
                )
            elif 0.7 <= style < 0.85 and dice.random() < 0.25:
                words[-1] += ","
    return " ".join(words)


def spoken(make: Callable[[random.Random], str]) -> Maker:
    return lambda dice, language: said(dice, make(dice), language)


def said_phone(dice: random.Random, language: str) -> str:
    digits = mobile(dice) if dice.random() < 0.8 else landline(dice)
    if dice.random() < 0.15:
        return "plus " + said(dice, "62" + digits[1:], language)
    return said(dice, digits, language)


def said_email(dice: random.Random, language: str) -> str:
    local, host = address(dice).split("@")
    dot, at = (
        ("dot", "at")
        if language == "en"
        else (dice.choice(["titik", "dot"]), dice.choice(["et", "at", "ad"]))
    )
    pieces = (
        local.replace("_", " underscore ")
        .replace("-", " strip " if language == "id" else " dash ")
        .replace(".", f" {dot} ")
    )
    names = EN if language == "en" else ID
    out = "".join(
        f" {names[int(char)]} " if char.isdigit() and dice.random() < 0.7 else char for char in pieces
    )
    domain = host.replace("-", " strip " if language == "id" else " dash ").replace(".", f" {dot} ")
    return " ".join(f"{out} {at} {domain}".split())


def said_npwp(dice: random.Random, language: str) -> str:
    return said(dice, dice.choice([npwp(dice), "0" + npwp(dice), nik(dice)]), language)


def said_code(dice: random.Random, language: str) -> str:
    return said(dice, figures(dice, dice.choice([4, 6, 6])), language)


KINDS: dict[tuple[str, str], Maker] = {
    ("written", "nik"): written_nik, ("written", "npwp"): written_npwp, ("written", "card"): written_card,
    ("written", "account"): written_account, ("written", "phone"): written_phone, ("written", "email"): written_email,
    ("written", "pin"): written_pin, ("written", "otp"): written_otp, ("written", "password"): written_password,
    ("written", "efin"): written_efin, ("written", "passport"): written_passport,
    ("spoken", "nik"): spoken(nik), ("spoken", "npwp"): said_npwp, ("spoken", "card"): spoken(card),
    ("spoken", "account"): spoken(account), ("spoken", "phone"): said_phone, ("spoken", "email"): said_email,
    ("spoken", "pin"): said_code, ("spoken", "otp"): said_code, ("spoken", "efin"): spoken(lambda dice: figures(dice, 10)),
}  # fmt: skip
