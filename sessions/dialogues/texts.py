"""Texts that we send by ourselves: one way in, with the limits of fault list H2, and out through the outbox.

service   caused by a call: per number SMS_PER_HOUR and SMS_PER_DAY
reply     to a text: bounded by how many texts of one number we answer at all (texting.TEXTS_AN_HOUR)
broadcast to many at once: none of these limits; sessions/dialogues/broadcasts.py says who gets it and when
agent     to an agent of the roster, about a dialogue: none of these limits; dialogue_phones.py counts what it answers
the rest  per prefix (the number without its last 4 digits) SMS_PREFIX_PER_HOUR, and a loop detector: the same text in answer to
          the same words, three times in ten minutes, is two machines talking to each other
"""

import hashlib
import json
import logging

from engine.flow import Flow
from sessions.gateway import Gateway
from store import limits, messages, outbox
from store.ids import new_id
from store.library import Connection
from store.times import plus

log = logging.getLogger("sambung.texts")

BROADCAST = "broadcast"
LOOP_SECONDS = 600
LOOP_TIMES = 3
MOST_PARTS = 99  # more than a text of the carrier's can have


def send(
    gateway: Gateway,
    db: Connection,
    flow: Flow,
    *,
    to: str,
    body: str,
    template: str,
    cause: str,
    now: str,
    from_number: str = "",
    kind: str = "service",
    reply_to: str = "",
    not_before: str = "",
    id: str | None = None,
    parts: int = 2,
) -> bool:
    """Owe a text to this number. False (and a log line) when a limit forbids it; then nothing is owed.

    ``kind``: service, reply, agent, broadcast, or confirmation (the reply to a STOP, before the block). ``reply_to``: the words
    replied to. ``not_before``: it waits until then. ``id``: of the outbox, for what must not be owed twice. ``parts``: how many it
    may take when no template says so.
    """
    sender = from_number or (flow.text_numbers[0].spelling if flow.text_numbers else "")
    if not sender or not to:
        return False
    named = flow.templates.get(template)
    fitted = gateway.fit(body, named.parts if named else parts)
    refusal = _refusal(gateway, db, flow, to, kind, reply_to or fitted, now)
    if refusal:
        log.warning("text not sent", extra={"reason": refusal, "number": to, "session": cause})
        return False
    payload = {
        "from": sender,
        "to": to,
        "body": fitted,
        "template": template,
        "service": flow.id,
        "class": kind,
    }
    outbox.put(
        db,
        kind="sms",
        target=to,
        payload=json.dumps(payload, ensure_ascii=False),
        now=now,
        # What waits for the morning must not keep back what is answered at night.
        order_key=f"sms:{to}" if (not_before or now) <= now else f"sms:{to}:later",
        not_before=not_before or None,
        cause=cause,
        id=id,
    )
    return True


def _refusal(gateway: Gateway, db: Connection, flow: Flow, to: str, kind: str, words: str, now: str) -> str:
    """Why not; '' when it may go. ``words``: those replied to, else the text itself."""
    if kind in ("agent", BROADCAST):
        return ""
    settings = gateway.settings
    since, said = plus(now, -LOOP_SECONDS), _hash(words)
    if limits.times_sent(db, service=flow.id, contact=to, body_hash=said, since=since) >= LOOP_TIMES:
        return "the same text three times in ten minutes: a loop"
    hour, day = now[:13], now[:10]
    if kind == "service":
        if limits.add_and_count(db, "sms_hour", to, hour) > settings.sms_per_hour:
            return f"more than {settings.sms_per_hour} automatic texts in an hour (SMS_PER_HOUR)"
        if limits.add_and_count(db, "sms_day", to, day) > settings.sms_per_day:
            return f"more than {settings.sms_per_day} automatic texts in a day (SMS_PER_DAY)"
    if limits.add_and_count(db, "sms_prefix", to[:-4], hour) > settings.sms_prefix_per_hour:
        return (
            f"more than {settings.sms_prefix_per_hour} texts in an hour to this prefix (SMS_PREFIX_PER_HOUR)"
        )
    limits.remember_text(db, service=flow.id, contact=to, body_hash=said, at=now)
    return ""


def whole(gateway: Gateway, body: str, parts: int = 2) -> bool:
    """Do all of these words fit? What people write is refused rather than cut."""
    return gateway.fit(body, parts) == gateway.fit(body, MOST_PARTS)


def address(contact: str, called: str) -> str:
    """Where a reply goes: back over the app that the text came by.

    >>> address("+6281200000001", "whatsapp:+6281131131131"), address("+6281200000001", "131")
    ('whatsapp:+6281200000001', '+6281200000001')
    """
    prefixed = contact.startswith("whatsapp:")  # a user id without a number
    return f"whatsapp:{contact}" if called.startswith("whatsapp:") and not prefixed else contact


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:32]


def received(db: Connection, *, sid: str, to: str, sender: str, body: str, session_id: str, now: str) -> None:
    """Keep a text that came in."""
    messages.note(
        db,
        sid or new_id(),
        at=now,
        direction="in",
        from_number=sender,
        to_number=to,
        body=body,
        session_id=session_id,
        status="received",
    )
