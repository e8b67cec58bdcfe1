"""Both stages at once: every act is done on each, and whatever one contact hears, reads or is must be the same on the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.flow import Flow
from scenarios import facts, hearing
from scenarios.facts import Seen
from scenarios.playing import Impossible, Stage
from scenarios.script import AgentComes, CaseStands, Overrides


class Both:
    """A stage that is two. An act after which they differ is Impossible, and says in what."""

    def __init__(self, alone: Stage, over_http: Stage) -> None:
        self.alone, self.over_http = alone, over_http

    @property
    def flow(self) -> Flow:
        return self.alone.flow

    @property
    def heard(self) -> str:
        return self.alone.heard

    @property
    def texts(self) -> list[str]:
        return self.alone.texts

    def seen(self) -> Seen:
        return self.alone.seen()

    def move(self, to: str) -> None:
        self._on_each(lambda stage: stage.move(to))

    def call(self, from_: str, to: str) -> None:
        self._on_each(lambda stage: stage.call(from_, to))

    def text(self, from_: str, to: str, body: str) -> None:
        self._on_each(lambda stage: stage.text(from_, to, body))

    def press(self, keys: str) -> None:
        self._on_each(lambda stage: stage.press(keys))

    def say(self, words: str) -> None:
        self._on_each(lambda stage: stage.say(words))

    def silence(self) -> None:
        self._on_each(lambda stage: stage.silence())

    def record(self, seconds: int, file: str, *, hangs_up: bool) -> None:
        self._on_each(lambda stage: stage.record(seconds, file, hangs_up=hangs_up))

    def hang_up(self) -> None:
        self._on_each(lambda stage: stage.hang_up())

    def wait(self, seconds: int) -> None:
        self._on_each(lambda stage: stage.wait(seconds))

    def agent_comes(self, agent: AgentComes) -> None:
        self._on_each(lambda stage: stage.agent_comes(agent))

    def agent_does(self, what: str) -> None:
        self._on_each(lambda stage: stage.agent_does(what))

    def lookup_gives(self, source: str, outcome: str, fields: Mapping[str, str]) -> None:
        self._on_each(lambda stage: stage.lookup_gives(source, outcome, fields))

    def case_stands(self, case: CaseStands) -> None:
        self._on_each(lambda stage: stage.case_stands(case))

    def override(self, act: Overrides) -> None:
        self._on_each(lambda stage: stage.override(act))

    def close(self) -> None:
        self.alone.close()
        self.over_http.close()

    def _on_each(self, act: Callable[[Stage], None]) -> None:
        refused = [_refusal(act, stage) for stage in (self.alone, self.over_http)]
        if all(refused):
            raise Impossible(refused[0])
        if any(refused):
            raise Impossible(f"only one stage refuses: {''.join(refused)}")
        differences = list(_differences(self.alone, self.over_http))
        if differences:
            raise Impossible("the engine alone and the gateway differ. " + "; ".join(differences))


def _refusal(act: Callable[[Stage], None], stage: Stage) -> str:
    try:
        act(stage)
    except Impossible as fault:
        return str(fault)
    return ""


def _differences(alone: Stage, over_http: Stage) -> list[str]:
    told = []
    for what, one, other in (
        ("heard", alone.heard, over_http.heard),
        ("texted", " | ".join(alone.texts), " | ".join(over_http.texts)),
    ):
        if hearing.plain(one) != hearing.plain(other):
            told.append(f"{what}: '{one}' and '{other}'")
    try:
        mine, theirs = alone.seen(), over_http.seen()
    except Impossible:  # a STOP opens no dialogue: there are no facts to compare
        return told
    except AssertionError:  # nobody has called or written yet
        return told
    for name, fact in facts.FACTS.items():
        one_fact, other_fact = fact(mine), fact(theirs)
        if not facts.fits(one_fact, other_fact):
            told.append(f"{name}: {' and '.join(facts.told(one_fact, other_fact))}")
    return told
