"""IncomingPhoneNumbers over REST: create, list, fetch, update, delete. Rules:
twilio.com/docs/phone-numbers/api/incomingphonenumber-resource.
"""

import re
from typing import Any

from carrier.emulator import sids
from carrier.emulator.exchange import Exchange
from carrier.emulator.numbers import SETTABLE, ServiceNumber
from carrier.emulator.rest import RestError, Table, not_found, page
from carrier.emulator.server import Reply, Request, as_json


def table(exchange: Exchange) -> Table:
    base = f"/2010-04-01/Accounts/{exchange.account_sid}/IncomingPhoneNumbers"

    def create(request: Request) -> Reply:
        wanted = request.form.get("PhoneNumber", "")
        if not re.fullmatch(r"\+?\d{2,15}", wanted):
            raise RestError(400, 21421, f"PhoneNumber is invalid: {wanted or 'none given'}")
        number = exchange.numbers.find(wanted) or ServiceNumber(wanted)
        _set(number, request)
        exchange.numbers.put(number)
        return as_json(show(number), 201)

    def listing(request: Request) -> Reply:
        query = request.query
        found = [
            number
            for number in exchange.numbers
            if sids.key(query.get("PhoneNumber", "")) in sids.key(number.phone_number)
            and query.get("FriendlyName") in (None, number.friendly_name)
        ]
        return page(request, f"{base}.json", "incoming_phone_numbers", found, show)

    def fetch(request: Request, sid: str) -> Reply:
        return as_json(show(_find(request, sid)))

    def update(request: Request, sid: str) -> Reply:
        number = _find(request, sid)
        _set(number, request)
        exchange.numbers.put(number)
        return as_json(show(number))

    def delete(request: Request, sid: str) -> Reply:
        _find(request, sid)
        exchange.numbers.remove(sid)
        return Reply(204)

    def _find(request: Request, sid: str) -> ServiceNumber:
        number = exchange.numbers.get(sid)
        if number is None:
            raise not_found(request.path)
        return number

    def show(number: ServiceNumber) -> dict[str, Any]:
        settings = {name: getattr(number, name) for name in SETTABLE - {"aliases", "status_callback_event"}}
        return {
            **settings,
            "sid": number.sid,
            "account_sid": exchange.account_sid,
            "phone_number": number.phone_number,
            "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
            "date_created": number.date_created,
            "date_updated": number.date_created,
            "api_version": "2010-04-01",
            "origin": "twilio",
            "status": "in-use",
            "beta": False,
            "uri": f"{base}/{number.sid}.json",
            "subresource_uris": {},
        }

    return (
        ("POST", r"/IncomingPhoneNumbers\.json", create),
        ("GET", r"/IncomingPhoneNumbers\.json", listing),
        ("GET", r"/IncomingPhoneNumbers/(?P<sid>PN[0-9a-f]{32})\.json", fetch),
        ("POST", r"/IncomingPhoneNumbers/(?P<sid>PN[0-9a-f]{32})\.json", update),
        ("DELETE", r"/IncomingPhoneNumbers/(?P<sid>PN[0-9a-f]{32})\.json", delete),
    )


def _set(number: ServiceNumber, request: Request) -> None:
    """VoiceUrl sets voice_url and so on; fields that a number does not have here are passed by."""
    for name, value in request.form.items():
        attribute = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        if attribute in SETTABLE - {"aliases", "status_callback_event"}:
            setattr(number, attribute, value)
