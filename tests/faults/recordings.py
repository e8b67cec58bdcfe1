"""Recordings from a carrier where every fifth goes wrong, by workers that are killed with -9 again and again (fault list E1).

    python -m tests.faults.recordings --recordings 500 --kill-every 2

Counted afterwards: recordings that are neither whole nor given up, files that are not what the carrier had, those given up that
were only late, what should have followed in the same transaction and did not, files of nobody, and SQLite's own integrity check.
"""

from __future__ import annotations

import argparse
import hashlib
import http.server
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import store
from carrier.client import Carrier
from carrier.media import Limits, Media
from jobs import worker
from jobs.plan import Plan
from store import meta, recordings, times
from store.vault import Vault, VaultFault, keys_of
from tests.carrier.sounds import wav

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, TOKEN, KEY = "AC" + "1" * 32, "t" * 32, "5e" * 32
# What goes wrong, and how often for one recording; None is for ever.
TROUBLE = {
    "404": 2, "503": 2, "cut": 2, "page": None, "inside": None, "drip": 1, "hang": 1, "gone": None,
    "401": 2, "429": 1, "reset": 2, "short": 1, "page once": 1, "large": None, "half": None,
}  # fmt: skip
LIMITS = Limits(connect=1.0, read=0.7, whole=4.0, most_bytes=300_000, slowest=2_000, patience=1.0)
LEASE_SECONDS = 3.0
SEEDED_AGO = 20 * 60.0  # older than the minutes in which a 404 may still turn into a recording


@dataclass
class Result:
    """What one run found. ``open``, ``corrupt``, ``wrongly_dead``, ``wrongly_kept``, ``unfollowed``, ``strays`` and ``plain``
    must be 0, and integrity 'ok'.
    """

    recordings: int = 0
    whole: int = 0
    dead: int = 0
    kills: int = 0
    cut_off: int = 0
    open: int = 0
    corrupt: int = 0
    wrongly_dead: int = 0
    wrongly_kept: int = 0
    unfollowed: int = 0
    strays: int = 0
    plain: int = 0
    integrity: str = ""
    seconds: float = 0.0
    faults: Counter = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        wrong = (
            self.open,
            self.corrupt,
            self.wrongly_dead,
            self.wrongly_kept,
            self.unfollowed,
            self.strays,
            self.plain,
        )
        return not any(wrong) and self.integrity == "ok" and self.whole + self.dead == self.recordings


def sid_of(number: int) -> str:
    return f"RE{hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()}"


class Sounds:
    """The carrier's recordings, and what is wrong with every fifth."""

    def __init__(self, count: int) -> None:
        self.sizes = {sid_of(number): 20_000 + 37 * number % 150_000 for number in range(count)}
        kinds = list(TROUBLE)
        self.trouble = {sid_of(number): kinds[number // 5 % len(kinds)] for number in range(0, count, 5)}
        self.left = {sid: TROUBLE[kind] for sid, kind in self.trouble.items()}
        self.lock, self.stop = threading.Lock(), threading.Event()

    def sound(self, sid: str) -> bytes:
        return wav(self.sizes[sid])

    def doomed(self, sid: str) -> bool:
        return self.left.get(sid, 0) is None

    def next_trouble(self, sid: str) -> str:
        """What goes wrong with this request; "" when nothing does any more."""
        with self.lock:
            left = self.left.get(sid, 0)
            if left:
                self.left[sid] = left - 1
            return self.trouble[sid] if left is None or left else ""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sounds: Sounds

    def do_GET(self) -> None:
        sid = self.path.rpartition("/")[2].removesuffix(".wav")
        self.close_connection = True
        with suppress(OSError):
            self._tell(self.sounds.next_trouble(sid), self.sounds.sound(sid))

    def _tell(self, trouble: str, sound: bytes) -> None:
        if trouble in ("404", "401", "503", "429", "gone"):
            return self._send(404 if trouble == "gone" else int(trouble), b"{}")
        if trouble in ("reset", "hang"):
            self.sounds.stop.wait(2.0 if trouble == "hang" else 0.0)
            return None
        if trouble in ("page", "page once"):
            return self._send(200, b"<!doctype html><title>Maintenance</title>")
        if trouble == "inside":
            return self._send(302, b"", Location="https://169.254.169.254/latest/meta-data/")
        if trouble == "drip":
            self._send(200, sound[:100], len(sound))
            while not self.sounds.stop.wait(0.1):
                self.wfile.write(b"x")
        bodies = {"cut": sound[: len(sound) // 2], "half": sound[: len(sound) // 2], "large": wav(400_000)}
        body = bodies.get(trouble, sound)
        promised = {"cut": len(sound), "short": len(sound) + 1_000}.get(trouble, len(body))
        return self._send(200, body, promised)

    def _send(self, status: int, body: bytes, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None: ...


@contextmanager
def serving(sounds: Sounds):
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"sounds": sounds}))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        sounds.stop.set()
        server.shutdown()
        server.server_close()


def work(folder: Path, url: str) -> None:
    """A worker process: the real one, with limits that fit a test."""
    opened = store.connect(folder / "gateway.db", create=False)
    plan = Plan("https://x.id", recording_lease=LEASE_SECONDS)
    tools = worker.tools_for(opened, Carrier(ACCOUNT, TOKEN, url), plan, lambda: datetime.now(UTC))
    tools = replace(
        tools,
        vault=vault_in(folder),
        media=Media(ACCOUNT, TOKEN, url, (), LIMITS),
        fetched=lambda db, row: meta.put(db, f"followed {row.sid}", row.file or ""),
        chance=lambda: 0.1,
    )
    ours = worker.Worker(tools)
    (folder / f"ready-{os.getpid()}").touch()
    ours.run()


def vault_in(folder: Path) -> Vault:
    return Vault(folder / "recordings", keys_of(KEY))


class Workers:
    """A few worker processes, one of which is killed again and again, and replaced."""

    def __init__(self, folder: Path, url: str, count: int, every: float) -> None:
        self._words = [sys.executable, "-m", "tests.faults.recordings", "--work", str(folder), url]
        self._folder, self._count, self._every, self.kills = folder, count, every, 0
        self._log = (folder / "workers.log").open("ab")
        self._children: list[subprocess.Popen[bytes]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Workers:
        self._children = [self._start() for _ in range(self._count)]
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        for child in self._children:
            child.kill()
            child.wait()
        self._log.close()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._words, cwd=ROOT, stdout=self._log, stderr=self._log)

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            # One that works: on a busy machine the others would be killed before they had begun.
            working = [child for child in self._children if (self._folder / f"ready-{child.pid}").exists()]
            if working:
                working[0].kill()
                working[0].wait()
                self.kills += 1
                self._children.remove(working[0])
                self._children.append(self._start())


def run(
    folder: Path,
    count: int,
    kill_every: float,
    *,
    workers: int = 3,
    seconds: float = 600.0,
    progress: bool = False,
) -> Result:
    """The whole run in a folder of its own."""
    began, sounds = time.monotonic(), Sounds(count)
    opened = store.connect(folder / "gateway.db")
    with opened.write() as db:
        at = times.plus(times.text(datetime.now(UTC)), -SEEDED_AGO)
        for sid in sounds.sizes:
            recordings.note(db, sid, at=at, status="completed", duration=5)
    result = Result(recordings=count)
    with serving(sounds) as url, Workers(folder, url, workers, kill_every) as running:
        left = count
        while left and time.monotonic() - began < seconds:
            time.sleep(0.2)
            left = recordings.counts(opened.read()).get("waiting", 0)
            if progress:
                print(
                    f"\r{count - left} of {count} settled, {running.kills} workers killed ",
                    end="",
                    file=sys.stderr,
                )
        result.kills = running.kills
    if progress:
        print(file=sys.stderr)
    hold_against(sounds, opened, vault_in(folder), result)
    opened.close()
    result.seconds = round(time.monotonic() - began, 1)
    return result


def hold_against(sounds: Sounds, opened: store.Store, vault: Vault, result: Result) -> None:
    """Holds rows and files against what the carrier had."""
    db = opened.read()
    result.integrity = db.execute("PRAGMA integrity_check").fetchone()[0]
    files = set()
    for sid in sounds.sizes:
        row = recordings.load(db, sid)
        result.cut_off += row.cut_off
        if row.state == "fetched":
            files.add(row.file)
            result.whole += 1
            result.wrongly_kept += sounds.doomed(sid)
            result.corrupt += not _same(vault, row, sounds.sound(sid))
            result.plain += sounds.sound(sid)[44:108] in (vault.folder / row.file).read_bytes()
            result.unfollowed += meta.get(db, f"followed {sid}") != row.file
        elif row.state == "dead":
            result.dead += 1
            result.faults[row.fault.partition(":")[0]] += 1
            result.wrongly_dead += not sounds.doomed(sid)
            result.unfollowed += meta.get(db, f"followed {sid}") is not None
        else:
            result.open += 1
    vault.sweep(0)
    result.strays = len({path.name for path in vault.folder.iterdir()} - files)


def _same(vault: Vault, row: recordings.RecordingRow, sound: bytes) -> bool:
    try:
        found = vault.read(row.file)
    except VaultFault:
        return False
    return found == sound and row.sha256 == hashlib.sha256(sound).hexdigest() and row.bytes == len(sound)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.recordings",
        description=__doc__.split("\n")[0],
        epilog="example: python -m tests.faults.recordings --recordings 500 --kill-every 2",
    )
    parser.add_argument("--recordings", type=int, default=500)
    parser.add_argument("--kill-every", type=float, default=2.0, help="seconds between two kills")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    wishes = parser.parse_args()
    if wishes.work:
        work(Path(wishes.work[0]), wishes.work[1])
        return 0
    with tempfile.TemporaryDirectory() as folder:
        result = run(Path(folder), wishes.recordings, wishes.kill_every, progress=True)
    print(result)
    return 0 if result.clean else 1


if __name__ == "__main__":
    sys.exit(main())
