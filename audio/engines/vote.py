"""One text of several hearings of the same sound, by the vote of the words.

The hearings are laid beside each other so that as many words as possible agree (edit distance, as ROVER does: Fiscus, "A
post-processing system to yield reduced word error rates", 1997). In each place the word that most of them heard is kept, or none
if most heard nothing there; of two with equally many votes the one of the earlier hearing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from audio.engines.passes import Spoken

__all__ = ["joined", "vote"]

NOTHING = ""


@dataclass
class _Place:
    """What the hearings have at one place: key of the word -> who said it, in the order of the hearings; NOTHING -> nobody."""

    heard: dict[str, list[Spoken | None]] = field(default_factory=dict)

    def add(self, key: str, spoken: Spoken | None) -> None:
        self.heard.setdefault(key, []).append(spoken)

    def cost(self, key: str) -> int:
        return 0 if key in self.heard else 1

    def winner(self, voters: int) -> Spoken | None:
        # max keeps the first of equals, and an earlier hearing's word stands before a later one's.
        voices = max(self.heard.values(), key=len)
        first = voices[0]
        if first is None:
            return None
        sure = sum(each.probability for each in voices if each is not None)
        return replace(first, probability=sure / voters)


def vote(hearings: Sequence[Sequence[Spoken]]) -> tuple[Spoken, ...]:
    """The words that most hearings have. ``probability`` is the mean over all hearings, 0 for those that heard something else.

    Times are those of the earliest hearing that has the word, never before the word in front of it.
    """
    rows = [joined(hearing) for hearing in hearings]
    places = []
    for word in rows[0]:
        places.append(_Place())
        places[-1].add(key_of(word), word)
    for earlier, row in enumerate(rows[1:], start=1):
        places = _laid(places, row, earlier)
    won = (place.winner(len(rows)) for place in places)
    return _in_order([word for word in won if word is not None])


def joined(words: Sequence[Spoken]) -> list[Spoken]:
    """Whole words: Whisper gives "re" and "-entered" apart. What has neither letter nor digit goes with the word before it."""
    found: list[Spoken] = []
    for word in words:
        if found and (not word.text.startswith(" ") or not key_of(word)):
            last = found[-1]
            sure = min(last.probability, word.probability) if key_of(word) else last.probability
            found[-1] = replace(last, end=word.end, text=last.text + word.text, probability=sure)
        else:
            found.append(word)
    return found


def key_of(word: Spoken) -> str:
    """What makes two words the same: letters and digits, of either case."""
    return "".join(each for each in word.text.casefold() if each.isalnum())


def _laid(places: list[_Place], row: list[Spoken], earlier: int) -> list[_Place]:
    """The places with one more hearing in them. ``earlier``: how many are in them already."""
    keys = [key_of(word) for word in row]
    cost = _costs(places, keys)
    i, j = len(places), len(row)
    found: list[_Place] = []
    while i or j:
        if i and j and cost[i][j] == cost[i - 1][j - 1] + places[i - 1].cost(keys[j - 1]):
            i, j = i - 1, j - 1
            places[i].add(keys[j], row[j])
            found.append(places[i])
        elif i and cost[i][j] == cost[i - 1][j] + places[i - 1].cost(NOTHING):
            i -= 1
            places[i].add(NOTHING, None)
            found.append(places[i])
        else:
            j -= 1
            added = _Place({NOTHING: [None] * earlier})
            added.add(keys[j], row[j])
            found.append(added)
    return found[::-1]


def _costs(places: list[_Place], keys: list[str]) -> list[list[int]]:
    """Cost of laying the first j words along the first i places: 1 for each place that has nothing like it."""
    cost = [[*range(len(keys) + 1)]]
    for place in places:
        row = [cost[-1][0] + place.cost(NOTHING)]
        for j, key in enumerate(keys):
            row.append(min(cost[-1][j + 1] + place.cost(NOTHING), row[j] + 1, cost[-1][j] + place.cost(key)))
        cost.append(row)
    return cost


def _in_order(words: list[Spoken]) -> tuple[Spoken, ...]:
    reached = 0.0
    found = []
    for word in words:
        start = max(word.start, reached)
        found.append(replace(word, start=start, end=max(word.end, start)))
        reached = start
    return tuple(found)
