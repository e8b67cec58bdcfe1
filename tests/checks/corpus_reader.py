"""The corpus: flows with one fault each, made as real bug reports tell it. A file of corpus/ is a report and one change.

    # what was reported, and where
    expect: dead-end            # the rule code
    change:
      - {file: flow.yaml, from: text of the base, to: what stands there instead}

The faulty line carries the mark `# <--`; without a mark it is the line given as `line:`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from commands.check_texts import text_findings
from engine.check import Finding, check
from engine.explore import explore
from engine.load import FlowFaults, load
from engine.load.faults import Faults
from sessions.desk import desk_acts

HERE = Path(__file__).parent
MARK = "# <--"


@dataclass(frozen=True)
class Case:
    """A broken flow: its files, and the finding that must be among what is found."""

    name: str
    report: str
    files: dict[str, str]
    code: str
    file: str
    line: int


def base() -> dict[str, str]:
    """The sound service: file -> text."""
    folder = HERE / "base"
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def cases() -> Iterator[Case]:
    """Every file of the corpus, by name."""
    for path in sorted((HERE / "corpus").glob("*.yaml")):
        text = path.read_text()
        told = yaml.safe_load(text)
        files = base()
        for change in told["change"]:
            file = change.get("file", "flow.yaml")
            assert files[file].count(change["from"]) == 1, (
                f"{path.name}: not once in {file}: {change['from']}"
            )
            files[file] = files[file].replace(change["from"], change["to"])
        report = " ".join(line.lstrip("# ") for line in text.splitlines() if line.startswith("#"))
        yield _marked(path.stem, report, files, told)


def _marked(name: str, report: str, files: dict[str, str], told: dict) -> Case:
    if "line" in told:
        return Case(name, report, files, told["expect"], told.get("file", "flow.yaml"), told["line"])
    found = [
        (file, at)
        for file, text in files.items()
        for at, line in enumerate(text.splitlines(), 1)
        if MARK in line
    ]
    assert len(found) == 1, f"{name}: one mark, not {len(found)}"
    return Case(name, report, files, told["expect"], *found[0])


def split(files: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """(the service's own files, the shared pieces)"""
    own = {name: text for name, text in files.items() if not name.startswith("common/")}
    return own, {name: text for name, text in files.items() if name.startswith("common/")}


def found_in(files: dict[str, str]) -> list[tuple[str, str, int, str]]:
    """(code, file, line, way) of everything that reading and walking find; the file without the service's name."""
    try:
        flow = load("contoh", *split(files))
        refused_desk = Faults()
        desk_acts.read(files, flow, refused_desk)
        if refused_desk.found:
            raise FlowFaults(refused_desk.found)
    except FlowFaults as refused:
        return [(f.code, f.file.removeprefix("contoh/"), f.line, "") for f in refused.faults]
    seen = explore(flow)
    findings: list[Finding] = [*check(seen), *text_findings(seen)]
    return [(f.code, f.file.removeprefix("contoh/"), f.line, f.way) for f in findings]
