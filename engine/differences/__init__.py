"""What changed between two versions of a service, in the file's own terms, for whoever decides whether callers get it.

found = differences(before, after)
found.lines            # ["menu 'utama': 3 now goes to 'q_bea_cukai' instead of 'q_pajak'", …]; () when contacts meet the same
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.differences.heads import head_lines
from engine.differences.renames import renamed_steps
from engine.differences.steps import kind_of, step_lines
from engine.differences.tables import table_lines
from engine.differences.trees import tree_lines
from engine.flow import Flow

__all__ = ["Differences", "differences", "tree_lines"]


@dataclass(frozen=True)
class Differences:
    """``lines``: sentences. Steps of the version before: those ``removed``, those ``changed``, old name -> new name."""

    lines: tuple[str, ...] = ()
    removed: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)


def differences(before: Flow, after: Flow) -> Differences:
    """Everything that a contact could notice, but recorded prompts, which are no part of a version."""
    renamed = renamed_steps(before.steps, after.steps)
    new_names = set(renamed.values())
    removed = [name for name in before.steps if name not in after.steps and name not in renamed]
    added = [name for name in after.steps if name not in before.steps and name not in new_names]
    lines = [f"{kind_of(before.steps[old])} '{old}' is now called '{new}'" for old, new in renamed.items()]
    lines += [f"{kind_of(before.steps[name])} '{name}' is removed" for name in removed]
    lines += [f"{kind_of(after.steps[name])} '{name}' is added" for name in added]
    changed = set()
    for old, step in before.steps.items():
        new = after.steps.get(renamed.get(old, old))
        if new is not None and (told := list(step_lines(step, new, renamed))):
            changed.add(old)
            lines += told
    lines += head_lines(before, after, renamed)
    lines += table_lines(before.sources, after.sources)
    return Differences(tuple(lines), frozenset(removed), frozenset(changed), renamed)
