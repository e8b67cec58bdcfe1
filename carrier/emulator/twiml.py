"""A TwiML document: what an HTTP answer says, read as Twilio reads it.

``read`` gives the verbs in order with the warnings Twilio would log, or raises Fault with Twilio's error
number.
Rules: twilio.com/docs/voice/twiml (MIME types, 64 kB),
/docs/api/errors/{11200,11750,12100,12200,12300,13521}.
"""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field

from carrier.emulator.rules import BOOLEANS, MESSAGE_VERBS, NESTED, VOICE_VERBS, WHOLE_NUMBERS

MAX_DOCUMENT = 64 * 1024
"""Bytes. A longer answer is error 11750."""
MAX_SAY = 4096
"""Characters in one Say. More is error 13521."""

_TWIML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


class Fault(Exception):
    """Something Twilio logs with a number in its debugger and that ends the document: the fallback URL is
    next.
    """

    def __init__(self, code: int, text: str):
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Verb:
    """One element: ``text`` is all text inside it, SSML tags dropped; ``children`` its nested verbs or nouns."""

    name: str
    attrs: Mapping[str, str]
    text: str
    children: tuple["Verb", ...] = ()

    def flag(self, name: str, default: bool) -> bool:
        value = self.attrs.get(name)
        return default if value not in ("true", "false") else value == "true"

    def whole(self, name: str, default: int) -> int:
        try:
            return int(self.attrs[name])
        except (KeyError, ValueError):
            return default


@dataclass(frozen=True, slots=True)
class Document:
    """``url`` is where it came from: relative URLs inside are resolved against it."""

    url: str
    verbs: tuple[Verb, ...]
    method: str = "POST"
    warnings: tuple[str, ...] = field(default=())


def read(body: bytes, content_type: str, url: str, *, method: str = "POST", kind: str = "voice") -> Document:
    """The document in an HTTP answer. Raises Fault 11750, 12100, 12200 or 12300.

    ``text/plain`` is read aloud (voice) or sent as the reply (messaging), ``audio/*`` is played, then the
    call ends: Twilio's
    table of MIME types. An empty messaging answer is no reply and no error.
    """
    if len(body) > MAX_DOCUMENT:
        raise Fault(11750, f"the answer is {len(body)} bytes long, TwiML may have {MAX_DOCUMENT}")
    mime = content_type.split(";")[0].strip().lower()
    if kind == "messaging" and not body.strip():
        return Document(url, (), method)
    if mime == "text/plain":
        verb = "Say" if kind == "voice" else "Message"
        return Document(url, (Verb(verb, {}, body.decode("utf-8", "replace")),), method)
    if mime.startswith("audio/") and kind == "voice":
        return Document(url, (Verb("Play", {}, url),), method)
    if mime not in _TWIML_TYPES:
        raise Fault(
            12300,
            f"Content-Type {content_type or '(none)'} is not one that TwiML can have: text/xml, application/xml, text/html",
        )
    return parse(body, url, method=method, kind=kind)


def parse(xml: bytes | str, url: str, *, method: str = "POST", kind: str = "voice") -> Document:
    """The document in a piece of XML. Raises Fault 12100 when it is no XML or its root is not <Response>."""
    try:
        root = ET.fromstring(xml)
    except (ET.ParseError, ValueError, LookupError) as fault:
        raise Fault(12100, f"document parse failure: {fault}") from None
    if root.tag != "Response":
        raise Fault(12100, f"the root element is <{root.tag}>, it must be <Response>")
    warnings: list[str] = [f"<Response> takes no attribute {name}" for name in root.attrib]
    if root.text and root.text.strip():
        warnings.append("text stands in <Response> outside of a verb")
    allowed = VOICE_VERBS if kind == "voice" else MESSAGE_VERBS
    verbs = tuple(verb for verb in (_verb(child, "Response", allowed, warnings) for child in root) if verb)
    return Document(url, verbs, method, tuple(warnings))


def _verb(
    element: ET.Element, parent: str, allowed: Mapping[str, frozenset[str]], warnings: list[str]
) -> Verb | None:
    """One element with what may stand inside it. What the schema does not know is left out with a warning
    (12200).
    """
    if element.tag not in allowed:
        warnings.append(f"<{element.tag}> is not known inside <{parent}>, it is passed by")
        return None
    attrs = {}
    for name, value in element.attrib.items():
        if name not in allowed[element.tag]:
            warnings.append(f"<{element.tag}> has no attribute {name}, it is passed by")
        elif reason := _wrong_value(name, value):
            warnings.append(f"<{element.tag} {name}={value!r}>: {reason}, the default is used")
        else:
            attrs[name] = value
    nested = NESTED.get(element.tag)
    if nested is None:
        return Verb(element.tag, attrs, "".join(element.itertext()).strip())
    children = tuple(
        verb for verb in (_verb(child, element.tag, nested, warnings) for child in element) if verb
    )
    return Verb(element.tag, attrs, (element.text or "").strip(), children)


def _wrong_value(name: str, value: str) -> str:
    """Why Twilio would not take this value; '' when it would."""
    if name in WHOLE_NUMBERS:
        least, most = WHOLE_NUMBERS[name]
        if not value.isdecimal() or not least <= int(value) <= most:
            return f"not a whole number from {least} to {most}"
    elif name in BOOLEANS and value not in ("true", "false"):
        return "neither true nor false"
    elif name in (
        "method",
        "waitUrlMethod",
        "statusCallbackMethod",
        "recordingStatusCallbackMethod",
    ) and value not in ("GET", "POST"):
        return "neither GET nor POST"
    elif name == "finishOnKey" and value.strip("0123456789*#"):
        return "has characters that are no keys"
    return ""
