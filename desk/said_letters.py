"""Acronyms that are said letter by letter ("en pe we pe"), run together ("enpewepe") or written small ("npwp")."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product

from desk.said_words import BREAK, Said
from indonesia.names import LETTERS

ACRONYMS = frozenset(
    "NPWP NITKU NTPN SPT SKP STP KPP DJP PPN PBB UMKM KTP SIM STNK BPKB BPJS OTP SMS ATM OJK SLIK PUJK PPID APPK IASC LAPS "
    "QRIS AWB IMEI PIB DJBC PMK POJK PBI WIB WITA WIT BCA BRI BNI BSI BTN NIK EFIN CVV ASN PNS TNI USD".split()
)
# Two letters are words too: only behind one of these are they meant.
IN_CONTEXT: Mapping[str, frozenset[str]] = {
    "BI": frozenset("bank kantor ke di dari gedung petugas oleh bicara pegawai layanan aturan".split()),
    "HP": frozenset("nomor nomer no".split()),
    "WA": frozenset("nomor nomer no lewat via chat kirim di".split()),
    "PT": frozenset("nama perusahaan dari di oleh bernama atas ke".split()),
    "CV": frozenset("nama perusahaan dari di oleh bernama atas ke".split()),
    "KK": frozenset("nomor nomer no fotokopi".split()),
}
# As words or in unusual letters.
_WORDS = {
    "efin": "EFIN",
    "ifin": "EFIN",
    "e-fin": "EFIN",
    "imei": "IMEI",
    "aimei": "IMEI",
    "pepeha": "PPh",
    "pph": "PPh",
    "kyuris": "QRIS",
}
_OTHER_NAMES = {
    "C": ("se",),
    "F": ("ep",),
    "H": ("hah",),
    "J": ("ji",),
    "Q": ("kyu", "qi"),
    "V": ("ve", "vi"),
    "Y": ("yai",),
    "W": ("wi",),
    "Z": ("zed",),
}
_MOST_WORDS = 6


def _sounds(acronym: str) -> Iterable[str]:
    """What remains of all ways to say an acronym's letters when the spaces are taken out."""
    names = [(letter.lower(), LETTERS[letter], *_OTHER_NAMES.get(letter, ())) for letter in acronym]
    # Letter by letter in one manner: mixed ones ("n pe w pe") are rare, and their number grows with the length.
    whole = (
        product(*names)
        if len(acronym) <= 4
        else (tuple(name[0] for name in names), tuple(name[1] for name in names))
    )
    return ("".join(parts) for parts in whole)


def rule(more: Iterable[str] = ()) -> Callable[[Said, int], tuple[str, int] | None]:
    """The rule that writes these acronyms (``more`` in capitals, and ACRONYMS)."""
    letters = [
        name
        for name in {*ACRONYMS, *more, *IN_CONTEXT}
        if name.isascii() and name.isalpha() and name.isupper()
    ]
    by_sound = {sound: name for name in sorted(letters) for sound in _sounds(name)} | _WORDS

    def acronym(said: Said, at: int) -> tuple[str, int] | None:
        sound, best = "", None
        for place in range(at, min(len(said.names), at + _MOST_WORDS)):
            if said.names[place] == BREAK:
                break
            sound += said.names[place]
            name = by_sound.get(sound)
            if name and (name not in IN_CONTEXT or said.name(at - 1) in IN_CONTEXT[name]):
                best = name, place + 1
        return best

    return acronym
