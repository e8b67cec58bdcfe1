"""The callers who decide what is harmful, and a few mutants of a shipped service; `make mutants` makes 500."""

import random
from itertools import islice

import pytest

from engine.load import load
from tests.checks.callers import Played, play, restricted
from tests.checks.corpus_reader import base, cases, split
from tests.checks.mutants import judged, loaded, read, share
from tests.checks.mutations import KINDS, mutants


def suffered(name: str = "") -> Played:
    """What contacts suffer in a flow of the corpus, or in the sound service."""
    files = next(case.files for case in cases() if case.name == name) if name else base()
    return play(load("contoh", *split(files)), restricted(load("contoh", *split(base()))), contacts=400)


def test_nobody_suffers_in_the_sound_service() -> None:
    assert suffered().examples == {}


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("loop_say_to_say", "lost"),
        ("silence_for_ever", "kept"),
        ("wrong_keys_for_ever", "kept"),
        ("value_before_lookup", "gap"),
        ("key_said_not_there", "deceived"),
        ("language_swapped", "foreign"),
        ("language_not_offered", "foreign"),
        ("back_door", "told"),
        ("status_without_proof", "refused"),
        ("prompt_too_long", "cut"),
    ],
)
def test_callers_who_know_no_rule_suffer_from_what_the_rules_find(name: str, harm: str) -> None:
    assert harm in suffered(name).harms


def test_slips_are_of_every_kind_and_differ_from_the_service() -> None:
    files = read("bicara131")
    made = list(islice(mutants(files, random.Random(7)), 40))
    assert {mutant.kind for mutant in made} == {kind.__name__ for kind in KINDS}
    assert all(mutant.files != files for mutant in made)
    assert loaded("bicara131", files).id == "bicara131"


def test_harmful_slips_are_refused() -> None:
    results = list(judged(8, seed=3, contacts=400, named=["bicara131"]))
    assert any(result.harms for result in results)
    assert share(results) == 1.0, [result for result in results if result.harms and not result.codes]
