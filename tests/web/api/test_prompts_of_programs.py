"""Recorded prompts for programs: listed, sent, heard; what nobody should hear is refused by field."""

from __future__ import annotations

import base64

import pytest

from tests.web.api.programs import program
from tests.web.test_prompts_page import studio, wav

__all__ = ["studio"]
PROMPTS = "/services/hello/prompts"


@pytest.fixture
def administrator(studio):
    return program(studio, "administrator")


def letters(sound: bytes) -> str:
    return base64.b64encode(sound).decode()


def test_a_take_is_sent_and_heard_and_replaced_only_when_asked(administrator):
    def jam() -> dict:
        listed = administrator.asks(PROMPTS)[1]["prompts"]
        return next(one for one in listed if one["prompt"] == "id/jam")

    assert jam()["made"] == "missing" and administrator.asks(f"{PROMPTS}/sound", prompt="id/jam")[0] == 404
    sent = {"prompt": "id/jam", "sound": letters(wav(3.0))}
    status, told = administrator.does(f"{PROMPTS}/take", sent)
    assert status == 200 and told == jam() and (told["made"], told["flaws"]) == ("take", [])
    status, first = administrator.asks(f"{PROMPTS}/sound", prompt="id/jam")
    assert status == 200 and first[:4] == b"RIFF"
    again = sent | {"sound": letters(wav(3.4))}
    status, told = administrator.does(f"{PROMPTS}/take", again)
    assert status == 409 and told["type"].endswith("not_now")
    assert administrator.asks(f"{PROMPTS}/sound", prompt="id/jam")[1] == first
    assert administrator.does(f"{PROMPTS}/take", again | {"replace": True})[0] == 200


def test_what_nobody_should_hear_is_refused_by_field(administrator):
    for sound in (letters(b"no sound"), letters(wav(0.3)), "%%%", ""):
        status, told = administrator.does(
            f"{PROMPTS}/take", {"prompt": "id/jam", "sound": sound, "replace": True}
        )
        assert status == 422 and told["fields"][0]["where"] == "/sound", (sound[:20], told)
    for prompt in ("id/none", "../../gateway.db", "id/../id/jam"):
        assert administrator.asks(f"{PROMPTS}/sound", prompt=prompt)[0] == 404
        assert administrator.does(f"{PROMPTS}/take", {"prompt": prompt, "sound": "UklGRg=="})[0] == 404
