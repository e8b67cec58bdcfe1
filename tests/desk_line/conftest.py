"""An installation with a small service and agents who answer by telephone, and hands for both sides."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from carrier.phone import Call, Phone, World
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
steps:
  salam:
    menu: {id: "Untuk petugas, tekan 1. Untuk bahasa Inggris, tekan 2. Untuk petugas khusus, tekan 3.", en: "For an officer, press 1."}
    keys: {"1": petugas, "2": {then: petugas, set: {language: en}}, "3": khusus, "6": lekas, "7": berjam, "8": rahasia}
    silence: {tries: 3, then: petugas}
    no_match: {tries: 3, then: petugas}
  petugas:
    queue: {skill: umum, tier: 1}
    longest: 120
    every: 20
    callback: telepon
    message: pesan
    then: survei
    closed: tutup
    nobody: kosong
    too_long: lama
  lekas: {queue: {skill: umum, tier: 1}, longest: 10, every: 5, then: survei, closed: tutup, nobody: kosong, too_long: lama}
  berjam: {queue: {skill: umum, tier: 1}, hours: petugas, every: 5, then: survei, closed: malam, nobody: kosong}
  malam: {say: {id: "Jam layanan berakhir.", en: "We are closed."}, then: tutup}
  khusus:
    queue: {skill: khusus, tier: 2}
    then: survei
    closed: tutup
    nobody: kosong
  rahasia: {set: {classification: rahasia}, then: tertutup}
  tertutup: {queue: {skill: umum, tier: 1}, longest: 120, every: 20, then: tutup, closed: tutup, nobody: kosong}
  telepon: {callback: {keyed: dial}, then: tutup, silence: {tries: 2, then: tutup}}
  pesan: {record: {id: "Silakan bicara.", en: "Please speak."}, then: tutup, silence: {tries: 2, then: tutup}}
  kosong: {say: {id: "Tidak ada petugas.", en: "Nobody is on duty."}, then: tutup}
  lama: {say: {id: "Terlalu lama menunggu.", en: "That was too long."}, then: tutup}
  survei: {survey: {id: "Nilai satu sampai empat.", en: "Rate one to four."}, then: tutup}
  tutup: {end: {id: "Selesai.", en: "Done."}}
"""
# Whoever calls this one hears first that the talk is recorded.
RECORDED = """format: 1
service: Layanan Direkam
prefix: CR
languages: [id]
timezone: Asia/Jakarta
numbers: {voice: ["132"]}
start: direkam
rescue: petugas
steps:
  direkam: {say: "Panggilan ini direkam.", notice: recording, then: petugas}
  petugas: {queue: {skill: umum, tier: 1}, longest: 120, every: 20, then: tutup, closed: tutup, nobody: tutup, too_long: tutup}
  tutup: {end: "Selesai."}
"""
DESK = """offer_seconds: {voice: 20}
whisper_seconds: 8
wrap_up_seconds: {voice: 1}
rest_seconds: 1
callback_gap_seconds: 1
callback_tries: 2
tiers: {2: 600, 3: 1200}
"""
HEAD = "id,name,tier,skills,languages,classes,phone\n"
SITI, BUDI, RINA = "+628115551001", "+628115551002", "+628115552001"
SRI, TONO = "+628115552002", "sip:tono@kantor.example"  # they may see what is RAHASIA
ROSTER = (
    HEAD + f"siti,Siti Rahma,1,umum:2,id;en,PUBLIK,{SITI}\n"
    f"budi,Budi Santoso,1,umum:1,id,PUBLIK,{BUDI}\n"
    f"rina,Rina Wulandari,2,umum:3;khusus:3,id;en,PUBLIK;TERBATAS,{RINA}\n"
    f"sri,Sri Lestari,2,umum:3,id,PUBLIK;TERBATAS;RAHASIA,{SRI}\n"
    f"tono,Tono Wijaya,4,umum:3,id,PUBLIK;TERBATAS;RAHASIA,{TONO}\n"
)
EVERYBODY = ("siti", "budi", "rina", "sri", "tono")
WAIT_SECONDS = 30.0
CHARACTERS_A_SECOND = 60.0  # four times as fast as a voice: what is waited for is not the words


@dataclass
class Floor:
    """The house, its telephones, and the command line beside it."""

    house: House
    last: int = 0

    def app(self, *words: str, code: int = 0) -> str:
        """`python app.py WORDS`: what it printed."""
        return command(self.house.environ, *words, code=code)

    def phone(self, number: str) -> Phone:
        return self.house.phone(number, stepped=False)

    def caller(self, *keys: str, to: str = "131") -> Call:
        """A caller of a number of its own, who has pressed these keys and waits."""
        self.last += 1
        call = self.phone(f"+62812000{self.last:05d}").dial(to)
        for key in keys:
            self.until(lambda: call.look().state == "asking" or bool(call.transcript))
            call.press(key)
        return call

    def rung(self, *numbers: str) -> Call:
        """The call that rings at one of these telephones and that the desk still wants: one that it has given up may ring on
        for a moment.
        """
        found: list[Call] = []
        wanted = "SELECT 1 FROM legs WHERE sid = ? AND state = 'calling' AND unwanted = 0"

        def ringing() -> bool:
            for number in numbers:
                line = self.phone(number).line
                for view in line.ask("GET", "/phone/calls?" + urlencode({"number": number}))["calls"]:
                    if view["state"] == "ringing" and self.house.query(wanted, view["sid"]):
                        found.append(Call(line, view))
            return bool(found)

        self.until(ringing, lambda: f"{' and '.join(numbers)} do not ring")
        return found[0]

    def takes(self, number: str) -> Call:
        """Whoever holds this telephone answers, listens and presses 1."""
        call = self.rung(number).pick_up()
        self.heard(call, "Tekan 1", "Press 1")
        return call.press("1")

    def heard(self, call: Call, *any_of: str) -> str:
        """All that was said on this line, once one of these was."""
        self.until(lambda: any(words in self.said(call.look()) for words in any_of), lambda: self.said(call))
        return self.said(call)

    @staticmethod
    def said(call: Call) -> str:
        return " ".join(item.text for item in call.transcript)

    def talks(self, *calls: Call) -> None:
        """These are connected to somebody."""
        for call in calls:
            self.until(
                lambda call=call: call.look().state == "talking",
                lambda call=call: f"{call.state}: {self.said(call)}",
            )

    def ended(self, call: Call) -> None:
        self.until(lambda: call.look().state == "ended", lambda: f"{call.state}: {self.said(call)}")

    def part(self, call: Call, agent: Call) -> None:
        """The caller hangs up, and then the agent, who says nothing more about it."""
        call.hang_up()
        self.until(lambda: not self.contact(call), lambda: self.contact(call))
        agent.hang_up()
        self.ended(agent)
        live = "SELECT 1 FROM legs WHERE contact = ? AND state <> 'over'"
        self.until(lambda: not self.house.query(live, call.sid))

    def until(
        self, true: Callable[[], object], told: Callable[[], object] = str, seconds: float = WAIT_SECONDS
    ) -> None:
        """Waits for a condition, not for a time."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, told()
            time.sleep(0.03)

    def contact(self, call: Call) -> dict:
        """The contact of a call at the desk; {} when it is not there."""
        rows = self.house.query("SELECT data FROM desk_contacts WHERE id = ?", call.sid)
        return json.loads(rows[0][0]) if rows else {}

    def story(self, call: Call) -> list[str]:
        """What happened to the contact, in order."""
        rows = self.house.query("SELECT what FROM contact_events WHERE contact = ? ORDER BY id", call.sid)
        return [what for (what,) in rows]

    def case(self, call: Call) -> tuple[str, int, str]:
        """Status, tier and agent of the caller's case."""
        ((status, tier, agent),) = self.house.query(
            "SELECT status, tier, agent FROM cases WHERE session_id = ?", call.sid
        )
        return status, tier, agent or ""

    def agent_story(self, agent: str) -> list[str]:
        rows = self.house.query("SELECT what FROM agent_events WHERE agent = ? ORDER BY id", agent)
        return [what for (what,) in rows]

    def fresh(self, *agents: str) -> None:
        """Only these are there, free, and every telephone is silent: the beginning of a test."""
        self.until(
            lambda: not self.house.query("SELECT 1 FROM desk_contacts"),
            lambda: self.house.query("SELECT * FROM desk_contacts"),
        )
        self.until(
            lambda: not self.house.query("SELECT 1 FROM legs WHERE state <> 'over'"),
            lambda: self.house.query("SELECT * FROM legs"),
        )
        for number in (SITI, BUDI, RINA, SRI, TONO):  # a leg that is over may still hear its last words
            self.until(
                lambda number=number: self.phone(number).incoming() is None, lambda number=number: number
            )
        self.app("agents", "out", *EVERYBODY)
        if agents:
            self.app("agents", "in", *agents)


def write_service(folder: Path) -> Path:
    for name, flow in (("contoh", FLOW), ("direkam", RECORDED)):
        service = folder / "flows" / name
        service.mkdir(parents=True)
        (service / "flow.yaml").write_text(flow)
        (service / "desk.yaml").write_text(DESK)
    return folder / "flows"


class Floors:
    """One installation for all tests, and another one after a test that failed: what it left is nobody else's."""

    def __init__(self, start: Callable[..., AbstractContextManager[Floor]]) -> None:
        self._start, self._open = start, ExitStack()
        self._floor: Floor | None = None

    def floor(self) -> Floor:
        if self._floor is None:
            self._floor = self._open.enter_context(self._start())
        return self._floor

    def close(self) -> None:
        self._floor = None
        self._open.close()


@pytest.fixture(scope="session")
def floors(tmp_path_factory, free_port):
    @contextmanager
    def start(clock: str = OFFICE_HOURS) -> Iterator[Floor]:
        folder = tmp_path_factory.mktemp("line")
        wishes = {"CLOCK": clock, "FLOWS": str(write_service(folder))}
        with House.running(environment(folder, free_port, **wishes)) as house:
            World(house.emulator_url).pace(CHARACTERS_A_SECOND)
            floor = Floor(house)
            roster = folder / "petugas.csv"
            roster.write_text(ROSTER)
            floor.app("agents", "import", str(roster))
            yield floor

    floors = Floors(start)
    yield floors
    floors.close()


@pytest.fixture
def floor(floors, request):
    """The installation; each test begins with ``floor.fresh``."""
    failed = request.session.testsfailed
    yield floors.floor()
    if request.session.testsfailed > failed:
        floors.close()
