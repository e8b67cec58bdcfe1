"""Whole calls over HTTP: telephone, emulator, signed webhooks, database. Scenarios of the domain page, section 2."""

import json

from tests.house import words


def test_a_damaged_note_is_answered_by_the_robot_alone(house):
    """BI-1."""
    call = house.phone("+6281200001001").dial("131")
    assert "direkam" in words(call)
    assert {heard.language for heard in call.heard} == {"id-ID", "en-US"}
    call.press("1")
    call.press("1")
    call.press("1")
    assert all(part in words(call) for part in ("dua pertiga", "setengah", "nomor seri"))
    call.press("1")
    call.press("2")
    call.press("4")
    assert call.state == "ended" and call.alerts == []
    texts = house.phone("+6281200001001").texts(wait=10)
    assert len(texts) == 1 and "2/3" in texts[0].body and "pintar.bi.go.id" in texts[0].body
    ((fields, row),) = [
        (json.loads(found[0]), found[1:])
        for found in house.eventually(
            "SELECT fields, status, tier, channel, function, topic, subtopic, language FROM cases WHERE contact = ?",
            "+6281200001001",
        )
    ]
    assert row == ("dijawab_mandiri", 0, "telepon", "pertanyaan", "uang_rupiah", "uang_rusak", "id")
    assert fields["csat"] == "4"


def test_a_caller_who_says_nothing_is_never_left_in_silence(house):
    call = house.phone("+6281200001002").dial("131")
    call.silence()
    call.silence()
    call.silence()
    assert words(call)
    for _ in range(10):
        if call.state in ("waiting", "ended"):
            break
        call.silence()
        assert words(call)
    assert call.alerts == []


def test_waiting_with_announcements_then_a_message_is_a_case_with_its_number_spoken(house):
    call = house.phone("+6281200001003").dial("131").press("1").press("0")
    assert "urutan" in words(call)
    call.silence()
    assert "urutan" in words(call)
    call.press("2")
    assert "setelah nada" in words(call)
    assert call.state == "recording"
    call.record(tone(3))
    assert "nomor laporan" in words(call)
    call.hang_up()
    ((ticket, status),) = house.eventually(
        "SELECT ticket, status FROM cases WHERE contact = ?", "+6281200001003"
    )
    assert ticket.startswith("BI-20260311-") and status in ("antre", "baru")
    rows = house.eventually("SELECT duration, consent FROM recordings WHERE session_id = ?", call.sid)
    assert rows == [(3, "id")]
    assert house.query("SELECT COUNT(*) FROM desk_contacts WHERE id = ?", call.sid) == [(0,)]


def test_a_hang_up_while_speaking_keeps_the_message(house):
    call = house.phone("+6281200001004").dial("131").press("1").press("0").press("2")
    call.record(tone(4), ended_by="hangup")
    rows = house.eventually(
        "SELECT duration FROM recordings WHERE session_id = ? AND step IS NOT NULL", call.sid
    )
    assert rows == [(4,)]
    assert house.eventually(
        "SELECT outcome FROM sessions WHERE id = ? AND ended_at IS NOT NULL", call.sid
    ) == [("hung_up",)]


def test_hanging_up_in_the_queue_frees_the_place(house):
    call = house.phone("+6281200001005").dial("131").press("1").press("0")
    assert house.query("SELECT COUNT(*) FROM desk_contacts WHERE id = ?", call.sid) == [(1,)]
    call.hang_up()
    assert house.eventually("SELECT 1 FROM sessions WHERE id = ? AND outcome = 'hung_up'", call.sid)
    assert house.query("SELECT COUNT(*) FROM desk_contacts WHERE id = ?", call.sid) == [(0,)]


def test_status_of_a_report_needs_the_last_four_digits_of_its_number(house):
    owner = house.phone("+6281200001006")
    call = owner.dial("131").press("1").press("0").press("2")
    call.record(tone(3))
    call.hang_up()
    ((ticket,),) = house.eventually("SELECT ticket FROM cases WHERE contact = ?", "+6281200001006")
    keyed = "".join(c for c in ticket if c.isdigit())
    stranger = house.phone("+6281200001007").dial("131").press("1").press("5").press(f"{keyed}#")
    stranger.press("1111#")
    assert "tidak sesuai" in words(stranger)
    stranger.press("1006#")
    assert "berstatus" in words(stranger)


def test_three_wrong_proofs_lock_the_subject_for_everybody(house):
    call = house.phone("+6281200001008").dial("131").press("1").press("0").press("2")
    call.record(tone(3))
    call.hang_up()
    ((ticket,),) = house.eventually("SELECT ticket FROM cases WHERE contact = ?", "+6281200001008")
    keyed = "".join(c for c in ticket if c.isdigit())
    guesser = house.phone("+6281200001009").dial("131").press("1").press("5").press(f"{keyed}#")
    for guess in ("0000#", "0001#", "0002#"):
        guesser.press(guess)
    owner = house.phone("+6281200001008").dial("131").press("1").press("5").press(f"{keyed}#").press("1008#")
    assert "berstatus" not in words(owner)
    assert house.query("SELECT COUNT(*) FROM locks") != [(0,)]


def test_english_callers_are_spoken_to_in_english(house):
    call = house.phone("+6281200001010").dial("(021) 1500131").press("2").press("1")
    assert {heard.language for heard in call.heard} == {"en-US"}


def test_an_unknown_number_gets_the_emergency_and_not_silence(house):
    import urllib.parse
    import urllib.request

    form = {"CallSid": "CAunknown1", "From": "+6281200001011", "To": "+62999", "AccountSid": house.account}
    request = urllib.request.Request(
        f"{house.url}/ivr/calls",
        urllib.parse.urlencode(form).encode(),
        {"X-Twilio-Signature": house.sign("/ivr/calls", form)},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        told = answer.read().decode()
    assert answer.status == 200 and "<Dial" in told and "Mohon maaf" in told


def test_at_night_the_closed_menu_names_the_hours_and_takes_a_message(night_house):
    """KP-1."""
    call = night_house.phone("+6281200000003").dial("1500200").press("1").press("#").press("4").press("1")
    assert "di luar jam layanan" in words(call) and "Senin" in words(call)
    assert night_house.query("SELECT COUNT(*) FROM desk_contacts") == [(0,)]
    call.press("1")
    call.record(tone(5))
    assert "nomor laporan" in words(call)
    call.hang_up()
    ((status, function, topic),) = night_house.eventually(
        "SELECT status, function, topic FROM cases WHERE contact = ?", "+6281200000003"
    )
    assert (status, function, topic) == ("baru", "pertanyaan", "peraturan")


def test_at_night_a_call_back_is_promised_with_day_and_zone(night_house):
    call = night_house.phone("+6281200000013").dial("131").press("1").press("0").press("2")
    heard = words(call)
    assert "Senin" in heard and "Waktu Indonesia Barat" in heard
    ((fields,),) = night_house.eventually("SELECT fields FROM cases WHERE contact = ?", "+6281200000013")
    assert json.loads(fields)["callback_number"] == "+6281200000013"


def tone(seconds: int) -> bytes:
    """A WAV of so many seconds, as a telephone would send it: 8 kHz, mono, 16 bit."""
    import io
    import math
    import struct
    import wave

    out = io.BytesIO()
    with wave.open(out, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(8000)
        wav.writeframes(
            b"".join(struct.pack("<h", int(8000 * math.sin(i / 4))) for i in range(8000 * seconds))
        )
    return out.getvalue()
