"""Flows on their way from the folder to the callers: read, checked, and only when nothing is wrong,
published.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import store
from commands.check_all import examined
from engine.check import ERROR
from engine.claims import claimed_twice
from engine.flow import Flow
from engine.load import FlowFaults
from ivr.emergency import Emergency, write_files
from sessions import services
from settings import Settings
from store import times


def fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """(name, time of change in ns, bytes) of every file below ``folder``: unequal when anything was edited.

    Files that editors write beside the edited one (.swp, ~) are left out, and so is what cannot be seen any
    more.
    """
    seen = []
    for path in sorted(folder.rglob("*")):
        if path.name.startswith(".") or path.name.endswith("~"):
            continue
        try:
            status = path.stat()
        except OSError:
            continue
        if path.is_file():
            seen.append((str(path.relative_to(folder)), status.st_mtime_ns, status.st_size))
    return tuple(seen)


class Publisher:
    """Keeps the database's current flows equal to the folder's, as long as the folder is without fault."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._flows: list[Flow] = []
        self._versions: dict[str, str] = {}

    def publish(self) -> list[str]:
        """Reads, checks and publishes; gives the faults, [] when it is done. With a fault everything stays.

        The database file is made and brought up to date on the way: we are its only process at the start.
        """
        self._seen = fingerprint(self._settings.flows)
        try:
            folders = services.read_folders(self._settings.flows)
        except OSError as fault:
            return [
                f"{fault.filename}: cannot be read ({fault.strerror}); give it to the user that runs Sambung"
            ]
        if not folders:
            return [
                f"{self._settings.flows}: no service here. One is a folder with a flow.yaml: docs/flows.md"
            ]
        flows, faults = checked(folders)
        faults = faults or proved(flows, self._settings.audio / "prompts")
        if faults:
            return faults
        with closing(store.connect(self._settings.database)) as opened:
            self._versions = services.publish(opened, folders, times.text(datetime.now(UTC)))
        self._flows = flows
        self._write_emergency(flows)
        return []

    def _write_emergency(self, flows: list[Flow]) -> None:
        """What a second place can serve while we cannot: one file for each service and language."""
        settings = self._settings
        words = Emergency(settings.public_url, settings.emergency_agents, settings.dial_time_limit)
        write_files(words, flows, settings.instance / "fallback")

    def publish_changes(self) -> str:
        """What the operator should read after an edit; '' when nothing was edited. Never raises for a bad
        folder.
        """
        now = fingerprint(self._settings.flows)
        if now == self._seen:
            return ""
        before = dict(self._versions)
        try:
            faults = self.publish()
        except (store.NotStored, store.Unusable) as fault:
            self._seen = ()  # tried again at the next look: the disk may have room then
            return f"changed flows are not published yet: {fault}"
        if faults:
            lines = "\n".join(f"  {fault}" for fault in faults)
            return f"changed flows are refused, callers keep the old ones: {len(faults)} to mend\n{lines}"
        changed = sorted(set(before.items()) ^ set(self._versions.items()))
        names = ", ".join(sorted({service for service, _ in changed}))
        return f"published: {names}; calls under way keep the version they began with" if names else ""

    def services(self) -> list[str]:
        return sorted(self._versions)

    def numbers(self) -> list[str]:
        """Every spelling under which a service is called or written to, each once, in the flows' order."""
        listed = [
            number.spelling for flow in self._flows for number in (*flow.voice_numbers, *flow.text_numbers)
        ]
        return list(dict.fromkeys(listed))


def checked(folders: list[services.Folder]) -> tuple[list[Flow], list[str]]:
    """The flows of all folders, and every fault of all of them; files are named from the flows' folder on."""
    flows, faults = [], []
    for folder in folders:
        try:
            flows.append(folder.load())
        except FlowFaults as found:
            faults += map(str, found.faults)
    return flows, faults


def proved(flows: list[Flow], prompts: Path | None = None) -> list[str]:
    """What would leave a contact stuck, unanswered or wrongly informed, found by walking every way through the flows.

    Warnings are for `python app.py check`: they stop nobody.
    """
    claims = [str(found) for found in claimed_twice(flows)]
    return claims + [fault for flow in flows for fault in _faults(flow, prompts)]


def _faults(flow: Flow, prompts: Path | None) -> list[str]:
    """The same errors that `check` shows, texts over their parts and unsound recordings among them."""
    return [str(found) for found in examined(flow, prompts)[1] if found.severity == ERROR]
