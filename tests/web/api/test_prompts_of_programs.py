"""Recorded prompts for programs: listed, tried, sent, heard, brought back, drafted; what nobody should hear is refused by field."""

from __future__ import annotations

import base64
import time
from threading import Event

import pytest

from audio.shelf import alone
from sessions.publishing import prompts
from tests.web.api.programs import program
from tests.web.test_prompts_page import PAGE, shown, studio, wav

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


def test_a_take_is_tried_before_it_is_sent_and_nothing_is_kept(administrator):
    def listed() -> dict:
        return administrator.asks(PROMPTS)[1]

    before = listed()
    status, told = administrator.does(f"{PROMPTS}/check", {"prompt": "id/salam", "sound": letters(wav(3.0))})
    assert status == 200 and told["flaws"] == [] and base64.b64decode(told["sound"])[:4] == b"RIFF"
    status, told = administrator.does(f"{PROMPTS}/check", {"prompt": "id/salam", "sound": letters(wav(0.3))})
    assert status == 200 and told["flaws"] and told["seconds"] < 0.6
    status, told = administrator.does(
        f"{PROMPTS}/check", {"prompt": "id/salam", "sound": letters(b"no sound")}
    )
    assert status == 422 and told["fields"][0]["where"] == "/sound"
    assert listed() == before


def test_an_earlier_take_is_heard_and_brought_back(administrator):
    def sound(**more: str) -> tuple[int, bytes]:
        return administrator.asks(f"{PROMPTS}/sound", prompt="id/selesai", **more)

    def earlier() -> list[dict]:
        return administrator.asks(f"{PROMPTS}/earlier", prompt="id/selesai")[1]["earlier"]

    assert earlier() == []
    first = {"prompt": "id/selesai", "sound": letters(wav(3.0)), "replace": True}
    assert administrator.does(f"{PROMPTS}/take", first)[0] == 200
    heard = sound()
    assert administrator.does(f"{PROMPTS}/take", first | {"sound": letters(wav(3.4))})[0] == 200
    (one,) = earlier()
    assert sound(recording=one["recording"]) == heard != sound()
    wish = {"prompt": "id/selesai", "recording": one["recording"]}
    status, told = administrator.does(f"{PROMPTS}/back", wish)
    assert status == 200 and told["made"] == "take" and sound() == heard
    assert [other["recording"] for other in earlier()] != [one["recording"]]
    for none in (one["recording"], "../../gateway", "x"):
        assert administrator.does(f"{PROMPTS}/back", wish | {"recording": none})[0] == 404
        assert sound(recording=none)[0] == 404
    assert administrator.asks(f"{PROMPTS}/earlier", prompt="id/none")[0] == 404


def drafted(administrator) -> dict:
    """How it went, once it is over."""
    until = time.monotonic() + 60
    while (told := administrator.asks(f"{PROMPTS}/drafts")[1])["since"]:
        assert time.monotonic() < until, told
        time.sleep(0.05)
    return told


def test_drafts_are_made_of_what_nobody_recorded_one_time_at_a_time(studio, administrator, monkeypatch):
    status, told = administrator.asks(f"{PROMPTS}/drafts")
    assert status == 200 and told["since"] is None and told["owed"] > 0
    of = told["owed"]
    with alone(prompts.folder(studio.gateway)):  # somebody makes them on the page
        assert administrator.does(f"{PROMPTS}/drafts")[0] == 202
        assert drafted(administrator)["fault"] and administrator.asks(f"{PROMPTS}/drafts")[1]["owed"] == of
    go, make = Event(), prompts.make_drafts
    monkeypatch.setattr(prompts, "make_drafts", lambda *given: go.wait(30) and make(*given))
    begun = [administrator.does(f"{PROMPTS}/drafts") for _ in range(2)]
    assert [status for status, _ in begun] == [202, 409] and begun[1][1]["now"]["since"]
    assert "<progress" in shown(studio, f"{PAGE}/drafts")  # who looks at the page sees what a program began
    go.set()
    told = drafted(administrator)
    assert (told["fault"], told["owed"], told["done"]) == ("", len(told["troubles"]), of)
    assert "draft" in {one["made"] for one in administrator.asks(PROMPTS)[1]["prompts"]}
