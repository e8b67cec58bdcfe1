"""The outside world, under ``/phone/``: telephones that call, press keys, speak, text and are rung. Used by
``carrier.phone``.

What was heard and which documents came are numbered from 0: a telephone says how many it has (``since``, ``documents``), and
an answer that is lost loses nothing. A look with ``lease`` keeps the call for so many seconds: then its telephone is gone.

Nothing here is part of Twilio, and the gateway never asks here.
"""

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from carrier.emulator import record, sids, telephones
from carrier.emulator.calls import Call
from carrier.emulator.events import HungUp, Key, Lasts, PassTime, PickUp, Refuse, Sound, Speaking, Speech
from carrier.emulator.exchange import Exchange
from carrier.emulator.numbers import ServiceNumber
from carrier.emulator.server import Reply, Request, Route, as_json
from carrier.emulator.texts import OPT_OUT_MODES, Message
from carrier.emulator.twiml import Fault

_CALL = re.compile(r"/phone/calls/(CA[0-9a-f]{32})(?:/(\w+))?$")
_SOUND = re.compile(r"/phone/calls/(CA[0-9a-f]{32})/sounds/([0-9]{1,6})$")
_LONGEST_ITEM = 600.0


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
            if match := _SOUND.match(request.path):
                return Reply(200, control.sound(match[1], int(match[2])), "audio/wav")
            doing = control.table.get((request.method, request.path))
            if doing is None:
                raise _NotThere(f"there is no {request.method} {request.path} here")
            return as_json(doing(request))
        except _NotThere as missing:
            return as_json({"error": str(missing)}, 404)
        except (ValueError, KeyError, TypeError, Fault) as wrong:
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
            ("GET", "/phone/mails"): self.mails,
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
            "speaking": lambda call, request: exchange.act(call, Speaking()),
            "lasts": self._lasts,
            "record": self._record,
            "hang_up": lambda call, request: exchange.act(call, HungUp()),
            "pick_up": self._pick_up,
            "decline": lambda call, request: exchange.act(
                call, Refuse(str(request.json().get("status", "busy")))
            ),
        }

    # -- calls

    def dial(self, request: Request) -> dict[str, Any]:
        """A telephone dials a service number: {from, to, stepped, own_voice, fields: {CallerName…}}."""
        wish = request.json()
        number = self._number(str(wish["to"]))
        fields = {str(name): str(value) for name, value in dict(wish.get("fields") or {}).items()}
        call = self._exchange.call_in(
            str(wish["from"]), number, stepped=bool(wish.get("stepped", True)), extra=fields,
            own_voice=bool(wish.get("own_voice")),
        )  # fmt: skip
        return self._view(call, 0, 0)

    def call(self, sid: str, action: str, request: Request) -> dict[str, Any]:
        """Look at a call, or do something on its line. ``since`` and ``documents`` say what the telephone has
        already.
        """
        call = self._known(sid)
        if action:
            doing = self._actions.get(action)
            if doing is None or request.method != "POST":
                raise _NotThere(f"a call cannot {action}; it can {', '.join(self._actions)}")
            doing(call, request)
        if "lease" in request.query:
            self._exchange.leases.renew(call, float(request.query["lease"]))
        return self._view(call, int(request.query.get("since", 0)), int(request.query.get("documents", 0)))

    def sound(self, sid: str, item: int) -> bytes:
        """What <Play> let this call hear as its ``item``: the bytes that the carrier was given."""
        heard = self._known(sid).said[item : item + 1]
        if not heard or heard[0]["kind"] != "play":
            raise _NotThere(f"call {sid} heard no sound as number {item}")
        return self._exchange.sounds.heard(heard[0]["text"])

    def _known(self, sid: str) -> Call:
        call = self._exchange.calls.get(sid)
        if call is None:
            raise _NotThere(f"there is no call {sid}")
        return call

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

    def _pick_up(self, call: Call, request: Request) -> None:
        wish = request.json()
        call.own_voice = bool(wish.get("own_voice"))
        self._exchange.act(call, PickUp(bool(wish.get("machine"))))

    def _speak(self, call: Call, request: Request) -> None:
        wish = request.json()
        confidence = wish.get("confidence", 0.9)
        self._exchange.act(
            call,
            Speech(
                str(wish["text"]), None if confidence is None else float(confidence), wish.get("language")
            ),
        )

    def _lasts(self, call: Call, request: Request) -> None:
        """The telephone's own voice takes {seconds} more for {item}, which is heard just now."""
        wish = request.json()
        seconds = float(wish["seconds"])
        if not 0 <= seconds <= _LONGEST_ITEM:
            raise ValueError(f"seconds {seconds:g}: from 0 to {_LONGEST_ITEM:g}")
        self._exchange.act(call, Lasts(int(wish["item"]), seconds))

    def _record(self, call: Call, request: Request) -> None:
        """The body is a WAV; ``ended_by`` a key, ``hangup`` or nothing (silence); ``live``: its time has passed already."""
        record.seconds_of(request.body)
        live = request.query.get("live") == "yes"
        self._exchange.act(call, Sound(request.body, request.query.get("ended_by", ""), live))

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
            "longest": call.longest,
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

    def mails(self, request: Request) -> dict[str, Any]:
        """The mails that were sent after a position: the mailbox delivers none of them."""
        found = self._exchange.mailbox.mails(int(request.query.get("after", 0)))
        return {"mails": [mail.view() for mail in found]}

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
