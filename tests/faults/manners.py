"""How people at telephones behave in the fault run: agents of all manners, and who is called back."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from carrier.phone import Call, PhoneError

if TYPE_CHECKING:
    from tests.faults.line import Run

MANNERS = (
    "takes",
    "takes",
    "takes",
    "consults",
    "hands over",
    "ignores",
    "busy",
    "declines",
    "machine",
    "leaves",
)


def as_agent(floor: Run, call: Call) -> None:
    """One of the manners, at random."""
    manner = floor.chance.choice(MANNERS)
    time.sleep(floor.chance.uniform(0.0, 0.5))
    if manner == "ignores":
        return
    if manner in ("busy", "declines"):
        call.decline("busy" if manner == "busy" else "no-answer")
        return
    call.pick_up(machine=manner == "machine")
    if manner == "machine" or not hears(call, "Tekan 1"):
        return
    call.press("1")
    with suppress(PhoneError):
        _works(floor, call, manner)
    # Whatever has become of it, nobody leaves the telephone off the hook.
    if manner == "leaves" or not _is(call, "ended", 8):
        call.hang_up()


def _works(floor: Run, call: Call, manner: str) -> None:
    if "Pesan suara" in floor.said(call):
        _hears_messages(floor, call)
        return
    if not _is(call, "talking"):
        return
    time.sleep(floor.chance.uniform(0.2, 1.5))
    if manner == "leaves":
        return
    if "Konsultasi" in floor.said(call):
        _is_consulted(floor, call)
    elif manner not in ("consults", "hands over") or not _consults(floor, call, manner):
        _ends(call)


def _is_consulted(floor: Run, call: Call) -> None:
    """The colleague talks on until released, or until the caller is handed over: then '*' leads to the menu."""
    if floor.chance.random() < 0.2:
        return
    for _ in range(8):
        if _is(call, "ended", 2.0) or call.state != "talking":
            continue
        call.press("*")
        if hears(call, "tekan 3", 2.0):
            call.press("3")
            if hears(call, "terjawab"):
                call.press("1")
            return


def _ends(call: Call) -> None:
    """'*' 3 1: answered."""
    if call.look().state != "talking":
        return
    call.press("*")
    if hears(call, "tekan 3"):
        call.press("3")
        if hears(call, "terjawab"):
            call.press("1")


def _hears_messages(floor: Run, call: Call) -> None:
    """The agent sees to it, rings the caller or hangs up."""
    if not hears(call, "tekan 5"):
        return
    key = floor.chance.choice(("3", "4", "5", ""))
    if not key:
        call.hang_up()
        return
    call.press(key)
    if key == "4" and _is(call, "talking", 20):
        _ends(call)


def _consults(floor: Run, call: Call, manner: str) -> bool:
    """A colleague is asked, and the caller handed over or taken back. True when this agent has no caller any more."""
    call.press("*")
    if not hears(call, "tekan 4"):
        return True
    call.press("4")
    if not reaches(call, lambda: any(words in floor.said(call) for words in _CONSULTED), 45):
        return call.state == "ended"
    if not _is(call, "talking", 30):
        return call.state == "ended"
    if "tidak tersambung" in floor.said(call) or "tidak ada petugas" in floor.said(call):
        return False
    time.sleep(floor.chance.uniform(0.2, 1.0))
    with suppress(PhoneError):
        call.press("*")
        if not hears(call, "menyerahkan", 10):
            return call.state == "ended"
        call.press("1" if manner == "hands over" else "2")
        floor.decided[manner] += 1
    return manner == "hands over" or not _is(call, "talking", 20)


_CONSULTED = ("menghubungi rekan", "tidak ada petugas di tingkat")


def as_called_back(floor: Run, call: Call) -> None:
    """Most answer and press 1."""
    if floor.chance.random() < 0.2:
        call.decline("busy")
        return
    call.pick_up()
    if hears(call, "menelepon Anda kembali"):
        call.press("1")


def hears(call: Call, words: str, seconds: float = 15.0) -> bool:
    return reaches(call, lambda: words in " ".join(item.text for item in call.transcript), seconds)


def _is(call: Call, state: str, seconds: float = 10.0) -> bool:
    return reaches(call, lambda: call.state == state, seconds)


def reaches(call: Call, true, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        if call.look().state == "ended":
            return bool(true())
        time.sleep(0.1)
    return False
