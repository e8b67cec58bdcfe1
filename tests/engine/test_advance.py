"""What a caller hears, step by step, from the pure engine."""

from datetime import date

import pytest

from engine.advance import BEHAVIOURS
from engine.events import Dialled, HungUp, Keys, PersonFound, Recorded, Said, Silence, Tick
from engine.flow import MAX_STEPS_A_TURN, Step
from engine.session import to_json
from engine.turn import (
    AskCallback,
    AwaitDial,
    AwaitKeys,
    AwaitPerson,
    AwaitRecording,
    AwaitTalk,
    Ended,
    EnterQueue,
    Finish,
    KeepRecording,
    LeaveQueue,
    OpenCase,
    Rate,
    Rescue,
    SendText,
    SetCase,
)
from tests.engine.talk import HEAD, Talk, flow

MENU = """
awal:
  menu: {id: "Satu atau dua.", en: "One or two."}
  keys: {"1": satu, "2": dua}
  words: {"1": [pertama]}
  silence: {tries: 3, then: tutup}
  no_match: {tries: 2, then: tutup}
satu: {say: {id: "Ini satu.", en: "This is one."}, then: tutup}
dua: {say: {id: "Ini dua.", en: "This is two."}, then: awal}
tutup: {end: {id: "Selesai.", en: "Done."}}
"""


def test_every_kind_of_step_has_a_behaviour():
    assert set(BEHAVIOURS) == set(Step.__subclasses__())


def test_a_caller_chooses_and_hears_the_goodbye():
    talk = Talk(flow(MENU))
    assert talk.begins() == "Satu atau dua."
    assert isinstance(talk.wait, AwaitKeys) and talk.wait.options == ("1", "2") and talk.wait.most == 1
    assert talk.hears(Keys("1")) == "Ini satu. Selesai."
    assert talk.wait == Ended("goodbye")
    assert talk.effect(Finish) == [Finish("goodbye", contained=True)]


def test_silence_and_wrong_keys_have_tries_of_their_own():
    talk = Talk(flow(MENU))
    talk.begins()
    assert talk.hears(Silence()) == "Kami belum menerima pilihan Anda. Satu atau dua."
    assert talk.hears(Keys("7")) == "Mohon maaf, pilihan Anda tidak tersedia. Satu atau dua."
    assert talk.hears(Silence()) == "Kami belum menerima pilihan Anda. Satu atau dua."
    assert talk.hears(Keys("8")) == "Selesai."


def test_tries_begin_anew_at_the_next_visit():
    talk = Talk(flow(MENU))
    talk.begins()
    talk.hears(Silence())
    talk.hears(Silence())
    talk.hears(Keys("2"))
    assert talk.hears(Silence()).startswith("Kami belum")
    assert not isinstance(talk.wait, Ended)


@pytest.mark.parametrize(
    ("event", "heard"),
    [
        (Said("pertama", 0.9), "Ini satu. Selesai."),
        (Said("Saya mau yang pertama.", 0.9), "Ini satu. Selesai."),
        (Said("Dua.", 0.98), "Ini dua. Satu atau dua."),
        (Said("pertama", 0.2), "Mohon maaf, pilihan Anda tidak tersedia. Satu atau dua."),
        (Said("Pertama.", -1), "Ini satu. Selesai."),
        (Said("pertamax", 0.9), "Mohon maaf, pilihan Anda tidak tersedia. Satu atau dua."),
    ],
)
def test_spoken_words_choose_when_they_were_heard_surely(event, heard):
    talk = Talk(flow(MENU))
    talk.begins()
    assert talk.hears(event) == heard


EVERYWHERE = HEAD + 'everywhere: {keys: {"0": petugas, "*": back, "9": repeat}}\n'
NESTED = """
awal: {menu: {id: A., en: A.}, keys: {"1": b}, silence: {tries: 3, then: tutup}, no_match: {tries: 3, then: tutup}}
b: {menu: {id: B., en: B.}, keys: {"1": c}, silence: {tries: 3, then: tutup}, no_match: {tries: 3, then: tutup}}
c: {menu: {id: C., en: C.}, keys: {"1": tutup}, silence: {tries: 3, then: tutup}, no_match: {tries: 3, then: tutup}}
petugas: {say: {id: Petugas., en: Officer.}, then: tutup}
tutup: {end: {id: Selesai., en: Done.}}
"""


def test_star_goes_back_one_question_nine_repeats_zero_is_the_officer():
    talk = Talk(flow(NESTED, EVERYWHERE))
    talk.begins()
    talk.hears(Keys("1"))
    assert talk.hears(Keys("1")) == "C."
    assert talk.hears(Keys("*")) == "B."
    assert talk.hears(Keys("9")) == "B."
    assert talk.hears(Keys("*")) == "A."
    assert talk.hears(Keys("*")) == "A."  # before the first question there is nothing
    assert talk.hears(Keys("0")) == "Petugas. Selesai."


def test_english_is_spoken_from_the_choice_on():
    steps = """
awal:
  menu: {id: "Bahasa Indonesia, tekan 1.", en: "English, press 2."}
  spoken: every language
  keys: {"1": {set: {language: id}, then: salam}, "2": {set: {language: en}, then: salam}}
  silence: {tries: 1, then: salam}
  no_match: {tries: 2, then: salam}
salam: {say: {id: "Layanan {layanan}.", en: "You called {layanan}."}, then: tutup}
tutup: {end: {id: "Selesai.", en: "Done."}}
"""
    talk = Talk(flow(steps))
    assert talk.begins() == "Bahasa Indonesia, tekan 1. English, press 2."
    assert talk.hears(Keys("2")) == "You called Service. Done."
    assert talk.session.language == "en"


ASK = """
awal:
  ask: {id: "Nomor laporan?", en: "Reference?"}
  as: tiket
  format: ticket
  then: baca
  silence: {tries: 2, then: tutup}
  no_match: {tries: 2, then: tutup}
baca: {say: {id: "Nomor {tiket:digits}.", en: "Number {tiket:digits}."}, then: tutup}
tutup: {end: {id: "Selesai.", en: "Done."}}
"""


def test_a_number_that_was_asked_for_is_said_back_digit_by_digit():
    talk = Talk(flow(ASK))
    talk.begins()
    assert isinstance(talk.wait, AwaitKeys) and talk.wait.finish == "#" and talk.wait.most == 0
    heard = talk.hears(Keys("202603110001"))
    assert "dua kosong dua enam" in heard
    assert not any(digit in heard for digit in "0123456789")


def test_a_value_without_its_form_is_asked_for_again():
    talk = Talk(flow(ASK))
    talk.begins()
    assert talk.hears(Keys("12")) == "Mohon maaf, isian Anda tidak dikenali. Nomor laporan?"
    assert talk.hears(Keys("13")) == "Selesai."


def test_a_secret_is_never_in_the_session_that_is_written_down():
    steps = """
awal:
  ask: {id: "PIN?", en: "PIN?"}
  as: pin
  format: digits
  digits: 6
  secret: true
  then: lanjut
  silence: {tries: 1, then: tutup}
  no_match: {tries: 1, then: tutup}
lanjut: {menu: {id: "Satu.", en: "One."}, keys: {"1": tutup}, silence: {tries: 1, then: tutup}, no_match: {tries: 1, then: tutup}}
tutup: {end: {id: "Selesai.", en: "Done."}}
"""
    talk = Talk(flow(steps))
    talk.begins()
    assert isinstance(talk.wait, AwaitKeys) and talk.wait.secret
    assert talk.session.hidden
    talk.hears(Keys("424242"))
    assert talk.turn is not None
    assert "424242" not in to_json(talk.turn.session)
    assert not talk.session.hidden


QUEUE = """
awal: {queue: {skill: umum, tier: 1}, closed: tutup_jam, nobody: kosong, then: survei, longest: 60, callback: balik, message: pesan}
tutup_jam: {say: {id: "Kami melayani {jam}.", en: "We serve {jam}."}, then: pesan}
kosong: {say: {id: "Tidak ada petugas.", en: "Nobody is here."}, then: pesan}
balik: {callback: {skill: umum}, then: tutup, silence: {tries: 2, then: tutup}}
pesan: {record: {id: "Silakan bicara.", en: "Please speak."}, then: terima, silence: {tries: 2, then: tutup}}
terima: {say: {id: "Laporan {tiket:digits} diterima.", en: "Report {tiket:digits} received."}, then: tutup}
survei: {survey: {id: "Nilai satu sampai empat.", en: "Rate one to four."}, then: tutup}
tutup: {end: {id: "Selesai.", en: "Done."}}
"""
QUEUE_HEAD = HEAD + 'hours: {petugas: {mon-fri: ["08:00-16:00"], closed_on: [national]}}\n'


def test_a_caller_waits_with_position_until_a_person_takes_the_call():
    talk = Talk(flow(QUEUE, QUEUE_HEAD))
    heard = talk.begins()
    assert "urutan 2" in heard or "urutan dua" in heard
    assert isinstance(talk.wait, AwaitPerson) and talk.wait.options == ("1", "2")
    assert talk.asked == [OpenCase({"skill": "umum", "tier": "T1"}, "antre")]
    assert talk.effect(EnterQueue) == [EnterQueue("umum", 1, language="id", longest=60, hours="petugas")]
    talk.hears(Tick())
    assert isinstance(talk.wait, AwaitPerson)
    talk.hears(PersonFound("ann", "LY-20260311-0001"))
    assert talk.wait == AwaitTalk("LY-20260311-0001")
    assert talk.effect(LeaveQueue) == [LeaveQueue("answered")]
    assert talk.hears(Dialled("answered", 60)) == "Nilai satu sampai empat."
    assert talk.hears(Keys("4")) == "Selesai."
    assert talk.effect(Rate) == [Rate(4)]
    assert talk.effect(Finish) == [Finish("goodbye", contained=False)]


def test_outside_hours_the_closed_exit_comes_at_once_with_the_hours_spoken():
    talk = Talk(flow(QUEUE, QUEUE_HEAD))
    talk.world.opened = "holiday"
    heard = talk.begins()
    assert "Kami melayani Senin sampai Jumat" in heard
    assert talk.effect(EnterQueue) == []


def test_nobody_on_shift_is_told_at_once_and_while_waiting():
    talk = Talk(flow(QUEUE, QUEUE_HEAD))
    talk.world.staff = "nobody"
    assert "Tidak ada petugas." in talk.begins()
    waiting = Talk(flow(QUEUE, QUEUE_HEAD))
    waiting.begins()
    waiting.world.staff = "nobody"
    assert "Tidak ada petugas." in waiting.hears(Tick())
    assert waiting.effect(LeaveQueue) == [LeaveQueue("nobody")]


def test_the_longest_wait_has_its_own_exit():
    talk = Talk(flow(QUEUE.replace("longest: 60,", "longest: 60, too_long: balik,"), QUEUE_HEAD))
    talk.begins()
    talk.world.waited = 60
    assert "Kami akan menghubungi nomor" in talk.hears(Tick())
    assert talk.effect(LeaveQueue) == [LeaveQueue("too_long")]


def test_key_one_while_waiting_asks_for_a_call_back_on_the_callers_number():
    talk = Talk(flow(QUEUE, QUEUE_HEAD))
    talk.begins()
    heard = talk.hears(Keys("1"))
    assert "hari kerja berikutnya, Kamis" in heard
    assert talk.effect(AskCallback) == [AskCallback("+6281200000001", "umum")]


def test_a_caller_without_a_number_is_asked_for_one_to_be_called_back():
    talk = Talk(flow(QUEUE, QUEUE_HEAD), contact="")
    talk.begins()
    assert talk.hears(Keys("1")) == "Masukkan nomor telepon Anda, lalu tekan pagar."
    assert "tidak dikenali" in talk.hears(Keys("12"))
    talk.hears(Keys("081200000009"))
    assert talk.effect(AskCallback) == [AskCallback("+6281200000009", "umum")]


def test_a_flow_says_whether_a_number_that_was_keyed_in_is_dialled():
    talk = Talk(
        flow(QUEUE.replace("{callback: {skill: umum}", "{callback: {skill: umum, keyed: dial}"), QUEUE_HEAD),
        contact="",
    )
    talk.begins()
    talk.hears(Keys("1"))
    talk.hears(Keys("081200000009"))
    assert talk.effect(AskCallback) == [AskCallback("+6281200000009", "umum", dial_keyed=True)]


def test_key_two_while_waiting_leaves_a_message_after_the_notice():
    talk = Talk(flow(QUEUE, QUEUE_HEAD))
    talk.begins()
    heard = talk.hears(Keys("2"))
    assert heard.index("pesan Anda direkam") < heard.index("Silakan bicara.")
    assert isinstance(talk.wait, AwaitRecording)
    assert "diterima." in talk.hears(Recorded("RE1", 9))
    assert talk.effect(KeepRecording) == [KeepRecording("RE1", 9, "pesan")]


def test_a_hang_up_while_waiting_leaves_the_queue():
    talk = Talk(flow(QUEUE, QUEUE_HEAD))
    talk.begins()
    talk.hears(HungUp("completed"))
    assert talk.effect(LeaveQueue) == [LeaveQueue("hung_up")]
    assert talk.effect(Finish) == [Finish("hung_up", contained=False)]


RECORD = """
awal: {record: {id: "Silakan bicara.", en: "Please speak."}, review: true, least: 3, then: terima, silence: {tries: 2, then: tutup}}
terima: {say: {id: "Laporan {tiket} diterima.", en: "Report {tiket} received."}, then: tutup}
tutup: {end: {id: "Selesai.", en: "Done."}}
"""


def test_a_message_is_reviewed_recorded_again_and_sent():
    talk = Talk(flow(RECORD))
    talk.begins()
    assert "tekan" in talk.hears(Recorded("RE1", 9)) and isinstance(talk.wait, AwaitKeys)
    talk.hears(Keys("2"))
    assert isinstance(talk.wait, AwaitRecording)
    talk.hears(Recorded("RE2", 12))
    talk.hears(Keys("1"))
    assert talk.effect(KeepRecording) == [KeepRecording("RE2", 12, "awal")]


def test_a_hang_up_while_speaking_keeps_what_was_said():
    talk = Talk(flow(RECORD))
    talk.begins()
    talk.hears(Recorded("RE1", 9, hung_up=True))
    assert talk.effect(KeepRecording) == [KeepRecording("RE1", 9, "awal")]
    assert talk.wait == Ended("hung_up")


def test_a_hang_up_during_the_review_keeps_the_message():
    talk = Talk(flow(RECORD))
    talk.begins()
    talk.hears(Recorded("RE1", 9))
    talk.hears(HungUp())
    assert talk.effect(KeepRecording) == [KeepRecording("RE1", 9, "awal")]
    assert isinstance(talk.asked[-1], OpenCase)


def test_a_message_too_short_is_asked_for_again_then_given_up():
    talk = Talk(flow(RECORD))
    talk.begins()
    assert "terlalu pendek" in talk.hears(Recorded("RE1", 1))
    assert talk.hears(Recorded("RE2", 0)) == "Selesai."
    assert talk.effect(KeepRecording) == []


def test_the_notice_is_not_said_twice_when_the_greeting_had_it():
    steps = RECORD.replace("awal:", "rekam:", 1) + (
        'awal: {say: {id: "Percakapan direkam.", en: "This call is recorded."}, notice: recording, then: rekam}\n'
    )
    talk = Talk(flow(steps))
    assert talk.begins() == "Percakapan direkam. Silakan bicara."


TRANSFER = """
awal: {transfer: "+622150000001", say: {id: "Kami sambungkan.", en: "Connecting."}, then: tutup, busy: sibuk, no_answer: sibuk, failed: gagal}
sibuk: {say: {id: "Sibuk.", en: "Busy."}, then: tutup}
gagal: {say: {id: "Gagal.", en: "Failed."}, then: tutup}
tutup: {end: {id: "Selesai.", en: "Done."}}
"""


@pytest.mark.parametrize(
    ("outcome", "heard"),
    [
        ("answered", "Selesai."),
        ("busy", "Sibuk. Selesai."),
        ("no_answer", "Sibuk. Selesai."),
        ("failed", "Gagal. Selesai."),
    ],
)
def test_each_end_of_a_transfer_has_its_exit(outcome, heard):
    talk = Talk(flow(TRANSFER))
    assert talk.begins() == "Kami sambungkan."
    assert talk.wait == AwaitDial("+622150000001", 20, 3600)
    assert talk.hears(Dialled(outcome)) == heard


TEXT = """
awal: {text: syarat, say: {id: "Kami kirim SMS.", en: "We text you."}, then: tutup, no_number: tanpa}
tanpa: {say: {id: "Nomor Anda tidak dapat menerima SMS.", en: "Your number takes no texts."}, then: tutup}
tutup: {end: {id: "Selesai.", en: "Done."}}
"""
TEMPLATES = {"texts.yaml": 'syarat: {id: "Syarat {layanan} 2/3.", en: "Terms {layanan}."}\n'}


def test_a_template_is_written_not_spoken_and_a_landline_gets_the_other_exit():
    mobile = Talk(flow(TEXT, **TEMPLATES))
    assert mobile.begins() == "Kami kirim es-em-es. Selesai."
    assert mobile.effect(SendText) == [SendText("Syarat Layanan 2/3.", "syarat")]
    landline = Talk(flow(TEXT, **TEMPLATES), can_text=False)
    assert "tidak dapat menerima" in landline.begins()
    assert landline.effect(SendText) == []


def test_a_dated_key_appears_with_its_words_on_its_day():
    steps = """
awal:
  menu: {id: "Pilih.", en: "Choose."}
  keys:
    "1": tutup
    "2": {then: baru, from: 2026-04-01, say: {id: "Yang baru, tekan dua.", en: "The new one, press two."}}
  silence: {tries: 2, then: tutup}
  no_match: {tries: 2, then: tutup}
baru: {say: {id: "Baru.", en: "New."}, then: tutup}
tutup: {end: {id: "Selesai.", en: "Done."}}
"""
    before = Talk(flow(steps))
    assert before.begins() == "Pilih."
    assert "tidak tersedia" in before.hears(Keys("2"))
    after = Talk(flow(steps))
    after.world.today = date(2026, 4, 1)
    assert after.begins() == "Pilih. Yang baru, tekan dua."
    assert after.hears(Keys("2")) == "Baru. Selesai."


LOOP = """
awal: {say: {id: A., en: A.}, then: b}
b: {set: {topic: x}, then: awal}
tutup: {end: {id: "Selesai.", en: "Done."}}
"""


def test_a_loop_without_a_wait_ends_in_the_rescue_not_in_silence():
    talk = Talk(flow(LOOP))
    talk.begins()
    assert isinstance(talk.wait, Rescue) and str(MAX_STEPS_A_TURN) in talk.wait.reason
    assert talk.effect(Finish) == [Finish("rescued", contained=True)]


def test_a_caller_who_goes_in_circles_is_put_through_to_the_officer():
    steps = MENU + "petugas: {queue: {skill: umum}, closed: tutup, nobody: tutup, then: tutup}\n"
    talk = Talk(flow(steps, QUEUE_HEAD + "rescue: petugas\n"))
    talk.begins()
    for _ in range(250):
        talk.hears(Keys("2"))
        if isinstance(talk.wait, AwaitPerson):
            break
    assert isinstance(talk.wait, AwaitPerson)


def test_after_the_end_nothing_happens_any_more():
    talk = Talk(flow(MENU))
    talk.begins()
    talk.hears(Keys("1"))
    assert talk.hears(HungUp()) == ""
    assert len(talk.effect(Finish)) == 1


def test_a_message_left_outside_hours_belongs_to_the_skill_that_was_asked_for():
    talk = Talk(flow(QUEUE, QUEUE_HEAD))
    talk.world.opened = "closed"
    talk.begins()
    talk.hears(Recorded("RE1", 9))
    assert talk.asked == [OpenCase({"skill": "umum", "tier": "T1"}, "baru")]


def test_a_ticket_that_is_only_asked_about_is_not_changed():
    steps = ASK.replace(
        '"Number {tiket:digits}."}, then', '"Number {tiket:digits}."}, set: {topic: status}, then'
    )
    talk = Talk(flow(steps))
    talk.begins()
    talk.hears(Keys("202603110001"))
    assert talk.effect(SetCase) == []
