"""Recordings as they come: whole ones are read in every format, damaged and dressed-up ones are refused in one sentence."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from audio.faults import Empty, NotAudio, SoundFault, TooLarge, TooLong
from audio.sound import MULAW, RATE, Limits, Sound, read, resample, wav_bytes, write_wav

ROOT = Path(__file__).resolve().parents[2]


def tone(hertz: float = 440, seconds: float = 2.0, rate: int = 8_000, level: float = 0.3) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def strength(samples: np.ndarray, hertz: float, rate: int = RATE) -> float:
    """How strong a tone is in the samples: its amplitude, away from both ends."""
    middle = samples[rate // 10 : -rate // 10]
    turning = np.exp(-2j * np.pi * hertz * np.arange(len(middle)) / rate)
    return float(2 * abs(np.dot(middle, turning)) / len(middle))


def encoded(kind: str, codec: str, *legs: np.ndarray, rate: int = 8_000) -> bytes:
    """The legs as a file that FFmpeg's own encoder made."""
    file, layout = io.BytesIO(), "mono" if len(legs) == 1 else "stereo"
    with av.open(file, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        pcm = (np.stack(legs, axis=1).ravel() * 32767).astype("<i2")[None, :]
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout=layout)
        frame.sample_rate = rate
        resampler = av.AudioResampler(
            stream.format, layout, rate, getattr(stream.codec_context, "frame_size", 0) or None
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return file.getvalue()


def wav(
    data: bytes, promised: int | None = None, legs: int = 1, rate: int = 8_000, tag: int = 1, bits: int = 16
) -> bytes:
    """A WAV whose header may say what it likes."""
    block = legs * bits // 8
    shape = struct.pack("<HHIIHH", tag, legs, rate, rate * block % 2**32, block % 2**16, bits)
    size = len(data) if promised is None else promised
    body = b"WAVEfmt " + struct.pack("<I", 16) + shape + b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", min(len(body), 2**32 - 1)) + body


PCM = (tone() * 32767).astype("<i2").tobytes()


@pytest.mark.parametrize(
    ("kind", "codec", "rate"),
    [
        ("wav", "pcm_s16le", 8_000), ("wav", "pcm_mulaw", 8_000), ("wav", "pcm_alaw", 8_000), ("wav", "pcm_u8", 8_000),
        ("wav", "pcm_s24le", 44_100), ("wav", "pcm_f32le", 48_000), ("wav", "pcm_f64le", 16_000), ("wav", "adpcm_ima_wav", 8_000),
        ("flac", "flac", 8_000), ("flac", "flac", 44_100), ("mp3", "mp3", 8_000), ("mp3", "mp3", 44_100),
        ("ogg", "libopus", 48_000), ("aiff", "pcm_s16be", 8_000), ("au", "pcm_mulaw", 8_000), ("mp4", "aac", 16_000),
    ],
)  # fmt: skip
def test_a_recording_of_any_format_sounds_the_same(kind, codec, rate):
    sound = read(encoded(kind, codec, tone(rate=rate), rate=rate))
    assert (sound.rate, len(sound.legs), sound.legs[0].dtype) == (16_000, 1, np.float32)
    assert sound.seconds == pytest.approx(2.0, abs=0.15)
    assert strength(sound.legs[0], 440) == pytest.approx(0.3, abs=0.02)


def test_both_legs_of_a_dual_channel_recording_stay_apart():
    for kind, codec in (("wav", "pcm_s16le"), ("wav", "pcm_mulaw"), ("flac", "flac"), ("mp3", "mp3")):
        left, right = read(encoded(kind, codec, tone(440), tone(1_000))).legs
        assert strength(left, 440) == pytest.approx(0.3, abs=0.02)
        assert strength(right, 1_000) == pytest.approx(0.3, abs=0.02)
        assert strength(left, 1_000) < 0.01 > strength(right, 440)


def test_a_tone_too_high_for_the_telephone_leaves_no_false_tone():
    high = Sound(22_050, (tone(6_000, rate=22_050),))
    heard = read(wav_bytes(high)).legs[0]
    assert strength(heard, 2_000) < 0.0001  # where 6 000 Hz would fold to at 8 000 samples a second
    assert resample(high.legs[0], 22_050, 22_050) is high.legs[0]


def test_a_written_recording_is_read_back_as_it_was(tmp_path):
    sound = Sound(8_000, (tone(440), tone(1_000, level=0.02)))
    write_wav(tmp_path / "a.wav", sound)
    write_wav(tmp_path / "b.wav", sound, MULAW)
    exact, telephone = read(tmp_path / "a.wav", rate=8_000), read(tmp_path / "b.wav", rate=8_000)
    for leg in (0, 1):
        assert np.abs(exact.legs[leg] - sound.legs[leg]).max() <= 0.5 / 32_768 + 1e-7
        assert np.abs(telephone.legs[leg] - sound.legs[leg]).max() < 0.03 * np.abs(sound.legs[leg]).max()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wav", "b.wav"]


def test_mu_law_is_what_the_standard_says():
    every = (np.arange(-32_768, 32_768) / 32_768).astype(np.float32)
    ours = wav_bytes(Sound(8_000, (every,)), MULAW)[58:]
    decoded = read(wav(ours, tag=7, bits=8), Limits(), rate=8_000).legs[0] * 32_768
    # G.711's steps double with every segment: half a step is at most 1/32 of the value + 132; above 32 124 it is cut.
    inside = np.abs(every * 32_768) <= 32_124
    error = np.abs(decoded - every * 32_768)[inside]
    assert (error <= (np.abs(every[inside]) * 32_768 + 132) / 32).all()
    assert ours[32_768] == 0xFF and ours[32_768 + 1_000] == 0xCE and ours[0] == 0x00 and ours[65_535] == 0x80


def test_what_is_louder_than_full_scale_is_cut_and_not_wrapped():
    loud = read(wav_bytes(Sound(8_000, (tone(level=3.0),)))).legs[0]
    assert strength(loud, 440) > 1.0


def test_floats_that_are_no_numbers_become_silence():
    data = np.array([0.5, np.nan, np.inf, -np.inf, 7.0, -0.5] * 1_000, dtype="<f4").tobytes()
    samples = read(wav(data, tag=3, bits=32), rate=8_000).legs[0]
    assert samples[:6].tolist() == [0.5, 0.0, 1.0, -1.0, 1.0, -0.5]


PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n"
MP3 = encoded("mp3", "mp3", tone())
REFUSED = {
    "nothing at all": (b"", Empty, "the file is empty"),
    "text": (b"Terima kasih, tidak ada pesan.\n" * 100, NotAudio, "not a sound file"),
    "a web page": (b"<!DOCTYPE html><html>404</html>", NotAudio, "not a sound file"),
    "a picture": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(500), NotAudio, "not a sound file"),
    "UTF-16 text": (("halo" * 200).encode("utf-16"), NotAudio, "not a sound file"),
    "an archive": (b"PK\x03\x04" + bytes(500), NotAudio, "not a sound file"),
    "a playlist": (PLAYLIST, NotAudio, "not a sound file"),
    "a playlist dressed as WAV": (b"RIFF\x00\x00\x00\x00WAVE" + PLAYLIST, NotAudio, "cannot be read"),
    "a concat script": (b"ffconcat version 1.0\nfile /etc/passwd\n", NotAudio, "not a sound file"),
    "a header alone": (wav(PCM)[:12], NotAudio, "cannot be read"),
    "a WAV without samples": (wav(b""), Empty, "0 samples"),
    "a WAV cut off": (wav(PCM)[:-9_000], NotAudio, "cut off: 9,000 bytes of sound are missing"),
    "a header of 2 GB": (wav(PCM, promised=2**31 - 1), NotAudio, "cut off: 2,147,451,647 bytes"),
    "a FLAC cut off": (encoded("flac", "flac", tone(seconds=9))[:-3_000], NotAudio, "cut off"),
    "an MP3 cut off": (MP3[: len(MP3) // 2], NotAudio, "cut off"),
    "an MP3 of noise": (MP3[:4] + bytes(range(256)) * 40, NotAudio, ""),
    "an M4A cut off": (encoded("mp4", "aac", tone(rate=16_000), rate=16_000)[:-900], NotAudio, ""),
    "no sample rate": (wav(PCM, rate=0), NotAudio, "cannot be read"),
    "one sample a second": (wav(PCM, rate=1), SoundFault, ""),
    "a rate of two billion": (wav(PCM, rate=2**31 - 1), NotAudio, "2,147,483,647 samples a second"),
    "65,535 channels": (wav(PCM, legs=65_535), NotAudio, "cannot be read"),
    "six channels": (wav(PCM, legs=6), NotAudio, "6 channels"),
    "an unknown codec": (wav(PCM, tag=0x99), NotAudio, "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_heard_is_refused_with_a_way_out(name, tmp_path):
    data, kind, what = REFUSED[name]
    (tmp_path / "voicemail.wav").write_bytes(data)
    for source in (data, tmp_path / "voicemail.wav"):
        with pytest.raises(SoundFault) as refused:
            read(source)
        assert isinstance(refused.value, kind) and what in refused.value.what
        assert refused.value.way_out and "\n" not in str(refused.value)


def test_a_recording_is_read_up_to_its_limits_and_no_further():
    minute = wav_bytes(Sound(8_000, (tone(seconds=60),)))
    assert read(minute, Limits(seconds=60)).seconds == 60
    with pytest.raises(TooLong, match="too long: 1 minutes, at most"):
        read(minute, Limits(seconds=59.9))
    with pytest.raises(TooLarge, match="960,044 bytes, more than 960,043"):
        read(minute, Limits(bytes=960_043))
    # A pipe does not know how long its recording gets, so that the header promises nothing.
    for unknown in (0, 2**32 - 1):
        assert read(wav(PCM, promised=unknown)).seconds == 2.0


def test_seconds_are_counted_whatever_the_header_says():
    ten_minutes = encoded("flac", "flac", np.zeros(8_000 * 600, np.float32))
    unknown = bytearray(ten_minutes)
    unknown[21] &= 0xF0  # 36 bits of STREAMINFO count the samples; 0 says that nobody knows
    unknown[22:26] = bytes(4)
    with pytest.raises(TooLong, match="too long: longer"):
        read(bytes(unknown), Limits(seconds=300))
    assert read(bytes(unknown)).seconds == 600


def test_a_missing_file_a_folder_and_a_pipe_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, what in (("absent.wav", "cannot be opened"), ("", "is not a file"), ("pipe", "is not a file")):
        with pytest.raises(SoundFault, match=what):
            read(tmp_path / path)
    with pytest.raises(SoundFault, match="is not a file"):
        read(Path("/dev/zero"))


LITTLE_MEMORY = """
import resource, sys
from pathlib import Path
from audio.faults import SoundFault
from audio.sound import read
read(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in sys.argv[2:]:
    try:
        read(Path(name))
    except SoundFault as fault:
        print(type(fault).__name__, fault)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_day_of_sound_and_a_huge_header_take_little_memory_and_no_ffmpeg(tmp_path):
    (tmp_path / "good.wav").write_bytes(wav(PCM))
    with open(tmp_path / "day.wav", "wb") as day:
        size = 24 * 3600 * 16_000
        day.write(wav(b"", promised=size))
        day.truncate(size + 44)  # sparse: no disk is used
    (tmp_path / "header.wav").write_bytes(wav(PCM, promised=2**31 - 1))
    (tmp_path / "day.flac").write_bytes(flac_of_silence(hours=24))
    (tmp_path / "tag.mp3").write_bytes(b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + MP3)
    names = [str(tmp_path / name) for name in ("good.wav", "day.wav", "header.wav", "day.flac", "tag.mp3")]
    ran = subprocess.run(
        [sys.executable, "-c", LITTLE_MEMORY, *names],
        cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
    )
    assert ran.stderr == ""
    day, header, flac, tag, grown = ran.stdout.splitlines()
    assert (
        day.startswith("TooLarge") and header.startswith("NotAudio") and tag.startswith(("NotAudio", "Empty"))
    )
    assert flac.startswith("TooLong the recording is too long: 1,440 minutes")
    assert int(grown) < 100


def flac_of_silence(hours: int) -> bytes:
    """One second encoded, its header changed to promise the hours, its frames repeated: small, and it would decode for long."""
    one = bytearray(encoded("flac", "flac", np.zeros(8_000, np.float32)))
    total = hours * 3600 * 8_000
    one[21] = one[21] & 0xF0 | total >> 32
    one[22:26] = (total & 0xFFFFFFFF).to_bytes(4, "big")
    return bytes(one) * 200
