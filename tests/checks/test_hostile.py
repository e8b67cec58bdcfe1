"""Files made to hurt a reader, played by tests/checks/hostile.py in a process of their own."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_hostile_files_are_refused_with_a_sentence_soon_and_in_little_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.checks.hostile", "300"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    found = json.loads(done.stdout)
    assert found["refused"] == found["files"] == 300, done.stderr
    assert found["slowest_seconds"] <= 1.2 and found["memory_mb"] <= 100
