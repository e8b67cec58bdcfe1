"""What each TwiML verb does to a call. A verb is a generator function: it yields Waits and returns where to
go next.

It returns a Page (the call goes on there) or None (the next verb of this document follows). <Dial>, <Enqueue>
and <Leave> are
in ``dial`` and ``queues``. Rules: twilio.com/docs/voice/twiml/{say,play,pause,gather,redirect,reject,hangup}.
"""

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from carrier.emulator.events import Elapsed, Ended, Event, Key, Lasts, Modified, Page, Speech, Wait, params
from carrier.emulator.texts import Refused
from carrier.emulator.twiml import MAX_SAY, Document, Fault, Verb

if TYPE_CHECKING:
    from carrier.emulator.calls import Call

_OWN_VOICE_SECONDS = 2.0
"""So long a telephone that speaks itself may take until it tells how long something is."""

Doing = Generator[Wait, Event, Page | None]
"""What a verb is: see the module's first lines."""
Listening = Generator[Wait, Event, Event | None]
"""What is only heard: it returns the event that interrupted it, or None when it was heard to its end."""
Stop = Callable[[Event], bool] | None
"""Which events interrupt what is heard; None: nothing does."""


def follow(call: "Call", page: Page | None) -> Generator[Wait, Event, None]:
    """Run documents from this page on until one ends without naming another. A REST update leads elsewhere."""
    while page is not None:
        try:
            page = yield from run(call, call.load(page))
        except Modified as modified:
            page = modified.page


def run(call: "Call", document: Document) -> Doing:
    """Run one document, verb by verb. A fault inside goes to the fallback URL like one in fetching it."""
    for verb in document.verbs:
        if call.answered_at is None and verb.name != "Reject":
            # Every first verb but <Reject> answers the call (twilio.com/docs/voice/twiml/reject).
            call.progress("answered", "in-progress")
        doing = VERBS.get(verb.name)
        if doing is None:
            call.alert(
                12200,
                f"<{verb.name}> is passed by: this stand-in does not do it",
                document.url,
                level="warning",
            )
            continue
        try:
            page = yield from doing(call, verb, document)
        except Fault as fault:
            page = _after_fault(call, fault, document)
        if page is not None:
            return page
    return None


def _after_fault(call: "Call", fault: Fault, document: Document) -> Page:
    call.alert(fault.code, fault.text, document.url)
    url, method = call.fallback
    if not url or url == document.url:
        call.fail()
        raise Ended
    return Page(url, method, params(ErrorCode=fault.code, ErrorUrl=document.url))


def next_page(call: "Call", verb: Verb, document: Document, given: tuple[tuple[str, str], ...]) -> Page:
    """The verb's action, or the current document again: the default of Gather and Record."""
    action = verb.attrs.get("action", "")
    url = call.resolve(document, action) if action.strip() else document.url
    return Page(url, verb.attrs.get("method", "POST"), given)


# -- what is only heard


def listen(call: "Call", seconds: float, stop: Stop = None) -> Listening:
    """Let sound pass. With ``stop`` the first event that it wants ends it and is given back (barge-in)."""
    wait = Wait("speaking", call.now() + seconds, free=True)
    while True:
        event = yield wait
        if isinstance(event, Elapsed):
            return None
        if isinstance(event, Lasts) and event.item == len(call.said) - 1:
            wait = Wait("speaking", call.now() + event.seconds, free=True)
        if stop and stop(event):
            return event


def _say(call: "Call", verb: Verb, document: Document, stop: Stop = None) -> Listening:
    if len(verb.text) > MAX_SAY:
        raise Fault(13521, f"<Say> has {len(verb.text)} characters, it may have {MAX_SAY}")
    if not verb.text:
        call.alert(13520, "<Say> has no text", document.url, level="warning")
        return None
    seconds = len(verb.text) / call.exchange.characters_a_second
    return (yield from _repeat(call, verb, stop, "say", verb.text, seconds))


def _play(call: "Call", verb: Verb, document: Document, stop: Stop = None) -> Listening:
    digits = verb.attrs.get("digits", "")
    if digits:
        return (yield from _repeat(call, verb, stop, "tone", digits, 0.5 * len(digits)))
    if not verb.text:
        raise Fault(13420, "<Play> has neither a URL nor digits")
    url = call.resolve(document, verb.text)
    try:
        seconds = call.exchange.sounds.length(url)
    except Fault as fault:
        # Nothing is heard and the call goes on: the debugger tells.
        call.alert(fault.code, fault.text, url)
        return None
    return (yield from _repeat(call, verb, stop, "play", url, seconds))


def _repeat(call: "Call", verb: Verb, stop: Stop, kind: str, text: str, seconds: float) -> Listening:
    """``loop`` times; 0 is for ever, which Twilio cuts at 1,000. A stepped call hears a long loop once, at
    its full length.
    """
    times = verb.whole("loop", 1) or 1000
    if call.own_voice:
        seconds = max(seconds, _OWN_VOICE_SECONDS)
    rounds = [seconds * times] if call.stepped else [seconds] * times
    language = verb.attrs.get("language", "en-US") if kind == "say" else ""
    for length in rounds:
        call.hear(kind, text, language, verb.attrs.get("voice", ""))
        event = yield from listen(call, length, stop)
        if event is not None:
            return event
    return None


def _pause(call: "Call", verb: Verb, document: Document, stop: Stop = None) -> Listening:
    return (yield from listen(call, max(0, verb.whole("length", 1)), stop))


_HEARD = {"Say": _say, "Play": _play, "Pause": _pause}


def _just_heard(call: "Call", verb: Verb, document: Document) -> Doing:
    yield from _HEARD[verb.name](call, verb, document)
    return None


# -- what asks


def gather(call: "Call", verb: Verb, document: Document) -> Doing:
    """Collect keys or speech. Nothing, or only the finishing key: the next verb, unless actionOnEmptyResult.

    ``timeout`` counts from the end of the prompts and again from every key. The finishing key is not part of
    Digits.
    """
    inputs = verb.attrs.get("input", "dtmf").split()

    def wanted(event: Event) -> bool:
        return ("dtmf" in inputs and isinstance(event, Key)) or (
            "speech" in inputs and isinstance(event, Speech)
        )

    stop = wanted if verb.flag("bargeIn", True) else None
    event: Event | None = None
    for child in verb.children:
        event = yield from _HEARD[child.name](call, child, document, stop)
        if event is not None:
            break
    given = yield from _collect(call, verb, event, wanted)
    if not given and not verb.flag("actionOnEmptyResult", False):
        return None
    return next_page(call, verb, document, given or params(msg="Gather End", Digits="", FinishedOnKey=""))


def _collect(
    call: "Call", verb: Verb, event: Event | None, wanted: Callable[[Event], bool]
) -> Generator[Wait, Event, tuple[tuple[str, str], ...]]:
    """What the action is told; () for no input. ``event`` is what interrupted the prompts."""
    finish = verb.attrs.get("finishOnKey", "#")
    most = verb.whole("numDigits", 0)
    # timeout="auto" belongs to speech: a first sound is waited for as long as by default.
    patience = float(verb.whole("timeout", 5))
    digits, finished_by = "", ""
    wait = Wait("asking", call.now() + patience)
    while not isinstance(event, Elapsed):
        if isinstance(event, Speech) and wanted(event):
            return _understood(event)
        if isinstance(event, Key) and wanted(event):
            if event.digit in finish:
                finished_by = event.digit
                break
            digits += event.digit
            if len(digits) == most:
                break
            wait = Wait("asking", call.now() + patience)
        event = yield wait
    return params(msg="Gather End", Digits=digits, FinishedOnKey=finished_by) if digits else ()


def _understood(speech: Speech) -> tuple[tuple[str, str], ...]:
    return params(
        msg="Gather End", SpeechResult=speech.text, Confidence=speech.confidence, Language=speech.language
    )


# -- what ends or leads elsewhere


def _redirect(call: "Call", verb: Verb, document: Document) -> Doing:
    """To another document; an empty <Redirect> is the current one again."""
    yield from ()  # a generator, like every verb
    return Page(call.resolve(document, verb.text), verb.attrs.get("method", "POST"))


def _reject(call: "Call", verb: Verb, document: Document) -> Doing:
    """Not answered when it comes first, reason busy or rejected; later it is only a hang-up."""
    yield from ()
    if call.answered_at is not None:
        raise Ended
    busy = verb.attrs.get("reason", "rejected") == "busy"
    call.hear("tone", "busy" if busy else "not in service")
    raise Ended("busy" if busy else "no-answer")


def _hangup(call: "Call", verb: Verb, document: Document) -> Doing:
    yield from ()
    raise Ended


def _sms(call: "Call", verb: Verb, document: Document) -> Doing:
    """<Sms> in a voice document: a text to the caller, or to ``to``; then ``action`` or the next verb."""
    yield from ()
    try:
        sid, status = call.exchange.texts.reply_from(call.to, call.from_, verb, document).sid, "sent"
    except Refused as refused:
        call.alert(refused.code, str(refused), document.url)
        sid, status = None, "failed"
    if verb.attrs.get("action"):
        return next_page(call, verb, document, params(SmsSid=sid, SmsStatus=status))
    return None


VERBS: dict[str, Callable[["Call", Verb, Document], Doing]] = {
    "Say": _just_heard,
    "Play": _just_heard,
    "Pause": _just_heard,
    "Gather": gather,
    "Redirect": _redirect,
    "Reject": _reject,
    "Hangup": _hangup,
    "Sms": _sms,
}
"""Every verb that is done. ``record``, ``dial`` and ``queues`` add theirs."""
