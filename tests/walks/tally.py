"""The map of a walk: which situations have been seen, what can be done in each, and how many key paths there are."""

from collections import Counter
from dataclasses import dataclass, field

from tests.walks.walker import Path_, Walked


@dataclass
class Place:
    """A situation that a caller can be in, and what each choice leads to: (the situation, how the path ended)."""

    path: Path_
    choices: Path_
    ways: dict[str, "tuple[Place | None, str]"] = field(default_factory=dict)


class Map:
    """Situations by what decides their future: the session without chance, and as much of the way back as the keys left can use."""

    def __init__(self, keys: int, *, merge: bool) -> None:
        self._keys = keys
        self._merge = merge
        self._known: dict[tuple[str, tuple[str, ...]], Place] = {}

    def place(self, found: Walked) -> tuple[Place, bool]:
        """(the situation this path led to, is it new?). One that was reached with as many keys left or more is not."""
        left = self._keys - len(found.path)
        if self._merge and (known := self._known.get(self._name(found, left))):
            return known, False
        place = Place(found.path, found.choices)
        for fewer in range(left + 1):
            self._known.setdefault(self._name(found, fewer), place)
        return place, True

    @staticmethod
    def _name(found: Walked, left: int) -> tuple[str, tuple[str, ...]]:
        # Each "*" goes back by one question: with n keys left no more than the last n + 1 questions matter.
        return found.state, found.trail[-(left + 1) :]


def endings(place: Place | None, left: int, known: dict[tuple[int, int], Counter[str]]) -> Counter[str]:
    """How the key paths from here end: each choice either ends the path or goes on until the keys are spent."""
    if place is None:
        return Counter()
    key = (id(place), left)
    if key not in known:
        count: Counter[str] = Counter()
        for following, ending in place.ways.values():
            goes_on = following is not None and following.choices and left > 1
            count += endings(following, left - 1, known) if goes_on else Counter({ending: 1})
        known[key] = count
    return known[key]
