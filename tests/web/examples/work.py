"""Cases, messages and dialogues: one of each that nobody else needs; hostile words in all that they show."""

from __future__ import annotations

import json

from desk.routing.contacts import DIALOGUE, Contact, Need
from desk.routing.events import Arrived
from sessions.cases import case_work
from sessions.desk import desk
from store import cases, messages, recordings, sessions, transcripts
from store.times import instant, text
from store.transcripts import TranscriptRow

SID, WRITER, NUMBER = "RE" + "e" * 32, "01EXAMPLEDIALOGUE", "+6281299900001"


def ticket(console) -> str:
    """A case of tier 1 with a message that was written down."""
    gateway = console.gateway
    found = transcripts.load(gateway.store.read(), SID)
    if found is not None:
        return str(found.ticket)
    now = text(gateway.clock())
    gateway.vault.put("example-words", json.dumps({"text": "pagi", "reading": "pagi"}).encode())
    gateway.vault.put("example-sound", b"RIFF")
    with gateway.store.write() as db:
        made = cases.open_case(
            db, service="bicara131", prefix="BI", local_date="2026-03-11", now=now, status="antre", channel="telepon",
            contact=NUMBER, language="id", note="contoh", session_id=WRITER,
        )  # fmt: skip
        case_work.started(gateway, db, made, now)
        recordings.note(db, SID, at=now)
        db.execute(
            "UPDATE recordings SET file = 'example-sound', state = 'fetched', format = 'wav' WHERE sid = ?",
            (SID,),
        )
        transcripts.owe(db, SID, now=now)
        db.execute("UPDATE transcribings SET state = 'done' WHERE recording = ?", (SID,))
        transcripts.keep(db, _written(made, "pagi", now))
    return made


def sid(console) -> str:
    """Its recording."""
    ticket(console)
    return SID


def dialogue(console) -> str:
    """A writer who waits for a person, in that case."""
    ticket(console)
    gateway = console.gateway
    with gateway.store.write() as db:
        now = text(gateway.clock())
        if sessions.load(db, WRITER) is None:
            flow = gateway.services.current("bicara131")
            sessions.begin(
                db, WRITER, service=flow.id, version=flow.version, channel="sms", contact=NUMBER, called="131",
                language="id", at=now,
            )  # fmt: skip
        if WRITER not in desk.look(gateway, db).contacts:
            need = Need("bicara131", "umum", channel="text")
            desk.happen(
                gateway, db, Arrived(Contact(WRITER, DIALOGUE, need, instant(now), number=NUMBER)), now
            )
    return WRITER


VALUES = {
    "name": "poro",
    "wish": "send_efin",
    "ticket": ticket,
    "sid": sid,
    "id": dialogue,
    "act": "documents_came",
    "state": "offline",
}
FORMS = {
    "work.dialogue_act": {"act": "take"},
    "work.call": {"act": "hold"},
    "work.offer": {"act": "take", "contact": "CA0"},
}


def plant(console, payloads: list[str]) -> None:
    """As words of a message, of notes, of numbers and topics, of histories, and of texts that came in."""
    one, writer = ticket(console), dialogue(console)
    now = text(console.gateway.clock())
    with console.gateway.store.write() as db:
        transcripts.keep(db, _written(one, "\n".join(payloads), now, payloads))
        for place, payload in enumerate(payloads):
            cases.add_event(db, one, at=now, who=payload[:60], what=payload, why=payload)
            messages.note(
                db,
                f"SMhostile{place}",
                at=text(console.gateway.clock()),
                direction="in",
                session_id=writer,
                body=payload,
            )
        for payload in payloads[::5]:
            cases.open_case(
                db, service="bicara131", prefix="BI", local_date="2026-03-10", now=now, status="antre", priority=1, contact=payload,
                note=payload, topic=payload, function=payload, subtopic=payload, channel=payload,
            )  # fmt: skip


def _written(
    ticket: str, words: str, now: str, lines: list[str] | tuple[str, ...] = ("pagi",)
) -> TranscriptRow:
    told = [
        {"start": float(n), "end": n + 1.0, "leg": 0, "label": "high", "text": line}
        for n, line in enumerate(lines)
    ]
    return TranscriptRow(
        SID, ticket, "bicara131", "id", "whisper", "f" * 64, 4.0, 2.0, "high", words, json.dumps(told), "{}", "example-words",
        None, None, None, now,
    )  # fmt: skip
