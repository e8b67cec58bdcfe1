"""A service's tests, from its files to a report: the way in for `python app.py test`, for publishing, and for anybody else.

report = try_service(folder, files_of(flows / folder.id))
report.failures        # [] when every test holds
"""

from __future__ import annotations

import io
import time
import wave
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desk.routing import Rules
from engine.flow import Flow
from engine.load.faults import Fault, FlowFaults
from scenarios.bare import Bare, Taken
from scenarios.coverage import Coverage
from scenarios.playing import Failure, Judge, Stage
from scenarios.reading import read
from scenarios.script import Script
from sessions.desk import desk_rules
from sessions.services import Folder

MakeStage = Callable[[Flow, Rules, Taken], Stage]


@dataclass(frozen=True)
class Files:
    """A service's tests as they stand in its folder: YAML by name, and the sounds beside it, WAV by name."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    sounds: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def seconds(self) -> Mapping[str, int]:
        """How long each sound is; 0 for what is none."""
        return {name: _seconds(sound) for name, sound in self.sounds.items()}


@dataclass
class Report:
    """What came of a service's tests. ``faults`` are files that cannot be read; then nothing was played."""

    service: str
    played: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    coverage: Coverage | None = None
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """How many tests do not hold."""
        return len({(one.place.file, one.test) for one in self.failures})

    @property
    def passed(self) -> int:
        return len(self.played) - self.failed


def files_of(service: Path) -> Files:
    """The tests of a service's folder. Raises OSError when one cannot be read."""
    folder = service / "tests"
    files = {
        f"{service.name}/tests/{path.relative_to(folder)}": path.read_bytes()
        for path in sorted(folder.rglob("*.yaml"))
    }
    sounds = {path.name: path.read_bytes() for path in sorted(folder.rglob("*.wav"))}
    return Files(files, sounds)


def _seconds(sound: bytes) -> int:
    try:
        with wave.open(io.BytesIO(sound)) as wav:
            return int(wav.getnframes() // wav.getframerate())
    except (wave.Error, EOFError):
        return 0


def scripts_of(flow: Flow, tests: Files) -> tuple[list[Script], list[Fault]]:
    """All tests of a service, or all faults of all its files."""
    scripts: list[Script] = []
    faults: list[Fault] = []
    seconds = tests.seconds
    for name, content in tests.files.items():
        try:
            scripts += read(name, content, flow, seconds)
        except FlowFaults as found:
            faults += found.faults
    return scripts, faults


def play_file(flow: Flow, name: str, content: str) -> list[str]:
    """What does not hold in one file, played with the engine alone and the house's own rules of the desk; [] for nothing."""
    try:
        scripts = read(name, content, flow)
    except FlowFaults as found:
        return [str(fault) for fault in found.faults]
    rules = Rules(zone=flow.timezone)
    return [str(failure) for script in scripts for failure in Judge(script, Bare(flow, rules)).play()]


def try_service(
    folder: Folder,
    tests: Files,
    *,
    stage: MakeStage = Bare,
    told: Callable[[Script], object] | None = None,
    only: Iterable[str] = (),
) -> Report:
    """Play every test of a service. ``told`` hears of each before it is played; ``only``: files or names that hold one of these.

    Raises FlowFaults when the flow itself cannot be read.
    """
    flow = folder.load()
    began = time.monotonic()
    scripts, faults = scripts_of(flow, tests)
    coverage = Coverage(flow)
    report = Report(folder.id, faults=faults, coverage=coverage)
    wanted = tuple(only)
    if faults:
        return report
    rules = desk_rules.read(folder.files, flow.timezone)
    for script in scripts:
        if wanted and not any(word in f"{script.file} {script.name}" for word in wanted):
            continue
        if told:
            told(script)
        report.played.append(f"{script.file}: {script.name}")
        report.failures += Judge(script, stage(flow, rules, coverage.take)).play()
    report.seconds = time.monotonic() - began
    return report
