"""Text dialogues over HTTP: a mobile phone, the emulator, signed webhooks, the job worker, the database."""

import json
import time
from urllib.parse import urlencode

import pytest

from tests.signed import post


class Mobile:
    """A person who texts one service and reads the replies."""

    def __init__(self, house, number: str, to: str) -> None:
        self.phone, self.to = house.phone(number), to

    def writes(self, body: str, replies: int = 1, seconds: float = 10) -> str:
        """The reply to a text ('' when none was to come; then a moment is waited for one that must not)."""
        self.phone.texts()
        self.phone.text(self.to, body)
        found = [text.body for text in self.phone.texts(wait=seconds if replies else 1.0)]
        time.sleep(0.05)  # a second reply to the same text would be on its heels
        found += [text.body for text in self.phone.texts()]
        assert len(found) == replies, found
        return "\n".join(found)


def test_the_dialogue_of_bicara_131(house):
    """Domain page 1.1, with its words."""
    mobile = Mobile(house, "+6281200003001", "131")
    assert "2/3" in mobile.writes("min mau nanya klo duit sobek bs dituker gak ya?")
    assert "Kantor BI Surabaya" in mobile.writes("TUKAR#SURABAYA")
    assert "PBI 17/3/PBI/2015" in mobile.writes("rupiah")
    reply = mobile.writes("ADU saldo e-wallet saya kepotong 2x 150rb tgl 9 maret blm balik")
    assert "Laporan BI-20260311-" in reply and "YA atau TIDAK" in reply
    assert "Mohon adukan dahulu" in mobile.writes("tidak")
    assert "belum diumumkan" in mobile.writes("bi rate bulan depan naik ga?")
    ((note, function),) = house.query(
        "SELECT note, function FROM cases WHERE contact = ? AND status IN ('baru', 'antre')", "+6281200003001"
    )
    assert "kepotong 2x 150rb" in note and function == "pengaduan"


def test_the_dialogue_of_kring_pajak(house):
    """Domain page 1.2."""
    mobile = Mobile(house, "+6281200003002", "1500200")
    assert "TIDAK SESUAI" in mobile.writes("npwp 999999999999999 # SITI CONTOH")
    assert "Pasal 34" in mobile.writes("cek pajak nya pt maju contoh dong berapa bayar thn lalu")
    assert "EFIN tidak dikirim" in mobile.writes("lupa efin gmn min")
    assert "31 Maret" in mobile.writes("Saya Wati, NPWP 9901015203850002, ingin bertanya batas lapor SPT")
    assert "Bea Cukai" in mobile.writes("billing 412345678901234")


def test_a_tax_number_is_confirmed_five_times_a_day(house):
    """KP-4."""
    mobile = Mobile(house, "+6281200003003", "1500200")
    yes = mobile.writes("NPWP 99.999.999.9-999.999#budi contoh")
    assert "SESUAI" in yes and "TIDAK SESUAI" not in yes and "999999999999999" not in yes
    no = mobile.writes("npwp#999999999999999#Siti Contoh##")
    assert "TIDAK SESUAI" in no and "BUDI" not in no
    for _ in range(3):
        mobile.writes("NPWP 999999999999998#X CONTOH")
    limited = mobile.writes("NPWP 999999999999999#BUDI CONTOH")
    assert "batas" in limited.lower() and "besok" in limited and "SESUAI" not in limited


def test_another_taxpayers_data_is_refused_in_the_same_words_for_all(house):
    """KP-3."""
    one = Mobile(house, "+6281200003004", "1500200").writes(
        "cek pajak nya pt maju contoh dong berapa bayar thn lalu"
    )
    other = Mobile(house, "+6281200003005", "1500200").writes("berapa utang pajak PT Tidak Ada Contoh?")
    assert one == other and "rahasia" in one and "terdaftar" not in one
    rows = house.query(
        "SELECT classification FROM cases WHERE contact IN (?, ?)", "+6281200003004", "+6281200003005"
    )
    assert rows and all(row == ("RAHASIA",) for row in rows)


def test_stop_is_confirmed_and_then_holds_and_questions_are_still_answered(house):
    mobile = Mobile(house, "+6281200003006", "131")
    assert "tidak akan menerima" in mobile.writes("berhenti")
    assert house.query("SELECT source FROM opt_outs WHERE contact = ?", "+6281200003006") == [("text",)]
    assert "2/3" in mobile.writes("RUSAK")
    assert "kembali menerima" in mobile.writes("MULAI")
    assert house.query("SELECT COUNT(*) FROM opt_outs WHERE contact = ?", "+6281200003006") == [(0,)]


def test_what_the_carrier_answered_by_itself_gets_no_second_reply(house):
    form = {
        "MessageSid": "SMoptout1", "AccountSid": house.account, "From": "+6281200003007", "To": "131",
        "Body": "remove me from this list", "OptOutType": "STOP", "NumMedia": "0",
    }  # fmt: skip
    assert post(house, "/sms/messages", urlencode(form).encode()).status == 200
    assert house.query("SELECT source FROM opt_outs WHERE contact = ?", "+6281200003007") == [("carrier",)]
    time.sleep(0.5)
    assert house.query("SELECT COUNT(*) FROM outbox WHERE target = ?", "+6281200003007") == [(0,)]


@pytest.mark.parametrize(
    "body", ["Can you stop by tomorrow?", "nanti saya berhenti kerja, apakah NPWP saya dihapus?"]
)
def test_chatter_with_the_word_in_it_is_no_stop(house, body):
    mobile = Mobile(house, f"+62812000031{len(body)}", "1500200")
    assert "tidak akan menerima" not in mobile.writes(body)
    assert house.query("SELECT COUNT(*) FROM opt_outs WHERE contact LIKE '+62812000031%'") == [(0,)]


def test_the_same_text_delivered_three_times_is_answered_once(house):
    form = {
        "MessageSid": "SMtwice1",
        "AccountSid": house.account,
        "From": "+6281200003008",
        "To": "131",
        "Body": "RUSAK",
    }
    answers = {post(house, "/sms/messages", urlencode(form).encode()).body for _ in range(3)}
    assert len(answers) == 1
    assert house.query("SELECT COUNT(*) FROM outbox WHERE target = ?", "+6281200003008") == [(1,)]
    assert post(house, "/sms/fallback", urlencode(form).encode()).status == 200
    assert house.query("SELECT COUNT(*) FROM outbox WHERE target = ?", "+6281200003008") == [(1,)]


def test_two_machines_that_answer_each_other_stop(house):
    for n in range(6):
        form = {
            "MessageSid": f"SMloop{n}", "AccountSid": house.account, "From": "+6281200003009", "To": "131",
            "Body": "Terima kasih, pesan Anda kami terima.",
        }  # fmt: skip
        post(house, "/sms/messages", urlencode(form).encode())
    ((sent,),) = house.query("SELECT COUNT(*) FROM outbox WHERE target = ?", "+6281200003009")
    assert sent <= 4  # the menu, then the hand-over to a person, then at most the same three times


def test_more_than_twenty_texts_an_hour_are_kept_and_not_answered(house):
    for n in range(25):
        form = {
            "MessageSid": f"SMflood{n}", "AccountSid": house.account, "From": "+6281200003010", "To": "131",
            "Body": f"TUKAR kota{n}",
        }  # fmt: skip
        assert post(house, "/sms/messages", urlencode(form).encode()).status == 200
    ((sent,),) = house.query("SELECT COUNT(*) FROM outbox WHERE target = ?", "+6281200003010")
    ((kept,),) = house.query("SELECT COUNT(*) FROM messages WHERE from_number = ?", "+6281200003010")
    assert sent <= 20 and kept == 25


def test_pictures_and_whatsapp_addresses_are_taken_without_harm(house):
    picture = {
        "MessageSid": "MMpicture", "AccountSid": house.account, "From": "+6281200003011", "To": "131", "Body": "",
        "NumMedia": "1", "MediaUrl0": "http://169.254.169.254/latest", "MediaContentType0": "image/jpeg",
    }  # fmt: skip
    assert post(house, "/sms/messages", urlencode(picture).encode()).status == 200
    ((payload,),) = house.eventually("SELECT payload FROM outbox WHERE target = ?", "+6281200003011")
    assert json.loads(payload)["body"]
    app = {
        "MessageSid": "SMwa1",
        "AccountSid": house.account,
        "From": "whatsapp:+6281200003012",
        "Body": "RUSAK",
    }
    app["To"] = "whatsapp:131"
    assert post(house, "/sms/messages", urlencode(app).encode()).status == 200
    ((payload,),) = house.eventually("SELECT payload FROM outbox WHERE target = ?", "whatsapp:+6281200003012")
    assert json.loads(payload)["from"] == "whatsapp:131"  # back over the app it came by, not as an SMS


def test_receipts_move_forward_only(house):
    mobile = Mobile(house, "+6281200003013", "131")
    mobile.writes("RUSAK")
    ((sid,),) = house.eventually(
        "SELECT sid FROM messages WHERE to_number = ? AND status = 'delivered'", "+6281200003013"
    )
    late = {"MessageSid": sid, "MessageStatus": "sent", "AccountSid": house.account}
    assert post(house, "/sms/receipts", urlencode(late).encode()).status == 204
    assert house.query("SELECT status FROM messages WHERE sid = ?", sid) == [("delivered",)]


def test_the_second_text_in_a_row_that_fits_nothing_reaches_a_person(house):
    mobile = Mobile(house, "+6281200003014", "131")
    mobile.writes("qwertz asdf yxcv")
    assert "Laporan BI-" in mobile.writes("blub blub wuuu")
    assert house.query("SELECT status FROM cases WHERE contact = ? AND status = 'antre'", "+6281200003014")
