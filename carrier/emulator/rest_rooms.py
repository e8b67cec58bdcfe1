"""Queues with their members, conferences with their participants, over REST.

Rules: twilio.com/docs/voice/api/queue-resource, …/member-resource, …/conference-resource,
…/conference-participant-resource.
"""

from typing import Any

from carrier.emulator import conferences
from carrier.emulator.calls import Call
from carrier.emulator.conferences import Room
from carrier.emulator.events import Modified, Page
from carrier.emulator.exchange import Exchange
from carrier.emulator.queues import Line, Member
from carrier.emulator.rest import Table, not_found, page
from carrier.emulator.server import Reply, Request, as_json

_QUEUE = r"/Queues/(?P<sid>QU[0-9a-f]{32})"
_MEMBER = _QUEUE + r"/Members/(?P<call>CA[0-9a-f]{32}|Front)\.json"
_ROOM = r"/Conferences/(?P<sid>CF[0-9a-f]{32})"
_PARTICIPANT = _ROOM + r"/Participants/(?P<call>CA[0-9a-f]{32})\.json"


def table(exchange: Exchange) -> Table:
    return (*_queues(exchange), *_conferences(exchange))


def _queues(exchange: Exchange) -> Table:
    base = f"/2010-04-01/Accounts/{exchange.account_sid}/Queues"

    def create(request: Request) -> Reply:
        line = exchange.lines.named(request.form.get("FriendlyName", ""))
        assert line is not None
        line.max_size = int(request.form.get("MaxSize", line.max_size))
        return as_json(show(line), 201)

    def listing(request: Request) -> Reply:
        return page(request, f"{base}.json", "queues", list(exchange.lines), show)

    def fetch(request: Request, sid: str) -> Reply:
        return as_json(show(_line(request, sid)))

    def update(request: Request, sid: str) -> Reply:
        line = _line(request, sid)
        line.max_size = int(request.form.get("MaxSize", line.max_size))
        return as_json(show(line))

    def delete(request: Request, sid: str) -> Reply:
        _line(request, sid)
        exchange.lines.remove(sid)
        return Reply(204)

    def members(request: Request, sid: str) -> Reply:
        line = _line(request, sid)
        return page(
            request,
            f"{base}/{sid}/Members.json",
            "queue_members",
            list(line.members),
            lambda m: show_member(line, m),
        )

    def member(request: Request, sid: str, call: str) -> Reply:
        line = _line(request, sid)
        return as_json(show_member(line, _member(request, line, call)))

    def dequeue(request: Request, sid: str, call: str) -> Reply:
        """A member update takes the call out of the queue, to the document at Url."""
        line = _line(request, sid)
        found = _member(request, line, call)
        shown = show_member(line, found)
        exchange.post(
            found.call, Modified(Page(request.form.get("Url", ""), request.form.get("Method", "POST")))
        )
        return as_json(shown)

    def _line(request: Request, sid: str) -> Line:
        line = exchange.lines.get(sid)
        if line is None:
            raise not_found(request.path)
        return line

    def _member(request: Request, line: Line, call: str) -> Member:
        found = next((member for member in line.members if call in ("Front", member.call.sid)), None)
        if found is None:
            raise not_found(request.path)
        return found

    def show(line: Line) -> dict[str, Any]:
        return {
            "sid": line.sid,
            "account_sid": exchange.account_sid,
            "friendly_name": line.name,
            "current_size": len(line.members),
            "max_size": line.max_size,
            "average_wait_time": line.average(),
            "date_created": line.date_created,
            "date_updated": line.date_created,
            "uri": f"{base}/{line.sid}.json",
            "subresource_uris": {"members": f"{base}/{line.sid}/Members.json"},
        }

    def show_member(line: Line, member: Member) -> dict[str, Any]:
        return {
            "call_sid": member.call.sid,
            "queue_sid": line.sid,
            "date_enqueued": member.entered_at,
            "position": line.position(member),
            "wait_time": round(member.call.now() - member.entered),
            "uri": f"{base}/{line.sid}/Members/{member.call.sid}.json",
        }

    return (
        ("POST", r"/Queues\.json", create),
        ("GET", r"/Queues\.json", listing),
        ("GET", _QUEUE + r"\.json", fetch),
        ("POST", _QUEUE + r"\.json", update),
        ("DELETE", _QUEUE + r"\.json", delete),
        ("GET", _QUEUE + r"/Members\.json", members),
        ("GET", _MEMBER, member),
        ("POST", _MEMBER, dequeue),
    )


def _conferences(exchange: Exchange) -> Table:
    base = f"/2010-04-01/Accounts/{exchange.account_sid}/Conferences"

    def listing(request: Request) -> Reply:
        query = request.query
        found = [
            room
            for room in exchange.rooms
            if query.get("FriendlyName") in (None, room.name) and query.get("Status") in (None, room.status)
        ]
        return page(request, f"{base}.json", "conferences", found, show)

    def fetch(request: Request, sid: str) -> Reply:
        return as_json(show(_room(request, sid)))

    def update(request: Request, sid: str) -> Reply:
        room = _room(request, sid)
        if request.form.get("Status") == "completed" and room.inside:
            conferences.end(room.inside[0], room)
        return as_json(show(room))

    def participants(request: Request, sid: str) -> Reply:
        room = _room(request, sid)
        uri = f"{base}/{sid}/Participants.json"
        return page(
            request, uri, "participants", list(room.inside), lambda call: show_participant(room, call)
        )

    def participant(request: Request, sid: str, call: str) -> Reply:
        room = _room(request, sid)
        return as_json(show_participant(room, _inside(request, room, call)))

    def kick(request: Request, sid: str, call: str) -> Reply:
        conferences.kick(_inside(request, _room(request, sid), call))
        return Reply(204)

    def _room(request: Request, sid: str) -> Room:
        room = exchange.rooms.get(sid)
        if room is None:
            raise not_found(request.path)
        return room

    def _inside(request: Request, room: Room, sid: str) -> Call:
        call = next((call for call in room.inside if call.sid == sid), None)
        if call is None:
            raise not_found(request.path)
        return call

    def show(room: Room) -> dict[str, Any]:
        return {
            "sid": room.sid,
            "account_sid": exchange.account_sid,
            "friendly_name": room.name,
            "status": room.status,
            "region": "us1",
            "date_created": room.date_created,
            "date_updated": room.date_created,
            "api_version": "2010-04-01",
            "reason_conference_ended": None,
            "call_sid_ending_conference": None,
            "uri": f"{base}/{room.sid}.json",
            "subresource_uris": {"participants": f"{base}/{room.sid}/Participants.json"},
        }

    def show_participant(room: Room, call: Call) -> dict[str, Any]:
        return {
            "call_sid": call.sid,
            "conference_sid": room.sid,
            "account_sid": exchange.account_sid,
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
            "uri": f"{base}/{room.sid}/Participants/{call.sid}.json",
        }

    return (
        ("GET", r"/Conferences\.json", listing),
        ("GET", _ROOM + r"\.json", fetch),
        ("POST", _ROOM + r"\.json", update),
        ("GET", _ROOM + r"/Participants\.json", participants),
        ("GET", _PARTICIPANT, participant),
        ("DELETE", _PARTICIPANT, kick),
    )
