"""python -m tests.checks.mutants --mutants 500: what share of harmful slips is refused before a caller meets them?

Each mutant is a shipped service with one slip (mutations.py). A mutant that can be read is played by contacts who know nothing of
the checker (callers.py); it is harmful when somebody suffers who did not in the service as it was written. It is refused when
reading or checking gives an error. A mutant that cannot be read cannot be played either: it is counted apart.
"""

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from commands.check_all import examined
from engine.check import ERROR
from engine.flow import Flow
from engine.load import FlowFaults, load
from tests.checks.callers import play, restricted
from tests.checks.mutations import Mutant, mutants

FLOWS = Path(__file__).resolve().parents[2] / "flows"
GOAL = 0.98


@dataclass(frozen=True)
class Judged:
    """``codes`` are the errors that refuse it; ``harms`` what contacts suffered; ``readable``: it could be played."""

    service: str
    mutant: Mutant
    readable: bool
    codes: tuple[str, ...]
    harms: dict[str, str]


def read(service: str) -> dict[str, str]:
    """A shipped service's files and the pieces of flows/common."""
    folder = FLOWS / service
    names = [
        path for path in (*folder.glob("*.yaml"), *folder.glob("data/*.csv")) if path.name != "desk.yaml"
    ]
    files = {str(path.relative_to(folder)): path.read_text() for path in sorted(names)}
    return {
        **files,
        **{f"common/{path.name}": path.read_text() for path in sorted((FLOWS / "common").glob("*.yaml"))},
    }


def loaded(service: str, files: dict[str, str]) -> Flow:
    own = {name: text for name, text in files.items() if not name.startswith("common/")}
    return load(service, own, {name: text for name, text in files.items() if name.startswith("common/")})


def services() -> list[str]:
    """The contact centres; hello is too small to have many slips."""
    return sorted(path.parent.name for path in FLOWS.glob("*/flow.yaml") if path.parent.name != "hello")


def judge(service: str, mutant: Mutant, guarded: dict[str, str], usual: set[str], contacts: int) -> Judged:
    """``usual``: harms that the service as it was written does, too (there should be none)."""
    try:
        flow = loaded(service, mutant.files)
    except FlowFaults as refused:
        return Judged(service, mutant, False, tuple(sorted({fault.code for fault in refused.faults})), {})
    found = examined(flow)[1]
    codes = tuple(sorted({finding.code for finding in found if finding.severity == ERROR}))
    suffered = play(flow, guarded, contacts).examples
    return Judged(
        service, mutant, True, codes, {kind: told for kind, told in suffered.items() if kind not in usual}
    )


def judged(count: int, seed: int, contacts: int, named: list[str]) -> Iterator[Judged]:
    """``count`` mutants, the services by turns in proportion to nothing: each gives the same number."""
    for at, service in enumerate(named):
        files = read(service)
        flow = loaded(service, files)
        guarded = restricted(flow)
        usual = set(play(flow, guarded, contacts).harms)
        mine = count // len(named) + (at < count % len(named))
        for mutant in islice(mutants(files, random.Random(f"{seed} {service}")), mine):
            yield judge(service, mutant, guarded, usual, contacts)


def main(words: list[str]) -> int:
    arguments = _parser().parse_args(words)
    results = []
    for result in judged(
        arguments.mutants, arguments.seed, arguments.contacts, arguments.services or services()
    ):
        results.append(result)
        if sys.stderr.isatty() and len(results) % 10 == 0:
            print(f"\r{len(results)} of {arguments.mutants} mutants", end="", file=sys.stderr, flush=True)
    report(results, arguments.json)
    return 0 if share(results) >= GOAL else 1


def share(results: list[Judged]) -> float:
    """Of the mutants that somebody suffered from, how many are refused."""
    harmful = [result for result in results if result.harms]
    return sum(bool(result.codes) for result in harmful) / len(harmful) if harmful else 1.0


def report(results: list[Judged], as_json: bool) -> None:
    harmful = [result for result in results if result.harms]
    missed = [result for result in harmful if not result.codes]
    unread = sum(not result.readable for result in results)
    harmless = [result for result in results if result.readable and not result.harms]
    strict = sum(bool(result.codes) for result in harmless)
    whole = (unread + len(harmful) - len(missed)) / max(1, unread + len(harmful))
    told = {
        "mutants": len(results), "unreadable": unread, "harmful": len(harmful), "refused": len(harmful) - len(missed),
        "share": round(share(results), 4), "share_with_unreadable": round(whole, 4),
        "harmless": len(harmless), "harmless_refused": strict,
    }  # fmt: skip
    if as_json:
        print(
            json.dumps(
                {**told, "missed": [[m.service, m.mutant.kind, m.mutant.what, m.harms] for m in missed]},
                indent=1,
            )
        )
        return
    print(
        f"\n{len(results)} mutants of {', '.join(sorted({result.service for result in results}))}\n"
        f"  refused at reading, not played: {unread}\n"
        f"  harmful when played: {len(harmful)}, of these refused: {len(harmful) - len(missed)} ({share(results):.1%}; "
        f"with those refused at reading {whole:.1%})\n"
        f"  nobody suffered: {len(harmless)}, of these refused all the same: {strict}"
    )
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        state = "unread" if not result.readable else "harmful" if result.harms else "harmless"
        kinds[result.mutant.kind][state] += 1
    for kind, counted in kinds.items():
        print(
            f"  {kind:16}"
            + "".join(f"{counted[state]:5} {state}" for state in ("unread", "harmful", "harmless"))
        )
    for result in missed:
        print(f"  MISSED {result.service} {result.mutant.kind} ({result.mutant.what}): {result.harms}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.checks.mutants", description=__doc__)
    parser.add_argument("services", nargs="*", help="only these (default: all that are shipped)")
    parser.add_argument("--mutants", type=int, default=500, help="how many in all (%(default)s)")
    parser.add_argument("--contacts", type=int, default=1200, help="contacts that play each (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the slips (%(default)s)")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    return parser


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
