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
    return {**kept, **ports, "INSTANCE": str(tmp_path / "instance"), "PYTHONUNBUFFERED": "1"}
