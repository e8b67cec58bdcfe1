"""Which services there are: flow folders read, versions published, and every call kept on the version it began with.

Files are read and parsed by whoever publishes (`run` at the start and after an edit). Webhook workers read published versions
from the database in a thread of their own: no YAML is parsed while a caller waits, except for a version nobody has loaded yet.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from engine.flow import Flow, Number
from engine.load import FlowFaults, load
from engine.numbers import called_key
from sessions import desk_rules
from store import flows as published
from store.db import Store

log = logging.getLogger("sambung.services")

LOOK_EVERY_SECONDS = 1.0
COMMON = "common/"
_READ = ("flow.yaml", "texts.yaml", "desk.yaml", "promises.yaml")


@dataclass(frozen=True)
class Folder:
    """A service's files as they stand: name -> bytes; ``common`` are the pieces that services may run."""

    id: str
    files: Mapping[str, bytes]
    common: Mapping[str, bytes]

    def load(self) -> Flow:
        """The flow. Raises FlowFaults with every fault, those of the queue's rules too."""
        flow = load(self.id, self.files, self.common)
        try:
            desk_rules.read(self.files, flow.timezone)
        except desk_rules.RuleFaults as wrong:
            raise FlowFaults(
                replace(fault, file=f"{self.id}/{fault.file}") for fault in wrong.faults
            ) from wrong
        return flow


def read_folders(flows: Path) -> list[Folder]:
    """Every service under ``flows``: the folders that hold a flow.yaml. Raises OSError when a file cannot be read."""
    common = {file.name: file.read_bytes() for file in sorted((flows / "common").glob("*.yaml"))}
    folders = []
    for folder in sorted(path.parent for path in flows.glob("*/flow.yaml")):
        names = [folder / name for name in _READ if (folder / name).is_file()]
        names += sorted((folder / "data").glob("*.csv"))
        files = {str(name.relative_to(folder)): name.read_bytes() for name in names}
        folders.append(Folder(folder.name, files, common))
    return folders


def publish(store: Store, folders: list[Folder], now: str) -> dict[str, str]:
    """Load every folder and make it the current version of its service: service -> version.

    All or nothing: with a fault in any of them nothing is published and FlowFaults is raised with all faults of all.
    """
    flows, faults = [], []
    for folder in folders:
        try:
            flows.append((folder, folder.load()))
        except FlowFaults as found:
            faults += found.faults
    if faults:
        raise FlowFaults(faults)
    with store.write() as db:
        for folder, flow in flows:
            files = {name: data.decode() for name, data in folder.files.items()}
            files |= {COMMON + name: data.decode() for name, data in folder.common.items()}
            published.publish(db, service=flow.id, version=flow.version, files=files, at=now)
        for service in set(published.all_current(db)) - {flow.id for _, flow in flows}:
            published.retire(db, service=service)
    return {flow.id: flow.version for _, flow in flows}


class Catalogue:
    """The services of this process: current versions by service and by number, older ones as long as calls are on them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._flows: dict[str, Flow] = {}  # version -> flow
        self._current: dict[str, str] = {}  # service -> version
        self._numbers: dict[tuple[str, str], tuple[str, Number]] = {}  # channel, key -> service, number
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None
        self._enough = threading.Event()
        self.refresh()

    def refresh(self) -> bool:
        """Take over what is published now. True when something changed."""
        with self._store.looking() as db:
            current = published.all_current(db)
        if current == self._current:
            return False
        for service, version in current.items():
            self._load(service, version)
        numbers = {}
        for service, version in current.items():
            flow = self._flows[version]
            for channel, listed in (("voice", flow.voice_numbers), ("text", flow.text_numbers)):
                for number in listed:
                    numbers[channel, called_key(number.spelling)] = (service, number)
        self._numbers, self._current = numbers, current
        return True

    def watch(self) -> None:
        """Look for new versions every second, in a thread of this process (call it after a fork)."""
        if self._watcher is None:
            self._enough.clear()
            self._watcher = threading.Thread(target=self._look, name="services", daemon=True)
            self._watcher.start()

    def stop(self) -> None:
        """Look no more; what is in memory stays."""
        self._enough.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None

    def _look(self) -> None:
        while not self._enough.wait(LOOK_EVERY_SECONDS):
            try:
                if self.refresh():
                    log.info("services swapped", extra={"versions": dict(self._current)})
            except Exception:
                log.exception("services could not be read; the ones in memory stay")

    def services(self) -> list[Flow]:
        """The current version of every service, by name."""
        return [self._flows[version] for _, version in sorted(self._current.items())]

    def current(self, service: str) -> Flow | None:
        """The version that a new contact begins with."""
        version = self._current.get(service)
        return None if version is None else self._flows[version]

    def pinned(self, service: str, version: str) -> Flow | None:
        """The version that a contact began with; None when it is nowhere any more."""
        flow = self._flows.get(version)
        if flow is None:
            try:
                flow = self._load(service, version)
            except (LookupError, FlowFaults):
                log.exception("version is gone", extra={"service": service, "version": version})
        return flow

    def by_number(self, channel: str, called: str) -> tuple[Flow, Number] | None:
        """The service that a called number means, in any spelling of its list."""
        found = self._numbers.get((channel, called_key(called)))
        if found is None:
            return None
        return self._flows[self._current[found[0]]], found[1]

    def _load(self, service: str, version: str) -> Flow:
        with self._lock:
            if version not in self._flows:
                kept = published.load(self._store.read(), version)
                if kept is None:
                    raise LookupError(f"version {version} of {service} is not in the database")
                own = {name: text for name, text in kept.items() if not name.startswith(COMMON)}
                common = {
                    name.removeprefix(COMMON): text for name, text in kept.items() if name.startswith(COMMON)
                }
                self._flows[version] = load(service, own, common)
            return self._flows[version]


def phase_on(number: Number, today: date) -> str:
    """How a number answers today: serve, announce_and_serve or announce_and_hang_up (number migration)."""
    now = "serve"
    for start, phase in number.phases:
        if start is None or start <= today:
            now = phase
    return now
