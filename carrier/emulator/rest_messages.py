"""Messages over REST: create, list, fetch, update (redact), delete. Rules:
twilio.com/docs/messaging/api/message-resource.
"""

from typing import Any

from carrier.emulator.exchange import Exchange
from carrier.emulator.rest import RestError, Table, is_number, not_found, on_day, page
from carrier.emulator.server import Reply, Request, as_json
from carrier.emulator.texts import Message, Refused


def table(exchange: Exchange) -> Table:
    base = f"/2010-04-01/Accounts/{exchange.account_sid}/Messages"
    texts = exchange.texts

    def create(request: Request) -> Reply:
        form = request.form
        to, service = form.get("To", ""), form.get("MessagingServiceSid")
        if not to:
            raise RestError(400, 21604, "A 'To' phone number is required.")
        if not is_number(to):
            raise RestError(400, 21211, f"Invalid 'To' Phone Number: {to}")
        from_ = form.get("From") or next((number.phone_number for number in exchange.numbers if service), "")
        if not from_:
            raise RestError(400, 21603, "A 'From' phone number is required.")
        number = exchange.numbers.find(from_)
        if number is None:
            raise RestError(
                400,
                21606,
                f"The From phone number {from_} is not a valid, SMS-capable number for your account.",
            )
        media = request.every.get("MediaUrl", [])
        try:
            message = texts.send(
                number.phone_number,
                to,
                form.get("Body", ""),
                media=media,
                callback=form.get("StatusCallback", ""),
                service_sid=service,
            )
        except Refused as refused:
            raise RestError(400, refused.code, str(refused)) from None
        return as_json({**show(message), "status": "accepted" if service else "queued"}, 201)

    def listing(request: Request) -> Reply:
        query = request.query
        found = [
            message
            for message in reversed(texts.all.values())
            if query.get("To") in (None, message.to)
            and query.get("From") in (None, message.from_)
            and on_day(query, "DateSent", message.moment)
        ]
        return page(request, f"{base}.json", "messages", found, show)

    def fetch(request: Request, sid: str) -> Reply:
        return as_json(show(_find(request, sid)))

    def update(request: Request, sid: str) -> Reply:
        message = _find(request, sid)
        if "Body" in request.form:
            message.body = request.form["Body"]  # the API takes '' only: the text is redacted
        return as_json(show(message))

    def delete(request: Request, sid: str) -> Reply:
        _find(request, sid)
        del texts.all[sid]
        return Reply(204)

    def _find(request: Request, sid: str) -> Message:
        message = texts.all.get(sid)
        if message is None:
            raise not_found(request.path)
        return message

    def show(message: Message) -> dict[str, Any]:
        return {
            "sid": message.sid,
            "account_sid": exchange.account_sid,
            "messaging_service_sid": message.service_sid,
            "from": message.from_,
            "to": message.to,
            "body": message.body,
            "status": message.status,
            "direction": message.direction,
            "num_segments": str(message.num_segments),
            "num_media": str(len(message.media)),
            "date_created": message.created,
            "date_updated": message.sent or message.created,
            "date_sent": message.sent,
            "error_code": message.error_code,
            "error_message": f"Error {message.error_code}" if message.error_code else None,
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "uri": f"{base}/{message.sid}.json",
            "subresource_uris": {"media": f"{base}/{message.sid}/Media.json"},
        }

    return (
        ("POST", r"/Messages\.json", create),
        ("GET", r"/Messages\.json", listing),
        ("GET", r"/Messages/(?P<sid>[SM]M[0-9a-f]{32})\.json", fetch),
        ("POST", r"/Messages/(?P<sid>[SM]M[0-9a-f]{32})\.json", update),
        ("DELETE", r"/Messages/(?P<sid>[SM]M[0-9a-f]{32})\.json", delete),
    )
