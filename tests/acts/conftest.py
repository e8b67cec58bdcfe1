"""A service that sends codes, an agent who has the case, a contact that was proved, and real servers on the other side."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from carrier.client import Carrier
from carrier.emulator.mailbox import Mailbox
from engine.session import Session, to_json
from jobs import mails, worker
from jobs.mails import Mailing
from jobs.plan import Plan
from jobs.post import PLAIN, Post
from jobs.sending import Tools
from sessions.agents import staff
from sessions.cases import acts
from sessions.cases.records import Person
from sessions.gateway import Gateway
from store import agent_acts, cases, outbox, sessions, times
from store.agent_acts import ActRow
from store.outbox import OutboxRow
from tests.acts.servers import Breaking
from tests.carrier.stub import Answer, stub
from tests.gateways import NOW, gateway_of

__all__ = ["gateway_of"]

FLOW = """format: 1
service: {id: Layanan Contoh, en: Sample Service}
prefix: CO
languages: [id, en]
timezone: Asia/Jakarta
numbers: {voice: ["131"]}
skills: [akun, umum]
sources: {kode: {url: "https://kode.contoh.go.id/{nik}", gives: [kode, surel]}}
start: petugas
rescue: petugas
steps:
  petugas: {queue: {skill: akun, tier: 1}, handover: pemilik, then: tutup, closed: tutup, nobody: tutup}
  lain: {queue: {skill: umum, tier: 1}, then: tutup, closed: tutup, nobody: tutup}
  tutup: {end: {id: "Selesai.", en: "Done."}}
"""
DESK = """checklists:
  pemilik: {title: {id: Pemilik, en: Owner}, items: {nik: {id: NIK, en: Identity number}, nama: {id: Nama, en: Name}}}
acts:
  kirim:
    title: {id: Kirim kode, en: Send the code}
    checklist: pemilik
    auth_level: L2
    skill: akun
    level: madya
    asks: kode
    subject: nik
    secret: kode
    address: surel
    heading: {id: "Laporan {tiket}", en: "Case {tiket}"}
    mail: {id: "Salam dari {layanan}.", en: "Greetings from {layanan}."}
    file: {id: "Kode: {kode}", en: "Code: {kode}"}
    no_address: {id: "Datang ke kantor.", en: "Come to our office."}
"""
ROSTER = (
    b"id,name,tier,skills,languages,classes\n"
    b"ani,Ani,1,akun:pemula,id,PUBLIK;TERBATAS\n"
    b"budi,Budi,1,akun:madya,id,PUBLIK;TERBATAS\n"
    b"cici,Cici,1,akun:madya@2026-03-10,id,PUBLIK;TERBATAS\n"
    b"dodi,Dodi,1,umum:mahir,id,PUBLIK;TERBATAS\n"
    b"edi,Edi,1,akun:mahir,id,PUBLIK\n"
)
SUBJECT, SECRET, MAIL = "3174061203850001", "8842-0017", "wati.s@contoh.id"
CONTACT, TICKET = "CA" + "1" * 32, "CO-20260311-0001"


@dataclass
class Counter:
    """The desk, the worker and the world, as a test moves them."""

    gateway: Gateway
    mailbox: Mailbox
    system: Any
    post: Post
    ahead: timedelta = timedelta()
    tools: Tools = field(init=False)

    def __post_init__(self) -> None:
        began = self.gateway.clock
        self.gateway.clock = lambda: began() + self.ahead
        plan = Plan("https://x.id", lookup_hosts=(self.system.url.removeprefix("http://"),))
        carrier = Carrier("AC" + "1" * 32, "t" * 32, "http://127.0.0.1:9")
        tools = worker.tools_for(self.gateway.store, carrier, plan, lambda: self.gateway.clock())
        self.tools = replace(tools, chance=lambda: 0.5)

    # -- the agent

    def person(self, name: str = "budi") -> Person:
        agent = staff.look(self.gateway).roster.agents.get(name)
        return Person(name, agent.asker if agent else self.person().asker)

    def tick(self, *items: str, name: str = "budi") -> object:
        return acts.tick(self.gateway, self.person(name), TICKET, "pemilik", items, "en")

    def do(self, name: str = "budi", subject: str = "", language: str = "en") -> acts.Asked | acts.Refused:
        return acts.do(self.gateway, self.person(name), TICKET, "kirim", language, subject)

    def asked(self) -> acts.Asked:
        self.tick("nik", "nama")
        done = self.do()
        assert isinstance(done, acts.Asked), done
        return done

    def case(self, **fields: str) -> None:
        with self.gateway.store.write() as db:
            cases.set_fields(db, TICKET, now=NOW, **fields)

    # -- the worker

    def claim(self, owner: str = "one") -> OutboxRow | None:
        with self.tools.store.write() as db:
            rows = outbox.claim(
                db, now=self.tools.now(), owner=owner, kinds=mails.KINDS, lease_seconds=mails.LEASE_SECONDS
            )
        return rows[0] if rows else None

    def deliver(self, post: Post | None = None, owner: str = "one") -> OutboxRow:
        """One attempt at what is due; how its row stands then."""
        row = self.claim(owner)
        assert row is not None, "nothing is due"
        mails.deliver(self.tools, Mailing(self.gateway, post or self.post), row, owner)
        return self.row(row.id)

    def reconcile(self) -> OutboxRow:
        """What is uncertain is decided."""
        with self.tools.store.write() as db:
            (row,) = outbox.claim_uncertain(db, now=self.tools.now(), owner="two", kinds=mails.KINDS)
        mails.reconcile(self.tools, Mailing(self.gateway, self.post), row, "two")
        return self.row(row.id)

    def row(self, id: str) -> OutboxRow:
        row = outbox.load(self.tools.store.read(), id)
        assert row is not None
        return row

    # -- looking

    def acts(self) -> list[ActRow]:
        return agent_acts.of_ticket(self.tools.store.read(), TICKET)

    def status(self) -> str:
        row = cases.load(self.tools.store.read(), TICKET)
        assert row is not None
        return row.status

    def history(self) -> list[str]:
        return [event.what for event in cases.events(self.tools.store.read(), TICKET)]


@pytest.fixture
def counter(gateway_of: Callable[..., Gateway], tmp_path: Any) -> Iterator[Counter]:
    mailbox = Mailbox()
    port = mailbox.start(tmp_path)
    with stub(lambda arrival: Answer(200, {"kode": SECRET, "surel": MAIL})) as system:
        gateway = gateway_of(FLOW.replace("https://kode.contoh.go.id", system.url), desk=DESK)
        staff.import_roster(gateway, ROSTER, "test")
        _talking(gateway)
        yield Counter(gateway, mailbox, system, Post("127.0.0.1", lambda: port, PLAIN, "kami@contoh.id"))


def _talking(gateway: Gateway) -> None:
    """A contact that was proved at L2 and talks to budi, who has its case."""
    (flow,) = gateway.services.services()
    state = Session(channel="voice", language="id", proved={"L2": SUBJECT}, ticket=TICKET)
    with gateway.store.write() as db:
        sessions.begin(
            db, CONTACT, service=flow.id, version=flow.version, channel="voice", contact="+6281200000001",
            called="131", language="id", at=NOW, state=to_json(state),
        )  # fmt: skip
        cases.open_case(
            db, service=flow.id, prefix="CO", local_date="2026-03-11", now=times.text(gateway.clock()), status="ditangani",
            agent="budi", tier=1, language="id", channel="telepon", session_id=CONTACT, contact="+6281200000001",
            classification="TERBATAS", fields=json.dumps({"handover": "pemilik"}),
        )  # fmt: skip


@pytest.fixture
def breaking() -> Iterator[Callable[[str], Post]]:
    """A function: a mail server that takes the message and then, instead of an answer, hangs up; or refuses with a code."""
    opened: list[Breaking] = []

    def make(how: str) -> Post:
        server = Breaking(how)
        opened.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return Post("127.0.0.1", lambda: server.port, PLAIN, "kami@contoh.id")

    yield make
    for server in opened:
        server.shutdown()
        server.server_close()
