"""The text webhooks: form -> what was written -> turn -> one reply, which goes out through the outbox.

The webhook itself is answered with an empty <Response/>: a retried webhook cannot answer twice, and a reply that the carrier
refuses is
not lost in its log. Messages from WhatsApp addresses and with media are taken like any other text.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from functools import wraps

from flask import Blueprint, Response, request

from carrier.webhook import checked
from engine.events import Event, Keys, Keyword, Started, Topic, Typed, Unmatched
from engine.flow import Flow, Menu
from engine.numbers import contact_key
from engine.session import Session
from sessions.calls import calls
from sessions.deadline import Late
from sessions.dialogues import receipts, texting
from sessions.gateway import Gateway
from sms import grammar, optout, reply
from store import NotStored
from store.times import text

log = logging.getLogger("sambung.sms")

Form = Mapping[str, str]
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
LONGEST = 1_600  # characters; the carrier joins the parts of a long text up to this


def blueprint(gateway: Gateway) -> Blueprint:
    """All routes under /sms."""
    routes = Blueprint("sms", __name__, url_prefix="/sms")

    def webhook(take: Callable[[Gateway, Form], None], answer: str) -> Callable[[], Response]:
        @wraps(take)
        def view() -> Response:
            verdict = checked(gateway.verifier, gateway.clock())
            if not verdict.foreign:
                form = verdict.params
                try:
                    kept = _kept(
                        gateway, request.path, form, lambda: gateway.deadline.run(take, gateway, form)
                    )
                except Late:
                    kept = False
                if not kept:
                    return Response(status=503)
            return Response(answer, status=200 if answer else 204, content_type="text/xml; charset=utf-8")

        return view

    routes.post("/messages", endpoint="messages")(webhook(incoming, EMPTY))
    routes.post("/fallback", endpoint="fallback")(webhook(incoming, EMPTY))
    routes.post("/receipts", endpoint="receipts")(webhook(receipts.take, ""))
    return routes


def _kept(gateway: Gateway, path: str, form: Form, take: Callable[[], object]) -> bool:
    """Is it taken, or in the spool to be taken later? False when the carrier alone has it."""
    try:
        take()
    except Late:
        raise
    except NotStored:
        log.exception("database cannot be written")
        return calls.spool(gateway, path, form)
    except Exception:
        # Kept for a person to look at: an exception now would be one again when the carrier repeats it.
        log.exception("fault in a text", extra={"text_sid": form.get("MessageSid", "")})
        calls.spool(gateway, path, form)
    return True


def untold(gateway: Gateway, form: Form) -> bool:
    """A text of which only the carrier's list tells: taken as if its webhook came now. False when it cannot be kept yet."""
    return _kept(gateway, "/sms/messages", form, lambda: incoming(gateway, form))


def incoming(gateway: Gateway, form: Form) -> None:
    """A text has come in, for the first time or again (the fallback brings the same text)."""
    sender = contact_key(form.get("From", ""))
    found = gateway.services.by_number("text", form.get("To", ""), sender.key, text(gateway.clock()))
    if found is None or not sender.key:
        log.warning(
            "text for no service or from nobody", extra={"called": form.get("To", ""), "number": sender.key}
        )
        texting.keep_unrouted(gateway, form)
        return
    flow, _ = found
    body = grammar.decode_base64(form.get("Body", ""))[:LONGEST]
    wish = optout.read(body, form.get("OptOutType"))
    texting.take_text(
        gateway,
        texting.Incoming(
            account=form.get("AccountSid", ""),
            sid=form.get("MessageSid") or form.get("SmsSid") or "",
            key=_key(gateway, form),
            flow=flow,
            contact=sender.key,
            called=form.get("To", ""),
            body=body,
            media=_media(form),
            optout=wish.action if wish else "",
            answered=bool(wish and wish.by_carrier),
        ),
        understand,
        reply.render,
    )


def _key(gateway: Gateway, form: Form) -> str:
    """sms:{MessageSid}; without one the same words between the same two within four seconds are one text (courier's rule)."""
    sid = form.get("MessageSid") or form.get("SmsSid") or form.get("SmsMessageSid")
    if sid:
        return f"sms:{sid}"
    window = int(gateway.clock().timestamp()) // 4
    said = json.dumps([form.get("From", ""), form.get("To", ""), form.get("Body", ""), window])
    return f"sms:{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def _media(form: Form) -> int:
    count = form.get("NumMedia", "")
    return int(count) if count.isascii() and count.isdigit() and len(count) < 3 else 0


def understand(flow: Flow, session: Session, body: str) -> Event:
    """What the text means where this dialogue stands (order of domain page 0.7; STOP words were looked at before)."""
    understood = grammar.understand(
        body,
        keywords=flow.keywords.values(),
        topics={name: words for name, (words, _) in flow.topics.items()},
        awaiting=awaited(flow, session),
        language=session.language,
        question_keyword="TANYA" if "TANYA" in flow.keywords else "",
    )
    match understood.kind:
        case "answer":
            return Typed(understood.value) if session.answer else Keys(understood.value)
        case "keyword":
            fields = {**understood.wrong, **understood.fields}
            return Keyword(understood.name, fields, tuple(understood.wrong))
        case "topic":
            return Topic(understood.name, body)
        case _:
            return Unmatched(body) if body.strip() else Started()


def awaited(flow: Flow, session: Session) -> grammar.AwaitedMenu | grammar.AwaitedAsk | None:
    """What the last reply waits for: a format, or one of the keys it offered with their labels and words."""
    if session.answer:
        return grammar.AwaitedAsk(session.answer)
    if not session.options:
        return None
    step = flow.steps.get(session.step)
    words: dict[str, tuple[str, ...]] = dict.fromkeys(session.options, ())
    if isinstance(step, Menu):
        for key, way in step.keys.items():
            if key in words:
                label = (way.label or {}).get(session.language, "")
                words[key] = (*step.spoken.get(key, ()), *((label,) if label else ()))
    return grammar.AwaitedMenu(words)
