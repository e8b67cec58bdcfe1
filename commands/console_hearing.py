"""What a caller hears at a moment, for the console: the stage of flow tests, with this house's roster and overrides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from desk.agents import on_shift
from desk.routing.events import RosterChanged, SignedIn
from desk.routing.rules import Rules
from engine.flow import Flow, Menu
from engine.load import FlowFaults
from engine.turn import Speak
from scenarios.bare import Bare
from scenarios.playing import Impossible
from scenarios.script import CALLER
from sessions import services
from sessions.desk import desk
from sessions.gateway import Gateway
from sessions.moments import zone_of
from sessions.publishing import overrides
from web.flow_tools import Refused
from web.hearing_tools import Asked, Heard, Part

PERSON = "0"  # everywhere, by the house rule of menus


class HearingOfConsole:
    """web.hearing_tools.HearingTools on the services and the database of this gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def hear(self, asked: Asked) -> Heard:
        try:
            flow = self._flow(asked)
        except FlowFaults as faults:
            return Heard(None, faults=[str(fault) for fault in faults.faults])
        stage = self._stage(flow, asked.at)
        try:
            parts = _played(stage, asked)
        except Impossible as why:
            raise Refused(str(why)) from why
        closed = bool(parts) and parts[-1].key == PERSON and stage.contact.id not in stage.staff.desk.contacts
        return Heard(flow, parts, closed=closed)

    def _flow(self, asked: Asked) -> Flow:
        if not asked.edited:
            flow = self._gateway.services.current(asked.service)
            if flow is None:
                raise Refused(f"{asked.service} is not published: nobody hears anything")
            return flow
        for folder in services.read_folders(self._gateway.settings.flows):
            if folder.id == asked.service:
                return folder.load()
        raise Refused(f"{asked.service} has no folder any more")

    def _stage(self, flow: Flow, at: datetime) -> Bare:
        """The house at that moment: who is on shift then is at the desk, and what people decided holds as far as it reaches."""
        stage = Bare(flow, Rules(zone=flow.timezone))
        stage.move(f"{at.astimezone(zone_of(flow.timezone)):%Y-%m-%d %H:%M}")
        db, moment = self._gateway.store.read(), at.astimezone(UTC)
        known = desk.look(self._gateway, db).roster.agents.values()
        agents = tuple(one for one in known if not one.services or flow.id in one.services)
        if agents:
            stage.staff.happen(RosterChanged(agents))
            for agent in agents:
                stage.staff.answers[agent.id] = "yes"
                if on_shift(agent, moment):
                    stage.staff.happen(SignedIn(agent.id))
        stage.staff.overrides = overrides.between(db, moment, moment + timedelta(minutes=1), flow.id)
        return stage


def _played(stage: Bare, asked: Asked) -> list[Part]:
    stage.call(CALLER, asked.number)
    parts = [_part(stage, "")]
    for _ in range(2):  # a language is asked for once, behind a greeting
        key = _language_key(stage, asked.language)
        if not key:
            break
        stage.press(key)
        parts.append(_part(stage, key))
    if _asks(stage, PERSON):
        stage.press(PERSON)
        parts.append(_part(stage, PERSON))
    return parts


def _part(stage: Bare, key: str) -> Part:
    said = [(one.language, one.text) for one in stage.contact.prompts if isinstance(one, Speak)]
    return Part(key, said, ended=bool(stage.contact.session.ended))


def _menu(stage: Bare) -> Menu | None:
    step = stage.flow.steps.get(stage.contact.session.step)
    return step if isinstance(step, Menu) and not stage.contact.session.ended else None


def _language_key(stage: Bare, language: str) -> str:
    """The key of the menu that is heard now with which this language is chosen; '' where none is asked for."""
    menu = _menu(stage)
    keys = menu.keys if menu else {}
    choosing = {key: dict(exit.set).get("language") for key, exit in keys.items()}
    if not any(choosing.values()):
        return ""
    wanted = [key for key, chosen in choosing.items() if chosen == language]
    return (wanted or [key for key, chosen in choosing.items() if not chosen] or [""])[0]


def _asks(stage: Bare, key: str) -> bool:
    menu = _menu(stage)
    return menu is not None and (key in menu.keys or key in stage.flow.everywhere)
