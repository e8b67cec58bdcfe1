"""Queues and their members over REST. Rules: twilio.com/docs/voice/api/queue-resource, …/member-resource."""

from typing import Any

from carrier.emulator.events import Modified, Page
from carrier.emulator.exchange import Exchange
from carrier.emulator.queues import Line, Member
from carrier.emulator.rest import Table, not_found, page
from carrier.emulator.server import Reply, Request, as_json

_QUEUE = r"/Queues/(?P<sid>QU[0-9a-f]{32})"
_MEMBER = _QUEUE + r"/Members/(?P<call>CA[0-9a-f]{32}|Front)\.json"


def table(exchange: Exchange) -> Table:
    return _Queues(exchange).table()


class _Queues:
    """The Queue and Member resources."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._base = f"/2010-04-01/Accounts/{exchange.account_sid}/Queues"

    def create(self, request: Request) -> Reply:
        line = self._exchange.lines.named(request.form.get("FriendlyName", ""))
        assert line is not None
        line.max_size = int(request.form.get("MaxSize", line.max_size))
        return as_json(self.show(line), 201)

    def listing(self, request: Request) -> Reply:
        return page(request, f"{self._base}.json", "queues", list(self._exchange.lines), self.show)

    def fetch(self, request: Request, sid: str) -> Reply:
        return as_json(self.show(self._line(request, sid)))

    def update(self, request: Request, sid: str) -> Reply:
        line = self._line(request, sid)
        line.max_size = int(request.form.get("MaxSize", line.max_size))
        return as_json(self.show(line))

    def delete(self, request: Request, sid: str) -> Reply:
        self._line(request, sid)
        self._exchange.lines.remove(sid)
        return Reply(204)

    def members(self, request: Request, sid: str) -> Reply:
        line = self._line(request, sid)
        return page(
            request,
            f"{self._base}/{sid}/Members.json",
            "queue_members",
            list(line.members),
            lambda m: self.show_member(line, m),
        )

    def member(self, request: Request, sid: str, call: str) -> Reply:
        line = self._line(request, sid)
        return as_json(self.show_member(line, self._member(request, line, call)))

    def dequeue(self, request: Request, sid: str, call: str) -> Reply:
        """A member update takes the call out of the queue, to the document at Url."""
        line = self._line(request, sid)
        found = self._member(request, line, call)
        shown = self.show_member(line, found)
        self._exchange.post_soon(
            found.call, Modified(Page(request.form.get("Url", ""), request.form.get("Method", "POST")))
        )
        return as_json(shown)

    def _line(self, request: Request, sid: str) -> Line:
        line = self._exchange.lines.get(sid)
        if line is None:
            raise not_found(request.path)
        return line

    def _member(self, request: Request, line: Line, call: str) -> Member:
        found = next((member for member in line.members if call in ("Front", member.call.sid)), None)
        if found is None:
            raise not_found(request.path)
        return found

    def show(self, line: Line) -> dict[str, Any]:
        return {
            "sid": line.sid,
            "account_sid": self._exchange.account_sid,
            "friendly_name": line.name,
            "current_size": len(line.members),
            "max_size": line.max_size,
            "average_wait_time": line.average(),
            "date_created": line.date_created,
            "date_updated": line.date_created,
            "uri": f"{self._base}/{line.sid}.json",
            "subresource_uris": {"members": f"{self._base}/{line.sid}/Members.json"},
        }

    def show_member(self, line: Line, member: Member) -> dict[str, Any]:
        return {
            "call_sid": member.call.sid,
            "queue_sid": line.sid,
            "date_enqueued": member.entered_at,
            "position": line.position(member),
            "wait_time": round(member.call.now() - member.entered),
            "uri": f"{self._base}/{line.sid}/Members/{member.call.sid}.json",
        }

    def table(self) -> Table:
        return (
            ("POST", r"/Queues\.json", self.create),
            ("GET", r"/Queues\.json", self.listing),
            ("GET", _QUEUE + r"\.json", self.fetch),
            ("POST", _QUEUE + r"\.json", self.update),
            ("DELETE", _QUEUE + r"\.json", self.delete),
            ("GET", _QUEUE + r"/Members\.json", self.members),
            ("GET", _MEMBER, self.member),
            ("POST", _MEMBER, self.dequeue),
        )
