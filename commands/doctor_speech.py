"""What doctor looks at of voicemail: the speech models, and the messages that wait to be written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import store
from audio.faults import ModelFault
from audio.layouts import TWO_WHISPERS
from audio.models import Models, Place
from audio.packaged import BASE, TINY, lacking
from commands.doctor_finding import FAULT, OK, WARNING, Finding
from commands.speech_models import models_of
from settings import Settings
from store import choices as spoken
from store import times, transcripts

LATE_SECONDS = 600.0
VOICEMAIL = "docs/runbook.md, Voicemail"


def speech(settings: Settings) -> Iterator[Finding]:
    """Whole models; a missing or damaged one means that messages wait, and calls go on."""
    if not settings.speech:
        yield Finding("speech", OK, "off by SPEECH=no: messages are kept and not written down")
        return
    models = models_of(settings)
    for place in models.places():
        yield _model(models, place)


def _model(models: Models, place: Place) -> Finding:
    about = f"{place.engine} for {'every other language' if place.language == '*' else place.language}"
    if place.folder == models.folder / BASE.name and not place.folder.exists():
        # Looking at it would join it: doctor changes nothing.
        packaged = (BASE, TINY) if place.engine == TWO_WHISPERS else (BASE,)
        missing = [name for model in packaged for name in lacking(model)]
        if missing:
            text = f"{about} is off: {' and '.join(missing)} not installed"
            return Finding("speech", FAULT, text, "make venv; messages wait until then")
        return Finding("speech", OK, f"{about}: joined from its packages at the first start")
    try:
        model = models.verified(place)
    except ModelFault as fault:
        return Finding("speech", FAULT, f"{about} is off: {fault.what}", fault.way_out)
    return Finding("speech", OK, f"{about}: {model.sha256[:12]}, {place.origin}")


def voicemail(settings: Settings) -> Iterator[Finding]:
    """Messages that wait, and those that nobody could write down."""
    try:
        opened = store.connect(settings.database, create=False)
    except store.Unusable:
        return  # told under database
    with closing(opened):
        db = opened.read()
        counts, oldest = transcripts.counts(db), transcripts.oldest_waiting(db)
    now = datetime.now(UTC) + timedelta(seconds=settings.clock_offset)
    age = (now - times.instant(oldest[0])).total_seconds() if oldest else 0.0
    if oldest and age > LATE_SECONDS and settings.speech:
        text = f"the oldest of {counts.get('waiting', 0)} messages has waited {age / 60:.0f} minutes"
        text += f": {oldest[1]}" if oldest[1] else ""
        yield Finding("voicemail", WARNING, text, f"see the lines of speech in run; {VOICEMAIL}")
        return
    told = ", ".join(f"{counts[state]} {state}" for state in sorted(counts))
    yield Finding("voicemail", OK, told or "no messages yet")


def choices(settings: Settings) -> Iterator[Finding]:
    """Does anybody listen to menu choices, where they may be spoken?"""
    if settings.menu_speech != "offline":
        return
    try:
        opened = store.connect(settings.database, create=False)
    except store.Unusable:
        return  # told under database
    now = datetime.now(UTC) + timedelta(seconds=settings.clock_offset)
    with closing(opened):
        languages = spoken.listeners(opened.read(), now=times.text(now))
    if languages:
        yield Finding("choices", OK, f"spoken menu choices are heard in {', '.join(languages)}")
        return
    text = "nobody listens to spoken menu choices: callers are offered keys"
    yield Finding(
        "choices", WARNING, text, "start `run`; or no menu has words; docs/runbook.md, Spoken choices"
    )


CHECKS: tuple[tuple[str, Callable[[Settings], Iterator[Finding]]], ...] = (
    ("speech", speech),
    ("voicemail", voicemail),
    ("choices", choices),
)
