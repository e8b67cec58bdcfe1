"""An installation with a small service and agents who answer texts from mobile phones, and hands for both sides."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from carrier.phone import Phone
from tests.conftest import OFFICE_HOURS
from tests.house import House, command, environment

FLOW = """format: 1
service: {id: Layanan Contoh, en: Sample Service}
prefix: CO
languages: [id, en]
timezone: Asia/Jakarta
numbers: {voice: ["131"], text: ["131"]}
hours: {petugas: {mon-fri: ["08:00-16:00"]}}
start: salam
rescue: petugas
keywords:
  PETUGAS: {rest_as: isi, then: petugas}
  RAHASIA: {rest_as: isi, then: rahasia}
  INFO: info
steps:
  salam:
    menu: {id: "Untuk petugas, pilih 1.", en: "For an officer, choose 1."}
    keys: {"1": petugas}
    silence: {tries: 3, then: petugas}
    no_match: {tries: 3, then: petugas}
  petugas:
    queue: {skill: umum, tier: 1}
    note: "{isi}"
    then: tutup
    closed: tutup
    nobody: tutup
  rahasia: {set: {classification: rahasia}, then: khusus}
  khusus:
    queue: {skill: umum, tier: 2}
    note: "{isi}"
    then: tutup
    closed: tutup
    nobody: tutup
  info: {end: {id: "Kami buka Senin sampai Jumat.", en: "We open Monday to Friday."}}
  tutup: {end: {id: "Selesai.", en: "Done."}}
"""
DESK = """offer_seconds: {text: 30}
rest_seconds: 1
misses: 2
tiers: {2: 600, 3: 1200}
canned:
  salam: {id: "Selamat datang di {layanan}, laporan {tiket}.", en: "Welcome to {layanan}, report {tiket}."}
"""
SITI, BUDI, RINA = "+628115551001", "+628115551002", "+628115552001"
ROSTER = (
    "id,name,tier,skills,languages,classes,channels,phone\n"
    f"siti,Siti Rahma,1,umum:2,id;en,PUBLIK,voice:1;text:3,{SITI}\n"
    f"budi,Budi Santoso,1,umum:1,id,PUBLIK,voice:1;text:3,{BUDI}\n"
    f"rina,Rina Wulandari,2,umum:3,id;en,PUBLIK;TERBATAS;RAHASIA,voice:1;text:3,{RINA}\n"
)
PHONES = {"siti": SITI, "budi": BUDI, "rina": RINA}
WAIT_SECONDS = 20.0


@dataclass
class Mobile:
    """One mobile phone: all that it has received since ``clear``."""

    phone: Phone
    got: list[str] = field(default_factory=list)
    senders: set[str] = field(default_factory=set)

    def write(self, *bodies: str) -> None:
        for body in bodies:
            self.phone.text("131", body)

    def look(self) -> list[str]:
        for text in self.phone.texts():
            self.got.append(text.body)
            self.senders.add(text.from_)
        return self.got

    def until(self, *words: str, seconds: float = WAIT_SECONDS) -> str:
        """The newest text, once one that holds all of these words is there."""
        deadline = time.monotonic() + seconds
        while True:
            for body in reversed(self.look()):
                if all(word in body for word in words):
                    return body
            assert time.monotonic() < deadline, f"{self.phone.number} never got {words}: {self.got}"
            time.sleep(0.03)

    def clear(self) -> None:
        self.look()
        self.got.clear()


@dataclass
class Floor:
    """The house, its mobile phones, and the command line beside it."""

    house: House
    last: int = 0
    mobiles: dict[str, Mobile] = field(default_factory=dict)

    def app(self, *words: str, code: int = 0) -> str:
        return command(self.house.environ, *words, code=code)

    def agent(self, name: str) -> Mobile:
        if name not in self.mobiles:
            self.mobiles[name] = Mobile(self.house.phone(PHONES[name]))
        return self.mobiles[name]

    def proves(self, name: str) -> None:
        """The agent proves the telephone of the roster, as once in each shift."""
        mobile = self.agent(name)
        mobile.write("?")
        code = re.search(r"\d{6}", mobile.until("untuk membuktikan telepon ini"))
        mobile.write(code[0] if code else "")
        mobile.until("terbukti sampai pukul")

    def writer(self, body: str = "") -> Mobile:
        """A writer with a number of its own, who has written this, if anything."""
        self.last += 1
        mobile = Mobile(self.house.phone(f"+62812000{self.last:05d}"))
        if body:
            mobile.write(body)
        return mobile

    def until(self, true: Callable[[], object], told: Callable[[], object] = str) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not true():
            assert time.monotonic() < deadline, told()
            time.sleep(0.03)

    def contact(self, writer: Mobile) -> dict:
        """The writer's contact at the desk; {} when there is none."""
        for (data,) in self.house.query("SELECT data FROM desk_contacts"):
            found = json.loads(data)
            if found["number"] == writer.phone.number:
                return found
        return {}

    def state(self, writer: Mobile) -> tuple[str, str]:
        found = self.contact(writer)
        return found.get("state", "waiting" if found else ""), found.get("agent", "")

    def stands(self, writer: Mobile, state: str, agent: str = "") -> dict:
        self.until(lambda: self.state(writer) == (state, agent), lambda: self.contact(writer))
        return self.contact(writer)

    def case(self, writer: Mobile) -> tuple[str, str, int, str]:
        """Ticket, status, tier and agent of the writer's newest case."""
        ((ticket, status, tier, agent),) = self.house.query(
            "SELECT ticket, status, tier, agent FROM cases WHERE contact = ? ORDER BY number DESC LIMIT 1",
            writer.phone.number,
        )
        return ticket, status, tier, agent or ""

    def history(self, writer: Mobile) -> list[tuple[str, str]]:
        ticket = self.case(writer)[0]
        return self.house.query("SELECT who, what FROM case_events WHERE ticket = ? ORDER BY id", ticket)

    def story(self, contact: str) -> list[str]:
        rows = self.house.query("SELECT what FROM contact_events WHERE contact = ? ORDER BY id", contact)
        return [what for (what,) in rows]

    def gone(self, writer: Mobile) -> None:
        self.until(lambda: not self.contact(writer), lambda: self.contact(writer))

    def fresh(self, *agents: str) -> None:
        """Only these are there, and nobody waits: the beginning of a test."""
        rows = self.house.query("SELECT data FROM desk_contacts")
        assert not rows, rows
        posts = self.house.query("SELECT agent, json_extract(data, '$.presence') FROM posts")
        there = {agent for agent, presence in posts if presence not in (None, "offline")}
        if leaving := there - set(agents):
            self.app("agents", "out", *leaving)
        if set(agents) - {agent for agent, presence in posts if presence == "available"}:
            self.app("agents", "in", *agents)
        for name in PHONES:
            self.agent(name).clear()


@pytest.fixture(scope="session")
def floor(tmp_path_factory, free_port):
    """One installation for all tests of this folder; each begins with ``floor.fresh`` and ends with nobody waiting."""
    folder = tmp_path_factory.mktemp("texts")
    service = folder / "flows" / "contoh"
    service.mkdir(parents=True)
    (service / "flow.yaml").write_text(FLOW)
    (service / "desk.yaml").write_text(DESK)
    # One clock for the house and for the commands beside it: both work on the same dialogues.
    ahead = datetime.fromisoformat(OFFICE_HOURS) - datetime.now(UTC)
    wishes = {
        "CLOCK": f"{round(ahead.total_seconds()):+d}",
        "FLOWS": str(folder / "flows"),
        "SMS_PREFIX_PER_HOUR": "100000",
    }
    with House.running(environment(folder, free_port, **wishes)) as house:
        floor = Floor(house)
        roster = folder / "petugas.csv"
        roster.write_text(ROSTER)
        floor.app("agents", "import", str(roster))
        for name in PHONES:
            floor.proves(name)
        yield floor
