"""Cases as contacts open them: number, fields, status. Their life with people is the desk's."""

import json
from collections.abc import Mapping
from datetime import datetime

from engine.flow import Flow
from engine.session import Session
from sessions.gateway import Gateway
from sessions.world import zone_of
from store import cases
from store.library import Connection
from store.times import instant

# What a status is called when it is told to its owner; SMS may hold status words only (domain page 0.5).
STATUS_WORDS: Mapping[str, Mapping[str, str]] = {
    "baru": {"id": "diterima", "en": "received"},
    "antre": {"id": "menunggu petugas", "en": "waiting for an officer"},
    "ditangani": {"id": "sedang ditangani", "en": "being handled"},
    "dieskalasi": {"id": "diteruskan ke unit terkait", "en": "passed to the unit concerned"},
    "menunggu_kelengkapan": {"id": "menunggu kelengkapan dokumen", "en": "waiting for your documents"},
    "menunggu_pihak_lain": {"id": "menunggu pihak lain", "en": "waiting for another party"},
    "jawaban_divalidasi": {"id": "jawaban sedang diperiksa", "en": "answer being checked"},
    "dijawab": {"id": "sudah dijawab", "en": "answered"},
    "dijawab_mandiri": {"id": "sudah dijawab", "en": "answered"},
    "ditutup": {"id": "ditutup", "en": "closed"},
    "ditolak_dikecualikan": {"id": "tidak dapat diberikan", "en": "cannot be given"},
    "dibatalkan": {"id": "dibatalkan", "en": "cancelled"},
}
_COLUMNS = ("function", "topic", "subtopic", "classification", "unit", "skill", "auth_level")
CHANNELS = {"voice": "telepon", "text": "sms"}


def local(flow: Flow, now: str) -> datetime:
    """The moment in the service's zone."""
    return instant(now).astimezone(zone_of(flow.timezone))


def open_or_join(
    gateway: Gateway,
    db: Connection,
    flow: Flow,
    session_id: str,
    session: Session,
    fields: Mapping[str, str],
    *,
    status: str,
    note: str,
    now: str,
) -> str:
    """The ticket of this contact's case: a contact has one case, further fields and notes join it."""
    ticket = session.variables.get("tiket", "")
    joined = cases.find(db, ticket) if ticket else None
    if joined is not None and joined.session_id == session_id:
        change(db, ticket, {**fields, **({"note": note} if note else {})}, now)
        return ticket
    columns = {name: fields[name] for name in _COLUMNS if fields.get(name)}
    rest = {name: value for name, value in fields.items() if name not in _COLUMNS and value}
    return cases.open_case(
        db,
        prefix=flow.prefix,
        day=local(flow, now).date(),
        service=flow.id,
        channel=CHANNELS[session.channel],
        contact=session.contact,
        language=session.language,
        status=status,
        note=note or None,
        session_id=session_id,
        tier=_tier(fields),
        priority=_priority(fields),
        fields=json.dumps(rest, ensure_ascii=False),
        at=now,
        **columns,
    )


def open_contained(
    gateway: Gateway, db: Connection, flow: Flow, session_id: str, session: Session, now: str
) -> str:
    """The case of a contact whom the robot could serve alone."""
    fields = {"tier": "T0", "classification": "PUBLIK", **session.case}
    return open_or_join(
        gateway, db, flow, session_id, session, fields, status="dijawab_mandiri", note="", now=now
    )


def change(db: Connection, ticket: str, fields: Mapping[str, str], now: str) -> None:
    """Fields of an open case have new values; what it was changed by is in its history."""
    if ticket and fields:
        cases.set_fields(db, ticket, dict(fields), at=now)


def status_in_words(status: str, language: str) -> str:
    """What a status is called for its owner."""
    words = STATUS_WORDS.get(status, {})
    return words.get(language) or words.get("id", status)


def _tier(fields: Mapping[str, str]) -> int:
    digits = "".join(c for c in fields.get("tier", "") if c.isdigit())
    return int(digits) if digits else 1


def _priority(fields: Mapping[str, str]) -> int:
    digits = "".join(c for c in fields.get("priority", "") if c.isdigit())
    return int(digits) if digits else 3
