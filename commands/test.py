"""`python app.py test flows/`: whole calls and text dialogues of the services' tests, played in milliseconds."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from contextlib import suppress
from pathlib import Path

from commands.flow_folders import chosen
from commands.progress import Bar
from commands.run import emulator_numbers
from commands.test_words import lines, plain
from commands.worker import worker_of
from engine.load import FlowFaults
from scenarios import recorded
from scenarios.gateway import Parts
from scenarios.stages import DEPTHS, maker
from scenarios.trial import Report, files_of, play_file, try_service
from sessions.gateway import Gateway
from sessions.services import Folder
from sessions.translations import ENGLISH, LANGUAGES, in_language
from settings import load
from store import audit
from store.times import text

COVER = 95.0
WATCH_SECONDS = 0.5
ROOT = Path(__file__).resolve().parent.parent


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "test",
        description="Plays the tests of the services (flows/SERVICE/tests/*.yaml; docs/flows.md, Tests) with the engine "
        "that serves callers, tells where what is heard is not what was expected, and which exits no test took. Changes "
        "nothing. Exit code: 0 all hold, 1 some do not or too few exits are covered, 2 tests or flows that cannot be read.",
        epilog="examples:\n  python app.py test flows/\n  python app.py test flows/ bicara131\n"
        "  python app.py test flows/bicara131 --only rupiah\n  python app.py test flows/ --json\n"
        "  python app.py test flows/bicara131 --depth both\n"
        "  python app.py test flows/bicara131 --watch\n"
        "  python app.py test --record CA0123... --into flows/bicara131/tests/keluhan.yaml",
    )
    parser.add_argument(
        "flows", nargs="?", default="flows", help="the folder of the services (default: flows)"
    )
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="only these (default: all)")
    parser.add_argument(
        "--only", action="append", default=[], metavar="WORD", help="only tests whose file or name holds this"
    )
    parser.add_argument(
        "--cover",
        type=float,
        default=COVER,
        metavar="N",
        help=f"at least so many percent of the exits of a service with tests ({COVER:g}; 0: do not ask)",
    )
    parser.add_argument(
        "--depth",
        choices=DEPTHS,
        default=DEPTHS[0],
        help="engine: the engine alone, in milliseconds. http: a gateway of its own, called by telephones of the carrier "
        "emulator over signed webhooks, half a second a test. both: on both, and what differs is a failure",
    )
    parser.add_argument(
        "--watch",
        action="store_true",
        help="play again whenever a file of the services changes, until Ctrl-C",
    )
    parser.add_argument(
        "--record",
        metavar="ID",
        help="write a test from a call (its CallSid) or text dialogue of this installation: numbers are replaced, what was "
        "secret stands as zeros",
    )
    parser.add_argument(
        "--into", type=Path, metavar="FILE", help="where --record writes (default: standard output)"
    )
    parser.add_argument("--missing", action="store_true", help="list every exit that no test took")
    parser.add_argument("--language", choices=LANGUAGES, default=ENGLISH, help="of what failed (default: en)")
    parser.add_argument("--json", action="store_true", help="print a JSON list instead of lines")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.record:
        return record(arguments.gateway(), arguments.record, arguments.into)
    if arguments.watch:
        return watch(arguments)
    return _play(arguments)


def watch(arguments: argparse.Namespace) -> int:
    """Play, and again after every change, until Ctrl-C."""
    given = Path(arguments.flows)
    folder = given.parent if (given / "flow.yaml").is_file() else given
    seen = _stamps(folder)
    _play(arguments)
    while True:
        time.sleep(WATCH_SECONDS)
        now = _stamps(folder)
        if now != seen:
            seen = now
            print(time.strftime("--- %H:%M:%S"), flush=True)
            _play(arguments)


def _stamps(folder: Path) -> dict[Path, tuple[int, int]]:
    """When each file was changed last, and its bytes: also those of tests, which publishing does not watch."""
    found = {}
    for path in folder.rglob("[!.]*"):
        with suppress(OSError):  # an editor may just be replacing it
            status = path.stat()
            found[path] = (status.st_mtime_ns, status.st_size)
    return found


def record(gateway: Gateway, id: str, into: Path | None) -> int:
    """Write a test from what took place, and say whether it holds as it stands."""
    db = gateway.store.read()
    try:
        service, version = recorded.service_of(db, id)
        flow = gateway.flow_of(service, version)
        if flow is None:
            raise recorded.NotThere(f"{service}: version {version} cannot be loaded any more")
        written = recorded.script_of(db, flow, id)
    except recorded.NotThere as missing:
        print(missing.args[0], file=sys.stderr)
        return 2
    with gateway.store.write() as writing:
        audit.write(writing, at=text(gateway.clock()), who="operator", action="test_recorded", subject=id)
    if into is None:
        print(written, end="")
    else:
        into.write_text(written, encoding="utf-8")
    failures = play_file(flow, str(into or "test"), written)
    print(*(failures or ["it holds as it stands"]), sep="\n", file=sys.stderr)
    return 0


def _play(arguments: argparse.Namespace) -> int:
    flows = Path(arguments.flows)
    try:
        flows, folders = chosen(flows, arguments.services)
        reports = [report for folder in folders if (report := _try(flows, folder, arguments))]
    except (OSError, LookupError) as error:
        print(error, file=sys.stderr)
        return 2
    except FlowFaults as found:
        print(
            *found.faults,
            "the flow cannot be read: python app.py check tells more",
            sep="\n",
            file=sys.stderr,
        )
        return 2
    asked = 0.0 if arguments.only else arguments.cover
    if arguments.json:
        print(json.dumps([plain(report) for report in reports], indent=1, ensure_ascii=False))
    else:
        for report in reports:
            told = lines(report, asked, everything=arguments.missing)
            print("\n".join(in_language(line, arguments.language) for line in told), flush=True)
    return max((_code(report, asked) for report in reports), default=0)


def _try(flows: Path, folder: Folder, arguments: argparse.Namespace) -> Report:
    tests = files_of(flows / folder.id)
    stage = maker(arguments.depth, folder, tests, _parts(arguments))
    with Bar(folder.id, max(1, sum(map(_about, tests.files.values())))) as bar:
        return try_service(
            folder, tests, stage=stage, told=lambda script: bar.step(script.name), only=arguments.only
        )


def _about(content: bytes) -> int:
    """How many tests a file seems to hold, for the bar: names at the margin, or one list."""
    return max(1, len(re.findall(rb"^[^\s#-]", content, re.MULTILINE)))


def _parts(arguments: argparse.Namespace) -> Parts:
    return Parts(
        settings=lambda environ: load(environ, ROOT, make_credentials=True),
        create_app=arguments.create_app,
        worker_of=worker_of,
        numbers_of=emulator_numbers,
    )


def _code(report: Report, cover: float) -> int:
    if report.faults:
        return 2
    few = report.played and report.coverage is not None and report.coverage.percent < cover
    return 1 if report.failures or few else 0
