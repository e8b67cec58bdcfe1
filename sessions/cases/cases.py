"""Cases as contacts open them: number, fields, status. What people do with them is in case_work."""

import json
from collections.abc import Mapping
from datetime import datetime

from desk.caseload.model import ANSWERED, DOCUMENTS, ENDED
from engine.flow import Flow
from engine.session import Session
from sessions.cases import case_work
from sessions.gateway import Gateway
from sessions.moments import zone_of
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
    unannounced: bool = False,
) -> str:
    """The ticket of this contact's case: a contact has one case, further fields and notes join it."""
    if session.ticket and cases.load(db, session.ticket) is not None:
        change(db, session.ticket, {**fields, **({"note": note} if note else {})}, now)
        return session.ticket
    ticket = cases.open_case(
        db,
        prefix=flow.prefix,
        local_date=local(flow, now).date().isoformat(),
        service=flow.id,
        now=now,
        unannounced=unannounced,
        channel=CHANNELS[session.channel],
        contact=session.contact,
        language=session.language,
        status=status,
        note=note or None,
        session_id=session_id,
        **_columns(fields),
    )
    cases.add_event(db, ticket, at=now, who="robot", what="dibuka", why=note)
    case_work.started(gateway, db, ticket, now)
    return ticket


def open_contained(
    gateway: Gateway, db: Connection, flow: Flow, session_id: str, session: Session, now: str
) -> str:
    """The case of a contact whom the robot could serve alone."""
    fields = {"tier": "T0", "classification": "PUBLIK", **session.case}
    refused = fields["classification"].upper() == "RAHASIA"  # the robot never answers such: it has said no
    return open_or_join(
        gateway,
        db,
        flow,
        session_id,
        session,
        fields,
        status="ditolak_dikecualikan" if refused else "dijawab_mandiri",
        note="",
        now=now,
        unannounced=True,
    )


def change(db: Connection, ticket: str, fields: Mapping[str, str], now: str) -> None:
    """Fields of an open case have new values; the change is in its history."""
    found = cases.load(db, ticket) if ticket and fields else None
    if found is None:
        return
    note = fields.get("note", "")
    columns = _columns(
        {name: value for name, value in fields.items() if name != "note"}, json.loads(found.fields)
    )
    if note:
        columns["note"] = "\n".join(filter(None, (found.note, note)))
    cases.set_fields(db, ticket, now=now, **columns)
    cases.add_event(db, ticket, at=now, who="robot", what=" ".join(sorted(fields)), why=note)


def condition(status: str) -> str:
    """What the owner may expect: berjalan (an answer), kelengkapan (we wait for documents), selesai (nothing more)."""
    if status == DOCUMENTS:
        return "kelengkapan"
    return "selesai" if status in (ANSWERED, *ENDED) else "berjalan"


def status_in_words(status: str, language: str) -> str:
    """What a status is called for its owner."""
    words = STATUS_WORDS.get(status, {})
    return words.get(language) or words.get("id", status)


def _columns(fields: Mapping[str, str], kept: Mapping[str, str] | None = None) -> dict[str, cases.Value]:
    """Case fields as columns: names that have one, numbers for tier (T1) and priority (P2), the rest as JSON."""
    columns: dict[str, cases.Value] = {name: fields[name] for name in _COLUMNS if fields.get(name)}
    if "classification" in columns:
        columns["classification"] = fields["classification"].upper()
    for name in ("tier", "priority"):
        if number := "".join(c for c in fields.get(name, "") if c.isdigit()):
            columns[name] = int(number)
    rest = {
        name: value for name, value in fields.items() if name not in (*_COLUMNS, "tier", "priority") and value
    }
    # What is given as nothing is taken back.
    before = {name: value for name, value in (kept or {}).items() if fields.get(name) != ""}
    columns["fields"] = json.dumps({**before, **rest}, ensure_ascii=False)
    return columns
