"""<Record>, and recordings kept: WAV files under the state folder, told of by recording status callbacks.

Rules: twilio.com/docs/voice/twiml/record. Digits is the key that ended it, or ``hangup``; an empty recording
(silence only)
asks no action and the next verb follows; no action means the current document again; a hang-up still yields
the recording.
"""

import io
import json
import math
import wave
from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from carrier.emulator import sids
from carrier.emulator.events import Elapsed, Event, HungUp, Key, Sound, Speaking, Wait, params
from carrier.emulator.twiml import Document, Verb
from carrier.emulator.verbs import VERBS, Doing, next_page

if TYPE_CHECKING:
    from carrier.emulator.calls import Call

RATE = 8000
LONGEST_TALK = 60  # seconds of a talk's sound that are kept; its length is told as it was
TONE = b"".join(
    round(1500 * math.sin(math.tau * n / 20)).to_bytes(2, "little", signed=True) for n in range(20)
)


@dataclass(slots=True)
class Recording:
    """What the API tells of a recording; the sound is in ``<sid>.wav`` beside its ``<sid>.json``."""

    sid: str
    call_sid: str
    duration: int
    status: str
    source: str
    date_created: str
    start_time: str
    channels: int = 1
    conference_sid: str = ""


class Recordings:
    """The recordings of the account, on disk."""

    def __init__(self, folder: Path):
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._all: dict[str, Recording] = {}
        for path in sorted(folder.glob("RE*.json")):
            recording = Recording(**json.loads(path.read_text()))
            self._all[recording.sid] = recording

    def keep(self, recording: Recording, wav: bytes) -> None:
        self._all[recording.sid] = recording
        (self._folder / f"{recording.sid}.wav").write_bytes(wav)
        (self._folder / f"{recording.sid}.json").write_text(json.dumps(asdict(recording)))

    def get(self, sid: str) -> Recording | None:
        return self._all.get(sid)

    def media(self, sid: str) -> bytes:
        return (self._folder / f"{sid}.wav").read_bytes()

    def delete(self, sid: str) -> bool:
        """True when there was one."""
        if self._all.pop(sid, None) is None:
            return False
        for ending in ("wav", "json"):
            (self._folder / f"{sid}.{ending}").unlink(missing_ok=True)
        return True

    def __iter__(self) -> Iterator[Recording]:
        return iter(sorted(self._all.values(), key=lambda recording: recording.start_time, reverse=True))


def record(call: "Call", verb: Verb, document: Document) -> Doing:
    """Record until silence, a key, the length limit or the hang-up."""
    finish = verb.attrs.get("finishOnKey", "1234567890*#")
    patience = float(verb.whole("timeout", 5))
    most = float(verb.whole("maxLength", 3600))
    if verb.flag("playBeep", True):
        call.hear("beep", "beep")
    call.longest = most
    spoken: list[bytes] = []
    begun = call.now()
    try:
        ended_by = yield from _take_down(call, spoken, finish, patience, most)
    except HungUp:
        recording = _keep(call, verb, document, spoken or [silence(_elapsed(call, begun))], most)
        _tell_action(call, verb, document, recording, "hangup")
        raise
    if not spoken and not ended_by:
        _absent(call, verb, document)
        return None
    recording = _keep(call, verb, document, spoken or [silence(_elapsed(call, begun))], most)
    return next_page(call, verb, document, _fields(call, recording, ended_by))


def _take_down(
    call: "Call", spoken: list[bytes], finish: str, patience: float, most: float
) -> Generator[Wait, Event, str]:
    """Fill ``spoken``. Returns the key that ended it, '' for silence or the limit."""
    length = 0.0
    event: Event
    begun = call.now()
    wait = Wait("recording", call.now() + min(patience, most))
    while True:
        event = yield wait
        if isinstance(event, Key) and event.digit in finish:
            return event.digit
        if isinstance(event, Elapsed):
            return ""
        if isinstance(event, Sound):
            spoken.append(event.wav)
            length += seconds_of(event.wav)
            # In steps the words are spoken at once; in real time they take their time, then the silence that
            # ends them.
            call.skip_to(call.now() + (min(length, most) if call.stepped else 0))
            if event.ended_by == "hangup":
                raise HungUp
            if event.ended_by or call.stepped or event.live or length >= most:
                return event.ended_by
            wait = Wait("recording", min(begun + most, call.now() + length + patience))
        if isinstance(event, Speaking):
            # The limit is kept by cutting what comes: join().
            wait = Wait("recording", call.now() + patience)


def _elapsed(call: "Call", begun: float) -> float:
    # A recording is never of no length at all: the line itself makes a sound.
    return max(1.0, call.now() - begun)


def _keep(call: "Call", verb: Verb, document: Document, spoken: list[bytes], most: float) -> Recording:
    wav, seconds = join(spoken, most)
    recording = new(call, wav, round(seconds), "RecordVerb")
    tell(call, recording, verb.attrs, document)
    return recording


def new(
    call: "Call", wav: bytes, seconds: int, source: str, conference: str = "", sid: str = ""
) -> Recording:
    """Keep a recording of this call, or of the conference that it was in, which has its Sid from its start."""
    moment = sids.rfc2822(sids.now()) or ""
    recording = Recording(
        sid or sids.new_sid("RE"), call.sid, seconds, "completed", source, moment, moment,
        conference_sid=conference,
    )  # fmt: skip
    call.exchange.recordings.keep(recording, wav)
    return recording


def url_of(call: "Call", recording: Recording) -> str:
    return (
        f"{call.exchange.api_url}/2010-04-01/Accounts/{call.exchange.account_sid}/Recordings/{recording.sid}"
    )


def _fields(call: "Call", recording: Recording, ended_by: str) -> tuple[tuple[str, str], ...]:
    return params(
        RecordingUrl=url_of(call, recording),
        RecordingSid=recording.sid,
        RecordingDuration=recording.duration,
        Digits=ended_by,
    )


def _tell_action(call: "Call", verb: Verb, document: Document, recording: Recording, ended_by: str) -> None:
    """The caller is gone: the action is still requested, what it answers is not heard by anybody."""
    page = next_page(call, verb, document, _fields(call, recording, ended_by))
    call.finish("completed", by="caller")
    call.tell(page.url, page.method, dict(page.params))


def tell(call: "Call", recording: Recording, attrs: Mapping[str, str], document: Document) -> None:
    """The recording status callback ``completed``, with the fields of twilio.com/docs/voice/twiml/record.

    One of a conference names the conference and no call: twilio.com/docs/voice/twiml/conference.
    """
    url = attrs.get("recordingStatusCallback", "")
    if not url or "completed" not in attrs.get("recordingStatusCallbackEvent", "completed").split():
        return
    given = dict(
        params(
            RecordingSid=recording.sid,
            RecordingUrl=url_of(call, recording),
            RecordingStatus="completed",
            RecordingDuration=recording.duration,
            RecordingChannels=recording.channels,
            RecordingStartTime=recording.start_time,
            RecordingSource=recording.source,
            RecordingTrack="both",
            ErrorCode=0,
        )
    )
    _notify(call, document, attrs, url, given, conference=recording.conference_sid)


def _absent(call: "Call", verb: Verb, document: Document) -> None:
    """Nothing was said: told as ``absent`` to those who asked for that event."""
    url = verb.attrs.get("recordingStatusCallback", "")
    if url and "absent" in verb.attrs.get("recordingStatusCallbackEvent", "completed").split():
        _notify(
            call, document, verb.attrs, url, {"RecordingStatus": "absent", "RecordingSource": "RecordVerb"}
        )


def _notify(
    call: "Call", document: Document, attrs: Mapping[str, str], url: str, given: Mapping[str, str],
    conference: str = "",
) -> None:  # fmt: skip
    method = attrs.get("recordingStatusCallbackMethod", "POST")
    about = {"AccountSid": call.exchange.account_sid}
    about |= {"ConferenceSid": conference} if conference else {"CallSid": call.sid}
    call.exchange.webhooks.notify(
        conference or call.sid, call.resolve(document, url), method, {**about, **given}
    )


def silence(seconds: float) -> bytes:
    """A telephone WAV (8 kHz, 16 bit, mono) of silence."""
    return _write(_hush(seconds), 1, 2, RATE)


def talk(seconds: float, pauses: list[tuple[float, float, bool]]) -> tuple[bytes, float]:
    """A WAV of a talk of so many seconds, and how long it is: a quiet tone, silence in a pause, nothing of one that is skipped."""
    frames, at, length = b"", 0.0, 0.0
    for since, until, skipped in [*pauses, (seconds, seconds, True)]:
        since, until = min(since, seconds), min(until, seconds)
        frames += _tone(since - at) + (b"" if skipped else _hush(until - since))
        length += since - at + (0.0 if skipped else until - since)
        at = until
    return _write(frames[: 2 * RATE * LONGEST_TALK], 1, 2, RATE), length


def _tone(seconds: float) -> bytes:
    """400 Hz, as loud as a quiet voice."""
    wanted = round(RATE * seconds)
    return (TONE * (wanted * 2 // len(TONE) + 1))[: wanted * 2]


def _hush(seconds: float) -> bytes:
    return b"\0\0" * round(RATE * seconds)


def seconds_of(wav: bytes) -> float:
    """Length of a WAV; ValueError when it is none."""
    try:
        with wave.open(io.BytesIO(wav)) as sound:
            return float(sound.getnframes() / sound.getframerate())
    except (wave.Error, EOFError) as fault:
        raise ValueError(f"this is no WAV that can be spoken: {fault}. Give a PCM WAV file.") from None


def join(wavs: list[bytes], most: float) -> tuple[bytes, float]:
    """One WAV out of several of the same shape, cut at ``most`` seconds; and its length."""
    frames = []
    shape = (1, 2, RATE)
    for wav in wavs:
        with wave.open(io.BytesIO(wav)) as sound:
            shape = (sound.getnchannels(), sound.getsampwidth(), sound.getframerate())
            frames.append(sound.readframes(sound.getnframes()))
    channels, width, rate = shape
    sound_bytes = b"".join(frames)[: int(most * rate) * channels * width]
    return _write(sound_bytes, channels, width, rate), len(sound_bytes) / (channels * width * rate)


def _write(frames: bytes, channels: int, width: int, rate: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        sound.writeframes(frames)
    return out.getvalue()


VERBS["Record"] = record
