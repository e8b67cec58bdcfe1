"""Webhooks that waited in the spool while the database could not be written, given to whoever takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ivr import callers
from sessions import calls, receipts
from sessions.gateway import Gateway
from sms.routes import incoming

Form = Mapping[str, str]


def replay(gateway: Gateway, event: Mapping[str, Any]) -> None:
    """Takes one event {"path", "form"}. Raises what the taker raises: the spool counts tries and puts it
    aside.
    """
    path, form = str(event["path"]), dict(event["form"])
    taker = next((take for end, take in TAKERS if path.endswith(end)), None)
    if taker is None and "/ivr/" in path:
        # A turn that failed: the caller has heard the emergency since. That there was a call is kept.
        taker = calls.status
    if taker is None:
        raise ValueError(f"nobody takes what came to {path}")
    taker(gateway, form)


def _emergency_message(gateway: Gateway, form: Form) -> None:
    calls.emergency_message(
        gateway,
        call=callers.call_sid(form),
        called=callers.called(form),
        contact=callers.caller(form).key,
        recording=form.get("RecordingSid", ""),
        seconds=callers.number(form, "RecordingDuration"),
    )


# Ends of paths: before them a proxy's prefix may stand.
TAKERS: tuple[tuple[str, Callable[[Gateway, Form], None]], ...] = (
    ("/ivr/emergency/recorded", _emergency_message),
    ("/ivr/status", calls.status),
    ("/ivr/legs", calls.leg),
    ("/ivr/recordings", calls.recording),
    ("/sms/messages", incoming),
    ("/sms/fallback", incoming),
    ("/sms/receipts", receipts.take),
)
