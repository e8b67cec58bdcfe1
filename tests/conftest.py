"""What tests of several folders share: ports that nobody uses, and an installation in a folder of its own."""

from __future__ import annotations

import os
import random
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def free_port():
    """A function that gives a free port, never the same twice.

    Below 32768: above, the kernel may give it away to some outgoing connection before we listen on it.
    """
    given: set[int] = set()

    def find() -> int:
        while True:
            port = random.SystemRandom().randrange(20_000, 32_000)
            with socket.socket() as trial:
                if port not in given and trial.connect_ex(("127.0.0.1", port)) != 0:
                    given.add(port)
                    return port

    return find


@pytest.fixture
def installation(tmp_path, free_port) -> dict[str, str]:
    """The environment of a new installation: its own folder, ports and nothing of whoever runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    ports = {"PORT": str(free_port()), "EMULATOR_PORT": str(free_port())}
    wishes = {
        "INSTANCE": str(tmp_path / "instance"),
        "PYTHONUNBUFFERED": "1",
        "SPEECH": "no",
        "CONSOLE": "no",
    }
    return {**kept, **ports, **wishes}


# A Wednesday in office hours: 2026-03-11 10:15 in Jakarta, where all scenarios of the domain begin.
OFFICE_HOURS = "2026-03-11T10:15+07:00"
NIGHT = "2026-03-13T19:05+07:00"


@pytest.fixture(scope="session")
def house(tmp_path_factory, free_port):
    """A whole installation in office hours, shared by all tests of a run: use a number of your own in each test."""
    from tests.house import House, environment

    # All telephones of a test run share their first digits; the limit for such is tested in an installation of its own.
    wishes = {"CLOCK": OFFICE_HOURS, "SMS_PREFIX_PER_HOUR": "100000", "EMERGENCY_AGENTS": "+628115550101"}
    with House.running(environment(tmp_path_factory.mktemp("house"), free_port, **wishes)) as running:
        yield running


@pytest.fixture(scope="session")
def night_house(tmp_path_factory, free_port):
    """The same on a Friday evening, when the robot works and people do not."""
    from tests.house import House, environment

    with House.running(environment(tmp_path_factory.mktemp("night"), free_port, CLOCK=NIGHT)) as running:
        yield running


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real-world fixtures: SAMBUNG_SHARED, or beside the project."""
    folder = Path(os.environ.get("SAMBUNG_SHARED", ROOT.parent / "shared"))
    if not (folder / "fixtures").is_dir():
        pytest.skip(f"needs the shared fixtures: {folder} is not there (SAMBUNG_SHARED names another place)")
    return folder


@pytest.fixture(scope="session")
def twiml_lint(shared):
    """check(xml) -> faults: TwiML held against Twilio's own lists (shared/tools/twiml_lint.py)."""
    from tests.vendor import lint

    if (check := lint(shared)) is None:
        pytest.skip(
            "needs npm (apt-get install npm): Twilio's lists of TwiML elements come in its Node library"
        )
    return check
