"""Every key path through a service of at most N keys, walked by the terminal telephone over HTTP, with a house of its own.

    python -m tests.walks.walk [--service bicara131 --service kring_pajak] [--keys 6] [--processes 2]
                               [--night] [--withheld] [--no-merge] [--json]

Each path is one call: dialled, walked from the first key to the last, looked at, hung up. Paths are walked by breadth, so that every
situation is met first with the most keys left. A situation that was met before is not walked through again from there (the call that
led to it was walked and checked all the same); how many longer paths that covers is in the figures, and --no-merge walks them all.
Two situations are the same when the engine's session is, but for its counters, its times, the numbers of this very call, and that
part of the way back which the keys left cannot reach.
"""

import argparse
import json
import multiprocessing
import random
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from carrier.phone import World
from tests.house import ROOT, House, environment
from tests.walks.documents import lint_of_the_vendor
from tests.walks.tally import Map, Place, endings
from tests.walks.walker import ENDINGS, Outfit, Path_, Walked, Walker, add_taxpayers

SERVICES = ("bicara131", "kring_pajak", "kontak_ojk157", "bravo_beacukai")
CLOCKS = {"day": "2026-03-11T10:15+07:00", "night": "2026-03-13T19:05+07:00"}
MOST_FAULTS = 50  # shown; all are counted

_walker: Walker | None = None


@dataclass
class Figures:
    """What a walk found."""

    service: str
    clock: str
    caller: str
    keys: int
    linted: bool
    calls: int = 0
    paths: int = 0
    covered: int = 0
    situations: int = 0
    presses: int = 0
    documents: int = 0
    distinct_documents: int = 0
    seconds: float = 0.0
    steps: list[str] = field(default_factory=list)  # where a call rested or ended
    endings: dict[str, int] = field(default_factory=dict)
    faults: int = 0
    shown: list[tuple[str, str]] = field(default_factory=list)

    def fault(self, path: Path_, what: str) -> None:
        self.faults += 1
        if len(self.shown) < MOST_FAULTS:
            self.shown.append((" ".join(path) or "(dialling)", what))

    def lines(self) -> str:
        """For people."""
        ended = ", ".join(f"{self.endings.get(kind, 0):,} {kind}" for kind in ENDINGS)
        told = [
            f"{self.service}, {self.clock}, caller {self.caller}: every path of at most {self.keys} keys",
            f"  paths      {self.paths:,}: {self.calls:,} calls, {self.covered:,} covered by what was met before ({self.situations:,} situations)",
            f"  key presses {self.presses:,} in {self.seconds:.0f} s ({self.calls / max(self.seconds, 0.01):.0f} calls/s)",
            f"  documents  {self.documents:,} ({self.distinct_documents:,} distinct), "
            + ("valid by the vendor's lists" if self.linted else "NOT held against the vendor's lists"),
            f"  rested at  {len(self.steps)} steps",
            f"  endings    {ended}",
            f"  faults     {self.faults}",
        ]
        return "\n".join([*told, *(f"    {path}: {what}" for path, what in self.shown)])


def _begin(outfit: Outfit) -> None:
    global _walker
    _walker = Walker(outfit)


def _walk(task: tuple[Path_, int]) -> Walked:
    assert _walker is not None
    return _walker.walk(*task)


@contextmanager
def walkers(
    outfit: Outfit, processes: int
) -> Iterator[Callable[[Iterable[tuple[Path_, int]]], Iterator[Walked]]]:
    """walk(tasks) -> what each found, as they come; in so many processes (0: in this one)."""
    if not processes:
        with closing(Walker(outfit)) as walker:
            yield lambda tasks: (walker.walk(*task) for task in tasks)
        return
    with multiprocessing.get_context("spawn").Pool(processes, _begin, (outfit,)) as pool:
        yield lambda tasks: pool.imap_unordered(_walk, list(tasks), chunksize=4)


class Walk:
    """One service, walked by breadth."""

    def __init__(
        self, outfit: Outfit, keys: int, *, merge: bool, clock: str, first_serial: int, progress: bool
    ) -> None:
        caller = "withheld" if outfit.withheld else "mobile"
        self.figures = Figures(
            outfit.service, clock, caller, keys, outfit.lint and lint_of_the_vendor() is not None
        )
        self._map = Map(keys, merge=merge)
        self._keys = keys
        self._serial = first_serial
        self._progress = progress
        self._names: set[str] = set()
        self._steps: set[str] = set()
        self._walked_to_the_end = 0
        self._come_from: dict[Path_, Place] = {}

    def run(self, walk: Callable[[Iterable[tuple[Path_, int]]], Iterator[Walked]]) -> Figures:
        """Walk until the keys are spent."""
        begun = time.monotonic()
        (first,) = walk([((), self._next())])
        self._count(first)
        start, _ = self._map.place(first)
        level = [start]
        self._come_from = {start.path: start}
        for n in range(1, self._keys + 1):
            level = self._level(n, level, walk)
        figures = self.figures
        figures.seconds = round(time.monotonic() - begun, 1)
        figures.distinct_documents = len(self._names)
        figures.steps = sorted(self._steps)
        figures.endings = dict(endings(start, self._keys, {}))
        figures.paths = sum(figures.endings.values())
        figures.covered = figures.paths - self._walked_to_the_end
        return figures

    def _level(self, n: int, level: list[Place], walk: Callable[..., Iterator[Walked]]) -> list[Place]:
        """Every choice of every situation of this level; the new situations that they lead to."""
        tasks = [((*place.path, choice), self._next()) for place in level for choice in place.choices]
        fresh: list[Place] = []
        # In the order of their keys, whoever came first: then the same walk twice gives the same figures.
        for found in sorted(self._told(n, tasks, walk), key=lambda one: one.path):
            place, new = self._map.place(found)
            if new:
                fresh.append(place)
            self._come_from[found.path[:-1]].ways[found.path[-1]] = (place, found.ending or "no good end")
        self._come_from = {place.path: place for place in fresh}
        self.figures.situations += len(fresh)
        return fresh

    def _told(
        self, n: int, tasks: list[tuple[Path_, int]], walk: Callable[..., Iterator[Walked]]
    ) -> Iterator[Walked]:
        """Walk, count, and say how far we are."""
        begun = time.monotonic()
        for done, found in enumerate(walk(tasks), 1):
            self._count(found)
            yield found
            if self._progress and (done % 50 == 0 or done == len(tasks)):
                left = (time.monotonic() - begun) / done * (len(tasks) - done)
                told = f"{self.figures.service} {self.figures.clock}: key {n} of {self._keys}, {done:,} of {len(tasks):,} calls"
                print(
                    f"\r{told}, {self.figures.faults} faults, {left:.0f} s left   ", end="", file=sys.stderr
                )
        if self._progress:
            print(file=sys.stderr)

    def _count(self, found: Walked) -> None:
        figures = self.figures
        figures.calls += 1
        figures.presses += found.presses
        figures.documents += found.documents
        self._names |= found.names
        self._steps.add(found.step)
        self._walked_to_the_end += not found.choices or len(found.path) == self._keys
        for fault in dict.fromkeys(found.faults):
            figures.fault(found.path, fault)

    def _next(self) -> int:
        self._serial += 1
        return self._serial


def walk_service(
    house: House,
    outfit: Outfit,
    keys: int,
    processes: int,
    *,
    merge: bool,
    clock: str,
    serial: int,
    progress: bool,
) -> Figures:
    """Walk one service of a running house. ``serial``: from which number on its telephones are counted."""
    walk = Walk(outfit, keys, merge=merge, clock=clock, first_serial=serial, progress=progress)
    with walkers(outfit, processes) as walking:
        figures = walk.run(walking)
    World(house.emulator_url).settle(30)
    return figures


def outfit_of(house: House, flows: Path, service: str, *, withheld: bool = False) -> Outfit:
    return Outfit(house.emulator_url, str(house.instance / "gateway.db"), str(flows), service, withheld)


def troubles(house: House) -> list[str]:
    """What the carrier complained of, and errors in the house's own log."""
    alerts = [
        f"alert {alert['error_code']}: {alert['alert_text']}" for alert in World(house.emulator_url).alerts()
    ]
    log = [line for line in house.log.read_text().splitlines() if '"level": "error"' in line]
    return [*dict.fromkeys(alerts), *log]


# --- the command ---


def _free_port() -> int:
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) != 0:
                return port


def _pass(wish: argparse.Namespace, clock: str, folder: Path) -> tuple[list[Figures], list[str]]:
    """All wished services in one house at one time of day."""
    flows = folder / "flows"
    shutil.copytree(ROOT / "flows", flows)
    add_taxpayers(flows)
    # All telephones share their first digits, and each gets more texts than a caller would.
    limits = {"SMS_PREFIX_PER_HOUR": "1000000", "SMS_PER_HOUR": "1000", "SMS_PER_DAY": "1000"}
    environ = environment(
        folder, _free_port, CLOCK=CLOCKS[clock], FLOWS=str(flows), LOG_LEVEL="WARNING", **limits
    )
    found = []
    with House.running(environ) as house:
        for place, service in enumerate(wish.service or SERVICES):
            for withheld in (False, True) if wish.withheld else (False,):
                outfit = outfit_of(house, flows, service, withheld=withheld)
                serial = (place * 2 + withheld) * 20_000_000
                figures = walk_service(
                    house,
                    outfit,
                    wish.keys,
                    wish.processes,
                    merge=wish.merge,
                    clock=clock,
                    serial=serial,
                    progress=True,
                )
                found.append(figures)
                if not wish.json:
                    print(figures.lines(), flush=True)
        return found, troubles(house)


def main(words: list[str] | None = None) -> int:
    """0 when nothing is wrong."""
    told = argparse.ArgumentParser(
        prog="python -m tests.walks.walk", description=(__doc__ or "").partition("\n")[0]
    )
    told.add_argument("--service", action="append", choices=SERVICES, help="default: every one")
    told.add_argument(
        "--keys", type=int, default=6, help="longest path; a value entered counts as one (default: 6)"
    )
    told.add_argument("--processes", type=int, default=2)
    told.add_argument("--night", action="store_true", help="a second pass when people are not there")
    told.add_argument("--withheld", action="store_true", help="a second pass of callers without a number")
    told.add_argument(
        "--no-merge", dest="merge", action="store_false", help="walk on from situations met before too"
    )
    told.add_argument("--json", action="store_true")
    wish = told.parse_args(words)
    figures: list[Figures] = []
    wrong: list[str] = []
    folder = Path(tempfile.mkdtemp(prefix="walk-"))
    for clock in ("day", "night") if wish.night else ("day",):
        (folder / clock).mkdir()
        found, trouble = _pass(wish, clock, folder / clock)
        figures += found
        wrong += trouble
    bad = bool(wrong) or any(one.faults for one in figures)
    if wish.json:
        print(json.dumps({"walks": [asdict(one) for one in figures], "troubles": wrong}, indent=1))
    else:
        for trouble in wrong[:MOST_FAULTS]:
            print(f"trouble: {trouble}")
        print(f"troubles in log and at the carrier: {len(wrong)}")
    if bad:
        print(f"what the house left is in {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
