"""The telephone's webhooks beside the conversation: fallback, emergencies, reports, and the sounds that the carrier fetches.

Every route is behind the carrier's signature; a test holds the list of routes against it. Nothing here decides what a caller
hears: the engine does, and when something fails the emergency.
"""

import logging
from collections.abc import Callable
from functools import wraps
from pathlib import Path

from flask import Blueprint, Response, request, send_file

from carrier.webhook import checked
from ivr import agents
from ivr.telephone import XML, Form, Telephone, View, telephone
from sessions.calls import calls
from sessions.deadline import Late
from sessions.gateway import Gateway
from store import NotStored

log = logging.getLogger("sambung.ivr")


def blueprint(gateway: Gateway) -> Blueprint:
    """The routes under /ivr, but for the conversation's own (ivr/front.py)."""
    settings = gateway.settings
    phone = telephone(gateway)
    routes = Blueprint("ivr", __name__, url_prefix="/ivr")
    routes.post("/fallback", endpoint="fallback")(_heard(phone, lambda: phone.fallback))
    _emergencies(routes, phone)
    _reports(routes, phone)
    agents.register(routes, phone)
    _sounds(routes, settings.audio / "prompts", settings.root / "audio" / "music")
    return routes


def _heard(phone: Telephone, asked: Callable[[], View]) -> Callable[[], Response]:
    """A voice webhook as a Flask view. ``asked`` reads what the address says: the view itself runs in another thread."""

    @wraps(asked)
    def answer() -> Response:
        verdict = checked(phone.gateway.verifier, phone.gateway.clock())
        return Response(phone.answer(verdict, request.path, asked()), content_type=XML)

    return answer


def _emergencies(routes: Blueprint, phone: Telephone) -> None:
    def dialled() -> View:
        language = request.args.get("language", "id")
        return lambda form: phone.emergency.after_agents(language, form.get("DialCallStatus", ""))

    def recorded() -> View:
        language = request.args.get("language", "id")

        def view(form: Form) -> str:
            calls.emergency_report(phone.gateway, form)
            return phone.emergency.thanks(language)

        return view

    routes.post("/emergency/dialled", endpoint="emergency_dialled")(_heard(phone, dialled))
    routes.post("/emergency/recorded", endpoint="emergency_recorded")(_heard(phone, recorded))


def _reports(routes: Blueprint, phone: Telephone) -> None:
    """What the carrier reports without waiting for words: 204, or 503 when not even the spool kept it in time."""

    def report(take: Callable[[Gateway, Form], None]) -> Callable[[], Response]:
        @wraps(take)
        def view() -> Response:
            verdict = checked(phone.gateway.verifier, phone.gateway.clock())
            if verdict.foreign:
                return Response(status=204)
            try:
                phone.gateway.deadline.run(take, phone.gateway, verdict.params)
            except Late:
                return Response(status=503)
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
    routes.post("/recordings/choices", endpoint="choices")(report(calls.spoken_choice))


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
