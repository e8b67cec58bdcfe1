"""The espeak-ng library, run as a program: requests on standard input, sound on standard output.

A program of its own and only ever started as one (audio/espeak.py): libespeak-ng is GPL-3, Sambung links
nothing of it. Each request is a JSON line {"text": ..., "voice": "id"}; each answer a JSON line {"rate": Hz,
"bytes": n} and n bytes of mono 16-bit samples, or {"fault": what}. Ends when its input ends.
"""

from __future__ import annotations

import ctypes
import json
import sys

import espeakng_loader

# speak_lib.h
SYNCHRONOUS = (
    2  # AUDIO_OUTPUT_SYNCHRONOUS: samples go to our callback, espeak_Synth returns when all are made
)
RATE_PARAMETER = 1  # espeakRATE, words a minute
UTF8, END_PAUSE = 1, 0x1000  # espeakCHARS_UTF8, espeakENDPAUSE
WORDS_A_MINUTE = 145  # slower than the library's 175: a telephone takes away what tells s, t and p apart

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Voice:
    """The library, initialised once."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._made = bytearray()
        self._keep = _Callback(self._take)  # the library holds only its address
        path = espeakng_loader.get_data_path().encode()
        self.rate = self._library.espeak_Initialize(SYNCHRONOUS, 0, path, 0)
        if self.rate <= 0:
            raise OSError("espeak-ng does not find its data")
        self._library.espeak_SetSynthCallback(self._keep)

    def _take(self, samples: int | None, count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._made += ctypes.string_at(samples, 2 * count)
        return 0  # go on

    def say(self, text: str, voice: str) -> bytes:
        """Mono 16-bit samples. Raises ValueError for a voice that there is none of."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice '{voice}'")
        self._library.espeak_SetParameter(RATE_PARAMETER, WORDS_A_MINUTE, 0)
        self._made.clear()
        said = text.encode()
        if self._library.espeak_Synth(said, len(said) + 1, 0, 1, 0, UTF8 | END_PAUSE, None, None) != 0:
            raise ValueError("espeak-ng cannot say this")
        return bytes(self._made)


def main() -> None:
    voice = Voice()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            made = voice.say(request["text"], request["voice"])
            head = {"rate": voice.rate, "bytes": len(made)}
        except ValueError as fault:
            made, head = b"", {"fault": str(fault)}
        sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + made)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
