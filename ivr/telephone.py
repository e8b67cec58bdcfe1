"""The telephone channel: form -> event -> turn -> TwiML. A signed request always gets TwiML that a caller can hear.

Nothing here decides what a caller hears: the engine does, and when something fails the emergency.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from carrier.signature import Verdict
from engine.events import Tick
from engine.flow import Flow
from engine.turn import AwaitTalk, Turn
from ivr import callers, twiml
from ivr.emergency import Emergency
from sessions.calls import calls, turns
from sessions.deadline import Late
from sessions.gateway import Gateway
from store import NotStored, recording_pauses
from store.times import text

log = logging.getLogger("sambung.ivr")

Form = Mapping[str, str]
View = Callable[[Form], str]
XML = "text/xml; charset=utf-8"


class Telephone:
    """The channel: what the views share."""

    def __init__(self, gateway: Gateway, emergency: Emergency, base: str, prompts: Path) -> None:
        self.gateway = gateway
        self.emergency = emergency
        self.base = base
        self.prompts = prompts

    # --- what a turn is rendered with ---

    def render(self, flow: Flow, turn: Turn, call: str) -> str:
        """The engine's turn as TwiML; the addresses in it answer the next turn."""
        n = turn.session.turn
        key = self.gateway.turn_key(call, n)
        path = f"{self.base}/ivr/calls/{call}/turns/{n}"
        desk = twiml.Desk(
            url=lambda heard: f"{path}?heard={heard}&k={key}",
            voices=flow.voices,
            recorded=lambda step, language: self._prompt(flow.id, language, step),
            music=f"{self.base}/ivr/music/waiting.wav",
            recordings=f"{self.base}/ivr/recordings",
            choices=f"{self.base}/ivr/recordings/choices",
            legs=f"{self.base}/ivr/legs",
            talks=self.talk_recorded(call) if isinstance(turn.wait, AwaitTalk) else "",
            time_limit=self.emergency.time_limit,
            speech=self.gateway.settings.menu_speech == "carrier",
        )
        return twiml.render(turn, desk, lambda language: self.emergency.verbs(language, flow.voices))

    def talk_recorded(self, call: str) -> str:
        """Where the carrier tells of the recording of this call's talk: it knows only the conference.

        '' while a secret is being told, for then the room opens without one; else with the number of secrets told before.
        """
        # Read at once: one that begins meanwhile would be counted and not seen to stand.
        pauses = recording_pauses.of_contact(self.gateway.store.read(), call)
        if any(pause.told_at is None for pause in pauses):
            return ""
        after = len(pauses)
        return f"{self.base}/ivr/talks/{call}" + (f"?after={after}" if after else "")

    def _prompt(self, service: str, language: str, step: str) -> str | None:
        """The address of a recorded prompt; None where a voice speaks. Carriers keep what they fetch: a new take has a new one."""
        try:
            file = (self.prompts / service / language / f"{step}.wav").stat()
        except OSError:
            return None
        return f"{self.base}/ivr/prompts/{service}/{language}/{step}.wav?v={file.st_mtime_ns:x}"

    # --- webhooks ---

    def incoming(self, form: Form) -> str:
        """A call has come in (or its turn belongs to no session that we have: then it begins again)."""
        call = callers.call_sid(form)
        who = callers.caller(form)
        found = self.gateway.services.by_number(
            "voice", callers.called(form), who.key, text(self.gateway.clock())
        )
        if not call or found is None:
            log.warning(
                "call to a number of no service", extra={"called": callers.called(form), "call": call}
            )
            return self.emergency.answer("id")
        flow, number = found
        arrival = turns.Arrival(call, flow, number, who.key, who.can_receive_text, callers.called(form))
        return turns.begin_call(self.gateway, arrival, self.render)

    def turn(self, call: str, n: int, heard: str, key: str, form: Form) -> str:
        """What was heard at turn n. A key that is not ours changes nothing: the call's newest answer comes again."""
        if key != self.gateway.turn_key(call, n):
            log.warning("turn address with a wrong key", extra={"call": call, "turn": n})
            return calls.newest_answer(self.gateway, call) or self.incoming(form)
        led = heard == "person"
        event = Tick() if led else callers.event(heard, form)
        answer = turns.take_turn(self.gateway, call, n, event, self.render, led=led)
        return answer or self.incoming({**form, "CallSid": call})

    def fallback(self, form: Form) -> str:
        """The carrier could not get an answer elsewhere: what it was to be, if that was committed, else the emergency."""
        call = callers.call_sid(form)
        log.error(
            "fallback asked",
            extra={"call": call, "error": form.get("ErrorCode", ""), "url": form.get("ErrorUrl", "")},
        )
        failed_at_start = "/turns/" not in form.get("ErrorUrl", "")
        if call and failed_at_start:
            return self.incoming(form)
        return calls.newest_answer(self.gateway, call) or self.emergency.answer(self.language(form))

    def answer(self, verdict: Verdict, path: str, view: View) -> str:
        """What a signed request is answered with: the view's TwiML, and the emergency's when anything inside fails or hangs."""
        in_time = self.gateway.deadline.run
        try:
            return in_time(self._answer, verdict, path, view)
        except Late:
            log.error("a call waited too long", extra={"call": callers.call_sid(verdict.params)})
        try:
            language = in_time(self.language, verdict.params, seconds=1)
        except Late:
            language = "id"
        return self.emergency.answer(language)

    def _answer(self, verdict: Verdict, path: str, view: View) -> str:
        form = verdict.params
        if verdict.foreign:
            return self.emergency.not_in_service(self.language(form))
        try:
            return view(form)
        except NotStored:
            log.exception("database cannot be written", extra={"call": callers.call_sid(form)})
            calls.spool(self.gateway, path, form)
        except Exception:
            log.exception("fault in a call", extra={"call": callers.call_sid(form)})
        return self.emergency.answer(self.language(form))

    def language(self, form: Form) -> str:
        """The caller's language as far as it can be known while something is failing."""
        try:
            known = calls.language(self.gateway, callers.call_sid(form))
            found = self.gateway.services.by_number("voice", callers.called(form))
        except Exception:
            return "id"
        return known or (found[0].language if found else "id")


def telephone(gateway: Gateway) -> Telephone:
    """The channel as the settings want it."""
    settings = gateway.settings
    base = settings.public_url.rstrip("/")
    emergency = Emergency(base, settings.emergency_agents, settings.dial_time_limit)
    return Telephone(gateway, emergency, base, settings.audio / "prompts")
