"""What the whole of the situations says: who is stuck, and who goes in circles."""

from engine.events import Answered, Event
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
    asking = {id(s): s for s in exploration.situations if isinstance(s.turn.wait, AwaitAnswer)}
    # Waiting for an answer over HTTP is no circle: time passes.
    then = {
        key: [id(n) for event, n in s.next if id(n) in asking and _settled(event)]
        for key, s in asking.items()
    }
    last: dict[int, int] = dict.fromkeys(asking, 0)
    for nexts in then.values():
        for key in nexts:
            last[key] += 1
    free = [key for key, count in last.items() if not count]
    while free:
        key = free.pop()
        del last[key]
        for other in then[key]:
            last[other] -= 1
            if not last[other]:
                free.append(other)
    return [asking[key] for key in last if _in_circle(key, then)]


def _in_circle(key: int, then: dict[int, list[int]]) -> bool:
    seen, waiting = set[int](), list(then[key])
    while waiting:
        at = waiting.pop()
        if at == key:
            return True
        if at not in seen:
            seen.add(at)
            waiting += then[at]
    return False


def _settled(event: Event) -> bool:
    return isinstance(event, Answered) and event.outcome != "waiting"
