"""Which kind of sound file this is, by its first bytes and never by its name.

The answer names the one demuxer that may open the file. Left to itself, FFmpeg would probe for some hundred
formats, among them playlists that name other files and addresses.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

__all__ = ["KNOWN", "kind_of", "missing_from_wav"]

KNOWN = "WAV, MP3, FLAC, Ogg, AIFF, AU, AMR or M4A"

# Where the mark stands, the mark, FFmpeg's demuxer.
_MARKS = (
    (8, b"WAVE", "wav"),
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (8, b"AIFF", "aiff"),
    (8, b"AIFC", "aiff"),
    (0, b".snd", "au"),
    (0, b"#!AMR", "amr"),
    (4, b"ftyp", "mov"),
    (0, b"ID3", "mp3"),
)

# What programs write into a WAV's sizes when they do not know them yet: a pipe cannot be rewound.
_UNKNOWN_SIZES = (0, 0xFFFFFFFF)


def kind_of(head: bytes) -> str | None:
    """The demuxer for a file that starts with these bytes (12 are enough); None for what is no sound."""
    for at, mark, demuxer in _MARKS:
        if head[at : at + len(mark)] == mark:
            return demuxer
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:
        return "mp3"  # eleven bits of frame sync and layer III; a byte order mark (FF FE) has another layer
    return None


def missing_from_wav(file: BinaryIO, size: int) -> int:
    """How many bytes of sound a WAV promises and does not hold: 0 for a whole one. FFmpeg does not mind.

    Walks the chunks by their sizes without reading them (RIFF: 4 letters, 4 bytes of size, even padding).
    """
    at = 12
    while at + 8 <= size:
        file.seek(at)
        name, length = struct.unpack("<4sI", file.read(8))
        if name == b"data":
            return 0 if length in _UNKNOWN_SIZES else max(0, at + 8 + int(length) - size)
        at += 8 + length + length % 2
    return 0
