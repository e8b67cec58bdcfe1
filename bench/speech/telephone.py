"""What a telephone does to speech, and the noises that a line makes. Arrays are float32 of one channel at RATE, full scale 1."""

import numpy as np
import soxr
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE = 16_000  # what the recogniser takes
LINE = 8_000  # what a telephone carries
SPEECH_LEVEL = -23.0  # dBFS while somebody speaks


def over_the_line(speech: Samples) -> Samples:
    """8 kHz, 300 to 3400 Hz, G.711 mu-law there and back, and up to RATE again."""
    line = soxr.resample(speech, RATE, LINE)
    return soxr.resample(mu_law(band(line, LINE)), LINE, RATE).astype(np.float32)


def band(samples: Samples, rate: int, low: float = 300, high: float = 3400) -> Samples:
    """Only what lies between two frequencies in Hz; the edges are 60 Hz wide."""
    size = len(samples)
    spectrum = np.fft.rfft(samples, 2 * size if size % 2 else size)
    frequency = np.fft.rfftfreq(2 * size if size % 2 else size, 1 / rate)
    gain = np.clip((frequency - low) / 60 + 1, 0, 1) * np.clip((high - frequency) / 60 + 1, 0, 1)
    return np.fft.irfft(spectrum * gain)[:size].astype(np.float32)


def mu_law(samples: Samples) -> Samples:
    """Through the 255 steps of G.711 mu-law and back."""
    sign, size = np.sign(samples), np.minimum(np.abs(samples), 1)
    step = np.round(np.log1p(255 * size) / np.log(256) * 127) / 127
    return (sign * np.expm1(step * np.log(256)) / 255).astype(np.float32)


def at_level(speech: Samples, level: float = SPEECH_LEVEL) -> Samples:
    """Louder or softer, so that the loud half of its 20 ms frames is at ``level`` dBFS."""
    return (speech * 10 ** (level / 20) / loudness(speech)).astype(np.float32)


def loudness(speech: Samples) -> float:
    """Root mean square of the frames that are within 25 dB of the loudest: of speech, not of its pauses."""
    frame = RATE // 50
    power = np.square(speech[: len(speech) // frame * frame].reshape(-1, frame)).mean(axis=1)
    return float(np.sqrt(power[power >= power.max() * 10**-2.5].mean())) or 1.0


def noise(chance: np.random.Generator, seconds: float, level: float, slope: float = 0.0) -> Samples:
    """Gaussian noise of ``level`` dBFS from 50 Hz up; its power falls with frequency ** -slope (1 pink, 2 brown)."""
    size = int(seconds * RATE)
    size += size % 2
    frequency = np.fft.rfftfreq(size, 1 / RATE)
    spectrum = np.fft.rfft(chance.standard_normal(size)) * (frequency >= 50)
    made = np.fft.irfft(spectrum * frequency.clip(50) ** (-slope / 2)).astype(np.float32)
    return (made * 10 ** (level / 20) / np.sqrt(np.square(made).mean())).astype(np.float32)


def noisy(speech: Samples, chance: np.random.Generator, ratio: float = 10.0) -> Samples:
    """As a microphone hears it beside a road: brown noise ``ratio`` dB below the speech, before the line takes the lows away."""
    level = 20 * np.log10(loudness(speech)) - ratio
    return speech + noise(chance, len(speech) / RATE + 0.01, level, slope=2.0)[: len(speech)]


def tone(seconds: float, *frequencies: float, level: float = -12.0) -> Samples:
    """Sine waves together."""
    time = np.arange(int(seconds * RATE)) / RATE
    made = sum(np.sin(2 * np.pi * frequency * time) for frequency in frequencies)
    return (made / len(frequencies) * 10 ** (level / 20)).astype(np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), np.float32)
