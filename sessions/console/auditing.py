"""The chain of the audit: followed when somebody asks, and anchored outside the database every hour.

Whoever holds the database and the key could write a whole new chain; the anchors, kept elsewhere, would not match it. One that
only cuts off the last lines is found by them, too.
"""

import hashlib
import hmac
import json
import logging
import os
from dataclasses import dataclass
from typing import NamedTuple

from sessions.gateway import Gateway
from store import audit, meta
from store.times import text

log = logging.getLogger("sambung.audit")

ANCHORED = "audit_anchored"  # in meta: the hour of the last anchor


class Anchor(NamedTuple):
    """Line ``n`` had the hash ``mac`` at that time."""

    at: str
    n: int
    mac: str


@dataclass(frozen=True)
class Verified:
    """What following the chain found: how many lines and anchors, and a sentence for each fault."""

    lines: int
    anchors: int
    faults: tuple[str, ...]


def anchor(gateway: Gateway) -> Anchor | None:
    """Writes down outside where the chain stands; None when it has no line. Raises OSError."""
    n, mac = audit.head(gateway.store.read())
    if not n:
        return None
    made = Anchor(text(gateway.clock()), n, mac)
    line = json.dumps({**made._asdict(), "signed": _signed(gateway, made)}) + "\n"
    file = os.open(gateway.settings.audit_anchors, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line.encode())
        os.fsync(file)
    finally:
        os.close(file)
    return made


def anchor_hourly(gateway: Gateway) -> None:
    """An anchor, unless this hour has one. A file that cannot be written is an alarm, not a reason to stop working."""
    hour = text(gateway.clock())[:13]
    if meta.get(gateway.store.read(), ANCHORED) == hour:
        return
    try:
        anchor(gateway)
    except OSError as fault:
        log.error(
            "the audit could not be anchored",
            extra={"file": str(gateway.settings.audit_anchors), "reason": fault.strerror},
        )
        return
    with gateway.store.write() as db:
        meta.put(db, ANCHORED, hour)


def last_anchor(gateway: Gateway) -> Anchor | None:
    """The newest anchor outside; None when there is none that can be read."""
    anchors = [made for made, _ in _anchors(gateway) if made is not None]
    return anchors[-1] if anchors else None


def verify(gateway: Gateway, who: str) -> Verified:
    """Follows the chain from its first line and holds every anchor against it; that somebody did is a line itself."""
    db = gateway.store.read()
    lines, _ = audit.head(db)
    faults = [
        f"line {fault.n}: {fault.what}"
        for fault in audit.verify(db, audit.key_of(gateway.settings.secret_key))
    ]
    anchors = _anchors(gateway)
    for place, (made, signed) in enumerate(anchors, 1):
        if fault := _anchor_fault(gateway, made, signed):
            faults.append(f"anchor {place}: {fault}")
    with gateway.store.write() as db:
        detail = json.dumps({"lines": lines, "anchors": len(anchors), "faults": len(faults)})
        audit.write(
            db, at=text(gateway.clock()), who=who, action="audit_verified", subject="audit", detail=detail
        )
    return Verified(lines, len(anchors), tuple(faults))


def _anchor_fault(gateway: Gateway, made: Anchor | None, signed: str) -> str:
    """What does not fit about an anchor; '' when all does."""
    if made is None or not hmac.compare_digest(_signed(gateway, made), signed):
        return "is damaged, or was not written by us"
    found = audit.mac_at(gateway.store.read(), made.n)
    if found is None:
        return f"line {made.n}, which stood there on {made.at}, is missing"
    return "" if hmac.compare_digest(found, made.mac) else f"line {made.n} is another than on {made.at}"


def _anchors(gateway: Gateway) -> list[tuple[Anchor | None, str]]:
    """The anchors of the file with their signatures; None for a line that cannot be read."""
    try:
        lines = gateway.settings.audit_anchors.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [_read(line) for line in lines]


def _read(line: str) -> tuple[Anchor | None, str]:
    try:
        told = json.loads(line)
        return Anchor(str(told["at"]), int(told["n"]), str(told["mac"])), str(told["signed"])
    except (ValueError, KeyError, TypeError):
        return None, ""


def _signed(gateway: Gateway, made: Anchor) -> str:
    key = audit.key_of(gateway.settings.secret_key)
    return hmac.digest(key, f"anchor {made.at} {made.n} {made.mac}".encode(), hashlib.sha256).hex()
