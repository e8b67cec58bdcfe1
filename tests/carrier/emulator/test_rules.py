"""The tables of TwiML are those of Twilio's own library."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from twilio.twiml import TwiML, lower_camel, messaging_response, voice_response

from carrier.emulator.rules import MESSAGE_VERBS, NESTED, VOICE_VERBS

# Texts and addresses that the library's methods take as arguments and write as content.
CONTENT = {
    "Say": {"message"}, "Play": {"url"}, "Dial": {"number"}, "Enqueue": {"name"}, "Message": {"body"},
    "Sip": {"sipUrl"}, "Client": {"identity"},
}  # fmt: skip


def library(module) -> dict[str, dict[str, frozenset[str]]]:
    """What may stand in each element: {element: {child: attributes}}, read from the library's source."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    tree = ast.parse(Path(module.__file__).read_text())
    names = {
        c.name: next(
            n.value.value for n in ast.walk(c)
            if isinstance(n, ast.Assign) and getattr(n.targets[0], "attr", "") == "name"
        )
        for c in tree.body if isinstance(c, ast.ClassDef)
    }  # fmt: skip
    for c in (c for c in tree.body if isinstance(c, ast.ClassDef)):
        nested = [
            n.args[0]
            for n in ast.walk(c)
            if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "nest"
        ]
        children = found.setdefault(names[c.name], {})
        for call in nested:
            child = names[call.func.id]
            attributes = {lower_camel(TwiML.MAP.get(k.arg, k.arg)) for k in call.keywords if k.arg}
            children[child] = frozenset(attributes - CONTENT.get(child, set()))
    return found


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (VOICE_VERBS, library(voice_response)["Response"]),
        (NESTED["Gather"], library(voice_response)["Gather"]),
        (NESTED["Dial"], library(voice_response)["Dial"]),
        (NESTED["Enqueue"], library(voice_response)["Enqueue"]),
        (MESSAGE_VERBS, library(messaging_response)["Response"]),
        (NESTED["Message"], library(messaging_response)["Message"]),
    ],
    ids=["voice", "Gather", "Dial", "Enqueue", "messaging", "Message"],
)
def test_verbs_and_attributes_are_the_librarys(ours, theirs):
    assert dict(ours) == theirs
