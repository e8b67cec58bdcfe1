"""`python app.py check`: what is wrong with the flows, before a single caller hears it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from commands.check_texts import text_findings
from engine.check import ERROR, Finding, check
from engine.claims import claimed_twice
from engine.explore import Exploration, explore
from engine.load import Fault, FlowFaults
from sessions.services import Folder, read_folders

PROGRESS_AFTER_SECONDS = 2.0


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "check",
        description="Reads flows as a publish would and walks every way through them with the engine that serves "
        "callers. Every fault is named with file, line and column, the way out, and the keys that lead a caller "
        "there. Changes nothing. Exit code: 0 no errors, 1 errors, 2 nothing to check.",
        epilog="examples:\n  python app.py check flows/\n  python app.py check flows/ bicara131\n"
        "  python app.py check flows/ --json",
    )
    parser.add_argument(
        "flows", nargs="?", default="flows", help="the folder of the services (default: flows)"
    )
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="only these (default: all)")
    parser.add_argument("--json", action="store_true", help="print a JSON list instead of lines")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    flows = Path(arguments.flows)
    try:
        folders = _chosen(flows, arguments.services)
    except (OSError, LookupError) as error:
        print(error, file=sys.stderr)
        return 2
    results = []
    claims = _claims(flows)
    for folder in folders:
        result = examine(folder, flows, _progress(folder.id), claims)
        results.append(result)
        if not arguments.json:
            print("\n".join(_lines(result)), flush=True)
    if arguments.json:
        print(json.dumps(results, indent=1, ensure_ascii=False))
    return (
        1 if any(finding["severity"] == ERROR for result in results for finding in result["findings"]) else 0
    )


def _chosen(flows: Path, services: list[str]) -> list[Folder]:
    """The folders to check. Raises LookupError when there are none, or not all that were named."""
    if (flows / "flow.yaml").is_file():  # `check flows/bicara131`, which the shell completes
        flows, services = flows.parent, [flows.name, *services]
    folders = read_folders(flows)
    if not folders:
        raise LookupError(
            f"{flows}: no service here. A service is a folder with a flow.yaml; see docs/flows.md."
        )
    known = {folder.id for folder in folders}
    for service in services:
        if service not in known:
            raise LookupError(
                f"{service}: no such service in {flows}. There are: {', '.join(sorted(known))}."
            )
    return [folder for folder in folders if not services or folder.id in services]


def _claims(flows: Path) -> list[Finding]:
    """Numbers claimed twice among all services of the folder, also those that are not looked at now."""
    loaded = []
    for folder in read_folders(flows.parent if (flows / "flow.yaml").is_file() else flows):
        with suppress(FlowFaults):  # told when that service is examined
            loaded.append(folder.load())
    return list(claimed_twice(loaded))


def examine(
    folder: Folder,
    flows: Path,
    progress: Callable[[int], None] | None = None,
    claims: Iterable[Finding] = (),
) -> dict:
    """The service's name, size and findings, as plain data."""
    try:
        flow = folder.load()
    except FlowFaults as found:
        return _result(folder.id, [_of_fault(fault) for fault in found.faults], flows)
    exploration = explore(flow, progress=progress)
    mine = [claim for claim in claims if claim.file.startswith(f"{folder.id}/")]
    findings = sorted({*check(exploration), *text_findings(exploration), *mine})
    return _result(folder.id, findings, flows, exploration)


def _of_fault(fault: Fault) -> Finding:
    return Finding(fault.file, fault.line, fault.column, fault.code, ERROR, fault.what, fault.way_out)


def _result(service: str, findings: list[Finding], flows: Path, seen: Exploration | None = None) -> dict:
    told = [{**asdict(finding), "file": str(flows / finding.file)} for finding in findings]
    steps = len(seen.flow.steps) if seen else None
    return {
        "service": service,
        "steps": steps,
        "states": len(seen.situations) if seen else None,
        "findings": told,
    }


def _lines(result: dict) -> Iterator[str]:
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
