"""Plays a script on a stage and judges it: one function for each act, the same for every stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.flow import Flow, Place
from scenarios import facts, hearing
from scenarios.facts import Seen
from scenarios.script import (
    Act,
    AgentComes,
    AgentDoes,
    Calls,
    CaseStands,
    Expects,
    HangsUp,
    Hears,
    LookupGives,
    Moves,
    Overrides,
    Presses,
    Records,
    Says,
    Script,
    Silent,
    Texts,
    Waits,
)


class Impossible(Exception):
    """The contact cannot do this here: nothing listens, nobody records. The words say why, for the author of the test."""


class Stage(Protocol):
    """Where a script is played. Acts raise Impossible; ``heard`` and ``texts`` are what came since the last act."""

    @property
    def flow(self) -> Flow:
        """The service."""

    @property
    def heard(self) -> str:
        """What the ear heard: prompts, in one line; in a text dialogue the reply."""

    @property
    def texts(self) -> list[str]:
        """The text messages that reached the contact."""

    def seen(self) -> Seen:
        """The contact as it stands now."""

    def move(self, to: str) -> None:
        """Set the clock: '2026-03-11 10:15' in the service's zone, never back."""

    def call(self, from_: str, to: str) -> None: ...

    def text(self, from_: str, to: str, body: str) -> None: ...

    def press(self, keys: str) -> None: ...

    def say(self, words: str) -> None: ...

    def silence(self) -> None: ...

    def record(self, seconds: int, file: str, *, hangs_up: bool) -> None: ...

    def hang_up(self) -> None: ...

    def wait(self, seconds: int) -> None: ...

    def agent_comes(self, agent: AgentComes) -> None: ...

    def agent_does(self, what: str) -> None: ...

    def lookup_gives(self, source: str, outcome: str, fields: Mapping[str, str]) -> None: ...

    def case_stands(self, case: CaseStands) -> None: ...

    def override(self, act: Overrides) -> None: ...

    def close(self) -> None:
        """The test is over."""


@dataclass(frozen=True)
class Failure:
    """Where a test does not hold: what was looked at, what was expected there, and what was there instead."""

    test: str
    place: Place
    what: str
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        """One fault: 'bicara131/tests/rupiah.yaml:7:5 what', then expected and found one under the other."""
        where = f"{self.place.file}:{self.place.line}:{self.place.column}"
        told = [f"{where} {self.test}: {self.what}"]
        if self.expected or self.found:
            told += [f"    expected  {self.expected}", f"    found     {self.found}"]
        return "\n".join(told)


@dataclass
class Judge:
    """One script being played."""

    script: Script
    stage: Stage
    failures: list[Failure] = field(default_factory=list)

    def play(self) -> list[Failure]:
        """Act after act; an act that is impossible ends the test, an expectation that does not hold does not."""
        try:
            self._play()
        finally:
            self.stage.close()
        return self.failures

    def _play(self) -> None:
        for act in self.script.acts:
            try:
                _DO[type(act)](self, act)
            except Impossible as fault:
                self.fail(act, str(fault), "", self.stage.heard)
                break

    def fail(self, act: Act, what: str, expected: str = "", found: str = "") -> None:
        self.failures.append(Failure(self.script.name, act.place, what, expected, found))


def _calls(judge: Judge, act: Calls) -> None:
    if act.at:
        judge.stage.move(act.at)
    judge.stage.call(act.from_, act.to)


def _texts(judge: Judge, act: Texts) -> None:
    if act.at:
        judge.stage.move(act.at)
    judge.stage.text(act.from_, act.to, act.body)


def _hears(judge: Judge, act: Hears) -> None:
    stage = judge.stage
    languages = stage.flow.languages
    found = stage.heard if act.by == "ear" else " | ".join(stage.texts)
    for words in act.words:
        if hearing.in_(words, found, languages) != act.wanted:
            sense = "heard" if act.by == "ear" else "in a text"
            what = f"not {sense}" if act.wanted else f"{sense}, and must not be"
            judge.fail(act, what, words, found or "(nothing)")


def _expects(judge: Judge, act: Expects) -> None:
    found = facts.FACTS[act.about](judge.stage.seen())
    if not facts.fits(act.value, found):
        judge.fail(act, f"{act.about} is not as expected", *facts.told(act.value, found))


_DO: Mapping[type[Act], Callable[[Judge, Any], None]] = {
    Calls: _calls,
    Texts: _texts,
    Presses: lambda judge, act: judge.stage.press(act.keys),
    Says: lambda judge, act: judge.stage.say(act.words),
    Silent: lambda judge, act: judge.stage.silence(),
    Records: lambda judge, act: judge.stage.record(act.seconds, act.file, hangs_up=act.hangs_up),
    HangsUp: lambda judge, act: judge.stage.hang_up(),
    Waits: lambda judge, act: judge.stage.wait(act.seconds),
    Moves: lambda judge, act: judge.stage.move(act.to),
    AgentComes: lambda judge, act: judge.stage.agent_comes(act),
    AgentDoes: lambda judge, act: judge.stage.agent_does(act.what),
    LookupGives: lambda judge, act: judge.stage.lookup_gives(act.source, act.outcome, act.fields),
    CaseStands: lambda judge, act: judge.stage.case_stands(act),
    Overrides: lambda judge, act: judge.stage.override(act),
    Hears: _hears,
    Expects: _expects,
}
