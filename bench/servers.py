"""Servers under measurement: started as in production, their processor time read from the kernel, stopped by their own id."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
START_SECONDS = 30


def free_port() -> int:
    """A port that nobody listens on, below those that the kernel gives away by itself."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) != 0:
                return port


class Server:
    """A running server: its main process and that one's workers."""

    def __init__(self, process: subprocess.Popen, log: Path) -> None:
        self.process = process
        self.log = log

    def cpu(self) -> float:
        """Seconds of processor time that it has used so far, all processes together."""
        return sum(_cpu(pid) for pid in (self.process.pid, *self._workers()))

    def memory(self) -> int:
        """Resident bytes of its largest process."""
        return max(_resident(pid) for pid in (self.process.pid, *self._workers()))

    def _workers(self) -> list[int]:
        pid = self.process.pid
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def complaint(self) -> str:
        """The end of what it has written."""
        return self.log.read_text(errors="replace")[-3000:]


def _cpu(pid: int) -> float:
    # proc(5): the name in brackets may hold anything; utime and stime are fields 14 and 15.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def running(
    words: list[str], environ: Mapping[str, str], port: int, log: Path, folder: Path = ROOT
) -> Iterator[Server]:
    """The command, started in ``folder``, from the moment it takes connections until the block is left."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=folder,
            env={**inherited, **environ},
            stdout=written,
            stderr=written,
        )
    server = Server(process, log)
    try:
        _await(server, port)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(server: Server, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{server.process.args} does not take connections. It wrote:\n{server.complaint()}")
