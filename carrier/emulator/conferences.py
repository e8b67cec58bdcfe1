"""<Dial><Conference>: a room that calls join, wait in and leave.

Rules: twilio.com/docs/voice/twiml/conference (startConferenceOnEnter, endConferenceOnExit, waitUrl,
statusCallbackEvent, record, recordingStatusCallback). A recording is paused, resumed and stopped over REST: rest_conferences.py.

Calls join and leave in threads of their own. Who is in which conference changes under one lock (``Rooms.lock``), so that
two who join at once meet and nobody joins one that just ends; events are posted outside of it. So does what becomes of a recording.
"""

import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from carrier.emulator import record, sids
from carrier.emulator.dial import outcome
from carrier.emulator.events import Event, HungUp, Interruption, Key, Page, RoomBegins, RoomLeft, Wait
from carrier.emulator.talk import hold
from carrier.emulator.twiml import Document, Verb
from carrier.emulator.verbs import Doing, next_page

if TYPE_CHECKING:
    from carrier.emulator.calls import Call


@dataclass
class Recorder:
    """Who asked first that the conference be recorded, how, and since which second of that call's clock.

    ``status`` is '' before the conference starts, then in-progress, paused or stopped. ``pauses``: (since, until, skipped).
    """

    call: "Call"
    noun: Verb
    document: Document
    sid: str
    status: str = ""
    begun: float = 0.0
    date_created: str = ""
    pauses: list[tuple[float, float, bool]] = field(default_factory=list)

    def begin(self) -> None:
        self.status, self.begun, self.date_created = "in-progress", self.call.now(), now()

    def turn(self, status: str, skipped: bool) -> None:
        """Paused, resumed or stopped from now on. What it is already, it stays."""
        second = self.call.now()
        if self.status == "paused" and status != "paused":
            since, _, before = self.pauses.pop()
            self.pauses.append((since, second, before))
        elif self.status != "paused" and status == "paused":
            self.pauses.append((second, float("inf"), skipped))
        self.status = status


@dataclass(eq=False)
class Room:
    """One conference. ``init`` until somebody with startConferenceOnEnter is there with another; then
    in-progress, completed.
    """

    name: str
    sid: str
    status: str = "init"
    date_created: str = ""
    inside: "list[Call]" = field(default_factory=list)
    starters: "set[str]" = field(default_factory=set)
    callback: tuple[str, str, frozenset[str]] = ("", "POST", frozenset())
    sequence: int = 0
    recorder: Recorder | None = None


class Rooms:
    """All conferences; a name means the one that is not over yet."""

    def __init__(self) -> None:
        self._all: dict[str, Room] = {}
        self.lock = threading.Lock()

    def named(self, name: str) -> Room:
        room = next((room for room in self if room.name == name and room.status != "completed"), None)
        if room is None:
            room = Room(name, sids.new_sid("CF"), date_created=now())
            self._all[room.sid] = room
        return room

    def get(self, sid: str) -> Room | None:
        return self._all.get(sid)

    def __iter__(self) -> Iterator[Room]:
        return iter(list(self._all.values()))


def dial(call: "Call", verb: Verb, noun: Verb, document: Document) -> Doing:
    """Join, wait until the conference starts, talk until this call leaves or the conference ends."""
    room = _join(call, noun, document)
    begun = call.now()
    try:
        yield from _stay(call, noun, document, room, verb.flag("hangupOnStar", False))
    except Interruption as gone:
        _exit(call, room, noun)
        if isinstance(gone, HungUp):
            call.finish("completed", by="caller")
        raise
    _exit(call, room, noun)
    if not verb.attrs.get("action", "").strip():
        return None
    return next_page(call, verb, document, outcome(call, None, "completed", True, round(call.now() - begun)))


def _join(call: "Call", noun: Verb, document: Document) -> Room:
    """The conference of that name, with this call in it. It begins with the second one, if any of them may start it."""
    rooms = call.exchange.rooms
    with rooms.lock:
        room = rooms.named(noun.text)
        if noun.attrs.get("statusCallback"):
            wanted = frozenset(noun.attrs.get("statusCallbackEvent", "").split())
            url = call.resolve(document, noun.attrs["statusCallback"])
            room.callback = (url, noun.attrs.get("statusCallbackMethod", "POST"), wanted)
        if room.recorder is None and noun.attrs.get("record") == "record-from-start":
            room.recorder = Recorder(call, noun, document, sids.new_sid("RE"))
            if room.status == "in-progress":
                room.recorder.begin()
        room.inside.append(call)
        if noun.flag("startConferenceOnEnter", True):
            room.starters.add(call.sid)
        _tell(call, room, "join", "participant-join")
        waiting = _begin(call, room)
    for other in waiting:
        call.exchange.post(other, RoomBegins(room))
    return room


def _stay(
    call: "Call", noun: Verb, document: Document, room: Room, star: bool
) -> Generator[Wait, Event, None]:
    """Until this call is taken out of the room, or leaves it by '*' where <Dial hangupOnStar> lets it."""
    if room.status == "init":
        url = noun.attrs.get("waitUrl")
        page = Page(call.resolve(document, url), noun.attrs.get("waitMethod", "POST")) if url else None
        waiting = hold(call, page)
        event: Event | None = None
        while not (isinstance(event, RoomBegins) and event.room is room):
            event = yield (next(waiting) if event is None else waiting.send(event))
            if _leaves(room, event, star):
                return
        waiting.close()
    while True:
        event = yield Wait("talking")
        if _leaves(room, event, star):
            return


def _leaves(room: Room, event: Event, star: bool) -> bool:
    kicked = isinstance(event, RoomLeft) and event.room is room
    return kicked or (star and isinstance(event, Key) and event.digit == "*")


def _begin(call: "Call", room: Room) -> "list[Call]":
    """Who was waiting for it, when it begins now."""
    if room.status != "init" or not room.starters or len(room.inside) < 2:
        return []
    room.status = "in-progress"
    if room.recorder is not None:
        room.recorder.begin()
    _tell(call, room, "start", "conference-start")
    return list(room.inside)


def _exit(call: "Call", room: Room, noun: Verb) -> None:
    with call.exchange.rooms.lock:
        if call in room.inside:
            room.inside.remove(call)
            _tell(call, room, "leave", "participant-leave")
        ends = not room.inside or noun.flag("endConferenceOnExit", False)
    if ends:
        end(call, room)


def end(call: "Call", room: Room) -> None:
    """End the conference: everybody inside goes on with their own documents."""
    with call.exchange.rooms.lock:
        if room.status == "completed":
            return
        room.status = "completed"
        left = list(room.inside)
        _tell(call, room, "end", "conference-end")
    turn_recording(call.exchange.rooms, room, "stopped")
    for other in left:
        kick(other, room)


def turn_recording(rooms: Rooms, room: Room, status: str, skipped: bool = False) -> bool:
    """The conference's recording is paused, in-progress again, or stopped. False when it has none that runs."""
    with rooms.lock:
        by = room.recorder
        if by is None or by.status not in ("in-progress", "paused"):
            return False
        by.turn(status, skipped)
    if status == "stopped":
        _keep(room, by)
    return True


def _keep(room: Room, by: Recorder) -> None:
    """The recording of the whole conference, told of with its Sid and without a call's. In it a quiet tone stands for the talk."""
    seconds = max(1.0, by.call.now() - by.begun)
    pauses = [(since - by.begun, until - by.begun, skipped) for since, until, skipped in by.pauses]
    sound, length = record.talk(seconds, pauses)
    kept = record.new(by.call, sound, round(length), "Conference", conference=room.sid, sid=by.sid)
    record.tell(by.call, kept, by.noun.attrs, by.document)


def kick(call: "Call", room: Room) -> None:
    """Take one call out of this conference."""
    call.exchange.post(call, RoomLeft(room))


def _tell(call: "Call", room: Room, wanted: str, event: str) -> None:
    url, method, events = room.callback
    if not url or wanted not in events:
        return
    room.sequence += 1
    given = {
        "AccountSid": call.exchange.account_sid,
        "ConferenceSid": room.sid,
        "FriendlyName": room.name,
        "SequenceNumber": str(room.sequence),
        "StatusCallbackEvent": event,
        "Timestamp": now(),
    }
    if wanted in ("join", "leave"):
        given["CallSid"] = call.sid
    call.exchange.webhooks.notify(room.sid, url, method, given)


def now() -> str:
    """This moment as the API writes it."""
    return sids.rfc2822(sids.now()) or ""
