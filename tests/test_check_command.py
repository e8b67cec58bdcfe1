"""`python app.py check` as people and machines run it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4
from xml.etree import ElementTree

import pytest

import app
from commands import check as command
from commands import check_cache
from sessions.services import Folder, read_folders

ROOT = Path(__file__).resolve().parent.parent


def check(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [sys.executable, "app.py", "check", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """A folder of flows with hello in it."""
    shutil.copytree(ROOT / "flows" / "hello", tmp_path / "hello")
    return tmp_path


def _edit(flows: Path, old: str, new: str) -> None:
    file = flows / "hello" / "flow.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_good_service_is_one_line_and_exit_code_0(flows: Path) -> None:
    done = check(str(flows))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("hello: ok (")


def test_a_fault_is_told_with_file_line_column_code_and_way_out_and_exit_code_1(flows: Path) -> None:
    _edit(flows, '"2": selesai', '"2": selesay')
    done = check(str(flows))
    assert done.returncode == 1
    line = next(
        at
        for at, text in enumerate((flows / "hello" / "flow.yaml").read_text().splitlines(), 1)
        if "selesay" in text
    )
    assert f"{flows}/hello/flow.yaml:{line}:" in done.stdout
    assert "unknown-step: the step 'selesay' does not exist. Did you mean 'selesai'?" in done.stdout


def test_a_finding_tells_how_a_caller_gets_there(flows: Path) -> None:
    _edit(flows, "then: salam}", "then: jam}")
    done = check(str(flows), "hello")
    assert done.returncode == 1
    assert "loop-without-wait" in done.stdout and "How a caller gets there: 1\n" in done.stdout


def test_machines_get_a_list(flows: Path) -> None:
    _edit(flows, '"2": selesai', '"2": selesay')
    done = check(str(flows), "--json")
    (service,) = json.loads(done.stdout)
    assert service["service"] == "hello"
    assert [(finding["code"], finding["severity"]) for finding in service["findings"]] == [
        ("unknown-step", "error")
    ]


def test_a_service_that_is_not_there_is_exit_code_2(flows: Path) -> None:
    done = check(str(flows), "helo")
    assert done.returncode == 2
    assert "There are: hello" in done.stderr


def test_a_folder_without_services_is_exit_code_2(tmp_path: Path) -> None:
    assert check(str(tmp_path)).returncode == 2


def test_a_template_that_needs_more_parts_than_allowed_is_an_error(flows: Path) -> None:
    _edit(flows, "  jam: {say:", "  jam: {text: jam, then: selesai}\n  jam2: {say:")
    _edit(flows, '"2": selesai', '"2": jam2')
    (flows / "hello" / "texts.yaml").write_text("jam: {id: '" + "kata " * 70 + "'}\n")
    done = check(str(flows))
    assert done.returncode == 1
    assert (
        "texts.yaml:1:1 text-too-long: the template 'jam' takes 3 SMS parts in 'id', 2 are allowed"
        in done.stdout
    )


def test_a_letter_that_sms_does_not_have_is_a_warning_with_its_substitute(flows: Path) -> None:
    _edit(flows, "  jam: {say:", "  jam: {text: jam, then: selesai}\n  jam2: {say:")
    _edit(flows, '"2": selesai', '"2": jam2')
    (flows / "hello" / "texts.yaml").write_text("jam: {id: 'Pukul 08.00–16.00'}\n")
    done = check(str(flows))
    assert done.returncode == 0
    assert "not-gsm (warning)" in done.stdout and "'–' becomes '-'" in done.stdout


def test_the_shipped_services_have_no_findings() -> None:
    done = check("flows/")
    assert done.returncode == 0, done.stdout
    assert all(": ok (" in line for line in done.stdout.splitlines()), done.stdout


def test_a_code_is_explained_and_an_unknown_one_has_its_nearest(flows: Path) -> None:
    told = check("--explain", "dead-end").stdout
    assert all(word in told for word in ("What:", "Why:", "Example:", "Way out:"))
    unknown = check("--explain", "dead-ends")
    assert unknown.returncode == 2 and "Did you mean 'dead-end'?" in unknown.stderr


def test_a_service_is_drawn_with_its_findings(flows: Path, tmp_path: Path) -> None:
    _edit(flows, "then: salam}", "then: jam}")
    for name in ("hello.svg", "hello.mmd"):
        assert check(str(flows), "hello", "--graph", str(tmp_path / name)).returncode == 1
    picture = ElementTree.parse(tmp_path / "hello.svg")
    words = " ".join(text for text in picture.getroot().itertext())
    assert "jam" in words and "loop-without-wait" in words
    named = {box.get("data-step") for box in picture.iter("{http://www.w3.org/2000/svg}g")}
    assert {"salam", "jam", "selesai"} <= named
    mermaid = (tmp_path / "hello.mmd").read_text()
    assert (
        mermaid.startswith("flowchart LR")
        and "! loop-without-wait" in mermaid
        and "classDef wrong" in mermaid
    )
    assert check(str(flows), "hello", "--graph", "hello.png").returncode == 2


def test_what_was_found_is_kept_by_content(flows: Path, tmp_path: Path) -> None:
    (folder,) = read_folders(flows)
    folder_of_cache = tmp_path / "cache"
    name = check_cache.key(folder.content, tmp_path / "prompts")
    assert check_cache.look_up(name, folder_of_cache) is None
    check_cache.keep(name, {"steps": 3, "states": 16, "findings": []}, folder_of_cache)
    assert check_cache.look_up(name, folder_of_cache) == {"steps": 3, "states": 16, "findings": []}
    _edit(flows, "08.00", "09.00")
    (edited,) = read_folders(flows)
    assert check_cache.key(edited.content, tmp_path / "prompts") != name
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "jam.wav").write_bytes(b"RIFF")
    assert check_cache.key(folder.content, tmp_path / "prompts") != name


def test_a_folder_that_cannot_be_written_keeps_nothing_and_nobody_minds(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    check_cache.keep("a", {"steps": 1}, tmp_path / "cache")
    assert check_cache.look_up("a", tmp_path / "cache") is None


def test_what_has_not_changed_is_not_walked_again_and_its_numbers_not_read_again(
    tmp_path, monkeypatch, capsys
):
    for service, number in (("satu", "100"), ("dua", "101")):
        shutil.copytree(ROOT / "flows" / "hello", tmp_path / service)
        flow = tmp_path / service / "flow.yaml"
        own = flow.read_text().replace('"100"', f'"{number}"')
        flow.write_text(f"# {uuid4()}\n{own}")  # a content of this run alone
    walked, read = [], []
    real_walk, real_load = command.examined, Folder.load
    monkeypatch.setattr(
        command, "examined", lambda flow, *more: walked.append(flow.id) or real_walk(flow, *more)
    )
    monkeypatch.setattr(Folder, "load", lambda folder: read.append(folder.id) or real_load(folder))
    assert app.main(["check", str(tmp_path)]) == 0 and sorted(walked) == ["dua", "satu"]
    assert app.main(["check", str(tmp_path)]) == 0 and len(walked) == 2
    read.clear()
    edited = tmp_path / "satu" / "flow.yaml"
    edited.write_text(edited.read_text().replace('"100"', '"101"'))
    assert app.main(["check", str(tmp_path / "satu")]) == 1
    assert walked[2:] == ["satu"] and set(read) == {"satu"}
    assert "number-of-two-services" in capsys.readouterr().out
