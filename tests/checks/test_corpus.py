"""Flows that are broken as real ones were: each is found, with its code, at its line."""

from functools import cache

import pytest

from engine.check.codes import CODES
from tests.checks import plain
from tests.checks.corpus_reader import Case, base, cases, found_in

CORPUS = list(cases())
# Consequences that a finding may have beside itself, because what is cut off is also unreachable, for example.
FOUND = cache(lambda name: found_in(next(case for case in CORPUS if case.name == name).files))


def test_the_sound_service_has_no_finding() -> None:
    assert found_in(base()) == []


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_a_broken_flow_is_found_with_its_code_at_its_line(case: Case) -> None:
    found = FOUND(case.name)
    assert (case.code, case.file, case.line) in [each[:3] for each in found], found


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_every_report_says_where_it_comes_from_and_every_code_is_explained(case: Case) -> None:
    assert len(case.report.split()) > 3
    assert case.code in CODES


def test_the_corpus_is_large_and_names_and_arrows_alone_find_little_of_it() -> None:
    assert len(CORPUS) >= 60
    assert len({case.code for case in CORPUS}) >= 40
    assert plain.faults(base()) == []
    assert sum(bool(plain.faults(case.files)) for case in CORPUS) < len(CORPUS) / 3


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("status_without_proof", "1 2 <ticket>"),
        ("notice_skipped", "1 (a person answers)"),
        ("silence_for_ever", "1 1"),
        ("value_missing_on_one_way", "1 1 silence"),
    ],
)
def test_a_finding_tells_the_shortest_keys_that_lead_there(name: str, way: str) -> None:
    case = next(case for case in CORPUS if case.name == name)
    assert (case.code, case.file, case.line, way) in FOUND(name)
