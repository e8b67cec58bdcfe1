"""The processes of one installation: started, heard, restarted when they die, and stopped without leaving one
behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

# A child that dies at once is tried again after 0.5, 1, 2 ... seconds, at most 30: its cause may be one that
# passes.
FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
# One that lived so long starts with a clean slate.
STEADY_SECONDS = 60.0
# gunicorn lets requests finish for 14 s (graceful_timeout); an idle one is gone in less than one.
STOP_SECONDS = 15.0

# Runs a child that dies with us, even when we are killed with -9 and cannot stop it: prctl(PR_SET_PDEATHSIG,
# SIGTERM). A program of its own, because code between fork and exec is not safe in a process with threads.
_TOGETHER = (
    "import ctypes, os, sys\n"
    "parent = int(sys.argv[1])\n"
    "ctypes.CDLL(None).prctl(1, 15)\n"
    "os.getppid() == parent or sys.exit('the supervisor is gone')\n"
    "os.execv(sys.argv[2], sys.argv[2:])\n"
)


class Failed(Exception):
    """A child that did not become ready. The text names it and what can be done."""


@dataclass
class Child:
    """One process to keep. ``ready`` is asked until it gives True; None: it is ready when it runs."""

    name: str
    words: list[str]
    ready: Callable[[], bool] | None = None
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    next_start: float = 0.0
    restarts: int = 0
    failures: int = field(default=0, repr=False)

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Keeps ``children`` running until stop() is called. Their output goes to ``output``, a name before each
    line.
    """

    def __init__(self, root: Path, environ: Mapping[str, str], output: TextIO = sys.stdout) -> None:
        self._root = root
        self._environ = dict(environ)
        self._output = output
        self._said = threading.Lock()
        self._readers: list[threading.Thread] = []
        self.children: list[Child] = []

    def say(self, text: str, name: str = "run") -> None:
        """Prints whole lines: those of several processes never mix."""
        with self._said:
            for line in text.splitlines() or [""]:
                self._output.write(f"{name:<8} | {line}\n")
            self._output.flush()

    def start(self, child: Child, within: float = 30.0, stopped: Callable[[], bool] = lambda: False) -> None:
        """Starts a child and waits until it is ready. Raises Failed when it dies first or is not in time."""
        self.children.append(child)
        self._spawn(child)
        deadline = time.monotonic() + within
        while child.ready is not None and not child.ready() and not stopped():
            if not child.alive():
                raise Failed(f"{child.name} stopped while starting; its last lines are above")
            if time.monotonic() > deadline:
                raise Failed(
                    f"{child.name} did not answer within {within:.0f} seconds; its last lines are above"
                )
            time.sleep(0.05)

    def tend(self) -> None:
        """Restarts what has died, each after its delay. Called a few times a second."""
        now = time.monotonic()
        for child in self.children:
            if child.alive():
                if child.failures and now - child.started > STEADY_SECONDS:
                    child.failures = 0
            elif child.process is not None:
                self._bury(child, now)
            elif now >= child.next_start:
                child.restarts += 1
                self._spawn(child)

    def stop(self, hurry: Callable[[], bool] = lambda: False) -> None:
        """Ends every child: TERM, then KILL for the whole process group after STOP_SECONDS or when asked to
        hurry.
        """
        for child in self.children:
            if child.process is not None and child.alive():
                child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.alive() for child in self.children):
            if time.monotonic() > deadline or hurry():
                break
            time.sleep(0.02)
        for child in self.children:
            self._kill_group(child)
        for reader in self._readers:
            reader.join(timeout=1)

    def _spawn(self, child: Child) -> None:
        together = [sys.executable, "-c", _TOGETHER, str(os.getpid())]
        child.process = subprocess.Popen(
            together + child.words,
            cwd=self._root,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            # A group of its own: Ctrl-C reaches us alone, and we end the children in order.
            start_new_session=True,
        )
        child.started = time.monotonic()
        reader = threading.Thread(target=self._hear, args=(child.name, child.process), daemon=True)
        reader.start()
        self._readers = [one for one in self._readers if one.is_alive()] + [reader]

    def _hear(self, name: str, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.say(line.rstrip("\n"), name)

    def _bury(self, child: Child, now: float) -> None:
        assert child.process is not None
        code = child.process.returncode
        delay = min(FIRST_DELAY * 2**child.failures, LONGEST_DELAY)
        child.failures += 1
        child.next_start = now + delay
        # Grandchildren (gunicorn's workers after a kill -9 of their master) would hold the port.
        self._kill_group(child)
        child.process = None
        why = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        self.say(f"{child.name} died ({why}, restart number {child.restarts + 1} in {delay:g} s)")

    def _kill_group(self, child: Child) -> None:
        if child.process is None:
            return
        try:
            os.killpg(child.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.process.wait()
