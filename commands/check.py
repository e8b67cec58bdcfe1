"""`python app.py check`: what is wrong with the flows, before a single caller hears it."""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

from commands import check_cache
from commands.check_all import examined
from commands.check_canned import canned_findings
from commands.check_coverage import Days, days_of
from commands.flow_folders import chosen
from commands.promises import write_scripts
from engine.check import ERROR, Finding
from engine.check.codes import CODES, FOUND, READ, table
from engine.claims import Claims, claimed_twice
from engine.drawing import mermaid, svg
from engine.explore import explore
from engine.flow import Flow, Number, Place
from engine.load import Fault, FlowFaults
from engine.load.faults import suggestion
from sessions.services import Folder, read_folders
from sessions.translations import ENGLISH, LANGUAGES, finding_in, in_language

PROGRESS_AFTER_SECONDS = 2.0
HEADING = {"found": "Found by walking every way:", "read": "Faults of reading:"}


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "check",
        description="Reads flows as a publish would and walks every way through them with the engine that serves "
        "callers. Every fault is named with file, line and column, the way out, and the keys that lead a caller "
        "there. Changes nothing. What was found is kept by content under .cache/check, so that unchanged flows "
        "are not walked again. Exit code: 0 no errors, 1 errors, 2 nothing to check.",
        epilog="examples:\n  python app.py check flows/\n  python app.py check flows/ bicara131\n"
        "  python app.py check flows/ --json\n  python app.py check --explain dead-end\n"
        "  python app.py check flows/ bicara131 --graph bicara131.svg\n"
        "  python app.py check flows/ bicara131 --scripts broken/\n"
        "  python app.py check flows/ --language id\n"
        "  python app.py check flows/ --from 2027-01-01 --roster petugas.csv",
    )
    parser.add_argument(
        "flows", nargs="?", default="flows", help="the folder of the services (default: flows)"
    )
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="only these (default: all)")
    parser.add_argument("--json", action="store_true", help="print a JSON list instead of lines")
    parser.add_argument(
        "--explain", metavar="CODE", help="what a rule code means, why, an example, the way out"
    )
    parser.add_argument("--codes", action="store_true", help="print the tables of all rule codes")
    parser.add_argument(
        "--graph", type=Path, metavar="FILE", help="draw one service, findings marked: .svg or .mmd (Mermaid)"
    )
    parser.add_argument(
        "--audio", default="audio", metavar="FOLDER", help="of recorded prompts (default: audio)"
    )
    parser.add_argument(
        "--scripts",
        type=Path,
        metavar="DIR",
        help="write the way of each broken promise as a script of `call`",
    )
    parser.add_argument(
        "--from",
        dest="first",
        type=date.fromisoformat,
        metavar="DATE",
        help="look at the hours and people of the 400 days from this one on (default: today)",
    )
    parser.add_argument(
        "--roster",
        type=Path,
        metavar="FILE.csv",
        help="these agents and shifts (default: the database's, if any)",
    )
    parser.add_argument(
        "--language", choices=LANGUAGES, default=ENGLISH, help="of the findings (default: en)"
    )
    parser.add_argument("--no-cache", action="store_true", help="walk every way again")
    parser.set_defaults(run=run)


@contextmanager
def _few_collections() -> Iterator[None]:
    """What a walk makes lives to its end: to look for circles in it again and again was a third of the time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def run(arguments: argparse.Namespace) -> int:
    with _few_collections():
        return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.codes:
        print(f"{HEADING['found']}\n\n{table(FOUND.values())}\n\n{HEADING['read']}\n\n{table(READ.values())}")
        return 0
    if arguments.explain:
        return _explain(arguments.explain)
    flows = Path(arguments.flows)
    try:
        flows, folders = chosen(flows, arguments.services)
        if arguments.graph and len(folders) > 1:
            raise LookupError(f"--graph draws one service: name it ({', '.join(f.id for f in folders)}).")
        results = list(_results(arguments, folders, flows))
        if arguments.graph:
            _draw(folders[0], results[0], arguments.graph)
        if arguments.scripts:
            _write_scripts(folders, arguments)
    except (OSError, LookupError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps(results, indent=1, ensure_ascii=False))
    wrong = any(finding["severity"] == ERROR for result in results for finding in result["findings"])
    return 1 if wrong else 0


def _explain(name: str) -> int:
    if name not in CODES:
        print(f"{name}: no such code. {suggestion(name, CODES)} (all: --codes)", file=sys.stderr)
        return 2
    print(CODES[name])
    return 0


def _results(arguments: argparse.Namespace, folders: list[Folder], flows: Path) -> Iterator[dict]:
    cached = not arguments.no_cache
    claims = list(claimed_twice(_claims(flows, cached=cached)))
    prompts = Path(arguments.audio) / "prompts"
    when = days_of(arguments, lambda: _loaded(flows))
    for folder in folders:
        told = _progress(folder.id)
        result = examine(folder, flows, told, claims, prompts=prompts, cached=cached, when=when)
        if not arguments.json:
            print("\n".join(_lines(result, arguments.language)), flush=True)
        yield _translated(result, arguments.language)


def _draw(folder: Folder, result: dict, to: Path) -> None:
    drawn = {".mmd": mermaid, ".svg": svg}.get(to.suffix)
    if drawn is None:
        raise ValueError(f"{to}: a graph is a .svg or a .mmd (Mermaid)")
    try:
        flow = folder.load()
    except FlowFaults:
        raise ValueError(f"{folder.id} cannot be drawn before its faults of reading are mended.") from None
    to.write_text(drawn(flow, [Finding(**finding) for finding in result["findings"]]), encoding="utf-8")


def _write_scripts(folders: list[Folder], arguments: argparse.Namespace) -> None:
    """Where each broken promise breaks, for `python app.py call --script`; what is written is told on standard error."""
    prompts, today = Path(arguments.audio) / "prompts", arguments.first or datetime.now(UTC).date()
    for folder in folders:
        with suppress(FlowFaults):  # told when it was examined
            for path in write_scripts(explore(folder.load()), prompts, arguments.scripts, today):
                print(path, file=sys.stderr)


def _beside(flows: Path) -> list[Folder]:
    """Every service of the folder, also those that are not looked at now."""
    return read_folders(flows.parent if (flows / "flow.yaml").is_file() else flows)


def _loaded(flows: Path) -> list[Flow]:
    """Of these, every one that can be read."""
    loaded = []
    for folder in _beside(flows):
        with suppress(FlowFaults):  # told when that service is examined
            loaded.append(folder.load())
    return loaded


def _claims(flows: Path, *, cached: bool) -> Iterator[Claims]:
    """Their numbers. Those of a service that has not changed need not be read again."""
    for folder in _beside(flows):
        name = check_cache.key(f"numbers {folder.content}", flows / "no recordings")
        known = check_cache.look_up(name) if cached else None
        if known is None:
            try:
                known = _numbers(folder.load())
            except FlowFaults:  # told when that service is examined
                continue
            if cached:
                check_cache.keep(name, known)
        told = {
            channel: tuple(Number(spelling, place=Place(*place)) for spelling, *place in numbers)
            for channel, numbers in known.items()
        }
        yield Claims(folder.id, told["voice"], told["text"])


def _numbers(flow: Flow) -> dict[str, list[list[str | int]]]:
    """The spellings of a service and where they stand, as plain data."""
    return {
        channel: [[each.spelling, each.place.file, each.place.line, each.place.column] for each in numbers]
        for channel, numbers in (("voice", flow.voice_numbers), ("text", flow.text_numbers))
    }


def examine(
    folder: Folder,
    flows: Path,
    progress: Callable[[int], None] | None = None,
    claims: Iterable[Finding] = (),
    *,
    prompts: Path | None = None,
    cached: bool = False,
    when: Days | None = None,
) -> dict:
    """The service's name, size and findings, as plain data. ``cached``: a walk of the same content need not be made again."""
    try:
        flow = folder.load()
    except FlowFaults as found:
        return _result(folder.id, [_of_fault(fault) for fault in found.faults], flows, None)
    name = check_cache.key(
        folder.content + (when.key if when else ""), (prompts or flows / "no recordings") / folder.id
    )
    known = check_cache.look_up(name) if cached else None
    if known is None:
        seen, findings = examined(flow, prompts, progress, when)
        findings += canned_findings(flow, folder.files)
        known = {
            "steps": len(flow.steps),
            "states": len(seen.situations),
            "findings": [asdict(finding) for finding in findings],
        }
        if cached:
            check_cache.keep(name, known)
    mine = [claim for claim in claims if claim.file.startswith(f"{folder.id}/")]
    findings = sorted({*(Finding(**finding) for finding in known["findings"]), *mine})
    return _result(folder.id, findings, flows, (known["steps"], known["states"]))


def _of_fault(fault: Fault) -> Finding:
    return Finding(fault.file, fault.line, fault.column, fault.code, ERROR, fault.what, fault.way_out)


def _result(service: str, findings: list[Finding], flows: Path, size: tuple[int, int] | None) -> dict:
    told = [{**asdict(finding), "file": str(flows / finding.file)} for finding in findings]
    steps, states = size or (None, None)
    return {"service": service, "steps": steps, "states": states, "findings": told}


def _translated(result: dict, language: str) -> dict:
    findings = [asdict(finding_in(Finding(**finding), language)) for finding in result["findings"]]
    return {**result, "findings": findings}


def _lines(result: dict, language: str) -> Iterator[str]:
    return (in_language(line, language) for line in _english(result))


def _english(result: dict) -> Iterator[str]:
    findings = [Finding(**finding) for finding in result["findings"]]
    yield from map(str, findings)
    errors = sum(finding.severity == ERROR for finding in findings)
    warnings = len(findings) - errors
    size = "" if result["steps"] is None else f" ({result['steps']} steps, {result['states']} states)"
    if errors or warnings:
        counted = [_count(errors, "error"), _count(warnings, "warning")]
        yield f"{result['service']}: {', '.join(filter(None, counted))}{size}"
    else:
        yield f"{result['service']}: ok{size}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number > 1 else ''}" if number else ""


def _progress(service: str) -> Callable[[int], None]:
    """Tells people who wait, on standard error, once they have waited."""
    began = time.monotonic()

    def tell(states: int) -> None:
        if time.monotonic() - began > PROGRESS_AFTER_SECONDS:
            print(f"{service}: {states} states so far ...", file=sys.stderr, flush=True)

    return tell
