"""People answer calls while webhook workers and the job worker are killed with -9 (fault list of the desk).

    python -m tests.faults.line --callers 60 --kill-every 2

Twelve agents of three tiers: some answer and press 1, some ignore, are busy, decline, are machines, consult a colleague, hand over, hang up in the middle of a talk.
Counted afterwards: callers who were neither answered, called back, recorded nor refused with words; talks of two callers with one
agent at a time; agents left busy, legs left open, callers left at the desk; SQLite's own integrity check.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from carrier.emulator.record import silence
from carrier.phone import Call, Phone, PhoneError, Unreachable, World
from tests.desk_line.conftest import CHARACTERS_A_SECOND, HEAD, write_service
from tests.faults.manners import as_agent, as_called_back, hears, reaches
from tests.house import House, command, environment

CLOCK = "2026-03-11T10:15+07:00"
DESK = """offer_seconds: {voice: 6}
whisper_seconds: 6
wrap_up_seconds: {voice: 0}
misses: 0
rest_seconds: 1
callback_gap_seconds: 1
callback_tries: 4
dial_seconds: 12
tiers: {2: 1, 3: 2}
"""


@dataclass
class Result:
    """What one run found. ``forgotten``, ``doubled``, ``busy`` and ``open`` must be 0, and integrity 'ok'; ``left`` names what is."""

    callers: int = 0
    kills: int = 0
    ends: Counter = field(default_factory=Counter)
    consults: int = 0
    handed_over: int = 0
    messages: int = 0
    forgotten: list[str] = field(default_factory=list)
    doubled: int = 0
    busy: int = 0
    open: int = 0
    left: list[str] = field(default_factory=list)
    integrity: str = ""
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        return not (self.forgotten or self.doubled or self.busy or self.open) and self.integrity == "ok"


class Rung:
    """Whoever holds a telephone that is rung, in a thread of its own."""

    def __init__(self, floor: "Run", number: str, manner) -> None:
        self.floor, self.number, self.manner = floor, number, manner
        self.seen: set[str] = set()

    def work(self) -> None:
        phone = Phone(self.floor.house.emulator_url, self.number, stepped=False)
        while not self.floor.over.wait(0.1):
            with suppress(Unreachable, PhoneError, TimeoutError):
                query = "/phone/calls?" + urlencode({"number": self.number})
                for view in phone.line.ask("GET", query)["calls"]:
                    if view["state"] == "ringing" and view["sid"] not in self.seen:
                        self.seen.add(view["sid"])
                        self.manner(self.floor, Call(phone.line, view))


@dataclass
class Run:
    """One run: the house, its people, and what became of the callers."""

    house: House
    chance: random.Random
    over: threading.Event = field(default_factory=threading.Event)
    calls: list[Call] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    decided: Counter = field(default_factory=Counter)

    def caller(self, number: str) -> None:
        """Waits for an agent; now and then asks for a callback, leaves a message or hangs up."""
        phone = Phone(self.house.emulator_url, number, stepped=False)
        call = phone.dial("131")
        with self.lock:
            self.calls.append(call)
        mood = self.chance.choice(("waits",) * 7 + ("callback", "message", "leaves"))
        call.press("1")
        with suppress(PhoneError):
            if mood in ("callback", "message") and hears(call, "urutan"):
                call.press("1" if mood == "callback" else "2")
                if mood == "message" and reaches(call, lambda: call.state == "recording", 20):
                    call.record(silence(2.5), ended_by="#")
                    call.hang_up()
            if mood == "leaves":
                time.sleep(self.chance.uniform(0.5, 4))
                call.hang_up()
        while call.look().state != "ended" and not self.over.is_set():
            if "Nilai satu" in self.said(call):
                with suppress(PhoneError):
                    call.press("1")
            time.sleep(0.2)

    @staticmethod
    def said(call: Call) -> str:
        return " ".join(item.text for item in call.transcript)


def run(
    callers: int,
    agents: int,
    kill_every: float,
    kills: int,
    folder: Path,
    free_port,
    limit: float = 240,
    seed: int = 1,
) -> Result:
    """Everything: the house is started, filled, tormented and counted."""
    flows = write_service(folder)
    (flows / "contoh" / "desk.yaml").write_text(DESK)
    roster = folder / "petugas.csv"
    numbers = [f"+6281155{n:05d}" for n in range(agents)]
    roster.write_text(
        HEAD + "".join(f"a{n},Petugas {n},{n % 3 + 1},umum:2,id,PUBLIK,{numbers[n]}\n" for n in range(agents))
    )
    result, began = Result(callers), time.monotonic()
    environ = environment(
        folder,
        free_port,
        CLOCK=CLOCK,
        FLOWS=str(flows),
        SMS_PREFIX_PER_HOUR="100000",
        DIAL_CAP_PER_HOUR="100000",
    )
    with House.running(environ) as house:
        World(house.emulator_url).pace(CHARACTERS_A_SECOND)
        for words in (["import", str(roster)], ["in", *(f"a{n}" for n in range(agents))]):
            command(environ, "agents", *words)
        floor = Run(house, random.Random(seed))
        contacts = [f"+62812{seed:02d}{n:06d}" for n in range(callers)]
        rung = [Rung(floor, number, as_agent) for number in numbers] + [
            Rung(floor, number, as_called_back) for number in contacts
        ]
        helpers = [threading.Thread(target=each.work, daemon=True) for each in rung]
        people = [threading.Thread(target=floor.caller, args=(number,), daemon=True) for number in contacts]
        for thread in helpers:
            thread.start()
        for thread in people:
            thread.start()
            time.sleep(0.1)
        _torment(floor, people, kill_every, kills, result, began + limit)
        _settle(floor, result, began + limit)
        floor.over.set()
        for thread in (*people, *helpers):
            thread.join(5)
        _count(floor, result)
    result.seconds = time.monotonic() - began
    return result


def _torment(floor: Run, people, kill_every: float, kills: int, result: Result, deadline: float) -> None:
    """Kills a worker now and then, while callers are on the line."""
    while any(thread.is_alive() for thread in people) and time.monotonic() < deadline:
        if result.kills < kills:
            time.sleep(kill_every)
            result.kills += _kill(floor)
        else:
            time.sleep(0.2)


def _kill(floor: Run) -> int:
    """A random webhook worker, or the job worker."""
    supervisor = floor.house.process.pid
    children = {pid: _words(pid) for pid in _children(supervisor)}
    masters = [pid for pid, words in children.items() if "gunicorn" in words]
    workers = [pid for pid, words in children.items() if words.endswith("app.py worker")]
    victims = [pid for master in masters for pid in _children(master)] + workers
    if not victims:
        return 0
    with suppress(ProcessLookupError):
        os.kill(floor.chance.choice(victims), signal.SIGKILL)
        return 1
    return 0


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _words(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return ""


def _settle(floor: Run, result: Result, deadline: float) -> None:
    """Callbacks are made, talks end, legs close: until nothing is left or time is over."""
    while time.monotonic() < deadline:
        left = floor.house.query("SELECT COUNT(*) FROM desk_contacts")[0][0]
        legs = floor.house.query("SELECT COUNT(*) FROM legs WHERE state <> 'over'")[0][0]
        if not left and not legs:
            return
        time.sleep(0.3)


def _count(floor: Run, result: Result) -> None:
    house = floor.house
    for call in floor.calls:
        end = _end(house, call.look(), floor.said(call))
        result.ends[end] += 1
        if end == "forgotten":
            story = house.query("SELECT what FROM contact_events WHERE contact = ? ORDER BY id", call.sid)
            result.forgotten.append(
                f"{call.sid} {call.state} {[what for (what,) in story]} ...{floor.said(call)[-200:]}"
            )
    said = "SELECT COUNT(*) FROM contact_events WHERE what = 'transferred' AND json_extract(detail, '$.why') = 'handed_over'"
    result.handed_over = house.query(said)[0][0]
    result.consults = house.query("SELECT COUNT(*) FROM case_events WHERE what = 'consulted'")[0][0]
    result.messages = house.query("SELECT COUNT(*) FROM voicemails WHERE seen_by IS NOT NULL")[0][0]
    result.doubled = _doubled(house)
    result.busy = len(house.query("SELECT 1 FROM desk_contacts"))
    result.open = len(house.query("SELECT 1 FROM legs WHERE state <> 'over'"))
    result.left = [str(row) for row in house.query("SELECT data FROM desk_contacts")]
    result.left += [str(row) for row in house.query("SELECT * FROM legs WHERE state <> 'over'")]
    result.integrity = house.query("PRAGMA integrity_check")[0][0]


def _end(house: House, call: Call, said: str) -> str:
    """What became of a caller; 'forgotten' when nothing did."""
    story = [
        what
        for (what,) in house.query("SELECT what FROM contact_events WHERE contact = ? ORDER BY id", call.sid)
    ]
    if "talk_ended" in story:
        return "called back" if "callback_reached" in story else "answered"
    if (
        house.query("SELECT 1 FROM recordings WHERE session_id = ? AND duration > 0", call.sid)
        or "exit_message" in story
    ):
        return "recorded"
    for what, end in (
        ("abandoned", "hung up"),
        ("exit_unreached", "not reached"),
        ("exit_answered_meanwhile", "called back"),
    ):
        if what in story:
            return end
    if call.ended_by == "caller":
        return "hung up"
    if any(
        words in said
        for words in ("Tidak ada petugas", "Terlalu lama", "Selesai", "gangguan", "application error")
    ):
        return "refused with words"
    return "forgotten"


def _doubled(house: House) -> int:
    """Talks of one agent that lie over each other."""
    rows = house.query(
        "SELECT json_extract(detail, '$.agent'), contact, what, at FROM contact_events"
        " WHERE what IN ('answered', 'callback_reached', 'talk_ended', 'transferred') ORDER BY id"
    )
    talking: dict[str, str] = {}
    doubled = 0
    for agent, contact, what, _ in rows:
        if what in ("answered", "callback_reached"):
            doubled += agent in talking and talking[agent] != contact
            talking[agent] = contact
        elif talking.get(agent) == contact:
            del talking[agent]
    return doubled


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--callers", type=int, default=60)
    parser.add_argument("--agents", type=int, default=12)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--kill-every", type=float, default=3.0, metavar="SECONDS")
    parser.add_argument("--limit", type=float, default=300.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    def free_port() -> int:
        return random.SystemRandom().randrange(20_000, 32_000)

    with tempfile.TemporaryDirectory() as folder:
        result = run(
            arguments.callers, arguments.agents, arguments.kill_every, arguments.kills, Path(folder), free_port,
            arguments.limit, arguments.seed,
        )  # fmt: skip
        if not result.clean:
            log = Path(folder) / "instance.log"
            kept = Path(tempfile.gettempdir()) / f"sambung-line-{os.getpid()}.log"
            kept.write_text(log.read_text())
            print(f"the log is in {kept}")
    print(json.dumps(result.__dict__, indent=1, ensure_ascii=False))
    return 0 if result.clean else 1


if __name__ == "__main__":
    sys.exit(main())
