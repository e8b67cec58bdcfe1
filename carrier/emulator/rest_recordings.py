"""Recordings over REST: list, fetch, media, delete. Rules: twilio.com/docs/voice/api/recording."""

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from carrier.emulator.exchange import Exchange
from carrier.emulator.record import Recording
from carrier.emulator.rest import Table, not_found, on_day, page
from carrier.emulator.server import Reply, Request, as_json


def table(exchange: Exchange) -> Table:
    base = f"/2010-04-01/Accounts/{exchange.account_sid}/Recordings"

    def listing(request: Request, call: str | None = None) -> Reply:
        call = call or request.query.get("CallSid")
        found = [
            recording
            for recording in exchange.recordings
            if call in (None, recording.call_sid) and on_day(request.query, "DateCreated", _iso(recording))
        ]
        return page(request, f"{base}.json", "recordings", found, lambda one: show(exchange, one))

    def fetch(request: Request, sid: str) -> Reply:
        return as_json(show(exchange, _find(request, sid)))

    def media(request: Request, sid: str) -> Reply:
        _find(request, sid)
        return Reply(200, exchange.recordings.media(sid), "audio/x-wav")

    def delete(request: Request, sid: str) -> Reply:
        if not exchange.recordings.delete(sid):
            raise not_found(request.path)
        return Reply(204)

    def _find(request: Request, sid: str) -> Recording:
        recording = exchange.recordings.get(sid)
        if recording is None:
            raise not_found(request.path)
        return recording

    return (
        ("GET", r"/Recordings\.json", listing),
        ("GET", r"/Calls/(?P<call>CA[0-9a-f]{32})/Recordings\.json", listing),
        ("GET", r"/Recordings/(?P<sid>RE[0-9a-f]{32})\.json", fetch),
        ("GET", r"/Recordings/(?P<sid>RE[0-9a-f]{32})(\.wav)?", media),
        ("DELETE", r"/Recordings/(?P<sid>RE[0-9a-f]{32})(\.json)?", delete),
    )


def show(exchange: Exchange, recording: Recording) -> dict[str, Any]:
    """A recording as the API tells of it. One that still runs has no length yet."""
    base = f"/2010-04-01/Accounts/{exchange.account_sid}/Recordings"
    return {
        "sid": recording.sid,
        "account_sid": exchange.account_sid,
        "call_sid": recording.call_sid,
        "conference_sid": recording.conference_sid or None,
        "status": recording.status,
        "duration": str(recording.duration) if recording.status == "completed" else None,
        "channels": recording.channels,
        "source": recording.source,
        "date_created": recording.date_created,
        "date_updated": recording.date_created,
        "start_time": recording.start_time,
        "error_code": None,
        "encryption_details": None,
        "price": None,
        "price_unit": "USD",
        "api_version": "2010-04-01",
        "media_url": f"{exchange.api_url}{base}/{recording.sid}",
        "uri": f"{base}/{recording.sid}.json",
        "subresource_uris": {},
    }


def _iso(recording: Recording) -> str:
    """When it was made, as the filters write it: ISO 8601 in UTC, to the second."""
    return f"{parsedate_to_datetime(recording.date_created).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
