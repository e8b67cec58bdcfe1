"""lookup: asks a source. What it returns may be spoken only to somebody who proved enough (domain page 0.5)."""

from collections.abc import Mapping

from engine.events import Answered, Event, Tick
from engine.flow import Lookup
from engine.steps.asking import Move
from engine.turn import AwaitAnswer, LookUp, Note
from engine.visit import Visit

LEVELS = ("", "L1", "L2", "L3")
PATIENCE_SECONDS = 3
REFUSED = "lookup_refused"  # the audit line; its detail begins with the step's name


def enter(visit: Visit, step: Lookup) -> Move:
    """Refuse what may not be told; otherwise ask."""
    query = {column: visit.plain(template) for column, template in step.query.items()}
    if step.classification == "rahasia" or not _proved(visit, step, query):
        visit.owe(Note(REFUSED, f"{step.name} needs {step.needs or step.classification}"))
        return step.failed
    visit.change(phase="asking")
    return AwaitAnswer(LookUp(step.source, query, step.limit_a_day, step.close is not None), PATIENCE_SECONDS)


def resume(visit: Visit, step: Lookup, event: Event) -> Move:
    """Keep what was found, and go by the outcome."""
    match event:
        case Answered(outcome="found" | "many" | "close" as outcome, fields=fields):
            return _found(visit, step, outcome, fields)
        case Answered(outcome="none"):
            return step.none
        case Answered(outcome="limited"):
            visit.owe(Note("lookup_limited", step.name))
            return step.limited or step.failed
        case Answered(outcome="waiting"):
            _say_looking(visit, step)
            return _ask_on(visit, step)
        case Tick():
            return _ask_on(visit, step)
        case _:
            return step.failed


def _found(visit: Visit, step: Lookup, outcome: str, fields: Mapping[str, str]) -> Move:
    """Several rows name nothing that could be said, so their values are not kept; a close one is what we ask back about."""
    if outcome == "many" and step.many:
        return step.many
    if outcome == "close" and not step.close:
        return step.none
    visit.change(variables={**visit.session.variables, **fields})
    return step.close if outcome == "close" and step.close else step.found


def _ask_on(visit: Visit, step: Lookup) -> Move:
    query = {column: visit.plain(template) for column, template in step.query.items()}
    return AwaitAnswer(LookUp(step.source, query), PATIENCE_SECONDS)


def _say_looking(visit: Visit, step: Lookup) -> None:
    if step.words:
        visit.say(step.words, step=step.name)
    else:
        visit.phrase("looking")


def _proved(visit: Visit, step: Lookup, query: dict[str, str]) -> bool:
    """A proof opens only what it was given for: the proved subject must be what is asked about."""
    if not step.needs:
        return True
    enough = LEVELS[LEVELS.index(step.needs) :]
    return any(
        visit.session.proved.get(level) in query.values() for level in enough if level in visit.session.proved
    )
