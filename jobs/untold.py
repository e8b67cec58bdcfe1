"""Recordings of which nobody told us, and what follows from changed settings.

A callback may never come: the caller hung up while speaking, we were away, the carrier lost it. So the carrier
is asked for what it has recorded lately, and each recording of a call of ours that we know less of than it does
is taken in as if its callback had come now.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from jobs.recordings import owe_deletion
from jobs.sending import Tools
from store import Connection, calls, meta, ranks, recordings, sessions, times

log = logging.getLogger("sambung.jobs")

Told = Callable[[Mapping[str, str]], object]

ASKED = "recordings_asked"  # meta: when the carrier last told us everything
OVERLAP_SECONDS = 2 * 3600.0  # a recording is dated by its beginning, and told when it is complete
FIRST_SECONDS = 24 * 3600.0
HELD_SECONDS = 24 * 3600.0
LEFTOVER_SECONDS = 3600.0  # no attempt goes on for so long without a byte
MOST = 1000
DELETIONS = 100


def ask(tools: Tools, told: Told) -> None:
    """Takes in what the carrier has recorded since it was last asked, and gives up what never became complete."""
    now, db = tools.now(), tools.store.read()
    last = min(meta.get(db, ASKED) or times.plus(now, -FIRST_SECONDS), now)
    outcome = tools.carrier.list_recordings(times.instant(times.plus(last, -OVERLAP_SECONDS)), MOST)
    if not outcome.ok:
        return
    missed = [report for report in map(_report, outcome.data) if report and _is_news(db, report)]
    for report in missed:
        told({"AccountSid": tools.carrier.account_sid, **report})
        log.warning("a recording was made and nobody told us", extra={"recording": report["RecordingSid"]})
    with tools.store.write() as db:
        recordings.adopt(db, at=now)
        words = "the carrier never said that it is complete, or which it is"
        for sid in recordings.give_up_held(db, times.plus(now, -HELD_SECONDS), now=now, fault=words):
            log.error("ALARM: a recording is given up", extra={"recording": sid, "reason": words})
        if len(outcome.data) < MOST:
            meta.put(db, ASKED, now)


def _report(found: Mapping[str, Any]) -> dict[str, str] | None:
    """What a callback would have said; None for a recording that is no call's."""
    report = {
        "RecordingSid": found.get("sid"), "CallSid": found.get("call_sid"), "RecordingStatus": found.get("status"),
        "RecordingDuration": found.get("duration"), "RecordingChannels": found.get("channels"),
        "ConferenceSid": found.get("conference_sid"),
    }  # fmt: skip
    known = {name: str(value) for name, value in report.items() if value is not None}
    return known if known.keys() >= {"RecordingSid", "CallSid", "RecordingStatus"} else None


def _is_news(db: Connection, report: Mapping[str, str]) -> bool:
    """Is it a recording of a call of ours, and is the carrier further with it than we know?"""
    row, call = recordings.load(db, report["RecordingSid"]), report["CallSid"]
    if row is not None:
        return ranks.RECORDING.get(report["RecordingStatus"], ranks.UNKNOWN) > row.rank
    # The account may have other programs: their recordings are none of ours.
    return sessions.load(db, call) is not None or calls.load(db, call) is not None


def tidy(tools: Tools) -> None:
    """Removes what cut-off attempts left, and owes the carrier the deletions that it was not yet asked for."""
    if tools.vault is not None and (removed := tools.vault.sweep(LEFTOVER_SECONDS)):
        log.info("leftovers of recordings removed", extra={"count": removed})
    if not tools.plan.delete_at_carrier:
        return
    with tools.store.write() as db:
        for row in recordings.still_at_carrier(db, DELETIONS):
            owe_deletion(db, row.sid, tools.now())
