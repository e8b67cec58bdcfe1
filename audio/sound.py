"""Any recording -> samples, within limits. Read by PyAV's own libraries: no ffmpeg is needed on the machine.

A recording comes from outside, so that nothing in it is believed. Its first bytes choose the one demuxer that
may open it, no other file or address is ever opened through it, and seconds are counted while reading, not
taken from the header.
"""

from __future__ import annotations

import io
import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import av
import numpy as np
from av.container import InputContainer

from audio.faults import Empty, NotAudio, SoundFault, TooLarge, TooLong
from audio.formats import KNOWN, kind_of, missing_from_wav
from audio.samples import RATE, Leg, Samples, floats, mulaw, pcm16, resample

__all__ = [
    "MULAW", "PCM16", "RATE", "TELEPHONE_RATE", "Limits", "Samples", "Sound", "read", "resample", "wav_bytes", "write_wav",
]  # fmt: skip

RATES = range(4_000, 192_001)  # of what is read
MOST_LEGS = 2
TELEPHONE_RATE = 8_000
PCM16, MULAW = "pcm16", "mulaw"
_FORMATS = {PCM16: (1, 2), MULAW: (7, 1)}  # WAVE format tag, bytes of a sample
LISTEN = "the file is kept: open it in another player, or record again"

# Encoders pad and cut: a header may promise a little more than there is.
_LENIENT = 0.98
_LENIENT_SECONDS = 0.5


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


def read(source: Path | str | bytes, limits: Limits | None = None, rate: int = RATE) -> Sound:
    """The recording at a path, or in bytes, resampled to ``rate``; the legs of a dual-channel one apart.

    Raises SoundFault: Empty, NotAudio (also when it is cut off or damaged), TooLong, TooLarge. A file that
    cannot be opened at all (missing, not ours to read) is a SoundFault too.
    """
    limits = limits or Limits()
    with _opened(source) as file:
        head = _checked_head(file, limits)
        kind = kind_of(head)
        if kind is None:
            raise NotAudio(f"not a sound file that is known here (it starts {head[:8]!r})", f"send {KNOWN}")
        try:
            return _decoded(file, kind, limits, rate)
        except av.FFmpegError as problem:
            raise NotAudio(f"this {kind.upper()} cannot be read ({problem.strerror})", LISTEN) from None


@contextmanager
def _opened(source: Path | str | bytes) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield io.BytesIO(source)
        return
    try:
        # Looked at before opening: a named pipe would wait for its writer for ever.
        if not stat.S_ISREG(os.stat(source).st_mode):
            raise NotAudio(f"{source} is not a file", "name the sound file itself")
        file = open(source, "rb")
    except OSError as problem:
        raise SoundFault(f"{source} cannot be opened ({problem.strerror})", "check path and rights") from None
    with file:
        yield file


def _checked_head(file: BinaryIO, limits: Limits) -> bytes:
    """The first bytes of a file that is neither empty, nor too large, nor a WAV that was cut off."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(12)
    if not head:
        raise Empty("the file is empty", "record again")
    if kind_of(head) == "wav" and (missing := missing_from_wav(file, size)):
        raise NotAudio(f"the recording is cut off: {missing:,} bytes of sound are missing", "fetch it again")
    if size > limits.bytes:
        raise TooLarge(f"the file has {size:,} bytes, more than {limits.bytes:,}", "cut it into parts")
    file.seek(0)
    return head


def _decoded(file: BinaryIO, kind: str, limits: Limits, rate: int) -> Sound:
    # A BinaryIO, not a path, and a callback that refuses: FFmpeg gets no way to open anything by itself.
    with av.open(
        file,
        "r",
        format=kind,
        metadata_errors="ignore",
        io_open=_refuse,
        container_options={"protocol_whitelist": "", "format_whitelist": kind},
    ) as container:
        if not container.streams.audio:
            raise NotAudio("there is no sound in this file", LISTEN)
        promised = _promised(container, kind, file)
        if promised is not None and promised > limits.seconds:
            _too_long(promised, limits)
        legs: list[Leg] = []
        for samples, its_rate in _frames(container):
            if not legs:
                legs = [Leg(its_rate, rate, promised or 60.0) for _ in samples]
            if len(samples) != len(legs) or its_rate != legs[0].rate:
                raise NotAudio("the sound changes its form midway", LISTEN)
            for leg, its_samples in zip(legs, samples, strict=True):
                leg.hear(its_samples)
            if legs[0].seconds > limits.seconds:
                _too_long(promised, limits)
    heard = legs[0].seconds if legs else 0.0
    # A WAV was weighed byte for byte already, and some carry a count of samples that nobody keeps right.
    if promised and kind != "wav" and heard + _LENIENT_SECONDS < promised * _LENIENT:
        raise NotAudio(
            f"the recording is cut off: {heard:.1f} of {promised:.1f} s are there", "fetch it again"
        )
    if not heard:
        raise Empty("the file holds no sound: 0 samples", "record again")
    return Sound(rate, tuple(leg.finished() for leg in legs))


def _refuse(url: str, flags: int, options: dict[str, Any]) -> NoReturn:
    raise PermissionError(f"a recording may not open {url}")


def _too_long(seconds: float | None, limits: Limits) -> NoReturn:
    length = f"{seconds / 60:,.0f} minutes" if seconds else "longer"
    raise TooLong(
        f"the recording is too long: {length}, at most {limits.seconds / 60:,.0f} are written down",
        "listen to it, or cut it into parts",
    )


def _promised(container: InputContainer, kind: str, file: BinaryIO) -> float | None:
    """Seconds that the header promises; None where there is no such number and FFmpeg only estimates."""
    stream = container.streams.audio[0]
    if stream.duration is None or stream.time_base is None:
        return None
    if kind == "mp3":
        # Without the Xing/Info table the length is reckoned from the bit rate of the first frame.
        here = file.tell()
        file.seek(0)
        start = file.read(16_384)
        file.seek(here)
        if b"Xing" not in start and b"Info" not in start:
            return None
    return float(stream.duration * stream.time_base)


def _frames(container: InputContainer) -> Iterator[tuple[Samples, int]]:
    """Decoded pieces: samples of shape (legs, n), and their rate. Skips a few damaged packets, not many."""
    stream = container.streams.audio[0]
    good = bad = 0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
            good += 1
        except av.error.InvalidDataError:
            bad += 1
            if bad > 3 + good // 10:
                raise NotAudio("the sound is damaged", LISTEN) from None
            continue
        for frame in frames:
            legs = len(frame.layout.channels)
            if frame.sample_rate not in RATES or not 1 <= legs <= MOST_LEGS:
                raise NotAudio(
                    f"{legs} channels of {frame.sample_rate:,} samples a second are no recording of a call",
                    f"send one or two channels of {RATES[0]:,} to {RATES[-1]:,}",
                )
            yield floats(frame.to_ndarray(), legs), frame.sample_rate


def write_wav(path: Path, sound: Sound, encoding: str = PCM16, rate: int = TELEPHONE_RATE) -> None:
    """Writes the sound whole or not at all: beside its place first, then flushed and renamed."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            file.write(wav_bytes(sound, encoding, rate))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def wav_bytes(sound: Sound, encoding: str = PCM16, rate: int = TELEPHONE_RATE) -> bytes:
    """The sound as the bytes of a WAV file, legs as channels. Louder than full scale is cut, not wrapped."""
    tag, width = _FORMATS[encoding]
    legs = [pcm16(resample(leg, sound.rate, rate)) for leg in sound.legs]
    together = np.stack(legs, axis=1).ravel()
    data = (mulaw(together) if encoding == MULAW else together).tobytes()
    block = width * len(legs)
    shape = struct.pack("<HHIIHH", tag, len(legs), rate, rate * block, block, 8 * width)
    chunks = _chunk(b"fmt ", shape)
    if tag != 1:
        # Compressed formats have a size for extra fields (none here) and the count of samples.
        chunks = _chunk(b"fmt ", shape + b"\0\0") + _chunk(b"fact", struct.pack("<I", len(legs[0])))
    body = b"WAVE" + chunks + _chunk(b"data", data)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
