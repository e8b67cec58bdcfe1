"""Messages written down while their engines are killed at a third of the jobs and workers with -9 (fault list E5).

    python -m tests.faults.transcribing --messages 200 --kill 0.33 --worker-kill-every 3

Counted afterwards: messages that are neither written down nor to be listened to, written down wrongly, twice or without a
line in their case, files of the vault that nobody knows, and SQLite's own integrity check.
"""

import argparse
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import wave
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import store
from app import ROOT, open_gateway
from audio.ears import Ears, Recipe
from audio.ears_child import WARMTH_SECONDS
from audio.transcript import Segment, Transcript, Word
from engine.events import Keys, Recorded
from jobs.scribe import Scribe
from jobs.transcribing import Tools
from sessions.gateway import Gateway
from sessions.services import Folder, publish
from sessions.voicemails.voicemails import Understanding
from settings import load
from sms import grammar
from store import cases, recordings, transcripts
from tests.gateways import NOW, Caller, fetched

CLOCK = "2026-03-11T10:15+07:00"
FASTER = 20  # leases of a minute run out in three seconds
STEP = 0.02  # seconds of sound by which one message is longer than the one before
FLOW = """format: 1
service: Contoh
prefix: CO
languages: [id]
timezone: Asia/Jakarta
numbers: {voice: ["131"]}
start: utama
steps:
  utama:
    menu: "Untuk pesan, tekan 1."
    keys: {"1": pesan}
    silence: {tries: 3, then: selesai}
    no_match: {tries: 3, then: selesai}
  pesan: {record: "Silakan bicara.", then: selesai, silence: {tries: 2, then: selesai}}
  selesai: {end: "Terima kasih."}
"""


@dataclass
class Result:
    """What one run found. All but ``messages``, ``done``, ``listen``, ``kills`` and ``seconds`` must be 0."""

    messages: int = 0
    done: int = 0
    listen: int = 0
    kills: int = 0
    lost: int = 0
    wrong: int = 0
    untold: int = 0
    orphans: int = 0
    integrity: str = ""
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        settled = self.done + self.listen == self.messages
        return (
            settled
            and not (self.lost or self.wrong or self.untold or self.orphans)
            and self.integrity == "ok"
        )


class Dying:
    """Hears "pesan N" in the Nth message, and is killed at so many of its jobs."""

    name = "dying"
    model_sha256 = "d" * 64

    def __init__(self, kill: float) -> None:
        self._kill = kill

    def transcribe(self, sound, language, words=()):
        time.sleep(random.uniform(0.0, 0.05))
        if random.random() < self._kill and sound.seconds != WARMTH_SECONDS:  # warming up is no job
            os.kill(os.getpid(), signal.SIGKILL)
        text = sentence(round(sound.seconds / STEP))
        said = (Segment(0.0, 0.2, text, "high", tuple(Word(0.0, 0.2, word, 1.0) for word in text.split())),)
        return Transcript(language, self.name, self.model_sha256, 0.2, sound.seconds, said)


def make(kill: float) -> Dying:
    return Dying(kill)


def sentence(number: int) -> str:
    """What the message says: its number, and one that must be masked."""
    return f"pesan {number} nomor saya 0812345{number:05d}"


def sound(number: int) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(round(number * STEP * 8000) * 2))
    return made.getvalue()


def gateway_of(instance: Path) -> Gateway:
    return open_gateway(load({"INSTANCE": str(instance), "CLOCK": CLOCK}, ROOT))


def prepare(instance: Path, messages: int) -> Gateway:
    """An installation in which so many callers left a message."""
    settings = load({"INSTANCE": str(instance), "CLOCK": CLOCK}, ROOT, make_credentials=True)
    made = store.connect(settings.database)
    publish(made, [Folder("contoh", {"flow.yaml": FLOW.encode()}, {})], NOW)
    made.close()
    gateway = gateway_of(instance)
    for number in range(10, 10 + messages):
        sid = f"RE{number:032x}"
        Caller(gateway, f"CA{number:032x}").hear(Keys("1"), Recorded(sid, 9))
        fetched(gateway, sid, sound(number))
    return gateway


def work(instance: Path, kill: float) -> None:
    """One worker, on a clock that runs FASTER, until it is killed."""
    gateway = gateway_of(instance)
    clock = gateway.clock
    gateway.clock = lambda: clock() + timedelta(seconds=(time.time() - float(os.environ["BEGAN"])) * FASTER)
    recipe = Recipe("dying", "tests.faults.transcribing:make", {"kill": kill})
    with Ears(lambda language: recipe, 2) as ears:
        scribe = Scribe(Tools(gateway, ears, Understanding(grammar.topic, grammar.named)), 2)
        signal.signal(signal.SIGTERM, scribe.stop)
        scribe.run()


def run(messages: int, kill: float, worker_kill_every: float, limit: float, instance: Path) -> Result:
    """Everything; the last worker is left alone until all is settled or ``limit`` seconds are over."""
    gateway = prepare(instance, messages)
    result, began = Result(messages), time.monotonic()
    environ = {**os.environ, "BEGAN": str(time.time())}
    words = [sys.executable, "-m", "tests.faults.transcribing", "--work", str(instance), "--kill", str(kill)]
    worker = subprocess.Popen(words, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
    killed = time.monotonic()
    while transcripts.counts(gateway.store.read()).get("waiting", 0) and time.monotonic() - began < limit:
        time.sleep(0.05)
        if worker_kill_every and time.monotonic() - killed > worker_kill_every:
            worker.kill()
            worker.wait()
            result.kills, killed = result.kills + 1, time.monotonic()
            worker = subprocess.Popen(words, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
    worker.terminate()
    worker.wait()
    result.seconds = time.monotonic() - began
    count(gateway, messages, result)
    gateway.store.close()
    return result


def count(gateway: Gateway, messages: int, result: Result) -> None:
    """What became of every message, against what it was."""
    db, known = gateway.store.read(), set()
    for number in range(10, 10 + messages):
        sid = f"RE{number:032x}"
        state = transcripts.work(db, sid).state
        recording, row = recordings.load(db, sid), transcripts.load(db, sid)
        known |= {recording.file, *((row.sealed, row.bleeped) if row else ())}
        (case,) = cases.of_session(db, recording.session_id)
        told = [event.what for event in cases.events(db, case.ticket)]
        result.done += state == "done"
        result.listen += state == "listen"
        result.lost += state not in ("done", "listen")
        result.untold += told.count("written down") != (state == "done")
        result.untold += told.count("listen") != (state == "listen")
        if state == "done":
            heard = json.loads(gateway.vault.read(row.sealed))["text"]
            masked = f"pesan {number} nomor saya 0812****{sentence(number)[-3:]}"
            result.wrong += heard != sentence(number) or row.masked.replace("*", "") != masked.replace(
                "*", ""
            )
    result.orphans = len({path.name for path in gateway.vault.folder.iterdir()} - known)
    result.integrity = db.execute("PRAGMA integrity_check").fetchone()[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument(
        "--kill", type=float, default=1 / 3, help="share of jobs at which the engine is killed"
    )
    parser.add_argument("--worker-kill-every", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--limit", type=float, default=900.0, metavar="SECONDS")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        work(arguments.work, arguments.kill)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        result = run(
            arguments.messages,
            arguments.kill,
            arguments.worker_kill_every,
            arguments.limit,
            Path(folder) / "instance",
        )
    print(result)
    return 0 if result.clean else 1


if __name__ == "__main__":
    sys.exit(main())
