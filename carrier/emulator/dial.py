"""<Dial>: legs to telephones, whispers before they are connected, and what the action is told.

Rules: twilio.com/docs/voice/twiml/dial, …/number (url: a document heard by the called party before the two
are connected;
who hangs up in it is not connected), …/sip, …/client. Up to ten nouns ring at once, the first to be ready
wins.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING

from carrier.emulator import record, verbs
from carrier.emulator.calls import Call
from carrier.emulator.events import (
    Connected,
    Elapsed,
    Ended,
    Event,
    HungUp,
    Interruption,
    LegEnded,
    LegReady,
    Page,
    Wait,
    params,
)
from carrier.emulator.talk import talk
from carrier.emulator.twiml import Document, Fault, Verb
from carrier.emulator.verbs import VERBS, Doing, next_page

if TYPE_CHECKING:
    from carrier.emulator.exchange import Exchange

_MOST_NOUNS = 10
_TIME_LIMIT = 4 * 3600


def dial(call: Call, verb: Verb, document: Document) -> Doing:
    """Text in <Dial> is a number; nouns inside it say more."""
    nouns = verb.children or ((Verb("Number", {}, verb.text),) if verb.text else ())
    if not nouns:
        raise Fault(13201, "<Dial> names nobody to call")
    if nouns[0].name in ("Queue", "Conference"):
        from carrier.emulator import conferences, queues  # they speak of dialling too

        doing = queues.dial if nouns[0].name == "Queue" else conferences.dial
        return (yield from doing(call, verb, nouns[0], document))
    return (yield from _dial_phones(call, verb, nouns[:_MOST_NOUNS], document))


def _dial_phones(call: Call, verb: Verb, nouns: tuple[Verb, ...], document: Document) -> Doing:
    patience = float(verb.whole("timeout", 30))
    legs = [_leg(call, verb, noun, document) for noun in nouns]
    last = legs[-1]
    call.hear("ringback", ", ".join(leg.to for leg in legs))
    try:
        winner = yield from _first_ready(call, list(legs), patience)
        if winner is None:
            status = next((leg.status for leg in legs if leg.status in ("busy", "failed")), "no-answer")
            bridged, seconds = any(leg.answered_at is not None for leg in legs), 0
            return _after(call, verb, document, last, "completed" if bridged else status, None, seconds, None)
    except Interruption as gone:
        _cancel(call, legs)
        if isinstance(gone, HungUp):
            _tell_gone(call, verb, document, last, "canceled", None)
        raise
    _cancel(call, [leg for leg in legs if leg is not winner])
    begun = call.now()
    call.exchange.post(winner, Connected(call))
    try:
        yield from talk(
            call, winner, float(verb.whole("timeLimit", _TIME_LIMIT)), verb.flag("hangupOnStar", False)
        )
    except HungUp:
        recording = _recorded(call, verb, document, begun)
        _tell_gone(call, verb, document, winner, "completed", (round(call.now() - begun), recording))
        raise
    recording = _recorded(call, verb, document, begun)
    return _after(call, verb, document, winner, "completed", True, round(call.now() - begun), recording)


def _leg(call: Call, verb: Verb, noun: Verb, document: Document) -> Call:
    """Start one leg. Faults 13223 and 13214 as Twilio names them: no number, no caller id."""
    to = noun.text.replace(" ", "").replace("-", "").replace("(", "").replace(")", "")
    if noun.name == "Client":
        to = f"client:{noun.text}"
    elif noun.name == "Number" and not to.lstrip("+").isdecimal():
        raise Fault(13223, f"<Dial> cannot call {noun.text!r}: it is no telephone number")
    caller = verb.attrs.get("callerId") or call.from_
    leg = Call(call.exchange, caller, to, "outbound-dial", stepped=call.stepped, parent=call)
    url = noun.attrs.get("statusCallback", "")
    if url:
        wanted = frozenset(noun.attrs.get("statusCallbackEvent", "completed").split())
        leg.callback = (call.resolve(document, url), noun.attrs.get("statusCallbackMethod", "POST"), wanted)
    leg.detects_machines = "machineDetection" in noun.attrs
    whisper = noun.attrs.get("url", "")
    page = Page(call.resolve(document, whisper), noun.attrs.get("method", "POST")) if whisper else None
    call.exchange.begin(leg, leg_life(call.exchange, leg, call, page, float(verb.whole("timeout", 30))))
    return leg


def leg_life(
    exchange: "Exchange", leg: Call, parent: Call, whisper: Page | None, patience: float
) -> Generator[Wait, Event, None]:
    """A dialled leg: rings, answers, hears its whisper, is connected, ends."""
    yield Wait("ringing")
    leg.progress("initiated", "initiated")
    leg.progress("ringing", "ringing")
    try:
        yield from exchange.ring(leg, patience)
        leg.progress("answered", "in-progress")
        yield from verbs.follow(leg, whisper)
        exchange.post(parent, LegReady(leg))
        while not isinstance((yield Wait("waiting")), Connected):
            pass
        yield from talk(leg, parent)
        leg.finish("completed")
    except HungUp:
        leg.finish("completed" if leg.answered_at is not None else "canceled", by="caller")
    except Ended as ended:
        leg.finish(ended.status)
    finally:
        exchange.post(parent, LegEnded(leg))


def _first_ready(call: Call, legs: list[Call], patience: float) -> Generator[Wait, Event, Call | None]:
    """The first leg that can be connected; None when all have ended or patience has."""
    wait = Wait("waiting", call.now() + patience)
    while legs:
        event = yield wait
        if isinstance(event, LegReady):
            return event.leg
        if isinstance(event, LegEnded) and event.leg in legs:
            legs.remove(event.leg)
        if isinstance(event, Elapsed):
            if any(leg.answered_at is not None for leg in legs):
                # Somebody answered and is hearing the whisper: the timeout is for ringing only.
                wait = Wait("waiting")
                continue
            _cancel(call, legs)
            return None
    return None


def _cancel(call: Call, legs: list[Call]) -> None:
    for leg in legs:
        call.exchange.post(leg, HungUp())


def _after(
    call: Call,
    verb: Verb,
    document: Document,
    leg: Call,
    status: str,
    connected: bool | None,
    seconds: int,
    recording: record.Recording | None,
) -> Page | None:
    """To the action if there is one; else the next verb follows: the action of <Dial> has no default."""
    if not verb.attrs.get("action", "").strip():
        return None
    return next_page(call, verb, document, outcome(call, leg, status, bool(connected), seconds, recording))


def outcome(
    call: Call,
    leg: Call | None,
    status: str,
    bridged: bool,
    seconds: int,
    recording: record.Recording | None = None,
) -> tuple[tuple[str, str], ...]:
    """What the action of <Dial> is told. DialCallDuration and RecordingUrl come only with a call that was
    answered.
    """
    return params(
        DialCallStatus=status,
        DialCallSid=leg.sid if leg else None,
        DialCallDuration=seconds if status == "completed" else None,
        DialBridged="true" if bridged else "false",
        RecordingUrl=record.url_of(call, recording) if recording else None,
        RecordingSid=recording.sid if recording else None,
        RecordingDuration=recording.duration if recording else None,
    )


def _tell_gone(
    call: Call,
    verb: Verb,
    document: Document,
    leg: Call,
    status: str,
    talked: tuple[int, record.Recording | None] | None,
) -> None:
    """The caller hung up: the action is told all the same, its answer is heard by nobody."""
    call.finish("completed", by="caller")
    if verb.attrs.get("action", "").strip():
        seconds, recording = talked or (0, None)
        page = next_page(
            call, verb, document, outcome(call, leg, status, talked is not None, seconds, recording)
        )
        call.tell(page.url, page.method, dict(page.params))


def _recorded(call: Call, verb: Verb, document: Document, begun: float) -> record.Recording | None:
    """The recording of the conversation if <Dial record> asks for one."""
    if verb.attrs.get("record", "do-not-record") in ("do-not-record", "false"):
        return None
    seconds = max(1.0, call.now() - begun)
    recording = record.new(call, record.silence(min(seconds, 60.0)), round(seconds), "DialVerb")
    record.tell(call, recording, verb.attrs, document)
    return recording


VERBS["Dial"] = dial
