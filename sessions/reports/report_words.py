"""What reports call things, in Indonesian and English, and each formula as one writes it."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("id", "en")
Words = Mapping[str, str]

# Counts of calls, in the order in which they add up: IN = CT + IA + CL + OFF, OFF = ANS + ABN + CB + VM.
COUNTS: Mapping[str, tuple[str, str, str]] = {
    "entered": ("IN", "panggilan masuk", "calls that came in"),
    "contained": ("CT", "selesai secara mandiri", "served by the robot"),
    "left": ("IA", "terputus di menu", "left inside the menu"),
    "closed": ("CL", "bertemu antrean tutup", "met a closed queue"),
    "offered": ("OFF", "masuk antrean", "offered to a queue"),
    "answered": ("ANS", "dijawab", "answered"),
    "abandoned": ("ABN", "terputus di antrean", "abandoned in the queue"),
    "abandoned_short": ("SAB", "terputus dalam 5 s", "abandoned within 5 s"),
    "callbacks": ("CB", "minta ditelepon kembali", "asked to be called back"),
    "voicemails": ("VM", "meninggalkan pesan", "left a message"),
    "longest_wait": ("MAX", "tunggu terlama (s)", "longest wait (s)"),
}
OF_AGENTS = ("answered",)  # what an agent has; the rest belongs to queues

SHORT: Mapping[str, str] = {
    "service_level": "SL", "service_level_net": "SL net", "service_level_regulation": "SL PM16", "asa": "ASA",
    "abandonment": "ABN%", "abandonment_net": "ABN% net", "answer_rate": "ANS%", "att": "ATT", "hold": "HOLD", "acw": "ACW",
    "aht": "AHT", "occupancy": "OCC", "containment": "CT%", "menu_loss": "IA%", "transfer": "TRF", "escalation": "ESC",
    "callback_kept": "CB kept", "csat": "CSAT", "response": "RESP",
}  # fmt: skip
FIGURES_OF_AGENTS = ("att", "hold", "acw", "aht", "occupancy", "transfer", "csat", "response")

WRITTEN: Mapping[str, str] = {
    "service_level": "ANS(q <= 20) / OFF",
    "service_level_net": "ANS(q <= 20) / (OFF - SAB)",
    "service_level_regulation": "ANS(q <= 30) / (OFF - SAB)",
    "asa": "sum(q of ANS) / ANS",
    "abandonment": "ABN / OFF",
    "abandonment_net": "(ABN - SAB) / (OFF - SAB)",
    "answer_rate": "ANS / OFF",
    "att": "sum(talk) / ANS",
    "hold": "sum(hold) / ANS",
    "acw": "sum(acw) / ANS",
    "aht": "sum(talk + hold + acw) / ANS",
    "occupancy": "work / (work + available)",
    "containment": "CT / IN",
    "menu_loss": "IA / IN",
    "transfer": "transferred / ANS",
    "escalation": "ANS(tier >= 2) / ANS",
    "callback_kept": "done within promise / call-backs promised",
    "csat": "ratings 3-4 / ratings",
    "response": "ratings / asked",
}

_PAIRS: Mapping[str, tuple[str, str]] = {
    "calls": ("Panggilan", "Calls"),
    "functions": ("Fungsi", "Functions"),
    "topics": ("Topik", "Topics"),
    "segments": ("Segmen", "Segments"),
    "units": ("Unit", "Units"),
    "summary": ("Ringkasan kasus", "Cases"),
    "formulas": ("Rumus", "Formulas"),
    "service": ("layanan", "service"),
    "queue": ("antrean", "queue"),
    "tier": ("lini", "tier"),
    "agent": ("petugas", "agent"),
    "interval": ("waktu", "time"),
    "period": ("waktu", "time"),
    "topic": ("topik", "topic"),
    "channel": ("kanal", "channel"),
    "segment": ("segmen", "segment"),
    "unit": ("unit", "unit"),
    "other": ("lainnya", "other"),
    "total": ("Jumlah", "Total"),
    "cases": ("kasus", "cases"),
    "share": ("pangsa", "share"),
    "escalation": ("eskalasi", "escalation"),
    "first": ("selesai kontak pertama", "first contact resolution"),
    "limit": ("kepatuhan SLA", "SLA met"),
    "past_due": ("terbuka lewat tenggat", "open past due"),
    "satisfaction": ("kepuasan (nilai 3–4)", "satisfaction (3 or 4)"),
    "ikm": ("IKM (PermenPANRB 14/2017)", "IKM (PermenPANRB 14/2017)"),
    "suggestions": ("usulan kebijakan", "policy suggestions"),
    "what": ("ukuran", "measure"),
    "value": ("nilai", "value"),
    "short": ("singkatan", "short"),
    "formula": ("rumus", "formula"),
    "target": ("target", "target"),
    "part": ("pembilang", "part"),
    "whole": ("penyebut", "whole"),
    "themes": ("Tema", "Themes"),
    "now": ("periode ini", "this period"),
    "before": ("periode lalu", "period before"),
    "last_year": ("tahun lalu", "last year"),
    "change": ("perubahan", "change"),
    "change_year": ("perubahan setahun", "change in a year"),
    "emerging": ("Tema menonjol", "Emerging themes"),
    "usual": ("biasanya", "usual"),
    "deviation": ("simpangan", "deviation"),
    "subtopic": ("subtopik", "subtopic"),
    "alert": ("tanda", "alert"),
    "pairs": ("Istilah baru", "New terms"),
    "pair": ("pasangan kata", "word pair"),
    "questions": ("Contoh pertanyaan", "Typical questions"),
    "question": ("pertanyaan", "question"),
    "policy": ("Usulan kebijakan", "Policy suggestions"),
    "ticket": ("nomor", "ticket"),
    "status": ("status", "status"),
    "text": ("isi", "text"),
    "gaps": ("Celah pengetahuan", "Knowledge gaps"),
    "answers": ("dijawab unit (30 hari)", "answered by units (30 days)"),
}
_NOTES: Mapping[str, tuple[str, str]] = {
    "target": ("✓ target tercapai, ✗ tidak tercapai", "✓ on target, ✗ off target"),
    "waiting": ("{n} masih menunggu dan belum dihitung", "{n} still wait and are not counted yet"),
    "override_open": (
        "penetapan: {of} buka {begin} sampai {end} ({why})",
        "override: {of} open {begin} to {end} ({why})",
    ),
    "override_closed": (
        "penetapan: {of} tutup {begin} sampai {end} ({why})",
        "override: {of} closed {begin} to {end} ({why})",
    ),
    "override_emergency": (
        "penetapan: {of} darurat {begin} sampai {end} ({why})",
        "override: {of} emergency {begin} to {end} ({why})",
    ),
    "unfinished": (
        "{n} percakapan tanpa akhir tercatat; dihitung sampai peristiwa terakhir",
        "{n} talks without a recorded end; counted until the last thing known",
    ),
    "occupancy": (
        "keterisian tidak dapat dibagi: petugas melayani lebih dari satu baris",
        "occupancy cannot be divided: agents serve more than one row",
    ),
    "agents": (
        "satu panggilan yang ditangani dua petugas dihitung pada keduanya",
        "a call that two agents handled is in the row of each",
    ),
    "hidden": ("{n} baris di bawah lima orang disembunyikan (<5)", "{n} rows of fewer than five persons are hidden (<5)"),
    "counting": (
        "waktu tunggu dihitung sejak masuk antrean; panggilan dihitung pada waktu masuk antrean ({zone})",
        "waits begin at the queue; a call counts in the period in which it entered the queue ({zone})",
    ),
}  # fmt: skip


def word(name: str, language: str) -> str:
    """A heading."""
    return _PAIRS[name][LANGUAGES.index(language)]


def note(name: str, language: str, **values: object) -> str:
    """A sentence below a table."""
    return _NOTES[name][LANGUAGES.index(language)].format(**values)


def count_name(name: str, language: str) -> str:
    """A count in words."""
    return COUNTS[name][1 + LANGUAGES.index(language)]
