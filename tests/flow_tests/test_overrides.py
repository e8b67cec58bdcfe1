"""Overrides in tests of services: on the stage of the engine alone and over HTTP, with the same words."""

import json
import shutil
from pathlib import Path

import pytest

from tests.flow_tests.test_command import run
from tests.flow_tests.test_playing import FLOWS, fails, holds

CLOSED_WORDS = "di luar jam layanan"


@pytest.mark.parametrize(
    "lines",
    [
        f'- override: closed\n- call: "131"\n- press: ["1", "0"]\n- hears: {CLOSED_WORDS}\n- queued: no',
        f'- override: {{state: closed, for: 1h}}\n- at: "2026-03-11 11:16"\n- call: "131"\n- press: ["1", "0"]\n- queued: yes\n'
        f"- hears not: {CLOSED_WORDS}",
        f'- at: "2026-03-14 10:00"\n- call: "131"\n- press: ["1", "0"]\n- hears: {CLOSED_WORDS}',
        '- at: "2026-03-14 10:00"\n- override: {state: open, hours: petugas}\n- call: "131"\n- press: ["1", "0"]\n- queued: yes',
        f'- override: closed\n- override: automatic\n- call: "131"\n- press: ["1", "0"]\n- queued: yes\n- hears not: {CLOSED_WORDS}',
        '- override: {state: emergency, say: {id: "Gedung kami kebanjiran.", en: "Our house is flooded."}}\n- call: "131"\n'
        "- hears: [Gedung kami kebanjiran, Our house is flooded, Selamat datang]\n"
        f'- press: ["1", "0"]\n- hears: {CLOSED_WORDS}',
    ],
)
def test_what_people_decide_goes_before_the_calendar(lines: str) -> None:
    holds(lines)


def test_who_waits_leaves_by_closed_when_the_queue_is_closed() -> None:
    holds(
        '- agent: {}\n- call: {from: "+6281200000002"}\n- press: ["1", "0"]\n- talking: yes\n- call: "131"\n'
        f'- press: ["1", "0"]\n- queued: yes\n- override: closed\n- queued: no\n- hears: {CLOSED_WORDS}'
    )


def test_a_queue_that_is_kept_open_ends_with_the_override() -> None:
    holds(
        '- agent: {}\n- at: "2026-03-11 15:50"\n- override: {state: open, for: 20m}\n- call: {from: "+6281200000002"}\n'
        '- press: ["1", "0"]\n- talking: yes\n- agent holds\n- call: "131"\n- press: ["1", "0"]\n- wait: 290s\n- queued: yes'
    )


def test_a_text_hears_the_announcement_in_front_of_its_answer() -> None:
    holds(
        '- override: {state: emergency, say: {id: "Gedung kami kebanjiran.", en: "Our house is flooded."}}\n- text: RUSAK\n'
        '- texted: ["Gedung kami kebanjiran.", "Uang kertas rusak"]\n- override: automatic\n- text: RUSAK\n- texted not: kebanjiran'
    )


def test_an_override_that_ends_what_does_not_hold_is_told() -> None:
    assert "automatic already" in fails('- override: automatic\n- call: "131"')


def test_the_gateway_does_the_same_over_http(capsys, tmp_path: Path) -> None:
    """An announcement on the telephone and in a text, a caller who is sent away, hours that come back: both stages, word by word."""
    folder = tmp_path / "bicara131"
    shutil.copytree(FLOWS / "bicara131", folder, ignore=shutil.ignore_patterns("tests"))
    shutil.copytree(FLOWS / "common", tmp_path / "common")
    (folder / "tests").mkdir()
    (folder / "tests" / "x.yaml").write_text(
        f"""darurat:
  - override: {{state: emergency, for: 2h, say: {{id: "Gedung kami kebanjiran.", en: "Our house is flooded."}}}}
  - call: "131"
  - hears: [Gedung kami kebanjiran, Selamat datang]
  - press: ["1", "0"]
  - hears: {CLOSED_WORDS}
  - hang up
  - text: RUSAK
  - texted: [Gedung kami kebanjiran, Uang kertas rusak]
  - at: "2026-03-11 12:16"
  - call: "131"
  - hears not: kebanjiran
  - press: ["1", "0"]
  - queued: yes
ditutup:
  - agent: {{}}
  - call: {{from: "+6281200000002"}}
  - press: ["1", "0"]
  - talking: yes
  - call: "131"
  - press: ["1", "0"]
  - queued: yes
  - override: closed
  - queued: no
  - hears: {CLOSED_WORDS}
"""
    )
    code, out, _ = run(capsys, str(folder), "--depth", "both", "--cover", "0", "--json")
    (told,) = json.loads(out)
    assert code == 0 and told["passed"] == 2, told["failures"]
