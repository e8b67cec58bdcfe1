"""Everything that `check` and a publication look at in one service, put together: the pure rules, texts, recordings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from commands.check_coverage import Days, coverage_findings
from commands.check_recordings import recording_findings
from commands.check_texts import text_findings
from commands.promises import promise_findings
from engine.check import Finding, check
from engine.explore import Exploration, explore
from engine.flow import Flow


def examined(
    flow: Flow,
    prompts: Path | None = None,
    progress: Callable[[int], None] | None = None,
    when: Days | None = None,
) -> tuple[Exploration, list[Finding]]:
    """The walk through this flow, and all findings in the order of the files.

    ``prompts``: AUDIO/prompts, where there is one. ``when``: the days whose hours and people are looked at; None for no days.
    """
    seen = explore(flow, progress=progress)
    recordings = recording_findings(flow, prompts) if prompts else ()
    promises, days = promise_findings(seen, prompts), coverage_findings(seen, when)
    return seen, sorted({*check(seen), *text_findings(seen), *promises, *days, *recordings})
