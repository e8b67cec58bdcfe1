"""A telephone that talks to the carrier emulator: what ``app.py call`` and ``app.py text``, tests and walks
hold in their hand.

    phone = Phone("http://127.0.0.1:8010", "+6281234567890")
    call = phone.dial("131")
    call.heard[0].text           # what was said since the last action
    call.press("1").heard        # every action gives the call back
    phone.text("131", "INFO"); phone.texts(wait=5)

Stepped (the default): nothing sleeps. A call runs until it asks, records, talks or waits; ``silence`` and
``wait`` move its
own clock. Not stepped: real time, ``heard`` fills while one looks at it with ``look``.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from carrier.line import Line, NotThere, PhoneError, Unreachable, emulator_url

__all__ = [
    "Call",
    "Heard",
    "Line",
    "NotThere",
    "Phone",
    "PhoneError",
    "Text",
    "Unreachable",
    "World",
    "emulator_url",
]


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing heard on the line. ``kind``: say, play, tone, beep, ringback, music, carrier. ``at``: second
    of the call.
    """

    kind: str
    text: str
    language: str = ""
    voice: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Text:
    """One text message that was sent or has arrived. ``position`` orders all messages: ``texts(after=…)``."""

    sid: str
    from_: str
    to: str
    body: str
    status: str
    position: int
    media: tuple[str, ...] = ()
    segments: int = 1


class Call:
    """One call as its telephone sees it. Every action gives the call back and puts what was heard since into
    ``heard``.
    """

    def __init__(
        self, line: Line, view: Mapping[str, Any], *, known: int = 0, documents: int = 0,
        lease: float | None = None,
    ) -> None:  # fmt: skip
        self._line = line
        self._known, self._documents = known, documents
        self._lease = lease
        self.sid: str = view["sid"]
        self.from_: str = view["from"]
        self.to: str = view["to"]
        self.stepped: bool = view["stepped"]
        self.heard: list[Heard] = []
        """What was heard since the last action, in order."""
        self.transcript: list[Heard] = []
        """All that was heard, but for what was known before."""
        self.documents: list[str] = []
        """The TwiML texts fetched for this call, as they came, in order."""
        self.alerts: list[dict[str, Any]] = []
        """What Twilio's debugger would say of this call: error_code, alert_text, request_url, log_level."""
        self.state = ""
        """asking, recording, talking, waiting, ended; ringing before an answer; speaking in real time."""
        self.status = ""
        """The carrier's CallStatus."""
        self.ended_by = ""
        """caller, carrier (the document ended the call) or api; '' while it lives."""
        self.now = 0.0
        self.longest = 0.0
        """Seconds that the recording at hand may take."""
        self._take(view)

    @classmethod
    def resumed(
        cls, line: Line, sid: str, *, known: int = 0, documents: int = 0, lease: float | None = None
    ) -> "Call":
        """A call that goes on, for a telephone that has heard the first ``known`` things already. NotThere when there is none.

        ``documents``: so many of them are not asked for. ``lease``: its telephone is there for so many seconds after each
        look; then the call is hung up.
        """
        view = line.ask("GET", f"/phone/calls/{sid}?" + _seen(known, documents, lease))
        return cls(line, view, known=known, documents=documents, lease=lease)

    @property
    def said(self) -> str:
        """The words heard since the last action, for a test to look in: sounds and tones are left out."""
        return " ".join(item.text for item in self.heard if item.kind in ("say", "carrier"))

    def press(self, keys: str) -> "Call":
        """Press keys at a caller's pace: each is heard by what the call asks at that moment."""
        return self._do("press", {"keys": keys})

    def silence(self) -> "Call":
        """Do nothing until what the call waits for runs out: the timeout of a Gather, a ring, a turn of hold
        music.
        """
        return self._do("silence")

    def say(self, text: str, confidence: float | None = 0.9, language: str | None = None) -> "Call":
        """Speak words that speech recognition understands."""
        return self._do("speak", {"text": text, "confidence": confidence, "language": language})

    def record(self, wav: str | Path | bytes, ended_by: str = "") -> "Call":
        """Speak a WAV into a recording, then silence, or a key (``"#"``), or ``"hangup"``."""
        sound = wav if isinstance(wav, bytes) else Path(wav).read_bytes()
        return self._do("record", raw=sound, extra=f"&ended_by={quote(ended_by)}")

    def spoke(self, wav: bytes, ended_by: str = "") -> "Call":
        """A WAV that was spoken into this recording in the seconds just past, while ``speaking`` told of it."""
        return self._do("record", raw=wav, extra=f"&live=yes&ended_by={quote(ended_by)}")

    def speaking(self) -> "Call":
        """Somebody speaks into this recording just now: it does not end for silence."""
        return self._do("speaking")

    def lasts(self, item: int, seconds: float) -> "Call":
        """This telephone speaks with a voice of its own, which takes so long from now for what is heard as ``item``."""
        return self._do("lasts", {"item": item, "seconds": seconds})

    def sound(self, item: int) -> bytes:
        """The recorded prompt that was heard as ``item``, counted from 0. NotThere when it was none."""
        return self._line.fetch("GET", f"/phone/calls/{self.sid}/sounds/{item}")

    def speak(self, wav: str | Path | bytes, seconds: float = 60.0, ended_by: str = "") -> "Call":
        """Speak a WAV as soon as this call records: hear the words to their end, wait for the tone, then talk; ``ended_by`` as
        for record().

        PhoneError when no tone came: then nobody listened.
        """
        before = len(self.transcript)
        if self.stepped:
            if self.state == "asking":
                self.silence()
        else:
            self.until("recording", "asking", "ended", seconds=seconds)
            if self.state == "asking":  # the second that a question waits for keys before its tone
                end = time.monotonic() + min(seconds, 5.0)
                while self.state == "asking" and time.monotonic() < end:
                    time.sleep(0.05)
                    self.look()
        if self.state != "recording":
            raise PhoneError(f"nobody listened: no tone came, the call is {self.state}")
        self.record(wav, ended_by)
        self.heard = self.transcript[before:]
        return self

    def wait(self, seconds: float) -> "Call":
        """Let time pass; all that falls due in it happens. Real time sleeps."""
        if self.stepped:
            return self._do("wait", {"seconds": seconds})
        time.sleep(seconds)
        return self.look()

    def hang_up(self) -> "Call":
        return self._do("hang_up")

    def pick_up(self, *, machine: bool = False, own_voice: bool = False) -> "Call":
        """Answer a call that rings at this telephone. ``own_voice``: it speaks by itself, see ``lasts``."""
        return self._do("pick_up", {"machine": machine, "own_voice": own_voice})

    def decline(self, status: str = "busy") -> "Call":
        """Do not answer: busy, no-answer or failed."""
        return self._do("decline", {"status": status})

    def look(self) -> "Call":
        """What has happened meanwhile, without doing anything."""
        return self._take(self._line.ask("GET", f"/phone/calls/{self.sid}?{self._seen()}"))

    def until(self, *states: str, seconds: float = 10.0) -> "Call":
        """Look until the call is in one of these states; TimeoutError says in which it stayed. ``heard``
        keeps all of that time.
        """
        end = time.monotonic() + seconds
        before = len(self.transcript)
        while self.look().state not in states:
            if time.monotonic() > end:
                raise TimeoutError(
                    f"call {self.sid} is {self.state} after {seconds} s, not {' or '.join(states)}"
                )
            time.sleep(0.01)
        self.heard = self.transcript[before:]
        return self

    def _do(self, action: str, wish: Any = None, *, raw: bytes | None = None, extra: str = "") -> "Call":
        path = f"/phone/calls/{self.sid}/{action}?{self._seen()}{extra}"
        return self._take(self._line.ask("POST", path, {} if wish is None and raw is None else wish, raw=raw))

    def _seen(self) -> str:
        heard, documents = self._known + len(self.transcript), self._documents + len(self.documents)
        return _seen(heard, documents, self._lease)

    def _take(self, view: Mapping[str, Any]) -> "Call":
        self.heard = [Heard(**item) for item in view["heard"]]
        self.transcript += self.heard
        self.documents += view["documents"]
        self.alerts = view["alerts"]
        self.longest = view["longest"]
        self.state, self.status, self.ended_by, self.now = (
            view["state"],
            view["status"],
            view["ended_by"],
            view["now"],
        )
        return self


class Phone:
    """A telephone with a number. ``stepped``: its calls take no real time (see the module).

    ``own_voice``: it speaks what is heard itself; the carrier goes on when ``Call.lasts`` has told how long that takes.
    """

    def __init__(
        self, emulator_url: str, number: str = "+6281234567890", *, stepped: bool = True,
        own_voice: bool = False, line: Line | None = None,
    ) -> None:  # fmt: skip
        self.number = number
        self.stepped = stepped
        self.own_voice = own_voice
        self.line = line or Line(emulator_url)
        self._last_text = 0

    def dial(self, to: str, **fields: str) -> Call:
        """Call a service number; ``fields`` are more webhook fields (CallerName="…"). PhoneError when nobody
        has the number.
        """
        wish = {
            "from": self.number, "to": to, "stepped": self.stepped, "own_voice": self.own_voice, "fields": fields
        }  # fmt: skip
        return Call(self.line, self.line.ask("POST", "/phone/calls", wish))

    def incoming(self, seconds: float = 0.0) -> Call | None:
        """The oldest call to this telephone that has not ended (it may be ringing), waiting for one; None
        when there is none.
        """
        end = time.monotonic() + seconds
        while True:
            views = self.line.ask("GET", "/phone/calls?" + urlencode({"number": self.number}))["calls"]
            if views:
                return Call(self.line, views[0])
            if time.monotonic() >= end:
                return None
            time.sleep(0.01)

    def answers(self, kind: str = "answer", *, delay: float = 0.0, keys: str = "") -> None:
        """How this telephone takes calls by itself: answer, busy, no-answer, decline, failed, machine,
        manual.

        ``keys`` are pressed when a whisper asks. ``delay`` seconds of ringing come first.
        """
        wish = {"number": self.number, "kind": kind, "delay": delay, "keys": keys, "stepped": self.stepped}
        self.line.ask("POST", "/phone/telephones", wish)

    def text(self, to: str, body: str, media: tuple[str, ...] = ()) -> Text:
        """Send a text message. The answer to it comes with ``texts``."""
        wish = {"from": self.number, "to": to, "body": body, "media": list(media)}
        return _text(self.line.ask("POST", "/phone/texts", wish))

    def texts(self, after: int | None = None, wait: float = 0.0) -> list[Text]:
        """Texts that arrived since the last look (or after a position), waiting ``wait`` seconds for the
        first.
        """
        query = {"number": self.number, "after": self._last_text if after is None else after, "wait": wait}
        found = [_text(view) for view in self.line.ask("GET", "/phone/texts?" + urlencode(query))["texts"]]
        self._last_text = max([self._last_text, *(text.position for text in found)])
        return found


class World:
    """What may go wrong outside, on demand: faults, opt-outs, unreachable telephones; and the carrier's
    alerts.
    """

    def __init__(self, emulator_url: str) -> None:
        self.line = Line(emulator_url)

    def fault(self, on: str, do: str, **more: Any) -> None:
        """See carrier.emulator.faults: on webhook, rest or media; match, times, seconds, copies, status,
        code.
        """
        self.line.ask("POST", "/phone/faults", {"on": on, "do": do, **more})

    def no_faults(self) -> None:
        self.line.ask("DELETE", "/phone/faults")

    def alerts(self) -> list[dict[str, Any]]:
        return list(self.line.ask("GET", "/phone/alerts")["alerts"])

    def forget_alerts(self) -> None:
        self.line.ask("DELETE", "/phone/alerts")

    def opt_out_mode(self, mode: str) -> None:
        """How the carrier treats STOP itself: off, default (keeps its list), advanced (also tells
        OptOutType).
        """
        self.line.ask("POST", "/phone/opt_outs", {"mode": mode})

    def opt_out(self, telephone: str, number: str, out: bool = True) -> None:
        self.line.ask("POST", "/phone/opt_outs", {"telephone": telephone, "number": number, "out": out})

    def undeliverable(self, number: str, code: int = 30003) -> None:
        """Texts to this telephone end undelivered with this error; 0 takes it back."""
        self.line.ask("POST", "/phone/undeliverable", {"number": number, "code": code})

    def mails(self, after: int = 0) -> list[dict[str, Any]]:
        """Mails that reached the mailbox: position, at, from, to, id, subject, body, files (name, type, bytes, base64)."""
        return list(self.line.ask("GET", f"/phone/mails?after={after}")["mails"])

    def numbers(self) -> list[dict[str, Any]]:
        return list(self.line.ask("GET", "/phone/numbers")["numbers"])

    def pace(self, characters_a_second: float) -> None:
        """How fast the carrier's voice speaks in real time; 15 characters a second are a voice's own pace."""
        self.line.ask("POST", "/phone/pace", {"characters_a_second": characters_a_second})

    def settle(self, seconds: float = 5.0) -> bool:
        """Wait until the status callbacks and receipts given so far have been sent."""
        return bool(self.line.ask("POST", "/phone/settle", {"seconds": seconds})["settled"])


def _seen(heard: int, documents: int, lease: float | None) -> str:
    """What a telephone says that it has, in the query of a look or an action."""
    kept = "" if lease is None else f"&lease={lease:g}"
    return f"since={heard}&documents={documents}{kept}"


def _text(view: Mapping[str, Any]) -> Text:
    return Text(
        sid=view["sid"],
        from_=view["from"],
        to=view["to"],
        body=view["body"],
        status=view["status"],
        position=view["position"],
        media=tuple(view["media"]),
        segments=view["segments"],
    )
