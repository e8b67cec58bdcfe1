"""What a file of flow tests may hold, and what an author is told of the rest."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from engine.flow import Flow
from scenarios.reading import FlowFaults, read
from scenarios.script import Calls, Hears, Presses, Records
from sessions.services import read_folders

FLOWS = Path(__file__).resolve().parents[2] / "flows"


@cache
def bicara() -> Flow:
    return next(folder for folder in read_folders(FLOWS) if folder.id == "bicara131").load()


def faults(content: str) -> list[str]:
    with pytest.raises(FlowFaults) as refused:
        read("bicara131/tests/x.yaml", content, bicara(), {"pesan.wav": 4})
    return [str(fault) for fault in refused.value.faults]


def test_a_list_is_one_test_and_is_called_after_its_file() -> None:
    (script,) = read("bicara131/tests/uang.yaml", '- call: "131"\n- press: ["1", "2#"]', bicara())
    assert script.name == "uang" and script.acts[0].place.line == 1
    assert [act.keys for act in script.acts if isinstance(act, Presses)] == ["1", "2#"]


def test_names_with_lists_are_several_tests() -> None:
    scripts = read("x.yaml", "satu:\n - text: INFO\ndua:\n - text: INFO\n", bicara())
    assert [script.name for script in scripts] == ["satu", "dua"]


def test_a_sound_beside_the_test_has_its_length() -> None:
    (script,) = read("x.yaml", '- call: "131"\n- record: pesan.wav', bicara(), {"pesan.wav": 4})
    assert [act.seconds for act in script.acts if isinstance(act, Records)] == [4]


def test_a_call_says_who_whom_and_when() -> None:
    (script,) = read(
        "x.yaml", '- call: {from: withheld, to: "500-131", at: "2026-03-14 10:00"}\n- hears: 131', bicara()
    )
    call, hears = script.acts
    assert isinstance(call, Calls) and (call.from_, call.to, call.at) == (
        "withheld",
        "500-131",
        "2026-03-14 10:00",
    )
    assert isinstance(hears, Hears) and hears.words == ("131",)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("- expct: {step: utama}", "2:3 unknown-act: the act 'expct' does not exist. Did you mean 'expect'?"),
        ("- hang upp", "2:3 unknown-act: the act 'hang upp' does not exist. Did you mean 'hang up'?"),
        ('- press: "A"', "2:10 bad-keys: 'A' cannot be pressed"),
        ("- agent: {skill: uang_rupia}", "2:18 unknown-skill: the skill 'uang_rupia' does not exist. Did you mean 'uang_rupiah'?"),
        ("- agent: {answers: maybe}", "2:20 bad-value: answer 'maybe' does not exist"),
        ("- agent: {tier: 9}", "2:17 bad-number"),
        ("- step: utma", "2:9 unknown-step: the step 'utma' does not exist. Did you mean 'utama'?"),
        ("- expect: {stp: utama}", "2:12 unknown-field: what is expected: 'stp' does not exist. Did you mean 'step'?"),
        ("- expect: {case: {functio: x}}", "2:19 unknown-field: the field 'functio' does not exist. Did you mean 'function'?"),
        ("- language: fr", "2:13 unknown-language"),
        ("- wait: soon", "2:9 bad-span: 'wait:' is 'soon', which is no span of time. Write 61s, 5m or 2h"),
        ('- at: "2026-02-30 10:00"', "2:7 bad-moment"),
        ('- call: "132"', "2:9 unknown-number: the number '132' does not exist. Did you mean '131'?"),
        ("- record: psan.wav", "2:11 unknown-sound: the sound 'psan.wav' does not exist. Did you mean 'pesan.wav'?"),
        ("- lookup: {kota: none}", "2:12 own-source: 'kota' answers by itself"),
        ("- lookup: {kata: none}", "2:12 unknown-source: the source 'kata' does not exist. Did you mean 'kota'?"),
        ("- silence: many", "2:12 bad-number"),
        ("- hang up: now", "2:3 wrong-shape: 'hang up' takes nothing"),
        ("- press", "2:3 wrong-shape: 'press' says nothing"),
        ("- case: {status: kelar}", "2:18 unknown-status"),
        ("- case: {day: kemarin}", "2:15 bad-date"),
        ("- [press]", "2:3 wrong-shape: a list inside the list"),
        ("- press: &a x", "2:10 anchor"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place_and_the_way_out(line: str, told: str) -> None:
    (fault,) = faults(f'- call: "131"\n{line}')
    assert fault.startswith(f"bicara131/tests/x.yaml:{told}")


def test_all_faults_of_a_file_are_told_at_once() -> None:
    assert len(faults('- call: "132"\n- presss: "1"\n- step: utma\n- expect: {case: {a: b}}')) == 4


def test_what_a_contact_does_needs_a_contact() -> None:
    (fault,) = faults('- press: "1"')
    assert "nobody-there" in fault


@pytest.mark.parametrize(
    "content", ["", "x", "- ", "a: b", "[]", "{}", "- {}", "\x00", "- - - 1", "a: [b: [c: d]]"]
)
def test_whatever_stands_in_the_file_only_faults_come_of_it(content: str) -> None:
    try:
        read("x.yaml", content, bicara())
    except FlowFaults as refused:
        assert refused.faults
