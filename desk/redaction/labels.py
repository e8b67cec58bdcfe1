"""Words that say what the number beside them is, and shapes of numbers that are nobody's secret."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from indonesia.names import MONTHS

_BANKS = "bca|bri|bni|bsi|btn|btpn|jenius|mandiri|cimb|niaga|permata|danamon|ocbc|panin|maybank|mega|muamalat|jago|seabank"
# Kind -> the words, as one alternative each. The longest wins at one place because it stands first.
_WORDS = {
    "otp": r"otp|kode verifikasi|kode (?:rahasia|sms)|one[- ]time (?:code|password)|verification code|security code",
    "pin": r"pin|mpin|m-pin",
    "cvv": r"cvv|cvc|tiga angka di belakang kartu",
    "password": r"password|passwd|kata sandi|kata kunci|sandi|passcode",
    "efin": r"e-?fin|e fin",
    "npwp": r"npwp|nitku|nomor pokok wajib pajak|tax(?:payer)? (?:id(?:entification)? )?number|en pe we pe",
    "nik": r"nik|ktp|e-ktp|nomor induk(?: kependudukan)?|kartu keluarga|no\.? kk|identity number|id card|national id|ka te pe",
    "card": r"kartu(?: (?:kredit|debit|debet|atm|visa))?|(?:credit|debit|bank) card|card|visa|mastercard",
    "account": rf"rekening|norek|rek|virtual account|(?:bank )?account|iban|{_BANKS}",
    "phone": r"telepon|telpon|telp|tlp|ponsel|hp|hape|handphone|whatsapp|wa|hubungi|dihubungi|menelepon|ditelepon|sms|"
    r"phone|mobile|cell|call(?:ed)?(?: me)?(?: back)?|text(?: me)?|nomor saya|my number",
    # What follows is a thing, a place, a sum or a law. Only close by.
    "harmless": r"tiket|ticket|laporan|report|resi|awb|parcel|paket|imei|billing|ntpn|faktur|invoice|pib|seri|"
    r"pasal|uu|pmk|pojk|pbi|"
    r"perpres|kode pos|pos|postal code|zip|antrean|antrian|queue|rp|idr|usd|sebesar|senilai|sejumlah|total|nominal|amount|"
    r"tahun|year|sejak|since|sampai|until|hingga|tanggal|jam|pukul|lantai|floor|ruang|room|jalan|jl|gedung|berkas|perkara|pesanan|order",
    # No more than "a number comes": it ends the reach of a label further away.
    "number": r"nomor|nomer|no|number",
}  # fmt: skip
_LABEL = re.compile(
    r"(?<![\w\[*])(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _WORDS.items())
    + r")(?:nya|ku|mu|s)?(?![^\W\d_]|\])",
    re.IGNORECASE,
)
CODES = frozenset({"otp", "pin", "cvv", "password"})
REACH, CLOSE = 60, 14  # characters between a label and its number


@dataclass(frozen=True, slots=True)
class Label:
    start: int
    end: int
    kind: str


# What a mask leaves behind ends the reach of the label before it: that label has its number.
_SPENT = re.compile(r"\*{2,}|\[(?:PIN|OTP|CVV|EFIN|sandi|paspor)\]")


def labels(text: str) -> list[Label]:
    """Every label of a text, and a label of kind "spent" for every mask, in order."""
    found = [Label(one.start(), one.end(), one.lastgroup or "") for one in _LABEL.finditer(text)]
    found += [Label(one.start(), one.end(), "spent") for one in _SPENT.finditer(text)]
    return sorted(found, key=_end)


_AFTER = re.compile(
    r"[\s,(-]{0,3}(?:(?:itu|ini|adalah|is|was|yang|my|the|kode|code|nomor|for|untuk)\s+){0,3}"
    r"(?P<kind>otp|pin|efin|password|kata sandi|rekening|npwp|nik)(?![^\W\d_])",
    re.IGNORECASE,
)
_AFTER_KINDS = {"kata sandi": "password", "rekening": "account"}


def _end(label: Label) -> int:
    return label.end


def label_before(found: list[Label], text: str, start: int, since: int) -> str:
    """The kind that the label before ``start`` says, '' for none. ``since``: where the number before ended."""
    nearest = ""
    for place in range(bisect_right(found, start, key=_end) - 1, -1, -1):
        label = found[place]
        gap = start - label.end
        if label.start < since or gap > REACH or label.kind == "spent":
            break
        if label.kind == "harmless" and (gap > CLOSE or re.search(r"\d|\w\W+\w+\W", text[label.end : start])):
            continue
        if label.kind == "number":
            # "rekening nomor 123": the label before it still counts, when nothing stands between.
            nearest = "number"
            start = label.start
            continue
        if nearest == "number" and gap > 6:
            break
        return label.kind
    return ""


def label_after(text: str, end: int) -> str:
    """The kind that is said behind a number ("4961 itu kode OTP saya"), '' for none."""
    found = _AFTER.match(text, end)
    return _AFTER_KINDS.get(found["kind"].lower(), found["kind"].lower()) if found else ""


# -- numbers that are nobody's secret ----------------------------------------------------------------------

_FREE = r"(?<![\w.*/-])(?<!\d[ ])"  # nothing of a longer number stands before
_END = r"(?![\w*]|[.,/-]?\d)"
# Whole and as people shorten them: Jan, Agt, Okt.
_MONTHS = "|".join(
    sorted(
        {form for names in MONTHS.values() for name in names for form in (name, name[:3])} | {"Agt"},
        key=len,
        reverse=True,
    )
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
HARMLESS = re.compile(
    r"(?<!\w)(?:"
    + "|".join(
        (
            r"(?<![A-Za-z0-9])[A-Z]{2,8}-?\d{8}-\d{4}(?!\d)",  # our case numbers
            r"(?:rp\.?|idr|usd|us\$|\$|€)\s*\d[\d.,]*(?:,-|\b)",
            r"(?<![\w.])\d{1,3}(?:[.,]\d{3})*(?:[.,]\d{1,2})?\s*(?:rupiah|rb|ribu|juta|jt|miliar|milyar|persen|percent|dolar|dollars?|%)(?![^\W\d_])",
            r"(?<![\w.])\d+\s*(?:rupiah|rb|ribu|juta|jt|miliar|milyar|persen|percent|dolar|dollars?|%)(?![^\W\d_])",
            _FREE + r"[1-9]\d{0,2}(?:\.\d{3}){1,4}(?:,\d{1,2})?" + _END,  # 1.250.000
            _FREE + r"[1-9]\d{0,2}(?:,\d{3}){1,4}(?:\.\d{1,2})?" + _END,
            _FREE + r"(?:0?[1-9]|[12]\d|3[01])([-./])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d" + _END,
            rf"\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})\.?,? (?:19|20)\d\d" + _END,  # 1 April 2026
            rf"(?<![A-Za-z])(?:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d" + _END,
            r"(?<![\w.*-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
            r"(?:[T ]\d\d[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?Z?)?" + _END,
            _FREE + r"(?:[01]?\d|2[0-4])[.:][0-5]\d(?::[0-5]\d)?(?:\s?[-–]\s?(?:[01]?\d|2[0-4])[.:][0-5]\d)?" + _END,
            r"\b[A-Z]{2,6}[- ]?(?:No\.? )?\d{1,4}/[\w.]+(?:/(?:19|20)\d\d)?",  # PMK 168/PMK.03/2023
            r"\((?:19|20)\d\d(?=[),])",
            _FREE + r"[1-9]\d{0,2}(?: 000){1,4}" + _END,
            r"(?<![\d+])(?:\(?021\)?[ -]?)?1500[ -]?\d{3}(?![-. ]?\d)",  # a contact centre
            _FREE + r"\d{1,4}/(?:19|20)\d\d" + _END,
            _FREE + rf"{_OCTET}(?:\.{_OCTET}){{3}}(?::\d{{1,5}})?" + _END,  # a machine's address
        )
    )
    + ")",
    re.IGNORECASE,
)  # fmt: skip

# Centres are called by many spellings: 1500200, (021) 1500 200, 0062211500200. Numbers of our own services
# that look like a person's are given by name.
_SERVICE = re.compile(r"(?:(?:00)?62|0)?(?:21)?(?:1500\d{3}|500\d{3}|14\d{3})|0800\d{6,7}")
PUBLIC = frozenset({"081131131131", "081157157157"})


def is_service(digits: str, public: frozenset[str] = PUBLIC) -> bool:
    """Is this a number that everybody may read: of a contact centre or in ``public`` (08..., digits only)?"""
    national = "0" + digits[2:] if digits.startswith("62") else digits
    return bool(_SERVICE.fullmatch(digits)) or national in public
