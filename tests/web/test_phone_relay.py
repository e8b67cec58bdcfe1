"""The relay between the phone page and the carrier's emulator: what it lets through, and that it reaches nothing else."""

from __future__ import annotations

import dataclasses
import io
import wave
from contextlib import closing

import pytest
import requests

from app import create_console
from audio.espeak import VoiceFault
from carrier.emulator.record import silence
from carrier.phone import NotThere, Phone
from tests.carrier.emulator.conftest import Page, customer, emulator, exchange
from web.accounts.visits import Visit
from web.guard import form_token
from web.phone_line import PhoneLine, Wrong, check_telephone_wav

__all__ = ["customer", "emulator", "exchange"]

SID = "CA" + "0" * 32
CALLER, OTHER = "+6281234500001", "+6281234500002"


class Hands:
    """Somebody of the cast, who asks the console without its page."""

    def __init__(self, console, who: str) -> None:
        token = console.token(who)
        self.url = console.url
        self.headers = {"Cookie": f"{console.cookies.session}={token}"}
        sign = form_token(console.gateway, Visit(token))
        self.signed = {**self.headers, "X-CSRF-Token": sign, "Origin": console.url}

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}/phone{path}", headers=self.headers, timeout=60)

    def post(self, path: str, data: bytes | dict[str, str], **headers: str) -> requests.Response:
        wanted = {**self.signed, **headers}
        return requests.post(f"{self.url}/phone{path}", data=data, headers=wanted, timeout=60)


@pytest.fixture
def line(emulator) -> PhoneLine:
    return PhoneLine(int(emulator.rpartition(":")[2]))


def told(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


# --- what is refused before the emulator hears of it: none runs beside this console


@pytest.mark.parametrize(
    "path",
    [
        "/calls/../../etc/passwd/sounds/0.wav",
        "/calls/CA123/sounds/0.wav",
        f"/calls/{SID}/sounds/-1.wav",
        f"/calls/{SID}/sounds/..%2f..%2f0.wav",
        "/tones/..%2f..%2faudio%2fmusic%2fwaiting.wav",
        "/tones/waiting.wav",
        "/drawings/bicara131/0000.svg",
        "/drawings/..%2fflows/flow.svg",
    ],
)
def test_nothing_is_found_by_a_name_of_ones_own(console, path):
    assert Hands(console, "supervisor").get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "form", "error"),
    [
        ("/calls", {"number": CALLER, "to": "http://127.0.0.1/"}, "number_wrong"),
        ("/calls", {"number": "+62812,CA", "to": "131"}, "number_wrong"),
        ("/texts", {"number": CALLER, "to": "131", "body": "a" * 1601}, "text_wrong"),
        ("/texts", {"number": CALLER, "to": "131", "body": "  "}, "text_wrong"),
        (f"/calls/{SID}/recording?ended_by=1", {"a": "b"}, "sound_wrong"),
        (f"/calls/{SID}/recording", {"no": "sound"}, "sound_wrong"),
    ],
)
def test_what_no_telephone_does_is_refused(console, path, form, error):
    assert told(Hands(console, "supervisor").post(path, form)) == (400, error)


def test_an_emulator_that_does_not_answer_is_told(console):
    hands = Hands(console, "supervisor")
    news = hands.get(f"/news?phone=%2B{CALLER[1:]},,0,0,131")
    assert told(news) == (200, "unreachable")  # asked for by itself: a page that says it has not failed
    assert told(hands.get("/news?phone=javascript:1")) == (400, "number_wrong")
    # A service's number that somebody is still typing, at one telephone of several.
    assert told(hands.get(f"/news?phone=%2B{CALLER[1:]},,0,0,13a")) == (200, "unreachable")
    assert told(hands.post("/calls", {"number": CALLER, "to": "131"})) == (503, "unreachable")


def test_a_form_of_another_site_and_a_body_without_end_are_refused(console):
    hands = Hands(console, "supervisor")
    assert hands.post("/calls", {"number": CALLER}, Origin="https://other.example").status_code == 403
    assert hands.post("/calls", {"number": CALLER}, **{"X-CSRF-Token": "x"}).status_code == 403
    assert hands.post(f"/calls/{SID}/recording", bytes(12 * 1024 * 1024 + 1)).status_code == 413
    assert Hands(console, "auditor").get("/news").status_code == 403


def test_with_an_account_the_page_says_so_and_offers_nothing(console):
    settings = dataclasses.replace(console.gateway.settings, emulated=False)
    app = create_console(settings)
    with closing(app.extensions["gateway"]):
        client = app.test_client()
        client.set_cookie(console.cookies.session, console.token("supervisor"), domain="127.0.0.1")
        page = client.get("/phone", base_url=console.url)
        assert page.status_code == 200 and "Di sini tidak ada telepon percobaan" in page.text
        assert "phone.js" not in page.text and "<form id=" not in page.text
        for path in ("/phone/news", "/phone/tones/ring.wav", f"/phone/calls/{SID}/twiml"):
            assert client.get(path, base_url=console.url).status_code == 404


def test_an_agent_holds_the_own_telephone_and_a_supervisor_everybodys(console):
    own, all_ = (Hands(console, who).get("").text for who in ("agent", "supervisor"))
    assert "+628115550117" in own and "+628115550118" not in own
    assert "+628115550117" in all_ and "+628115550118" in all_


# --- what comes through


def test_what_is_said_is_heard_as_on_the_line_and_a_prompt_keeps_its_address_to_itself(line, customer):
    customer.answers("/voice", "<Say language='id-ID'>Halo</Say><Play>/salam.wav?k=secret</Play><Gather/>")
    customer.pages["/salam.wav"] = Page(silence(0.1), content_type="audio/wav")
    sid = line.dial(CALLER, "131", own_voice=False)["sid"]
    while (call := line.look(sid, 0))["state"] != "asking":
        pass
    assert [(one["item"], one["kind"], one["text"]) for one in call["heard"]] == [
        (0, "say", "Halo"),
        (1, "play", "salam.wav"),
    ]
    assert line.sound(sid, 1) == silence(0.1)
    with wave.open(io.BytesIO(line.sound(sid, 0))) as spoken:
        assert (spoken.getframerate(), spoken.getnchannels(), spoken.getsampwidth()) == (8000, 1, 2)
    with pytest.raises(NotThere):
        line.sound(sid, 2)
    assert line.look(sid, 1)["heard"][0]["item"] == 1 and line.look(sid, 9)["heard"] == []


def test_music_has_no_sound_and_what_no_telephone_can_do_is_not_there(line, customer):
    customer.answers("/voice", "<Enqueue>line</Enqueue>")
    sid = line.dial(CALLER, "131")["sid"]
    with pytest.raises(VoiceFault):
        line.sound(sid, 0)
    with pytest.raises(NotThere, match="cannot settle"):
        line.act(sid, "settle", {}, 0)
    with pytest.raises(Wrong):
        line.act(sid, "lasts", {"item": "x"}, 0)


def test_a_telephone_receives_its_own_texts_and_never_those_of_another(line, emulator, exchange, customer):
    customer.answers("/sms", lambda asked: f"<Message>for {asked.form['From']}</Message>")
    for number in (CALLER, OTHER):
        line.send(number, "131", "hello")
    assert Phone(emulator, CALLER).texts(after=0, wait=10)
    assert Phone(emulator, OTHER).texts(after=0, wait=10)
    mine = line.texts(CALLER, 0)
    assert [(text["to"], text["body"]) for text in mine] == [(CALLER, f"for {CALLER}")]
    assert line.texts(CALLER, mine[0]["position"]) == []


@pytest.mark.parametrize("seconds", [0.0, 601.0])
def test_a_recording_is_neither_empty_nor_without_end(seconds):
    with pytest.raises(Wrong):
        check_telephone_wav(silence(seconds))


def test_a_recording_is_a_whole_wav_of_a_telephone():
    check_telephone_wav(silence(1.0))
    too_good = io.BytesIO()
    with wave.open(too_good, "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", ""))
        sound.writeframes(bytes(2 * 16_000))
    for wrong in (too_good.getvalue(), silence(1.0)[:-1000], b"RIFF", b""):
        with pytest.raises(Wrong):
            check_telephone_wav(wrong)
