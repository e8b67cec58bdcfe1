"""What the desk says to a caller who waits or talks, at every poll: the event that the engine hears.

A redirect only makes a caller ask sooner (ivr: heard=person). Who is asked is the desk and the leg of the agent, so that a lost
redirect, a repeated webhook or a killed worker changes when a caller hears something, and never what.

    waiting   talking at the desk -> PersonFound       left it by an exit -> QueueLeft        else the poll itself
    talking   the room has closed: agent in a menu, or away without a word -> PersonAway
              waits again -> PersonGone                 not at the desk -> the talk is over
    held      agent back in the room -> PersonFound     away for longer than AWAY_SECONDS -> PersonGone
"""

from desk.routing.contacts import TALKING
from desk.routing.contacts import Contact as DeskContact
from desk.routing.events import Returned
from engine.events import Dialled, Event, HungUp, Keys, PersonAway, PersonFound, PersonGone, QueueLeft, Tick
from engine.flow import Queue
from sessions.agents import ringing
from sessions.desk import desk
from sessions.scene import Scene
from store import desk as rows
from store import legs
from store.times import instant

FLOW_EXITS = ("closed", "nobody", "too_long")
# An agent whose telephone left the room without opening the menu (a lost line whose report is late) is waited for so long.
AWAY_SECONDS = 20


def told(scene: Scene, event: Event) -> Event:
    """The event as the desk makes it, for a caller in a queue; any other event of any other contact as it is."""
    if not in_queue(scene) or isinstance(event, HungUp):
        return event
    held = desk.look(scene.gateway, scene.db).contacts.get(scene.session_id)
    if scene.session.phase == "waiting":
        return _while_waiting(scene, held, event)
    return _while_talking(scene, held, event)


def in_queue(scene: Scene) -> bool:
    """Does this contact wait for a person or talk to one?"""
    step = scene.flow.steps.get(scene.session.step)
    return isinstance(step, Queue) and scene.session.phase in ("waiting", "talking", "held")


def nothing_new(scene: Scene, event: Event) -> bool:
    """Was a redirected caller asked to move on without any reason? Then the newest answer is heard again."""
    return isinstance(event, Tick) and (scene.session.phase in ("talking", "waiting") or not in_queue(scene))


def _while_waiting(scene: Scene, held: DeskContact | None, event: Event) -> Event:
    if held is not None and held.state == TALKING:
        return PersonFound(held.agent, ringing.room_of(scene.db, scene.session_id))
    if held is None and not isinstance(event, Keys):
        return _exit(scene) or event
    return event


def _while_talking(scene: Scene, held: DeskContact | None, event: Event) -> Event:
    if held is None:
        return _exit(scene) or Dialled("answered")
    if held.state != TALKING:
        return PersonGone()
    leg = next(iter(legs.live(scene.db, scene.session_id)), None)
    if isinstance(event, Dialled):
        if leg is not None and leg.state == legs.ROOM:
            legs.is_away(scene.db, leg.id, at=scene.now)  # it says itself when it is back
        return PersonAway()
    if scene.session.phase == "talking":
        return event
    if leg is not None and leg.state == legs.ROOM:
        return PersonFound(held.agent, ringing.room_of(scene.db, scene.session_id))
    if leg is None or (leg.state == legs.MENU and _seconds_since(scene, leg.updated_at) > AWAY_SECONDS):
        return _given_up(scene, leg)
    return event


def _given_up(scene: Scene, leg: legs.LegRow | None) -> Event:
    """The agent does not come back: the caller is put to the next one."""
    if leg is not None:
        legs.stop(scene.db, leg, at=scene.now)
        legs.move(scene.db, leg.id, legs.OVER, at=scene.now)
    desk.happen(scene.gateway, scene.db, Returned(scene.session_id, "away"), scene.now)
    return PersonGone()


def _exit(scene: Scene) -> Event | None:
    last = rows.last_event(scene.db, scene.session_id)
    exit = last.what.removeprefix("exit_") if last is not None and last.what.startswith("exit_") else ""
    return QueueLeft(exit) if exit in FLOW_EXITS else None


def _seconds_since(scene: Scene, then: str) -> float:
    return (instant(scene.now) - instant(then)).total_seconds()
