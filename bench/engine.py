"""One turn of the engine as a webhook makes it, without network and disk: python -m bench engine [--turns 2000] [--json].

Session read from JSON, event decided, session written to JSON, TwiML rendered. Two flows: a menu of the shape that goflow is
measured with (a greeting, a menu of keys, a few words, the menu again; goflow needs 277 µs to read, resume and write such a
session), and flows/bicara131 as shipped.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bench.servers import ROOT
from bench.table import table
from engine.advance import advance_through, begin
from engine.events import Event, Keys, Started
from engine.flow import Flow
from engine.load import load
from engine.session import from_json, to_json
from ivr import twiml
from sessions.scene import Scene
from sessions.services import read_folders
from sessions.world import Now
from store.times import text

MENU = """
format: 1
service: Menu
prefix: MN
languages: [en]
timezone: Asia/Jakarta
numbers: {voice: ["100"], text: ["100"]}
start: greeting
steps:
  greeting: {say: "Welcome to the help line of our ministry.", then: choice}
  choice:
    menu: "For opening hours, press 1. For the state of your application, press 2. For a person, press 3."
    keys: {"1": hours, "2": state, "3": person}
    silence: {tries: 3, then: bye}
    no_match: {tries: 3, then: bye}
  hours: {say: "We are open from Monday to Friday, eight to four.", then: choice}
  state: {say: "Your application is being worked on.", then: choice}
  person: {say: "Everybody is busy at the moment.", then: choice}
  bye: {end: "Good bye."}
"""
MOMENT = datetime(2026, 3, 11, 3, 15, tzinfo=UTC)  # a Wednesday in office hours
BATCHES = 9


class Alone(Now):
    """The facts of a moment without a database: nobody listens to spoken choices."""

    def hears(self, language: str) -> bool:
        return False


def measure(turns: int) -> dict[str, dict[str, float]]:
    """µs per turn by case: the median of some batches, with the fastest and the slowest."""
    menu = load("menu", {"flow.yaml": MENU})
    (bicara,) = [folder.load() for folder in read_folders(ROOT / "flows") if folder.id == "bicara131"]
    cases = {
        "menu: start": _turn(menu, [], Started()),
        "menu: key, words, menu again": _turn(menu, [Started()], Keys("1")),
        "menu: key that fits nothing": _turn(menu, [Started()], Keys("7")),
        "bicara131: start": _turn(bicara, [], Started()),
        "bicara131: language key": _turn(bicara, [Started()], Keys("1")),
    }
    return {name: _timed(case, turns, name) for name, case in cases.items()}


def _turn(flow: Flow, before: list[Event], event: Event) -> Callable[[], str]:
    """A function that makes the same turn again and again; raises ValueError now if it is not one with an answer."""
    session = begin(flow, channel="voice", contact="+628115550101", called=flow.voice_numbers[0].spelling)
    world = Alone(Scene(None, None, flow, "CA1", session, text(MOMENT)))
    for earlier in before:
        session = advance_through(flow, session, earlier, world, _no_questions).session
    state = to_json(session)
    path = "https://sambung.example.go.id/ivr/calls/CA" + "0" * 32 + "/turns/"

    def turn() -> str:
        made = advance_through(flow, from_json(state), event, world, _no_questions)
        to_json(made.session)
        desk = twiml.Desk(
            url=lambda heard: f"{path}{made.session.turn}?heard={heard}&k=0123456789abcdef",
            voices=flow.voices,
            recorded=lambda step, language: None,
            music=path,
            recordings=path,
            legs=path,
            choices=path,
        )
        return twiml.render(made, desk, lambda language: "")

    if "<Gather" not in turn():
        raise ValueError(
            f"{flow.id}: {event} does not lead to a menu, so that something else would be measured"
        )
    return turn


def _no_questions(*_: object) -> None:
    """These turns ask the house nothing."""


def _timed(case: Callable[[], str], turns: int, name: str) -> dict[str, float]:
    print(name, file=sys.stderr, flush=True)
    took = []
    for _ in range(BATCHES):
        begun = time.perf_counter()
        for _ in range(turns):
            case()
        took.append((time.perf_counter() - begun) / turns * 1e6)
    return {"median": statistics.median(took), "least": min(took), "most": max(took)}


def report(found: dict[str, dict[str, float]]) -> str:
    """The figures for people."""
    rows = [("µs per turn", "median", "least", "most")]
    rows += [
        (name, *(f"{took[which]:.1f}" for which in ("median", "least", "most")))
        for name, took in found.items()
    ]
    return table(rows)
