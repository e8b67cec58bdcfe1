"""What only looks like a secret: sums, dates, our case numbers, laws, service numbers, in frames of their own."""

from __future__ import annotations

import random

from num2words import num2words

from tests.desk.told_values import EN, ID, Maker, figures, with_mod10

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
