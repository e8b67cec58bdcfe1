"""Recordings of which nobody told us, and what follows from changed settings.

A callback may never come: the caller hung up while speaking, we were away, the carrier lost it. So the carrier
is asked for what it has recorded lately, and each recording of a call of ours that we know less of than it does
is taken in as if its callback had come now. A message whose caller we never wrote down, because neither database nor
spool took anything when he spoke to the emergency, is told apart from another program's by asking for its call.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from carrier.errors import PERMANENT
from jobs.recordings import owe_deletion
from jobs.sending import Tools
from store import Connection, calls, meta, ranks, recordings, sessions, times

log = logging.getLogger("sambung.jobs")

Form = Mapping[str, str]
Told = Callable[[Form], object]


class Ours(NamedTuple):
    """What is ours though nobody told us of it. The channels fill it in (commands/worker.py).

    ``text_numbers()``: every number that takes texts for us. ``text(form)``: takes a text as its webhook would
    bring it; False when it cannot be kept yet. ``message(form)``: takes a caller's message of which nothing is
    written, with what the carrier knows of its call; False when that call came in to no service of ours.
    """

    text_numbers: Callable[[], Sequence[str]]
    text: Callable[[Form], bool]
    message: Callable[[Form], bool]


ASKED = "recordings_asked"  # meta: when the carrier last told us everything
OVERLAP_SECONDS = 2 * 3600.0  # a recording is dated by its beginning, and told when it is complete
FIRST_SECONDS = 24 * 3600.0
HELD_SECONDS = 24 * 3600.0
LEFTOVER_SECONDS = 3600.0  # no attempt goes on for so long without a byte
MOST = 1000
DELETIONS = 100
MESSAGE = "RecordVerb"  # the carrier's word for what a caller spoke after a tone


def ask(tools: Tools, told: Told, ours: Ours | None = None, foreign: set[str] | None = None) -> None:
    """Takes in what the carrier has recorded since it was last asked, and gives up what never became complete.

    ``foreign``: calls that were found to be another program's; they are added, and not asked for again.
    """
    now, db = tools.now(), tools.store.read()
    last = min(meta.get(db, ASKED) or times.plus(now, -FIRST_SECONDS), now)
    outcome = tools.carrier.list_recordings(times.instant(times.plus(last, -OVERLAP_SECONDS)), MOST)
    if not outcome.ok:
        return
    reports = [report for report in map(_report, outcome.data) if report]
    missed = [report for report in reports if _is_news(db, report)]
    for report in missed:
        told({"AccountSid": tools.carrier.account_sid, **report})
        log.warning("a recording was made and nobody told us", extra={"recording": report["RecordingSid"]})
    with tools.store.write() as db:
        recordings.adopt(db, at=now)
        words = "the carrier never said that it is complete, or which it is"
        for sid in recordings.give_up_held(db, times.plus(now, -HELD_SECONDS), now=now, fault=words):
            log.error("ALARM: a recording is given up", extra={"recording": sid, "reason": words})
    all_known = ours is None or _claim(tools, ours, reports, set() if foreign is None else foreign)
    if all_known and len(outcome.data) < MOST:
        with tools.store.write() as db:
            meta.put(db, ASKED, now)


def _claim(tools: Tools, ours: Ours, reports: Iterable[Form], foreign: set[str]) -> bool:
    """Takes messages that no call of ours explains, oldest first. False when the carrier could not say whose they are."""
    for report in reversed(list(reports)):
        call = report["CallSid"]
        if call in foreign or not _is_unexplained(tools.store.read(), report):
            continue
        outcome = tools.carrier.fetch_call(call)
        if not outcome.ok and outcome.kind != PERMANENT:
            return False
        about = _call(outcome.data) if outcome.ok else {}
        form = {**report, **about, "AccountSid": tools.carrier.account_sid}
        if about.get("Direction") == "inbound" and ours.message(form):
            log.warning("a message was left and its call is not written", extra={"call": call})
        else:
            foreign.add(call)
    return True


def _is_unexplained(db: Connection, report: Form) -> bool:
    """A whole message that belongs to no step, of a call that is over here or was never begun?"""
    if report["RecordingStatus"] != "completed" or report.get("RecordingDuration", "0") == "0":
        return False
    if report.get("ConferenceSid") or report.get("Source", MESSAGE) != MESSAGE:
        return False
    row = recordings.load(db, report["RecordingSid"])
    if row is not None and row.step is not None:
        return False
    session = sessions.load(db, report["CallSid"])
    if session is not None:
        return session.ended_at is not None
    call = calls.load(db, report["CallSid"])
    return call is None or (call.direction in (None, "inbound") and not call.parent_sid)


def _call(found: Mapping[str, Any]) -> dict[str, str]:
    """What the carrier knows of a call, as its status report would say it."""
    about = {
        "Direction": found.get("direction"), "From": found.get("from"), "To": found.get("to"),
        "CallStatus": found.get("status"), "CallDuration": found.get("duration"),
    }  # fmt: skip
    return {name: str(value) for name, value in about.items() if value is not None}


def _report(found: Mapping[str, Any]) -> dict[str, str] | None:
    """What a callback would have said; None for a recording that is no call's."""
    report = {
        "RecordingSid": found.get("sid"), "CallSid": found.get("call_sid"), "RecordingStatus": found.get("status"),
        "RecordingDuration": found.get("duration"), "RecordingChannels": found.get("channels"),
        "ConferenceSid": found.get("conference_sid"), "Source": found.get("source"),
    }  # fmt: skip
    known = {name: str(value) for name, value in report.items() if value is not None}
    return known if known.keys() >= {"RecordingSid", "CallSid", "RecordingStatus"} else None


def _is_news(db: Connection, report: Mapping[str, str]) -> bool:
    """Is it a recording of a call of ours, and is the carrier further with it than we know?"""
    row, call = recordings.load(db, report["RecordingSid"]), report["CallSid"]
    rank = ranks.RECORDING.get(report["RecordingStatus"], ranks.UNKNOWN)
    if report.get("ConferenceSid") and rank < ranks.RECORDING_ENDED:
        return False  # a talk that goes on: sessions.agents.talks decides at its end
    if row is not None:
        return rank > row.rank
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
