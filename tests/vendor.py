"""Twilio's own lists of TwiML elements and attributes, installed once, and the checker that reads them."""

from __future__ import annotations

import fcntl
import importlib.util
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TWILIO_FOR_NODE = "6.2.0"  # the library whose lists of elements and attributes twiml_lint.py reads


def lint(shared: Path) -> Callable[[str], list[str]] | None:
    """check(xml) -> faults: TwiML held against Twilio's lists (shared/tools/twiml_lint.py); None without npm or the checker."""
    tool = shared / "tools" / "twiml_lint.py"
    lists = _lists()
    if lists is None or not tool.is_file():
        return None
    spec = importlib.util.spec_from_file_location("twiml_lint", tool)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    check: Callable[[str], list[str]] = module.Lint(lists).check
    return check


def _lists() -> Path | None:
    home = ROOT / ".cache" / "twiml-lint"
    lists = home / "node_modules" / "twilio" / "lib" / "twiml"
    home.mkdir(parents=True, exist_ok=True)
    with open(home / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several processes test at once, and one of them installs
        if not lists.is_dir():
            if shutil.which("npm") is None:
                return None
            wish = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(home)]
            subprocess.run([*wish, f"twilio@{TWILIO_FOR_NODE}"], check=True, capture_output=True, timeout=300)
    return lists
