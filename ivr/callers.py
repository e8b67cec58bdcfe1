"""What the carrier's form says about a call: who calls, whom, and what was heard. Unknown fields are never acted on."""

import re
from collections.abc import Mapping

from engine.events import Dialled, Event, HungUp, Keys, Recorded, Said, Silence, Spoken, Tick
from engine.numbers import Contact, contact_key

# Twilio's DialCallStatus -> our outcome (twilio.com/docs/voice/twiml/dial, "Attributes passed to action").
DIAL_OUTCOMES = {
    "completed": "answered",
    "answered": "answered",
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
    "canceled": "failed",
}
_SID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DIGITS = re.compile(r"[0-9*#]*")


def call_sid(form: Mapping[str, str]) -> str:
    """The call's Sid; '' when there is none or it is none (compatible carriers have Sids of their own form)."""
    sid = form.get("CallSid", "")
    return sid if _SID.fullmatch(sid) else ""


def caller(form: Mapping[str, str]) -> Contact:
    """Who calls: From, else Caller (outbound-shaped webhooks have only that)."""
    return contact_key(form.get("From") or form.get("Caller") or "")


def called(form: Mapping[str, str]) -> str:
    """Whom they call: To, else Called."""
    return form.get("To") or form.get("Called") or ""


def event(heard: str, form: Mapping[str, str]) -> Event:
    """What was heard, by what the address of the turn says it answers and what the form brings.

    ``heard``: keys, spoken, silence, recording, dial, tick. Anything else is silence, and so are keys that are none (the word
    TIMEOUT was seen).
    """
    match heard:
        case "keys":
            return _keys(form)
        case "spoken":
            return _spoken(form)
        case "recording":
            return _recording(form)
        case "dial":
            return Dialled(
                DIAL_OUTCOMES.get(form.get("DialCallStatus", ""), "failed"), number(form, "DialCallDuration")
            )
        case "tick":
            return Tick()
        case _:
            return Silence()


def _keys(form: Mapping[str, str]) -> Event:
    digits = form.get("Digits", "").strip()
    if digits and _DIGITS.fullmatch(digits):
        return Keys(digits)
    words = form.get("SpeechResult", "").strip()
    if words:
        return Said(words[:500], confidence(form))
    return Keys("") if "Digits" in form and not digits else Silence()


def _spoken(form: Mapping[str, str]) -> Event:
    """A menu's recording. The key that ended it is the answer; so is the voice of who pressed none."""
    digits, sid = form.get("Digits", ""), form.get("RecordingSid", "")
    if digits == "hangup" or form.get("CallStatus") == "completed":
        return HungUp()
    if digits and _DIGITS.fullmatch(digits):
        return Keys(digits)
    return Spoken(sid) if _SID.fullmatch(sid) else Silence()


def _recording(form: Mapping[str, str]) -> Event:
    sid = form.get("RecordingSid", "")
    return Recorded(
        sid if _SID.fullmatch(sid) else "",
        number(form, "RecordingDuration"),
        hung_up=form.get("Digits") == "hangup" or form.get("CallStatus") == "completed",
    )


def confidence(form: Mapping[str, str]) -> float:
    """0 to 1; -1 when the carrier gave none."""
    try:
        return min(max(float(form["Confidence"]), 0.0), 1.0)
    except (KeyError, ValueError):
        return -1.0


def number(form: Mapping[str, str], name: str) -> int:
    """A count of seconds; 0 for whatever is no number."""
    value = form.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 0
