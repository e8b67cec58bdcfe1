"""The parent's end of one listening child: its pipes, what it holds, and how it is doing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from audio import faults
from audio.choice import Choice
from audio.faults import AudioFault
from audio.transcript import Transcript

ROOT = Path(__file__).resolve().parent.parent
# Nothing of ours: no key and no token belongs into a process that reads strangers' sound.
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
MEGABYTE = 1024 * 1024
MOST_ANSWER = 64 * MEGABYTE  # of one line: the longest recording with every word's times takes one or two
LEAVING_SECONDS = 10.0
_PAGE = os.sysconf("SC_PAGE_SIZE")


class EarsFault(AudioFault):
    """A recording was not written down, and not because of what it holds.

    ``retryable``: another try may go well. ``blameless``: the child ended because of another recording, or
    never began, so that this try need not be counted.
    """

    def __init__(self, what: str, way_out: str, *, retryable: bool = True, blameless: bool = False) -> None:
        super().__init__(what, way_out)
        self.retryable = retryable
        self.blameless = blameless

    def again(self) -> EarsFault:
        """The same fault for one more who hears of it: an exception that is raised twice keeps both ways."""
        return EarsFault(self.what, self.way_out, retryable=self.retryable, blameless=self.blameless)


@dataclass(frozen=True)
class Limits:
    """What a child and a recording may take. Seconds and bytes; ``..._factor`` is for each second of sound."""

    start_seconds: float = 120.0  # loading and checking a model, on a busy machine
    reading_seconds: float = 60.0  # from being given to the child until it knows how long the recording is
    wall_base: float = 60.0  # and from then on until it has answered
    wall_factor: float = 4.0
    cpu_base: float = 20.0  # processor time; Whisper base takes 0.1 s for a second of sound, Vosk 0.2
    cpu_factor: float = 2.0
    files: int = 200  # then a fresh child: whatever leaks, leaks little
    memory: int = 1_200 * MEGABYTE  # above it, a fresh child once this one holds nothing
    most_memory: int = 2_500 * MEGABYTE  # above it, killed at once
    more_memory: int = 2_500 * MEGABYTE  # address space beside the model's, where allocating fails
    sound_seconds: float = 900.0
    sound_bytes: int = 64 * MEGABYTE
    nice: int = 15


@dataclass(frozen=True)
class Recipe:
    """How a child makes its engine: ``maker`` is "module:function", called with ``arguments`` (plain JSON).

    It raises ModelFault for a model that is missing or damaged. ``language`` is one it knows, for warming up.
    ``chooses``: it can tell which of a few phrases was said. ``choices_by``: no, but the engine of this language can.
    """

    name: str
    maker: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    language: str = "id"
    chooses: bool = False
    choices_by: str = ""


@dataclass(eq=False)
class Job:
    """One recording that a caller of Ears waits for. ``phrases``: only which of these was said is wanted."""

    source: Path | bytes
    language: str
    words: Sequence[str] = ()
    phrases: Mapping[str, Sequence[str]] | None = None
    deadline: float = 0.0  # time.monotonic()
    id: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    answer: Transcript | Choice | None = None
    fault: AudioFault | None = None

    def end(self, result: Transcript | Choice | AudioFault) -> None:
        if isinstance(result, AudioFault):
            self.fault = result
        else:
            self.answer = result
        self.done.set()

    def transcript(self) -> Transcript:
        """Waits for it. Raises what went wrong instead."""
        answer = self._wait(None)
        assert isinstance(answer, Transcript)
        return answer

    def choice(self, seconds: float) -> Choice:
        """Waits so long for it. Raises what went wrong instead."""
        answer = self._wait(seconds)
        assert isinstance(answer, Choice)
        return answer

    def _wait(self, seconds: float | None) -> Transcript | Choice | None:
        if not self.done.wait(seconds):
            raise EarsFault(f"not heard within {seconds:.1f} seconds", "a key is as good", blameless=True)
        if self.fault is not None:
            raise self.fault
        return self.answer


class Process:
    """One child. ``changed`` is called without a lock of ours whenever something about it is new.

    Start it from a thread that lives as long as it may live: the kernel ends it with that thread
    (PR_SET_PDEATHSIG means the thread, not the process).
    """

    def __init__(self, recipe: Recipe, workers: int, limits: Limits, changed: Callable[[], None]) -> None:
        self.limits = limits
        self.ready = self.ended = False
        self.retiring = ""  # why it gets no more recordings
        self.killed = ""  # why it was killed
        self.fault: AudioFault | None = None  # why it did not become ready
        self.gone_by = 0.0  # when it should have ended by itself
        self.taken = self.transcribed = 0
        self.jobs: dict[int, Job] = {}
        self.deadline = time.monotonic() + limits.start_seconds
        self._changed = changed
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "audio.ears_child"],
            cwd=ROOT,
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # libraries print what they hear
        )
        hello = {
            "maker": recipe.maker,
            "arguments": dict(recipe.arguments),
            "language": recipe.language,
            "workers": workers,
            "limits": asdict(limits),
            "parent": os.getpid(),
        }
        self._send(json.dumps(hello).encode() + b"\n", None)
        self._reader = threading.Thread(target=self._read, name=f"ears-{recipe.name}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def worn(self) -> bool:
        """It has had as many files as it may. Choices are too short to count."""
        return self.transcribed >= self.limits.files

    @property
    def takes_more(self) -> bool:
        """It is well, and stays."""
        return self.ready and not (self.ended or self.retiring or self.killed or self.worn)

    def holds(self, *, choices: bool) -> int:
        """How many transcripts, or choices, it owes."""
        with self._lock:
            return sum((job.phrases is not None) == choices for job in self.jobs.values())

    # --- to the child ---

    def give(self, job: Job) -> None:
        """It is ours from now on: it ends with an answer, or with this child."""
        with self._lock:
            self.taken += 1
            self.transcribed += job.phrases is None
            job.id = self.taken
            job.deadline = time.monotonic() + self.limits.reading_seconds
            self.jobs[job.id] = job

    def send(self, job: Job) -> None:
        """Outside of every lock: a large recording takes until the child has read it."""
        line: dict[str, Any] = {"id": job.id, "language": job.language, "words": list(job.words)}
        if job.phrases is not None:
            line["phrases"] = {key: list(said) for key, said in job.phrases.items()}
        sound = job.source if isinstance(job.source, bytes) else None
        line |= {"path": str(job.source)} if sound is None else {"bytes": len(sound)}
        self._send(json.dumps(line).encode() + b"\n", sound)

    def _send(self, line: bytes, sound: bytes | None) -> None:
        # A child that is gone has the end of its output noticed by the reader: nothing to do here.
        with self._writing, suppress(OSError, ValueError):
            pipe = self._pipe(self._process.stdin)
            pipe.write(line)
            if sound is not None:
                pipe.write(sound)
            pipe.flush()

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None
        return pipe

    # --- from the child ---

    def _read(self) -> None:
        with self._pipe(self._process.stdout) as answers:
            for line in iter(lambda: answers.readline(MOST_ANSWER), b""):
                try:
                    self._answered(json.loads(line))
                except (ValueError, KeyError, TypeError):
                    self.kill("it answered what is no answer")
                self._changed()
        self.ended = True
        self._changed()

    def _answered(self, message: dict[str, Any]) -> None:
        if "ready" in message:
            self.ready = True
        elif "id" not in message:
            self.fault = as_fault(message["fault"])
        elif "seconds" in message:
            with self._lock:
                if job := self.jobs.get(message["id"]):
                    seconds = self.limits.wall_base + self.limits.wall_factor * message["seconds"]
                    job.deadline = time.monotonic() + seconds
        else:
            result = _result(message)
            with self._lock:
                job = self.jobs.pop(message["id"], None)
            if job:
                job.end(result)

    # --- how it is doing ---

    def overdue(self, now: float) -> list[Job]:
        """What it should have answered by now."""
        with self._lock:
            return [job for job in self.jobs.values() if now > job.deadline]

    def memory(self) -> int:
        """Resident bytes; 0 when that cannot be seen."""
        try:
            return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE
        except (OSError, IndexError):
            return 0

    def kill(self, why: str) -> None:
        self.killed = self.killed or why
        self._process.kill()

    def let_go(self, now: float) -> None:
        """The end of its input ends it."""
        self.gone_by = self.gone_by or now + LEAVING_SECONDS
        with suppress(OSError):
            self._pipe(self._process.stdin).close()

    def bury(self) -> list[Job]:
        """After its end: what it held. Waits for the process and gives its pipes back."""
        try:
            # Its pipe ends a moment before it does, and how it ended is worth that moment.
            self._process.wait(0 if self.killed else LEAVING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        with self._writing:
            self.let_go(time.monotonic())
        with self._lock:
            held = list(self.jobs.values())
            self.jobs.clear()
        return held

    def how_it_ended(self) -> str:
        code = self._process.returncode
        if self.killed or code is None:
            return self.killed
        if code == -signal.SIGXCPU:
            return "it took more processor time than a recording of this length needs"
        return f"it died of {signal.Signals(-code).name}" if code < 0 else f"it ended with code {code}"


def as_fault(told: list[str]) -> AudioFault:
    """The child's fault as ours: of the same class, when it is one of audio/faults.py."""
    name, what, way_out = told
    kind = getattr(faults, name, AudioFault)
    return kind(what, way_out) if name in faults.__all__ else AudioFault(what, way_out)


def _result(message: dict[str, Any]) -> Transcript | Choice | AudioFault:
    if "choice" in message:
        return Choice.from_json(message["choice"])
    if "transcript" in message:
        return Transcript.from_json(message["transcript"])
    if "fault" in message:
        return as_fault(message["fault"])
    return EarsFault(
        f"the engine failed ({message['failed']})", "it is tried again; then listen to the recording"
    )
