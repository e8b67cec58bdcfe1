"""Messages over REST: create, list, fetch, update (redact), delete. Rules:
twilio.com/docs/messaging/api/message-resource.
"""

from typing import Any

from carrier.emulator.exchange import Exchange
from carrier.emulator.rest import RestError, Table, is_number, not_found, on_day, page
from carrier.emulator.server import Reply, Request, as_json
from carrier.emulator.texts import Message, Refused


def table(exchange: Exchange) -> Table:
    return _Messages(exchange).table()


class _Messages:
    """The Message resource."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._base = f"/2010-04-01/Accounts/{exchange.account_sid}/Messages"

    def create(self, request: Request) -> Reply:
        form = request.form
        to, service = form.get("To", ""), form.get("MessagingServiceSid")
        if not to:
            raise RestError(400, 21604, "A 'To' phone number is required.")
        if not is_number(to):
            raise RestError(400, 21211, f"Invalid 'To' Phone Number: {to}")
        from_ = form.get("From") or next(
            (number.phone_number for number in self._exchange.numbers if service), ""
        )
        if not from_:
            raise RestError(400, 21603, "A 'From' phone number is required.")
        number = self._exchange.numbers.find(from_.removeprefix("whatsapp:"))
        if number is None:
            raise RestError(
                400,
                21606,
                f"The From phone number {from_} is not a valid, SMS-capable number for your account.",
            )
        media = request.every.get("MediaUrl", [])
        try:
            message = self._exchange.texts.send(
                from_ if from_.startswith("whatsapp:") else number.phone_number,
                to,
                form.get("Body", ""),
                media=media,
                callback=form.get("StatusCallback", ""),
                service_sid=service,
            )
        except Refused as refused:
            raise RestError(400, refused.code, str(refused)) from None
        return as_json({**self.show(message), "status": "accepted" if service else "queued"}, 201)

    def listing(self, request: Request) -> Reply:
        query = request.query
        found = [
            message
            for message in reversed(self._exchange.texts.all.values())
            if query.get("To") in (None, message.to)
            and query.get("From") in (None, message.from_)
            and on_day(query, "DateSent", message.moment)
        ]
        return page(request, f"{self._base}.json", "messages", found, self.show)

    def fetch(self, request: Request, sid: str) -> Reply:
        return as_json(self.show(self._find(request, sid)))

    def update(self, request: Request, sid: str) -> Reply:
        message = self._find(request, sid)
        if "Body" in request.form:
            message.body = request.form["Body"]  # the API takes '' only: the text is redacted
        return as_json(self.show(message))

    def delete(self, request: Request, sid: str) -> Reply:
        self._find(request, sid)
        del self._exchange.texts.all[sid]
        return Reply(204)

    def _find(self, request: Request, sid: str) -> Message:
        message = self._exchange.texts.all.get(sid)
        if message is None:
            raise not_found(request.path)
        return message

    def show(self, message: Message) -> dict[str, Any]:
        return {
            "sid": message.sid,
            "account_sid": self._exchange.account_sid,
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
            "uri": f"{self._base}/{message.sid}.json",
            "subresource_uris": {"media": f"{self._base}/{message.sid}/Media.json"},
        }

    def table(self) -> Table:
        return (
            ("POST", r"/Messages\.json", self.create),
            ("GET", r"/Messages\.json", self.listing),
            ("GET", r"/Messages/(?P<sid>[SM]M[0-9a-f]{32})\.json", self.fetch),
            ("POST", r"/Messages/(?P<sid>[SM]M[0-9a-f]{32})\.json", self.update),
            ("DELETE", r"/Messages/(?P<sid>[SM]M[0-9a-f]{32})\.json", self.delete),
        )
