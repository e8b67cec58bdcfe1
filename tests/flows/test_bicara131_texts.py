"""Text dialogues with BICARA 131: domain page 1.1, its keywords, topics and what happens when nothing fits."""

from __future__ import annotations

import pytest

from engine.turn import Rate
from sms.segments import parts
from tests.flows.player import House, Texter

CASE = {
    "tiket": "BI-20260310-0007",
    "contact": "+6281200000001",
    "status": "ditangani",
    "due": "2026-04-01",
}


def test_the_dialogue_of_the_domain_page(bicara: House) -> None:
    """Every IN and OUT of page 1.1, in its order, from one telephone."""
    texter = Texter(bicara)
    assert texter.text("min mau nanya klo duit sobek bs dituker gak ya?") == (
        "Uang kertas rusak diganti penuh bila lebih dari 2/3 ukuran asli, keaslian dikenali, dan satu kesatuan (atau kedua "
        "nomor seri lengkap dan sama). Pesan di pintar.bi.go.id. Ketik TUKAR spasi KOTA untuk tempat."
    )
    assert texter.text("TUKAR#SURABAYA") == (
        "Penukaran uang rusak di Kantor BI Surabaya: pukul 08.00-11.30 waktu setempat, wajib pesan di pintar.bi.go.id, bawa "
        "bukti pesanan. Ketik PETUGAS untuk bertanya."
    )
    assert texter.text("rupiah") == (
        "Setiap transaksi di wilayah NKRI wajib memakai Rupiah (PBI 17/3/PBI/2015), kecuali antara lain perdagangan dan "
        "pembiayaan internasional, hibah luar negeri, simpanan valas. Pertanyaan lanjut: ketik ADU atau PETUGAS."
    )
    asked = texter.text("ADU saldo e-wallet saya kepotong 2x 150rb tgl 9 maret blm balik")
    assert asked.startswith(
        "Terima kasih. Laporan BI-20260311-0001 kami terima. Sudahkah Anda mengadu ke penerbit dompet elektronik"
    )
    assert asked.endswith("Balas YA atau TIDAK.")
    assert texter.case["note"] == "saldo e-wallet saya kepotong 2x 150rb tgl 9 maret blm balik"
    assert texter.text("tidak") == (
        "Mohon adukan dahulu ke penerbit. Bila belum puas, kirim ADU lagi atau surel bicara@bi.go.id dengan KTP, bukti "
        "transaksi, bukti aduan ke penerbit, dan kronologi. Laporan: BI-20260311-0001."
    )
    assert texter.case["function"] == "pengaduan" and texter.case["subtopic"] == "belum_ke_penyelenggara"
    assert texter.text("bi rate bulan depan naik ga?") == (
        "Keputusan yang belum diumumkan tidak dapat kami sampaikan. BI-Rate terakhir dapat dilihat di bi.go.id atau ketik "
        "BIRATE. Permohonan informasi tertulis: ketik PPID."
    )
    assert texter.case["classification"] == "rahasia"


def test_a_deaf_citizen_is_served_by_text(bicara: House) -> None:
    """Scenario BI-3, the robot's part."""
    texter = Texter(bicara)
    reply = texter.text("sy tuli tdk bs tlp, mau tanya uang 100rb th 99 msh laku ga?")
    assert "tidak akan menelepon" in reply and parts(reply) <= 2
    expected = {
        "accessibility": "tuli",
        "preferred_channel": "sms",
        "topic": "uang_rupiah",
        "function": "pertanyaan",
    }
    assert expected.items() <= texter.case.items()


@pytest.mark.parametrize("body", ["TULI", "saya tuli", "sy tdk bs tlp", "tuli. kartu atm saya tertelan"])
def test_whoever_cannot_telephone_is_marked_so(bicara: House, body: str) -> None:
    texter = Texter(bicara)
    texter.text(body)
    assert texter.case["accessibility"] == "tuli" and texter.case["preferred_channel"] == "sms"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("RUSAK", "2/3"),
        ("duit kebakar gmn", "2/3"),
        ("ASLI", "diraba"),
        ("uang palsu lapor kmn", "diraba"),
        ("qris", "pindai"),
        ("BIRATE", "4,75 persen"),
        ("bi rate brp skrg?", "4,75 persen"),
        ("PPID", "10 hari kerja"),
        ("DICABUT 1999", "Soekarno-Hatta"),
        ("dicabut 99", "30-12-2018"),
        ("dicabut#1993", "1-12-2033"),
        ("dicabut 2022", "DICABUT 1999"),
        ("uang kuno msh laku?", "DICABUT spasi TAHUN EMISI"),
        ("tuker jogja", "Kantor BI Yogyakarta"),
        ("TUKAR Kota Yang Tidak Ada", "ketik TUKAR spasi KOTA"),
        ("TUKAR", "ketik TUKAR spasi KOTA"),
        ("INFO", "1 uang rusak"),
        ("bantuan", "Berhenti menerima pesan massal: STOP"),
        ("suku bunga bulan depan akan turun?", "belum diumumkan"),
        ("sy mau nuker uang lusuh", "2/3"),
        ("jadwal penukaran kapan ya min", "Di kota mana"),
        ("toko pasang harga dolar boleh ga", "wajib memakai Rupiah"),
        ("cara minta informasi publik", "10 hari kerja"),
        ("scan qris error", "pindai"),
    ],
)
def test_what_a_text_is_answered_with(bicara: House, body: str, words: str) -> None:
    texter = Texter(bicara)
    reply = texter.text(body)
    assert words in reply and parts(reply) <= 2, reply
    assert texter.ended == (texter.step not in ("menu_sms", "tukar_tanya"))


def test_a_complaint_without_the_keyword_is_a_complaint_too(bicara: House) -> None:
    texter = Texter(bicara)
    assert "Sudahkah Anda mengadu" in texter.text("saldo kepotong tapi transfer gagal gmn ini")
    assert texter.case["function"] == "pengaduan" and "saldo kepotong" in texter.case["note"]
    assert "bicara@bi.go.id" in texter.text("sdh")
    assert texter.case["subtopic"] == "sudah_ke_penyelenggara" and texter.ended


def test_the_menus_complaint_is_written_and_noted(bicara: House) -> None:
    texter = Texter(bicara)
    texter.text("MENU")
    assert "Silakan tulis pengaduan Anda" in texter.text("4")
    assert "Sudahkah Anda mengadu" in texter.text("kartu saya tertelan mesin di Bandung kemarin")
    assert texter.case["note"] == "kartu saya tertelan mesin di Bandung kemarin"


@pytest.mark.parametrize(
    ("key", "words"),
    [("1", "2/3"), ("2", "DICABUT spasi TAHUN EMISI"), ("3", "Di kota mana"), ("5", "kami terima")],
)
def test_every_line_of_the_menu_leads_on(bicara: House, key: str, words: str) -> None:
    texter = Texter(bicara)
    texter.text("INFO")
    assert words in texter.text(key)


def test_the_menu_is_a_numbered_list(bicara: House) -> None:
    texter = Texter(bicara)
    assert "3 tempat tukar" in texter.text("xyzzy")
    assert "Di kota mana" in texter.text("3")
    assert "Kantor BI Makassar" in texter.text("makassar")


def test_the_second_text_that_fits_nothing_gets_a_person(bicara: House) -> None:
    texter = Texter(bicara)
    texter.text("xyzzy")
    reply = texter.text("qwrty plugh")
    assert "Laporan BI-20260311-0001 kami terima" in reply and "STATUS" in reply
    assert texter.case["skill"] == "umum" and texter.case["note"] == "qwrty plugh"


def test_an_officer_is_asked_for_by_text(bicara: House) -> None:
    texter = Texter(bicara)
    assert "Senin sampai Jumat pukul 08.00-16.00 WIB" in texter.text("#HUBUNGIPETUGAS atm saya tertelan")
    assert texter.case["note"] == "atm saya tertelan" and texter.case["status"] == "antre"


def test_a_suggestion_is_marked_for_policy(bicara: House) -> None:
    texter = Texter(bicara)
    assert "Saran Anda kami catat" in texter.text("SARAN tambah loket penukaran di pasar")
    assert (
        texter.case["policy_suggestion"] == "ya" and texter.case["note"] == "tambah loket penukaran di pasar"
    )


def test_a_call_back_is_promised_by_text(bicara: House) -> None:
    texter = Texter(bicara)
    reply = texter.text("TELEPON jam 2 siang")
    assert "+6281200000002" in reply and "BI-20260311-0001" in reply and parts(reply) <= 2
    assert "jam 2 siang" in texter.case["note"]


def test_the_status_of_a_report_by_text(bicara: House) -> None:
    bicara.cases[CASE["tiket"]] = dict(CASE)
    texter = Texter(bicara, "+6281200000001")
    reply = texter.text("STATUS BI-20260310-0007")
    if "empat angka terakhir" in reply:
        reply = texter.text("0001")
    assert "sedang ditangani" in reply and "01-04-2026" in reply and parts(reply) <= 2


def test_the_status_of_somebody_elses_report_is_not_told(bicara: House) -> None:
    bicara.cases[CASE["tiket"]] = dict(CASE)
    texter = Texter(bicara, "+6281200000099")
    reply = texter.text("STATUS BI-20260310-0007")
    for _ in range(3):
        if "empat angka terakhir" in reply:
            reply = texter.text("9999")
    assert "tidak ditemukan untuk nomor telepon ini" in reply and "ditangani" not in reply


def test_english_by_text(bicara: House) -> None:
    texter = Texter(bicara)
    assert "1 damaged money" in texter.text("EN")
    assert "damaged banknote is replaced in full" in texter.text("1")
    assert "Have you complained" in texter.text("ADU my card was swallowed")
    assert "goes to our officers" in texter.text("yes")
    assert "1 uang rusak" in texter.text("ID")


def test_a_rating_by_text(bicara: House) -> None:
    texter = Texter(bicara)
    reply = texter.text("NILAI 4")
    if "1 (tidak puas)" in reply:
        reply = texter.text("4")
    assert "Terima kasih atas penilaian Anda" in reply
    assert [effect.value for effect in texter.effects if isinstance(effect, Rate)] == [4]


def test_a_status_by_text_names_the_day_for_documents_and_no_day_for_what_is_closed(bicara: House) -> None:
    def status(**case: str) -> str:
        bicara.cases[CASE["tiket"]] = {**CASE, **case}
        texter = Texter(bicara)
        texter.text("STATUS BI-20260310-0007")
        return texter.text("0001")

    assert status(status="menunggu_kelengkapan") == (
        "Laporan BI-20260310-0007: menunggu kelengkapan dokumen. Lengkapi paling lambat 01-04-2026. Petugas: ketik PETUGAS."
    )
    assert status(status="ditutup") == ("Laporan BI-20260310-0007: ditutup. Petugas: ketik PETUGAS.")


def test_who_is_asked_for_the_report_and_proves_it_is_told_its_status(bicara: House) -> None:
    """The number came as an answer to the proof, not with the keyword: the look-up must ask about that number."""
    bicara.cases[CASE["tiket"]] = dict(CASE)
    texter = Texter(bicara, "+6281200000001")
    assert "misalnya BI-" in texter.text("STATUS 12")
    texter.text("BI-20260310-0007")
    assert "sedang ditangani" in texter.text("0001")
