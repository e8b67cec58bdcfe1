"""Recordings in, transcripts out, by engines in processes of their own.

    with Ears(recipes(models, workers=2), workers=2) as ears:        # recipes: audio/loading.py
        transcript = ears.transcribe(path, "id", words)

A voice recording is a stranger's file in a large native library. Whatever it does there, it does to a child
process: one for each engine, warmed before it is given anything, with ``workers`` decodes at a time (that is
what makes two cores twice as fast; threads within one decode bring nothing), given way to webhooks by nice,
watched for time and memory, made anew after so many files. Every call of transcribe ends: with a transcript,
with the recording's own fault (SoundFault), or with an EarsFault that says whether to try again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from audio.choice import Choice
from audio.ears_process import MEGABYTE, EarsFault, Job, Limits, Process, Recipe
from audio.faults import AudioFault, ModelFault
from audio.transcript import Transcript

__all__ = ["Ears", "EarsFault", "Limits", "Recipe"]

log = logging.getLogger("sambung.ears")

LOOK_SECONDS = 0.2  # how often a working child's time and memory are looked at
FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0  # before the next start after one that failed
OFF_SECONDS = 60.0  # a damaged model is looked at again so often: somebody may have mended it
ENDING = "listening ends here"
MOST_CHOICES = 3  # at a time: a fourth would be heard too late
LISTEN = "it is tried again; then listen to the recording"


class Ears:
    """All engines of one process. ``recipe`` tells which one listens to a language."""

    def __init__(
        self, recipe: Callable[[str], Recipe], workers: int = 2, limits: Limits | None = None
    ) -> None:
        self._recipe = recipe
        self._workers = workers
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._all: dict[str, Ear] = {}
        self._closed = False

    def transcribe(self, source: Path | bytes, language: str, words: Sequence[str] = ()) -> Transcript:
        """What was said in the recording at this path, or in these bytes (they never touch the disk).

        Waits its turn: call it from as many threads as there are workers. Raises SoundFault or LanguageFault
        for what will never go well, EarsFault for the rest.
        """
        source = source if isinstance(source, bytes) else Path(source).absolute()
        return self._ear(language).transcribe(Job(source, language, words))

    def choose(
        self, clip: bytes, language: str, phrases: Mapping[str, Sequence[str]], seconds: float
    ) -> Choice:
        """Which key's phrase was said in the clip, within so many seconds: it never waits for a transcript.

        Raises EarsFault at once where nobody can choose now, SoundFault and LanguageFault as above.
        """
        return self._chooser(language).choose(Job(clip, language, phrases=phrases), seconds)

    def hears(self, language: str) -> bool:
        """Could a choice in this language be heard now, without waiting for anything to start?"""
        try:
            return self._chooser(language).hears
        except EarsFault:
            return False

    def warm(self, languages: Sequence[str]) -> None:
        """Begin to load the engines of these languages, without waiting for them."""
        for language in languages:
            self._ear(language).wake()
            self._chooser(language).wake()

    def faults(self) -> dict[str, EarsFault]:
        """Engine -> why it is off now, for those that are."""
        with self._lock:
            ears = list(self._all.items())
        return {name: ear.off for name, ear in ears if ear.off is not None}

    def pids(self) -> list[int]:
        """The children that live now."""
        with self._lock:
            ears = list(self._all.values())
        return [pid for ear in ears if (pid := ear.pid)]

    def close(self) -> None:
        """Ends every child at once; whoever waits gets a retryable fault."""
        with self._lock:
            self._closed = True
            ears = list(self._all.values())
        for ear in ears:
            ear.close()

    def __enter__(self) -> Ears:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _chooser(self, language: str) -> Ear:
        """Who hears choices in a language, if anybody does."""
        return self._ear(self._recipe(language).choices_by or language)

    def _ear(self, language: str) -> Ear:
        recipe = self._recipe(language)
        with self._lock:
            if self._closed:
                raise EarsFault(ENDING, "it is tried again after the restart", blameless=True)
            if recipe.name not in self._all:
                self._all[recipe.name] = Ear(recipe, self._workers, self._limits)
            return self._all[recipe.name]


class Ear:
    """One engine: at most one child at a time, kept by a thread of its own."""

    def __init__(self, recipe: Recipe, workers: int, limits: Limits) -> None:
        self.off: EarsFault | None = None  # why no child could be started the last time
        self._recipe, self._workers, self._limits = recipe, workers, limits
        self._news = threading.Condition()
        self._child: Process | None = None
        self._wanted = self._closed = False
        self._next_start = 0.0
        self._failures = 0
        self._keeper = threading.Thread(target=self._keep, name=f"keeper-{recipe.name}", daemon=True)
        self._keeper.start()

    @property
    def pid(self) -> int:
        with self._news:
            return self._child.pid if self._child else 0

    def wake(self) -> None:
        with self._news:
            self._wanted = True
            self._news.notify_all()

    @property
    def hears(self) -> bool:
        """Is there a child that chooses, now?"""
        with self._news:
            return self._chooses_now()

    def transcribe(self, job: Job) -> Transcript:
        with self._news:
            child = self._free_child()
            child.give(job)
            self._news.notify_all()  # the keeper watches a child that works
        child.send(job)
        return job.transcript()

    def choose(self, job: Job, seconds: float) -> Choice:
        with self._news:
            child = self._child
            if child is None or not self._chooses_now() or child.holds(choices=True) >= MOST_CHOICES:
                raise EarsFault("nobody can listen for a choice now", "a key is as good", blameless=True)
            child.give(job)
            self._news.notify_all()
        child.send(job)
        return job.choice(seconds)

    def _chooses_now(self) -> bool:
        return self._recipe.chooses and self._child is not None and self._child.takes_more

    def _free_child(self) -> Process:
        """Waits for a child that can take one more. Raises EarsFault when there will be none."""
        while True:
            if self._closed:
                raise EarsFault(ENDING, "it is tried again after the restart", blameless=True)
            self._wanted = True
            if self.off is not None and self._next_start > time.monotonic():
                raise self.off.again()
            child = self._child
            if child and child.takes_more and child.holds(choices=False) < self._workers:
                return child
            self._news.notify_all()  # the keeper: a child is wanted
            self._news.wait(LOOK_SECONDS)

    def close(self) -> None:
        with self._news:
            self._closed = True
            self._news.notify_all()
        self._keeper.join()

    # --- the keeper: everything that starts, ends and judges the child ---

    def _keep(self) -> None:
        try:
            while self._look():
                pass
        except Exception:
            log.exception("the keeper of ears failed")
        finally:
            # Also after a fault of our own: nobody may wait for ever.
            with self._news:
                self._closed = True
                child, self._child = self._child, None
                self._news.notify_all()
            if child:
                child.kill(ENDING)
                self._fail(child, set())

    def _look(self) -> bool:
        """One look at the child, and what follows from it. False: we are closing."""
        with self._news:
            if self._closed:
                return False
            child = self._child
            if child is None:
                if not self._wanted or self._next_start > time.monotonic():
                    self._news.wait(LOOK_SECONDS if self._wanted else None)
                    return not self._closed
        if child is None:
            self._start()
        elif child.ended:
            self._ended(child, set())
        else:
            self._watch(child)
        return True

    def _start(self) -> None:
        try:
            child = Process(self._recipe, self._workers, self._limits, self._changed)
        except OSError as fault:  # no memory, no process left: that passes
            with self._news:
                self._not_started(None, fault.strerror or "no process can be made")
            return
        log.info("ears started", extra={"child": self._recipe.name, "pid": child.pid})
        with self._news:
            self._child = child

    def _changed(self) -> None:
        with self._news:
            self._news.notify_all()

    def _watch(self, child: Process) -> None:
        """A child that lives: is it late, too large, or old enough to go?"""
        now = time.monotonic()
        late = child.overdue(now)
        memory = child.memory()
        if late:
            child.kill("it did not answer in time")
        elif not child.ready and now > child.deadline:
            child.kill("it did not become ready in time")
        elif child.gone_by and now > child.gone_by:
            child.kill("it did not end when it should")
        elif memory > self._limits.most_memory:
            child.kill(f"it took {memory // MEGABYTE} MB of memory")
        if child.killed:
            self._ended(child, {job.id for job in late})
            return
        with self._news:
            self.off = None if child.ready else self.off
            child.retiring = child.retiring or self._why_retire(child, memory)
            working = bool(child.jobs) or not child.ready
            if child.retiring and not working:
                child.let_go(now)
            if not child.ended and not self._closed:
                # A child that holds nothing brings its news by itself.
                self._news.wait(LOOK_SECONDS if working or child.retiring else None)

    def _why_retire(self, child: Process, memory: int) -> str:
        if child.worn:
            return f"{child.taken} files"
        return f"{memory // MEGABYTE} MB" if memory > self._limits.memory else ""

    def _ended(self, child: Process, late: set[int]) -> None:
        with self._news:
            self._child = None
        self._fail(child, late)
        log.log(
            logging.INFO if child.retiring and not child.killed else logging.WARNING,
            "ears ended",
            extra={"child": self._recipe.name, "pid": child.pid, "count": child.taken,
                   "reason": child.retiring or child.how_it_ended()},
        )  # fmt: skip
        with self._news:
            if child.ready:
                self.off, self._failures = None, 0
            else:
                self._not_started(child.fault, child.how_it_ended())

    def _fail(self, child: Process, late: set[int]) -> None:
        """Exactly what the child held has failed. Of a late recording we know that the others were not it."""
        for job in child.bury():
            what = f"the listening process ended: {child.how_it_ended()}"
            blameless = child.killed == ENDING or (bool(late) and job.id not in late)
            job.end(EarsFault(what, LISTEN, blameless=blameless))

    def _not_started(self, fault: AudioFault | None, how: str) -> None:
        """With the lock held. Whoever waits hears why, and nobody tries again before the delay is over."""
        self._failures += 1
        name = self._recipe.name
        if fault is not None:
            final = isinstance(fault, ModelFault)
            self.off = EarsFault(f"{name}: {fault.what}", fault.way_out, retryable=not final)
            delay = OFF_SECONDS
        else:
            way_out = "`python app.py doctor` looks at the models"
            self.off = EarsFault(f"{name} does not start: {how}", way_out, blameless=True)
            delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (self._failures - 1))
        self._next_start = time.monotonic() + delay
        self._wanted = False
        self._news.notify_all()
