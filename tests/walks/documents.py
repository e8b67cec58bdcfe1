"""What every TwiML document of a walk must be, whatever was pressed: valid, and something to hear."""

import hashlib
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

from tests.vendor import ROOT, lint

_CALL = re.compile(r"/calls/[A-Za-z0-9_-]+/turns/\d+")
_KEY = re.compile(r"&amp;k=[0-9a-f]{16}")
_DIGITS = re.compile(r"\d(?=[^<>]*</Say>)")
Lint = Callable[[str], list[str]]


def lint_of_the_vendor() -> Lint | None:
    """check(xml) -> faults by Twilio's own lists; None without npm or the checker."""
    shared = Path(os.environ.get("SAMBUNG_SHARED", ROOT.parent / "shared"))
    return lint(shared)


def same_words(document: str) -> str:
    """The document without what differs from call to call: Sid, turn, key, digits spoken.

    >>> same_words('<Redirect>/ivr/calls/CA1/turns/3?heard=keys&amp;k=0123456789abcdef</Redirect>')
    '<Redirect>/calls/?heard=keys</Redirect>'
    """
    return _DIGITS.sub("0", _KEY.sub("", _CALL.sub("/calls/", document))).replace("/ivr/calls/", "/calls/")


class Documents:
    """Checks each document once for all calls that hear the same."""

    def __init__(self, lint: Lint | None) -> None:
        self._lint = lint
        self._known: dict[str, list[str]] = {}

    def check(self, document: str) -> tuple[str, list[str]]:
        """(a short name of these words, faults)."""
        words = same_words(document)
        name = hashlib.blake2b(words.encode(), digest_size=8).hexdigest()
        if name not in self._known:
            self._known[name] = [*(self._lint(document) if self._lint else ()), *unheard(document)]
        return name, self._known[name]


def unheard(document: str) -> list[str]:
    """A caller must hear something in every document, or be put through, or be at the end after words.

    >>> unheard("<Response><Redirect>x</Redirect></Response>")
    ['says and plays nothing: <Redirect>']
    >>> unheard("<Response><Hangup/></Response>"), unheard("<Response><Gather><Say>a</Say></Gather></Response>")
    ([], [])
    """
    try:
        response = ET.fromstring(document)
    except ET.ParseError as fault:
        return [f"not XML: {fault}"]
    if any((element.text or "").strip() for element in response.iter() if element.tag in ("Say", "Play")):
        return []
    verbs = [verb.tag for verb in response]
    if verbs and all(verb in ("Dial", "Hangup") for verb in verbs):
        return []  # what was said before it is the walker's to know
    return [f"says and plays nothing: {' '.join(f'<{verb}>' for verb in verbs) or 'empty'}"]
