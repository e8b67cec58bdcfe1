"""`python app.py prompts`: which recordings a service has, drafts of the others, takes from a microphone."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from audio.faults import AudioFault
from audio.levels import Flaw
from audio.shelf import DRAFT, MISSING, Shelf, State, alone
from audio.taking import heard
from audio.wanted import Wanted, wanted
from commands.prompts_work import draft_missing, take_in
from engine.load import FlowFaults
from sessions.services import read_folders


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "prompts",
        description="Lists which recordings a service has in AUDIO/prompts/SERVICE/LANGUAGE/STEP.wav and which it "
        "could have, with level, length and what is wrong with each. A step without a recording is spoken by the "
        "carrier's voice: that is no fault. --draft makes what is missing with espeak-ng; --import takes a "
        "person's recordings in: trimmed, levelled, 8,000 Hz. A person's recording is never overwritten by a draft, "
        "nor by another person's without --replace. Callers hear changes from the next call on. Exit code: 0 nothing "
        "is wrong, 1 findings, 2 wrong words.",
        epilog="examples:\n  python app.py prompts bicara131\n  python app.py prompts bicara131 --draft\n"
        "  python app.py prompts --import takes/                      takes/bicara131/id/salam.flac\n"
        "  python app.py prompts bicara131 --language id --import takes/    takes/salam.flac\n"
        "  python app.py prompts --json",
    )
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="only these (default: all)")
    parser.add_argument("--language", help="only this language, and the language of takes named STEP alone")
    doing = parser.add_mutually_exclusive_group()
    doing.add_argument("--draft", action="store_true", help="make missing and outdated drafts with espeak-ng")
    doing.add_argument(
        "--remove-drafts", action="store_true", help="take drafts away: the carrier's voice speaks"
    )
    doing.add_argument(
        "--import",
        dest="takes",
        type=Path,
        metavar="FOLDER",
        help="recordings named SERVICE/LANGUAGE/STEP or STEP",
    )
    parser.add_argument(
        "--replace", action="store_true", help="with --import: also over a person's recording"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON list instead of lines")
    parser.set_defaults(run=run)


@dataclass(frozen=True)
class Row:
    """One recording, there or missing, and what is wrong with it."""

    wanted: Wanted
    state: State
    seconds: float = 0.0
    level: float = 0.0
    flaws: tuple[Flaw, ...] = ()


def run(arguments: argparse.Namespace) -> int:
    settings = arguments.settings()
    try:
        services = chosen(settings.flows, arguments.services, arguments.language)
        troubles = work(arguments, services, settings.audio / "prompts")
    except (OSError, LookupError, FlowFaults, AudioFault) as fault:
        print(fault, file=sys.stderr)
        return 2
    shelves = {service: Shelf(settings.audio / "prompts", service) for service in services}
    rows = {service: [look(one, shelves[service]) for one in listed] for service, listed in services.items()}
    strays = [] if arguments.language else [
        path for service, shelf in shelves.items() for path in shelf.strays(services[service])
    ]  # fmt: skip
    if arguments.json:
        print(json.dumps(as_json(rows, strays, troubles), indent=1, ensure_ascii=False))
    else:
        print("\n".join(lines(rows, strays, troubles)))
    wrong = any(row.flaws for listed in rows.values() for row in listed)
    return 1 if wrong or strays or troubles else 0


def chosen(flows: Path, named: list[str], language: str | None) -> dict[str, list[Wanted]]:
    """What is wanted of each service. Raises LookupError when one that was named is not there."""
    folders = {folder.id: folder for folder in read_folders(flows)}
    for service in named:
        if service not in folders:
            there = ", ".join(sorted(folders)) or "none"
            raise LookupError(f"{service}: no such service in {flows}. There are: {there}.")
    services = {name: wanted(folder.load()) for name, folder in folders.items() if not named or name in named}
    if language is None:
        return services
    spoken = sorted({one.language for listed in services.values() for one in listed})
    if language not in spoken:
        raise LookupError(f"{language}: no language of these services. There are: {', '.join(spoken)}.")
    return {name: [one for one in listed if one.language == language] for name, listed in services.items()}


def work(arguments: argparse.Namespace, services: dict[str, list[Wanted]], prompts: Path) -> list[str]:
    """What was asked for beside listing. Gives what went wrong, one line each."""
    if not (arguments.draft or arguments.remove_drafts or arguments.takes):
        return []
    with alone(prompts):
        if arguments.draft:
            return draft_missing(services, prompts)
        if arguments.takes:
            return take_in(arguments.takes, services, prompts, replace=arguments.replace)
        for service, listed in services.items():
            shelf = Shelf(prompts, service)
            for one in listed:
                shelf.remove_draft(one)
    return []


def look(one: Wanted, shelf: Shelf) -> Row:
    state = shelf.state(one)
    if state.made == MISSING:
        return Row(one, state)
    measured, flaws = heard(shelf.path(one), one)
    if state.outdated:
        again = "--draft" if state.made == DRAFT else "record it again"
        flaws = (Flaw("outdated", "the words have changed since, callers hear the old ones", again), *flaws)
    return Row(one, state, measured.seconds, measured.level, flaws)


def lines(rows: dict[str, list[Row]], strays: list[Path], troubles: list[str]) -> Iterator[str]:
    for service, listed in rows.items():
        made = [row.state.made for row in listed]
        there = len(made) - made.count(MISSING)
        yield (
            f"{service}: {there} of {len(made)} recorded ({made.count(DRAFT)} drafts), {made.count(MISSING)} missing"
        )
        for row in listed:
            yield _line(row)
            yield from (f"      {flaw.code}: {flaw.what}; {flaw.way_out}" for flaw in row.flaws)
    for path in strays:
        yield f"{path}: no step plays this: renamed, or its words hold a value now; remove it"
    yield from troubles


def _line(row: Row) -> str:
    name = f"  {row.wanted.key:<32} {row.state.made:<8}"
    if row.state.made == MISSING:
        return f"{name} {' '.join(row.wanted.words.split())}"
    return f"{name} {row.seconds:5.1f} s {row.level:6.1f} dBFS"


def as_json(rows: dict[str, list[Row]], strays: list[Path], troubles: list[str]) -> dict[str, object]:
    recordings = [
        {
            "service": row.wanted.service, "language": row.wanted.language, "step": row.wanted.step,
            "words": row.wanted.words, "spoken": row.wanted.spoken, "state": row.state.made,
            "outdated": row.state.outdated, "seconds": round(row.seconds, 2), "level": round(row.level, 1),
            "findings": [asdict(flaw) for flaw in row.flaws],
        }
        for listed in rows.values()
        for row in listed
    ]  # fmt: skip
    return {"recordings": recordings, "strays": [str(path) for path in strays], "troubles": troubles}
