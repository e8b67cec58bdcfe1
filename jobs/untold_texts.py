"""Texts of which nobody told us: the webhook found neither database nor spool, or nobody at all.

The carrier tries a text's addresses once each and then says nothing more, but it keeps the text. So it is asked what
has come in to our numbers, and each text that we do not know is taken as if its webhook came now: its writer is answered late
and not never. The key of the inbox is the webhook's, so that nothing is done twice, whichever comes first.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jobs.sending import Tools
from jobs.untold import Ours
from store import inbox, messages, meta, times

log = logging.getLogger("sambung.jobs")

ASKED = "texts_asked"  # meta: up to when the carrier has told us of all texts
FIRST = "texts_first_asked"  # meta: what came before that was somebody else's to answer
OVERLAP_SECONDS = 300.0  # a text is listed a little after it came
YOUNG_SECONDS = 60.0  # its webhook, the fallback and their repeats may be under way still
MOST = 5_000


def ask(tools: Tools, ours: Ours) -> None:
    """Takes in what was written to our numbers since the carrier was last asked; the first time only the time is noted."""
    now, db = tools.now(), tools.store.read()
    last = meta.get(db, ASKED)
    if last is not None:
        since = max(times.plus(min(last, now), -OVERLAP_SECONDS), meta.get(db, FIRST) or "")
        asked = [_of_number(tools, ours, number, since, now) for number in _addresses(ours)]
        if not all(asked):
            return  # asked for again, from the same moment on
    with tools.store.write() as db:
        meta.put(db, ASKED, now)
        if last is None:
            meta.put(db, FIRST, now)


def _addresses(ours: Ours) -> list[str]:
    """Our numbers as they stand in the carrier's list; a number may have WhatsApp, too."""
    numbers = ours.text_numbers()
    return [*numbers, *(f"whatsapp:{number}" for number in numbers if number.startswith("+"))]


def _of_number(tools: Tools, ours: Ours, number: str, since: str, now: str) -> bool:
    """What came in to one number, oldest first. False when the carrier or our own disk could not be asked to the end."""
    outcome = tools.carrier.list_messages(number, after=times.instant(since), limit=MOST)
    if not outcome.ok:
        return False
    for found in reversed(outcome.data):
        if not _is_news(tools, found, since, times.plus(now, -YOUNG_SECONDS)):
            continue
        if not ours.text(_form(tools, found)):
            return False
        log.warning("a text came in and nobody told us", extra={"text_sid": found["sid"]})
    if len(outcome.data) < MOST:
        return True
    log.error("ALARM: more texts came in than are asked for at once", extra={"called": number, "count": MOST})
    return False


def _is_news(tools: Tools, found: Mapping[str, Any], since: str, until: str) -> bool:
    """A text that came in whole between the two moments, and of which we know nothing?"""
    came = found.get("date_sent") or found.get("date_created")
    if not isinstance(came, datetime) or not found.get("sid"):
        return False
    if found.get("direction") != "inbound" or found.get("status") == "receiving":
        return False
    if not since <= times.text(came) <= until:
        return False
    db, account = tools.store.read(), tools.carrier.account_sid
    never_came = inbox.retries(db, account=account, key=f"sms:{found['sid']}") is None
    return never_came and messages.load(db, found["sid"]) is None


def _form(tools: Tools, found: Mapping[str, Any]) -> dict[str, str]:
    """What its webhook would have brought."""
    return {
        "AccountSid": tools.carrier.account_sid, "MessageSid": found["sid"], "SmsStatus": "received",
        "From": found.get("from") or "", "To": found.get("to") or "", "Body": found.get("body") or "",
        "NumMedia": str(found.get("num_media") or "0"),
    }  # fmt: skip
