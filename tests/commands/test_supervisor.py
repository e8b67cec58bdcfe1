"""The supervisor, with real processes: they are heard, come back when they die, are gone when it stops."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commands.supervisor import Child, Failed, Supervisor

ROOT = Path(__file__).resolve().parent.parent.parent
FOREVER = "import time; print('here', flush=True); time.sleep(600)"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def until(condition, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """No such process, or one that is dead and waits for its parent to look."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.fixture
def heard():
    return io.StringIO()


@pytest.fixture
def supervisor(heard):
    made = Supervisor(ROOT, os.environ, heard)
    yield made
    made.stop(hurry=lambda: True)


def test_each_line_says_who_said_it(supervisor, heard):
    supervisor.start(Child("web", python("print('one'); print('two')")))
    supervisor.say("and I\ntwice")
    until(lambda: "two" in heard.getvalue())
    lines = heard.getvalue().splitlines()
    assert sorted(lines) == ["run      | and I", "run      | twice", "web      | one", "web      | two"]


def test_output_is_heard_before_the_child_ends(supervisor, heard):
    supervisor.start(Child("web", python(FOREVER)))
    until(lambda: "web      | here\n" in heard.getvalue())


def test_a_child_that_dies_comes_back_and_the_reason_is_told(supervisor, heard):
    child = Child("web", python(FOREVER))
    supervisor.start(child)
    first = child.process.pid
    os.kill(first, signal.SIGKILL)

    def tended():
        supervisor.tend()
        return child.restarts == 1 and child.alive()

    until(tended)
    assert child.process.pid != first
    assert "web died (signal SIGKILL, restart number 1 in 0.5 s)" in heard.getvalue()


def test_one_that_keeps_dying_is_given_more_and_more_time(supervisor, heard):
    supervisor.start(Child("web", python("raise SystemExit(7)")))

    def tended():
        supervisor.tend()
        return "in 2 s" in heard.getvalue()

    until(tended)
    told = [line for line in heard.getvalue().splitlines() if "died" in line]
    assert [line.split(" in ")[-1] for line in told] == ["0.5 s)", "1 s)", "2 s)"]
    assert "exit code 7" in told[0]


def test_a_child_that_dies_before_it_is_ready_fails_the_start(supervisor):
    with pytest.raises(Failed, match="web stopped while starting"):
        supervisor.start(Child("web", python("raise SystemExit(3)"), ready=lambda: False))


def test_a_child_that_never_gets_ready_fails_the_start(supervisor):
    with pytest.raises(Failed, match="web did not answer within 0 seconds"):
        supervisor.start(Child("web", python(FOREVER), ready=lambda: False), within=0.3)


def test_grandchildren_go_with_their_parent(supervisor, heard):
    starts = f"import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', {FOREVER!r}])"
    child = Child("web", python(f"{starts}; print('pid', p.pid, flush=True); time.sleep(600)"))
    supervisor.start(child)
    until(lambda: "pid" in heard.getvalue())
    grandchild = int(re.search(r"pid (\d+)", heard.getvalue())[1])
    supervisor.stop()
    assert gone(child.process.pid)
    until(lambda: gone(grandchild))


def test_one_that_ignores_a_polite_stop_is_killed_when_we_are_in_a_hurry(supervisor, heard):
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + FOREVER
    child = Child("web", python(stubborn))
    supervisor.start(child)
    until(lambda: "here" in heard.getvalue())
    started = time.monotonic()
    supervisor.stop(hurry=lambda: time.monotonic() - started > 0.3)
    assert gone(child.process.pid) and time.monotonic() - started < 5


def test_children_go_when_the_supervisor_is_killed():
    code = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from commands.supervisor import Child, Supervisor\n"
        "s = Supervisor(Path('.'), os.environ, sys.stderr)\n"
        f"c = Child('web', [sys.executable, '-c', {FOREVER!r}])\n"
        "s.start(c)\n"
        "time.sleep(0.5)\n"
        "print(c.process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as keeper:
        child = int(keeper.stdout.readline())
        assert not gone(child)
        keeper.kill()
    until(lambda: gone(child))
