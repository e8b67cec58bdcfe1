"""Time coverage as `check` tells it: for the next 400 days, when a caller of a queue finds nobody and no other way out."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desk import roster as rosters
from desk.agents import Agent
from desk.overrides import Override
from desk.routing import Roster
from engine.check import ERROR, WARNING, Finding, finding
from engine.explore import Exploration
from engine.flow import Flow, Place, Queue
from engine.visit import ZONES
from sessions.gateway import clock_ahead
from sessions.moments import zone_of
from sessions.publishing.coverage import STRANDED, TURNED_AWAY, UNREACHED, UNSTAFFED, Coverage, Gap
from sessions.publishing.coverage_words import in_words
from settings import WrongSettings

# kind -> code, severity, what is said behind the dates.
_TOLD = {
    STRANDED: ("nobody-there", ERROR, "nobody on '{queue}', no other way out"),
    TURNED_AWAY: ("closed-without-way-out", WARNING, "'{queue}' is closed, with neither a message nor a call back"),
    UNSTAFFED: ("open-without-people", WARNING, "'{queue}' is open, but nobody of the roster is there"),
    UNREACHED: ("no-number-answered", WARNING, "no number of the service is answered"),
}  # fmt: skip
_WAYS_OUT = {
    STRANDED: "Give the exit 'nobody:' a message or a call back, or put people there",
    TURNED_AWAY: "Lead the exit 'closed:' to a message or a call back, such as the piece 'tutup'",
    UNSTAFFED: "Put people there, or shorten the hours",
    UNREACHED: "Give the service a number that is served then",
}


@dataclass(frozen=True)
class Days:
    """From when on it is looked at, and with whom. ``roster`` None: whoever waits in open hours is served. ``overrides``: what
    people of this installation decided otherwise than the calendar.
    """

    first: date
    agents: tuple[Agent, ...] | None = None
    overrides: tuple[Override, ...] = ()

    @property
    def key(self) -> str:
        """Changes with whatever it depends on."""
        return f"{self.first}:{hashlib.sha256(repr((self.agents, self.overrides)).encode()).hexdigest()}"


def roster_of(file: Path, flows: list[Flow]) -> tuple[Agent, ...]:
    """The agents of a CSV file. Raises OSError, and ValueError with every fault of it."""
    from sessions.agents import staff

    try:
        return tuple(rosters.read(file.read_bytes(), staff.known(flows)))
    except rosters.RosterFaults as faults:
        raise ValueError("\n".join(f"{file}: {fault}" for fault in faults.faults)) from faults


def days_of(arguments: argparse.Namespace, flows: Callable[[], list[Flow]]) -> Days:
    """`--from`, else today by the house's clock; `--roster`, else the roster of the database, if there is any."""
    settings = arguments.settings()
    first = arguments.first or clock_ahead(settings.clock_offset)().date()
    if arguments.roster is not None:
        return Days(first, roster_of(arguments.roster, flows()))
    if not settings.database.is_file():
        return Days(first)
    # Imported here: what reads a database is slow to load, and flows are checked without one.
    from sessions.agents import staff
    from sessions.publishing import overrides
    from store import Unusable
    from store.times import text

    try:
        gateway = arguments.gateway()
        agents = tuple(staff.look(gateway).roster.agents.values())
        return Days(first, agents, tuple(overrides.of(gateway.store.read(), "", text(gateway.clock()))))
    except (WrongSettings, Unusable):
        return Days(first)  # `doctor` tells what is wrong with the house; a flow can be checked without


def coverage_findings(seen: Exploration, when: Days | None) -> Iterator[Finding]:
    """Nothing when the flow could not be walked whole: that is an error of its own."""
    if when is None or seen.capped:
        return
    roster = Roster(when.agents) if when.agents else None
    decided = [one for one in when.overrides if one.service == seen.flow.id]
    for gap in Coverage(seen, when.first, roster, overrides=decided).gaps():
        yield _finding(seen.flow, gap)


def _finding(flow: Flow, gap: Gap) -> Finding:
    code, severity, words = _TOLD[gap.kind]
    zone = zone_of(flow.timezone)
    dates = "; ".join(in_words(gap.spans, zone, ZONES.get(flow.timezone, flow.timezone)))
    whom = " and ".join(f"{classification} in '{language}'" for language, classification in gap.whom)
    step = flow.steps.get(gap.queue)
    name = step.skill if isinstance(step, Queue) else gap.queue
    what = f"{dates}: {words.format(queue=name)}{f' (cases that are {whom})' if whom else ''}"
    place = step.place if step else Place("flow.yaml", 1, 1)
    way = gap.way if gap.queue else None
    return finding(flow, place, code, what, _WAYS_OUT[gap.kind], way, severity=severity)
