"""Any recording -> samples, and samples -> a telephone WAV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

# One leg of a recording: shape (n,), -1 to 1.
Samples: TypeAlias = npt.NDArray[np.float32]

RATE = 16_000  # what every speech model here was trained on


@dataclass(frozen=True)
class Limits:
    """How much of a recording is read at all. Its defaults keep a transcription below one gigabyte."""

    seconds: float = 900.0
    bytes: int = 64 * 1024 * 1024


@dataclass(frozen=True, eq=False)
class Sound:
    """Samples in memory: ``legs`` are channels of the same length, one or two; ``rate`` in samples a second."""

    rate: int
    legs: tuple[Samples, ...]

    @property
    def seconds(self) -> float:
        return max((len(leg) for leg in self.legs), default=0) / self.rate
