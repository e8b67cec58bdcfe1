"""Recordings are written down, one lease and at most three tries each.

    claimed (the try is counted) -> the sound is opened from the vault -> audio.ears listens, in a child process
      transcript       masked; the words as heard and the bleeped sound sealed; COMMITTED with the case's history
      nothing said     empty; speech without words: listen
      SoundFault       listen, at once: the same file fails the same way
      EarsFault        again in a moment; after MOST_TRIES listen
      no model         again in a minute, the try given back: that is no fault of the recording

``jobs/scribe.py`` claims and hands out. The commit is fenced: a try that outlived its lease changes nothing.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from audio import sound as sounds
from audio.bleep import bleep_legs
from audio.ears import EarsFault
from audio.faults import AudioFault, ModelFault
from audio.sound import TELEPHONE_RATE, Sound
from audio.transcript import Transcript
from desk.reading import read
from jobs.wording import Secret, Told, told
from sessions.gateway import Gateway
from sessions.voicemails import voicemail_work, voicemails
from sessions.voicemails.voicemails import Origin, Understanding
from store import search, times, transcripts
from store.library import Connection
from store.recordings import RecordingRow
from store.transcripts import MOST_TRIES, Transcribing, TranscriptRow
from store.vault import VaultFault

log = logging.getLogger("sambung.speech")

AGAIN_SECONDS = 5.0  # times the tries so far
EVERY_TRY = range(1, MOST_TRIES + 1)
MODEL_SECONDS = 60.0  # until we look whether there is a model now


class Listening(Protocol):
    """What of audio.ears.Ears is used here."""

    def transcribe(self, source: bytes, language: str, words: Sequence[str] = ()) -> Transcript: ...
    def faults(self) -> dict[str, EarsFault]: ...


@dataclass(frozen=True)
class Tools:
    """What the work needs. ``how``: finding words in what was said."""

    gateway: Gateway
    ears: Listening
    how: Understanding

    def now(self) -> str:
        return times.text(self.gateway.clock())


@dataclass(frozen=True)
class Task:
    """One claim of one recording. ``owner`` names this claim and no other."""

    row: Transcribing
    recording: RecordingRow
    origin: Origin
    words: tuple[str, ...]
    owner: str


# -- one recording


def write_down(tools: Tools, task: Task) -> str:
    """Makes one try. Gives the state that it ended in: done, empty, listen, or waiting for another try."""
    began = time.monotonic()
    try:
        sound = tools.gateway.vault.read(task.recording.file or "")
        heard = tools.ears.transcribe(sound, task.origin.language, task.words)
    except VaultFault as fault:
        return _ended(tools, task, "listen", str(fault))
    except EarsFault as fault:
        return _not_now(tools, task, fault)
    except ModelFault as fault:
        return _not_now(tools, task, EarsFault(fault.what, fault.way_out, retryable=False))
    except AudioFault as fault:
        return _ended(tools, task, "listen", str(fault))
    if not heard.segments and heard.speech_seconds:
        # Whisper went in circles: what it wrote was thrown away, but somebody may have said something.
        return _ended(tools, task, "listen", "there is speech, but no words could be made of it")
    if not heard.segments:
        return _ended(tools, task, "empty", "")
    state = _keep(tools, task, heard, told(heard, _acronyms(task)), sound)
    took = round((time.monotonic() - began) * 1000)
    extra = {"recording": task.row.recording, "seconds": heard.seconds, "milliseconds": took, "state": state}
    log.info("written down", extra=extra)
    return state


def _keep(tools: Tools, task: Task, heard: Transcript, shown: Told, sound: bytes) -> str:
    """The files first, then the rows: a row never names a file that is not there."""
    sid = task.row.recording
    sealed, quiet = _names(sid, task.row.tries)
    original = {
        "transcript": json.loads(heard.to_json()),
        "text": heard.text,
        "reading": "\n".join(
            read(line, heard.language, _acronyms(task)).text for line in heard.text.splitlines()
        ),
        "secrets": [asdict(secret) for secret in shown.secrets],
    }
    tools.gateway.vault.put(sealed, json.dumps(original, ensure_ascii=False).encode())
    bleeped = _bleeped(sound, shown.secrets, sid) if shown.secrets else None
    if bleeped is not None:
        tools.gateway.vault.put(quiet, bleeped)
    now = tools.now()
    with tools.gateway.store.write() as db:
        kept = transcripts.finish(db, sid, owner=task.owner, now=now, state="done")
        if kept:
            _note(tools, db, task, heard, shown, quiet if bleeped is not None else None, now)
    if not kept:
        throw_away(tools, sid, (task.row.tries,))
        return _lost(task)
    throw_away(tools, sid, [n for n in EVERY_TRY if n != task.row.tries])
    return "done"


def _note(
    tools: Tools, db: Connection, task: Task, heard: Transcript, shown: Told, bleep: str | None, now: str
) -> None:  # fmt: skip
    origin, recording = task.origin, task.recording
    ticket = voicemails.case_of(tools.gateway, db, recording, origin, now)
    sealed, _ = _names(recording.sid, task.row.tries)
    row = TranscriptRow(
        recording=recording.sid,
        ticket=ticket,
        service=origin.service,
        language=heard.language,
        engine=heard.engine,
        model_sha256=heard.model_sha256,
        seconds=heard.seconds,
        speech_seconds=heard.speech_seconds,
        confidence=heard.confidence,
        masked=shown.masked,
        lines=shown.lines_json,
        hidden=shown.hidden_json,
        sealed=sealed,
        bleeped=bleep,
        corrected_at=None,
        corrected_by=None,
        created_at=now,
    )
    transcripts.keep(db, row)
    search.put_transcript(db, row, recording.session_id, now)
    if ticket:
        voicemails.written_down(
            db,
            ticket,
            origin.flow,
            heard.text,
            heard.language,
            tools.how,
            confidence=heard.confidence,
            now=now,
        )
        voicemail_work.offer(tools.gateway, db, ticket, now)


def _acronyms(task: Task) -> tuple[str, ...]:
    """The service's own words that are written in capitals."""
    return tuple(word for word in task.words if word.isupper() and word.isalpha() and len(word) > 1)


def _bleeped(sound: bytes, secrets: Sequence[Secret], recording: str) -> bytes | None:
    """A WAV with a tone in place of the secrets; None when their times cannot be right: then nobody hears a copy."""
    heard = sounds.read(sound, rate=TELEPHONE_RATE)
    spans = [[(s.start, s.end) for s in secrets if s.leg == leg] for leg in range(len(heard.legs))]
    try:
        legs = bleep_legs(heard.legs, heard.rate, spans)
    except ValueError as fault:
        log.error("no bleeped copy", extra={"recording": recording, "fault": str(fault)})
        return None
    return sounds.wav_bytes(Sound(heard.rate, legs))


def _ended(tools: Tools, task: Task, state: str, fault: str) -> str:
    """``empty`` or ``listen``: told in the case, the recording kept."""
    now = tools.now()
    with tools.gateway.store.write() as db:
        kept = transcripts.finish(db, task.row.recording, owner=task.owner, now=now, state=state, fault=fault)
        if kept:
            _tell(tools, db, task, state, fault, now)
    throw_away(tools, task.row.recording, EVERY_TRY if kept else (task.row.tries,))
    log.info("not written down", extra={"recording": task.row.recording, "state": state, "fault": fault})
    return state if kept else _lost(task)


def _tell(tools: Tools, db: Connection, task: Task, state: str, fault: str, now: str) -> None:
    ticket = voicemails.case_of(tools.gateway, db, task.recording, task.origin, now)
    if ticket and state == "empty":
        voicemails.nothing_said(db, ticket, now)
    elif ticket:
        voicemails.listen(db, ticket, fault, now)
    if ticket:
        voicemail_work.offer(tools.gateway, db, ticket, now)


def _not_now(tools: Tools, task: Task, fault: EarsFault) -> str:
    """The recording is not to blame, or may be: that decides whether the try counts."""
    counts = fault.retryable and not fault.blameless
    if counts and task.row.tries >= MOST_TRIES:
        return _ended(tools, task, "listen", f"given up after {task.row.tries} tries: {fault.what}")
    now = tools.now()
    pause = AGAIN_SECONDS * task.row.tries if fault.retryable else MODEL_SECONDS
    with tools.gateway.store.write() as db:
        kept = transcripts.again(
            db,
            task.row.recording,
            owner=task.owner,
            now=now,
            not_before=times.plus(now, pause),
            fault=str(fault),
            counts=counts,
        )
    extra = {"recording": task.row.recording, "attempt": task.row.tries, "fault": str(fault)}
    log.warning("not written down yet", extra=extra)
    return "waiting" if kept else _lost(task)


def _names(recording: str, tries: int) -> tuple[str, str]:
    """The vault's names for the words as heard and for the bleeped sound. A try has its own, so none spoils another's."""
    return f"{recording}-{tries}.json", f"{recording}-{tries}.wav"


def throw_away(tools: Tools, recording: str, tries: Iterable[int] = EVERY_TRY) -> None:
    """The files of these tries, as far as there are any."""
    for name in (name for n in tries for name in _names(recording, n)):
        tools.gateway.vault.remove(name)


def _lost(task: Task) -> str:
    log.warning("a lease was lost while it ran", extra={"recording": task.row.recording})
    return "waiting"
