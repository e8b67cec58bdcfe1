"""Telephones of agents and of who is called back: whisper, pressing 1, the room, the menu behind '*'.

    /ivr/agents/<leg>/whisper     answered: service, topic, language, waiting time, "press 1"
                     /screened    1 -> the room; another key, or nothing (a machine) -> the next agent is asked
                     /after       the room has closed or '*' was pressed: the menu. Also the fallback of all of these
                     /chosen, /held, /disposed    what was pressed in the menu, on hold, at the end
                     /consulting, /consulted, /decided    a colleague is asked: ringing, the two have talked, what was pressed then
                     /colleague   the colleague waits meanwhile
                     /listened    a message was played: what was pressed then; /messages/<RE…>.wav is its sound
                     /status      what the carrier reports of the leg
    /ivr/callbacks/<leg>/greeting, /reached, /listening, /status

A room ends when either of the two leaves it (endConferenceOnExit), so that both go on by their own documents and nobody listens to
silence. '*' leaves it by Twilio's hangupOnStar, which is all that a telephone in a conference can say to us.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request

from carrier.webhook import checked
from desk.routing.words import duration
from engine.words import spell_digits
from ivr import callers, twiml
from ivr.agent_words import spoken_language, words
from ivr.telephone import XML, Form, Telephone
from sessions.agents import agent_calls, agent_keys, consults, ringing, talks
from sessions.agents.agent_leg import Told
from sessions.deadline import Late
from sessions.voicemails import voicemail_calls
from store import NotStored

log = logging.getLogger("sambung.agents")

MENU_SECONDS, SCREEN_SECONDS, HOLD_SECONDS = 5, 6, 15
COLLEAGUE_SECONDS = 2  # between two looks whether the other one has decided
# What is said and then asks for a key: the address that is told of it, and for how long it may be pressed.
ASKS = {
    "menu": ("chosen", MENU_SECONDS),
    "nobody_above": ("chosen", 1),
    "hold": ("held", HOLD_SECONDS),
    "disposition": ("disposed", MENU_SECONDS),
    "consulting": ("consulting", MENU_SECONDS),
    "consult_menu": ("decided", MENU_SECONDS),
    "message": ("listened", MENU_SECONDS),
    "message_menu": ("listened", MENU_SECONDS),
    "message_nobody": ("listened", MENU_SECONDS),
    "message_no_number": ("listened", MENU_SECONDS),
}
Take = Callable[[Form, str], Told]


@dataclass(frozen=True)
class Line:
    """Renders what one leg hears."""

    phone: Telephone
    told: Told

    def url(self, what: str) -> str:
        """An address of this leg."""
        assert self.told.leg is not None
        return ringing.address(self.phone.gateway, self.told.leg.id, what, self.told.leg.role)

    def say(self, name: str, **facts: str) -> str:
        """Words in the language of whoever holds this telephone."""
        text, language = words(name, self.told.language, **facts)
        return twiml.say(text, language, self.voices)

    @property
    def voices(self) -> dict[str, str]:
        flow = self.told.flow
        return dict(flow.voices) if flow is not None else {}

    @property
    def service(self) -> str:
        flow = self.told.flow
        return flow.service.get(self.told.language, flow.id) if flow is not None else ""

    def ask(self, heard: str, what: str, seconds: int) -> str:
        """One key, and the same address without one."""
        url = self.url(what)
        gather = twiml.element(
            "Gather",
            heard,
            input="dtmf",
            numDigits=1,
            timeout=seconds,
            finishOnKey="",
            action=url,
            method="POST",
        )
        return twiml.document(gather, twiml.element("Redirect", twiml.escape(url), method="POST"))

    def last(self, name: str) -> str:
        """Words, and the end of the call."""
        return twiml.document(self.say(name), twiml.element("Hangup"))

    def room(self, before: str = "") -> str:
        """The conference of the case."""
        told = self.told
        assert told.leg is not None
        recorded = self.phone.talk_recorded(told.leg.contact) if told.recorded else ""
        after, star = self.leaving()
        dial = twiml.element(
            "Dial",
            twiml.conference(told.room, recorded),
            action=self.url(after),
            method="POST",
            hangupOnStar=star or None,
            timeLimit=self.phone.emergency.time_limit,
        )
        return twiml.document(before, dial)

    def leaving(self) -> tuple[str, bool]:
        """Where this telephone goes when the room has closed, and may '*' close it? Who is consulted only hangs up."""
        assert self.told.leg is not None
        if self.told.leg.role != "agent":
            return "listening", False
        if self.told.what == "consult_room":
            return "consulted", True
        return "after", not self.told.asker

    def answer(self) -> str:
        """What ``told`` says, as TwiML."""
        told = self.told
        if told.what in ASKS:
            what, seconds = ASKS[told.what]
            # A second first: when the other one has hung up, the news of it is on its way, and there is nothing to choose.
            pause = twiml.element("Pause", length=1) if told.what in ("menu", "consult_menu") else ""
            heard = self.messages() if told.what == "message" else self.say(told.what)
            return self.ask(pause + heard, what, seconds)
        match told.what:
            case "whisper":
                return self.ask(self.whisper(), "screened", SCREEN_SECONDS)
            case "room":
                return self.room(self.say("connecting"))
            case "consult_room":
                return self.room()
            case "consult_over":
                return self.room(self.say("consult_over"))
            case "greeting":
                return self.ask(self.say("greeting", service=self.service), "reached", SCREEN_SECONDS)
            case "held":
                music = twiml.element("Play", twiml.escape(f"{self.phone.base}/ivr/music/waiting.wav"))
                return self.again(self.say("held") + music, "listening")
            case "colleague":
                pause = twiml.element("Pause", length=COLLEAGUE_SECONDS)
                return self.again(self.say("colleague") + pause, "colleague")
            case _:
                return self.last(told.what)

    def again(self, heard: str, what: str) -> str:
        """This is heard, and then it is asked how things stand."""
        return twiml.document(heard, twiml.element("Redirect", twiml.escape(self.url(what)), method="POST"))

    def messages(self) -> str:
        """The messages of a case one after the other, and what may be pressed. Each has an address that only we can make."""
        told = self.told
        plays = [
            twiml.element("Play", twiml.escape(self.url(f"messages/{sid}.wav"))) for sid in told.messages
        ]
        before = self.say(
            "message" if plays else "message_hidden",
            ticket=spell_digits("".join(filter(str.isdigit, told.room)), told.language),
        )
        return before + "".join(plays) + self.say("message_menu")

    def whisper(self) -> str:
        """Service, topic, language and waiting time, in the agent's own language."""
        told = self.told
        what = "consult" if told.asker else told.kind if told.kind in ("callback", "voicemail") else "call"
        kind, _ = words(what, told.language, asker=told.asker)
        return self.say(
            "whisper",
            kind=kind,
            service=self.service,
            topic=told.topic.replace("_", " "),
            spoken=spoken_language(told.contact_language, told.language),
            waited=duration(told.waited, told.language),
            keyed=self.keyed(),
        )

    def keyed(self) -> str:
        """A number that the caller keyed in is heard before it is dialled: it may be anybody's."""
        told = self.told
        if not told.keyed:
            return ""
        number = spell_digits(told.keyed.lstrip("+"), told.language)
        return " " + words("keyed", told.language, number=number)[0]


def register(routes: Blueprint, phone: Telephone) -> None:
    """The routes under /ivr/agents, /ivr/callbacks and /ivr/talks."""
    gateway = phone.gateway

    def keyed(take: Callable[..., Told]) -> Take:
        return lambda form, leg: take(
            gateway, leg, callers.call_sid(form), form.get("Digits", "").strip()[:1]
        )

    def plain(take: Callable[..., Told]) -> Take:
        return lambda form, leg: take(gateway, leg, callers.call_sid(form))

    agents: dict[str, Take] = {
        "whisper": plain(agent_calls.whisper),
        "screened": keyed(agent_calls.screened),
        "after": plain(agent_keys.after),
        "chosen": keyed(agent_keys.chosen),
        "held": keyed(agent_keys.held),
        "disposed": keyed(agent_keys.disposed),
        "consulting": keyed(consults.consulting),
        "consulted": plain(consults.consulted),
        "decided": keyed(consults.decided),
        "colleague": plain(consults.colleague),
        "listened": keyed(voicemail_calls.listened),
    }
    contacts: dict[str, Take] = {
        "greeting": plain(agent_calls.greeting),
        "reached": keyed(agent_calls.reached),
        "listening": plain(agent_calls.listening),
    }
    for room, views in (("agents", agents), ("callbacks", contacts)):
        for name, take in views.items():
            routes.post("/" + room + "/<leg>/" + name, endpoint=f"{room}_{name}")(_heard(phone, take))
        routes.post("/" + room + "/<leg>/status", endpoint=f"{room}_status")(
            _reported(phone, lambda form, leg: agent_calls.status(gateway, leg, form))
        )
    routes.get("/agents/<leg>/messages/<recording>.wav", endpoint="agents_message")(_sound(phone))
    routes.post("/talks/<leg>", endpoint="talks")(_talk_recorded(phone))


def _talk_recorded(phone: Telephone) -> Callable[[str], Response]:
    """A report of a talk's recording. Its address has the number of pauses that were over when the room opened."""

    def view(leg: str) -> Response:
        after = _after(request.args)
        take = _reported(phone, lambda form, contact: talks.recording(phone.gateway, contact, form, after))
        return take(leg)

    return view


def _after(query: Mapping[str, str]) -> int:
    """The count in the address that Telephone.talk_recorded made."""
    after = query.get("after", "")
    return int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0


def _sound(phone: Telephone) -> Callable[[str, str], Response]:
    """A message for the telephone of who has it in hand. The carrier's media servers fetch without signing: the key is ours,
    and it opens nothing once the message is in other hands.
    """

    def view(leg: str, recording: str) -> Response:
        keyed = request.args.get("k", "") == ringing.leg_key(phone.gateway, leg)
        sound = voicemail_calls.sound(phone.gateway, leg, recording) if keyed else None
        if sound is None:
            return Response("not to be heard here\n", status=404, content_type="text/plain")
        with sound:
            content = sound.read()
        kind = "audio/wav" if content.startswith(b"RIFF") else "audio/mpeg"
        return Response(content, content_type=kind, headers={"Cache-Control": "no-store"})

    return view


def _heard(phone: Telephone, take: Take) -> Callable[[str], Response]:
    """A leg's webhook: the view's TwiML; when anything inside fails, an apology, and the leg's end frees everybody."""

    def view(leg: str) -> Response:
        verdict = checked(phone.gateway.verifier, phone.gateway.clock())
        key = request.args.get("k", "")
        if verdict.foreign or key != ringing.leg_key(phone.gateway, leg):
            told = Told("over")
        else:
            told = _in_time(phone, take, verdict.params, leg)
        return Response(_rendered(phone, told), content_type=XML)

    return view


def _rendered(phone: Telephone, told: Told) -> str:
    try:
        return Line(phone, told).answer()
    except Exception:
        log.exception("fault in the words for an agent's telephone", extra={"kind": told.what})
        return Line(phone, Told("fault")).answer()


def _in_time(phone: Telephone, take: Take, form: Form, leg: str) -> Told:
    try:
        return phone.gateway.deadline.run(take, form, leg)
    except (Late, NotStored):
        log.exception("an agent's telephone was not answered in time", extra={"call": callers.call_sid(form)})
    except Exception:
        log.exception("fault at an agent's telephone", extra={"call": callers.call_sid(form)})
    return Told("fault")


def _reported(phone: Telephone, take: Callable[[Form, str], None]) -> Callable[[str], Response]:
    """A report of the carrier: 204, or 503 so that it is sent again."""

    def view(leg: str) -> Response:
        verdict = checked(phone.gateway.verifier, phone.gateway.clock())
        if verdict.foreign:
            return Response(status=204)
        try:
            phone.gateway.deadline.run(take, verdict.params, leg)
        except (Late, NotStored):
            log.exception("a report could not be kept; it comes again", extra={"path": request.path})
            return Response(status=503)
        except Exception:
            log.exception("fault in a report", extra={"path": request.path})
        return Response(status=204)

    return view
