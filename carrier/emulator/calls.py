"""One call as the carrier sees it: who, where it stands, what was said; and how it fetches its documents.

What a verb does is in ``verbs`` and ``dial``; who runs when is in ``exchange``.
"""

import threading
import time
from collections import deque
from collections.abc import Generator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from carrier.emulator import sids, twiml
from carrier.emulator.events import Ended, Event, Interruption, Page, Wait
from carrier.emulator.places import places
from carrier.emulator.twiml import Document, Fault

if TYPE_CHECKING:
    from carrier.emulator.exchange import Exchange
    from carrier.emulator.numbers import ServiceNumber

FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
Life = Generator[Wait, Event, None]

_APPLICATION_ERROR = "We are sorry. An application error has occurred. Goodbye."
_RANK = {"initiated": 0, "ringing": 1, "answered": 2, "completed": 3}


class Call:
    """A call or one leg of it. Its own clock: virtual seconds when ``stepped``, seconds since it began
    otherwise.
    """

    def __init__(
        self,
        exchange: "Exchange",
        from_: str,
        to: str,
        direction: str,
        *,
        stepped: bool,
        parent: "Call | None" = None,
    ) -> None:
        self.exchange = exchange
        self.sid = sids.new_sid("CA")
        self.from_ = from_
        self.to = to
        self.direction = direction
        self.parent = parent
        self.status = "queued" if direction == "outbound-api" else "ringing"
        self.extra: dict[str, str] = {}
        """More fields that the first webhook of a call may bring (CallerName, ForwardedFrom, StirVerstat,
        AnsweredBy…).
        """
        self.number: ServiceNumber | None = None
        self.fallback: tuple[str, str] = ("", "POST")
        self.callback: tuple[str, str, frozenset[str]] = ("", "POST", frozenset())
        """Status callback: URL, method, which events."""

        self.detects_machines = False
        self.created: datetime = sids.now()
        self.started: datetime | None = None
        self.ended: datetime | None = None
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.ended_by = ""
        """``caller`` hung up, ``api``: REST ended it, or ``carrier``: the document ended or said so. '' while
        the call lives.
        """

        self.stepped = stepped
        self._clock = 0.0
        self._begun = time.monotonic()

        self.said: list[dict[str, Any]] = []
        self.documents: list[str] = []
        self.alerts: list[dict[str, Any]] = []
        self.free_documents = 0
        """Documents fetched since the phone last acted: a stepped call stops when it has had enough of its
        own.
        """
        self.own_voice = False
        """Does its telephone speak what is heard itself, and tell how long that takes (events.Lasts)?"""
        self.longest = 0.0
        """Seconds that the recording at hand may take; 0 before the first."""
        self.auto_keys: deque[str] = deque()
        """Keys this telephone presses by itself when it is next asked (a registered answer with ``keys``)."""

        self.life: Life | None = None
        self.wait: Wait | None = None
        self.mailbox: deque[Event | Interruption] = deque()
        self.lock = threading.Lock()
        self._sequence = 0
        self._base: dict[str, str] = {}

    # -- clock

    def now(self) -> float:
        """Seconds of this call's own clock."""
        return self._clock if self.stepped else time.monotonic() - self._begun + self._clock

    def skip_to(self, second: float) -> None:
        """Move the clock on; it never goes back."""
        self._clock += max(0.0, second - self.now())

    @property
    def duration(self) -> int:
        """Whole seconds from the answer on, as CallDuration counts."""
        if self.answered_at is None:
            return 0
        return round((self.now() if self.ended_at is None else self.ended_at) - self.answered_at)

    # -- what the phone sees

    @property
    def state(self) -> str:
        """asking, recording, talking, waiting, ended; ringing before an answer, speaking in real time."""
        if self.status in FINAL:
            return "ended"
        if self.wait is None:
            return "waiting"
        return "waiting" if self.stepped and self.wait.state == "speaking" else self.wait.state

    def hear(self, kind: str, text: str, language: str = "", voice: str = "") -> None:
        """Note what is now heard on this line: kind is say, play, beep, tone, ringback, music or carrier."""
        item = {"kind": kind, "text": text, "language": language, "voice": voice, "at": round(self.now(), 3)}
        self.said.append(item)

    # -- webhooks

    def answered_by(self, who: str) -> None:
        """``human`` or ``machine_start``: told from now on, to those who asked for machine detection."""
        if self.detects_machines:
            self.extra["AnsweredBy"] = who
            self._base = {}

    def fields(self) -> dict[str, str]:
        """The fields of every voice webhook: twilio.com/docs/voice/twiml#request-parameters."""
        if not self._base:
            self._base = {
                "AccountSid": self.exchange.account_sid,
                "ApiVersion": "2010-04-01",
                "CallSid": self.sid,
                "Called": self.to,
                "Caller": self.from_,
                "Direction": self.direction,
                "From": self.from_,
                "To": self.to,
            }
            if self.parent:
                self._base["ParentCallSid"] = self.parent.sid
            self._base |= places({"From": self.from_, "To": self.to, "Caller": self.from_, "Called": self.to})
            self._base |= self.extra
        return {**self._base, "CallStatus": self.status}

    def fetch(self, page: Page) -> Document:
        """The document of a page; its warnings become alerts. Raises Fault."""
        if page.twiml is not None:
            document = twiml.parse(page.twiml, page.url)
            self.documents.append(page.twiml)
        else:
            answer = self.exchange.webhooks.fetch(
                page.url, page.method, {**self.fields(), **dict(page.params)}
            )
            self.documents.append(answer.body.decode("utf-8", "replace"))
            document = twiml.read(answer.body, answer.content_type, answer.url, method=page.method)
        self.free_documents += 1
        for text in document.warnings:
            self.alert(12200, text, document.url, level="warning")
        return document

    def load(self, page: Page) -> Document:
        """The document of a page, or of the fallback URL when it has a fault; both faulty: an apology, and
        the call ends.

        The fallback gets ErrorCode and ErrorUrl: twilio.com/docs/voice/twiml#fallback (voiceFallbackUrl).
        """
        try:
            return self.fetch(page)
        except Fault as fault:
            self.alert(fault.code, fault.text, page.url)
            url, method = self.fallback
            if url and self.status not in FINAL:
                error = (("ErrorCode", str(fault.code)), ("ErrorUrl", page.url))
                try:
                    return self.fetch(Page(url, method, error))
                except Fault as second:
                    self.alert(second.code, second.text, url)
        self.fail()
        raise Ended("completed" if self.answered_at is not None else "failed")

    def fail(self) -> None:
        """Say what a caller hears from the carrier when the documents are at an end of their wits."""
        self.hear("carrier", _APPLICATION_ERROR, "en-US")

    def alert(self, code: int, text: str, url: str, level: str = "error") -> None:
        self.alerts.append(self.exchange.alert(code, text, url, resource=self.sid, level=level))

    def resolve(self, document: Document, url: str) -> str:
        """An address in a document, relative ones against where the document came from."""
        return urljoin(document.url, url.strip())

    def tell(self, url: str, method: str, given: Mapping[str, str]) -> None:
        """Send a notification about this call (its order with others of this call is kept)."""
        self.exchange.webhooks.notify(self.sid, url, method, {**self.fields(), **given})

    # -- status

    def progress(self, event: str, status: str) -> None:
        """The call is now ``status``; tell the status callback if it wants this event.

        Fields and order: twilio.com/docs/voice/api/call-resource#statuscallbackevent. SequenceNumber counts
        from 0.
        """
        self.status = status
        if event == "answered":
            self.answered_at = self.now()
            self.started = sids.now()
        url, method, wanted = self.callback
        sequence, self._sequence = self._sequence, self._sequence + 1
        if not url or event not in wanted:
            return
        given = {
            "Timestamp": sids.rfc2822(sids.now()) or "",
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(sequence),
        }
        if event == "completed":
            minutes = -(-self.duration // 60)
            given |= {"CallDuration": str(self.duration), "Duration": str(minutes)}
        self.tell(url, method, given)

    def finish(self, status: str, by: str = "carrier") -> None:
        """End the call once: busy, no-answer and the like are told as the event ``completed`` with their own
        status.
        """
        if self.status in FINAL:
            return
        self.ended_at = self.now()
        self.ended = sids.now()
        self.ended_by = self.ended_by or by
        self.progress("completed", status)
