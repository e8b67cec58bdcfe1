"""`python app.py test`: what it prints and its exit codes; and that both depths give the same words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import app

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def hello(tmp_path: Path) -> Path:
    """A folder with one service whose tests may be rewritten."""
    shutil.copytree(ROOT / "flows" / "hello", tmp_path / "hello")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = app.main(["test", *words])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def wrote(flows: Path, content: str) -> Path:
    (flows / "hello" / "tests" / "halo.yaml").write_text(content)
    return flows


def test_a_service_whose_tests_hold_is_told_with_what_they_cover(capsys, hello) -> None:
    code, out, _ = run(capsys, str(hello))
    assert code == 0 and "hello: 3 passed, 0 failed" in out and "5 of 5 exits covered (100.0 %)" in out


def test_a_test_that_does_not_hold_is_one(capsys, hello) -> None:
    code, out, _ = run(capsys, str(wrote(hello, '- call: "100"\n- hears: kopi')))
    assert code == 1 and "hello/tests/halo.yaml:2:10 halo: not heard" in out and "expected  kopi" in out


def test_too_few_exits_covered_are_one_unless_fewer_are_asked_for(capsys, hello) -> None:
    wrote(hello, '- call: "100"\n- press: ["1", "2"]')
    code, out, _ = run(capsys, str(hello))
    assert code == 1 and "95 % are asked for" in out and "hello/flow.yaml:12 salam: silence" in out
    assert run(capsys, str(hello), "--cover", "40")[0] == 0
    assert run(capsys, str(hello), "--only", "halo")[0] == 0


def test_a_file_that_cannot_be_read_is_two(capsys, hello) -> None:
    code, out, _ = run(capsys, str(wrote(hello, "- cal: x")))
    assert code == 2 and "halo.yaml:1:3 unknown-act" in out


def test_a_folder_without_services_is_two(capsys, tmp_path) -> None:
    code, _, err = run(capsys, str(tmp_path))
    assert code == 2 and "no service here" in err


def test_machines_read_json(capsys, hello) -> None:
    code, out, _ = run(capsys, str(hello), "--json")
    (told,) = json.loads(out)
    assert code == 0 and told["passed"] == 3 and told["coverage"]["percent"] == 100.0


@pytest.mark.parametrize(
    ("service", "only"),
    [
        ("hello", ()),
        (
            "bicara131",
            ("lima menit", "BI-1", "BI-3", "sampai ke petugas uang", "status lewat SMS", "malam, menu tutup"),
        ),
        ("kring_pajak", ("hanya petugas pemula",)),
    ],
)
def test_the_engine_alone_and_a_gateway_over_http_give_the_same_words(
    capsys, service: str, only: tuple[str, ...]
) -> None:
    """After every act: what was heard, what was texted, and every fact of the contact. All of them: --depth both."""
    chosen = [word for name in only for word in ("--only", name)]
    code, out, _ = run(
        capsys, str(ROOT / "flows" / service), "--depth", "both", "--cover", "0", "--json", *chosen
    )
    (told,) = json.loads(out)
    assert code == 0 and told["passed"] >= max(1, len(only)), told["failures"]


def test_an_engine_that_differs_from_the_gateway_is_found_out(capsys, monkeypatch, hello) -> None:
    monkeypatch.setattr("scenarios.bare.fit", lambda words, parts: "something else")
    wrote(hello, "- text: halo\n- ended: no")
    code, out, _ = run(capsys, str(hello), "--depth", "both", "--cover", "0")
    assert code == 1 and "the engine alone and the gateway differ" in out


def test_watching_plays_again_after_every_change(capsys, monkeypatch, hello) -> None:
    edits = iter(['- call: "100"\n- hears: kopi', None])

    def between(seconds: float) -> None:
        edit = next(edits)
        if edit is None:
            raise KeyboardInterrupt
        wrote(hello, edit)

    monkeypatch.setattr("commands.test.time.sleep", between)
    code, out, _ = run(capsys, str(hello), "--watch")
    assert code == 130 and "3 passed, 0 failed" in out and "0 passed, 1 failed" in out
