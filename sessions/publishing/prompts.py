"""Recorded prompts of a service as people look at them and change them: what is there, what is wrong with it, who put it there.

Takes, drafts and what stood there before are files (audio/shelf.py); callers hear a change from the next call on, in every version
of the service. Who did it is a line of the audit, with the subject ``prompt:SERVICE/LANGUAGE/STEP``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from audio.drafting import draft, undrafted
from audio.levels import Flaw
from audio.shelf import MISSING, TAKE, Earlier, Shelf, State, alone
from audio.take_process import examined
from audio.taking import Taken, heard
from audio.wanted import Wanted, wanted
from engine.flow import Flow
from sessions.gateway import Gateway
from sessions.publishing.publishing import FLOW
from store import audit
from store.times import text

PROMPT = "prompt:"


@dataclass(frozen=True)
class Row:
    """One recording, there or missing. ``seconds`` and ``level`` (dBFS) of what callers hear."""

    wanted: Wanted
    state: State
    seconds: float = 0.0
    level: float = 0.0
    flaws: tuple[Flaw, ...] = ()


class Unfit(Exception):
    """A take that nobody should hear: ``taken.flaws`` say why."""

    def __init__(self, taken: Taken) -> None:
        super().__init__("; ".join(flaw.what for flaw in taken.flaws))
        self.taken = taken


class TakenAlready(Exception):
    """A person's recording stands there, and nobody said that it may be replaced."""


def folder(gateway: Gateway) -> Path:
    """AUDIO/prompts."""
    return gateway.settings.audio / "prompts"


def shelf(gateway: Gateway, flow: Flow) -> Shelf:
    """The service's recordings as they are now."""
    return Shelf(folder(gateway), flow.id)


def rows(gateway: Gateway, flow: Flow) -> list[Row]:
    """Everything that could be recorded, in the order of the flow."""
    there = shelf(gateway, flow)
    return [row(there, one) for one in wanted(flow)]


def row(there: Shelf, one: Wanted) -> Row:
    """One of them."""
    state = there.state(one)
    if state.made == MISSING:
        return Row(one, state)
    path = there.path(one)
    about = path.stat()
    seconds, level, flaws = _heard(path, about.st_mtime_ns, about.st_size, one)
    return Row(one, state, seconds, level, flaws)


@lru_cache(maxsize=4096)
def _heard(path: Path, _changed: int, _size: int, one: Wanted) -> tuple[float, float, tuple[Flaw, ...]]:
    """A file is listened to once, until it changes."""
    measured, flaws = heard(path, one)
    return measured.seconds, measured.level, flaws


def earlier(gateway: Gateway, flow: Flow, one: Wanted) -> list[Earlier]:
    """What persons had recorded before."""
    return shelf(gateway, flow).earlier(one)


def history(gateway: Gateway, one: Wanted) -> list[audit.AuditRow]:
    """Who did what to it, the newest first."""
    return audit.of_subject(gateway.store.read(), _subject(one), 20)


def _subject(one: Wanted) -> str:
    return f"{PROMPT}{one.service}/{one.key}"


def take(gateway: Gateway, flow: Flow, one: Wanted, data: bytes, who: str, *, replace: bool) -> Taken:
    """A person's take in its place. Raises SoundFault, Unfit, TakenAlready, Busy, OSError; then nothing has changed."""
    made = examined(data, one.spoken)
    if made.flaws:
        raise Unfit(made)
    with alone(folder(gateway)):
        there = shelf(gateway, flow)
        if there.state(one).made == TAKE and not replace:
            raise TakenAlready(f"{one.service}/{one.key}")
        there.put(one, made.sound, TAKE)
    _tell(gateway, "prompt_recorded", one, who, seconds=f"{made.seconds:.1f}")
    return made


def bring_back(gateway: Gateway, flow: Flow, one: Wanted, digest: str, who: str) -> None:
    """What stood there before stands there again. Raises LookupError, Busy, OSError."""
    with alone(folder(gateway)):
        shelf(gateway, flow).bring_back(one, digest)
    _tell(gateway, "prompt_brought_back", one, who, recording=digest[:12])


def owed(gateway: Gateway, flow: Flow) -> int:
    """How many drafts there are to make."""
    return len(undrafted(shelf(gateway, flow), wanted(flow)))


def make_drafts(gateway: Gateway, flow: Flow, who: str, step: Callable[[str], object]) -> list[str]:
    """Drafts of what is missing; ``step`` is told of each. Gives what could not be said. Raises Busy, VoiceFault, OSError."""
    with alone(folder(gateway)):
        listed = undrafted(shelf(gateway, flow), wanted(flow))
        troubles = draft(listed, step)
    with gateway.store.write() as db:
        detail = json.dumps({"made": len(listed) - len(troubles), "refused": len(troubles)})
        audit.write(
            db,
            at=text(gateway.clock()),
            who=who,
            action="prompts_drafted",
            subject=FLOW + flow.id,
            detail=detail,
        )
    return troubles


def _tell(gateway: Gateway, action: str, one: Wanted, who: str, **detail: str) -> None:
    with gateway.store.write() as db:
        written = json.dumps({**detail, "words": one.sha256[:12]})
        audit.write(
            db,
            at=text(gateway.clock()),
            who=who,
            action=action,
            subject=_subject(one),
            detail=written,
        )
