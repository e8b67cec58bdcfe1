"""A week of a made-up contact centre, for pages that show figures: calls of nine days, agents at work, callers who wait, cases."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from desk.routing import events as heard
from desk.routing.contacts import CALL, CALLBACK, Contact, Need
from desk.routing.events import Arrived, TookBreak
from sessions.agents import staff
from sessions.desk import desk
from sessions.gateway import Gateway
from store import cases
from store.library import Connection
from store.times import text
from tests.told import JAKARTA, Writer, at
from tests.web.browser import Console, Pages, prepared, serving

NAMES = (
    "Ani Lestari",
    "Bayu Pratama",
    "Citra Halim",
    "Dimas Putra",
    "Eka Sari",
    "Fajar Nugraha",
    "Gita Wulandari",
    "Hadi Saputra",
)
AGENTS = ("ani", "bayu", "citra", "dimas", "eka", "fajar", "gita", "hadi")
QUEUES = (("bicara131", "uang_rupiah"), ("bicara131", "umum"), ("kring_pajak", "umum"))
WAITING = "CAwaits0000000000000000000000000001"
DAYS = [date(2026, 3, day) for day in (2, 3, 4, 5, 6, 9, 10, 11)]


def plant(gateway: Gateway) -> None:
    """The same figures every time. Twice is once."""
    db = gateway.store.read()
    if db.execute("SELECT 1 FROM contact_events WHERE contact LIKE 'CAday%' LIMIT 1").fetchone():
        return
    _roster(gateway)
    chance = random.Random(131)
    with gateway.store.write() as db:
        for day in DAYS:
            writer = Writer(db, "bicara131", "uang_rupiah")
            for n in range(60 if day != DAYS[-1] else 26):
                _call(writer, day, n, chance)
            for agent in AGENTS if day != DAYS[-1] else ():
                writer.agent(agent, at(f"{day}", "17:30:00"), "signed_out")
            writer.done()
            _cases(db, day, chance)
    _desk(gateway)


def _roster(gateway: Gateway) -> None:
    lines = [
        f"{id},{name},{2 if id in ('bayu', 'gita') else 1},uang_rupiah:2;umum:1,id;en,+62811555{n:04},"
        for n, (id, name) in enumerate(zip(AGENTS, NAMES, strict=True))
    ]
    head = "id,name,tier,skills,languages,phone,unit\n"
    staff.import_roster(gateway, (head + "\n".join(lines) + "\n").encode(), "test")


def _call(writer: Writer, day: date, n: int, chance: random.Random) -> None:
    last = 7.9 if day != DAYS[-1] else 2.0
    moment = datetime(day.year, day.month, day.day, 8, tzinfo=JAKARTA) + timedelta(
        hours=chance.triangular(0, last, last * 0.35)
    )
    id, (service, skill) = f"CAday{day:%d}{n:03}", chance.choice(QUEUES)
    writer._service, writer._skill = service, skill
    writer.session(
        id,
        moment - timedelta(seconds=30),
        service=service,
        contact=f"+62812{n:07}",
        state={"needed_person": True},
    )
    wait, what = min(240, chance.expovariate(1 / 17)), chance.random()
    if what < 0.86:
        talk, agent = chance.uniform(60, 420), chance.choice(AGENTS)
        writer.answered(
            id, moment, agent, wait, talk, acw=chance.uniform(10, 60), tier=2 if agent == "bayu" else 1
        )
        return
    writer.contact(id, moment, "arrived")
    how = "abandoned" if what < 0.93 else "callback_asked" if what < 0.97 else "exit_message"
    writer.contact(id, moment + timedelta(seconds=wait), how)


TOPICS = ("uang_rusak", "uang_palsu", "penukaran", "npwp", "spt", "lapor_pungli")


def _cases(db: Connection, day: date, chance: random.Random) -> None:
    for n in range(12):
        moment = datetime(day.year, day.month, day.day, 9, n, tzinfo=JAKARTA)
        closed = n % 3 > 0
        ticket = cases.open_case(
            db, service="bicara131", prefix="BI", local_date=f"{day}", now=text(moment), channel="telepon", contact=f"+62815{n % 7:07}",
            function=("pertanyaan", "pengaduan", "informasi")[n % 3], topic=chance.choices(TOPICS, (9, 3, 5, 2, 1, 1))[0],
            classification="PUBLIK", tier=1 + n % 3, unit="DPU" if n % 3 == 2 else None, skill="uang_rupiah", language="id",
            fields=json.dumps({"csat": str(1 + n % 4), "policy_suggestion": "ya" if n == 5 else ""}),
        )  # fmt: skip
        if closed:
            done = {
                "status": "ditutup",
                "closed_at": text(moment + timedelta(hours=n)),
                "due_answer": text(moment + timedelta(hours=9)),
            }
            cases.set_fields(db, ticket, now=text(moment), **done)


def _desk(gateway: Gateway) -> None:
    """Agents in every state, and callers who wait."""
    now = gateway.clock()
    happened = [heard.SignedIn(id) for id in AGENTS[:6]]
    happened += [TookBreak("fajar", "makan siang")]
    with gateway.store.write() as db:
        for event in happened:
            desk.happen(gateway, db, event, text(now))
        writer = Writer(db, "bicara131", "uang_rupiah")
        for n, (seconds, service, skill, kind) in enumerate(
            ((75, "bicara131", "uang_rupiah", CALL), (40, "bicara131", "umum", CALL), (31, "kring_pajak", "umum", CALL),
             (18, "bicara131", "umum", CALL), (12, "bicara131", "uang_rupiah", CALL), (9, "kring_pajak", "umum", CALL),
             (6, "bicara131", "umum", CALL), (300, "bicara131", "umum", CALLBACK)), 1,
        ):  # fmt: skip
            id = f"{WAITING[:-1]}{n}" if kind == CALL else "cb:BI-20260311-0901"
            began = now - timedelta(seconds=seconds)
            writer.session(id, began, outcome=None, service=service, contact=f"+6281390000{n:02}")
            need = Need(service, skill)
            contact = Contact(id, kind, need, began, number=f"+6281390000{n:02}", not_before=None)
            desk.happen(gateway, db, Arrived(contact), text(now))
        writer.done()


@pytest.fixture(scope="session")
def busy_console(tmp_path_factory, free_port) -> Iterator[Console]:
    """A console of its own, in the middle of a busy day. Tests add to it; what they count, they count before and after."""
    with serving(prepared(tmp_path_factory.mktemp("busy"), free_port())) as running:
        plant(running.gateway)
        yield running


@pytest.fixture
def busy_pages(busy_console, browser) -> Iterator[Pages]:
    """Its pages."""
    opened = Pages(busy_console, browser)
    yield opened
    opened.close()
