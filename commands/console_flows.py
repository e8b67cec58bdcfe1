"""What the Flows pages of the console ask of the commands: the check, tests, differences and publications of the terminal."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from commands.check_all import examined
from commands.check_canned import canned_findings
from commands.draft import DAYS
from commands.publishing_acts import contact_keys, noticed, offer, open_draft, put, roll_back
from commands.publishing_words import Place, Wrong
from commands.schema_files import FOLDER
from commands.test_words import failed
from engine.check import ERROR, Finding
from engine.claims import claimed_twice
from engine.flow import Flow
from engine.load import Fault, FlowFaults
from scenarios.reading import read as read_test
from scenarios.trial import files_of, try_service
from sessions.gateway import Gateway
from sessions.publishing import publishing
from sessions.services import COMMON, Folder, read_folders
from store import times
from web.flow_tools import Outcome, Played, Refused

TESTS = "tests/"
KEPT = 32  # findings by content


class FlowsOfConsole:
    """web.flow_tools.FlowTools for the services and the database of this gateway."""

    def __init__(self, gateway: Gateway, root: Path) -> None:
        self._here = Place(gateway.settings, gateway.store)
        self._published = gateway.services.services  # in memory: nothing is parsed while somebody types
        self._root = root
        self._walking = threading.Lock()  # a walk takes a processor for a second or two: one at a time
        self._walks: dict[str, tuple[list[Finding], Flow | None]] = {}
        self._asked: dict[tuple[str, str], int] = {}  # service, who -> how many walks were asked for

    def findings(
        self, service: str, typed: Mapping[str, str], *, walk: bool = True, asker: str = ""
    ) -> list[Finding]:
        folder = self._folder(service)
        edited = _typed(folder, typed)
        tests = {name: text for name, text in typed.items() if name.startswith(TESTS)}
        found, flow = self._found(edited, walk, (service, asker))
        others = self._of_others(service, typed)
        if flow is None:
            return sorted({*found, *others})
        return sorted({*found, *others, *self._claims(flow), *self._of_tests(flow, tests)})

    def _of_others(self, service: str, typed: Mapping[str, str]) -> list[Finding]:
        """What reading finds in the other services with a piece as it is typed: they run it, too."""
        pieces = {name: text for name, text in typed.items() if name.startswith(COMMON)}
        if not pieces:
            return []
        others = (folder for folder in read_folders(self._here.settings.flows) if folder.id != service)
        return [one for folder in others for one in _read(_typed(folder, pieces))[0]]

    def _found(self, folder: Folder, walk: bool, who: tuple[str, str]) -> tuple[list[Finding], Flow | None]:
        """A walk, or what reading alone says. Who has typed on since asking needs no walk of what was typed before."""
        mine = self._asked[who] = self._asked.get(who, 0) + walk
        if walk and folder.content not in self._walks:
            with self._walking:
                if self._asked[who] == mine:
                    return self._walked(folder)
        known = self._walks.get(folder.content)
        return known or _read(folder)

    def _walked(self, folder: Folder) -> tuple[list[Finding], Flow | None]:
        """What a walk finds; None for the flow when it cannot be read. The last walks are kept by content."""
        known = self._walks.pop(folder.content, None) or self._walk(folder)
        self._walks[folder.content] = known
        while len(self._walks) > KEPT:
            self._walks.pop(next(iter(self._walks)))
        return known

    def _walk(self, folder: Folder) -> tuple[list[Finding], Flow | None]:
        found, flow = _read(folder)
        if flow is None:
            return found, None
        return [*found, *examined(flow, self._here.settings.audio / "prompts")[1]], flow

    def _claims(self, flow: Flow) -> list[Finding]:
        """Numbers that a published service has, too."""
        others = [other for other in self._published() if other.id != flow.id]
        return [each for each in claimed_twice([*others, flow]) if each.file.startswith(f"{flow.id}/")]

    def _of_tests(self, flow: Flow, tests: Mapping[str, str]) -> list[Finding]:
        found: list[Finding] = []
        for name, text in tests.items():
            try:
                read_test(f"{flow.id}/{name}", text, flow)
            except FlowFaults as faults:
                # A sound that stands beside a test is no business of an editor's text.
                found += [_as_finding(fault) for fault in faults.faults if fault.code != "unknown-sound"]
        return found

    def played(self, service: str) -> Played:
        folder = self._folder(service)
        try:
            folder.load()
        except FlowFaults as faults:
            return Played([str(fault) for fault in faults.faults], 0, 0, None)
        report = try_service(folder, files_of(self._here.settings.flows / folder.id))
        faults = [*map(str, report.faults), *(line for one in report.failures for line in failed(one))]
        covered = report.coverage.percent if report.coverage else None
        return Played(faults, report.passed, len(report.played), covered)

    def content(self, service: str) -> str:
        return self._folder(service).content

    def offered(self, service: str) -> Outcome:
        folder = self._folder(service)
        with self._walking:
            offered = offer(self._here, [folder])
        if offered.faults:
            return Outcome(offered.faults)
        return Outcome((), noticed(self._here, folder, offered.flows[0]))

    def publish(self, service: str, content: str, who: str) -> Outcome:
        folder = self._folder(service)
        if folder.content != content:
            raise Refused(f"{service}: somebody edited it since. Look at the difference again")
        with self._walking:
            offered = offer(self._here, [folder])
        if offered.faults:
            return Outcome(offered.faults)
        lines = noticed(self._here, folder, offered.flows[0])
        try:
            put(self._here, offered, who)
        except publishing.Stale as late:
            raise Refused(str(late)) from late
        return Outcome((), lines)

    def roll_back(self, service: str, version: str, who: str, why: str) -> Outcome:
        try:
            return Outcome(
                *roll_back(self._here, service, self._here.version(service, version), who=who, why=why)
            )
        except Wrong as wrong:
            raise Refused(str(wrong)) from wrong
        except FlowFaults as faults:
            return Outcome([*map(str, faults.faults), "not rolled back: this program refuses that version"])

    def open_draft(self, service: str, numbers: Sequence[str], who: str) -> Outcome:
        folder = self._folder(service)
        try:
            keys = contact_keys(numbers)
        except Wrong as wrong:
            raise Refused(str(wrong)) from wrong
        if not keys:
            raise Refused("Which telephones hear the draft? Write them whole: +628115550117")
        until = times.text(self._here.now + timedelta(days=DAYS))
        with self._walking:
            return Outcome(open_draft(self._here, folder, keys, until, who)[0])

    def end_draft(self, service: str, who: str) -> None:
        with self._here.store.write() as db:
            publishing.end_draft(db, service, who=who, now=self._here.stamp, why="on the page")

    def schema(self, name: str) -> Mapping[str, Any] | None:
        file = self._root / FOLDER / f"{name}.json"
        return json.loads(file.read_text(encoding="utf-8")) if name.isalpha() and file.is_file() else None

    def _folder(self, service: str) -> Folder:
        try:
            return self._here.folder(service)
        except (Wrong, OSError) as wrong:
            raise Refused(str(wrong)) from wrong


def _typed(folder: Folder, typed: Mapping[str, str]) -> Folder:
    """The folder with these texts in place of its own files and of the pieces."""
    files = {name: text.encode("utf-8", "surrogatepass") for name, text in typed.items()}
    own = {name: text for name, text in files.items() if not name.startswith((TESTS, COMMON))}
    pieces = {name.removeprefix(COMMON): text for name, text in files.items() if name.startswith(COMMON)}
    return Folder(folder.id, {**folder.files, **own}, {**folder.common, **pieces})


def _read(folder: Folder) -> tuple[list[Finding], Flow | None]:
    """What reading alone finds, and the flow; None when it cannot be read."""
    try:
        flow = folder.load()
    except FlowFaults as faults:
        return [_as_finding(fault) for fault in faults.faults], None
    return list(canned_findings(flow, folder.files)), flow


def _as_finding(fault: Fault) -> Finding:
    return Finding(fault.file, fault.line, fault.column, fault.code, ERROR, fault.what, fault.way_out)
