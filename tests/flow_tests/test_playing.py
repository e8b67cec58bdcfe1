"""Tests of services as administrators write them, played with the engine alone; what holds, and what is told when it does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenarios.trial import Files, Report, files_of, try_service
from sessions.services import Folder, read_folders

ROOT = Path(__file__).resolve().parents[2]
FLOWS = ROOT / "flows"
FOLDERS = {folder.id: folder for folder in read_folders(FLOWS)}


def played(content: str, service: str = "bicara131", folder: Folder | None = None) -> Report:
    report = try_service(folder or FOLDERS[service], Files({f"{service}/tests/x.yaml": content.encode()}))
    assert not report.faults, report.faults
    return report


def holds(content: str, service: str = "bicara131") -> None:
    report = played(content, service)
    assert report.failures == [], "\n".join(map(str, report.failures))


def fails(content: str, service: str = "bicara131") -> str:
    (failure,) = played(content, service).failures
    return str(failure)


def test_the_example_of_the_docs_holds() -> None:
    examples = re.findall(
        r"^```yaml test\n(.*?)^```", (ROOT / "docs" / "flows.md").read_text(), re.DOTALL | re.MULTILINE
    )
    assert examples
    for example in examples:
        holds(example)


@pytest.mark.parametrize("service", [name for name in FOLDERS if (FLOWS / name / "tests").is_dir()])
def test_the_tests_of_a_shipped_service_hold(service: str) -> None:
    report = try_service(FOLDERS[service], files_of(FLOWS / service))
    assert not report.faults and not report.failures, "\n".join(map(str, [*report.faults, *report.failures]))


def test_words_that_were_not_heard_stand_beside_those_that_were() -> None:
    told = fails('- call: "131"\n- press: "1"\n- hears: Untuk kopi, tekan 1')
    assert told.startswith("bicara131/tests/x.yaml:3:10 x: not heard")
    assert "expected  Untuk kopi, tekan 1" in told and "found     Untuk uang Rupiah" in told


def test_words_that_must_not_be_heard_are_told() -> None:
    assert "heard, and must not be" in fails('- call: "131"\n- hears not: Selamat datang')


def test_a_number_may_be_written_as_in_the_flow() -> None:
    holds('- call: "131"\n- hears: [BICARA 131, BICARA satu tiga satu, "BICARA one three one"]')


def test_a_fact_that_differs_is_told_alone() -> None:
    told = fails(
        '- call: "131"\n- press: ["1", "4"]\n- expect: {case: {function: informasi, topic: pelindungan_konsumen}}'
    )
    assert (
        "expected  function: informasi" in told
        and "found     function: pengaduan" in told
        and "topic" not in told
    )


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ('- press: "1"\n- record: 5s', "nobody records here: a question waits for keys"),
        ('- hang up\n- press: "1"', "the call is over (hung_up)"),
        ('- agent finishes', "no agent has this caller"),
        ('- wait: 10s', "nobody waits here. Write 'silence'"),
        ('- at: "2026-03-11 11:00"', "somebody is on the line"),
        ('- hang up\n- at: "2026-03-10 11:00"', "does not go back"),
        ('- press: "1"\n- say: uang', "nobody listens to words here"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_here_is_told_and_ends_the_test(lines: str, why: str) -> None:
    assert why in fails(f'- call: "131"\n{lines}')


def test_an_agent_who_does_not_answer_leaves_the_caller_in_the_queue() -> None:
    holds(
        '- call: "131"\n- agent: {answers: no}\n- press: ["1", "0"]\n- expect: {talking: no, queued: {skill: umum}}'
    )


def test_the_next_agent_gets_the_caller_when_the_first_declines() -> None:
    holds(
        '- call: "131"\n- agent: {answers: declines}\n- agent: {answers: yes}\n- press: ["1", "0"]\n- talking: yes\n'
        "- hears: hubungkan dengan petugas"
    )


def test_nobody_signed_in_takes_the_exit_for_nobody() -> None:
    holds(
        '- agent: {here: no}\n- call: "131"\n- press: ["1", "0"]\n- queued: no\n- hears: belum dapat melayani Anda'
    )


def test_the_longest_wait_ends_by_the_clock() -> None:
    holds(
        '- call: "131"\n- press: ["1", "0"]\n- wait: 299s\n- queued: yes\n- wait: 2s\n- queued: no\n'
        "- hears: belum dapat melayani Anda"
    )


def test_closing_time_ends_a_wait() -> None:
    holds(
        '- agent: {}\n- call: {from: "+6281200000002", at: "2026-03-11 15:58"}\n- press: ["1", "0"]\n- talking: yes\n'
        '- call: "131"\n- press: ["1", "0"]\n- expect: {talking: no, queued: yes}\n- wait: 3m\n- hears: di luar jam layanan'
    )


def test_a_lost_line_leads_to_the_next_agent() -> None:
    holds(
        '- call: "131"\n- agent: {}\n- agent: {}\n- press: ["1", "0"]\n- talking: yes\n- agent hangs up\n'
        "- hears: [sambungan dengan petugas terputus, hubungkan dengan petugas]\n- talking: yes"
    )


def test_a_lost_line_and_nobody_else_take_the_exit_for_nobody() -> None:
    holds(
        '- call: "131"\n- agent: {}\n- press: ["1", "0"]\n- talking: yes\n- agent leaves\n- agent hangs up\n'
        "- hears: belum dapat melayani Anda\n- talking: no"
    )


def test_an_agent_puts_the_caller_on_hold_and_comes_back() -> None:
    holds(
        '- call: "131"\n- agent: {}\n- press: ["1", "0"]\n- agent holds\n- hears: Mohon tunggu sebentar\n'
        "- agent returns\n- talking: yes"
    )


def test_a_case_of_before_is_told_to_who_proves_to_have_it() -> None:
    holds(
        '- case: {from: "+6281200000001", day: 2026-03-10, status: ditangani, due: 2026-04-01}\n- call: "131"\n'
        '- press: ["1", "5", "202603100001#", "0001#"]\n- hears: [sedang ditangani, "satu April"]\n- verified: L1'
    )


def test_three_wrong_proofs_lock_a_case_for_the_next_caller() -> None:
    holds(
        '- case: {}\n- call: "131"\n- press: ["1", "5", "202603100001#", "9999#", "9999#", "9999#"]\n- hears: tidak sesuai\n'
        '- call: "131"\n- press: ["1", "5", "202603100001#", "0001#"]\n- hears: tidak sesuai\n- verified: no'
    )


def test_a_dialogue_by_text_keeps_its_thread_for_ten_minutes() -> None:
    holds(
        "- text: TUKAR\n- text: ADU\n- texted: tulis pengaduan\n- wait: 9m\n- text: saldo hilang\n- texted: Laporan BI-20260311-0001"
    )
    holds('- text: ADU\n- wait: 11m\n- text: halo apa kabar\n- texted: "Balas: 1 uang rusak"')


def test_stop_is_honoured_before_everything() -> None:
    holds("- text: BERHENTI\n- texted: BICARA 131\n- text: RUSAK\n- texted: 2/3")


def test_whoever_counts_exits_counts_those_that_can_be_taken() -> None:
    seen = played("- text: ADU\n- ended: no").coverage
    assert seen is not None
    names = {str(way) for way in seen.ways}
    assert {"adu_baru: noted", "q_sp: closed", "keyword ADU: wrong", "utama: key 5"} - names == {
        "keyword ADU: wrong"
    }
    assert not names & {"adu_baru: closed", "tukar_cari: failed", "menu_sms: silence"}
    assert {str(way) for way in seen.taken} == {"keyword ADU: without"}
