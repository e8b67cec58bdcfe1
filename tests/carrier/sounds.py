"""Sounds as a carrier would send them."""

from __future__ import annotations

import random
import struct


def wav(size=100_000, sort=1, channels=1, promised=None):
    """A WAV of so many bytes in all, of noise."""
    width = 2 if sort == 1 else 1
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, sort, channels, 8000, 8000 * width, width, 8 * width)
    body = random.Random(size).randbytes(size - 44)
    riff = size - 8 if promised is None else promised
    return b"RIFF" + struct.pack("<I", riff) + b"WAVE" + head + b"data" + struct.pack("<I", len(body)) + body
