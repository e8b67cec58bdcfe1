"""Random walks through the services over HTTP, each held step by step against what the explorer and the engine foresee.

    python -m tests.walks.random_walks --walks 10000 [--service bicara131] [--seed 1] [--processes 2] [--only 4711] [--json]

Webhooks are signed and posted to a gateway that listens on a port, with its database, and a clock that stands until a walk moves it.
Walk n of a seed is always the same walk: chance, moment, number and all; --only plays one of them again.
"""

import argparse
import json
import logging
import multiprocessing
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from app import create_app
from commands.progress import Bar
from commands.run import emulator_numbers
from commands.worker import worker_of
from scenarios.coverage import Coverage, Way
from scenarios.gateway import Parts, running
from sessions.desk import desk_rules
from sessions.services import Folder, read_folders
from settings import load
from tests.house import ROOT
from tests.walks.foreseen import Foreseen
from tests.walks.walk import SERVICES
from tests.walks.wander import Found, Wanderer

TOGETHER = 25  # walks that share a gateway: starting one takes half a second
FIRST_DAY = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 400  # what the flows are checked for ahead
MOST_SHOWN = 10


@dataclass
class Told:
    """What one gateway's walks came to."""

    service: str
    walks: list[Found] = field(default_factory=list)
    ways: set[Way] = field(default_factory=set)


@cache
def explored(name: str) -> tuple[Folder, Foreseen]:
    """A shipped service, explored; once in a process."""
    folder = next(one for one in read_folders(ROOT / "flows") if one.id == name)
    return folder, Foreseen(folder.load())


PARTS = Parts(
    settings=lambda environ: load(environ, ROOT, make_credentials=True),
    create_app=create_app,
    worker_of=worker_of,
    numbers_of=emulator_numbers,
)


def walk_some(task: tuple[str, int, list[int]]) -> Told:
    """Walks of these numbers through one service, one after the other on one gateway."""
    service, seed, numbers = task
    logging.disable(logging.WARNING)
    folder, foreseen = explored(service)
    flow = foreseen.flow
    coverage = Coverage(flow)
    told = Told(service)
    with running(folder, PARTS, _day(seed, numbers[0]), jobs=False) as gateway:
        wanderer = Wanderer(
            flow, foreseen, gateway, desk_rules.read(folder.files, flow.timezone), coverage.take
        )
        for number in numbers:
            chance = random.Random(f"{seed} {number}")
            told.walks.append(wanderer.walk(number, chance, _day(seed, number)))
    told.ways = coverage.taken
    return told


def _day(seed: int, number: int) -> datetime:
    """The day of a walk: two days after the last one on the same gateway, so that no limit of a day is shared."""
    start = random.Random(f"{seed} {number // TOGETHER}").randrange(DAYS - 2 * TOGETHER)
    return FIRST_DAY + timedelta(days=start + 2 * (number % TOGETHER))


def tasks(
    services: Iterable[str], walks: int, seed: int, only: int | None = None
) -> list[tuple[str, int, list[int]]]:
    """Which walks are walked together. The services take turns, gateway by gateway."""
    named = list(services)
    numbers = range(walks) if only is None else range(only, only + 1)
    groups: dict[int, list[int]] = defaultdict(list)
    for number in numbers:
        groups[number // TOGETHER].append(number)
    return [(named[group % len(named)], seed, mine) for group, mine in groups.items()]


def walked(wished: list[tuple[str, int, list[int]]], processes: int) -> Iterator[Told]:
    """What the walks came to, as they come; in so many processes (0: in this one)."""
    if not processes:
        yield from map(walk_some, wished)
        return
    # Not a Pool: it would wait for ever for a process that has died.
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        for done in as_completed([pool.submit(walk_some, task) for task in wished]):
            yield done.result()


def figures(told: list[Told], seconds: float) -> dict[str, object]:
    """What is reported, as plain data."""
    found = [one for group in told for one in group.walks]
    services = {}
    for name in dict.fromkeys(group.service for group in told):
        flow = explored(name)[1].flow
        ways = set().union(*(group.ways for group in told if group.service == name))
        mine = [one for one in found if one.service == name]
        steps = set().union(*(one.places for one in mine))
        services[name] = {
            "walks": len(mine),
            "turns": sum(one.turns for one in mine),
            "rested_at": len(steps),
            "exits_taken": len(ways),
            "exits": len(Coverage(flow).ways),
        }
    return {
        "walks": len(found),
        "channels": dict(Counter(one.channel for one in found)),
        "turns": sum(one.turns for one in found),
        "texts": sum(one.texts for one in found),
        "disagreements": sum(len(one.wrong) for one in found),
        "seconds": round(seconds, 1),
        "services": services,
    }


def main(words: list[str] | None = None) -> int:
    """0 when everything agrees."""
    wish = _parser().parse_args(words)
    wished = tasks(wish.service or SERVICES, wish.walks, wish.seed, wish.only)
    print(f"seed {wish.seed}", file=sys.stderr, flush=True)
    began = time.monotonic()
    told: list[Told] = []
    with Bar("random walks", sum(len(mine) for _, _, mine in wished)) as bar:
        for group in walked(wished, wish.processes if wish.only is None else 0):
            told.append(group)
            wrong = [line for one in group.walks for line in one.wrong]
            for line in wrong[: max(0, MOST_SHOWN - sum(len(o.wrong) for g in told[:-1] for o in g.walks))]:
                bar.say(line)
            bar.step(group.service, len(group.walks))
    counted = figures(told, time.monotonic() - began)
    print(json.dumps(counted, indent=1) if wish.json else _lines(counted))
    return int(bool(counted["disagreements"]))


def _lines(counted: dict[str, object]) -> str:
    """For people."""
    lines = [
        f"{counted['walks']:,} random walks, {counted['turns']:,} exchanges, {counted['texts']:,} texts, {counted['seconds']} s: "
        f"{counted['disagreements']} disagreements"
    ]
    for name, each in counted["services"].items():
        lines.append(
            f"  {name:15} {each['walks']:6,} walks, {each['turns']:7,} exchanges, rested at {each['rested_at']} steps, "
            f"{each['exits_taken']} of {each['exits']} exits taken"
        )
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.walks.random_walks",
        description=(__doc__ or "").partition("\n")[0],
        epilog="example: python -m tests.walks.random_walks --walks 200 --service bicara131 --seed 7",
    )
    parser.add_argument("--walks", type=int, default=10_000, help="how many (%(default)s)")
    parser.add_argument(
        "--service", action="append", choices=SERVICES, help="only this one (default: all four)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of chance (%(default)s)")
    parser.add_argument("--processes", type=int, default=2, help="at a time (%(default)s)")
    parser.add_argument("--only", type=int, help="only the walk of this number")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
