"""What the carrier reports about calls beside the conversation: status, legs, recordings; and what is left when a call fails.

Reports come late, twice, in any order or never: keys and ranks are those of the reliability page, 3.2.
"""

import json
import logging
from collections.abc import Mapping

from desk.caseload.model import ENDED
from engine.events import Recorded
from engine.flow import Flow
from engine.numbers import contact_key
from engine.session import Session
from sessions.agents import talks
from sessions.calls import choices, turns
from sessions.cases import cases
from sessions.gateway import Gateway
from store import calls, inbox, ranks, recordings
from store import cases as stored_cases
from store import sessions as rows
from store.library import Connection
from store.times import text

log = logging.getLogger("sambung.calls")

Form = Mapping[str, str]
EMERGENCY = "emergency"  # the step of a message that was left without a flow
EMERGENCY_NOTE = "pesan suara saat gangguan"


def _number(form: Form, *names: str) -> int | None:
    for name in names:
        value = form.get(name, "")
        if value.isascii() and value.isdigit() and len(value) < 9:
            return int(value)
    return None


def _kept(form: Form) -> str:
    """The raw report, without what a contact keyed in."""
    return json.dumps({name: value for name, value in form.items() if name != "Digits"}, ensure_ascii=False)


def status(gateway: Gateway, form: Form) -> None:
    """A call's status. Its end, told for the first time, ends the session."""
    _status(gateway, form, parent=form.get("ParentCallSid") or None)


def leg(gateway: Gateway, form: Form) -> None:
    """A dialled leg's status. The leg is a call of its own, with a parent."""
    _status(gateway, form, parent=form.get("ParentCallSid") or None)


def _status(gateway: Gateway, form: Form, parent: str | None) -> None:
    sid, word = form.get("CallSid", ""), form.get("CallStatus", "")
    if not sid or word not in ranks.CALL:
        log.info("status without meaning", extra={"call": sid, "status": word})
        return
    with gateway.store.write() as db:
        now = text(gateway.clock())
        key = f"cs:{sid}:{word}:{form.get('SequenceNumber', '-') or '-'}"
        if inbox.first_time(db, account=_account(form), key=key, kind="status", received_at=now) is not None:
            return
        before, after = calls.note(
            db,
            sid,
            at=now,
            session_id=None if parent else sid,
            direction=form.get("Direction") or None,
            status=word,
            sequence=_number(form, "SequenceNumber"),
            duration=_number(form, "CallDuration", "Duration"),
            parent_sid=parent,
            fields=_kept(form),
        )
        ended_now = after.final_at is not None and (before is None or before.final_at is None)
        if ended_now and not parent:
            turns.hang_up(gateway, db, sid, word)


def recording(gateway: Gateway, form: Form) -> None:
    """A recording's status: joined to its call whether it comes before, after or without the Record action.

    One of a conference, which a sweep has found, is of a talk.
    """
    if form.get("ConferenceSid"):
        talks.recording(gateway, talks.of_call(gateway, form.get("CallSid", "")), form)
    else:
        _recording(gateway, form)


def spoken_choice(gateway: Gateway, form: Form) -> None:
    """The status of a recording that a menu's choice was spoken into: it is not kept, here or at the carrier."""
    _recording(gateway, form, step=recordings.NOT_KEPT)


def _recording(gateway: Gateway, form: Form, step: str | None = None) -> None:
    sid, word = form.get("RecordingSid", ""), form.get("RecordingStatus", "completed")
    if not sid:
        log.info("recording report without a Sid")
        return
    with gateway.store.write() as db:
        now = text(gateway.clock())
        key = f"rec:{sid}:{word}"
        if (
            inbox.first_time(db, account=_account(form), key=key, kind="recording", received_at=now)
            is not None
        ):
            return
        call = form.get("CallSid", "")
        row = rows.load(db, call) if call else None
        if choices.was_cut_off(db, row, sid, _number(form, "RecordingDuration")):
            step = recordings.NOT_KEPT
        _, after = recordings.note(
            db,
            sid,
            at=now,
            step=step,
            session_id=row.id if row else None,
            call_sid=call or None,
            url=form.get("RecordingUrl") or None,
            duration=_number(form, "RecordingDuration"),
            channels=_number(form, "RecordingChannels"),
            status=word,
        )
        if after.step == recordings.NOT_KEPT:
            choices.not_kept(db, sid, now)
        elif row is not None and row.ended_at is not None and word == "completed" and after.step is None:
            turns.late_recording(gateway, db, row, Recorded(sid, after.duration or 0, hung_up=True))


def _account(form: Form) -> str:
    return form.get("AccountSid", "")


# --- what a failing call falls back on ---


def newest_answer(gateway: Gateway, call: str) -> str | None:
    """The last thing the caller was told, to be said again; None when there is none or it cannot be read."""
    return rows.last_answer(gateway.store.read(), call) if call else None


def language(gateway: Gateway, call: str) -> str:
    """The language the caller chose; '' when it cannot be known."""
    row = rows.load(gateway.store.read(), call) if call else None
    return row.language if row else ""


def emergency_report(gateway: Gateway, form: Form) -> None:
    """A message left without a flow becomes a case all the same. Raises NotStored (then the report is spooled)."""
    sid, call = form.get("RecordingSid", ""), form.get("CallSid", "")
    seconds = _number(form, "RecordingDuration") or 0
    found = gateway.services.by_number("voice", form.get("To") or form.get("Called") or "")
    if not sid or not seconds:
        return
    contact = contact_key(form.get("From") or form.get("Caller") or "").key
    with gateway.store.write() as db:
        now = text(gateway.clock())
        known = recordings.load(db, sid)
        recordings.note(
            db, sid, at=now, session_id=call or None, call_sid=call or None, duration=seconds, step=EMERGENCY
        )
        if found is not None and (known is None or known.step != EMERGENCY):
            _open_emergency_case(gateway, db, found[0], call, contact, now)


def untold_message(gateway: Gateway, form: Form) -> bool:
    """A message of which only the carrier's lists tell, ``form`` saying what it knows of recording and call.

    Taken as one that was left in the emergency; its call is noted. False when it came in to no service of ours.
    """
    if gateway.services.by_number("voice", form.get("To", "")) is None:
        return False
    status(gateway, form)
    emergency_report(gateway, form)
    recording(gateway, form)
    return True


def _open_emergency_case(
    gateway: Gateway, db: Connection, flow: Flow, call: str, contact: str, now: str
) -> None:
    """Who speaks twice in one call has one case: both messages are of its call."""
    earlier = stored_cases.of_session(db, call) if call else []
    for case in earlier:
        if case.status not in ENDED and (case.note or "").startswith(EMERGENCY_NOTE):
            stored_cases.add_event(
                db, case.ticket, at=now, who="robot", what="pesan lagi", why=EMERGENCY_NOTE
            )
            return
    session = Session(channel="voice", language=flow.language, contact=contact)
    fields = {"priority": "P1", "tier": "T1"}
    cases.open_or_join(gateway, db, flow, call, session, fields, status="baru", note=EMERGENCY_NOTE, now=now)


def spool(gateway: Gateway, path: str, form: Form) -> bool:
    """Keep a webhook whose work could not be stored. False when not even that was possible."""
    event = {"path": path, "form": {name: value for name, value in form.items() if name != "Digits"}}
    try:
        gateway.spool.keep(event, order=form.get("CallSid", "") or form.get("MessageSid", ""))
    except OSError:
        log.exception("spool cannot be written")
        return False
    return True
