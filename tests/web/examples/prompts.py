"""Recorded prompts: one of hello, whose words stand in its flow; who recorded it is hostile."""

from audio.wanted import wanted
from sessions.publishing.prompts import PROMPT
from store import audit
from store.times import text

VALUES = {"service": "hello", "language": "id", "step": "salam"}
FORMS = {"prompts.draft": {"service": "nowhere"}}  # nobody waits for drafts, and no other test finds them


def plant(console, payloads: list[str]) -> None:
    """In the audit of who recorded it."""
    one = next(one for one in wanted(console.gateway.services.current("hello")) if one.step == "salam")
    now = text(console.gateway.clock())
    with console.gateway.store.write() as db:
        for payload in payloads[:20]:
            subject = f"{PROMPT}{one.service}/{one.key}"
            audit.write(db, at=now, who=payload, action="prompt_recorded", subject=subject, detail=payload)
