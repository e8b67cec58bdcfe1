"""Why an act is refused, and the way out, in words: one text for console, command line and API."""

from __future__ import annotations

from collections.abc import Mapping

from desk.acts.model import Checklist, Refusal
from desk.routing import words as routing

Texts = Mapping[str, str]

REFUSALS: Mapping[str, Texts] = {
    "roster": {
        "id": "Tindakan ini hanya untuk petugas yang ada dalam daftar petugas. Masuklah sebagai petugas itu",
        "en": "This act is for agents of the roster only. Do it as that agent",
    },
    "secret": {
        "id": "Kasus ini RAHASIA: tidak ada data yang dikirim dari sini. Teruskan ke unit pemilik",
        "en": "This case is RAHASIA: nothing is sent from here. Pass it on to its unit",
    },
    "not_yours": {
        "id": "Kasus ini tidak sedang Anda tangani (petugas {agent}, status {status}). Ambil dahulu kasusnya",
        "en": "You do not have this case (agent {agent}, status {status}). Take it first",
    },
    "mail": {
        "id": "Surel belum dapat dikirim dari sini: SMTP belum diatur. Sampaikan kepada administrator; datanya tidak hilang",
        "en": "No mail can be sent from here: SMTP is not set up. Tell the administrator; nothing is lost",
    },
    "once": {
        "id": "Satu panggilan satu permohonan: sudah diminta pada {at}. Permohonan lain memerlukan panggilan lain",
        "en": "One call, one request (satu panggilan satu permohonan): asked for at {at} already. Another one needs another call",
    },
    "auth_level": {
        "id": "Penelepon belum terbukti pada tingkat {level}. Minta menelepon kembali dan menjawab pertanyaan verifikasi",
        "en": "The contact has not proved at level {level} who they are. Let them call again and answer the questions of proof",
    },
    "subject": {
        "id": "Data ini bukan data pihak yang terbukti dalam kontak ini. Hanya data penelepon sendiri yang dikirim",
        "en": "These are not the data of whom this contact was proved to be. Only the caller's own data are sent",
    },
    "checklist": {
        "id": "Daftar periksa belum lengkap: {items}. Tanyakan dan centang dahulu",
        "en": "The checklist is not complete: {items}. Ask for it and tick it first",
    },
}
_NO_SKILL: Texts = {
    "id": "Petugas {reason}. Alihkan kepada petugas yang berwenang",
    "en": "The agent {reason}. Pass the contact on to somebody who may",
}


def told(refusal: Refusal, checklist: Checklist, language: str) -> str:
    """The sentence, without a full stop.

    >>> told(Refusal("checklist", {"items": ("nama",)}), Checklist("poro", {}, {"nama": {"id": "Nama", "en": "Name"}}), "en")
    'The checklist is not complete: Name. Ask for it and tick it first'
    """
    tongue = routing.tongue(language)
    facts = {
        name: ", ".join(_label(checklist, item, tongue) for item in value)
        if isinstance(value, tuple)
        else str(value)
        for name, value in refusal.facts.items()
    }
    if refusal.code in REFUSALS:
        return REFUSALS[refusal.code][tongue].format_map(facts)
    reason = routing.REFUSALS[refusal.code][tongue].format_map(facts)
    return _NO_SKILL[tongue].format(reason=reason)


def _label(checklist: Checklist, item: str, language: str) -> str:
    words = checklist.items.get(item, {})
    return words.get(language) or next(iter(words.values()), item)
