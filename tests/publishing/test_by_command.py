"""Publishing as an administrator does it beside a running installation with two webhook workers."""

import shutil
import time
from pathlib import Path

import pytest

from tests.house import ROOT, House, command, environment, words

GREETING = "Selamat datang."
TESTER, OTHER = "+628115550117", "+6281200000042"


@pytest.fixture(scope="module")
def house(tmp_path_factory, free_port):
    folder = tmp_path_factory.mktemp("publishing")
    shutil.copytree(ROOT / "flows" / "hello", folder / "flows" / "hello")
    wishes = {"FLOWS": str(folder / "flows"), "PUBLISH": "by_command", "WORKERS": "2"}
    with House.running(environment(folder, free_port, **wishes)) as running:
        yield running


def edit(house: House, greeting: str, more: str = "") -> None:
    good = (ROOT / "flows" / "hello" / "flow.yaml").read_text()
    flow = Path(house.environ["FLOWS"]) / "hello" / "flow.yaml"
    flow.write_text(good.replace(GREETING, greeting) + more)
    for test in (flow.parent / "tests").glob("*.yaml"):
        test.unlink()


def heard(house: House, number: str) -> str:
    call = house.phone(number).dial("100")
    said = words(call)
    call.hang_up()
    return said


def all_hear(house: House, greeting: str, number: str = OTHER) -> None:
    """Six calls in a row hear it, so that both workers were met; nobody heard anything else two seconds after the command."""
    began = late = time.monotonic()
    row = 0
    while row < 6:
        began_call = time.monotonic()
        row = row + 1 if greeting in heard(house, number) else 0
        late = late if row else began_call
        assert late - began < 2, f"still not {greeting!r} {late - began:.1f} s after the command"


def test_saving_publishes_nothing_and_faults_and_failing_tests_are_refused(house):
    edit(house, "Apa kabar.")
    tests = Path(house.environ["FLOWS"]) / "hello" / "tests"
    tests.mkdir(exist_ok=True)
    (tests / "salah.yaml").write_text(
        '- call: {from: "+6281200000001", to: "100", at: "2026-03-10 10:00"}\n- hears: Selamat malam\n- hang up\n'
    )
    refused = command(house.environ, "publish", "hello", code=1)
    assert "salah.yaml:2" in refused and "not published: hello" in refused
    edit(house, "Apa kabar.", "\nnonsense: here\n")
    assert "hello/flow.yaml:" in command(house.environ, "publish", code=1)
    edit(house, "Apa kabar.")
    told = command(house.environ, "publish", "--dry-run")
    assert '"Apa kabar.' in told and "nothing was published" in told
    assert GREETING in heard(house, OTHER)
    assert house.query("SELECT count(*) FROM flow_versions") == [(1,)]


def test_a_draft_is_heard_by_the_listed_number_alone_until_it_ends(house):
    edit(house, "Ini rancangan.")
    assert "--for is missing" in command(house.environ, "draft", "hello", code=2)
    command(house.environ, "draft", "hello", "--for", "08115550117", "--as", "budi")
    all_hear(house, "Ini rancangan.", TESTER)
    assert GREETING in heard(house, OTHER)
    assert TESTER in command(house.environ, "versions", "hello")
    command(house.environ, "draft", "hello", "--end")
    all_hear(house, GREETING, TESTER)
    audit = house.query("SELECT who, action FROM audit WHERE subject = 'flow:hello' ORDER BY id")
    assert [action for _, action in audit] == ["flow_published", "flow_draft_opened", "flow_draft_ended"]
    assert audit[1][0].startswith("budi (shell:")


def test_publish_and_rollback_reach_all_workers_and_calls_stay_on_their_version(house):
    edit(house, "Apa kabar.")
    pinned = house.phone("+6281200000043").dial("100")
    assert GREETING in words(pinned)
    told = command(house.environ, "publish", "hello")
    assert "1 caller is on 'salam', which this changes" in told
    all_hear(house, "Apa kabar.")
    assert "1 caller is on it" in command(house.environ, "versions", "hello")

    command(house.environ, "rollback", "hello", "--why", "salah sapa")
    all_hear(house, GREETING)
    pinned.press("1")
    assert GREETING in words(pinned)
    pinned.hang_up()
    assert "held since" in command(house.environ, "versions", "hello")
    assert "salah sapa" in command(house.environ, "doctor")
    assert "nothing to publish" in command(house.environ, "publish")
    command(house.environ, "publish", "hello")
    all_hear(house, "Apa kabar.")
    assert "held since" not in command(house.environ, "versions", "hello")
