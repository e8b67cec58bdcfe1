"""The loop of the speech worker: claims recordings under a lease and has them written down, as many as there are decoders.

A process of its own (`python app.py speech`), so that neither webhooks nor sending ever wait for a decoder.
Whatever kills it, its leases run out and another goes on; a recording at which every worker died is given up.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from itertools import count

from audio.vocabulary import words_of
from jobs.choosing import Choices
from jobs.transcribing import Task, Tools, throw_away, write_down
from jobs.worker import Lane
from sessions.voicemails import voicemail_work, voicemails
from sessions.voicemails.voicemails import Origin
from store import NotStored, recordings, times, transcripts
from store.library import Connection
from store.transcripts import Transcribing

log = logging.getLogger("sambung.speech")

LEASE_SECONDS = 60.0
BEAT_SECONDS = 15.0
WAKE_SECONDS = 0.5


class Scribe:
    """One process's worker. ``run()`` returns after ``stop()``."""

    def __init__(self, tools: Tools, threads: int = 2, choices: Choices | None = None) -> None:
        self._tools = tools
        self._choices = choices  # callers who wait for a choice that they spoke
        self._lane = Lane("speech", threads)
        self._stop = threading.Event()
        self._name = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"
        self._claims = count(1)
        self._working: set[str] = set()
        self._beaten = tools.now()
        self._off: dict[str, str] = {}
        self._alone = False  # what is being heard has failed before

    def stop(self, *_: object) -> None:
        """Ends the loop soon; what is being written down is finished. Also a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """Works until stopped."""
        log.info("speech worker started", extra={"worker": self._name, "pid": os.getpid()})
        owed = False
        while not self._stop.is_set():
            try:
                owed = owed or self._owe()
                self._beat()
                self._tell()
                heard = self._choices.look() if self._choices else 0
                if not self._hand_out() and not heard:
                    self._tools.gateway.store.wait(WAKE_SECONDS)
            except NotStored as fault:
                log.error("the database cannot be used just now", extra={"fault": str(fault)})
                self._stop.wait(1.0)
        self._lane.close()
        if self._choices:
            self._choices.close()
        log.info("speech worker stopped", extra={"worker": self._name})

    def _owe(self) -> bool:
        with self._tools.gateway.store.write() as db:
            transcripts.owe_all(db, now=self._tools.now())
        return True

    def _tell(self) -> None:
        """One clear line when an engine is off, and one when it is on again."""
        off = {name: str(fault) for name, fault in self._tools.ears.faults().items()}
        for name in off.keys() - self._off.keys():
            log.error("speech is off: messages wait", extra={"child": name, "fault": off[name]})
        for name in self._off.keys() - off.keys():
            log.info("speech is on again", extra={"child": name})
        self._off = off

    def _beat(self) -> None:
        """By the clock of the leases, whatever that shows."""
        now = self._tools.now()
        if self._working and now >= times.plus(self._beaten, BEAT_SECONDS):
            with self._tools.gateway.store.write() as db:
                transcripts.renew(db, list(self._working), now=now, lease_seconds=LEASE_SECONDS)
            self._beaten = now

    def _hand_out(self) -> int:
        """Claims what is due; how many were handed out. Reads only, while there is nothing to do."""
        now, db = self._tools.now(), self._tools.gateway.store.read()
        due = transcripts.next_due(db)
        if self._alone or not ((due is not None and due <= now) or transcripts.stale(db, now=now)):
            return 0
        with self._tools.gateway.store.write() as db:
            given_up = [row for row in transcripts.lost(db, now=now) if self._give_up(db, row, now)]
            tasks = self._claim(db, now)
        for row in given_up:
            throw_away(self._tools, row.recording)
        for task in tasks:
            self._working.add(task.owner)
            self._lane.submit(_job(self._work, task))
        return len(tasks)

    def _claim(self, db: Connection, now: str) -> list[Task]:
        """One for every free thread. What has failed before is heard alone.

        It may have killed its engine, and with it whatever was heard at the same time: two that wait equally
        long would meet again at every try, and the innocent one would be given up, too.
        """
        if transcripts.suspect_due(db, now=now):
            suspect = None if self._working else self._task(db, now, suspects=True)
            self._alone = suspect is not None
            return [suspect] if suspect else []
        found = [self._task(db, now, suspects=False) for _ in range(self._lane.idle)]
        return [task for task in found if task is not None]

    def _task(self, db: Connection, now: str, suspects: bool | None = None) -> Task | None:
        owner = f"{self._name}:{next(self._claims)}"
        found = transcripts.claim(db, now=now, owner=owner, lease_seconds=LEASE_SECONDS, suspects=suspects)
        if not found:
            return None
        recording = recordings.load(db, found[0].recording)
        assert recording is not None, "what is owed was fetched"
        origin = voicemails.origin(self._tools.gateway, db, recording)
        return Task(found[0], recording, origin, vocabulary(db, origin), owner)

    def _work(self, task: Task) -> None:
        try:
            write_down(self._tools, task)
        finally:
            self._working.discard(task.owner)
            self._alone = False

    def _give_up(self, db: Connection, row: Transcribing, now: str) -> bool:
        recording = recordings.load(db, row.recording)
        if not transcripts.give_up(db, row.recording, now=now) or recording is None:
            return False
        origin = voicemails.origin(self._tools.gateway, db, recording)
        ticket = voicemails.case_of(self._tools.gateway, db, recording, origin, now)
        if ticket:
            voicemails.listen(db, ticket, row.fault or transcripts.DIED, now)
            voicemail_work.offer(self._tools.gateway, db, ticket, now)
        log.error("given up: every worker died of it", extra={"recording": row.recording})
        return True


def vocabulary(db: Connection, origin: Origin) -> tuple[str, ...]:
    """The words that the engine is told to expect: the service's own, and what people had to correct."""
    if origin.flow is None:
        return ()
    corrected = transcripts.vocabulary(db, origin.service, origin.language)
    return words_of(origin.flow, origin.language, corrected)


def _job(function: Callable[..., object], *arguments: object) -> Callable[[], object]:
    return lambda: function(*arguments)
