"""What can still be read after a step, so that situations which differ only in what nobody will read again are one.

The usual analysis of live variables, over steps instead of statements: a name is live at a step when some way from there reads
it before anything gives it a new value. Where a way leads is taken generously (`back` to every question, `return` to every
`run`, a text to every keyword): too much costs a few situations more, too little would hide one.
"""

from collections.abc import Iterable, Mapping

from engine.flow import (
    BACK,
    REPEAT,
    RETURN,
    Ask,
    Branch,
    Callback,
    Exit,
    Flow,
    Lookup,
    Menu,
    Queue,
    Record,
    Run,
    Step,
    Verify,
)
from engine.load.words import placeholders
from engine.steps.lookup import LEVELS
from engine.words_of import exits_of, words_of

QUESTIONS = (Menu, Ask, Verify, Record, Callback)  # the steps that `back` leads to
CONSENT = (
    "#consent"  # was the recording notice heard in the contact's language? No variable can be called so.
)
Names = frozenset[str]
_NOTHING: Names = frozenset()


def proof(level: str) -> str:
    """The name under which a proof of this level is live."""
    return f"#{level}"


def read_by(step: Step) -> set[str]:
    """The placeholders that a step fills, and the facts that it need not ask for when they are known."""
    texts = [text for words in words_of(step) for text in words.values()]
    if isinstance(step, Lookup):
        texts += step.query.values()
    if isinstance(step, Queue):
        texts.append(step.note)
    facts = set(step.facts) if isinstance(step, Verify) else set()
    return facts | {name for text in texts for name, _ in placeholders(text)}


def _reads(flow: Flow, step: Step) -> set[str]:
    """Everything of a session that this step looks at."""
    names = read_by(step)
    template = getattr(step, "template", "") or getattr(step, "text_after", "")
    if template:
        names |= {name for text in flow.templates[template].words.values() for name, _ in placeholders(text)}
    if isinstance(step, Branch):
        names.add("caller_segment" if step.by == "segment" else step.by)
    if isinstance(step, Lookup) and step.needs:
        names |= {proof(level) for level in LEVELS[LEVELS.index(step.needs) :]}
    if isinstance(step, Queue | Record) or (isinstance(step, Menu) and step.spoken):
        names.add(CONSENT)
    return names


def _gives(flow: Flow, step: Step, way: Exit) -> set[str]:
    """Names that certainly have a new value when the step is left by this exit."""
    given = set(way.set)
    if isinstance(step, Ask) and not step.secret and way in (step.then, *step.options.values()):
        # The exits of silence and no match may be equal to `then`: they give nothing.
        if way not in (step.silence.exit, step.no_match.exit):
            given.add(step.variable)
    elif isinstance(step, Lookup) and way is step.found and step.source in flow.sources:
        source = flow.sources[step.source]
        given |= set(source.columns or source.gives)
    elif isinstance(step, Verify) and way is step.ok:
        given |= {proof(step.level), step.facts[0]}
    return given


class Live:
    """``at(channel, step)``: the names live while a contact waits at a step. ``openings``: those of what a text may begin with."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._runs = [step for step in flow.steps.values() if isinstance(step, Run)]
        self._questions = [name for name, step in flow.steps.items() if isinstance(step, QUESTIONS)]
        self._into: dict[str, Names] = {}
        self._at = {"voice": self._solve(texting=False)}
        self._at["text"] = self._solve(texting=True)
        self.openings = self._opened()

    def at(self, channel: str, step: str) -> Names:
        """Empty for a step that there is none of."""
        return self._at[channel].get(step, _NOTHING)

    def _solve(self, *, texting: bool) -> Mapping[str, Names]:
        """The least solution, by going round until nothing changes; most recent first, because reading comes late."""
        flow = self._flow
        reads = {name: frozenset(_reads(flow, step)) for name, step in flow.steps.items()}
        ways = {name: self._ways(step) for name, step in flow.steps.items()}
        found: dict[str, Names] = dict.fromkeys(flow.steps, _NOTHING)
        self._into = dict(found)
        changed = True
        while changed:
            changed = False
            back = self._union(self._questions)
            home = _NOTHING.union(
                *(self._behind(run.then, run.then.set, back, _NOTHING) for run in self._runs)
            )
            always = self._opened() if texting else _NOTHING
            for name in reversed(list(flow.steps)):
                ahead = (self._behind(way, given, back, home) for way, given in ways[name])
                now = reads[name].union(always, *ahead)
                if now != found[name]:
                    found[name], changed = now, True
                self._arrive(flow.steps[name], now)
        return found

    def _ways(self, step: Step) -> list[tuple[Exit, set[str]]]:
        ways = [(way, _gives(self._flow, step, way)) for way in exits_of(step)]
        if isinstance(step, QUESTIONS):
            ways += [(way, set(way.set)) for way in self._flow.everywhere.values()]
        if isinstance(step, Run):
            ways.append((Exit(step.first), set()))
        return ways

    def _arrive(self, step: Step, live: Names) -> None:
        """What is live on the way into a step: it sets its own values first, and on other days another step stands in."""
        given = _NOTHING.union(step.set, (CONSENT,) if step.notice and step.every_language else ())
        into = live - given
        self._into[step.name] = into | self._into.get(step.otherwise, _NOTHING) if step.otherwise else into

    def _behind(self, way: Exit, given: Iterable[str], back: Names, home: Names) -> Names:
        match way.to:
            case str() as to if to in (BACK, REPEAT):
                live = back
            case str() as to if to == RETURN:
                live = home
            case to:
                live = self._into.get(to, _NOTHING)
        return live.difference(given)

    def _union(self, names: Iterable[str]) -> Names:
        return _NOTHING.union(*(self._into[name] for name in names))

    def _opened(self) -> Names:
        """Live when a text begins something new, whatever was before."""
        flow, live = self._flow, set[str]()
        for spec in flow.keywords.values():
            given = {*spec.takes, spec.rest_as}
            for way in (spec.then, spec.without, spec.wrong):
                live |= self._into.get(way.to, _NOTHING) - given - set(way.set) if way else _NOTHING
        for _, way in flow.topics.values():
            live |= self._into.get(way.to, _NOTHING) - set(way.set)
        return frozenset(
            live | self._union(filter(None, (flow.text_start or flow.start, flow.unknown_again)))
        )
