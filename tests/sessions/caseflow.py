"""A service with limits for its cases, people of every tier, and cases in any state."""

import json

from desk.access import Asker
from desk.caseload.model import Done, Refusal
from sessions.cases import case_work
from sessions.cases.records import Person
from sessions.gateway import Gateway
from store import cases
from store.cases import CaseEvent
from tests.gateways import NOW

UNIT = "bi.dpu"
FLOW = """format: 1
service: Contoh
prefix: CO
languages: [id, en]
timezone: Asia/Jakarta
numbers: {voice: ["131"], text: ["131"]}
hours:
  petugas: {mon-fri: ["08:00-16:00"], closed_on: [national, collective_leave]}
cases:
  pertanyaan: {first: 60 working minutes, answer: 60 working minutes, unit: 10 working days, extension: 7 working days}
  documents: {within: 20 working days, remind: 10 working days}
start: utama
text_start: selesai
steps:
  utama:
    menu: {id: "Untuk pesan, tekan 1. Untuk selesai, tekan 2.", en: "For a message, press 1. To end, press 2."}
    keys: {"1": {then: pesan, set: {topic: uang, function: pertanyaan}}, "2": selesai}
    silence: {tries: 3, then: selesai}
    no_match: {tries: 3, then: selesai}
  pesan:
    record: {id: "Silakan bicara.", en: "Please speak."}
    then: selesai
    silence: {tries: 2, then: selesai}
  selesai: {end: {id: "Terima kasih.", en: "Thank you."}}
"""


def people() -> dict[str, Person]:
    """One of every role."""
    return {
        "T1": Person("ani", Asker("T1")),
        "T2": Person("budi", Asker("T2")),
        "T3": Person("s1", Asker("T3", UNIT)),
        "T3 other": Person("s9", Asker("T3", "bi.pk")),
        "T4": Person("ppid", Asker("T4")),
        "supervisor": Person("rini", Asker("supervisor")),
    }


def opened(gateway: Gateway, *, note: str | None = None, **fields: str | int) -> str:
    """The ticket of a case of NOW with its clocks running."""
    given = {
        "channel": "telepon",
        "contact": "+6281200000001",
        "language": "id",
        "function": "pertanyaan",
        **fields,
    }
    with gateway.store.write() as db:
        ticket = cases.open_case(
            db, service="contoh", prefix="CO", local_date="2026-03-11", now=NOW, note=note, **given
        )
        cases.add_event(db, ticket, at=NOW, who="robot", what="dibuka")
        case_work.started(gateway, db, ticket, NOW)
    return ticket


def act(
    gateway: Gateway,
    ticket: str,
    action: str,
    role: str,
    *,
    why: str = "",
    now: str = NOW,
    refused: bool = False,
    **given,
) -> Done | Refusal:
    """Does it as somebody of this role; it must succeed, or be refused when that is expected."""
    with gateway.store.write() as db:
        done = case_work.act(gateway, db, ticket, action, people()[role], why, now, **given)
    assert isinstance(done, Refusal) == refused, str(done)
    return done


def events(gateway: Gateway, ticket: str) -> list[CaseEvent]:
    return cases.events(gateway.store.read(), ticket)


def bodies(gateway: Gateway) -> list[str]:
    """The texts that are owed, first first."""
    rows = (
        gateway.store.read().execute("SELECT payload FROM outbox WHERE kind = 'sms' ORDER BY seq").fetchall()
    )
    return [json.loads(payload)["body"] for (payload,) in rows]
