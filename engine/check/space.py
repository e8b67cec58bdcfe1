"""The number of situations: when a flow is too big to be walked whole, which of its variables makes it so."""

from collections.abc import Iterator

from engine.check.finding import Finding, Rule, finding
from engine.explore import Exploration
from engine.explore.matters import what_matters
from engine.flow import Flow, Place
from engine.session import Session

SAMPLE = 20_000  # situations looked at: enough to see what multiplies them


def not_everything_seen(exploration: Exploration) -> Iterator[Finding]:
    """Silence about a part that was not walked proves nothing, so it is an error and says what to make smaller."""
    if exploration.capped:
        name, share, place = _largest(exploration)
        what = f"the flow has more than {len(exploration.situations)} situations, so not all of it was walked and nothing is proved"
        way_out = (
            f"'{name}' multiplies them most ({share:.0f} times): give it fewer values, branch on it where it is set, "
            "or set it back to one value where it is no longer needed"
            if name
            else "Split the service, or lead its menus to fewer common steps"
        )
        yield finding(exploration.flow, place, "not-all-seen", what, way_out)


def _largest(exploration: Exploration) -> tuple[str, float, Place]:
    """(the variable that multiplies the situations most, how many times, where it is branched on); '' when there is none."""
    flow = exploration.flow
    sessions = [situation.session for situation in exploration.situations[:SAMPLE]]
    matters = what_matters(flow)
    names = sorted(matters.values | matters.filled)
    whole = len({_kind(session, names) for session in sessions})
    found = [
        (whole / len({_kind(s, [n for n in names if n != name]) for s in sessions}), name) for name in names
    ]
    times, name = max(found, default=(1.0, ""))
    if times < 1.5:
        return "", 1.0, Place("flow.yaml", 1, 1)
    return name, times, _branch_on(flow, name)


def _kind(session: Session, names: list[str]) -> tuple[str, ...]:
    values = (session.case.get(name) or session.variables.get(name, "") for name in names)
    return (session.step, session.language, session.phase, *values)


def _branch_on(flow: Flow, name: str) -> Place:
    places = (step.place for step in flow.steps.values() if getattr(step, "by", "") == name)
    return next(places, Place("flow.yaml", 1, 1))


RULES: tuple[Rule, ...] = (not_everything_seen,)
