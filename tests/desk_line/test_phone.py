"""`python app.py phone`: an agent in a terminal answers a caller."""

import signal
import subprocess
import sys
import threading
import time
from datetime import datetime

from tests.desk_line.conftest import SITI
from tests.house import ROOT


class Terminal:
    """The command in a terminal of its own."""

    def __init__(self, environ, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "app.py", *words],
            cwd=ROOT, env=environ, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.shown = ""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.shown += line

    def shows(self, words: str, seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while words not in self.shown:
            assert time.monotonic() < deadline, self.shown
            time.sleep(0.03)

    def types(self, line: str) -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def put_away(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        self._reader.join()
        self.process.stdin.close()
        self.process.stdout.close()
        return code


def test_an_agent_answers_in_a_terminal(floor):
    floor.fresh("siti")
    terminal = Terminal(floor.house.environ, "phone", SITI)
    try:
        terminal.shows("is at hand")
        terminal.types("answer")
        terminal.shows("Nobody calls")
        call = floor.caller("1")
        terminal.shows("* rings: 131 calls. Type: answer, or decline")
        terminal.types("perhaps")
        terminal.shows("'perhaps' does nothing while it rings")
        terminal.types("answer")
        terminal.shows("Tekan 1 untuk menerima")
        terminal.types("1")
        floor.talks(call)
        terminal.shows("[talking]")
        call.hang_up()
        terminal.shows("Bila perlu tindak lanjut")
        terminal.types("2")
        terminal.shows("-- call ended")
        assert floor.case(call) == ("ditangani", 1, "siti")
        given_up = floor.caller("1")
        floor.until(lambda: terminal.shown.count("* rings") == 2, lambda: terminal.shown)
        given_up.hang_up()
        terminal.shows("-- it rings no more")
    finally:
        code = terminal.put_away()
    assert code == 0, terminal.shown


def test_without_an_emulator_the_way_out_is_said(installation):
    terminal = Terminal(installation, "phone", SITI)
    assert terminal.process.wait(20) == 2
    assert terminal.put_away() == 2
    assert "start it in another terminal with `make run`" in terminal.shown


def test_commands_go_by_the_clock_of_the_running_service(floor):
    floor.fresh()
    floor.app("agents", "in", "budi")
    time.sleep(2)
    floor.app("agents", "out", "budi")
    (came,), (went,) = floor.house.query(
        "SELECT at FROM agent_events WHERE agent = 'budi' ORDER BY id DESC LIMIT 2"
    )[::-1]
    apart = datetime.fromisoformat(went) - datetime.fromisoformat(came)
    assert 2 <= apart.total_seconds() < 20
