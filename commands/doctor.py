"""`python app.py doctor`: is this installation well? One line for each thing looked at, with the way out of
what is not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial

from commands import doctor_here, doctor_mail, doctor_outside, doctor_recordings, doctor_speech
from commands.doctor_finding import FAULT, OK, WARNING, Finding
from sessions.translations import ENGLISH, LANGUAGES, in_language
from settings import Settings, WrongSettings, require_account

MARKS = {OK: "ok      ", WARNING: "warning ", FAULT: "FAULT   "}
Checks = Sequence[tuple[str, Callable[[Settings], Iterator[Finding]]]]
HERE: Checks = (*doctor_here.CHECKS, *doctor_recordings.CHECKS, *doctor_speech.CHECKS)
CHECKS: Checks = (*HERE, *doctor_mail.CHECKS, *doctor_outside.CHECKS)


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "doctor",
        description="Looks at settings, libraries, flows, database, disk, waiting work, the carrier, its "
        "clock and our numbers there, and calls our own public address with a signature as the carrier "
        "would. Changes nothing. Exit code: 0 all well or warnings only, 1 a fault.",
        epilog="examples:\n  python app.py doctor\n  python app.py doctor --json\n  python app.py doctor --language id",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON list instead of lines")
    parser.add_argument(
        "--language", choices=LANGUAGES, default=ENGLISH, help="of the findings (default: en)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    language: str = arguments.language
    tell = None if arguments.json else partial(_tell, language=language)
    findings = list(examine(arguments.settings, tell))
    if arguments.json:
        print(json.dumps([asdict(finding_in(finding, language)) for finding in findings], indent=1))
    else:
        print(in_language(_summary(findings), language))
    return 1 if any(finding.level == FAULT for finding in findings) else 0


def examine(
    load: Callable[[], Settings], tell: Callable[[Finding], None] | None, checks: Checks = CHECKS
) -> Iterator[Finding]:
    """Every finding, each told as soon as it is known: the carrier may take its time."""
    for finding in _all(load, checks):
        if tell:
            tell(finding)
        yield finding


def _all(load: Callable[[], Settings], checks: Checks) -> Iterator[Finding]:
    try:
        settings = require_account(load())
    except WrongSettings as wrong:
        # Without settings nothing else can be looked at.
        yield from (Finding("settings", FAULT, fault, "docs/runbook.md, Settings") for fault in wrong.faults)
        return
    for name, check in checks:
        try:
            yield from check(settings)
        except Exception as fault:  # a check that breaks must not hide the others
            yield Finding(
                name,
                FAULT,
                f"the check itself failed: {type(fault).__name__}: {fault}",
                "tell the developers",
            )


def finding_in(finding: Finding, language: str) -> Finding:
    """With its sentences in this language; what was looked at and its level are names and stay."""
    text, way_out = in_language(finding.text, language), in_language(finding.way_out, language)
    return replace(finding, text=text, way_out=way_out)


def _tell(finding: Finding, language: str) -> None:
    finding = finding_in(finding, language)
    print(f"{MARKS[finding.level]}{finding.check:<12} {finding.text}")
    if finding.way_out:
        print(f"{'':21}-> {finding.way_out}")
    sys.stdout.flush()


def _summary(findings: list[Finding]) -> str:
    counts = {level: sum(finding.level == level for finding in findings) for level in (FAULT, WARNING, OK)}
    faults = "1 fault" if counts[FAULT] == 1 else f"{counts[FAULT]} faults"
    warnings = "1 warning" if counts[WARNING] == 1 else f"{counts[WARNING]} warnings"
    return f"{faults}, {warnings}, {counts[OK]} well"
