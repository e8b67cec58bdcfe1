"""A service made for tests (tests/services/uji): look-ups over HTTP, one-time codes, numbers that move, transfers, recorded prompts."""

import http.server
import json
import shutil
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from carrier.phone import World
from tests.house import House, environment, words
from tests.ivr.test_calls import tone

SERVICES = Path(__file__).resolve().parent.parent / "services"


class Rates(http.server.BaseHTTPRequestHandler):
    """Another authority's system: USD is known, EUR is slow, everything else is not there."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if "EUR" in self.path:
            time.sleep(6)
        known = "USD" in self.path or "EUR" in self.path
        body = json.dumps({"kurs": "16250", "rahasia": "x"}).encode() if known else b""
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def rates(free_port):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Rates)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def uji(tmp_path_factory, free_port, rates):
    """An installation that serves only the service made for tests, with one recorded prompt."""
    folder = tmp_path_factory.mktemp("uji")
    shutil.copytree(SERVICES / "uji", folder / "flows" / "uji")
    flow = folder / "flows" / "uji" / "flow.yaml"
    flow.write_text(flow.read_text().replace("KURS_PORT", str(rates)))
    prompt = folder / "audio" / "prompts" / "uji" / "id" / "salam.wav"
    prompt.parent.mkdir(parents=True)
    prompt.write_bytes(tone(2))
    wishes = {
        "FLOWS": str(folder / "flows"),
        "AUDIO": str(folder / "audio"),
        "LOOKUP_HOSTS": f"127.0.0.1:{rates}",
        "CLOCK": "2026-03-11T10:15+07:00",
        "EMERGENCY_AGENTS": "+628115550101",
    }
    with House.running(environment(folder, free_port, **wishes)) as house:
        yield house


def test_a_recording_replaces_the_voice_of_its_step(uji):
    call = uji.phone("+6281200006001").dial("100")
    played = [heard for heard in call.heard if heard.kind == "play"]
    assert len(played) == 1 and "/ivr/prompts/uji/id/salam.wav?v=" in played[0].text
    assert "Selamat datang" not in words(call) and "Untuk kurs" in words(call)
    with urllib.request.urlopen(played[0].text, timeout=5) as answer:
        assert answer.read(4) == b"RIFF"


def test_a_new_take_is_heard_from_the_next_call_on_and_none_is_a_voice_again(uji):
    file = Path(uji.environ["AUDIO"]) / "prompts" / "uji" / "id" / "salam.wav"
    before, sound = file.read_bytes(), tone(2)
    try:
        addresses = []
        for content in (before, sound):
            file.write_bytes(content)
            call = uji.phone("+6281200006009").dial("100")
            addresses += [heard.text for heard in call.heard if heard.kind == "play"]
            call.hang_up()
        assert len(set(addresses)) == 2, "carriers keep what they have fetched from an address"
        with urllib.request.urlopen(addresses[1], timeout=5) as answer:
            assert answer.read() == sound
        file.unlink()
        assert "Selamat datang" in words(uji.phone("+6281200006010").dial("100"))
    finally:
        file.write_bytes(before)


def test_a_path_out_of_the_prompts_folder_is_no_prompt(uji):
    for path in ("/ivr/prompts/uji/id/../../../../gateway.wav", "/ivr/prompts/..%2f..%2fx/id/salam.wav"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(uji.url + path, timeout=5)
        refused.value.close()
        assert refused.value.code == 404


def test_a_look_up_over_http_is_answered_while_the_caller_hears_that_we_are_looking(uji):
    call = uji.phone("+6281200006002").dial("100").press("1")
    assert "sedang memeriksa" in words(call)
    for _ in range(12):
        if "Kurs" in call.said or call.state == "ended":
            break
        time.sleep(0.1)
        call.wait(1)
    assert "enam belas ribu dua ratus lima puluh rupiah" in " ".join(heard.text for heard in call.transcript)
    assert call.alerts == []


def test_a_look_up_by_text_is_answered_with_one_text(uji):
    phone = uji.phone("+6281200006003")
    phone.text("100", "KURS USD")
    replies = phone.texts(wait=10)
    assert [reply.body for reply in replies] == ["Kurs Rp16.250."]
    phone.text("100", "KURS XYZ")
    assert [reply.body for reply in phone.texts(wait=10)] == ["Kurs tidak ada."]


def test_a_look_up_that_takes_too_long_fails_with_words(uji):
    phone = uji.phone("+6281200006004")
    phone.text("100", "KURS EUR")
    assert [reply.body for reply in phone.texts(wait=15)] == ["Kurs belum dapat dibaca."]


def test_a_one_time_code_goes_to_the_number_on_file_and_opens_only_then(uji):
    owner, caller = uji.phone("+6281200006099"), uji.phone("+6281200006005")
    call = caller.dial("100").press("2").press("999999999999999#").press("120385#")
    assert "kode enam angka" in words(call)
    (text,) = owner.texts(wait=10)
    code = "".join(c for c in text.body if c.isdigit())[:6]
    assert caller.texts() == []
    call.press("000000#")
    assert "tidak sesuai" in words(call)
    call.press(f"{code}#")
    assert "satu juta dua ratus lima puluh ribu rupiah" in words(call)
    turns = uji.query("SELECT event FROM turns WHERE session_id = ?", call.sid)
    kept = json.dumps(turns)
    assert code not in kept and "120385" not in kept


def test_an_old_number_announces_the_new_one_and_serves(uji):
    call = uji.phone("+6281200006006").dial("200")
    assert words(call).startswith("Nomor kami sekarang") and "Untuk kurs" in words(call)


def test_a_number_whose_time_is_over_announces_and_hangs_up(uji):
    call = uji.phone("+6281200006007").dial("300")
    assert "sudah pindah" in words(call) and call.state == "ended"
    assert uji.eventually("SELECT outcome FROM sessions WHERE id = ?", call.sid) == [("moved",)]


def test_a_transfer_that_is_not_answered_takes_its_exit(uji):
    uji.phone("+622150000001").answers("busy")
    call = uji.phone("+6281200006008").dial("100").press("3")
    assert "sibuk" in words(call)


def test_a_number_that_the_guard_refuses_is_never_rung(uji):
    call = uji.phone("+6281200006009").dial("100").press("4")
    assert "tidak dapat kami hubungi" in words(call)
    assert not any("<Dial" in document for document in call.documents)
    assert uji.query("SELECT action FROM audit WHERE subject = ?", call.sid) == [("dial_refused",)]


def test_what_a_second_place_can_serve_is_written_down(uji):
    files = sorted(path.name for path in (uji.instance / "fallback").iterdir())
    assert files == ["uji.en.xml", "uji.id.xml"]
    assert "+628115550101" in (uji.instance / "fallback" / "uji.id.xml").read_text()


def test_an_edited_flow_is_taken_over_and_a_caller_stays_on_the_old_one(uji):
    flow = Path(uji.environ["FLOWS"]) / "uji" / "flow.yaml"
    before = flow.read_text()
    old = uji.phone("+6281200006010").dial("100")
    flow.write_text(before.replace("Untuk kurs, tekan 1.", "Untuk nilai tukar, tekan 1."))
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        new = uji.phone("+6281200006011").dial("100")
        if "nilai tukar" in words(new):
            break
        new.hang_up()
        time.sleep(0.3)
    assert "nilai tukar" in words(new)
    old.press("7")
    assert "Untuk kurs" in words(old)
    flow.write_text(before.replace("then: utama", "then: utamaa", 1))
    time.sleep(4)
    assert "utamaa" in uji.log.read_text()
    assert "nilai tukar" in words(uji.phone("+6281200006012").dial("100"))
    flow.write_text(before)


def test_a_repeated_webhook_of_the_carrier_is_answered_alike(uji):
    world = World(uji.emulator_url)
    world.fault("webhook", "repeat", times=3)
    try:
        call = uji.phone("+6281200006013").dial("100").press("9").press("9")
        assert "Sampai jumpa" in words(call)
    finally:
        world.no_faults()
    ((turns,),) = uji.query("SELECT COUNT(*) FROM turns WHERE session_id = ?", call.sid)
    assert turns == 3
