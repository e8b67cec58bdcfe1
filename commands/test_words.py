"""What `test` prints of a service: failures side by side with what was expected, counts, and what no test went through."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from scenarios.coverage import Coverage
from scenarios.playing import Failure
from scenarios.trial import Report

SHOWN = 12  # exits listed unless all are asked for
WIDTH = 100


def lines(report: Report, cover: float, *, everything: bool = False) -> Iterator[str]:
    """For people."""
    if report.faults:
        yield from map(str, report.faults)
        yield f"{report.service}: {_count(len(report.faults), 'fault')} in its tests, nothing was played"
        return
    if not report.played:
        yield f"{report.service}: no tests (docs/flows.md, Tests)"
        return
    for failure in report.failures:
        yield from failed(failure)
    yield f"{report.service}: {report.passed} passed, {report.failed} failed in {report.seconds:.2f} s"
    if report.coverage:
        yield from _covered(report.coverage, cover, everything=everything)


def failed(failure: Failure) -> Iterator[str]:
    """One failure: where, what, and both texts one under the other."""
    place = failure.place
    yield f"{place.file}:{place.line}:{place.column} {failure.test}: {failure.what}"
    for name, text in (("expected", failure.expected), ("found", failure.found)):
        if text:
            wrapped = textwrap.wrap(text, WIDTH) or [""]
            yield f"    {name:<8}  {wrapped[0]}"
            yield from (f"              {line}" for line in wrapped[1:])


def _covered(coverage: Coverage, cover: float, *, everything: bool) -> Iterator[str]:
    steps, ways = len(coverage.steps), len(coverage.ways)
    missing, unvisited = coverage.missing, coverage.missing_steps
    few = coverage.percent < cover
    wanted = f", {cover:g} % are asked for" if few else ""
    yield (
        f"  {steps - len(unvisited)} of {steps} steps, {ways - len(missing)} of {ways} exits covered"
        f" ({coverage.percent:.1f} %{wanted})"
    )
    shown = missing if everything else missing[:SHOWN] if few else []
    for way, place in shown:
        yield f"    {_within_flows(coverage.flow.id, place.file)}:{place.line} {way}"
    if shown and len(missing) > len(shown):
        yield f"    and {len(missing) - len(shown)} more (--missing lists all)"


def _within_flows(service: str, file: str) -> str:
    return file if file.startswith("common/") else f"{service}/{file}"


def plain(report: Report) -> dict[str, Any]:
    """For machines."""
    told: dict[str, Any] = {
        "service": report.service,
        "passed": report.passed,
        "failed": report.failed,
        "seconds": round(report.seconds, 3),
        "tests": report.played,
        "failures": [_failure(one) for one in report.failures],
        "faults": [str(fault) for fault in report.faults],
    }
    if report.coverage is not None:
        told["coverage"] = _coverage(report.coverage)
    return told


def _failure(one: Failure) -> dict[str, Any]:
    return {
        "file": one.place.file,
        "line": one.place.line,
        "column": one.place.column,
        "test": one.test,
        "what": one.what,
        "expected": one.expected,
        "found": one.found,
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "exits": len(coverage.ways),
        "steps": len(coverage.steps),
        "percent": round(coverage.percent, 1),
        "missing_exits": [str(way) for way, _ in coverage.missing],
        "missing_steps": coverage.missing_steps,
    }


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"
