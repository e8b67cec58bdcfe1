"""The outside world, under ``/phone/``: telephones that call, press keys, speak, text and are rung. Used by
``carrier.phone``.

Nothing here is part of Twilio, and the gateway never asks here.
"""

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from carrier.emulator import record, sids, telephones
from carrier.emulator.calls import Call
from carrier.emulator.events import HungUp, Key, PassTime, PickUp, Refuse, Sound, Speech
from carrier.emulator.exchange import Exchange
from carrier.emulator.numbers import ServiceNumber
from carrier.emulator.server import Reply, Request, Route, as_json
from carrier.emulator.texts import OPT_OUT_MODES, Message

_CALL = re.compile(r"/phone/calls/(CA[0-9a-f]{32})(?:/(\w+))?$")


class _NotThere(Exception):
    pass


def routes(exchange: Exchange) -> Route:
    """One callable for everything under /phone/: 200 with JSON, 404 when the thing is not there, 400 with
    ``error`` otherwise.
    """
    control = _Control(exchange)

    def answer(request: Request) -> Reply:
        try:
            if match := _CALL.match(request.path):
                return as_json(control.call(match[1], match[2] or "", request))
            doing = control.table.get((request.method, request.path))
            if doing is None:
                raise _NotThere(f"there is no {request.method} {request.path} here")
            return as_json(doing(request))
        except _NotThere as missing:
            return as_json({"error": str(missing)}, 404)
        except (ValueError, KeyError, TypeError) as wrong:
            return as_json({"error": str(wrong)}, 400)

    return answer


class _Control:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.table: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("POST", "/phone/calls"): self.dial,
            ("GET", "/phone/calls"): self.ringing,
            ("POST", "/phone/texts"): self.send_text,
            ("GET", "/phone/texts"): self.texts,
            ("GET", "/phone/numbers"): self.numbers,
            ("POST", "/phone/telephones"): self.register,
            ("DELETE", "/phone/telephones"): self.unregister,
            ("GET", "/phone/faults"): lambda request: {"faults": exchange.faults.show()},
            ("POST", "/phone/faults"): self.order_fault,
            ("DELETE", "/phone/faults"): self.clear_faults,
            ("GET", "/phone/alerts"): self.alerts,
            ("DELETE", "/phone/alerts"): self.clear_alerts,
            ("GET", "/phone/opt_outs"): self.opt_outs,
            ("POST", "/phone/opt_outs"): self.set_opt_out,
            ("POST", "/phone/undeliverable"): self.set_undeliverable,
            ("POST", "/phone/settle"): self.settle,
            ("POST", "/phone/pace"): self.set_pace,
        }
        self._actions: dict[str, Callable[[Call, Request], None]] = {
            "press": self._press,
            "silence": lambda call, request: exchange.act(call, PassTime(None)),
            "wait": lambda call, request: exchange.act(call, PassTime(float(request.json()["seconds"]))),
            "speak": self._speak,
            "record": self._record,
            "hang_up": lambda call, request: exchange.act(call, HungUp()),
            "pick_up": lambda call, request: exchange.act(call, PickUp(bool(request.json().get("machine")))),
            "decline": lambda call, request: exchange.act(
                call, Refuse(str(request.json().get("status", "busy")))
            ),
        }

    # -- calls

    def dial(self, request: Request) -> dict[str, Any]:
        """A telephone dials a service number: {from, to, stepped, fields: {CallerName…}}."""
        wish = request.json()
        number = self._number(str(wish["to"]))
        fields = {str(name): str(value) for name, value in dict(wish.get("fields") or {}).items()}
        call = self._exchange.call_in(
            str(wish["from"]), number, stepped=bool(wish.get("stepped", True)), extra=fields
        )
        return self._view(call, 0, 0)

    def call(self, sid: str, action: str, request: Request) -> dict[str, Any]:
        """Look at a call, or do something on its line. ``since`` and ``documents`` say what the telephone has
        already.
        """
        call = self._exchange.calls.get(sid)
        if call is None:
            raise _NotThere(f"there is no call {sid}")
        if action:
            doing = self._actions.get(action)
            if doing is None or request.method != "POST":
                raise _NotThere(f"a call cannot {action}; it can {', '.join(self._actions)}")
            doing(call, request)
        return self._view(call, int(request.query.get("since", 0)), int(request.query.get("documents", 0)))

    def set_pace(self, request: Request) -> dict[str, Any]:
        """How fast <Say> speaks from now on: {characters_a_second}."""
        pace = float(request.json()["characters_a_second"])
        if not 1 <= pace <= 10_000:
            raise ValueError(f"characters_a_second {pace:g}: from 1 to 10000")
        self._exchange.characters_a_second = pace
        return {"characters_a_second": pace}

    def _press(self, call: Call, request: Request) -> None:
        """Keys one after the other, at a caller's pace: each when the call has come to rest after the one
        before.
        """
        keys = str(request.json()["keys"])
        if keys.strip("0123456789*#") or not keys:
            raise ValueError(f"keys {keys!r}: a telephone has the keys 0 to 9, * and #")
        for key in keys:
            self._exchange.act(call, Key(key))

    def _speak(self, call: Call, request: Request) -> None:
        wish = request.json()
        confidence = wish.get("confidence", 0.9)
        self._exchange.act(
            call,
            Speech(
                str(wish["text"]), None if confidence is None else float(confidence), wish.get("language")
            ),
        )

    def _record(self, call: Call, request: Request) -> None:
        """The body is a WAV; ``ended_by`` a key, ``hangup`` or nothing (silence)."""
        record.seconds_of(request.body)
        self._exchange.act(call, Sound(request.body, request.query.get("ended_by", "")))

    def _view(self, call: Call, since: int, documents: int) -> dict[str, Any]:
        return {
            "sid": call.sid,
            "stepped": call.stepped,
            "from": call.from_,
            "to": call.to,
            "direction": call.direction,
            "state": call.state,
            "status": call.status,
            "ended_by": call.ended_by,
            "now": round(call.now(), 3),
            "heard": call.said[since:],
            "documents": call.documents[documents:],
            "alerts": call.alerts,
        }

    def ringing(self, request: Request) -> dict[str, Any]:
        """Calls that a telephone takes part in as the one that is rung, not ended, oldest first."""
        wanted = sids.key(request.query["number"])
        calls = [
            call
            for call in list(self._exchange.calls.values())
            if call.direction != "inbound" and sids.key(call.to) == wanted
        ]
        return {"calls": [self._view(call, 0, 0) for call in calls if call.state != "ended"]}

    def _number(self, dialled: str) -> ServiceNumber:
        number = self._exchange.numbers.find(dialled)
        if number is None:
            known = ", ".join(n.phone_number for n in self._exchange.numbers) or "none"
            raise _NotThere(f"no service has the number {dialled}. Numbers here: {known}.")
        return number

    def numbers(self, request: Request) -> dict[str, Any]:
        return {"numbers": [asdict(number) for number in self._exchange.numbers]}

    # -- texts

    def send_text(self, request: Request) -> dict[str, Any]:
        """A telephone texts a service number: {from, to, body, media: [url…]}."""
        wish = request.json()
        media = [str(url) for url in wish.get("media") or []]
        to = str(wish["to"])
        number = self._number(to.removeprefix("whatsapp:"))
        service = f"whatsapp:{number.phone_number}" if to.startswith("whatsapp:") else number.phone_number
        return _message(
            self._exchange.texts.receive(str(wish["from"]), service, number, str(wish["body"]), media)
        )

    def texts(self, request: Request) -> dict[str, Any]:
        """What reached a telephone after a position; ``wait`` seconds for the first."""
        query = request.query
        found = self._exchange.texts.arrived(
            query["number"], int(query.get("after", 0)), float(query.get("wait", 0))
        )
        return {"texts": [_message(message) for message in found]}

    # -- telephones that are rung

    def register(self, request: Request) -> dict[str, Any]:
        telephone = telephones.from_json(request.json())
        self._exchange.telephones.put(telephone)
        return asdict(telephone)

    def unregister(self, request: Request) -> dict[str, Any]:
        self._exchange.telephones.clear()
        return {}

    # -- trouble

    def order_fault(self, request: Request) -> dict[str, Any]:
        return asdict(self._exchange.faults.add(request.json()))

    def clear_faults(self, request: Request) -> dict[str, Any]:
        self._exchange.faults.clear()
        return {}

    def alerts(self, request: Request) -> dict[str, Any]:
        return {"alerts": list(self._exchange.alerts)}

    def clear_alerts(self, request: Request) -> dict[str, Any]:
        self._exchange.alerts.clear()
        return {}

    def opt_outs(self, request: Request) -> dict[str, Any]:
        texts = self._exchange.texts
        return {"mode": texts.opt_out_mode, "opt_outs": sorted(texts.opted_out)}

    def set_opt_out(self, request: Request) -> dict[str, Any]:
        """{mode} how the carrier treats STOP itself; {telephone, number, out: true} puts a pair on its list."""
        wish, texts = request.json(), self._exchange.texts
        if "mode" in wish:
            if wish["mode"] not in OPT_OUT_MODES:
                raise ValueError(f"mode {wish['mode']!r}: there is {', '.join(OPT_OUT_MODES)}")
            texts.opt_out_mode = wish["mode"]
        if "telephone" in wish:
            pair = (
                sids.key(str(wish["telephone"])),
                sids.key(self._number(str(wish["number"])).phone_number),
            )
            (texts.opted_out.add if wish.get("out", True) else texts.opted_out.discard)(pair)
        return self.opt_outs(request)

    def set_undeliverable(self, request: Request) -> dict[str, Any]:
        """{number, code}: texts to it end undelivered with that error; code 0 takes it back."""
        wish = request.json()
        if code := int(wish.get("code", 30003)):
            self._exchange.texts.undeliverable[sids.key(str(wish["number"]))] = code
        else:
            self._exchange.texts.undeliverable.pop(sids.key(str(wish["number"])), None)
        return {}

    def settle(self, request: Request) -> dict[str, Any]:
        """Wait until every notification given so far has been sent."""
        seconds = float(request.json().get("seconds", 5))
        self._exchange.texts.settle(seconds)
        return {"settled": self._exchange.webhooks.settle(seconds)}


def _message(message: Message) -> dict[str, Any]:
    return {
        "sid": message.sid,
        "from": message.from_,
        "to": message.to,
        "body": message.body,
        "status": message.status,
        "position": message.position,
        "media": message.media,
        "segments": message.num_segments,
    }
