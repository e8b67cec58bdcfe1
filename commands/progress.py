"""A progress bar on standard error, for people at a terminal; a log or a pipe gets nothing of it."""

from __future__ import annotations

import sys
import time
from typing import TextIO

WIDTH = 30
REDRAW_SECONDS = 0.1


class Bar:
    """`with Bar("drafts", 84) as bar: bar.step("id/salam")`. Threads may step it; one after the other."""

    def __init__(self, what: str, total: float, to: TextIO | None = None) -> None:
        self._what, self._total = what, total
        self._done = 0.0
        self._to = to or sys.stderr
        self._shown = self._to.isatty()
        self._drawn = float("-inf")
        self._began = time.monotonic()

    def __enter__(self) -> Bar:
        self._draw("")
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def step(self, now: str = "", by: float = 1) -> None:
        """So much more is done; ``now`` is what is worked on, shown behind the bar."""
        self._done = min(self._total, self._done + by)
        if time.monotonic() - self._drawn >= REDRAW_SECONDS or self._done >= self._total:
            self._draw(now)

    def say(self, line: str) -> None:
        """A line that stays, above the bar."""
        self.clear()
        print(line, file=self._to, flush=True)
        self._draw("")

    def clear(self) -> None:
        if self._shown:
            self._to.write("\r\x1b[K")
            self._to.flush()

    def _draw(self, now: str) -> None:
        if not self._shown:
            return
        self._drawn = time.monotonic()
        part = self._done / self._total if self._total else 1.0
        full = int(part * WIDTH)
        left = self._left(part)
        bar = "#" * full + "." * (WIDTH - full)
        self._to.write(f"\r\x1b[K{self._what} [{bar}] {part:4.0%}{left} {now[:30]}")
        self._to.flush()

    def _left(self, part: float) -> str:
        spent = time.monotonic() - self._began
        if part <= 0 or spent < 1 or part >= 1:
            return ""
        return f" {spent / part - spent:3.0f} s left"
