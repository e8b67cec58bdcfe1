"""What doctor looks at about what callers said: is every recording here, and can it still be opened?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import store
from commands.doctor_finding import FAULT, OK, WARNING, Finding
from sessions.gateway import clock_ahead
from settings import Settings
from store import recordings, times
from store.recordings import RecordingRow
from store.vault import Missing, Vault, VaultFault, vault_of

WITHOUT_FILE_SECONDS = 600.0
LOOKED_AT = 5_000  # the newest; only the head of each file is read
PAGE = "docs/runbook.md, Recordings"


def check(settings: Settings) -> Iterator[Finding]:
    """Rows against files and keys. Nothing is decrypted: that is for whoever listens."""
    try:
        opened = store.connect(settings.database, create=False)
    except store.Unusable:
        return  # told under database
    with closing(opened):
        now = times.text(clock_ahead(settings.clock_offset)())
        findings = [*_late(opened, now), *_kept(opened, settings)]
        yield from findings
        if not any(finding.level == FAULT for finding in findings):
            counts = recordings.counts(opened.read())
            text = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "none yet"
            yield Finding("recordings", OK, text)


def _late(opened: store.Store, now: str) -> Iterator[Finding]:
    db = opened.read()
    late = recordings.unfetched(db, times.plus(now, -WITHOUT_FILE_SECONDS), 1000)
    if late:
        text = f"{len(late)} recordings without file, the oldest of {late[0].created_at}: {late[0].fault or 'not tried'}"
        yield Finding("recordings", FAULT, text, f"does the worker run, does the carrier answer? {PAGE}")
    if dead := recordings.counts(db).get("dead", 0):
        way_out = f"python app.py recordings list --state dead, then retry. {PAGE}"
        yield Finding("recordings", WARNING, f"{dead} were given up", way_out)


def _kept(opened: store.Store, settings: Settings) -> Iterator[Finding]:
    rows = recordings.latest(opened.read(), LOOKED_AT, "fetched")
    try:
        vault = vault_of(settings.recordings, settings.vault_key, settings.vault_old_keys)
    except VaultFault as fault:
        yield Finding("recordings", FAULT, fault.what, fault.way_out)
        return
    faults = [fault for row in rows if (fault := _file_fault(vault, row))]
    if faults:
        yield Finding(
            "recordings", FAULT, f"{len(faults)} of {len(rows)} cannot be opened: {faults[0]}", PAGE
        )


def _file_fault(vault: Vault, row: RecordingRow) -> str:
    """Why a file cannot be opened; "" when its head is well and its key is here."""
    try:
        id = vault.key_id(row.file or "")
    except Missing:
        return f"the file of {row.sid} is not there"
    except (VaultFault, OSError, ValueError) as fault:
        return str(fault)
    return "" if vault.keys.find(id) else f"the key {id.hex()} is missing from VAULT_KEY and VAULT_OLD_KEYS"


CHECKS: tuple[tuple[str, Callable[[Settings], Iterator[Finding]]], ...] = (("recordings", check),)
