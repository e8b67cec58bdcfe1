"""Everyday Indonesian text-message spelling made plain: "duit sobek bs dituker gak" asks about "uang rusak".

Table: domain page 0.7, with Javanese, Sundanese and Jakarta forms. Normalised text is for understanding only
and never for keeping: names, identifiers, quoted words and everything after a # stay as they were written
("Duit Kilat" may be the name of an illegal lender).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

# Spellings, a colon, the plain word; _ joins the words of a phrase.
_TABLE = """
yg: yang | tdk gk ga gak g ngga nggak gag kagak ndak enggak engga ora ra tak: tidak | blm belom blum: belum
sdh udh udah dah wis wes: sudah | dgn dg sm: dengan | utk buat untk: untuk | krn karna: karena
bgmn gmn gmna gimana piye kumaha: bagaimana | knp knapa kenopo naha: kenapa | brp brapa piro sabaraha: berapa
dmn dmna nang_ndi: di_mana | sy sya gw gue gua aku kulo abdi: saya | tlg tlong: tolong | mhn: mohon
hr: hari | tgl: tanggal | no nmr nomer: nomor | hp hape: ponsel | tlp telp tlpn telpon: telepon
duit doku artos: uang | sobek robek suwek: rusak | tuker: tukar | dituker: ditukar | nuker: menukar
rek: rekening | tf trf trsfr: transfer | pinjol: pinjaman_online | dc: penagih | ngutang: utang
pajek: pajak | ketahan: ditahan | ketipu kena_tipu tipu-tipu tertipu: penipuan | dpt dapet: dapat
bs bsa iso: bisa | msk: masuk | klo kl kalo yen lamun: kalau | jg: juga | sgt bgt banget: sangat
mksh makasih trims tks nuhun suwun: terima_kasih
td: tadi | bln: bulan | thn th: tahun | msh: masih | jgn: jangan | skrg: sekarang | sblm: sebelum
dr: dari | pd: pada | dlm: dalam | org: orang | lg: lagi | byr: bayar | ktnya: katanya
liat: lihat | nanya: tanya | pake: pakai | aja: saja | bener: benar | ngadu: adu | krm: kirim
"""


def _read_table(table: str) -> dict[str, str]:
    words = {}
    for entry in re.split(r"[|\n]", table.strip()):
        spellings, _, plain = entry.partition(":")
        for spelling in spellings.split():
            words[spelling.replace("_", " ")] = plain.strip().replace("_", " ")
    return words


WORDS: Mapping[str, str] = _read_table(_TABLE)

# What polite people put before their matter, and after it. Longer ones first.
LEAD_INS = (
    "assalamualaikum wr wb", "assalamualaikum", "selamat pagi", "selamat siang", "selamat sore",
    "selamat malam",
    "met pagi", "met siang", "met sore", "met malam", "pagi", "siang", "sore", "malam", "good morning",
    "good afternoon", "good evening", "yth", "kepada", "dear", "permisi", "punten", "nuwun sewu", "maaf",
    "mohon maaf",
    "halo", "hallo", "hello", "hai", "hi", "admin", "mimin", "min", "pak", "bpk", "bapak", "bu", "ibu",
    "kak", "kakak",
    "mas", "mbak", "mba", "bang", "bro", "sis", "gan", "tolong", "tlg", "tlong", "mohon", "mhn", "minta",
    "please",
    "pls", "numpang", "izin", "ijin", "mau", "ingin", "pengen", "hendak", "saya mau", "saya ingin", "sy mau",
    "sy ingin", "aku mau", "bertanya", "tanya", "nanya", "i want to", "ya", "dong", "bantu", "dibantu",
)  # fmt: skip
TAILS = frozenset(
    "ya y yah dong donk min pak bu kak mas mbak mba bang gan sis bapak ibu kakak admin please pls tolong tlg "
    "terima kasih makasih mksh trims thanks thx tks nuhun suwun nih sih deh".split()
)
_LEAD_IN = re.compile(
    r"(?:" + "|".join(sorted(map(re.escape, LEAD_INS), key=len, reverse=True)) + r")(?![\w-])", re.IGNORECASE
)
MOST_LEAD_INS = 10  # nobody is politer than that, but "min" can be sent a thousand times
_PADDING = " \t\n#.*/,;:!?-–—'\"()"
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|(?<!\w)['‘][^'’]{2,}['’](?!\w)")


def clean(body: str) -> str:
    """``body`` as one line of visible characters, full-width and other compatibility forms folded (NFKC)."""
    folded = unicodedata.normalize("NFKC", body)
    # Mn: variation selectors and keycaps around a digit sent as an emoji.
    kept = "".join(c if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn", "Me") else "" for c in folded)
    kept = "".join(c for c in kept if not 0xFE00 <= ord(c) <= 0xFE0F)
    return " ".join("".join(c if c.isprintable() else " " for c in kept).split())


def normalise(text: str, language: str = "id") -> str:
    """``text`` in lower case and plain words, for matching topics.

    Quoted spans, words with digits and everything after a # stay as written. English is only lower-cased:
    its "no" is not "nomor".
    """
    visible = clean(text)
    before, hash_mark, after = visible.partition("#")
    pieces, at = [], 0
    for quoted in _QUOTED.finditer(before):
        pieces += [_plain(before[at : quoted.start()], language), quoted[0]]
        at = quoted.end()
    pieces.append(_plain(before[at:], language))
    told = " ".join(piece for piece in pieces if piece)
    return f"{told} #{after}".strip() if hash_mark and after.strip(_PADDING) else told


def _plain(span: str, language: str) -> str:
    tokens = [token for token in re.findall(r"[^\W_]+(?:[-'.][^\W_]+)*", span) if token]
    if language.lower().startswith("en"):
        return " ".join(token if _is_identifier(token) else token.lower() for token in tokens)
    return " ".join(_words(tokens))


def _words(tokens: list[str]) -> Iterator[str]:
    at = 0
    while at < len(tokens):
        pair = " ".join(tokens[at : at + 2]).lower()
        if pair in WORDS and " " in pair:
            yield WORDS[pair]
            at += 2
        else:
            yield word(tokens[at])
            at += 1


def word(token: str) -> str:
    """One word made plain: "tipu2" is "penipuan", "tolonggg" is "tolong"; one with digits stays as it is."""
    lower = token.lower()
    if doubled := re.fullmatch(r"([a-z]{3,}?)x?2(an|nya|in)?", lower):
        lower = f"{doubled[1]}-{doubled[1]}{doubled[2] or ''}"
    elif _is_identifier(token):
        return token
    lower = re.sub(r"([a-z])\1{2,}", r"\1", lower)
    return WORDS.get(lower, lower)


def _is_identifier(token: str) -> bool:
    return any(char.isdigit() for char in token)


def without_lead_ins(text: str) -> Iterator[str]:
    """``text``, then the same with one polite beginning after the other dropped, until none is left.

    All steps are given because a beginning can be the matter itself: "mau tanya PPh" where TANYA is a
    keyword.
    """
    rest = text.strip()
    yield rest
    for _ in range(MOST_LEAD_INS):
        # A leading # or . belongs to what follows it (#HUBUNGIPETUGAS), unless a polite word follows.
        found = _LEAD_IN.match(rest.lstrip(_PADDING))
        if not found:
            return
        rest = rest.lstrip(_PADDING)[found.end() :].lstrip(" \t,.!?;:-")
        if not rest:
            return
        yield rest


def without_tails(text: str) -> str:
    """``text`` without the polite words and marks at its end: "PETUGAS dong min!" is "PETUGAS"."""
    rest = text.rstrip(_PADDING)
    while rest:
        head, _, last = rest.rpartition(" ")
        if last.strip(_PADDING).lower() not in TAILS:
            return rest
        rest = head.rstrip(_PADDING)
    return rest
