"""Promises as `check` and a publication decide them: with the recordings of the service, and ways written as scripts."""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from desk import hours as desk_hours
from engine.check import Finding
from engine.explore import Exploration
from engine.flow import Flow
from engine.promises.decide import Broken, broken_promises
from engine.promises.script import MESSAGE, SPOKEN, needs, script
from engine.turn import Speak
from sessions.moments import hours_of, zone_of

# Letters a second of words that no recording says. What espeak-ng needs at its own rate (175 words a minute) for the 88 Indonesian
# and 83 English prompts of three shipped services: 11.4 to 11.9 and 12.8 to 13.0. A person in a studio was faster (28 English
# prompts of Asterisk: 14.2), so that a promise which holds here holds there.
LETTERS_A_SECOND = {"id": 11.5, "en": 13.0}
OTHER_LETTERS_A_SECOND = 11.5
RATE = 8000
SECONDS = 3


@dataclass
class Lengths:
    """How long a prompt lasts: its recording's length, or what a voice takes. ``folder``: AUDIO/prompts/SERVICE."""

    folder: Path | None = None
    known: dict[tuple[str, str], float] = field(default_factory=dict)

    def __call__(self, prompt: Speak) -> float:
        key = (prompt.language, prompt.step or prompt.text)
        if key not in self.known:
            recorded = self._recorded(prompt)
            letters = LETTERS_A_SECOND.get(prompt.language, OTHER_LETTERS_A_SECOND)
            self.known[key] = len(prompt.text) / letters if recorded is None else recorded
        return self.known[key]

    def _recorded(self, prompt: Speak) -> float | None:
        if self.folder is None or not prompt.step:
            return None
        try:
            with wave.open(str(self.folder / prompt.language / f"{prompt.step}.wav")) as sound:
                return sound.getnframes() / sound.getframerate()
        except (OSError, EOFError, wave.Error):
            return None  # no recording, or one that `check` complains of by itself


def broken(seen: Exploration, prompts: Path | None) -> list[Broken]:
    """Every promise of the service that does not hold. ``prompts``: AUDIO/prompts, where there is one."""
    return broken_promises(seen, Lengths(prompts / seen.flow.id if prompts else None))


def promise_findings(seen: Exploration, prompts: Path | None) -> Iterator[Finding]:
    """The same as findings."""
    yield from (one.finding for one in broken(seen, prompts))


# --- counter-examples as scripts ---


def write_scripts(seen: Exploration, prompts: Path | None, folder: Path, today: date) -> list[Path]:
    """One script for each broken promise that has a way, SERVICE-promises-LINE.call or .text. Raises OSError."""
    written = []
    for one in broken(seen, prompts):
        if not one.way:
            continue
        text = one.way[0].turn.session.channel == "text"
        kind = "text" if text else "call"
        path = folder / f"{seen.flow.id}-promises-{one.finding.line}.{kind}"
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(_lines(seen.flow, one, kind, path, today)) + "\n", encoding="utf-8")
        written.append(path)
    if written:
        for name in (MESSAGE, SPOKEN):
            _tone(folder / name)
    return written


def _lines(flow: Flow, one: Broken, kind: str, path: Path, today: date) -> Iterator[str]:
    numbers = flow.text_numbers if kind == "text" else flow.voice_numbers
    yield f"# {one.finding.what}."
    yield f"# python app.py {kind} {numbers[0].spelling!r} --script {path.name}"
    moment = moment_of(flow, needs(one.way), today)
    if moment is not None:
        yield f"# with a service that was started by: CLOCK={moment.isoformat(timespec='minutes')} make run"
    lines = script(flow, one.way, f"how: {one.finding.way}")
    yield from (
        line.replace(MESSAGE, str(path.parent / MESSAGE)).replace(SPOKEN, str(path.parent / SPOKEN))
        for line in lines
    )


def moment_of(flow: Flow, wanted: list[str], today: date) -> datetime | None:
    """A moment from today on at which the hours are as the way needs them; None when it needs none."""
    asked = [need.removeprefix("hours ").split(": ") for need in wanted if need.startswith("hours ")]
    if not asked:
        return None
    name, state = asked[0]
    spec = hours_of(flow, name)
    moment = datetime(today.year, today.month, today.day, tzinfo=zone_of(flow.timezone))
    last = moment + timedelta(days=desk_hours.HORIZON_DAYS)
    while moment < last and desk_hours.state(spec, moment) != state:
        moment = desk_hours.next_change(spec, moment) or last
    return moment + timedelta(minutes=1) if moment < last else None


def _tone(path: Path) -> None:
    """Three seconds of a tone: something to say after the beep."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        second = b"".join(struct.pack("<h", int(8000 * math.sin(at / 4))) for at in range(RATE))
        out.writeframes(second * SECONDS)
