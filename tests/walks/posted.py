"""A carrier that is no more than signed posts: what a call or a text of a walk is told over HTTP, word for word and verb for verb."""

import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

from engine.events import Event, HungUp, Keys, Recorded, Silence, Tick
from engine.session import Session, from_json
from engine.turn import (
    AwaitKeys,
    AwaitPerson,
    AwaitRecording,
    Ended,
    Music,
    Prompt,
    Speak,
    Wait,
)
from scenarios.gateway import Running
from store import sessions
from tests.signed import post

MUSIC_SECONDS = 10
Verb = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Shown:
    """A document: its words in one line, the languages they change to, seconds of music in tens, and its verbs."""

    said: str = ""
    languages: tuple[str, ...] = ()
    music: int = 0
    verbs: tuple[Verb, ...] = ()


def expected(prompts: list[Prompt], wait: Wait) -> Shown:
    """What a document must hold that tells these prompts and waits for this."""
    words = [prompt for prompt in prompts if isinstance(prompt, Speak)]
    music = sum(-(-prompt.seconds // MUSIC_SECONDS) for prompt in prompts if isinstance(prompt, Music))
    languages = _changes([prompt.language for prompt in words])
    return Shown(" ".join(" ".join(each.text for each in words).split()), languages, music, _verbs(wait))


def _verbs(wait: Wait) -> tuple[Verb, ...]:
    match wait:
        case AwaitKeys():
            most = {"numDigits": str(wait.most)} if wait.most else {}
            by = "dtmf speech" if wait.words else "dtmf"
            asked = {"input": by, "timeout": str(wait.seconds or 5), "finishOnKey": wait.finish, **most}
            return _verb("Gather", **asked), _verb("Redirect", heard="silence")
        case AwaitRecording():
            asked = {
                "maxLength": str(wait.seconds),
                "timeout": str(wait.silence),
                "finishOnKey": wait.finish,
            }
            return _verb("Record", **asked), _verb("Redirect", heard="silence")
        case AwaitPerson():
            one = {"input": "dtmf", "timeout": "1", "finishOnKey": "", "numDigits": "1"}
            return _verb("Gather", **one), _verb("Redirect", heard="tick")
        case Ended():
            return (_verb("Hangup"),)
    raise AssertionError(f"a walk does not come to {wait}")


def _verb(tag: str, **attributes: str) -> Verb:
    return tag, tuple(sorted(attributes.items()))


_COMPARED = {
    "Gather": ("input", "timeout", "finishOnKey", "numDigits"),
    "Record": ("maxLength", "timeout", "finishOnKey"),
}


def shown(document: str) -> Shown:
    """What a document holds, read by the standard library."""
    response = ET.fromstring(document)
    said = [each for each in response.iter() if each.tag == "Say"]
    music = sum(int(each.get("loop", "1")) for each in response.iter("Play"))
    verbs = tuple(_read(verb) for verb in response if verb.tag not in ("Say", "Play"))
    languages = _changes([each.get("language", "").partition("-")[0] for each in said])
    return Shown(" ".join(" ".join(each.text or "" for each in said).split()), languages, music, verbs)


def _read(verb: ET.Element) -> Verb:
    if verb.tag == "Redirect":
        return _verb(
            "Redirect", heard=urlsplit(verb.text or "").query.partition("&")[0].removeprefix("heard=")
        )
    kept = {name: verb.get(name, "") for name in _COMPARED.get(verb.tag, ()) if name in verb.attrib}
    return _verb(verb.tag, **kept)


def _changes(languages: list[str]) -> tuple[str, ...]:
    return tuple(name for at, name in enumerate(languages) if at == 0 or languages[at - 1] != name)


class Carrier:
    """Posts webhooks to one running gateway, and looks at its rows."""

    def __init__(self, running: Running, service: str) -> None:
        self._running, self._service = running, service
        settings = running.gateway.settings
        self._base = settings.public_url
        self._account = settings.account_sid
        self._house = SimpleNamespace(url=self._base, credentials={"TWILIO_AUTH_TOKEN": settings.auth_token})
        self._seen = 0  # of the outbox

    # --- calls ---

    def call(self, sid: str, from_: str, to: str) -> str:
        """The document that a new call is answered with."""
        return self._post("/ivr/calls", {**self._leg(sid, from_, to), "CallStatus": "ringing"})

    def tell(self, sid: str, from_: str, to: str, document: str, event: Event) -> str:
        """Do at the end of this document what the event says; the next document ('' after a hang-up)."""
        form = self._leg(sid, from_, to)
        match event:
            case Keys(digits=digits):
                return self._post(_where(document, "Gather"), {**form, "Digits": digits})
            case Silence() | Tick():
                return self._post(_where(document, "Redirect"), form)
            case Recorded(recording=recording, seconds=seconds, hung_up=hung_up):
                heard = {**form, "RecordingSid": recording, "RecordingDuration": str(seconds)}
                told = {"Digits": "hangup", "CallStatus": "completed"} if hung_up else {}
                return self._post(_where(document, "Record"), {**heard, **told})
            case HungUp():
                self._post("/ivr/status", {**form, "CallStatus": "completed"})
                return ""
        raise AssertionError(f"a walk does not do {event}")

    def _leg(self, sid: str, from_: str, to: str) -> dict[str, str]:
        leg = {"CallSid": sid, "AccountSid": self._account, "From": from_, "To": to}
        return {**leg, "Direction": "inbound", "CallStatus": "in-progress", "ApiVersion": "2010-04-01"}

    # --- texts ---

    def text(self, sid: str, from_: str, to: str, body: str) -> None:
        form = {
            "MessageSid": sid,
            "AccountSid": self._account,
            "From": from_,
            "To": to,
            "Body": body,
            "NumMedia": "0",
        }
        self._post("/sms/messages", form)

    def owed(self, number: str) -> list[str]:
        """The texts to this number that were owed since the last look, in their order."""
        rows = self._running.gateway.store.read().execute(
            "SELECT seq, target, payload FROM outbox WHERE kind = 'sms' AND seq > ? ORDER BY seq",
            (self._seen,),
        )
        found = []
        for seq, target, payload in rows.fetchall():
            self._seen = seq
            if target == number:
                found.append(json.loads(payload)["body"])
        return found

    # --- looking ---

    def session(self, sid: str) -> Session | None:
        """The call as it stands in its row."""
        row = sessions.load(self._running.gateway.store.read(), sid)
        return from_json(row.state) if row is not None else None

    def dialogue(self, number: str) -> Session | None:
        """The newest dialogue of a writer."""
        row = sessions.last_of_contact(self._running.gateway.store.read(), self._service, number)
        return from_json(row.state) if row is not None else None

    def _post(self, address: str, form: dict[str, str]) -> str:
        answer = post(self._house, address.removeprefix(self._base), urlencode(form).encode())
        assert answer.status in (200, 204), (
            f"{address} was answered with {answer.status}: {answer.body[:200]}"
        )
        return answer.body


def _where(document: str, tag: str) -> str:
    """The address that the document gives for this verb."""
    verb = next(ET.fromstring(document).iter(tag))
    return (verb.get("action") or verb.text or "").strip()
