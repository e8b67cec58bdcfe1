"""survey: 1 to 4 after the talk. Asked once; silence and anything else goes on without a rating."""

from engine.events import Event, Keys, Typed
from engine.flow import Survey
from engine.steps.asking import Move
from engine.turn import AwaitKeys, Rate
from engine.visit import Visit

RATINGS = ("1", "2", "3", "4")


def enter(visit: Visit, step: Survey) -> Move:
    """Ask for the rating, unless the text has it already (NILAI 4)."""
    given = visit.session.variables.get("nilai", "").strip()
    if visit.session.channel == "text" and given in RATINGS:
        return resume(visit, step, Typed(given))
    visit.say_step(step, step.words)
    return AwaitKeys(1, "", step.seconds, options=RATINGS)


def resume(visit: Visit, step: Survey, event: Event) -> Move:
    """Keep a rating; everything else just goes on."""
    match event:
        case Keys(digits=given) | Typed(body=given) if given.strip() in RATINGS:
            visit.change(case={**visit.session.case, "csat": given.strip()})
            visit.owe(Rate(int(given)))
        case _:
            pass
    return step.then
