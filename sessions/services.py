"""Which services there are: flow folders read, published versions served, and every call kept on the version it began with.

Files are read and parsed by whoever publishes (sessions/publishing/publishing.py). Webhook workers read published versions
from the database in a thread of their own: no YAML is parsed while a caller waits, except for a version nobody has loaded yet.
"""

import hashlib
import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from engine.flow import Flow, Number
from engine.load import FlowFaults, load
from engine.load.faults import Faults
from engine.load.promises import FILE as PROMISES
from engine.numbers import called_key
from sessions.desk import desk_acts, desk_rules
from sessions.publishing import publishing
from store import flows as published
from store.db import Store
from store.flows import Draft
from store.library import Connection

log = logging.getLogger("sambung.services")

LOOK_EVERY_SECONDS = 1.0
COMMON = "common/"
FROM_EVER = ""  # before every time: drafts that have run out are told apart when somebody calls
Numbers = dict[tuple[str, str], tuple[str, Number]]  # channel, key -> service, number
_READ = ("flow.yaml", "texts.yaml", "desk.yaml", "promises.yaml")


@dataclass(frozen=True)
class Folder:
    """A service's files as they stand: name -> bytes; ``common`` are the pieces that services may run."""

    id: str
    files: Mapping[str, bytes]
    common: Mapping[str, bytes]

    def load(self) -> Flow:
        """The flow. Raises FlowFaults with every fault, those of desk.yaml too."""
        flow = load(self.id, self.files, self.common)
        faults = Faults()
        try:
            desk_rules.read(self.files, flow.timezone)
        except desk_rules.RuleFaults as wrong:
            faults.found += wrong.faults
        else:
            desk_acts.read(self.files, flow, faults)
        if faults.found:
            own = f"{self.id}/{desk_acts.FILE}"
            raise FlowFaults(
                replace(fault, file=own) if fault.file == desk_acts.FILE else fault for fault in faults.found
            )
        return flow

    def stored(self) -> dict[str, str]:
        """The files as a version keeps them: the pieces beside the service's own. Raises UnicodeDecodeError."""
        own = {name: data.decode() for name, data in self.files.items()}
        return own | {COMMON + name: data.decode() for name, data in self.common.items()}

    @property
    def content(self) -> str:
        """A hash of all files, of those too that are no part of a version because no contact meets them."""
        digest = hashlib.sha256(self.id.encode())
        for prefix, files in (("", self.files), (COMMON, self.common)):
            for name in sorted(files):
                digest.update(f"\0{prefix}{name}\0{len(files[name])}\0".encode() + files[name])
        return digest.hexdigest()


def kept_folder(db: Connection, service: str, version: str) -> Folder | None:
    """The files of a version that was published or was a draft; None when it is nowhere."""
    kept = published.load(db, version)
    if kept is None:
        return None
    own = {name: text.encode() for name, text in kept.items() if not name.startswith(COMMON)}
    common = {
        name.removeprefix(COMMON): text.encode() for name, text in kept.items() if name.startswith(COMMON)
    }
    return Folder(service, own, common)


def kept_flow(db: Connection, service: str, version: str) -> Flow | None:
    """The version as it runs, under the name that calls are pinned to; None when it is nowhere.

    Raises FlowFaults when this program refuses what an older one published.
    """
    folder = kept_folder(db, service, version)
    return None if folder is None else replace(load(service, folder.files, folder.common), version=version)


def read_folders(flows: Path) -> list[Folder]:
    """Every service under ``flows``: the folders that hold a flow.yaml, or any other file of a service.

    In those flow.yaml is missing or leads nowhere, and load() says so: a save that was cut in two withdraws no service.
    Raises OSError when a file cannot be read.
    """
    common = {file.name: file.read_bytes() for file in sorted((flows / "common").glob("*.yaml"))}
    folders = []
    for folder in sorted({path.parent for path in flows.glob("*/*.yaml") if path.name in _READ}):
        names = [folder / name for name in _READ if (folder / name).is_file()]
        names += sorted((folder / "data").glob("*.csv"))
        files = {str(name.relative_to(folder)): name.read_bytes() for name in names}
        folders.append(Folder(folder.name, files, common))
    return folders


def publish(store: Store, folders: list[Folder], now: str, who: str = "run") -> dict[str, str]:
    """Load every folder and make it the current version of its service, but of those that are held: service -> version.

    All or nothing: with a fault in any of them nothing is published and FlowFaults is raised with all faults of all. A service
    without a folder takes no new contacts any more.
    """
    flows, faults = [], []
    with store.looking() as db:
        held = published.held(db)
    for folder in folders:
        try:
            if folder.id not in held:
                flows.append((folder, folder.load()))
        except FlowFaults as found:
            faults += found.faults
    if faults:
        raise FlowFaults(faults)
    with store.write() as db:
        for folder, flow in flows:
            publishing.put(db, folder, flow.version, who=who, now=now)
        for service in published.all_current(db).keys() - held.keys() - {flow.id for _, flow in flows}:
            publishing.withdraw(db, service, who=who, now=now)
        return published.all_current(db)


def current_flows(db: Connection, but: Iterable[str] = ()) -> list[Flow]:
    """Every published flow but these services'. Raises FlowFaults when this program refuses what an older one published."""
    left_out = frozenset(but)
    found = (
        kept_flow(db, service, version)
        for service, version in published.all_current(db).items()
        if service not in left_out
    )
    return [flow for flow in found if flow is not None]


def unpublished(db: Connection, folders: list[Folder]) -> list[str]:
    """Services whose folder is not what contacts meet: edited, new, or not readable just now. Held ones are not among them."""
    held = published.held(db)
    return [folder.id for folder in folders if folder.id not in held and differs(db, folder)]


def differs(db: Connection, folder: Folder) -> bool:
    """Is the folder something else than what is published, whatever an older program called that?"""
    version = published.current(db, folder.id)
    kept = kept_folder(db, folder.id, version) if version else None
    if kept is not None and _met(kept) == _met(folder):
        return False
    try:
        return kept is None or folder.load().version != kept.load().version
    except FlowFaults:
        return True


def _met(folder: Folder) -> tuple[dict[str, bytes], Mapping[str, bytes]]:
    """The files that contacts meet; equal ones need not be parsed to be compared."""
    return {name: data for name, data in folder.files.items() if name != PROMISES}, folder.common


class Catalogue:
    """The services of this process: current versions by service and by number, older ones as long as calls are on them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._flows: dict[str, Flow] = {}  # version -> flow
        self._current: dict[str, str] = {}  # service -> version
        self._drafts: dict[str, Draft] = {}
        self._numbers: Numbers = {}
        self._draft_numbers: Numbers = {}
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None
        self._enough = threading.Event()
        self.refresh()

    def refresh(self) -> bool:
        """Take over what is published now. True when something changed."""
        with self._store.looking() as db:
            current = published.all_current(db)
            drafts = published.drafts(db, FROM_EVER)
        if (current, drafts) == (self._current, self._drafts):
            return False
        numbers = self._numbers_of(current)
        draft_numbers = self._numbers_of({service: draft.version for service, draft in drafts.items()})
        self._numbers, self._current = numbers, current
        self._draft_numbers, self._drafts = draft_numbers, drafts
        return True

    def _numbers_of(self, versions: Mapping[str, str]) -> Numbers:
        """Every number of these services, whose versions are loaded on the way."""
        numbers = {}
        for service, version in versions.items():
            flow = self._load(service, version)
            for channel, listed in (("voice", flow.voice_numbers), ("text", flow.text_numbers)):
                for number in listed:
                    numbers[channel, called_key(number.spelling)] = (service, number)
        return numbers

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

    def by_number(
        self, channel: str, called: str, caller: str = "", now: str = ""
    ) -> tuple[Flow, Number] | None:
        """The service that a called number means, in any spelling of its list.

        ``caller``: the contact's key, '' when it is withheld. A draft for it that has not run out by ``now`` goes before.
        """
        key = (channel, called_key(called))
        drafted = self._draft_numbers.get(key)
        draft = self._drafts.get(drafted[0]) if drafted else None
        if drafted and draft and caller in draft.numbers and now < draft.until:
            return self._flows[draft.version], drafted[1]
        found = self._numbers.get(key)
        if found is None:
            return None
        return self._flows[self._current[found[0]]], found[1]

    def text_numbers(self) -> list[str]:
        """Every number that takes texts for us now, as the services write it."""
        return [number.spelling for flow in self.services() for number in flow.text_numbers]

    def _load(self, service: str, version: str) -> Flow:
        with self._lock:
            if version not in self._flows:
                flow = kept_flow(self._store.read(), service, version)
                if flow is None:
                    raise LookupError(f"version {version} of {service} is not in the database")
                self._flows[version] = flow
            return self._flows[version]


def phase_on(number: Number, today: date) -> str:
    """How a number answers today: serve, announce_and_serve or announce_and_hang_up (number migration)."""
    now = "serve"
    for start, phase in number.phases:
        if start is None or start <= today:
            now = phase
    return now
