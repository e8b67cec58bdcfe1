"""The calendar of a service with hours; overrides whose reason, people and announcement are hostile."""

from datetime import timedelta

from store import overrides
from store.times import text

VALUES = {"service": "bicara131"}


def plant(console, payloads: list[str]) -> None:
    """In what people decided."""
    now = console.gateway.clock()
    with console.gateway.store.write() as db:
        for payload in payloads[:20]:
            overrides.add(
                db,
                service="bicara131",
                hours="petugas",
                state="emergency",
                begin=text(now - timedelta(hours=2)),
                until=text(now + timedelta(hours=2)),
                reason=payload,
                who=payload,
                words={"id": payload, "en": payload},
            )
