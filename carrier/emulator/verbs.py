"""What each TwiML verb does to a call. A verb is a generator function: it yields Waits and returns where to
go next.

It returns a Page (the call goes on there) or None (the next verb of this document follows). <Dial>, <Enqueue>
and <Leave> are
in ``dial`` and ``queues``. Rules: twilio.com/docs/voice/twiml/{say,play,pause,gather,redirect,reject,hangup}.
"""

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from carrier.emulator.events import Elapsed, Ended, Event, Key, Modified, Page, Speech, Wait, params
from carrier.emulator.twiml import MAX_SAY, Document, Fault, Verb

if TYPE_CHECKING:
    from carrier.emulator.calls import Call

Doing = Generator[Wait, Event, Page | None]
"""What a verb is: see the module's first lines."""

_CHARACTERS_A_SECOND = 15.0
_RECORDED_PROMPT_SECONDS = 3.0


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


def listen(
    call: "Call", seconds: float, stop: Callable[[Event], bool] | None = None
) -> Generator[Wait, Event, Event | None]:
    """Let sound pass. With ``stop`` the first event that it wants ends it and is given back (barge-in)."""
    wait = Wait("speaking", call.now() + seconds, free=True)
    while True:
        event = yield wait
        if isinstance(event, Elapsed):
            return None
        if stop and stop(event):
            return event


def _say(call: "Call", verb: Verb, document: Document, stop: Callable[[Event], bool] | None = None):  # type: ignore[no-untyped-def]
    if len(verb.text) > MAX_SAY:
        raise Fault(13521, f"<Say> has {len(verb.text)} characters, it may have {MAX_SAY}")
    if not verb.text:
        call.alert(13520, "<Say> has no text", document.url, level="warning")
        return None
    language = verb.attrs.get("language", "en-US")
    return (
        yield from _repeat(
            call, verb, stop, "say", verb.text, len(verb.text) / _CHARACTERS_A_SECOND, language
        )
    )


def _play(call: "Call", verb: Verb, document: Document, stop: Callable[[Event], bool] | None = None):  # type: ignore[no-untyped-def]
    digits = verb.attrs.get("digits", "")
    if digits:
        return (yield from _repeat(call, verb, stop, "tone", digits, 0.5 * len(digits)))
    if not verb.text:
        raise Fault(13420, "<Play> has neither a URL nor digits")
    return (
        yield from _repeat(
            call, verb, stop, "play", call.resolve(document, verb.text), _RECORDED_PROMPT_SECONDS
        )
    )


def _repeat(call, verb, stop, kind, text, seconds, language=""):  # type: ignore[no-untyped-def]
    """``loop`` times; 0 is for ever, which Twilio cuts at 1,000. A stepped call hears a long loop once, at
    its full length.
    """
    times = verb.whole("loop", 1) or 1000
    rounds = [seconds * times] if call.stepped else [seconds] * times
    for length in rounds:
        call.hear(kind, text, language, verb.attrs.get("voice", "") if kind == "say" else "")
        event = yield from listen(call, length, stop)
        if event is not None:
            return event
    return None


def _pause(call: "Call", verb: Verb, document: Document, stop: Callable[[Event], bool] | None = None):  # type: ignore[no-untyped-def]
    return (yield from listen(call, max(0, verb.whole("length", 1)), stop))


_HEARD = {"Say": _say, "Play": _play, "Pause": _pause}


def _just(heard) -> Callable[["Call", Verb, Document], Doing]:  # type: ignore[no-untyped-def]
    def doing(call: "Call", verb: Verb, document: Document) -> Doing:
        yield from heard(call, verb, document)
        return None

    return doing


# -- what asks


def gather(call: "Call", verb: Verb, document: Document) -> Doing:
    """Collect keys or speech. Nothing, or only the finishing key: the next verb, unless actionOnEmptyResult.

    ``timeout`` counts from the end of the prompts and again from every key. The finishing key is not part of
    Digits.
    """
    inputs = verb.attrs.get("input", "dtmf").split()
    finish = verb.attrs.get("finishOnKey", "#")
    most = verb.whole("numDigits", 0)
    patience = float(
        verb.whole("timeout", 5)
    )  # timeout="auto" is for speech: Twilio waits 5 s for a first sound

    def wanted(event: Event) -> bool:
        return (isinstance(event, Key) and "dtmf" in inputs) or (
            isinstance(event, Speech) and "speech" in inputs
        )

    event: Event | None = None
    for child in verb.children:
        event = yield from _HEARD[child.name](
            call, child, document, wanted if verb.flag("bargeIn", True) else None
        )
        if event is not None:
            break
    digits, finished_by, speech = "", "", None
    wait = Wait("asking", call.now() + patience)
    while True:
        if event is None:
            event = yield wait
        if isinstance(event, Elapsed):
            break
        if isinstance(event, Speech) and wanted(event):
            speech = event
            break
        if isinstance(event, Key) and wanted(event):
            if event.digit in finish:
                finished_by = event.digit
                break
            digits += event.digit
            if most and len(digits) >= most:
                break
            wait = Wait("asking", call.now() + patience)
        event = None
    if not digits and speech is None and not verb.flag("actionOnEmptyResult", False):
        return None
    return next_page(call, verb, document, _gathered(digits, finished_by, speech))


def _gathered(digits: str, finished_by: str, speech: Speech | None) -> tuple[tuple[str, str], ...]:
    if speech is not None:
        return params(
            msg="Gather End", SpeechResult=speech.text, Confidence=speech.confidence, Language=speech.language
        )
    return params(msg="Gather End", Digits=digits, FinishedOnKey=finished_by)


# -- what ends or leads elsewhere


def _redirect(call: "Call", verb: Verb, document: Document) -> Doing:
    """To another document; an empty <Redirect> is the current one again."""
    return Page(call.resolve(document, verb.text), verb.attrs.get("method", "POST"))
    yield  # a generator, like every verb


def _reject(call: "Call", verb: Verb, document: Document) -> Doing:
    """Not answered when it comes first, reason busy or rejected; later it is only a hang-up."""
    if call.answered_at is not None:
        raise Ended
    reason = verb.attrs.get("reason", "rejected")
    call.hear(
        "carrier",
        "busy tone" if reason == "busy" else "The number you have dialed is not in service.",
        "en-US",
    )
    raise Ended("busy" if reason == "busy" else "no-answer")
    yield


def _hangup(call: "Call", verb: Verb, document: Document) -> Doing:
    raise Ended
    yield


def _sms(call: "Call", verb: Verb, document: Document) -> Doing:
    """<Sms> in a voice document: a text to the caller, or to ``to``; then ``action`` or the next verb."""
    message = call.exchange.texts.reply_from(call.to, call.from_, verb, document)
    if verb.attrs.get("action"):
        return next_page(call, verb, document, params(SmsSid=message.sid, SmsStatus="sent"))
    return None
    yield


VERBS: dict[str, Callable[["Call", Verb, Document], Doing]] = {
    "Say": _just(_say),
    "Play": _just(_play),
    "Pause": _just(_pause),
    "Gather": gather,
    "Redirect": _redirect,
    "Reject": _reject,
    "Hangup": _hangup,
    "Sms": _sms,
}
"""Every verb that is done. ``record``, ``dial`` and ``queues`` add theirs."""
