"""Secrets and harmless numbers as people write and say them: the values of ``told_secrets``."""

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


# -- what only looks like a secret -------------------------------------------------------------------------

MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(),
    "en": "January February March April May June July August September October November December".split(),
}


def amount(dice: random.Random) -> int:
    return dice.randint(1, 999) * 10 ** dice.choice([3, 4, 5, 6, 7])


def written_money(dice: random.Random, language: str) -> str:
    value = amount(dice)
    dotted = f"{value:,}".replace(",", ".")
    return dice.choice(
        [
            f"Rp{dotted}",
            f"Rp {dotted},00",
            f"{dotted} rupiah",
            f"{value // 1000} ribu",
            f"Rp{value}",
            f"{value} rupiah",
            f"IDR {value:,}",
            f"{value // 1000}rb",
            f"Rp. {dotted},-",
        ]
    )


def said_money(dice: random.Random, language: str) -> str:
    return num2words(amount(dice), lang=language) + dice.choice([" rupiah", ""])


def ticket(dice: random.Random, _: str) -> str:
    return f"{dice.choice(['BI', 'KP', 'OJ', 'BC'])}-2026{dice.randint(1, 12):02}{dice.randint(1, 28):02}-{dice.randint(1, 400):04}"


def service(dice: random.Random, _: str) -> str:
    return dice.choice(
        "131 1500200 157 1500225 1500131 134 110 159 1708 143 (021)1500200 500225 021-1500225 +621500200 14045".split()
    )


def written_date(dice: random.Random, language: str) -> str:
    day, month, year = dice.randint(1, 28), dice.randint(1, 12), dice.randint(1950, 2026)
    return dice.choice(
        [
            f"{day:02}-{month:02}-{year}",
            f"{day}/{month}/{year}",
            f"{year}-{month:02}-{day:02}",
            f"{day} {MONTHS[language][month - 1]} {year}",
            f"{day:02}.{month:02}.{year}",
            f"{year}-{month:02}-{day:02} {day % 24:02}:{month * 4:02}:07",
            f"{day:02}-{month:02}-{year} s.d. {day:02}-{month:02}-{year + 1}",
        ]
    )


def said_date(dice: random.Random, language: str) -> str:
    day, month, year = dice.randint(1, 28), dice.randint(1, 12), dice.randint(1950, 2026)
    if language == "en":
        return f"{MONTHS['en'][month - 1]} {num2words(day, to='ordinal')} {num2words(year, to='year')}"
    return f"{num2words(day, lang='id')} {MONTHS['id'][month - 1]} {num2words(year, lang='id')}"


def said_service(dice: random.Random, language: str) -> str:
    names = EN if language == "en" else [dice.choice(["kosong", "nol"]), *ID[1:]]
    return " ".join(names[int(char)] for char in dice.choice("131 1500200 157 1500225 1500131".split()))


def said_ticket(dice: random.Random, language: str) -> str:
    names = EN if language == "en" else ["kosong", *ID[1:]]
    return " ".join(names[int(char)] for char in ticket(dice, language) if char.isdigit())


FILLERS: dict[tuple[str, str], Maker] = {
    ("written", "money"): written_money, ("spoken", "money"): said_money, ("written", "ticket"): ticket,
    ("spoken", "ticket"): said_ticket, ("written", "service"): service, ("spoken", "service"): said_service,
    ("written", "date"): written_date, ("spoken", "date"): said_date,
    ("written", "small"): lambda dice, _: str(dice.randint(1, 400)),
    ("spoken", "small"): lambda dice, language: num2words(dice.randint(1, 400), lang=language),
    ("written", "year"): lambda dice, _: str(dice.randint(1990, 2026)),
    ("spoken", "year"): lambda dice, language: num2words(dice.randint(1990, 2026), lang=language),
    ("written", "post"): lambda dice, _: str(dice.randint(10110, 99976)),
    ("spoken", "post"): lambda dice, language: " ".join((EN if language == "en" else ID)[int(char)] for char in str(dice.randint(10110, 99976))),
    ("written", "parcel"): lambda dice, _: dice.choice(["EE000000014ID", "1000000001", "JP" + figures(dice, 10), figures(dice, 12)]),
    ("written", "imei"): lambda dice, _: with_mod10("35" + figures(dice, 12)),
    ("written", "law"): lambda dice, _: dice.choice(["PMK 168/PMK.03/2023", "UU 27/2022", "Pasal 34 UU KUP", "PER-11/PJ/2024", "POJK 18/POJK.07/2018", "PBI No. 21/10/PBI/2019", "Perpres 76/2013", "SE-12/BC/2025", "PMK-199/PMK.010/2019"]),
    ("spoken", "law"): lambda dice, language: f"{num2words(dice.randint(2, 300), lang=language)} tahun {num2words(dice.randint(2000, 2026), lang=language)}",
    ("written", "clock"): lambda dice, _: dice.choice(["08.00-16.00", "16.30", "07:45", "pukul 09.15", "08.00 - 15.00"]),
    ("written", "rate"): lambda dice, _: dice.choice(["11%", "0,5 persen", "12.5%", "2,75%"]),
    ("spoken", "rate"): lambda dice, language: "two point five percent" if language == "en" else "dua koma lima persen",
}  # fmt: skip

HARMLESS = {
    ("id", "written"): [
        "tagihan saya {money} padahal sudah bayar {money}", "laporan {ticket} bagaimana statusnya", "STATUS {ticket}", "saya sudah telepon {service} tapi tidak diangkat",
        "sejak {date} belum ada kabar", "lahir {date} di Surabaya", "menurut {law} bagaimana", "kode pos {post}", "nomor antrean A-{small}", "nomor antrian {small} kok lama",
        "jam layanan {clock} WIB?", "tarifnya {rate} atau {rate}", "resi {parcel} ditahan", "AWB {parcel} belum sampai", "IMEI {imei} kena blokir", "SPT tahun {year} dan {year}",
        "saya transfer sebesar {money} tanggal {date}", "lupa PIN bagaimana min", "kode OTP tidak masuk sudah {small} menit", "lupa kata sandi saya dan email lama tidak aktif",
        "PIN ATM saya salah 3 kali", "rekening saya diblokir sejak {date}", "no telepon OJK berapa ya", "nomor rekening saya tidak bisa menerima {money}", "NPWP saya belum aktif sejak {year}",
        "NIK dan NPWP sudah dipadankan {date}", "harga barang {money}, ongkir {money}, total {money}", "ada 12 24 36 bulan tenor", "gedung lantai 12 ruang 1204 blok B3 no 17", "pilih 1, 2, 3 atau 4",
        "omzet saya {money} setahun, pajaknya {rate}", "hubungi 1500200 atau 157 ya?", "tanggal {date} jam {clock} saya ditelepon", "kirim ke kantor Jl. Merdeka No. {small} Jakarta {post}", "uang 2/3 bagian masih bisa ditukar? nomor seri sama",
    ],
    ("id", "spoken"): [
        "tagihan saya {money} padahal sudah bayar {money}", "nomor laporan saya {ticket}", "saya sudah telepon {service} tidak diangkat", "sejak tanggal {date} belum ada kabar",
        "saya lahir {date} di Medan", "menurut undang-undang nomor {law}", "kode posnya {post}", "antrean nomor {small} kok lama sekali", "tarifnya {rate} betul tidak", "SPT tahun {year} dan tahun {year}",
        "saya lupa PIN bagaimana caranya", "kode OTP tidak masuk sudah {small} menit", "saya tunggu dua tiga hari tidak ada jawaban", "satu dua tiga tes tes", "lupa kata sandi dan email lama sudah tidak aktif",
        "rekening saya diblokir sejak {date}", "di kantor bank Indonesia titik awalnya di mana", "saya kirim uang {money} lalu {money} lagi", "PIN saya salah tiga kali", "jam delapan sampai jam empat sore kantornya buka ya",
        "ada satu atau dua lembar uang seratus ribu yang robek", "kartu saya hilang tanggal {date}", "anak saya tiga umurnya dua belas sepuluh dan tujuh tahun",
    ],
    ("en", "written"): [
        "my bill is {money} but I paid {money}", "what about report {ticket}?", "I called {service} and nobody answered", "nothing since {date}", "born {date} in Bali",
        "how does {law} work", "postal code {post}", "queue number {small} for an hour", "is the rate {rate} or {rate}", "parcel {parcel} is held", "IMEI {imei} is blocked", "returns for {year} and {year}",
        "I forgot my PIN, what now", "the OTP did not come for {small} minutes", "my card was lost on {date}", "my password does not work since {date}", "open {clock}?", "room 1204, floor 12, block B3",
    ],
    ("en", "spoken"): [
        "my bill is {money} but I paid {money}", "my report number is {ticket}", "I called {service} and nobody answered", "nothing since {date}", "I was born {date} in Bali",
        "queue number {small} for an hour", "is the rate {rate}", "returns for {year} and {year}", "I forgot my PIN what now", "the OTP did not come for {small} minutes", "I waited two three days",
        "at the office dot they said come back tomorrow", "one two three testing", "please call between nine and eleven", "I have two or three questions about one thousand dollars",
    ],
}  # fmt: skip
