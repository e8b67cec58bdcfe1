"""Telephones that answer by themselves: what happens when the carrier rings a number."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from carrier.emulator import sids
from carrier.emulator.events import Elapsed, Ended, Event, PickUp, Refuse, Wait

if TYPE_CHECKING:
    from carrier.emulator.calls import Call

KINDS = ("answer", "busy", "no-answer", "decline", "failed", "machine", "manual")
_REFUSALS = {"busy": "busy", "decline": "busy", "failed": "failed"}


@dataclass(frozen=True, slots=True)
class Telephone:
    """How a number answers: ``delay`` seconds of ringing first; ``keys`` are pressed when it is asked (a
    whisper's "press 1").

    ``manual`` rings until somebody picks up, which is also what a number does that nobody registered.
    """

    number: str
    kind: str = "manual"
    delay: float = 0.0
    keys: str = ""
    stepped: bool = False


def from_json(wish: Mapping[str, Any]) -> Telephone:
    """ValueError names the fault and what there is."""
    kind = str(wish.get("kind", "answer"))
    if kind not in KINDS or not wish.get("number"):
        raise ValueError(f"telephone {dict(wish)}: give a number and one kind of {', '.join(KINDS)}.")
    return Telephone(
        str(wish["number"]),
        kind,
        float(wish.get("delay", 0)),
        str(wish.get("keys", "")),
        bool(wish.get("stepped", False)),
    )


class Telephones:
    def __init__(self) -> None:
        self._all: dict[str, Telephone] = {}

    def put(self, telephone: Telephone) -> None:
        self._all[sids.key(telephone.number)] = telephone

    def get(self, number: str) -> Telephone:
        return self._all.get(sids.key(number)) or Telephone(number)

    def clear(self) -> None:
        self._all.clear()


def ring(leg: "Call", telephone: Telephone, patience: float) -> Generator[Wait, Event, None]:
    """Ring until answered. Raises Ended with busy, no-answer, failed or canceled."""
    leg.auto_keys.extend(telephone.keys)
    by_itself = telephone.kind not in ("manual", "no-answer") and telephone.delay <= patience
    free = telephone.kind != "manual"
    wait = Wait("ringing", leg.now() + (telephone.delay if by_itself else patience), free=free)
    while True:
        event = yield wait
        if isinstance(event, Refuse):
            raise Ended(event.status)
        if isinstance(event, PickUp) or (
            isinstance(event, Elapsed) and by_itself and telephone.kind in ("answer", "machine")
        ):
            machine = telephone.kind == "machine" or (isinstance(event, PickUp) and event.machine)
            leg.answered_by("machine_start" if machine else "human")
            return
        if isinstance(event, Elapsed):
            raise Ended(_REFUSALS[telephone.kind] if by_itself else "no-answer")
