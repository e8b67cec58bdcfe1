"""Recorded prompts on pages: spoken into a microphone, sent as files, refused with a sentence, brought back, drafted."""

from __future__ import annotations

import io
import json
import time

import numpy as np
import pytest

from audio.espeak import espeak
from audio.faults import TooLarge
from audio.sound import Sound, read, wav_bytes
from audio.take_process import examined
from audio.taking import LIMITS
from sessions.publishing import prompts
from store import audit
from tests.audio.test_prompts import speech
from tests.audio.test_sound import encoded
from tests.web.browser import Pages, chromium, prepared, serving

PAGE = "/flows/hello/prompts"
SALAM, JAM = f"{PAGE}/of/id/salam", f"{PAGE}/of/id/jam"
RATE = 48_000


@pytest.fixture(scope="module")
def studio(tmp_path_factory, free_port):
    """A console with a folder of recordings of its own."""
    folder = tmp_path_factory.mktemp("studio")
    with serving(prepared(folder, free_port(), AUDIO=str(folder / "audio"))) as console:
        yield console


def wav(seconds: float, level: float = 0.1) -> bytes:
    return wav_bytes(Sound(RATE, (speech(seconds, RATE, level),)), rate=RATE)


def send(console, path: str, sound: bytes, who: str = "administrator", name: str = "take.wav", **more: str):
    client = console.client(who)
    form = {"csrf": client.form_token, "sound": (io.BytesIO(sound), name), **more}
    return client.post(path, data=form, headers={"Origin": console.url}, content_type="multipart/form-data")


def shown(console, path: str, who: str = "supervisor") -> str:
    return console.client(who).get(path).text


def heard(console, step: str = "salam") -> bytes:
    """What callers hear; b'' while nothing is recorded."""
    return sound_at(console, f"{PAGE}/sounds/id/{step}.wav")


def sound_at(console, path: str) -> bytes:
    with console.client("auditor").get(path) as answer:
        return answer.data if answer.status_code == 200 else b""


def test_a_take_is_kept_heard_replaced_and_brought_back(studio) -> None:
    assert send(studio, JAM, wav(3.0)).status_code == 303
    first = heard(studio, "jam")
    assert read(first, rate=8000).seconds == pytest.approx(3.0, abs=0.6) and first[24:28] == (8000).to_bytes(
        4, "little"
    )
    refused = send(studio, JAM, wav(3.4))
    assert (
        refused.status_code == 409
        and "Sudah ada rekaman orang" in refused.text
        and heard(studio, "jam") == first
    )
    assert send(studio, JAM, wav(3.4), replace="yes").status_code == 303
    assert heard(studio, "jam") != first
    flow = studio.gateway.services.current("hello")
    one = next(row.wanted for row in prompts.rows(studio.gateway, flow) if row.wanted.step == "jam")
    (before,) = prompts.earlier(studio.gateway, flow, one)
    assert sound_at(studio, f"{PAGE}/sounds/id/jam.wav?earlier={before.digest}") == first
    client = studio.client("administrator")
    form = {"csrf": client.form_token, "recording": before.digest}
    assert client.post(f"{PAGE}/back/id/jam", data=form, headers={"Origin": studio.url}).status_code == 303
    assert heard(studio, "jam") == first and len(prompts.earlier(studio.gateway, flow, one)) == 1
    told = [
        (line.action, line.who)
        for line in audit.of_subject(studio.gateway.store.read(), "prompt:hello/id/jam")
    ]
    assert told == [("prompt_brought_back", "adi"), ("prompt_recorded", "adi"), ("prompt_recorded", "adi")]
    assert "memakai lagi rekaman terdahulu" in shown(studio, JAM)


CLIPPED = wav_bytes(Sound(RATE, (np.clip(speech(4.0, RATE, 3.0), -1, 1).astype(np.float32),)), rate=RATE)
WHOLE = wav(4.0)


@pytest.mark.parametrize(
    ("sound", "told"),
    [
        (b"", "Berkas ini kosong."),
        (b"#EXTM3U\nhttp://169.254.169.254/latest\n", "bukan suara yang dikenal"),
        (b"<svg onload=ran()></svg>", "bukan suara yang dikenal"),
        (b"RIFF\xff\xff\xff\x7fWAVEfmt " + b"\xff" * 2000, "bukan suara yang dikenal"),
        (b"fLaC" + bytes(range(256)) * 64, "bukan suara yang dikenal"),
        (WHOLE[: len(WHOLE) // 2], "bukan suara yang dikenal"),
        (encoded("flac", "flac", np.zeros(130 * 8000)), "terlalu panjang"),
        (
            wav_bytes(Sound(RATE, (np.zeros(4 * RATE, dtype=np.float32),)), rate=RATE),
            "Tidak terdengar apa-apa.",
        ),
        (CLIPPED, "kecilkan mikrofon"),
        (wav(0.8), "Terlalu singkat untuk kata-kata ini"),
    ],
    ids=[
        "nothing",
        "playlist",
        "picture",
        "header",
        "noise",
        "cut off",
        "two minutes",
        "silence",
        "clipped",
        "short",
    ],
)
def test_what_nobody_should_hear_is_refused_with_a_sentence_and_nothing_changes(studio, sound, told) -> None:
    before = heard(studio)
    answer = send(studio, SALAM, sound)
    assert (
        answer.status_code == 422
        and told in answer.text
        and "<svg" not in answer.text.split('id="refused"')[1][:600]
    )
    assert heard(studio) == before
    checked = send(studio, f"{PAGE}/check/id/salam", sound).get_json()
    assert told in json.dumps(checked, ensure_ascii=False)


def test_a_file_that_is_too_large_is_not_even_looked_at() -> None:
    with pytest.raises(TooLarge, match="more than 16,777,216"):
        examined(b"RIFF" + b"\x00" * LIMITS.bytes, "")


@pytest.mark.parametrize(("kind", "codec"), [("mp3", "mp3"), ("flac", "flac")])
def test_other_kinds_of_sound_files_become_what_the_telephone_plays(kind, codec) -> None:
    made = examined(
        encoded(kind, codec, speech(3.0, 44_100), rate=44_100), "Kami melayani setiap hari pukul delapan."
    )
    assert (
        made.flaws == ()
        and made.seconds == pytest.approx(3.0, abs=0.6)
        and made.level == pytest.approx(-19, abs=1.5)
    )


def test_only_administrators_change_and_supervisors_listen(studio) -> None:
    for who in ("agent", "supervisor", "auditor"):
        assert send(studio, SALAM, wav(5.0), who).status_code == 403
    page = shown(studio, SALAM)
    assert "Selamat datang." in page and 'type="file"' not in page
    assert studio.client("agent").get(PAGE).status_code == 403
    assert studio.client("administrator").get(f"{PAGE}/of/id/tiada").status_code == 404
    assert (
        studio.client("administrator").get(f"{PAGE}/sounds/id/salam.wav?earlier=../../x").status_code == 404
    )


def test_drafts_of_what_is_missing_are_made_with_progress_and_never_over_a_person(studio) -> None:
    send(studio, JAM, wav(3.0), replace="yes")
    mine = heard(studio, "jam")
    client = studio.client("administrator")
    answer = client.post(f"{PAGE}/drafts", data={"csrf": client.form_token}, headers={"Origin": studio.url})
    assert answer.status_code == 303
    until = time.monotonic() + 60
    while "draf dibuat." not in (told := shown(studio, f"{PAGE}/drafts")):
        assert time.monotonic() < until, told
        time.sleep(0.05)
    assert heard(studio, "jam") == mine and heard(studio)[:4] == b"RIFF"
    page = shown(studio, f"{PAGE}?show=drafts&q=selamat")
    assert "id/salam" in page and "id/jam" not in page and "0 dari " in page
    assert "tidak ada yang cocok" in shown(studio, f"{PAGE}?show=missing").casefold()


def test_words_that_changed_since_mark_a_recording_as_outdated(studio, monkeypatch) -> None:
    send(studio, JAM, wav(3.0), replace="yes")
    from audio import wanted as module

    monkeypatch.setattr(module, "lexicon", lambda words, language: f"{words} baru")
    assert "kata-katanya berubah" in shown(studio, JAM)
    assert "id/jam" in shown(studio, f"{PAGE}?show=outdated")


def test_what_is_spoken_into_the_microphone_is_examined_heard_and_kept(studio, tmp_path) -> None:
    """A voice made by the test speaks into the browser's fake microphone."""
    words = "Terima kasih telah menghubungi kami."
    with espeak() as voice:
        said = voice.say(words, "id")
    clip = tmp_path / "voice.wav"
    softly = Sound(said.rate, (said.legs[0] * np.float32(0.4),))
    clip.write_bytes(wav_bytes(softly, rate=RATE))
    with chromium(f"--use-file-for-fake-audio-capture={clip}%noloop") as browser:
        pages = Pages(studio, browser)
        page = pages.of("administrator", f"{PAGE}/of/id/selesai", width=390, language="en")
        page.get_by_role("button", name="Begin to record").click()
        page.wait_for_function(
            f"() => parseFloat(document.getElementById('spoken').textContent) > {said.seconds + 0.5}"
        )
        page.get_by_role("button", name="Stop").click()
        page.get_by_text("Good. This is how it sounds on the telephone.").wait_for()
        assert page.locator("#checked audio").get_attribute("src").startswith("blob:")
        replace = page.get_by_role("checkbox")
        if replace.count():
            replace.check()
        page.get_by_role("button", name="Keep it").click()
        page.get_by_text("Callers hear it from the next call on.").wait_for()
        pages.close()
    kept = read(heard(studio, "selesai"), rate=8000)
    assert said.seconds - 1.5 < kept.seconds < said.seconds + 1.5
