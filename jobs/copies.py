"""Is our copy of a recording whole?  Asked before the carrier's is deleted: afterwards there is no other."""

from __future__ import annotations

import hashlib

from store import Connection, recordings
from store.vault import Vault, VaultFault


def fault(db: Connection, vault: Vault | None, sid: str) -> str:
    """Why the carrier's copy must not be deleted yet; "" when ours was read back whole, or is not wanted."""
    row = recordings.load(db, sid)
    if row is not None and row.step == recordings.NOT_KEPT:
        return ""
    if row is None or row.state != "fetched" or row.file is None:
        return "we have no copy of it"
    if vault is None:
        return "this worker has no key to read our copy with"
    try:
        with vault.open(row.file) as file:
            size, digest = 0, hashlib.sha256()
            while piece := file.read(65_536):
                size += len(piece)
                digest.update(piece)
    except (VaultFault, OSError) as wrong:
        return f"our copy cannot be read: {wrong}"
    same = (size, digest.hexdigest()) == (row.bytes, row.sha256)
    return "" if same else "our copy is not what was fetched"
