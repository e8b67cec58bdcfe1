"""A file that holds nothing but room: when the disk is full, removing it lets the gateway write while help
comes.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

BALLAST_BYTES = 32_000_000  # hours of webhooks, a few kB each
# A small disk is not filled by the precaution against a full one.
NEEDED_FREE = 10 * BALLAST_BYTES


def ballast(instance: Path) -> Path:
    return instance / "ballast"


def make_ballast(instance: Path) -> bool:
    """Makes the file unless it is there; False when there is too little room for it."""
    file = ballast(instance)
    if file.exists() and file.stat().st_size >= BALLAST_BYTES:
        return True
    if shutil.disk_usage(instance).free < NEEDED_FREE:
        return False
    with file.open("wb") as held:
        try:
            # Real blocks: a file with a hole frees nothing when it is removed.
            os.posix_fallocate(held.fileno(), 0, BALLAST_BYTES)
        except OSError:
            return False
    return True
