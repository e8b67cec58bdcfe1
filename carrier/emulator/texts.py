"""Text messages: in from telephones, out to them, receipts, and the carrier's own list of who wants none.

Rules: twilio.com/docs/messaging/twiml (request fields, <Message>),
…/messaging/guides/outbound-message-status-in-status-callbacks,
…/messaging/tutorials/how-to-use-opt-out-keywords (default keywords, OptOutType of Advanced Opt-Out, error
21610).
"""

import threading
import time
from collections import OrderedDict, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from carrier.emulator import sids, twiml
from carrier.emulator.places import places
from carrier.emulator.segments import segments
from carrier.emulator.twiml import Document, Fault, Verb

if TYPE_CHECKING:
    from carrier.emulator.exchange import Exchange
    from carrier.emulator.numbers import ServiceNumber

STOP_WORDS = frozenset("STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT".split())
START_WORDS = frozenset("START YES UNSTOP".split())
HELP_WORDS = frozenset("HELP INFO".split())
OPT_OUT_MODES = ("off", "default", "advanced")
MAX_BODY = 1600
_KEPT = 50_000
_REDIRECTS = 10


class Refused(Exception):
    """A message the carrier does not take, with Twilio's error number."""

    def __init__(self, code: int, text: str):
        super().__init__(text)
        self.code = code


@dataclass(eq=False)
class Message:
    """One message either way. ``position`` counts all messages: a telephone asks for those after the last it
    saw.
    """

    sid: str
    from_: str
    to: str
    body: str
    direction: str
    status: str
    position: int
    media: list[str] = field(default_factory=list)
    error_code: int | None = None
    callback: str = ""
    service_sid: str | None = None
    created: str = ""
    moment: str = ""
    """When it was made: ISO, UTC."""
    sent: str | None = None

    @property
    def num_segments(self) -> int:
        return segments(self.body)


class Texts:
    """All messages of the account. Thread-safe."""

    def __init__(self, exchange: "Exchange"):
        self._exchange = exchange
        self._changed = threading.Condition()
        self.all: OrderedDict[str, Message] = OrderedDict()
        self._boxes: dict[str, deque[Message]] = {}
        """What reached each telephone, oldest first."""
        self._post = ThreadPoolExecutor(1, thread_name_prefix="texts")  # one: texts arrive in the order sent
        self._position = 0
        self.opt_out_mode = "off"
        self.opted_out: set[tuple[str, str]] = set()
        """Pairs (telephone, service number), digits only."""
        self.undeliverable: dict[str, int] = {}
        """Telephones that texts do not reach, with the error number of their receipts (30003, 30005…)."""

    # -- in

    def receive(self, from_: str, to: str, number: "ServiceNumber", body: str, media: list[str]) -> Message:
        """A telephone texts a service number: ask the SMS URL and send what it answers.

        ``to`` is the number's own address on the channel: ``whatsapp:+62131`` for WhatsApp.
        """
        message = self._keep(from_, to, body, "inbound", "received", media)
        opt_out_type = self._carrier_keyword(from_, number, body)
        if number.sms_url:
            self._converse(message, number, self._fields(message, opt_out_type))
        return message

    def _fields(self, message: Message, opt_out_type: str) -> dict[str, str]:
        given = {
            "AccountSid": self._exchange.account_sid,
            "ApiVersion": "2010-04-01",
            "Body": message.body,
            "From": message.from_,
            "MessageSid": message.sid,
            "NumMedia": str(len(message.media)),
            "NumSegments": str(message.num_segments),
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsStatus": "received",
            "To": message.to,
            **places({"From": message.from_, "To": message.to}),
        }
        for n, url in enumerate(message.media):
            given |= {f"MediaUrl{n}": url, f"MediaContentType{n}": "image/jpeg"}
        if opt_out_type and self.opt_out_mode == "advanced":
            given["OptOutType"] = opt_out_type
        return given

    def _converse(self, message: Message, number: "ServiceNumber", given: dict[str, str]) -> None:
        url, method = number.sms_url, number.sms_method
        fallback = (number.sms_fallback_url, number.sms_fallback_method)
        for _ in range(_REDIRECTS):
            try:
                answer = self._exchange.webhooks.fetch(url, method, given)
                document = twiml.read(
                    answer.body, answer.content_type, answer.url, method=method, kind="messaging"
                )
                for text in document.warnings:
                    self._exchange.alert(12200, text, url, resource=message.sid, level="warning")
            except Fault as fault:
                self._exchange.alert(fault.code, fault.text, url, resource=message.sid)
                if not fallback[0]:
                    return
                given = {**given, "ErrorCode": str(fault.code), "ErrorUrl": url}
                (url, method), fallback = fallback, ("", "POST")
                continue
            onward = self._do(message, document)
            if onward is None:
                return
            url, method = onward

    def _do(self, message: Message, document: Document) -> tuple[str, str] | None:
        for verb in document.verbs:
            if verb.name == "Redirect":
                return urljoin(document.url, verb.text), verb.attrs.get("method", "POST")
            try:
                self.reply_from(message.to, message.from_, verb, document)
            except Refused as refused:
                self._exchange.alert(refused.code, str(refused), document.url, resource=message.sid)
        return None

    def reply_from(self, service: str, telephone: str, verb: Verb, document: Document) -> Message:
        """Send what a <Message> or <Sms> verb says. Raises Refused."""
        bodies = [child.text for child in verb.children if child.name == "Body"]
        media = [urljoin(document.url, child.text) for child in verb.children if child.name == "Media"]
        callback = verb.attrs.get("statusCallback", "")
        return self.send(
            verb.attrs.get("from", service),
            verb.attrs.get("to", telephone),
            bodies[0] if bodies else verb.text,
            media=media,
            callback=urljoin(document.url, callback) if callback else "",
            direction="outbound-reply",
        )

    def _carrier_keyword(self, from_: str, number: "ServiceNumber", body: str) -> str:
        """What the carrier itself does with STOP, START and HELP; '' when it minds its own business."""
        word = body.strip().upper()
        if self.opt_out_mode == "off":
            return ""
        pair = (sids.key(from_), sids.key(number.phone_number))
        if word in STOP_WORDS:
            self._deliver(
                number.phone_number,
                from_,
                "You have successfully been unsubscribed. Reply START to resubscribe.",
            )
            self.opted_out.add(pair)
            return "STOP"
        if word in START_WORDS:
            self.opted_out.discard(pair)
            self._deliver(
                number.phone_number,
                from_,
                "You have successfully been re-subscribed to messages from this number.",
            )
            return "START"
        if word in HELP_WORDS:
            self._deliver(number.phone_number, from_, "Reply STOP to unsubscribe. Msg&Data Rates May Apply.")
            return "HELP"
        return ""

    def _deliver(self, from_: str, to: str, body: str) -> Message:
        message = self._keep(from_, to, body, "outbound-reply", "sent", [])
        self._post.submit(self._transmit, message)
        return message

    # -- out

    def send(
        self,
        from_: str,
        to: str,
        body: str,
        *,
        media: list[str] | None = None,
        callback: str = "",
        direction: str = "outbound-api",
        service_sid: str | None = None,
    ) -> Message:
        """Take a message for delivery. Receipts queued, sent, delivered (or undelivered) follow. Raises
        Refused.
        """
        if (sids.key(to), sids.key(from_)) in self.opted_out:
            raise Refused(21610, "Attempt to send to unsubscribed recipient")
        if not body and not media:
            raise Refused(21602, "Message body is required.")
        if len(body) > MAX_BODY:
            raise Refused(21617, f"The concatenated message body exceeds the {MAX_BODY} character limit")
        message = self._keep(from_, to, body, direction, "accepted" if service_sid else "queued", media or [])
        message.callback, message.service_sid = callback, service_sid
        self._post.submit(self._transmit, message)
        return message

    def _transmit(self, message: Message) -> None:
        code = self.undeliverable.get(sids.key(message.to))
        with self._changed:
            message.sent = sids.rfc2822(sids.now())
            message.status = "undelivered" if code else "delivered"
            message.error_code = code
            if not code:
                # Counted anew at delivery, so that a telephone that has seen position n never misses a slower
                # one.
                self._position += 1
                message.position = self._position
                self._boxes.setdefault(sids.key(message.to), deque(maxlen=1000)).append(message)
            self._changed.notify_all()
        for status in ("queued", "sent", message.status):
            self._receipt(message, status)

    def _receipt(self, message: Message, status: str) -> None:
        if not message.callback:
            return
        given = {
            "AccountSid": self._exchange.account_sid,
            "ApiVersion": "2010-04-01",
            "From": message.from_,
            "MessageSid": message.sid,
            "MessageStatus": status,
            "SmsSid": message.sid,
            "SmsStatus": status,
            "To": message.to,
        }
        if status == "undelivered":
            given["ErrorCode"] = str(message.error_code)
        self._exchange.webhooks.notify(message.sid, message.callback, "POST", given)

    def settle(self, seconds: float) -> None:
        """Wait until everything taken so far is transmitted and its receipts are given to be sent."""
        self._post.submit(lambda: None).result(seconds)

    # -- kept

    def _keep(self, from_: str, to: str, body: str, direction: str, status: str, media: list[str]) -> Message:
        moment = sids.now()
        with self._changed:
            self._position += 1
            message = Message(sids.new_sid("SM"), from_, to, body, direction, status, self._position, media)
            message.created, message.moment = (
                sids.rfc2822(moment) or "",
                moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            )
            self.all[message.sid] = message
            while len(self.all) > _KEPT:
                self.all.popitem(last=False)
            self._changed.notify_all()
        return message

    def arrived(self, number: str, after: int, wait: float = 0.0) -> list[Message]:
        """Messages that reached a telephone after position ``after``, oldest first; waits for the first up to
        ``wait`` seconds.
        """
        wanted = sids.key(number)
        until = time.monotonic() + wait
        with self._changed:
            while True:
                found = [message for message in self._boxes.get(wanted, ()) if message.position > after]
                left = until - time.monotonic()
                if found or left <= 0:
                    return found
                self._changed.wait(left)
