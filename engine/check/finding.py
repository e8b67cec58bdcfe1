"""A finding: what some contact would meet, where it stands in the administrator's files, and the way out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from engine.explore import Exploration, Situation, Way
from engine.flow import Flow, Place

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, order=True)
class Finding:
    """One finding. ``file`` is relative to the flows' folder; ``way`` is the shortest way there, '' where none is needed."""

    file: str
    line: int
    column: int
    code: str
    severity: str
    what: str
    way_out: str = ""
    way: str = ""

    def __str__(self) -> str:
        """One line, as `python app.py check` prints it."""
        kind = " (warning)" if self.severity == WARNING else ""
        parts = [f"{self.file}:{self.line}:{self.column} {self.code}{kind}: {self.what}."]
        if self.way_out:
            parts.append(self.way_out if self.way_out[-1] in "?!" else f"{self.way_out}.")
        if self.way:
            parts.append(f"How a caller gets there: {self.way}")
        return " ".join(parts)


Rule = Callable[[Exploration], Iterator[Finding]]


def finding(
    flow: Flow,
    place: Place,
    code: str,
    what: str,
    way_out: str = "",
    way: Way | None = None,
    *,
    severity: str = ERROR,
) -> Finding:
    """A finding at a place of this flow's files."""
    told = "" if way is None else str(way)
    return Finding(place_in(flow, place), place.line, place.column, code, severity, what, way_out, told)


def place_in(flow: Flow, place: Place) -> str:
    """The place's file, relative to the flows' folder."""
    file = place.file or "flow.yaml"
    return file if file.startswith("common/") else f"{flow.id}/{file}"


def at(exploration: Exploration, name: str) -> tuple[Flow, Place]:
    """The flow, and where the step of this name stands in it."""
    step = exploration.flow.steps.get(name)
    return exploration.flow, step.place if step else Place("flow.yaml", 1, 1)


def first_by_step(situations: Iterable[Situation]) -> Iterator[Situation]:
    """The first situation of each step: its way is the shortest."""
    seen: set[str] = set()
    for situation in situations:
        if situation.session.step not in seen:
            seen.add(situation.session.step)
            yield situation
