"""Calls over REST: create, list, fetch, update. Rules: twilio.com/docs/voice/api/call-resource."""

from datetime import datetime
from typing import Any

from carrier.emulator import sids
from carrier.emulator.calls import FINAL, Call
from carrier.emulator.events import HungUp, Modified, Page
from carrier.emulator.exchange import Exchange
from carrier.emulator.rest import RestError, Table, is_number, not_found, on_day, page
from carrier.emulator.server import Reply, Request, as_json

_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
_ISO = "%Y-%m-%dT%H:%M:%SZ"


def table(exchange: Exchange) -> Table:
    base = f"/2010-04-01/Accounts/{exchange.account_sid}/Calls"

    def create(request: Request) -> Reply:
        form = request.form
        to, from_ = form.get("To", ""), form.get("From", "")
        _check(exchange, form, to, from_)
        stepped = exchange.telephones.get(to).stepped
        call = Call(exchange, from_, to, "outbound-api", stepped=stepped)
        call.number = exchange.numbers.find(from_)
        call.fallback = (form.get("FallbackUrl", ""), form.get("FallbackMethod", "POST"))
        call.detects_machines = form.get("MachineDetection", "") in ("Enable", "DetectMessageEnd")
        _set_callback(call, request)
        destination = Page(form.get("Url", ""), form.get("Method", "POST"), twiml=form.get("Twiml"))
        exchange.call_out(call, destination, float(form.get("Timeout", 60)))
        return as_json(show(call), 201)

    def fetch(request: Request, sid: str) -> Reply:
        return as_json(show(_find(exchange, request, sid)))

    def update(request: Request, sid: str) -> Reply:
        call, form = _find(exchange, request, sid), request.form
        if call.status in FINAL:
            raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
        _set_callback(call, request)
        if form.get("FallbackUrl"):
            call.fallback = (form["FallbackUrl"], form.get("FallbackMethod", "POST"))
        if form.get("Status") in ("completed", "canceled"):
            call.ended_by = "api"
            exchange.post_soon(call, HungUp())
        elif form.get("Url") or form.get("Twiml"):
            exchange.post_soon(
                call, Modified(Page(form.get("Url", ""), form.get("Method", "POST"), twiml=form.get("Twiml")))
            )
        return as_json(show(call))

    def listing(request: Request) -> Reply:
        query = request.query
        found = [
            call
            for call in reversed(exchange.calls.values())
            if _same(query.get("To"), call.to)
            and _same(query.get("From"), call.from_)
            and query.get("Status") in (None, call.status)
            and query.get("ParentCallSid") in (None, call.parent.sid if call.parent else "")
            and on_day(query, "StartTime", _iso(call.started or call.created))
            and on_day(query, "EndTime", _iso(call.ended or call.created))
        ]
        return page(request, f"{base}.json", "calls", found, show)

    def show(call: Call) -> dict[str, Any]:
        final = call.status in FINAL
        return {
            "sid": call.sid,
            "account_sid": exchange.account_sid,
            "parent_call_sid": call.parent.sid if call.parent else None,
            "to": call.to,
            "to_formatted": call.to,
            "from": call.from_,
            "from_formatted": call.from_,
            "phone_number_sid": call.number.sid if call.number else None,
            "status": call.status,
            "direction": call.direction,
            "date_created": sids.rfc2822(call.created),
            "date_updated": sids.rfc2822(call.ended or call.started or call.created),
            "start_time": sids.rfc2822(call.started),
            "end_time": sids.rfc2822(call.ended),
            "duration": str(call.duration) if final else None,
            "answered_by": call.extra.get("AnsweredBy"),
            "caller_name": call.extra.get("CallerName"),
            "forwarded_from": call.extra.get("ForwardedFrom"),
            "api_version": "2010-04-01",
            "price": None,
            "price_unit": "USD",
            "group_sid": None,
            "queue_time": "0",
            "trunk_sid": None,
            "annotation": None,
            "uri": f"{base}/{call.sid}.json",
            "subresource_uris": {"recordings": f"{base}/{call.sid}/Recordings.json"},
        }

    return (
        ("POST", r"/Calls\.json", create),
        ("GET", r"/Calls\.json", listing),
        ("GET", r"/Calls/(?P<sid>CA[0-9a-f]{32})\.json", fetch),
        ("POST", r"/Calls/(?P<sid>CA[0-9a-f]{32})\.json", update),
    )


def _find(exchange: Exchange, request: Request, sid: str) -> Call:
    call = exchange.calls.get(sid)
    if call is None:
        raise not_found(request.path)
    return call


def _check(exchange: Exchange, form: dict[str, str], to: str, from_: str) -> None:
    if not to:
        raise RestError(400, 21201, "No 'To' number is specified")
    if not from_:
        raise RestError(400, 21213, "No 'From' number is specified")
    if not is_number(to):
        raise RestError(400, 21211, f"The 'To' number {to} is not a valid phone number.")
    if exchange.numbers.find(from_) is None:
        raise RestError(
            400, 21210, f"The source phone number provided, {from_}, is not yet verified for your account."
        )
    if not form.get("Url") and not form.get("Twiml"):
        raise RestError(400, 21205, "Url parameter is required.")


def _set_callback(call: Call, request: Request) -> None:
    url = request.form.get("StatusCallback")
    if not url:
        return
    given = request.every.get("StatusCallbackEvent", ["completed"])
    wanted = frozenset(event for value in given for event in value.split()) & _EVENTS
    call.callback = (url, request.form.get("StatusCallbackMethod", "POST"), wanted)


def _same(wanted: str | None, number: str) -> bool:
    return wanted is None or sids.key(wanted) == sids.key(number)


def _iso(moment: datetime) -> str:
    return moment.strftime(_ISO)
