"""Speech cut into the half minutes that Whisper hears at once, at pauses, and the way back to the recording's own time.

faster-whisper's own loop moves its window to the end of the last word when it is asked for words' times, and then hears the
rest of the same half minute again: with a prompt every thirteenth word was written twice. Windows fixed beforehand cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audio.samples import RATE, Samples

__all__ = ["Window", "windows"]


@dataclass(frozen=True)
class Window:
    """Stretches of one recording that are heard together, silence between them left out: (start, end) in seconds."""

    stretches: tuple[tuple[float, float], ...]

    @property
    def seconds(self) -> float:
        return sum(end - start for start, end in self.stretches)

    def of(self, samples: Samples) -> Samples:
        """The window's part of the recording, at RATE."""
        return np.concatenate([samples[int(start * RATE) : int(end * RATE)] for start, end in self.stretches])

    def halves(self) -> tuple[Window, ...]:
        """The window cut in two between stretches; itself when it has but one."""
        half = len(self.stretches) // 2
        return (Window(self.stretches[:half]), Window(self.stretches[half:])) if half else (self,)

    def after(self, seconds: float) -> Window:
        """What follows so many seconds into the window; without stretches when nothing does."""
        rest = []
        for start, end in self.stretches:
            if seconds < end - start:
                rest.append((start + max(seconds, 0.0), end))
            seconds -= end - start
        return Window(tuple(rest))

    def offset(self, part: Window) -> float:
        """How many seconds into this window a part of it begins."""
        begins = part.stretches[0][0]
        before = 0.0
        for start, end in self.stretches:
            if start <= begins < end:
                return before + begins - start
            before += end - start
        return before

    def stretch_at(self, seconds: float) -> int:
        """Which stretch is being heard so many seconds into the window; the last one after its end."""
        for number, (start, end) in enumerate(self.stretches[:-1]):
            seconds -= end - start
            if seconds < 0:
                return number
        return len(self.stretches) - 1

    def time_at(self, seconds: float, stretch: int) -> float:
        """The recording's time so many seconds into the window, kept inside a stretch: a word does not span a pause."""
        before = sum(end - start for start, end in self.stretches[:stretch])
        start, end = self.stretches[stretch]
        return min(max(start + seconds - before, start), end)


def windows(stretches: Sequence[tuple[float, float]], longest: float) -> list[Window]:
    """As few windows of at most ``longest`` seconds as come of filling each in turn. A longer stretch has one to itself."""
    found: list[Window] = []
    for stretch in stretches:
        if found and found[-1].seconds + stretch[1] - stretch[0] <= longest:
            found[-1] = Window((*found[-1].stretches, stretch))
        else:
            found.append(Window((stretch,)))
    return found
