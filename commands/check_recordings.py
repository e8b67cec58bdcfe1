"""Findings about recorded prompts: is what callers hear there in every language, sound, and of today's words?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from audio.shelf import MISSING, Shelf, State
from audio.wanted import Wanted, wanted
from engine.check import ERROR, WARNING, Finding, finding
from engine.flow import Flow, Place

# Code of a flaw in audio/levels and audio/taking -> code here, severity. Others are matters of taste: `prompts` tells them.
_FLAWS = {
    "silent": ("recording-silent", ERROR),
    "unreadable": ("recording-silent", ERROR),
    "clipped": ("recording-clipped", WARNING),
    "format": ("recording-format", WARNING),
}


def recording_findings(flow: Flow, prompts: Path) -> Iterator[Finding]:
    """``prompts``: the folder AUDIO/prompts. A step without any recording is spoken by the carrier's voice: no finding."""
    if not (prompts / flow.id).is_dir():
        return
    shelf = Shelf(prompts, flow.id)
    listed = wanted(flow)
    states = {one: shelf.state(one) for one in listed}
    recorded = {one.step for one, state in states.items() if state.made != MISSING}
    for one, state in states.items():
        if state.made != MISSING:
            yield from _flawed(flow, one, state, shelf)
        elif one.step in recorded:
            what = f"'{one.step}' is recorded in another language, but not in '{one.language}'"
            way_out = f"Record {shelf.path(one).name} in '{one.language}', too"
            yield _at(flow, one, "recording-missing", what, way_out, WARNING)


def _flawed(flow: Flow, one: Wanted, state: State, shelf: Shelf) -> Iterator[Finding]:
    # Imported here: what opens sounds is slow to load, and most checks have none to open.
    from audio.taking import heard

    if state.outdated:
        what = f"the recording {one.key}.wav says other words than the step does now"
        way_out = "Record it again, or take the file away: the carrier's voice speaks then"
        yield _at(flow, one, "recording-outdated", what, way_out, ERROR)
    for flaw in heard(shelf.path(one), one)[1]:
        if flaw.code in _FLAWS:
            code, severity = _FLAWS[flaw.code]
            what = f"the recording {one.key}.wav: {flaw.what}"
            yield _at(flow, one, code, what, flaw.way_out[:1].upper() + flaw.way_out[1:], severity)


def _at(flow: Flow, one: Wanted, code: str, what: str, way_out: str, severity: str) -> Finding:
    name = one.step if one.step in flow.steps else one.step.rpartition("-")[0]  # STEP-FACT of a verify
    step = flow.steps.get(name)
    place = step.place if step else Place("flow.yaml", 1, 1)
    return finding(flow, place, code, what, way_out, severity=severity)
