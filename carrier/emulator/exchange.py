"""The telephone exchange: everything the account has, and who runs when.

A call is a generator. Whoever brings an event (a telephone, REST, a timer, another call) posts it to the
call's mailbox and
runs what is ready, in its own thread; one thread runs a call at a time, no thread ever holds two calls.
"""

import logging
import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from carrier.emulator import conferences, dial, queues, record, sids, telephones, verbs  # noqa: F401  (dial, queues, record add their verbs)
from carrier.emulator.calls import FINAL, Call, Life
from carrier.emulator.events import (
    Elapsed,
    Ended,
    Event,
    HungUp,
    Interruption,
    Key,
    Page,
    PassTime,
    Start,
    Wait,
)
from carrier.emulator.faults import Faults
from carrier.emulator.leases import Leases
from carrier.emulator.mailbox import Mailbox
from carrier.emulator.numbers import Numbers, ServiceNumber
from carrier.emulator.sounds import Sounds
from carrier.emulator.telephones import Telephones
from carrier.emulator.texts import Texts
from carrier.emulator.timers import Timers
from carrier.emulator.twiml import Fault
from carrier.emulator.webhooks import Webhooks

log = logging.getLogger("carrier.emulator")

FREE_DOCUMENTS = 20
"""A stepped call fetches at most so many documents without its caller doing anything; then it rests."""
_A_MOMENT = 5.0
CHARACTERS_A_SECOND = 15.0  # a voice's own pace, for calls in real time and the clock of stepped ones
_MOST_WAITS = 10_000
"""Waits that run out at one wish of the phone: documents that need no time at all must not hold it for ever.
"""
_KEPT_CALLS = 5_000
_KEPT_ALERTS = 10_000


class Exchange:
    """One account at the carrier. ``api_url`` is where this process serves REST: recordings' URLs begin with
    it.
    """

    def __init__(self, account_sid: str, auth_token: str, state: Path, api_url: str) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.api_url = api_url
        state.mkdir(parents=True, exist_ok=True)
        self.characters_a_second = CHARACTERS_A_SECOND
        self.faults = Faults()
        self.webhooks = Webhooks(auth_token, self.faults, self._notification_failed)
        self.sounds = Sounds(self.webhooks)
        self.numbers = Numbers(state / "kept-numbers.json")
        self.recordings = record.Recordings(state / "recordings")
        self.telephones = Telephones()
        self.texts = Texts(self)
        self.mailbox = Mailbox()
        self.lines = queues.Lines()
        self.rooms = conferences.Rooms()
        self.timers = Timers()
        self.leases = Leases(self)
        self.calls: OrderedDict[str, Call] = OrderedDict()
        self.alerts: deque[dict[str, Any]] = deque(maxlen=_KEPT_ALERTS)
        self._local = threading.local()

    # -- calls begin

    def call_in(
        self, from_: str, number: ServiceNumber, *, stepped: bool, extra: dict[str, str] | None = None,
        own_voice: bool = False,
    ) -> Call:  # fmt: skip
        """Somebody dials a service number. Runs until the call rests."""
        call = Call(self, from_, number.phone_number, "inbound", stepped=stepped)
        call.own_voice = own_voice
        call.extra = extra or {}
        call.number = number
        call.fallback = (number.voice_fallback_url, number.voice_fallback_method)
        call.callback = (
            number.status_callback,
            number.status_callback_method,
            frozenset(number.status_callback_event),
        )
        self.begin(call, self._inbound(call, number))
        return call

    def call_out(self, call: Call, page: Page, patience: float) -> None:
        """The account calls somebody (REST). Goes on in another thread: REST answers at once."""
        self.register(call)
        self.soon(lambda: self.begin(call, self._outbound(call, page, patience)))

    def register(self, call: Call) -> None:
        """Know a call by its SID. The oldest that has ended is forgotten when there are too many."""
        self.calls[call.sid] = call
        if len(self.calls) > _KEPT_CALLS:
            over = next((old for old in list(self.calls.values())[:100] if old.status in FINAL), None)
            if over is not None:
                self.calls.pop(over.sid, None)

    def begin(self, call: Call, life: Life) -> None:
        self.register(call)
        call.life = life
        call.wait = next(life)
        self.post(call, Start())

    def _inbound(self, call: Call, number: ServiceNumber) -> Life:
        yield Wait("ringing")
        try:
            if not number.voice_url:
                call.hear("carrier", "The number you have dialed has no voice URL.", "en-US")
                raise Ended("failed")
            yield from verbs.follow(call, Page(number.voice_url, number.voice_method))
            call.finish("completed")
        except HungUp:
            call.finish("completed" if call.answered_at is not None else "no-answer", by="caller")
        except Ended as ended:
            call.finish(ended.status)

    def _outbound(self, call: Call, page: Page, patience: float) -> Life:
        yield Wait("ringing")
        try:
            call.progress("initiated", "initiated")
            call.progress("ringing", "ringing")
            yield from self.ring(call, patience)
            call.progress("answered", "in-progress")
            yield from verbs.follow(call, page)
            call.finish("completed")
        except HungUp:
            call.finish("completed" if call.answered_at is not None else "canceled", by="caller")
        except Ended as ended:
            call.finish(ended.status)

    def ring(self, leg: Call, patience: float) -> Generator[Wait, Event, None]:
        yield from telephones.ring(leg, self.telephones.get(leg.to), patience)

    # -- calls go on

    def post(self, call: Call, event: Event | Interruption) -> None:
        """Give a call something that happened, and run it unless some thread already does."""
        call.mailbox.append(event)
        self._run_from_outside(call)

    def _run_from_outside(self, call: Call) -> None:
        here = self._local.__dict__
        ready: deque[Call] = here.setdefault("ready", deque())
        ready.append(call)
        if here.get("running"):
            return  # we are inside a call: it is run when that one rests
        here["running"] = True
        try:
            while ready:
                self._run(ready.popleft())
        finally:
            here["running"] = False

    def soon(self, doing: Callable[[], None]) -> None:
        """Do it in another thread: REST answers at once, and the documents that follow are fetched after its
        answer.
        """
        self.timers.after(0, doing)

    def post_soon(self, call: Call, event: Event | Interruption) -> None:
        """Post it now, run it in another thread."""
        call.mailbox.append(event)
        self.soon(lambda: self._run_from_outside(call))

    def act(self, call: Call, event: Event | Interruption) -> None:
        """The telephone does something: post it and wait until the call rests again."""
        call.free_documents = 0
        self.post(call, event)
        with call.lock:  # another thread may still be at it
            pass

    def _run(self, call: Call) -> None:
        while call.mailbox or self._time_is_free(call) or self._presses_by_itself(call):
            if not call.lock.acquire(blocking=False):
                return  # whoever holds it looks into the mailbox again after letting go
            try:
                if call.mailbox:
                    self._happen(call, call.mailbox.popleft())
                elif self._time_is_free(call):
                    self._elapse(call)
                elif self._presses_by_itself(call):
                    self._resume(call, Key(call.auto_keys.popleft()))
            finally:
                call.lock.release()

    def _time_is_free(self, call: Call) -> bool:
        return (
            call.stepped and call.wait is not None and call.wait.free and call.free_documents < FREE_DOCUMENTS
        )

    def _presses_by_itself(self, call: Call) -> bool:
        return bool(call.auto_keys) and call.wait is not None and call.wait.state == "asking"

    def _happen(self, call: Call, event: Event | Interruption) -> None:
        if isinstance(event, PassTime):
            self._pass_time(call, event.seconds)
        elif not isinstance(event, Elapsed) or event.wait is call.wait:
            self._resume(call, event)

    def _pass_time(self, call: Call, seconds: float | None) -> None:
        """Let waits run out one after the other until ``seconds`` have passed. None: what is said is heard to
        its
        end, and then what is asked runs out.
        """
        if seconds is None:
            return self._stay_silent(call)
        until = call.now() + seconds
        for _ in range(_MOST_WAITS):
            if call.wait is None or call.wait.until > until:
                break
            self._elapse(call)
        call.skip_to(until)

    def _stay_silent(self, call: Call) -> None:
        for _ in range(_MOST_WAITS):
            if call.wait is None or call.wait.state != "speaking" or call.free_documents >= FREE_DOCUMENTS:
                break
            self._elapse(call)
        if call.wait is not None and call.wait.state == "talking":
            # Two people who say nothing for a while are no reason to end the call by its time limit.
            self._pass_time(call, _A_MOMENT)
        elif call.wait is not None and call.wait.until < float("inf"):
            self._elapse(call)

    def _elapse(self, call: Call) -> None:
        assert call.wait is not None
        call.skip_to(call.wait.until)
        self._resume(call, Elapsed(call.wait))

    def _resume(self, call: Call, event: Event | Interruption) -> None:
        if call.life is None:
            return
        try:
            call.wait = call.life.throw(event) if isinstance(event, Interruption) else call.life.send(event)
        except StopIteration:
            call.life, call.wait = None, None
            return
        except Exception as broken:
            log.exception("call %s broke the emulator", call.sid)
            call.alert(12400, f"internal failure of the emulator: {broken!r}", "")
            call.life, call.wait = None, None
            call.finish("failed")
            return
        self._set_timer(call)

    def _set_timer(self, call: Call) -> None:
        wait = call.wait
        if call.stepped or wait is None or wait.until == float("inf"):
            return
        still = weakref.ref(call)  # a time limit of hours must not keep a call that is long forgotten

        def due() -> None:
            if (known := still()) is not None:
                self.post(known, Elapsed(wait))

        self.timers.after(max(0.0, wait.until - call.now()), due)

    # -- what went wrong

    def alert(
        self, code: int, text: str, url: str, *, resource: str = "", level: str = "error"
    ) -> dict[str, Any]:
        """Note an error as Twilio's debugger does."""
        alert = {
            "sid": sids.new_sid("NO"),
            "error_code": str(code),
            "alert_text": text,
            "request_url": url,
            "resource_sid": resource,
            "log_level": level,
            "date_created": sids.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        self.alerts.append(alert)
        log.warning("alert %s %s: %s", code, resource, text)
        return alert

    def _notification_failed(self, fault: Fault, url: str, about: str) -> None:
        call = self.calls.get(about)
        if call is not None:
            call.alert(fault.code, fault.text, url)
        else:
            self.alert(fault.code, fault.text, url, resource=about)
