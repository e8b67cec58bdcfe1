"""Samples as arrays: from FFmpeg's formats to floats, from one rate to another, to what telephones take."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import soxr

__all__ = ["RATE", "Leg", "Samples", "floats", "mulaw", "pcm16", "resample"]

# One leg of a recording: shape (n,), -1 to 1.
Samples: TypeAlias = npt.NDArray[np.float32]

RATE = 16_000  # what every speech model here was trained on

# G.711: samples are cut at this value and moved up by 33 (of 14 bits) before the exponent is found.
_CLIP, _BIAS = 32_635, 0x84


def resample(samples: Samples, rate: int, to: int) -> Samples:
    """The same sound at another rate, by soxr: nothing above the new half rate comes back as a false tone."""
    return samples if rate == to else np.asarray(soxr.resample(samples, rate, to), dtype=np.float32)


def floats(samples: npt.NDArray[Any], legs: int) -> Samples:
    """FFmpeg's sample formats as floats of shape (legs, n): -1 to 1, never NaN or infinite."""
    apart = samples if samples.shape[0] == legs else samples.reshape(-1, legs).T
    if apart.dtype == np.uint8:
        return np.asarray((apart.astype(np.float32) - 128) / 128, dtype=np.float32)
    if np.issubdtype(apart.dtype, np.integer):
        return np.asarray(apart / -float(np.iinfo(apart.dtype).min), dtype=np.float32)
    finite = np.nan_to_num(apart, nan=0.0, posinf=1.0, neginf=-1.0)
    return np.asarray(finite.clip(-1, 1), dtype=np.float32)


class Leg:
    """One channel, resampled as it comes in, so that no more than what is kept is ever in memory."""

    def __init__(self, rate: int, to: int, seconds: float) -> None:
        self.rate = rate
        self._to = to
        self._heard = 0
        self._stream = soxr.ResampleStream(rate, to, 1, dtype="float32") if rate != to else None
        self._samples = np.empty(int((seconds + 1) * to), dtype=np.float32)
        self._length = 0

    @property
    def seconds(self) -> float:
        return self._heard / self.rate

    def hear(self, samples: Samples) -> None:
        self._heard += len(samples)
        samples = np.ascontiguousarray(samples)
        self._keep(self._stream.resample_chunk(samples) if self._stream else samples)

    def finished(self) -> Samples:
        if self._stream:
            self._keep(self._stream.resample_chunk(np.empty(0, dtype=np.float32), last=True))
        return self._samples[: self._length]

    def _keep(self, samples: Samples) -> None:
        end = self._length + len(samples)
        if end > len(self._samples):
            self._samples = np.concatenate([self._samples, np.empty(end, dtype=np.float32)])
        self._samples[self._length : end] = samples
        self._length = end


def pcm16(samples: Samples) -> npt.NDArray[np.int16]:
    """16 bits, little endian; louder than full scale is cut."""
    return np.asarray(np.clip(np.rint(samples * 32_768.0), -32_768, 32_767), dtype="<i2")


def mulaw(pcm: npt.NDArray[np.int16]) -> npt.NDArray[np.uint8]:
    """ITU-T G.711 mu-law: sign, three bits of exponent, four of mantissa, all inverted."""
    magnitude = np.minimum(np.abs(pcm.astype(np.int32)), _CLIP) + _BIAS
    exponent = np.frexp(magnitude.astype(np.float32))[1] - 8
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = np.where(pcm < 0, 0x80, 0)
    return np.asarray(~(sign | (exponent << 4) | mantissa) & 0xFF, dtype=np.uint8)
