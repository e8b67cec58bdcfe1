"""A keyword without what it takes: asked for, so that no case is opened with nothing in it."""

import pytest

from engine.turn import LookUp, OpenCase, Prove
from tests.flows.player import House, Texter, at, service


@pytest.mark.parametrize(
    ("name", "word", "asked", "said"),
    [
        ("bicara131", "ADU", "tulis pengaduan", "saldo saya terpotong dua kali kemarin"),
        ("bicara131", "lapor", "tulis pengaduan", "saldo saya terpotong dua kali kemarin"),
        ("bicara131", "SARAN", "tulis saran", "mohon loket dibuka sampai sore"),
        ("kontak_ojk157", "ADU", "tulis pengaduan", "asuransi tidak membayar klaim saya"),
        ("kontak_ojk157", "LAPOR", "tulis laporan", "koperasi menjanjikan untung sepuluh persen"),
        ("bravo_beacukai", "ADU", "tulis pengaduan", "petugas di loket lama sekali"),
        ("bravo_beacukai", "TIPU", "Ceritakan", "orang mengaku petugas meminta uang"),
        ("kring_pajak", "ADU", "tulis pengaduan", "petugas meminta uang kepada saya"),
        ("kring_pajak", "TANYA", "tulis pertanyaan", "bagaimana melapor penghasilan dari sewa rumah"),
    ],
)
def test_a_bare_keyword_is_asked_for_its_words_and_the_case_holds_them(name, word, asked, said):
    house = House(service(name), at("2026-03-11 10:15"))
    texter = Texter(house)
    assert asked in texter.text(word)
    assert not house.cases
    assert texter.text(said)
    assert [question.note for question in house.asked if isinstance(question, OpenCase)] == [said]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("bicara131", "STATUS 12", "misalnya BI-"),
        ("kontak_ojk157", "STATUS 12", "misalnya OJ-"),
        ("bravo_beacukai", "STATUS 12", "misalnya BC-"),
        ("bravo_beacukai", "BARANG 12", "nomor resi"),
        ("bravo_beacukai", "IMEI 12", "15 angka"),
        ("kring_pajak", "STATUS 12", "misalnya KP-"),
        ("kring_pajak", "BILLING 12", "kode billing"),
        ("kring_pajak", "NPWP 12#Budi Contoh", "NPWP"),
    ],
)
def test_an_argument_in_a_wrong_form_is_explained_and_never_tried(name, text, told):
    house = House(service(name), at("2026-03-11 10:15"))
    texter = Texter(house)
    assert told.lower() in texter.text(text).lower()
    assert not [question for question in house.asked if isinstance(question, LookUp | Prove)]
