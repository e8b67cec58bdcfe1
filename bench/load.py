"""The load generator, a process for itself: python -m bench.load POOL.json, result as JSON.

POOL.json: {port, connections, warm (s), seconds, answers: [start, digit], calls: [[start, digit], ...]}.

Each connection takes the next call, sends its start, waits for the whole answer, sends its digit, and so on: closed loop,
keep-alive. Answers during the first ``warm`` seconds are taken but not counted. One thread and epoll: about 15 µs of CPU for a
request, which `python -m bench webhooks` measures and prints, so that nobody has to believe it.
"""

import json
import select
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE_SECONDS = 15  # the carrier's; an answer that takes longer is a lost call


@dataclass
class Line:
    """One connection: what it is asking, since when, and what has come back so far."""

    wire: socket.socket | None = None  # made by Load.connect
    request: bytes = b""
    digit: bytes = b""  # what follows when the start is answered
    expected: bytes = b""
    asked: float = 0.0
    answer: bytes = b""

    def ask(self) -> None:
        self.answer = b""
        self.asked = time.perf_counter()
        self.wire.sendall(self.request)

    def hear(self) -> bool:
        """Reads; True when the answer is complete. Raises ConnectionError when the server has closed."""
        heard = self.wire.recv(65536)
        if not heard:
            raise ConnectionError
        self.answer += heard
        head = self.answer.find(b"\r\n\r\n")
        if head < 0:
            return False
        length = self.answer.index(b"Content-Length: ") + 16
        return len(self.answer) >= head + 4 + int(self.answer[length : self.answer.index(b"\r", length)])

    def good(self) -> bool:
        return self.answer.startswith(b"HTTP/1.1 200 ") and self.expected in self.answer


@dataclass
class Load:
    """One round."""

    port: int
    answers: tuple[bytes, bytes]
    calls: Iterator[list[str]]
    took: list[tuple[float, float]] = field(default_factory=list)  # (when answered, seconds it took)
    wrong: list[str] = field(default_factory=list)
    again: int = 0
    lines: dict[int, Line] = field(default_factory=dict)
    poll: select.epoll = field(default_factory=select.epoll)

    def run(self, connections: int, seconds: float) -> None:
        """Keeps all connections busy for so long or while there are calls, then hears the last answers out."""
        end = time.perf_counter() + seconds
        for _ in range(connections):
            self.next(self.connect(Line()))
        while self.lines and time.perf_counter() < end + PATIENCE_SECONDS:
            for number, _ in self.poll.poll(1):
                self.tend(self.lines[number], end)

    def connect(self, line: Line) -> Line:
        line.wire = socket.create_connection(("127.0.0.1", self.port))
        line.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lines[line.wire.fileno()] = line
        self.poll.register(line.wire, select.EPOLLIN)
        return line

    def leave(self, line: Line) -> None:
        del self.lines[line.wire.fileno()]
        self.poll.unregister(line.wire)
        line.wire.close()

    def tend(self, line: Line, end: float) -> None:
        try:
            if not line.hear():
                return
        except ConnectionError:
            self.leave(line)
            self.again += 1
            self.connect(line).ask()
            return
        now = time.perf_counter()
        self.took.append((now, now - line.asked))
        if not line.good():
            self.wrong.append(line.answer.decode(errors="replace"))
        if now < end:
            self.next(line)
        else:
            self.leave(line)

    def next(self, line: Line) -> None:
        if line.digit:
            line.request, line.digit, line.expected = line.digit, b"", self.answers[1]
        else:
            call = next(self.calls, None)
            if call is None:
                self.leave(line)
                return
            line.request, line.digit, line.expected = call[0].encode(), call[1].encode(), self.answers[0]
        line.ask()


def percentile(sorted_values: list[float], part: float) -> float:
    """The value below which so great a part lies; 0.0 of nothing."""
    return (
        sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * part))] if sorted_values else 0.0
    )


def main(pool: Path) -> dict:
    asked = json.loads(pool.read_text())
    first, second = asked["answers"]
    load = Load(asked["port"], (first.encode(), second.encode()), iter(asked["calls"]))
    cpu, begun = time.process_time(), time.perf_counter()
    load.run(asked["connections"], asked["warm"] + asked["seconds"])
    spent = time.process_time() - cpu
    opens = begun + asked["warm"]
    closes = min(opens + asked["seconds"], max((when for when, _ in load.took), default=opens))
    counted = sorted(took for when, took in load.took if opens <= when <= closes)
    return {
        "seconds": closes - opens,
        "requests": len(counted),
        "all": len(load.took),
        "wrong": len(load.wrong),
        "first_wrong": load.wrong[0] if load.wrong else "",
        "again": load.again,
        "lost": len(load.lines),
        "p50": percentile(counted, 0.5),
        "p99": percentile(counted, 0.99),
        "generator_cpu": spent,
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
