"""The full path of a voice webhook beside baseline H, in one run: python -m bench webhooks [--rounds 5] [--seconds 6] [--json].

Ours is what production runs: gunicorn.conf.py and app.py with two workers, a database and flows/ published as shipped, every
answer after a durable commit. Rounds of the sides alternate, so that a mood of the machine meets all of them.
"""

import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import pool
from bench.servers import ROOT, START_SECONDS, Server, free_port, running
from bench.table import table

CONNECTIONS = 16
WARM_SECONDS = 1.0
GENERATOR_SECONDS = 2.0
# Calls made ready for a second of load, more than a side can take: two POSTs each.
CALLS_A_SECOND = {"ours": 3000, "H": 300, "H-WAL": 1200}


class Unfit(Exception):
    """The run measured something else than it says. The text says what."""


@dataclass(frozen=True)
class Round:
    """One side for some seconds. Times in milliseconds, processor time in µs per request, rates per second."""

    side: str
    requests: int
    rate: float
    p50: float
    p99: float
    cpu: float
    wrong: int
    again: int


@dataclass(frozen=True)
class Side:
    """A server with the door it takes calls at, and where its database lies."""

    name: str
    server: Server
    door: pool.Door
    database: Path


def measure(rounds: int, seconds: float) -> dict:
    """Every round of every side, what they come to, and the state of the machine while they ran."""
    with folder_on_disk() as folder, ExitStack() as stack:
        sides = [
            stack.enter_context(each)
            for each in (_ours(folder), _baseline(folder, "H"), _baseline(folder, "H-WAL"))
        ]
        bench = Bench(folder, seconds)
        generator = bench.generator()
        for side in sides:
            _first_call(side, bench)
        measured = []
        for number in range(rounds):
            for side in sides:
                measured.append(bench.round(side))
                _say(f"round {number + 1}/{rounds} {measured[-1].side}: {measured[-1].rate:.0f} requests/s")
        kept = _stored(sides[0].database, bench.answered)
        memory = sides[0].server.memory()
    return _summary(measured, generator, bench.syncs) | {"stored": kept, "megabytes_a_worker": memory / 1e6}


class Bench:
    """Hands out calls that nobody has seen, and runs the generator against one side after another."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder = folder
        self.seconds = seconds
        self.syncs: list[float] = []
        self.answered = 0  # by our side, warm-ups included: the database must hold as many turns
        self._number = 0

    def calls(self, side: str, door: pool.Door, seconds: float) -> list[tuple[str, str]]:
        count = int(CALLS_A_SECOND[side] * seconds) + 2 * CONNECTIONS
        self._number += count
        return pool.calls(door, self._number - count, count)

    def round(self, side: Side) -> Round:
        self.syncs.append(_sync_milliseconds(self.folder))
        calls = self.calls(side.name, side.door, WARM_SECONDS + self.seconds)
        before = side.server.cpu()
        found = self._load(side.door, calls, WARM_SECONDS, self.seconds)
        spent = side.server.cpu() - before
        if side.name == "ours":
            self.answered += found["all"]
            if found["wrong"] or found["again"] or found["lost"]:
                raise Unfit(
                    f"ours: {found['wrong']} wrong answers, {found['again']} asked again, {found['lost']} without answer. "
                    f"The first wrong one:\n{found['first_wrong']}\nThe server wrote:\n{side.server.complaint()}"
                )
        return Round(
            side.name,
            found["requests"],
            found["requests"] / found["seconds"],
            found["p50"] * 1e3,
            found["p99"] * 1e3,
            spent / found["all"] * 1e6,
            found["wrong"] + found["lost"],
            found["again"],
        )

    def generator(self) -> dict[str, float]:
        """What the generator reaches against a server that only answers: its own limit and cost."""
        port = free_port()
        door = pool.Door(port, "/", lambda call: "/", ("<Gather", "<Gather"))
        with running(["bench.trivial", str(port)], {}, port, self.folder / "trivial.log"):
            calls = pool.calls(door, 0, 1000) * int(
                15 * GENERATOR_SECONDS
            )  # a server that keeps nothing minds no repeats
            found = self._load(door, calls, 0, GENERATOR_SECONDS)
        return {
            "rate": found["requests"] / found["seconds"],
            "cpu": found["generator_cpu"] / found["all"] * 1e6,
            "p99": found["p99"] * 1e3,
        }

    def _load(self, door: pool.Door, calls: list[tuple[str, str]], warm: float, seconds: float) -> dict:
        asked = {
            "port": door.port,
            "connections": CONNECTIONS,
            "warm": warm,
            "seconds": seconds,
            "answers": door.answers,
            "calls": calls,
        }
        file = self.folder / "pool.json"
        file.write_text(json.dumps(asked))
        done = subprocess.run(
            [sys.executable, "-m", "bench.load", str(file)],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        return json.loads(done.stdout)


# --- the sides ---


@contextmanager
def _ours(folder: Path) -> Iterator[Side]:
    port = free_port()
    instance = folder / "instance"
    environ = {
        "PORT": str(port),
        "EMULATOR_PORT": str(free_port()),
        "INSTANCE": str(instance),
        "TWILIO_ACCOUNT_SID": pool.ACCOUNT,
        "TWILIO_AUTH_TOKEN": pool.TOKEN,
        "SECRET_KEY": pool.SECRET_KEY,
        "LOG_LEVEL": "WARNING",
        "CONSOLE": "no",
        "WORKERS": "2",
    }
    database = publish_flows(environ)
    with running(["gunicorn", "-c", "gunicorn.conf.py"], environ, port, folder / "ours.log") as server:
        yield Side("ours", server, pool.ours(port), database)


def publish_flows(environ: dict[str, str]) -> Path:
    """The database as `run` leaves it behind before the first worker starts."""
    import store
    from sessions import services
    from settings import load
    from store.times import text

    settings = load(environ, ROOT)
    opened = store.connect(settings.database)
    services.publish(opened, services.read_folders(settings.flows), text(datetime.now(UTC)))
    opened.close()
    return settings.database


@contextmanager
def _baseline(folder: Path, name: str) -> Iterator[Side]:
    port = free_port()
    database = folder / f"{name}.db"
    environ = {"TWILIO_AUTH_TOKEN": pool.TOKEN, "BASELINE_DATABASE": str(database)}
    if name == "H-WAL":
        environ["BASELINE_WAL"] = "1"
    words = f"gunicorn --workers 2 --threads 4 --bind 127.0.0.1:{port} --pythonpath {ROOT} bench.baseline_h:app".split(
        " "
    )
    # In a folder of its own: in ours gunicorn would read our gunicorn.conf.py.
    with running(words, environ, port, folder / f"{name}.log", folder) as server:
        yield Side(name, server, pool.theirs(port), database)


@contextmanager
def folder_on_disk() -> Iterator[Path]:
    """On the disk where we stand: /tmp is memory on some machines, and a sync of memory costs nothing."""
    above = ROOT / ".cache"
    above.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=above))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


# --- is it what it says? ---


def _first_call(side: Side, bench: Bench) -> None:
    """One call alone, before any clock runs: tables are made, and the answers are what the load will take for good ones."""
    ((_, digit),) = calls = pool.calls(side.door, 10**9, 1)
    found = bench._load(side.door, calls, 0, START_SECONDS)  # ends with the call
    if found["all"] != 2 or found["wrong"]:
        raise Unfit(f"{side.name} does not answer a call as expected: {found}\n{side.server.complaint()}")
    if side.name == "ours":
        bench.answered += 2
        target = digit.split(" ")[1].replace("&", "&amp;")
        with _reading(side.database) as db:
            ((answer,),) = db.execute("SELECT answer FROM turns WHERE n = 0 LIMIT 1").fetchall()
        if target not in answer:
            raise Unfit(f"the digit is sent to {target}, which is not the address in the answer:\n{answer}")


def _stored(database: Path, answered: int) -> dict[str, int]:
    """Turns in the database: as many as answers were given, or something was answered without being kept."""
    with _reading(database) as db:
        ((turns, starts),) = db.execute("SELECT count(*), sum(n = 0) FROM turns").fetchall()
    if turns != answered:
        raise Unfit(f"{answered} webhooks were answered, but the database holds {turns} turns")
    return {"turns": turns, "starts": starts}


@contextmanager
def _reading(database: Path) -> Iterator[sqlite3.Connection]:
    from store.library import sqlite3 as library

    db = library.connect(f"{database.as_uri()}?mode=ro", uri=True)
    try:
        yield db
    finally:
        db.close()


def _sync_milliseconds(folder: Path) -> float:
    """What one sync of 4 kB costs at the moment: the median of fifty."""
    file = os.open(folder / "sync", os.O_RDWR | os.O_CREAT)
    took = []
    for _ in range(50):
        os.write(file, bytes(4096))
        begun = time.perf_counter()
        os.fdatasync(file)
        took.append(time.perf_counter() - begun)
    os.close(file)
    return statistics.median(took) * 1e3


# --- figures ---


def _summary(rounds: list[Round], generator: dict[str, float], syncs: list[float]) -> dict:
    sides = {
        side: [each for each in rounds if each.side == side]
        for side in dict.fromkeys(each.side for each in rounds)
    }
    ours = sides["ours"]
    ratios = {
        side: _spread([mine.rate / other.rate for mine, other in zip(ours, others, strict=True)])
        for side, others in sides.items()
        if side != "ours"
    }
    return {
        "sides": {side: {name: _spread([getattr(each, name) for each in of]) for name in ("rate", "p50", "p99", "cpu")}
                  | {"wrong": sum(each.wrong for each in of), "again": sum(each.again for each in of)}
                  for side, of in sides.items()},
        "ratios": ratios,
        "generator": generator,
        "sync_milliseconds": _spread(syncs),
        "load_average": os.getloadavg()[0],
        "rounds": [asdict(each) for each in rounds],
    }  # fmt: skip


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def report(found: dict) -> str:
    """The figures for people: medians of the rounds, with least and most."""
    rows = [("", "requests/s", "p50 ms", "p99 ms", "CPU µs/request", "wrong", "ours is so many times faster")]
    for side, of in found["sides"].items():
        ratio = found["ratios"].get(side)
        rows.append(
            (
                side,
                _told(of["rate"], 0),
                _told(of["p50"], 1),
                _told(of["p99"], 1),
                _told(of["cpu"], 0),
                str(of["wrong"]),
                _told(ratio, 1) if ratio else "",
            )
        )
    generator, stored = found["generator"], found["stored"]
    return "\n".join(
        [
            f"Voice webhooks, {CONNECTIONS} connections: median of the rounds (least to most)",
            "",
            table(rows),
            "",
            f"generator alone  {generator['rate']:.0f} requests/s, {generator['cpu']:.0f} µs of CPU each",
            f"one sync of 4 kB {_told(found['sync_milliseconds'], 2)} ms; load average {found['load_average']:.1f}",
            f"stored           {stored['turns']} turns, as many as were answered",
            f"largest process  {found['megabytes_a_worker']:.0f} MB",
        ]
    )


def _told(spread: dict[str, float], digits: int) -> str:
    return f"{spread['median']:.{digits}f} ({spread['least']:.{digits}f} to {spread['most']:.{digits}f})"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
