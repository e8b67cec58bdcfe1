"""Publishing as `run` does it: at the start, and (PUBLISH=on_save) whenever a folder was edited."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import store
from commands.publishing_checks import checked, proved
from commands.publishing_words import write_emergency
from engine.flow import Flow
from engine.load import FlowFaults
from sessions import services
from sessions.services import Folder
from settings import Settings
from store import audit, times
from store import flows as published
from store.flows import Hold


def fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """(name, time of change in ns, bytes) of every file below ``folder``: unequal when anything was edited.

    Files that editors write beside the edited one (.swp, ~) are left out, tests, which are played by who publishes by command,
    and what cannot be seen any more.
    """
    seen = []
    for path in sorted(folder.rglob("*")):
        if path.name.startswith(".") or path.name.endswith("~"):
            continue
        name = path.relative_to(folder)
        if "tests" in name.parts:
            continue
        try:
            status = path.stat()
        except OSError:
            continue
        if path.is_file():
            seen.append((str(name), status.st_mtime_ns, status.st_size))
    return tuple(seen)


class Publisher:
    """What `run` knows of the flows. With PUBLISH=on_save the database follows the folder, but for services that are held.

    Else it follows commands: only a database without any service takes the folder over.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._flows: list[Flow] = []
        self._versions: dict[str, str] = {}
        self._held: dict[str, Hold] = {}
        self._waiting: list[str] = []
        self._changed: list[str] = []

    def publish(self) -> list[str]:
        """What the start needs: faults, [] when services can be served. With a fault everything stays.

        The database file is made and brought up to date on the way: we are its only process at the start.
        """
        self._seen = fingerprint(self._settings.flows)
        key = audit.key_of(self._settings.secret_key)
        with closing(store.connect(self._settings.database, audit_key=key)) as opened:
            with opened.looking() as db:
                current = published.all_current(db)
            if self._settings.publish_on_save or not current:
                return self._publish(opened)
            return self._serve(opened)

    def _publish(self, opened: store.Store) -> list[str]:
        folders, faults = self._folders()
        if faults:
            return faults
        with opened.looking() as db:
            before, self._held = published.all_current(db), published.held(db)
            try:
                held = [flow for flow in services.current_flows(db) if flow.id in self._held]
            except FlowFaults as found:
                return _unreadable(found)
        free = [folder for folder in folders if folder.id not in self._held]
        flows, faults = checked(free)
        faults = faults or proved(flows, self._settings.audio / "prompts", beside=held)
        if faults:
            return faults
        self._versions = services.publish(opened, folders, times.text(datetime.now(UTC)))
        self._changed = sorted({service for service, _ in set(before.items()) ^ set(self._versions.items())})
        self._flows = sorted([*flows, *held], key=lambda flow: flow.id)
        write_emergency(self._settings, self._flows)
        return []

    def _serve(self, opened: store.Store) -> list[str]:
        """What was published by command is served; the folder is somebody's work."""
        with opened.looking() as db:
            try:
                self._flows = services.current_flows(db)
            except FlowFaults as found:
                return _unreadable(found)
            self._versions, self._held = published.all_current(db), published.held(db)
            self._waiting = services.unpublished(db, self._folders()[0])
        write_emergency(self._settings, self._flows)
        return []

    def _folders(self) -> tuple[list[Folder], list[str]]:
        flows = self._settings.flows
        try:
            folders = services.read_folders(flows)
        except OSError as fault:
            return [], [
                f"{fault.filename}: cannot be read ({fault.strerror}); give it to the user that runs Sambung"
            ]
        if not folders:
            return [], [f"{flows}: no service here. One is a folder with a flow.yaml: docs/flows.md"]
        return folders, []

    def publish_changes(self) -> str:
        """What the operator should read after an edit; '' when nothing was edited. Never raises for a bad
        folder.
        """
        now = fingerprint(self._settings.flows)
        if now == self._seen:
            return ""
        waited, self._changed = list(self._waiting), []
        try:
            faults = self.publish()
        except (store.NotStored, store.Unusable) as fault:
            self._seen = ()  # tried again at the next look: the disk may have room then
            return f"changed flows are not published yet: {fault}"
        if faults:
            lines = "\n".join(f"  {fault}" for fault in faults)
            return f"changed flows are refused, callers keep the old ones: {len(faults)} to mend\n{lines}"
        if not self._settings.publish_on_save:
            new = [service for service in self._waiting if service not in waited]
            return (
                f"edited: {', '.join(new)}; callers keep what is published until: python app.py publish"
                if new
                else ""
            )
        names = ", ".join(self._changed)
        return f"published: {names}; calls under way keep the version they began with" if names else ""

    def services(self) -> list[str]:
        return sorted(self._versions)

    def notes(self) -> list[str]:
        """What `run` should say of services whose folder is not what callers meet."""
        notes = [
            f"{service} is held since {hold.at[:16]}Z by {hold.who}: {hold.why}. `python app.py publish {service}` ends it"
            for service, hold in self._held.items()
        ]
        if self._waiting:
            notes.append(
                f"edited and not published: {', '.join(self._waiting)}. `python app.py diff SERVICE` tells how"
            )
        return notes

    def numbers(self) -> list[str]:
        """Every spelling under which a service is called or written to, each once, in the flows' order."""
        listed = [
            number.spelling for flow in self._flows for number in (*flow.voice_numbers, *flow.text_numbers)
        ]
        return list(dict.fromkeys(listed))


def _unreadable(found: FlowFaults) -> list[str]:
    return [
        f"{fault} (in the published version, which this program refuses: mend the folder and `python app.py publish`)"
        for fault in found.faults
    ]
