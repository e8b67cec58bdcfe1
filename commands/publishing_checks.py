"""What stands between a folder and its callers: it can be read, no contact gets stuck, its own tests hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from commands.check_all import examined
from commands.check_canned import canned_findings
from commands.test_words import failed
from engine.check import ERROR
from engine.claims import claimed_twice
from engine.flow import Flow
from engine.load import FlowFaults
from scenarios.trial import files_of, try_service
from sessions.services import Folder


def checked(folders: list[Folder]) -> tuple[list[Flow], list[str]]:
    """The flows of all folders, and every fault of all of them; files are named from the flows' folder on."""
    flows, faults = [], []
    for folder in folders:
        try:
            flow = folder.load()
            flows.append(flow)
            found = canned_findings(flow, folder.files)
            faults += [str(each) for each in found if each.severity == ERROR]
        except FlowFaults as found:
            faults += map(str, found.faults)
    return flows, faults


def proved(
    flows: list[Flow],
    prompts: Path | None = None,
    *,
    beside: list[Flow] | None = None,
    told: Callable[[str], object] | None = None,
) -> list[str]:
    """What would leave a contact stuck, unanswered or wrongly informed, found by walking every way through the flows.

    ``beside``: flows that are served too, whose numbers nobody else may claim. ``told`` hears of each flow before it is walked.
    Warnings are for `python app.py check`: they stop nobody.
    """
    faults = [str(found) for found in claimed_twice([*(beside or ()), *flows])]
    for flow in flows:
        if told:
            told(flow.id)
        # The same errors that `check` shows, texts over their parts and unsound recordings among them.
        faults += [str(found) for found in examined(flow, prompts)[1] if found.severity == ERROR]
    return faults


def broken_tests(flows: Path, folder: Folder) -> list[str]:
    """Failures of the service's tests as lines, and faults of files that cannot be read. A service without tests has none."""
    report = try_service(folder, files_of(flows / folder.id))
    return [str(fault) for fault in report.faults] + [
        line for failure in report.failures for line in failed(failure)
    ]
