"""Recordings of talks: kept only for who heard the notice in the language spoken, and then a line of the case.

Where an act has shown a secret, the agent says it. A recording is kept only when it was certain before that the secret is not
heard in it: it was paused, was over, or began when the secret had been told (store/recording_pauses.py). Any other is deleted.

The carrier tells of a conference and not of a call; whose talk it was stands in the address that it reports to. One of which
nobody told us is found by a sweep with a call that was in the room: the caller's, or a telephone that we rang.
"""

import logging
from collections.abc import Mapping

from engine.session import from_json
from sessions.agents import ringing
from sessions.calls import choices
from sessions.gateway import Gateway
from store import cases, inbox, legs, ranks, recording_pauses, recordings
from store import sessions as rows
from store.library import Connection
from store.times import text

log = logging.getLogger("sambung.talks")

Form = Mapping[str, str]


def recording(gateway: Gateway, contact: str, form: Form, after: int = 0) -> None:
    """What the carrier says of the recording of this contact's talk. Without the notice its copy is owed its deletion.

    ``after``: how many pauses were over when its room opened. Nothing is decided while it runs: a secret may still come.
    """
    sid, word = form.get("RecordingSid", ""), form.get("RecordingStatus", "completed")
    if not sid:
        log.info("recording report without a Sid")
        return
    if ranks.RECORDING.get(word, ranks.UNKNOWN) < ranks.RECORDING_ENDED:
        return
    with gateway.store.write() as db:
        now = text(gateway.clock())
        account, key = form.get("AccountSid", ""), f"talk:{sid}:{word}"
        if inbox.first_time(db, account=account, key=key, kind="recording", received_at=now) is not None:
            return
        consent = _notice_heard(db, contact)
        conference = form.get("ConferenceSid", "")
        secret = recording_pauses.holds_a_secret(db, contact, conference, after)
        kept = consent is not None and not secret
        before, known = recordings.note(
            db,
            sid,
            at=now,
            session_id=contact,
            url=form.get("RecordingUrl") or None,
            duration=_whole(form.get("RecordingDuration", "")),
            channels=_whole(form.get("RecordingChannels", "")),
            status=word,
            step=recordings.TALK if kept else recordings.NOT_KEPT,
            consent=consent,
        )
        if not kept:
            choices.not_kept(db, sid, now)
        if consent is None:
            log.warning("a talk was recorded without the notice; it is not kept", extra={"recording": sid})
        elif word == "completed" and (before is None or before.status != word):
            _history(
                db,
                contact,
                "talk not kept" if secret else "talk recorded",
                f"{sid}, {known.duration or 0} s",
                now,
            )
            pauses = recording_pauses.of_contact(db, contact)
            if not secret and any(pause.silent_since(conference) for pause in pauses):
                _history(db, contact, "recording not resumed", sid, now)


def of_call(gateway: Gateway, call: str) -> str:
    """The contact in whose talk this call was: its own, or that of a telephone that we rang."""
    leg = legs.of_call(gateway.store.read(), call)
    return call if leg is None else leg.contact


def _notice_heard(db: Connection, contact: str) -> str | None:
    """The language in which the notice was heard and the talk held; None without it, and for who was called back."""
    row = rows.load(db, contact)
    session = from_json(row.state) if row is not None else None
    if session is None or session.language not in session.consent:
        return None
    return session.language


def _history(db: Connection, contact: str, what: str, why: str, now: str) -> None:
    ticket = ringing.ticket_of(db, contact)
    if ticket:
        cases.add_event(db, ticket, at=now, who="robot", what=what, why=why)


def _whole(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else None
