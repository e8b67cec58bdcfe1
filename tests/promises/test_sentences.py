"""promises.yaml: every form in both languages, and faults that name line, column and the nearest sentence."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from engine.flow import Place
from engine.load import FlowFaults
from engine.load.sentences import FORMS, NAMED, SCOPES, THINGS, Names, Unclear, read_sentence
from engine.promises import sentences as say
from engine.promises.sentences import Never, Thing, Within
from tests.engine.test_load import MENU, flow

PLACE = Place("promises.yaml", 3, 5)
NAMES = Names({"utama", "status_l", "tuli_sms", "survei/nilai"}, {"case_status"})
FLOWS = Path(__file__).resolve().parents[2] / "docs" / "flows.md"


def read(words: str):
    return read_sentence(words, PLACE, NAMES)


@pytest.mark.parametrize(("form", "sentence", "example"), FORMS, ids=[form[1] for form in FORMS])
def test_every_form_reads_its_own_example(form: str, sentence: str, example: str) -> None:
    assert read(example).words == example


def test_a_form_says_the_same_in_both_languages() -> None:
    pairs = list(zip(FORMS[::2], FORMS[1::2], strict=True))
    assert len(pairs) == 10
    for (form, _, english), (other, _, indonesian) in pairs:
        assert form == other
        assert _bare(read(english)) == _bare(read(indonesian))


def _bare(promise):
    """Without the author's own words."""
    kinds = {
        name: Thing(thing.kind, thing.name)
        for name, thing in vars(promise).items()
        if isinstance(thing, Thing)
    }
    if isinstance(promise, Within):
        kinds["goals"] = tuple(Thing(goal.kind, goal.name) for goal in promise.goals)
    return replace(promise, words="", **kinds)


def test_what_a_sentence_may_say_of_channel_hours_and_language_stands_in_front_or_behind() -> None:
    promise = read("when closed on the telephone from everywhere except survei/nilai a message within 4 keys")
    assert (promise.when, promise.channel, promise.but) == (say.CLOSED, "voice", ("survei/nilai",))
    assert read("from the start a person within 2 keys in every language").each_language
    assert read("lewat SMS dari utama petugas dalam 2 tombol").start == "utama"


def test_a_step_is_meant_by_its_name_and_a_word_that_is_also_a_thing_by_langkah() -> None:
    names = Names({"petugas", "akhir"})
    assert read_sentence("never akhir", PLACE, names).thing == Thing(say.STEP, "akhir", "akhir")
    assert read_sentence("tidak pernah petugas", PLACE, names).thing.kind == say.PERSON
    assert read_sentence("tidak pernah langkah petugas", PLACE, names).thing.kind == say.STEP


@pytest.mark.parametrize(
    ("words", "at", "what", "way_out"),
    [
        ("frm everywhere a person within 3 keys", 0, "no sentence", "from everywhere a person or a message"),
        ("never a persn before L1", 6, "'a persn' is nothing", "Did you mean 'a person'?"),
        ("no path ends without step utma", 26, "the step 'utma' does not exist", "Did you mean 'utama'?"),
        ("from everywhere a person within few keys", 32, "'few' is no number", "whole number up to 99"),
        ("from everywhere a person within 3 minutes", 34, "cannot be counted", "keys or s"),
        ("from utma a person within 3 keys", 5, "the step 'utma' does not exist", "Did you mean 'utama'?"),
        ("from everywhere except akhir a person within 3 keys", 23, "'akhir' does not exist", "Known are"),
        ("from utama except utama a person within 3 keys", 5, "only 'everywhere' has", "from everywhere except"),
        ("from everywhere a recording within 3 keys", 16, "nothing that a contact gets to", "a person"),
        ("every path to a message goes through proof L4", 43, "the proof 'L4'", "Known are: L1"),
        ("when open when closed never a person", 0, "contradicts", "Keep one"),
    ],
)  # fmt: skip
def test_an_unclear_sentence_is_told_where_it_is_unclear(
    words: str, at: int, what: str, way_out: str
) -> None:
    with pytest.raises(Unclear) as unclear:
        read(words)
    assert (unclear.value.at, what in unclear.value.what) == (at, True), unclear.value
    assert way_out in unclear.value.way_out


def test_a_fault_names_file_line_and_column() -> None:
    text = "promises:\n  - no path ends without goodbye\n  - never a persn before the notice\n"
    with pytest.raises(FlowFaults) as refused:
        flow(MENU, promises_yaml=text)
    (fault,) = refused.value.faults
    assert (fault.file, fault.line, fault.column) == ("contoh/promises.yaml", 3, 11)
    assert str(fault).endswith("'a persn' is nothing that promises know. Did you mean 'a person'?")


def test_promises_are_part_of_the_flow_in_their_order() -> None:
    text = "promises:\n  - no path ends without goodbye\n  - never step utama before the notice\n"
    first, second = flow(MENU, promises_yaml=text).promises
    assert isinstance(first, Never) and first.thing.kind == say.END and first.place.line == 2
    assert isinstance(second, Never) and second.before == Thing(say.NOTICE, "", "the notice")


@pytest.mark.parametrize(
    "text", ["promises: never", "promises: [[a]]", "janji: []", "promises:\n- ''\n", "- a"]
)
def test_a_file_of_another_shape_is_a_fault_and_no_crash(text: str) -> None:
    with pytest.raises(FlowFaults):
        flow(MENU, promises_yaml=text)


def test_the_documents_list_every_sentence_thing_and_scope() -> None:
    told = FLOWS.read_text()
    promises = told[told.index("## Promises") :]
    missing = [example for _, _, example in FORMS if f"`{example}`" not in promises]
    missing += [phrase for phrase in (*THINGS, *SCOPES) if f"`{phrase}`" not in promises]
    missing += [phrase for phrase, _ in NAMED if f"`{re.sub('{}', 'NAME', phrase)}`" not in promises]
    assert missing == []
