"""Delivery receipts, by rank: a text's state only ever moves forward, and a receipt may come before our own REST answer."""

import json
import logging
from collections.abc import Mapping

from sessions.dialogues import dialogue_phones
from sessions.gateway import Gateway
from store import inbox, messages, opt_outs, outbox, ranks
from store.library import Connection
from store.times import text

log = logging.getLogger("sambung.receipts")

OPTED_OUT = "21610"  # the recipient has told the carrier to stop


def take(gateway: Gateway, form: Mapping[str, str]) -> None:
    """Take a receipt once. A word we do not know is kept and moves nothing."""
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    word = form.get("MessageStatus") or form.get("SmsStatus") or ""
    code = form.get("ErrorCode", "")
    if not sid or not word:
        log.info("receipt without a Sid or a status")
        return
    if word not in ranks.MESSAGE:
        log.warning("receipt with an unknown status", extra={"text_sid": sid, "status": word})
    with gateway.store.write() as db:
        now = text(gateway.clock())
        key = f"ms:{sid}:{word}:{code}"
        if (
            inbox.first_time(db, account=form.get("AccountSid", ""), key=key, kind="receipt", received_at=now)
            is not None
        ):
            return
        kept = json.dumps(dict(form), ensure_ascii=False)
        _, after = messages.note(db, sid, at=now, status=word, error_code=code or None, fields=kept)
        if word in messages.NOT_DELIVERED and after.status == word:
            _not_delivered(gateway, db, after, now)
        if code == OPTED_OUT:
            _opted_out(db, after, now)


def _not_delivered(gateway: Gateway, db: Connection, message: messages.MessageRow, now: str) -> None:
    """A receipt that comes before the carrier's own answer knows no row yet: the job that notes the answer arms ``lost``."""
    if message.outbox_id:
        lost(gateway, db, message.outbox_id, now)


def lost(gateway: Gateway, db: Connection, outbox_id: str, now: str) -> None:
    """What this row owed has not arrived, or never went out: who wrote it hears of it, once for each row."""
    sent = outbox.load(db, outbox_id)
    if sent is not None and sent.kind == "sms":
        dialogue_phones.not_delivered(gateway, db, sent, now)


def _opted_out(db: Connection, message: messages.MessageRow, now: str) -> None:
    if message.service and message.to_number:
        opt_outs.add(db, message.service, message.to_number, since=now, source="carrier")
