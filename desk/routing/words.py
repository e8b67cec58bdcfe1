"""The desk's reasons in words, Indonesian and English: one text for console, command line and API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo

Texts = Mapping[str, str]

REFUSALS: Mapping[str, Texts] = {
    "service": {"id": "tidak bertugas untuk {service}", "en": "does not work for {service}"},
    "least_tier": {
        "id": "tingkat {tier}, diminta paling rendah tingkat {least}",
        "en": "is of tier {tier}, the least asked for is {least}",
    },
    "unit": {"id": "bukan dari unit {unit}", "en": "does not belong to unit {unit}"},
    "skill": {"id": "tidak memiliki keahlian {skill}", "en": "does not have the skill {skill}"},
    "level": {
        "id": "keahlian {skill} pada level {level}, diminta {least}",
        "en": "has {skill} at level {level}, {least} is asked for",
    },
    "certificate": {
        "id": "sertifikat {skill} habis pada {until}",
        "en": "the certificate for {skill} ended on {until}",
    },
    "language": {"id": "tidak berbahasa {language}", "en": "does not speak {language}"},
    "classification": {
        "id": "tidak berwenang atas informasi {classification}",
        "en": "may not see information of class {classification}",
    },
    "channel": {"id": "tidak melayani kanal {channel}", "en": "does not work on the channel {channel}"},
    "trainee": {
        "id": "masih magang, hanya menerima: {skills}",
        "en": "is a trainee and takes only: {skills}",
    },
    "offline": {"id": "tidak masuk", "en": "is not signed in"},
    "break": {"id": "sedang istirahat ({reason})", "en": "is on a break ({reason})"},
    "shift": {"id": "di luar jam dinas ({shift})", "en": "is off shift ({shift})"},
    "wrap_up": {"id": "menyelesaikan catatan sampai {until}", "en": "is wrapping up until {until}"},
    "rest": {
        "id": "baru saja tidak menjawab, ditawari lagi mulai {until}",
        "en": "has just missed an offer and is asked again from {until}",
    },
    "full": {
        "id": "sedang menangani {load} dari {capacity} di kanal {channel}",
        "en": "has {load} of {capacity} on the channel {channel}",
    },
    "tier": {
        "id": "tingkat {tier} belum diminta (mulai {until})",
        "en": "tier {tier} is not asked yet (from {until})",
    },
    "too_early": {"id": "baru ditelepon kembali mulai {until}", "en": "is called back from {until} on"},
    "not_written": {
        "id": "masih ditulis; paling lambat {until} ditawarkan untuk didengarkan",
        "en": "is being written down; offered to be listened to from {until} at the latest",
    },
    "expired": {
        "id": "janji telepon kembali lewat pada {until}",
        "en": "the callback was promised by {until}",
    },
    "calling": {
        "id": "nomor ini sedang menelepon kami",
        "en": "this number is on the line with us at the moment",
    },
}
DEADLINES: Mapping[str, Texts] = {
    "tier": {"id": "tingkat berikutnya diminta", "en": "the next tier is asked"},
    "too_long": {"id": "batas menunggu, keluar melalui too_long", "en": "longest wait, leaves by too_long"},
    "closed": {"id": "jam layanan berakhir, keluar melalui closed", "en": "closing time, leaves by closed"},
    "callback": {"id": "boleh ditelepon kembali", "en": "may be called back"},
    "written": {"id": "ditawarkan walau belum ditulis", "en": "is offered, written down or not"},
    "expired": {"id": "janji telepon kembali lewat", "en": "the callback is given up"},
    "given_up": {"id": "konsultasi dihentikan", "en": "the consult is given up"},
    "remind": {"id": "pengingat bahwa masih menunggu", "en": "reminder that it still waits"},
    "offered": {"id": "tawaran berakhir, kembali ke antrean", "en": "the offer ends, back into the queue"},
    "dialling": {"id": "panggilan kembali dianggap tak terjawab", "en": "the callback counts as unanswered"},
    "talking": {"id": "percakapan dianggap selesai", "en": "the talk is taken for ended"},
}
KINDS: Mapping[str, Texts] = {
    "call": {"id": "panggilan", "en": "call"},
    "callback": {"id": "telepon kembali", "en": "callback"},
    "voicemail": {"id": "pesan suara", "en": "voicemail"},
    "text": {"id": "percakapan teks", "en": "text dialogue"},
    "consult": {"id": "konsultasi", "en": "consult"},
}
STATES: Mapping[str, Texts] = {
    "waiting": {"id": "menunggu", "en": "waits"},
    "offered": {"id": "ditawarkan kepada {agent}", "en": "is offered to {agent}"},
    "dialling": {"id": "ditelepon kembali oleh {agent}", "en": "is called back by {agent}"},
    "talking": {"id": "berbicara dengan {agent}", "en": "talks to {agent}"},
}
LINES: Mapping[str, Texts] = {
    "head": {
        "id": "{contact}: {kind} untuk {service}, keahlian {skill} level {level}, bahasa {language}, {classification}; {state}.",
        "en": "{contact}: {kind} for {service}, skill {skill} level {level}, language {language}, {classification}; {state}.",
    },
    "unit": {"id": "Unit pemilik: {unit}.", "en": "Owning unit: {unit}."},
    "place": {
        "id": "Datang {arrived}, menunggu {waited}, prioritas {priority} (semula {first}), urutan {position}.",
        "en": "Arrived {arrived}, has waited {waited}, priority {priority} (at first {first}), position {position}.",
    },
    "tiers": {
        "id": "Tingkat {least} sampai {reached} diminta; strategi {strategy}.",
        "en": "Tiers {least} to {reached} are asked; strategy {strategy}.",
    },
    "aging": {
        "id": "Prioritas naik satu setiap {seconds} detik; tingkat {tiers} detik setelah datang; tawaran {offer} detik.",
        "en": "Priority rises by one every {seconds} seconds; tiers {tiers} seconds after arrival; an offer holds {offer} seconds.",
    },
    "last": {
        "id": "Petugas terakhir {agent}, diutamakan sampai {until}.",
        "en": "Last agent {agent}, asked first until {until}.",
    },
    "not_ready": {"id": "Belum dapat ditawarkan: {reason}.", "en": "Cannot be offered yet: {reason}."},
    "agent": {
        "id": "{name} ({agent}, tingkat {tier}): {reason}.",
        "en": "{name} ({agent}, tier {tier}): {reason}.",
    },
    "eligible": {"id": "dapat menerima", "en": "may take it"},
    "has_it": {"id": "memegang kontak ini", "en": "has this contact"},
    "nobody": {"id": "Tidak ada petugas dalam daftar.", "en": "There are no agents in the roster."},
    "deadline": {"id": "{at}: {what}.", "en": "{at}: {what}."},
    "next": {"id": "Berikutnya {at}: {what}.", "en": "Next at {at}: {what}."},
    "unknown": {
        "id": "{contact} tidak ada di meja layanan: belum datang, sudah dilayani, atau sudah keluar.",
        "en": "{contact} is not at the desk: not arrived, already served, or gone.",
    },
}


def tongue(language: str) -> str:
    """Indonesian, unless English was asked for."""
    return "en" if language.lower().startswith("en") else "id"


def clock(at: datetime, zone: tzinfo, language: str) -> str:
    """A moment of the day with its zone.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> clock(datetime(2026, 3, 11, 3, 15, 20, tzinfo=UTC), ZoneInfo("Asia/Jakarta"), "id")
    '10.15.20 WIB'
    """
    local = at.astimezone(zone)
    mark = ":" if tongue(language) == "en" else "."
    return f"{local.hour:02}{mark}{local.minute:02}{mark}{local.second:02} {local.tzname()}"


def moment(at: datetime, now: datetime, zone: tzinfo, language: str) -> str:
    """The clock, with the date when it is not today."""
    local = at.astimezone(zone)
    day = "" if local.date() == now.astimezone(zone).date() else f"{local.date().isoformat()} "
    return day + clock(at, zone, language)


def duration(seconds: float, language: str) -> str:
    """
    >>> duration(250, "id"), duration(59, "en")
    ('4 menit 10 detik', '59 seconds')
    """
    minutes, rest = divmod(int(seconds), 60)
    names = ("minutes", "seconds") if tongue(language) == "en" else ("menit", "detik")
    return f"{minutes} {names[0]} {rest} {names[1]}" if minutes else f"{rest} {names[1]}"


def fill(texts: Texts, facts: Mapping[str, object], now: datetime, zone: tzinfo, language: str) -> str:
    """The words with their facts; moments and days as they are said."""
    said = {
        name: moment(value, now, zone, language)
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else str(value) or "-"
        for name, value in facts.items()
    }
    return texts[tongue(language)].format_map(said)
