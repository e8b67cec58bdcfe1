"""Webhooks in three copies, shuffled over the workers, a random worker killed with -9 again and again (fault list A1, B1).

    python -m tests.faults.shuffled --keys 5000 --kill-every 0.5

The carrier's behaviour is kept: a copy that gets no answer is sent again. Counted afterwards: acknowledged keys whose effect is not in
the database, effects that happened twice, keys whose copies were answered differently, and SQLite's own integrity check.
"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from store.library import sqlite3
from tests.house import House, environment
from tests.signed import FORM, signature

COPIES = 3
THREADS = 16


@dataclass
class Result:
    """What one run found. Everything but ``keys``, ``kills``, ``retries`` and ``seconds`` must be 0, and integrity 'ok'."""

    keys: int = 0
    kills: int = 0
    retries: int = 0
    lost: int = 0
    doubled: int = 0
    different: int = 0
    refused: int = 0
    integrity: str = ""
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.different or self.refused) and self.integrity == "ok"


@dataclass
class Sender:
    """Sends every copy until it is answered, and keeps the answers by key."""

    house: House
    answers: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    retries: int = 0

    def send(self, wishes: list[tuple[str, str, bytes]]) -> None:
        """Each wish: key, path, body. Three copies each, shuffled, on 16 connections."""
        copies = [wish for wish in wishes for _ in range(COPIES)]
        random.shuffle(copies)
        signed = {key: signature(self.house, path, body) for key, path, body in wishes}
        lock = threading.Lock()

        def work() -> None:
            connection = None
            while True:
                with lock:
                    wish = copies.pop() if copies else None
                if wish is None:
                    if connection is not None:
                        connection.close()
                    return
                key, path, body = wish
                answer = None
                while answer is None:
                    connection = connection or self._connect()
                    try:
                        headers = {"Content-Type": FORM, "X-Twilio-Signature": signed[key]}
                        connection.request("POST", path, body, headers)
                        got = connection.getresponse()
                        answer = got.status, got.read().decode()
                    except (OSError, http.client.HTTPException):
                        connection.close()
                        connection = None
                        with lock:
                            self.retries += 1
                        time.sleep(0.05)
                with lock:
                    self.answers.setdefault(key, []).append(answer)

        threads = [threading.Thread(target=work) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", urlsplit(self.house.url).port, timeout=20)


class Killer:
    """Kills a random webhook worker, never gunicorn's master."""

    def __init__(self, house: House, every: float) -> None:
        self.house, self.every, self.kills = house, every, 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.wait(self.every):
            workers = web_workers(self.house.process.pid)
            if workers:
                try:
                    os.kill(random.choice(workers), signal.SIGKILL)
                    self.kills += 1
                except ProcessLookupError:
                    pass


def web_workers(supervisor: int) -> list[int]:
    """The processes of gunicorn's workers: grandchildren of the supervisor with gunicorn as their parent."""
    parents, names = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                names[int(entry.name)] = (entry / "cmdline").read_bytes().decode(errors="replace")
                parents[int(entry.name)] = int(stat[1])
            except OSError:
                continue
    masters = [pid for pid, parent in parents.items() if parent == supervisor and "gunicorn" in names[pid]]
    return [pid for pid, parent in parents.items() if parent in masters]


def first_wave(house: House, keys: int) -> list[tuple[str, str, bytes]]:
    """Calls, texts, statuses and recordings, each a key of its own."""
    wishes = []
    for n in range(keys):
        number = f"+62811{n:08d}"
        match n % 5:
            case 0 | 1:
                path, form = "/ivr/calls", {"CallSid": f"CAshuf{n}", "From": number, "To": "131"}
            case 2:
                path, form = (
                    "/sms/messages",
                    {"MessageSid": f"SMshuf{n}", "From": number, "To": "131", "Body": f"ADU kasus {n}"},
                )
            case 3:
                path = "/ivr/status"
                form = {
                    "CallSid": f"CAst{n}",
                    "CallStatus": "completed",
                    "CallDuration": "9",
                    "SequenceNumber": "3",
                }
            case _:
                path = "/ivr/recordings"
                form = {
                    "RecordingSid": f"REshuf{n}",
                    "CallSid": f"CArec{n}",
                    "RecordingStatus": "completed",
                    "RecordingDuration": "5",
                }
        wishes.append((f"{path} {n}", path, urlencode({**form, "AccountSid": house.account}).encode()))
    return wishes


def second_wave(house: House, sender: Sender) -> list[tuple[str, str, bytes]]:
    """The first key of every call that was answered, at the address its answer gave."""
    wishes = []
    for key, answers in sender.answers.items():
        found = re.search(r'action="[^"]*(/ivr/calls/(CAshuf\d+)/turns/1\?[^"]+)"', answers[0][1])
        if found:
            form = {
                "CallSid": found[2],
                "Digits": "1",
                "From": "+62811",
                "To": "131",
                "AccountSid": house.account,
            }
            wishes.append((f"turn {key}", found[1].replace("&amp;", "&"), urlencode(form).encode()))
    return wishes


def count(house: House, keys: int, sender: Sender, result: Result) -> None:
    """Hold the database against what was acknowledged."""
    with closing(sqlite3.connect(house.instance / "gateway.db", timeout=10)) as db:
        result.integrity = db.execute("PRAGMA integrity_check").fetchone()[0]
        sessions = Counter(row[0] for row in db.execute("SELECT id FROM sessions WHERE channel = 'voice'"))
        turns = Counter(f"{row[0]} {row[1]}" for row in db.execute("SELECT session_id, n FROM turns"))
        replies = Counter(row[0] for row in db.execute("SELECT target FROM outbox WHERE kind = 'sms'"))
        cases = Counter(
            row[0]
            for row in db.execute("SELECT contact FROM cases WHERE status = 'antre' OR note IS NOT NULL")
        )
        calls = Counter(row[0] for row in db.execute("SELECT sid FROM calls WHERE status = 'completed'"))
        recordings = Counter(
            row[0] for row in db.execute("SELECT sid FROM recordings WHERE status = 'completed'")
        )
    for n in range(keys):
        number = f"+62811{n:08d}"
        match n % 5:
            case 0 | 1:
                effects = [sessions[f"CAshuf{n}"], turns[f"CAshuf{n} 0"], turns[f"CAshuf{n} 1"]]
            case 2:
                effects = [replies[number], cases[number]]
            case 3:
                effects = [calls[f"CAst{n}"]]
            case _:
                effects = [recordings[f"REshuf{n}"]]
        result.lost += any(effect < 1 for effect in effects)
        result.doubled += any(effect > 1 for effect in effects)
    for answers in sender.answers.values():
        result.different += len(set(answers)) != 1
        result.refused += any(not 200 <= status < 300 for status, _ in answers)


def run(house: House, keys: int, kill_every: float, *, progress: bool = False) -> Result:
    """The whole run against a house that is up."""
    started, sender = time.monotonic(), Sender(house)
    with Killer(house, kill_every) as killer:
        for name, wave in (("first", first_wave(house, keys)), ("second", [])):
            wave = wave or second_wave(house, sender)
            if progress:
                print(f"{name} wave: {len(wave)} keys, {COPIES} copies each", file=sys.stderr)
            sender.send(wave)
    time.sleep(1)
    result = Result(keys=len(sender.answers), kills=killer.kills, retries=sender.retries)
    count(house, keys, sender, result)
    result.seconds = round(time.monotonic() - started, 1)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.shuffled",
        description=__doc__.split("\n")[0],
        epilog="example: python -m tests.faults.shuffled --keys 5000 --kill-every 0.5",
    )
    parser.add_argument(
        "--keys", type=int, default=5000, help="webhooks of the first wave; each call adds a second one"
    )
    parser.add_argument("--kill-every", type=float, default=0.5, help="seconds between two kills")
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ports = iter(random.sample(range(20_000, 32_000), 2))
        settings = environment(
            Path(folder), lambda: next(ports), SMS_PREFIX_PER_HOUR="1000000", LOG_LEVEL="ERROR"
        )
        with House.running(settings) as house:
            result = run(house, wishes.keys, wishes.kill_every, progress=True)
    print(json.dumps({**result.__dict__, "clean": result.clean}, indent=1))
    return 0 if result.clean else 1


if __name__ == "__main__":
    sys.exit(main())
