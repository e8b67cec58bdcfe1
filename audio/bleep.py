"""A copy of a sound in which a tone stands where a secret was said.

The words of a secret are found in the transcript (desk.redaction.find_words); their times are those of the engine, which
may be off by a syllable: a margin is taken at both sides. Nothing of the original stays under the tone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

TONE_HZ = 1_000
LEVEL_DBFS = -20.0  # against a sine at full scale: a tenth of the range, as loud as quiet speech
MARGIN = 0.15  # seconds before and after each span
_RAMP = 0.004  # seconds in which the tone swells and fades: without it every tone begins with a click

Samples = NDArray[Any]


def merged(
    spans: Iterable[tuple[float, float]], seconds: float, margin: float = MARGIN
) -> list[tuple[float, float]]:
    """Spans (start, end) in seconds with their margins, within the sound, in order, joined where they touch.

    >>> merged([(3.0, 3.5), (1.0, 2.0), (2.2, 2.5)], seconds=3.6, margin=0.1)
    [(0.9, 2.6), (2.9, 3.6)]

    A span that ends before it starts is turned round; one that is no number, or lies outside, is an error of
    the caller: a secret would be heard. Raises ValueError.
    """
    wide = []
    for span in spans:
        start, end = min(span), max(span)
        if not (math.isfinite(start) and math.isfinite(end)) or start - margin > seconds or end + margin < 0:
            raise ValueError(
                f"span {span} lies outside a sound of {seconds:.2f} s: its words belong to another sound"
            )
        wide.append((max(0.0, start - margin), min(seconds, end + margin)))
    joined: list[tuple[float, float]] = []
    for start, end in sorted(wide):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def bleep(leg: Samples, rate: int, spans: Iterable[tuple[float, float]], margin: float = MARGIN) -> Samples:
    """A copy of one leg with a tone in place of ``spans`` (seconds); as long and of the same type.

    ``leg``: one row of samples, floats of -1 to 1 or signed integers. Raises ValueError when the rate is too
    low for the tone, or for what ``merged`` refuses.
    """
    if rate < 2 * TONE_HZ:
        raise ValueError(f"rate {rate} Hz carries no tone of {TONE_HZ} Hz: resample to 8000 Hz first")
    copy = leg.copy()
    for start, end in merged(spans, len(leg) / rate, margin):
        # Outwards to whole samples: half a sample of speech is nothing, but nobody need prove it.
        first, last = math.floor(start * rate), min(len(leg), math.ceil(end * rate))
        copy[first:last] = _tone(last - first, rate, leg.dtype)
    return copy


def bleep_legs(
    legs: Sequence[Samples], rate: int, spans: Sequence[Iterable[tuple[float, float]]], margin: float = MARGIN
) -> tuple[Samples, ...]:
    """Each leg with its own spans. ``spans``: one collection a leg; raises ValueError for another number of them."""
    return tuple(bleep(leg, rate, own, margin) for leg, own in zip(legs, spans, strict=True))


def _tone(count: int, rate: int, dtype: np.dtype[Any]) -> Samples:
    full = float(np.iinfo(dtype).max) if np.issubdtype(dtype, np.signedinteger) else 1.0
    wave = full * 10 ** (LEVEL_DBFS / 20) * np.sin(2 * np.pi * TONE_HZ / rate * np.arange(count))
    ramp = min(count // 2, round(_RAMP * rate))
    if ramp:
        swell = np.linspace(0.0, 1.0, ramp, endpoint=False)
        wave[:ramp] *= swell
        wave[-ramp:] *= swell[::-1]
    tone: Samples = wave.astype(dtype)
    return tone
