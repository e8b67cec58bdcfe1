"""What comes before what: the shortest way on which a thing happens too early, too late, or at all.

A search by breadth through (situation, what was heard or passed before), so that the first find is the shortest.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.explore import Passage, Situation
from engine.explore.live import QUESTIONS
from engine.flow import Flow
from engine.promises import sentences as say
from engine.promises.sentences import Never, Promise, Reached, Thing
from engine.promises.things import LAST, heard_in
from engine.promises.ways import Ways, allowed, is_back
from engine.session import HISTORY_LENGTH

Seen = frozenset[str]  # languages of the notice; {''} for any other thing that has happened
NOTHING: Seen = frozenset()
Wrong = Callable[[Passage, Seen], bool]


def broken(ways: Ways, promise: Never) -> list[Passage] | None:
    """The shortest way that breaks it, None when there is none."""

    def wrong(passage: Passage, seen: Seen) -> bool:
        place = ways.place(promise.thing, passage)
        if place is None:
            return False
        if promise.before is not None:
            return not _had(ways, promise.before, passage, seen, place)
        if promise.after is not None:
            return bool(seen) or _in_order(ways, promise.after, passage, place)
        return True

    watched = promise.before or promise.after
    return _search(ways, promise, watched, wrong, stop=promise.before is not None)


def reached(ways: Ways, promise: Reached, language: str = "") -> bool:
    """Is there a way, in this language ('' for any)?"""

    def there(passage: Passage, seen: Seen) -> bool:
        spoken = not language or passage.turn.session.language == language
        return spoken and ways.place(promise.thing, passage) is not None

    return _search(ways, promise, None, there, stop=False) is not None


def shortest(ways: Ways, promise: Promise, there: Situation) -> list[Passage] | None:
    """The shortest way to a situation under the promise's conditions; None when there is none."""

    def arrives(passage: Passage, seen: Seen) -> bool:
        return passage.then is there

    roughly = _walk(ways, promise, None, arrives, stop=False, exact=False)
    return roughly and (_walk(ways, promise, None, arrives, stop=False, exact=True) or roughly)


def _had(ways: Ways, thing: Thing, passage: Passage, seen: Seen, place: int) -> bool:
    """Had it come before this place of the turn? The notice counts in the contact's own language."""
    if thing.kind != say.NOTICE:
        return bool(seen) or _in_order(ways, thing, passage, place)
    language = passage.turn.session.language
    return language in seen or heard_in(ways.exploration.flow, passage).get(language, LAST + 1) < place


def _in_order(ways: Ways, thing: Thing, passage: Passage, place: int) -> bool:
    earlier = ways.place(thing, passage)
    return earlier is not None and earlier < place


@dataclass(frozen=True)
class _Step:
    """One move of the search: the passage that led here, what was seen by then, and the questions that `*` leads back to."""

    passage: Passage
    seen: Seen
    history: tuple[str, ...]
    before: "_Step | None"

    @property
    def way(self) -> list[Passage]:
        found, at = [], self  # type: list[Passage], _Step | None
        while at is not None:
            found.append(at.passage)
            at = at.before
        return found[::-1]


def _search(
    ways: Ways, promise: Promise, watched: Thing | None, wrong: Wrong, *, stop: bool
) -> list[Passage] | None:
    """``watched`` is remembered on the way; ``stop``: behind it nothing can be wrong any more.

    First with `*` leading to every question it may ever lead to: what is not found so is nowhere, and that is most.
    """
    if _walk(ways, promise, watched, wrong, stop=stop, exact=False) is None:
        return None
    return _walk(ways, promise, watched, wrong, stop=stop, exact=True)


def _walk(
    ways: Ways, promise: Promise, watched: Thing | None, wrong: Wrong, *, stop: bool, exact: bool
) -> list[Passage] | None:
    flow = ways.exploration.flow
    whole = _whole(flow, watched)
    known: set[tuple[int, Seen, tuple[str, ...]]] = set()
    waiting: deque[_Step | None] = deque([None])
    while waiting:
        at = waiting.popleft()
        seen, history = (at.seen, at.history) if at is not None else (NOTHING, ())
        for passage in _next(ways, at, exact=exact):
            if not allowed(promise, passage, promise.when):
                continue
            if wrong(passage, seen):
                return [*(at.way if at is not None else ()), passage]
            now = _after(ways, watched, passage, seen)
            if stop and now >= whole:
                continue
            step = _Step(passage, now, _history(flow, passage, history) if exact else (), at)
            key = (id(passage.then), now, step.history[-2:-1])
            if key not in known:
                known.add(key)
                waiting.append(step)
    return None


def _next(ways: Ways, at: _Step | None, *, exact: bool) -> Iterator[Passage]:
    """What can follow; ``exact``: `*` leads only to the question that was the last before on this very way."""
    if at is None:
        yield from ways.begins
        return
    for passage in ways.tried_at(at.passage.then):
        if not is_back(passage):
            yield passage
        elif not exact:
            yield from ways.back(passage)
        elif len(at.history) > 1:
            yield from (p for p in ways.back(passage) if p.then.session.step == at.history[-2])


def _history(flow: Flow, passage: Passage, history: tuple[str, ...]) -> tuple[str, ...]:
    """The questions asked so far, as the engine remembers them (engine/visit.py)."""
    if is_back(passage):
        return history[:-1]
    for name in passage.passed if passage.before is None else passage.passed[1:]:
        if isinstance(flow.steps[name], QUESTIONS) and (not history or history[-1] != name):
            history = (*history, name)[-HISTORY_LENGTH:]
    return history


def _whole(flow: Flow, watched: Thing | None) -> Seen:
    """What is seen when nothing more can be."""
    notice = watched is not None and watched.kind == say.NOTICE
    return frozenset(flow.languages) if notice else frozenset([""])


def _after(ways: Ways, watched: Thing | None, passage: Passage, seen: Seen) -> Seen:
    if watched is None:
        return seen
    if watched.kind == say.NOTICE:
        heard = heard_in(ways.exploration.flow, passage) if ways.place(watched, passage) is not None else ()
        return seen.union(heard) if heard else seen
    return seen if seen or ways.place(watched, passage) is None else frozenset([""])
