"""Which stage a test is played on, by the name of its depth."""

from __future__ import annotations

from datetime import datetime

from desk.routing import Rules
from engine.flow import Flow
from scenarios.bare import Bare, Taken
from scenarios.both import Both
from scenarios.gateway import Parts, running
from scenarios.playing import Stage
from scenarios.script import MOMENT
from scenarios.trial import Files, MakeStage
from scenarios.wire import Wire
from sessions.moments import zone_of
from sessions.services import Folder

ENGINE, HTTP, BOTH = DEPTHS = ("engine", "http", "both")


def maker(depth: str, folder: Folder, tests: Files, parts: Parts) -> MakeStage:
    """A function that makes the stage for one test. ``parts``: what a gateway is made of, not touched for the engine alone."""

    def wire(flow: Flow) -> Wire:
        moment = datetime.fromisoformat(MOMENT).replace(tzinfo=zone_of(flow.timezone))
        return Wire(flow, running(folder, parts, moment), tests.sounds.__getitem__)

    def make(flow: Flow, rules: Rules, taken: Taken) -> Stage:
        if depth == HTTP:
            return wire(flow)
        alone = Bare(flow, rules, taken)
        return Both(alone, wire(flow)) if depth == BOTH else alone

    return make
