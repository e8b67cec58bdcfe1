"""<Enqueue>, <Leave> and <Dial><Queue>: callers wait in line, agents take the first.

Rules: twilio.com/docs/voice/twiml/enqueue (waitUrl and action fields, QueueResult), …/queue, …/leave,
…/api/member-resource.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from carrier.emulator import sids, verbs
from carrier.emulator.dial import outcome
from carrier.emulator.events import (
    Connected,
    Dequeued,
    Elapsed,
    Event,
    HungUp,
    LeftQueue,
    Modified,
    Page,
    PeerGone,
    Wait,
    params,
)
from carrier.emulator.talk import hold, talk
from carrier.emulator.twiml import Document, Verb
from carrier.emulator.verbs import VERBS, Doing, next_page

if TYPE_CHECKING:
    from carrier.emulator.calls import Call
    from carrier.emulator.exchange import Exchange


@dataclass(eq=False)
class Member:
    """One waiting call; ``entered`` by its own clock."""

    call: "Call"
    entered: float
    entered_at: str


@dataclass
class Line:
    """One queue of the account."""

    name: str
    sid: str
    max_size: int = 1000
    date_created: str = ""
    members: list[Member] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    """Seconds that those who left have waited: for AvgQueueTime."""
    hunters: "list[Call]" = field(default_factory=list)
    """Agents' calls that wait for somebody to join."""

    def average(self) -> int:
        recent = self.waits[-50:]
        return round(sum(recent) / len(recent)) if recent else 0

    def position(self, member: Member) -> int:
        return self.members.index(member) + 1


class Lines:
    """The queues of the account, made when first named."""

    def __init__(self) -> None:
        self._all: dict[str, Line] = {}

    def named(self, name: str, make: bool = True) -> Line | None:
        if name not in self._all and make:
            self._all[name] = Line(name, sids.new_sid("QU"), date_created=sids.rfc2822(sids.now()) or "")
        return self._all.get(name)

    def get(self, sid: str) -> Line | None:
        return next((line for line in self if line.sid == sid), None)

    def remove(self, sid: str) -> None:
        self._all = {name: line for name, line in self._all.items() if line.sid != sid}

    def __iter__(self) -> Iterator[Line]:
        return iter(list(self._all.values()))


def enqueue(call: "Call", verb: Verb, document: Document) -> Doing:
    """Wait in line until an agent, <Leave>, a REST update or the hang-up ends it; the action hears which."""
    line = call.exchange.lines.named(verb.text or "default")
    assert line is not None
    if len(line.members) >= verb.whole("maxQueueSize", line.max_size):
        return _leave(call, verb, document, line, "queue-full", 0)
    member = Member(call, call.now(), sids.rfc2822(sids.now()) or "")
    line.members.append(member)
    try:
        _wake_hunter(call.exchange, line)
        yield from _in_line(call, verb, document, line, member)
    except LeftQueue:
        _out(line, member)
        return _leave(call, verb, document, line, "leave", call.now() - member.entered)
    except Dequeued as taken:
        _out(line, member)
        return (yield from _served(call, verb, document, line, member, taken))
    except HungUp:
        _out(line, member)
        call.finish("completed", by="caller")
        page = _leave(call, verb, document, line, "hangup", call.now() - member.entered)
        if page:
            call.tell(page.url, page.method, dict(page.params))
        raise
    except Modified:
        _out(line, member)
        page = _leave(call, verb, document, line, "redirected", call.now() - member.entered)
        if page:
            call.tell(page.url, page.method, dict(page.params))
        raise
    finally:
        _out(line, member)
    return None


def _in_line(
    call: "Call", verb: Verb, document: Document, line: Line, member: Member
) -> Generator[Wait, Event, None]:
    url = verb.attrs.get("waitUrl", "")
    if not url:
        yield from hold(call, None)
    while True:
        told = params(
            QueueSid=line.sid,
            QueuePosition=line.position(member),
            QueueTime=round(call.now() - member.entered),
            AvgQueueTime=line.average(),
            CurrentQueueSize=len(line.members),
        )
        page = Page(call.resolve(document, url), verb.attrs.get("waitUrlMethod", "POST"), told)
        begun = call.now()
        yield from verbs.follow(call, page)
        yield Wait("waiting", max(call.now(), begun + 1.0))


def _out(line: Line, member: Member) -> None:
    if member in line.members:
        line.members.remove(member)
        line.waits.append(member.call.now() - member.entered)


def _leave(
    call: "Call", verb: Verb, document: Document, line: Line, result: str, seconds: float
) -> Page | None:
    if not verb.attrs.get("action", "").strip():
        return None
    told = params(QueueResult=result, QueueSid=line.sid, QueueTime=round(seconds))
    return next_page(call, verb, document, told)


def _served(
    call: "Call", verb: Verb, document: Document, line: Line, member: Member, taken: Dequeued
) -> Doing:
    """Heard before the agent: the Queue noun's url; then the two talk; then the action, QueueResult bridged."""
    waited = call.now() - member.entered
    yield from verbs.follow(call, taken.page)
    call.exchange.post(taken.agent, Connected(call))
    try:
        yield from talk(call, taken.agent)
    except HungUp:
        call.finish("completed", by="caller")
        page = _leave(call, verb, document, line, "bridged", waited)
        if page:
            call.tell(page.url, page.method, dict(page.params))
        raise
    return _leave(call, verb, document, line, "bridged", waited)


def _wake_hunter(exchange: "Exchange", line: Line) -> None:
    if line.hunters:
        exchange.post(line.hunters[0], PeerGone(line.members[0].call))


def dial(call: "Call", verb: Verb, noun: Verb, document: Document) -> Doing:
    """An agent's call takes the first caller of a queue, or waits for one until the timeout."""
    line = call.exchange.lines.named(noun.text, make=False)
    if line is None:
        return _dialled(call, verb, document, "failed", None, 0.0)
    until = call.now() + float(verb.whole("timeout", 30))
    line.hunters.append(call)
    try:
        while not line.members:
            event = yield Wait("waiting", until)
            if isinstance(event, Elapsed):
                return _dialled(call, verb, document, "no-answer", None, 0.0)
        caller = line.members.pop(0).call
    finally:
        line.hunters.remove(call)
    call.exchange.post(caller, Dequeued(call, _whisper(call, noun, document, line)))
    begun = call.now()
    while True:
        event = yield Wait("waiting", until)
        if isinstance(event, Connected) and event.peer is caller:
            break
        if isinstance(event, Elapsed) or (isinstance(event, PeerGone) and event.peer is caller):
            return _dialled(call, verb, document, "no-answer", caller, 0.0)
    yield from talk(call, caller, float(verb.whole("timeLimit", 14400)), verb.flag("hangupOnStar", False))
    return _dialled(call, verb, document, "completed", caller, call.now() - begun)


def _whisper(call: "Call", noun: Verb, document: Document, line: Line) -> Page | None:
    url = noun.attrs.get("url", "")
    if not url:
        return None
    told = params(QueueSid=line.sid, DequeingCallSid=call.sid)
    return Page(call.resolve(document, url), noun.attrs.get("method", "POST"), told)


def _dialled(
    call: "Call", verb: Verb, document: Document, status: str, peer: "Call | None", seconds: float
) -> Page | None:
    if not verb.attrs.get("action", "").strip():
        return None
    return next_page(call, verb, document, outcome(call, peer, status, status == "completed", round(seconds)))


def leave(call: "Call", verb: Verb, document: Document) -> Doing:
    """Out of the queue; outside of a queue it does nothing."""
    yield from ()
    if any(member.call is call for line in call.exchange.lines for member in line.members):
        raise LeftQueue
    return None


VERBS["Enqueue"] = enqueue
VERBS["Leave"] = leave
