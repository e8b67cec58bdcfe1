"""Conferences and their participants over REST.

Rules: twilio.com/docs/voice/api/conference-resource, …/conference-participant-resource.
"""

from typing import Any

from carrier.emulator import conferences
from carrier.emulator.calls import Call
from carrier.emulator.conferences import Room
from carrier.emulator.exchange import Exchange
from carrier.emulator.rest import Table, not_found, page
from carrier.emulator.server import Reply, Request, as_json

_ROOM = r"/Conferences/(?P<sid>CF[0-9a-f]{32})"
_PARTICIPANT = _ROOM + r"/Participants/(?P<call>CA[0-9a-f]{32})\.json"


def table(exchange: Exchange) -> Table:
    return _Conferences(exchange).table()


class _Conferences:
    """The Conference and Participant resources."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._base = f"/2010-04-01/Accounts/{exchange.account_sid}/Conferences"

    def listing(self, request: Request) -> Reply:
        query = request.query
        found = [
            room
            for room in self._exchange.rooms
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
            "subresource_uris": {"participants": f"{self._base}/{room.sid}/Participants.json"},
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
            ("GET", _ROOM + r"/Participants\.json", self.participants),
            ("GET", _PARTICIPANT, self.participant),
            ("DELETE", _PARTICIPANT, self.kick),
        )
