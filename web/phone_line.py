"""The telephones of the phone page, as the carrier's emulator serves them: what they hear, do, write and receive.

They reach the emulator of this machine and nothing else: these addresses exist at no real carrier, so that no page can place a
real call. What a page may name is a number to call from and to, and calls that it was told of: their SIDs cannot be guessed.
"""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from audio.espeak import VoiceFault
from audio.sound import TELEPHONE_RATE
from audio.speaking import TONES, Speaker, tone
from carrier.phone import Call, Line, NotThere, Phone, emulator_url

LEASE_SECONDS = 90.0
"""A page that was closed has left so long after its last look. A browser wakes a hidden page once a minute."""
NO_DOCUMENTS = 1_000_000  # more than any call has: what was fetched is asked for apart
LONGEST_SECONDS = 600.0  # of what is spoken into a microphone
LONGEST_TEXT = 1_600
NEWEST_TEXTS = 50
NUMBER = re.compile(r"\+?[0-9]{2,15}|anonymous")

Action = Callable[[Call, dict[str, str]], object]


class Wrong(ValueError):
    """What a page sent cannot be done; the text is a key of web/words/phone.yaml."""


class PhoneLine:
    """One for all pages of a process. Everything raises carrier.phone's Unreachable, NotThere and PhoneError."""

    def __init__(self, emulator_port: int) -> None:
        self._url = emulator_url(emulator_port)
        self._line = Line(self._url)
        self._speaker = Speaker()

    def dial(self, number: str, to: str, own_voice: bool = True) -> dict[str, Any]:
        """The telephone ``number`` calls ``to``, in real time. ``own_voice``: its page plays what is said, and tells how long."""
        if not NUMBER.fullmatch(number) or not NUMBER.fullmatch(to):
            raise Wrong("number_wrong")
        call = self._phone(number, own_voice).dial(to)
        return self._shown(self._call(call.sid, 0), 0)

    def look(self, sid: str, known: int) -> dict[str, Any]:
        """A call, with what was heard after the first ``known`` things."""
        return self._shown(self._call(sid, known), known)

    def act(self, sid: str, action: str, wish: dict[str, str], known: int) -> dict[str, Any]:
        """Do something on the line: a name of ACTIONS with its own fields."""
        doing = ACTIONS.get(action)
        if doing is None:
            raise NotThere(f"a telephone cannot {action}")
        call = self._call(sid, known)
        doing(call, wish)
        return self._shown(call, known)

    def record(self, sid: str, wav: bytes, ended_by: str, known: int) -> dict[str, Any]:
        """What was just spoken into the recording, ended by `#`, hangup or '' (silence). Raises Wrong."""
        if ended_by not in ("", "#", "hangup"):
            raise Wrong("sound_wrong")
        check_telephone_wav(wav)
        call = self._call(sid, known)
        call.spoke(wav, ended_by)
        return self._shown(call, known)

    def ringing(self, number: str) -> dict[str, Any] | None:
        """The call that was placed to this telephone and has not ended; None when there is none."""
        call = self._phone(number).incoming()
        return None if call is None else {"sid": call.sid, "from": call.from_, "state": call.state}

    def mails(self) -> list[dict[str, Any]]:
        """What reached the emulator's mailbox, the oldest first."""
        return list(self._line.ask("GET", "/phone/mails")["mails"])

    def send(self, number: str, to: str, body: str) -> dict[str, Any]:
        """A text message from this telephone to a service. Raises Wrong."""
        if not NUMBER.fullmatch(number) or not NUMBER.fullmatch(to):
            raise Wrong("number_wrong")
        if not body.strip() or len(body) > LONGEST_TEXT:
            raise Wrong("text_wrong")
        return asdict(self._phone(number).text(to, body))

    def texts(self, number: str, after: int) -> list[dict[str, Any]]:
        """What reached this telephone after a position, oldest first: never anything that went to another number."""
        return [asdict(text) for text in self._phone(number).texts(after=after)[-NEWEST_TEXTS:]]

    def documents(self, sid: str) -> list[str]:
        """The TwiML that was fetched for a call, in order."""
        return Call.resumed(self._line, sid).documents

    def sound(self, sid: str, item: int) -> bytes:
        """What was heard as ``item``, as a WAV. Raises audio.espeak.VoiceFault for a language without a voice."""
        call = Call.resumed(self._line, sid, known=item, documents=NO_DOCUMENTS)
        if not call.transcript:
            raise NotThere(f"call {sid} has heard no {item}")
        heard = call.transcript[0]
        if heard.kind in ("say", "carrier"):
            return self._speaker.say(heard.text, heard.language or "en")
        if heard.kind == "play":
            return call.sound(item)
        if heard.kind not in TONES:
            raise VoiceFault(f"{heard.kind} has no sound here", "read what it is")
        return tone(heard.kind)

    def _phone(self, number: str, own_voice: bool = False) -> Phone:
        return Phone(self._url, number, stepped=False, own_voice=own_voice, line=self._line)

    def _call(self, sid: str, known: int) -> Call:
        return Call.resumed(self._line, sid, known=known, documents=NO_DOCUMENTS, lease=LEASE_SECONDS)

    @staticmethod
    def _shown(call: Call, known: int) -> dict[str, Any]:
        """For the page. A prompt that is played is shown by its name: its address may hold a key."""
        heard = [
            {
                "item": known + place,
                "kind": one.kind,
                "text": urlsplit(one.text).path.rpartition("/")[2] if one.kind == "play" else one.text,
                "language": one.language,
            }
            for place, one in enumerate(call.transcript)
        ]
        return {
            "sid": call.sid,
            "from": call.from_,
            "to": call.to,
            "state": call.state,
            "status": call.status,
            "ended_by": call.ended_by,
            "now": call.now,
            "longest": call.longest,
            "heard": heard,
            "alerts": [f"{alert['error_code']} {alert['alert_text']}" for alert in call.alerts],
        }


def _lasts(call: Call, wish: dict[str, str]) -> None:
    try:
        call.lasts(int(wish["item"]), float(wish["seconds"]))
    except (KeyError, ValueError) as fault:
        raise Wrong("sound_wrong") from fault


ACTIONS: dict[str, Action] = {
    "press": lambda call, wish: call.press(wish.get("keys", "")[:1]),
    "answer": lambda call, wish: call.pick_up(own_voice=wish.get("own_voice") == "yes"),
    "decline": lambda call, wish: call.decline("busy"),
    "hang_up": lambda call, wish: call.hang_up(),
    "speaking": lambda call, wish: call.speaking(),
    "lasts": _lasts,
}


def check_telephone_wav(wav: bytes) -> None:
    """Raises Wrong unless these bytes are a WAV as telephones speak: 8,000 Hz, mono, 16 bit, not too long."""
    try:
        with wave.open(io.BytesIO(wav)) as sound:
            shape = (sound.getframerate(), sound.getnchannels(), sound.getsampwidth())
            seconds = sound.getnframes() / TELEPHONE_RATE
            whole = len(sound.readframes(sound.getnframes())) == 2 * sound.getnframes()
    except (wave.Error, EOFError) as fault:
        raise Wrong("sound_wrong") from fault
    if shape != (TELEPHONE_RATE, 1, 2) or not whole or not 0 < seconds <= LONGEST_SECONDS:
        raise Wrong("sound_wrong")
