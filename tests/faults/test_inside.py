"""Something inside is broken while a caller is on the line: apology in the caller's language, then people or a message (fault list A4b)."""

import itertools
import re
from contextlib import closing
from urllib.parse import urlencode

import pytest

from store.library import sqlite3
from tests.signed import post

APOLOGY = {"id": "Mohon maaf", "en": "Sorry"}
NUMBERS = itertools.count(1)

BREAKS = {
    "the session cannot be read": "UPDATE sessions SET state = '{broken' WHERE id = :call",
    "the session is at a step that is no more": "UPDATE sessions SET state = json_set(state, '$.step', 'hilang') WHERE id = :call",
    "the session has fields we do not know": "UPDATE sessions SET state = json_set(state, '$.unknown', 1) WHERE id = :call",
    "the turn before has vanished and another stands in its place": "INSERT INTO turns VALUES (:call, 2, '{}', '', '', '')",
    "its service is unknown": "UPDATE sessions SET service = 'nowhere', version = 'nothing' WHERE id = :call",
    "its history is no list": "UPDATE sessions SET state = json_set(state, '$.history', 5) WHERE id = :call",
}
HARMLESS = {"the session is at a step that is no more"}  # the caller hears the greeting again
HEARD = {
    "a key": ("keys", {"Digits": "1"}),
    "silence": ("silence", {}),
    "a recording": ("recording", {"RecordingSid": "REinside", "RecordingDuration": "4"}),
    "the end of a dial": ("dial", {"DialCallStatus": "no-answer"}),
}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("heard", HEARD)
@pytest.mark.parametrize("broken", BREAKS)
def test_the_caller_hears_an_apology_and_goes_on_to_people(house, twiml_lint, broken, heard, language):
    call, number = f"CAinside{next(NUMBERS)}", "+6281200005001"
    base = {"CallSid": call, "From": number, "To": "131", "AccountSid": house.account}
    first = post(house, "/ivr/calls", urlencode(base).encode())
    chosen = post(
        house, address(house, first), urlencode({**base, "Digits": "1" if language == "id" else "2"}).encode()
    )
    with closing(sqlite3.connect(house.instance / "gateway.db", timeout=5)) as db, db:
        db.execute(BREAKS[broken], {"call": call})
    word, fields = HEARD[heard]
    path = address(house, chosen).replace("heard=keys", f"heard={word}")
    answer = post(house, path, urlencode({**base, **fields}).encode())
    assert answer.status == 200 and twiml_lint(answer.body) == []
    if broken in HARMLESS:
        assert "<Say" in answer.body
        return
    assert APOLOGY[language] in answer.body, answer.body
    assert "<Dial" in answer.body or "<Record" in answer.body
    assert "<Hangup" not in answer.body
    told = post(
        house,
        f"/ivr/emergency/dialled?language={language}",
        urlencode({**base, "DialCallStatus": "busy"}).encode(),
    )
    assert "<Record" in told.body and twiml_lint(told.body) == []


def address(house, answer) -> str:
    """The address that answers the turn, relative to the house."""
    found = re.search(r'action="([^"]+)"', answer.body)
    assert found, answer
    return found[1].replace("&amp;", "&").removeprefix(house.url)
