"""Spoken menu choices, heard while their callers wait (docs/decisions/0023).

    the caller's turn commits a row -> taken, committed -> the clip is fetched from the carrier, into memory only
    -> audio.ears, in the child that writes messages down -> settled, with the deletion at the carrier, committed

Nobody waits longer than menu.PATIENCE_SECONDS: there is no lease and no second try. A mark in the database, renewed
every two seconds, says in which languages somebody listens; without it callers are offered keys only.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Protocol

from audio.choice import Choice
from audio.faults import AudioFault
from carrier.media import NEVER, Limits, Media, NotFetched
from engine.flow import Flow, Menu
from engine.steps.menu import PATIENCE_SECONDS
from jobs.worker import Lane
from sessions.gateway import Gateway
from store import NotStored, choices, times
from store.choices import ChoiceRow

log = logging.getLogger("sambung.speech")

LIMITS = Limits(connect=1.0, read=2.0, whole=3.0, most_bytes=500_000)  # of a clip of four seconds
MARK_SECONDS, SURE_SECONDS = 2.0, 6.0
SLOW_SECONDS = 3.0  # from the caller's turn to our answer: then keys are better for a while
REST_SECONDS = 30.0
AGAIN_SECONDS = 0.2  # a recording is often there a moment after its call was told of it


class Choosing(Protocol):
    """What of audio.ears.Ears is used here."""

    def choose(
        self, clip: bytes, language: str, phrases: Mapping[str, Sequence[str]], seconds: float
    ) -> Choice: ...
    def hears(self, language: str) -> bool: ...
    def warm(self, languages: Sequence[str]) -> None: ...


class Choices:
    """The part of a speech worker that listens to choices. ``look()`` never waits; ``close()`` waits for what is heard."""

    def __init__(self, gateway: Gateway, ears: Choosing, media: Media, threads: int = 2) -> None:
        self._gateway, self._ears, self._media = gateway, ears, media
        self._lane = Lane("choices", threads)
        self._marked: list[str] = []
        self._mark_again = self._rests_until = float("-inf")

    def look(self) -> int:
        """Renews the mark and hands out what was asked; how many that were."""
        self._mark()
        if not self._lane.idle or not choices.any_waiting(self._gateway.store.read()):
            return 0
        with self._gateway.store.write() as db:
            rows = choices.take(db, self._lane.idle)
        for row in rows:
            # Nobody was here when it was asked: that says nothing of how fast we are.
            late = self._left(row) <= 0
            self._lane.submit(partial(self._settle, row, "failed") if late else partial(self._hear, row))
        return len(rows)

    def close(self) -> None:
        """Nobody listens any more."""
        self._lane.close()
        try:
            self._say([])
        except NotStored:
            pass  # the mark runs out

    # -- who listens

    def _mark(self) -> None:
        now = time.monotonic()
        if now < self._mark_again:
            return
        self._mark_again = now + MARK_SECONDS
        wanted = sorted({language for flow in self._gateway.services.services() for language in spoken(flow)})
        able = [language for language in wanted if self._ears.hears(language)]
        if len(able) < len(wanted):
            self._ears.warm([language for language in wanted if language not in able])
        able = [] if now < self._rests_until else able
        if able or self._marked:
            self._say(able)

    def _say(self, languages: list[str]) -> None:
        if languages != self._marked:
            log.info(
                "choices are heard" if languages else "choices are not heard now",
                extra={"languages": languages},
            )
        with self._gateway.store.write() as db:
            choices.listen(db, languages, until=times.plus(self._now(), SURE_SECONDS))
        self._marked = languages

    # -- one choice

    def _hear(self, row: ChoiceRow) -> None:
        outcome, key, why = "failed", "", ""
        try:
            chosen = self._ears.choose(
                self._clip(row), row.language, json.loads(row.phrases), self._left(row)
            )
            outcome, key = ("none", "") if chosen.key is None else ("chosen", chosen.key)
        except (NotFetched, AudioFault) as fault:
            why = str(fault)
        self._settle(row, outcome, key)
        took = PATIENCE_SECONDS - self._left(row)
        if took > SLOW_SECONDS:
            self._rests_until, self._mark_again = time.monotonic() + REST_SECONDS, float("-inf")
        log.info(
            "choice heard",
            extra={
                "recording": row.recording,
                "outcome": outcome,
                "reason": why,
                "milliseconds": round(took * 1000),
            },
        )

    def _settle(self, row: ChoiceRow, outcome: str, key: str = "") -> None:
        """The answer, and the end of the carrier's copy."""
        now = self._now()
        with self._gateway.store.write() as db:
            choices.settle(db, row.recording, outcome=outcome, key=key)
            choices.owe_deletion(db, row.recording, now=now, at=now)

    def _clip(self, row: ChoiceRow) -> bytes:
        """The sound, asked for until it is there. Raises NotFetched."""
        while True:
            clip = bytearray()
            try:
                self._media.fetch(row.recording, clip.extend)
                return bytes(clip)
            except NotFetched as fault:
                if fault.kind == NEVER or self._left(row) < AGAIN_SECONDS:
                    raise
            time.sleep(AGAIN_SECONDS)

    def _left(self, row: ChoiceRow) -> float:
        """Seconds that the caller still waits."""
        asked = times.instant(row.created_at)
        return PATIENCE_SECONDS - (self._gateway.clock() - asked).total_seconds()

    def _now(self) -> str:
        return times.text(self._gateway.clock())


def spoken(flow: Flow) -> tuple[str, ...]:
    """The languages in which a service has menus that may be spoken to; () when it has none."""
    return flow.languages if any(isinstance(s, Menu) and s.spoken for s in flow.steps.values()) else ()
