"""Conferences, their participants and their recordings over REST.

Rules: twilio.com/docs/voice/api/conference-resource, …/conference-participant-resource, …/recording ("Update a Recording").
"""

from typing import Any

from carrier.emulator import conferences
from carrier.emulator.calls import Call
from carrier.emulator.conferences import Room
from carrier.emulator.exchange import Exchange
from carrier.emulator.record import Recording
from carrier.emulator.rest import RestError, Table, not_found, page
from carrier.emulator.rest_recordings import show as show_recording
from carrier.emulator.server import Reply, Request, as_json

_ROOM = r"/Conferences/(?P<sid>CF[0-9a-f]{32})"
_RECORDING = _ROOM + r"/Recordings/(?P<recording>RE[0-9a-f]{32}|Twilio\.CURRENT)\.json"
_PARTICIPANT = _ROOM + r"/Participants/(?P<call>CA[0-9a-f]{32})\.json"


def table(exchange: Exchange) -> Table:
    return _Conferences(exchange).table()


class _Conferences:
    """The Conference resource, its Participants and Recordings."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._base = f"/2010-04-01/Accounts/{exchange.account_sid}/Conferences"

    def listing(self, request: Request) -> Reply:
        query = request.query
        found = [
            room
            for room in reversed(list(self._exchange.rooms))  # the newest first
            if query.get("FriendlyName") in (None, room.name) and query.get("Status") in (None, room.status)
        ]
        return page(request, f"{self._base}.json", "conferences", found, self.show)

    def fetch(self, request: Request, sid: str) -> Reply:
        return as_json(self.show(self._room(request, sid)))

    def update(self, request: Request, sid: str) -> Reply:
        room = self._room(request, sid)
        if request.form.get("Status") == "completed" and room.inside:
            self._exchange.soon(lambda: conferences.end(room.inside[0], room))
        return as_json(self.show(room))

    def participants(self, request: Request, sid: str) -> Reply:
        room = self._room(request, sid)
        uri = f"{self._base}/{sid}/Participants.json"
        return page(
            request, uri, "participants", list(room.inside), lambda call: self.show_participant(room, call)
        )

    def participant(self, request: Request, sid: str, call: str) -> Reply:
        room = self._room(request, sid)
        return as_json(self.show_participant(room, self._inside(request, room, call)))

    def kick(self, request: Request, sid: str, call: str) -> Reply:
        room = self._room(request, sid)
        leaving = self._inside(request, room, call)
        self._exchange.soon(lambda: conferences.kick(leaving, room))
        return Reply(204)

    def recordings(self, request: Request, sid: str) -> Reply:
        room = self._room(request, sid)
        uri = f"{self._base}/{sid}/Recordings.json"
        return page(request, uri, "recordings", self._recordings_of(room), self.show_recording)

    def recording(self, request: Request, sid: str, recording: str) -> Reply:
        return as_json(self.show_recording(self._recording(request, self._room(request, sid), recording)))

    def turn_recording(self, request: Request, sid: str, recording: str) -> Reply:
        """Paused, resumed, stopped. Only one that runs can be; of any other the API knows nothing under this address."""
        room, status = self._room(request, sid), request.form.get("Status", "")
        behavior = request.form.get("PauseBehavior", "silence")
        if status not in ("paused", "in-progress", "stopped") or behavior not in ("silence", "skip"):
            raise RestError(400, 20001, f"Status {status!r} or PauseBehavior {behavior!r} is not valid")
        found = self._recording(request, room, recording)
        if not conferences.turn_recording(self._exchange.rooms, room, status, behavior == "skip"):
            raise not_found(request.path)
        found.status = status
        return as_json(self.show_recording(found))

    def _recording(self, request: Request, room: Room, sid: str) -> Recording:
        found = self._recordings_of(room)
        for one in found:
            if sid == one.sid or (sid == "Twilio.CURRENT" and one.status in ("in-progress", "paused")):
                return one
        raise not_found(request.path)

    def _recordings_of(self, room: Room) -> list[Recording]:
        """What runs, and what is kept."""
        kept = [one for one in self._exchange.recordings if one.conference_sid == room.sid]
        by = room.recorder
        if by is None or by.status not in ("in-progress", "paused"):
            return kept
        moment = by.date_created
        return [
            Recording(
                by.sid, by.call.sid, 0, by.status, "Conference", moment, moment, conference_sid=room.sid
            ),
            *kept,
        ]

    def show_recording(self, recording: Recording) -> dict[str, Any]:
        uri = f"{self._base}/{recording.conference_sid}/Recordings/{recording.sid}.json"
        return show_recording(self._exchange, recording) | {"uri": uri}

    def _room(self, request: Request, sid: str) -> Room:
        room = self._exchange.rooms.get(sid)
        if room is None:
            raise not_found(request.path)
        return room

    def _inside(self, request: Request, room: Room, sid: str) -> Call:
        call = next((call for call in room.inside if call.sid == sid), None)
        if call is None:
            raise not_found(request.path)
        return call

    def show(self, room: Room) -> dict[str, Any]:
        return {
            "sid": room.sid,
            "account_sid": self._exchange.account_sid,
            "friendly_name": room.name,
            "status": room.status,
            "region": "us1",
            "date_created": room.date_created,
            "date_updated": room.date_created,
            "api_version": "2010-04-01",
            "reason_conference_ended": None,
            "call_sid_ending_conference": None,
            "uri": f"{self._base}/{room.sid}.json",
            "subresource_uris": {
                "participants": f"{self._base}/{room.sid}/Participants.json",
                "recordings": f"{self._base}/{room.sid}/Recordings.json",
            },
        }

    def show_participant(self, room: Room, call: Call) -> dict[str, Any]:
        return {
            "call_sid": call.sid,
            "conference_sid": room.sid,
            "account_sid": self._exchange.account_sid,
            "label": None,
            "muted": False,
            "hold": False,
            "coaching": False,
            "call_sid_to_coach": None,
            "start_conference_on_enter": call.sid in room.starters,
            "end_conference_on_exit": False,
            "status": "connected",
            "date_created": room.date_created,
            "date_updated": room.date_created,
            "uri": f"{self._base}/{room.sid}/Participants/{call.sid}.json",
        }

    def table(self) -> Table:
        return (
            ("GET", r"/Conferences\.json", self.listing),
            ("GET", _ROOM + r"\.json", self.fetch),
            ("POST", _ROOM + r"\.json", self.update),
            ("GET", _ROOM + r"/Recordings\.json", self.recordings),
            ("GET", _RECORDING, self.recording),
            ("POST", _RECORDING, self.turn_recording),
            ("GET", _ROOM + r"/Participants\.json", self.participants),
            ("GET", _PARTICIPANT, self.participant),
            ("DELETE", _PARTICIPANT, self.kick),
        )
