"""Telephones on a page: callers and agents who try a service out through the carrier's emulator, and through it alone.

Nothing of this page can place a real call. With an account at a carrier there is no emulator, and the page says so and offers
nothing. A page asks for its news by what it has already: an answer that is lost loses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, jsonify, render_template, request

from audio.espeak import VoiceFault
from audio.speaking import TONES, tone
from carrier.phone import NotThere, PhoneError, Unreachable
from engine.drawing import svg
from sessions.agents import staff, whereabouts
from sessions.gateway import Gateway
from store.users import User
from web.accounts import visits
from web.pages import phone_mails
from web.phone_line import NUMBER, PhoneLine, Wrong
from web.tools import Tools

MOST_PHONES = 8
CALLER = "+6281234567890"  # of `python app.py call`
_SID = re.compile(r"CA[0-9a-f]{32}")
_VERSION = re.compile(r"[0-9A-Za-z._-]{1,80}")


class Held(NamedTuple):
    """One telephone of a page: its number, its call ('' for none), how many things it has heard of it, the last text it has, and
    the number that it writes to."""

    number: str
    sid: str
    known: int
    after: int
    writes_to: str


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """All addresses under /phone."""
    routes = Blueprint("phone", __name__, url_prefix="/phone")
    emulated = bool(gateway.settings.emulated)
    line = PhoneLine(gateway.settings.emulator_port)

    @routes.before_request
    def only_the_emulator() -> None:
        if not emulated and request.endpoint != "phone.page":
            abort(404)

    for kind in (Unreachable, PhoneError, Wrong):
        routes.register_error_handler(kind, _told)

    @routes.get("")
    def page() -> str:
        return render_template(
            "phone/phone.html",
            emulated=emulated,
            numbers=service_numbers(gateway) if emulated else [],
            agents=known_agents(gateway, visits.me()) if emulated else [],
            caller=CALLER,
            most=MOST_PHONES,
        )

    @routes.get("/news")
    def news() -> Response:
        held = [_held(text) for text in request.args.getlist("phone")[:MOST_PHONES]]
        try:
            return jsonify(phones=[news_of(gateway, line, one) for one in held])
        except Unreachable:  # asked for again and again: no failure of this page, which says it in words
            return jsonify(phones=[], error="unreachable")

    _add_doing(routes, line)
    _add_showing(routes, gateway, line)
    phone_mails.register(routes, line)
    return routes


def _add_doing(routes: Blueprint, line: PhoneLine) -> None:
    """What a holder does: calls, keys, texts, speaks."""

    @routes.post("/calls")
    def dial() -> Response:
        form = request.form
        own_voice = form.get("own_voice") == "yes"
        return jsonify(line.dial(form.get("number", ""), form.get("to", ""), own_voice))

    @routes.post("/calls/<sid>/<action>")
    def act(sid: str, action: str) -> Response:
        return jsonify(line.act(_sid(sid), action, request.form.to_dict(), _count("known")))

    @routes.post("/calls/<sid>/recording")
    def record(sid: str) -> Response:
        ended_by = request.args.get("ended_by", "")
        return jsonify(line.record(_sid(sid), request.get_data(), ended_by, _count("known")))

    @routes.post("/texts")
    def send() -> Response:
        form = request.form
        return jsonify(line.send(form.get("number", ""), form.get("to", ""), form.get("body", "")))


def _add_showing(routes: Blueprint, gateway: Gateway, line: PhoneLine) -> None:
    """What a holder hears and may look at."""
    draw = _drawings(gateway)

    @routes.get("/calls/<sid>/sounds/<int:item>.wav")
    def sound(sid: str, item: int) -> Response:
        try:
            return _wav(line.sound(_sid(sid), item))
        except VoiceFault:
            abort(404)  # what was heard is written; there is no voice for it

    @routes.get("/tones/<name>.wav")
    def sounding(name: str) -> Response:
        return _wav(tone(name)) if name in TONES else abort(404)

    @routes.get("/calls/<sid>/twiml")
    def twiml(sid: str) -> Response:
        return jsonify(documents=line.documents(_sid(sid)))

    @routes.get("/drawings/<service>/<version>.svg")
    def drawing(service: str, version: str) -> Response:
        drawn = draw(service, version) if _VERSION.fullmatch(version) else None
        return Response(drawn, content_type="image/svg+xml") if drawn else abort(404)


def service_numbers(gateway: Gateway) -> list[dict[str, Any]]:
    """Every number that can be called or written to, with its service."""
    found: dict[str, dict[str, Any]] = {}
    for flow in gateway.services.services():
        for number in (*flow.voice_numbers, *flow.text_numbers):
            found.setdefault(number.spelling, {"number": number.spelling, "service": flow.id})
    return list(found.values())


def known_agents(gateway: Gateway, user: User) -> list[dict[str, str]]:
    """The agents of the roster whose telephones this person may hold: an agent the own one, supervisors and administrators all."""
    agents = [agent for agent in staff.look(gateway).roster.agents.values() if agent.phone]
    if user.role == "agent":
        agents = [agent for agent in agents if agent.id == user.agent]
    return [{"name": agent.name, "number": agent.phone, "tier": str(agent.tier)} for agent in agents]


def news_of(gateway: Gateway, line: PhoneLine, held: Held) -> dict[str, Any]:
    """What happened to one telephone since its page asked last."""
    call, gone = None, False
    if held.sid:
        try:
            call = line.look(held.sid, held.known)
        except NotThere:  # the emulator was started anew
            gone = True
    busy = call is not None and call["state"] != "ended"
    ringing = None if busy else line.ringing(held.number)
    sid = ringing["sid"] if ringing else held.sid if busy else ""
    place = whereabouts.of_call(gateway, sid) if sid else None
    if place is None and held.writes_to:
        place = whereabouts.of_texts(gateway, held.writes_to, held.number)
    return {
        "number": held.number,
        "call": call,
        "gone": gone,
        "ringing": ringing,
        "texts": line.texts(held.number, held.after),
        "place": None if place is None else asdict(place),
    }


def _drawings(gateway: Gateway) -> Callable[[str, str], str | None]:
    """The drawing of a version, kept: it never changes. None when there is no such version."""

    @lru_cache(maxsize=32)
    def draw(service: str, version: str) -> str | None:
        flow = gateway.services.pinned(service, version)
        return None if flow is None else svg(flow, [])

    return draw


def _held(text: str) -> Held:
    """Raises Wrong for what no page of ours asks for."""
    number, sid, known, after, writes_to = (*text.split(","), "", "", "", "")[:5]
    if not NUMBER.fullmatch(number):
        raise Wrong("number_wrong")
    # The service's number is as somebody is typing it: what is none yet must not make every telephone of the page deaf.
    writes_to = writes_to if NUMBER.fullmatch(writes_to) else ""
    return Held(number, _sid(sid) if sid else "", _whole(known), _whole(after), writes_to)


def _sid(text: str) -> str:
    if not _SID.fullmatch(text):
        abort(404)
    return text


def _count(name: str) -> int:
    return _whole(request.args.get(name, "0"))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _wav(sound: bytes) -> Response:
    return Response(sound, content_type="audio/wav")


def _told(problem: Exception) -> tuple[Response, int]:
    """For the script of the page: a word of web/words/phone.yaml, and what the emulator says."""
    if isinstance(problem, Unreachable):
        return jsonify(error="unreachable"), 503
    if isinstance(problem, Wrong):
        return jsonify(error=str(problem)), 400
    if isinstance(problem, NotThere):
        return jsonify(error="not_there", said=str(problem)), 404
    return jsonify(error="not_done", said=str(problem)), 409
