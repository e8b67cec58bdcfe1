"""Sentences in which people tell secrets, and sentences that only look so: made from seeds, with the secrets' places.

Formats come from the domain rules and from how people write and speak; nothing here is taken from desk.redaction.
``sentences`` puts frames around values; the values in their spellings are in ``told_values`` and ``told_harmless``.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.desk.told_harmless import FILLERS, HARMLESS
from tests.desk.told_values import KINDS, Value


@dataclass(frozen=True)
class Sentence:
    """``secrets``: (start, end, kind) in ``text``, in order. ``form``: written or spoken."""

    text: str
    secrets: tuple[tuple[int, int, str], ...]
    form: str
    language: str


# {x} is the value; what stands around it is what callers say. Without a label on purpose now and then.
FRAMES = {
    "id": {
        "nik": ["NIK saya {x}", "nomor KTP saya {x} atas nama Wati", "nomor induk kependudukan {x}, mohon dicek", "Saya Budi, NIK: {x}. Kenapa SLIK saya macet?", "ktp {x} ya pak", "selamat siang, nama saya Siti, {x}, mau tanya bansos"],
        "npwp": ["NPWP saya {x}", "nomor pokok wajib pajak {x} sudah aktif belum", "Saya Wati, NPWP {x}, ingin bertanya batas lapor SPT", "npwp {x}#BUDI CONTOH", "tolong cek npwp nya {x}"],
        "card": ["kartu kredit saya {x} kena potong dua kali", "nomor kartu debit {x} tertelan mesin", "saya pakai kartu {x} di minimarket", "transaksi dengan {x} ditolak terus"],
        "account": ["rekening saya {x} atas nama Budi", "no rek BCA {x}", "saya sudah transfer ke rekening Mandiri {x}", "uangnya masuk ke rek {x} a.n. Rudi Contoh", "norek BRI pelaku {x}", "nomor rekening penipu itu {x} bank BNI", "virtual account {x} katanya kedaluwarsa"],
        "phone": ["hubungi saya di {x}", "nomor saya {x}", "telepon saya {x} setelah jam tiga", "ini nomor hp saya yang bisa dihubungi {x} terima kasih", "WA {x} saja min", "pelaku menelepon dari {x} pagi tadi", "Nama saya Budi dari Bandung, {x}, mohon ditelepon kembali", "ditipu oleh nomor {x} mengaku petugas"],
        "email": ["email saya {x}", "kirim ke {x} saja", "alamat surel {x} sudah tidak aktif", "bukti transfer sudah saya kirim dari {x} kemarin", "surelnya {x} ya bu"],
        "pin": ["PIN saya {x}", "pin ATM saya {x} kok salah terus", "saya terlanjur kasih PIN {x} ke dia"],
        "otp": ["kode OTP {x} sudah masuk", "OTP saya {x}", "dia minta kode verifikasi, saya kasih {x}", "kode verifikasinya {x}", "{x} itu kode OTP saya"],
        "password": ["password saya {x}", "kata sandi coretax saya {x} tidak bisa", "sandinya {x}"],
        "efin": ["EFIN saya {x}", "nomor efin {x} tidak cocok", "efin nya {x} betul?"],
        "passport": ["nomor paspor saya {x}", "paspor {x} berlaku sampai 2030"],
    },
    "en": {
        "nik": ["my NIK is {x}", "my identity number is {x}", "the number on my ID card, KTP, is {x} please check"],
        "npwp": ["my tax number is {x}", "NPWP {x}, is it active?", "my NPWP is {x} and my name is Wati"],
        "card": ["my credit card {x} was charged twice", "card number {x}", "I paid with {x} yesterday"],
        "account": ["my bank account is {x}", "account number {x} at Mandiri", "I sent the money to BCA account {x}"],
        "phone": ["call me back on {x}", "my number is {x}", "my phone number is {x} thank you", "someone called me from {x} about customs", "please text {x}", "This is Ann from Bali, {x}, bye"],
        "email": ["my email is {x}", "write to {x} please", "the address on file is {x}"],
        "pin": ["my PIN is {x}", "I gave him my PIN {x}"],
        "otp": ["the OTP is {x}", "my one-time code is {x}", "I got the verification code {x} by text", "{x} is my OTP"],
        "password": ["my password is {x}", "the password {x} does not work"],
        "efin": ["my EFIN is {x}", "the EFIN number {x} is refused"],
        "passport": ["my passport number is {x}", "passport {x} was held at customs"],
    },
}  # fmt: skip
LEADS = {
    "id": ["", "", "", "Selamat pagi, ", "halo ", "assalamualaikum, ", "min tolong ", "eh "],
    "en": ["", "", "", "Hello, ", "good morning ", "hi, "],
}
ENDS = {
    "id": ["", "", "", ".", " terima kasih", " mohon dibantu ya", ". Sudah 3 hari tidak ada jawaban", " sejak 12-03-2026"],
    "en": ["", "", "", ".", " thank you", ", please help", ". I have waited 3 days"],
}  # fmt: skip


def sentences(count: int = 1500, seed: int = 20260310) -> list[Sentence]:
    """``count`` sentences: half of them with a secret or two, a third of those two, the rest without."""
    dice = random.Random(seed)
    return [_one(dice, number) for number in range(count)]


def _one(dice: random.Random, number: int) -> Sentence:
    language = "en" if dice.random() < 0.3 else "id"
    form = "spoken" if number % 2 else "written"
    if dice.random() < 0.4:
        parts: list[Value | str] = [*_pieces(dice, dice.choice(HARMLESS[language, form]), language, form)]
    else:
        parts = [dice.choice(LEADS[language]), *_secret(dice, language, form)]
        if dice.random() < 0.3:
            joint = " dan " if language == "id" else " and "
            parts += [dice.choice([". ", ", ", joint]), *_secret(dice, language, form)]
        parts.append(dice.choice(ENDS[language]))
    return _joined(parts, form, language, dice)


def _secret(dice: random.Random, language: str, form: str) -> Iterator[Value | str]:
    kind = dice.choice([name for name in FRAMES[language] if (form, name) in KINDS])
    before, _, after = dice.choice(FRAMES[language][kind]).partition("{x}")
    yield before
    yield Value(kind, KINDS[form, kind](dice, language))
    yield after


def _pieces(dice: random.Random, frame: str, language: str, form: str) -> Iterator[str]:
    yield re.sub(r"\{(\w+)\}", lambda found: FILLERS[form, found[1]](dice, language), frame)


def _joined(parts: list[Value | str], form: str, language: str, dice: random.Random) -> Sentence:
    # A transcript has few marks; some engines write none and no capitals.
    bare = form == "spoken" and dice.random() < 0.5
    text, secrets = "", []
    for part in parts:
        shown = part.text if isinstance(part, Value) else part
        if bare:
            shown = re.sub(r"[,:;?]|\.(?=\s|$)", "", shown).lower()
        if isinstance(part, Value):
            secrets.append((len(text), len(text) + len(shown), part.kind))
        text += shown
    return Sentence(text, tuple(secrets), form, language)
