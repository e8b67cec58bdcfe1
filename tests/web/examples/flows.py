"""Services: hello, which is small; its own files are looked at and never changed (a save without what was seen is refused)."""

from sessions.publishing import publishing
from store import audit
from store.times import text

VALUES = {"service": "hello", "name": "flow.yaml"}
FORMS = {"flows.schema": {"name": "flow"}}


def plant(console, payloads: list[str]) -> None:
    """In lines of the audit that tell what was done to a service."""
    now = text(console.gateway.clock())
    with console.gateway.store.write() as db:
        for payload in payloads[:20]:
            subject = publishing.FLOW + "hello"
            audit.write(db, at=now, who=payload, action="flow_published", subject=subject, detail=payload)
