"""The telephone's webhooks: form -> event -> turn -> TwiML. A signed request always gets 200 and TwiML that a caller can hear.

Every route is behind the carrier's signature; a test holds the list of routes against it. Nothing here decides what a caller
hears: the engine does, and when something fails the emergency.
"""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path

from flask import Blueprint, Response, request, send_file

from carrier.signature import Verdict
from carrier.webhook import checked
from engine.flow import Flow
from engine.turn import Turn
from ivr import callers, twiml
from ivr.emergency import Emergency
from sessions import calls, turns
from sessions.gateway import Gateway
from store import NotStored

log = logging.getLogger("sambung.ivr")

Form = Mapping[str, str]
XML = "text/xml; charset=utf-8"


def _xml(answer: str) -> Response:
    return Response(answer, content_type=XML)


class Telephone:
    """The channel: what the views share."""

    def __init__(self, gateway: Gateway, emergency: Emergency, base: str, prompts: Path) -> None:
        self.gateway = gateway
        self.emergency = emergency
        self.base = base
        self.prompts = prompts
        self._recorded: dict[tuple[str, str, str], str | None] = {}

    # --- what a turn is rendered with ---

    def render(self, flow: Flow, turn: Turn, call: str) -> str:
        """The engine's turn as TwiML; the addresses in it answer the next turn."""
        n = turn.session.turn
        key = self.gateway.turn_key(call, n)
        path = f"{self.base}/ivr/calls/{call}/turns/{n}"
        desk = twiml.Desk(
            url=lambda heard: f"{path}?heard={heard}&k={key}",
            voices=flow.voices,
            recorded=lambda step, language: self._prompt(flow.id, language, step),
            music=f"{self.base}/ivr/music/waiting.wav",
            recordings=f"{self.base}/ivr/recordings",
            legs=f"{self.base}/ivr/legs",
            time_limit=self.emergency.time_limit,
            speech=self.gateway.settings.carrier_speech,
        )
        return twiml.render(turn, desk, lambda language: self.emergency.verbs(language, flow.voices))

    def _prompt(self, service: str, language: str, step: str) -> str | None:
        """The address of a recorded prompt. Whether it exists is looked up once: recordings are deployed with a restart."""
        key = (service, language, step)
        if key not in self._recorded:
            there = (self.prompts / service / language / f"{step}.wav").is_file()
            address = f"{self.base}/ivr/prompts/{service}/{language}/{step}.wav"
            self._recorded[key] = address if there else None
        return self._recorded[key]

    # --- webhooks ---

    def incoming(self, form: Form) -> str:
        """A call has come in (or its turn belongs to no session that we have: then it begins again)."""
        call = callers.call_sid(form)
        found = self.gateway.services.by_number("voice", callers.called(form))
        if not call or found is None:
            log.warning(
                "call to a number of no service", extra={"called": callers.called(form), "call": call}
            )
            return self.emergency.answer("id")
        flow, number = found
        who = callers.caller(form)
        arrival = turns.Arrival(call, flow, number, who.key, who.can_receive_text, callers.called(form))
        return turns.begin_call(self.gateway, arrival, self.render)

    def turn(self, call: str, n: int, heard: str, key: str, form: Form) -> str:
        """What was heard at turn n. A key that is not ours changes nothing: the call's newest answer comes again."""
        if key != self.gateway.turn_key(call, n):
            log.warning("turn address with a wrong key", extra={"call": call, "turn": n})
            return calls.newest_answer(self.gateway, call) or self.incoming(form)
        answer = turns.take_turn(self.gateway, call, n, callers.event(heard, form), self.render)
        return answer or self.incoming({**form, "CallSid": call})

    def fallback(self, form: Form) -> str:
        """The carrier could not get an answer elsewhere: what it was to be, if that was committed, else the emergency."""
        call = callers.call_sid(form)
        log.error(
            "fallback asked",
            extra={"call": call, "error": form.get("ErrorCode", ""), "url": form.get("ErrorUrl", "")},
        )
        failed_at_start = "/turns/" not in form.get("ErrorUrl", "")
        if call and failed_at_start:
            return self.incoming(form)
        return calls.newest_answer(self.gateway, call) or self.emergency.answer(self.language(form))

    def language(self, form: Form) -> str:
        """The caller's language as far as it can be known while something is failing."""
        try:
            known = calls.language(self.gateway, callers.call_sid(form))
            found = self.gateway.services.by_number("voice", callers.called(form))
        except Exception:
            return "id"
        return known or (found[0].language if found else "id")


def blueprint(gateway: Gateway) -> Blueprint:
    """All routes under /ivr."""
    settings = gateway.settings
    base = settings.public_url.rstrip("/")
    emergency = Emergency(base, settings.emergency_agents, settings.dial_time_limit)
    phone = Telephone(gateway, emergency, base, settings.audio / "prompts")
    routes = Blueprint("ivr", __name__, url_prefix="/ivr")
    _conversation(routes, phone)
    _emergencies(routes, phone)
    _reports(routes, phone)
    _sounds(routes, settings.audio / "prompts", settings.root / "audio" / "music")
    return routes


def _heard(phone: Telephone, view: Callable[..., str]) -> Callable[..., Response]:
    """A voice webhook: signed, answered with TwiML, and by the emergency when anything inside fails."""

    @wraps(view)
    def answer(**parts: str | int) -> Response:
        verdict: Verdict = checked(phone.gateway.verifier, phone.gateway.clock())
        if verdict.foreign:
            return _xml(phone.emergency.not_in_service(phone.language(verdict.params)))
        try:
            return _xml(view(verdict.params, **parts))
        except NotStored:
            log.exception("database cannot be written", extra={"call": callers.call_sid(verdict.params)})
            calls.spool(phone.gateway, request.path, verdict.params)
        except Exception:
            log.exception("fault in a call", extra={"call": callers.call_sid(verdict.params)})
        return _xml(phone.emergency.answer(phone.language(verdict.params)))

    return answer


def _conversation(routes: Blueprint, phone: Telephone) -> None:
    def incoming(form: Form) -> str:
        return phone.incoming(form)

    def next_turn(form: Form, call: str, n: int) -> str:
        return phone.turn(call, n, request.args.get("heard", ""), request.args.get("k", ""), form)

    def fallback(form: Form) -> str:
        return phone.fallback(form)

    routes.post("/calls")(_heard(phone, incoming))
    routes.post("/calls/<call>/turns/<int:n>")(_heard(phone, next_turn))
    routes.post("/fallback")(_heard(phone, fallback))


def _emergencies(routes: Blueprint, phone: Telephone) -> None:
    def dialled(form: Form) -> str:
        return phone.emergency.after_agents(
            request.args.get("language", "id"), form.get("DialCallStatus", "")
        )

    def recorded(form: Form) -> str:
        calls.emergency_report(phone.gateway, form)
        return phone.emergency.thanks(request.args.get("language", "id"))

    routes.post("/emergency/dialled", endpoint="emergency_dialled")(_heard(phone, dialled))
    routes.post("/emergency/recorded", endpoint="emergency_recorded")(_heard(phone, recorded))


def _reports(routes: Blueprint, phone: Telephone) -> None:
    """What the carrier reports without waiting for words: 204, or 503 when not even the spool could keep it."""

    def report(take: Callable[[Gateway, Form], None]) -> Callable[[], Response]:
        @wraps(take)
        def view() -> Response:
            verdict = checked(phone.gateway.verifier, phone.gateway.clock())
            if verdict.foreign:
                return Response(status=204)
            try:
                take(phone.gateway, verdict.params)
            except NotStored:
                log.exception("database cannot be written")
                if not calls.spool(phone.gateway, request.path, verdict.params):
                    return Response(status=503)
            except Exception:
                # A report that we cannot take does not become better by being sent again.
                log.exception("fault in a report", extra={"path": request.path})
            return Response(status=204)

        return view

    routes.post("/status", endpoint="status")(report(calls.status))
    routes.post("/legs", endpoint="legs")(report(calls.leg))
    routes.post("/recordings", endpoint="recordings")(report(calls.recording))


def _sounds(routes: Blueprint, prompts: Path, music: Path) -> None:
    """Prompts and music: public by nature, the carrier's media servers fetch them without signing."""

    @routes.get("/prompts/<service>/<language>/<path:step>.wav")
    def prompt(service: str, language: str, step: str) -> Response:
        root = prompts.resolve()
        file = (root / service / language / f"{step}.wav").resolve()
        if not file.is_relative_to(root) or not file.is_file():
            return Response("no such recording\n", status=404, content_type="text/plain")
        return send_file(file, mimetype="audio/wav", max_age=3600)

    @routes.get("/music/waiting.wav")
    def waiting() -> Response:
        return send_file(music / "waiting.wav", mimetype="audio/wav", max_age=86400)
