"""What the whole of the situations says: who is stuck, and who goes in circles."""

from collections.abc import Callable

from engine.events import Answered, Dialled, Event, QueueLeft
from engine.explore.situations import Exploration, Situation
from engine.turn import AwaitAnswer, AwaitTalk, Ended, KeepRecording, Rescue


def ends_well(situation: Situation) -> bool:
    """Is this an end, a person or a kept message?"""
    if isinstance(situation.turn.wait, Ended | AwaitTalk | Rescue):
        return True
    return any(isinstance(effect, KeepRecording) for effect in situation.turn.effects)


def stuck(exploration: Exploration) -> list[Situation]:
    """Situations from which no way leads to an end, a person or a message. Empty when not everything was visited."""
    if exploration.capped:
        return []
    before: dict[int, list[Situation]] = {}
    for situation in exploration.situations:
        for _, then in situation.next:
            before.setdefault(id(then), []).append(situation)
    good = {id(situation) for situation in exploration.situations if ends_well(situation)}
    waiting = [situation for situation in exploration.situations if id(situation) in good]
    while waiting:
        for earlier in before.get(id(waiting.pop()), ()):
            if id(earlier) not in good:
                good.add(id(earlier))
                waiting.append(earlier)
    return [situation for situation in exploration.situations if id(situation) not in good]


def circles_without_contact(exploration: Exploration) -> list[Situation]:
    """Situations that come back to themselves by answers of the house alone: nobody could leave such a circle."""
    # Waiting for an answer over HTTP is no circle: time passes.
    return _circling(
        exploration.situations,
        lambda situation, event: (
            isinstance(situation.turn.wait, AwaitAnswer) and isinstance(event, Answered) and _settled(event)
        ),
    )


def circles_of(exploration: Exploration, way: Callable[[Situation, Event], bool]) -> list[Situation]:
    """Situations that come back to themselves by these ways of the contact and by answers of the house."""
    house = (Answered, Dialled, QueueLeft)
    return _circling(
        exploration.situations,
        lambda situation, event: way(situation, event) or (isinstance(event, house) and _settled(event)),
    )


def _circling(situations: list[Situation], way: Callable[[Situation, Event], bool]) -> list[Situation]:
    """Every situation that lies on a circle of such ways, by Tarjan's strongly connected components (without recursion)."""
    known = {id(s): s for s in situations}
    then = {
        key: [id(n) for event, n in s.next if id(n) in known and way(s, event)] for key, s in known.items()
    }
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: set[int] = set()
    for root in known:
        work = [(root, iter(then[root]))] if root not in index else []
        while work:
            key, ahead = work[-1]
            if key not in index:
                index[key] = low[key] = len(index)
                stack.append(key)
                on_stack.add(key)
            for other in ahead:
                if other not in index:
                    work.append((other, iter(then[other])))
                    break
                if other in on_stack:
                    low[key] = min(low[key], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[key])
                if low[key] == index[key]:
                    found |= _component(stack, on_stack, key, then)
    return [known[key] for key in known if key in found]


def _component(stack: list[int], on_stack: set[int], key: int, then: dict[int, list[int]]) -> set[int]:
    """The component that ends at ``key``, when it holds a circle."""
    members = set[int]()
    while True:
        member = stack.pop()
        on_stack.discard(member)
        members.add(member)
        if member == key:
            break
    return members if len(members) > 1 or key in then[key] else set()


def _settled(event: Event) -> bool:
    return not isinstance(event, Answered) or event.outcome != "waiting"
