"""Proofs and look-ups in the pure engine: what may be told to whom, and what is heard while an answer is awaited."""

from engine.events import Answered, Keys, Tick, Typed
from engine.turn import AwaitAnswer, LookUp, Prove
from tests.engine.talk import HEAD, Talk, flow

LOOKUP_HEAD = HEAD + "sources: {kasus: cases}\n"
LOOKUP = """
awal: {ask: {id: "Nomor?", en: "Number?"}, as: tiket, format: ticket, then: CEK, silence: {tries: 1, then: tutup}, no_match: {tries: 1, then: tutup}}
verif: {verify: L1, subject: cases, ok: cari, fail: gagal, locked: gagal}
cari: {lookup: kasus, with: {tiket: "{tiket}"}, class: CLASS, found: baca, none: tak_ada, failed: gagal}
baca: {say: {id: "Status {status}.", en: "Status {status}."}, then: tutup}
tak_ada: {say: {id: "Tidak ada.", en: "None."}, then: tutup}
gagal: {say: {id: "Gagal.", en: "Failed."}, then: tutup}
tutup: {end: {id: "Selesai.", en: "Done."}}
"""
FOUND = Answered("found", {"status": "diterima"})


def test_what_is_restricted_is_told_only_after_the_proof():
    guarded = flow(LOOKUP.replace("CEK", "verif").replace("CLASS", "terbatas"), LOOKUP_HEAD)
    talk = Talk(guarded, answers={"Prove": [Answered("ok")], "LookUp": [FOUND]})
    talk.begins()
    assert "empat angka terakhir" in talk.hears(Keys("202603110001"))
    assert talk.hears(Keys("0001")) == "Status diterima. Selesai."
    assert talk.asked[0] == Prove("L1", "cases", {"tiket": "202603110001", "nomor_terdaftar": "0001"})
    assert "0001" not in talk.session.facts.values()


def test_without_the_proof_the_look_up_is_not_even_asked():
    careless = flow(LOOKUP.replace("CEK", "cari").replace("CLASS", "terbatas"), LOOKUP_HEAD)
    talk = Talk(careless)
    talk.begins()
    assert talk.hears(Keys("202603110001")) == "Gagal. Selesai."
    assert talk.asked == []


def test_a_proof_for_one_ticket_does_not_open_another():
    steps = (
        LOOKUP.replace("CEK", "verif")
        .replace("CLASS", "terbatas")
        .replace('tiket: "{tiket}"', 'tiket: "{lain}"')
    )
    steps = steps.replace("ok: cari", "ok: tanya_lain") + (
        'tanya_lain: {ask: {id: "Lain?", en: "Other?"}, as: lain, format: ticket, then: cari, '
        "silence: {tries: 1, then: tutup}, no_match: {tries: 1, then: tutup}}\n"
    )
    talk = Talk(flow(steps, LOOKUP_HEAD), answers={"Prove": [Answered("ok")]})
    talk.begins()
    talk.hears(Keys("202603110001"))
    talk.hears(Keys("0001"))
    assert talk.hears(Keys("202603110002")) == "Gagal. Selesai."


def test_what_is_secret_by_law_is_never_told():
    talk = Talk(flow(LOOKUP.replace("CEK", "cari").replace("CLASS", "rahasia"), LOOKUP_HEAD))
    talk.begins()
    assert talk.hears(Keys("202603110001")) == "Gagal. Selesai."


def test_three_wrong_proofs_end_in_the_fail_exit_with_equal_words():
    guarded = flow(LOOKUP.replace("CEK", "verif").replace("CLASS", "terbatas"), LOOKUP_HEAD)
    talk = Talk(guarded, answers={"Prove": [Answered("wrong"), Answered("wrong"), Answered("wrong")]})
    talk.begins()
    talk.hears(Keys("202603110001"))
    first, second = talk.hears(Keys("1111")), talk.hears(Keys("2222"))
    assert first == second and "tidak sesuai" in first
    assert talk.hears(Keys("3333")) == "Gagal. Selesai."


def test_an_answer_that_a_job_will_bring_is_waited_for_with_words():
    open_flow = flow(LOOKUP.replace("CEK", "cari").replace("CLASS", "publik"), LOOKUP_HEAD)
    talk = Talk(open_flow, answers={"LookUp": [None]})
    talk.begins()
    assert talk.hears(Keys("202603110001")) == "Mohon menunggu, kami sedang memeriksa."
    assert isinstance(talk.wait, AwaitAnswer) and isinstance(talk.wait.question, LookUp)
    talk.answers["LookUp"] = [None]
    talk.hears(Tick())
    assert isinstance(talk.wait, AwaitAnswer)
    assert talk.hears(FOUND) == "Status diterima. Selesai."


def test_a_code_goes_to_the_number_on_file_and_three_wrong_ones_lock():
    head = HEAD + "sources: {wp: {table: wp.csv, match: {npwp: digits}}}\n"
    steps = """
awal: {ask: {id: "NPWP?", en: "Tax number?"}, as: npwp, format: npwp, then: verif, silence: {tries: 1, then: tutup}, no_match: {tries: 1, then: tutup}}
verif: {verify: L3, subject: wp, facts: [npwp, tanggal_lahir], ok: baik, fail: tutup, locked: kunci}
baik: {say: {id: "Baik.", en: "Good."}, then: tutup}
kunci: {say: {id: "Terkunci.", en: "Locked."}, then: tutup}
tutup: {end: {id: "Selesai.", en: "Done."}}
"""
    table = "npwp,nama,tanggal_lahir,ponsel\n999999999999999,BUDI,1985-03-12,+6281200000077\n"
    loaded = flow(steps, head, **{"data/wp.csv": table})
    proof = {"Prove": [Answered("ok")], "SendCode": [Answered("sent")]}
    right = Talk(loaded, answers={**proof, "CheckCode": [Answered("ok")]})
    right.begins()
    right.hears(Keys("999999999999999"))
    assert "kode enam angka" in right.hears(Keys("120385"))
    assert right.hears(Keys("123456")) == "Baik. Selesai."
    assert right.session.proved == {"L3": "999999999999999"}
    wrong = Talk(
        loaded, answers={**proof, "CheckCode": [Answered("wrong"), Answered("wrong"), Answered("locked")]}
    )
    wrong.begins()
    wrong.hears(Keys("999999999999999"))
    wrong.hears(Keys("120385"))
    wrong.hears(Keys("1"))
    wrong.hears(Keys("2"))
    assert wrong.hears(Keys("3")) == "Terkunci. Selesai."


def test_star_mends_a_number_that_was_keyed_wrong_before_the_proof():
    head = LOOKUP_HEAD + 'everywhere: {keys: {"*": back}}\n'
    talk = Talk(flow(LOOKUP.replace("CEK", "verif").replace("CLASS", "terbatas"), head))
    talk.begins()
    talk.hears(Keys("202603110001"))
    assert talk.hears(Keys("*")) == "Nomor?"


NAMES_HEAD = HEAD + "sources: {lembaga: {table: lembaga.csv, match: {nama: fold}}}\n"
NAMES = """
awal: {ask: {id: "Nama?", en: "Name?"}, as: nama, format: text, then: cari, silence: {tries: 1, then: tutup}, no_match: {tries: 1, then: tutup}}
cari: {lookup: lembaga, with: {nama: "{nama}"}, found: baca, none: tak_ada, failed: tutup}
baca: {say: {id: "Ada {nama}.", en: "Found {nama}."}, then: tutup}
mirip: {ask: {id: "Maksud Anda {nama}?", en: "Do you mean {nama}?"}, as: benar, format: yes_no, yes: baca, no: tak_ada, silence: {tries: 1, then: tutup}, no_match: {tries: 1, then: tutup}}
banyak: {say: {id: "Ada beberapa.", en: "There are several."}, then: tutup}
tak_ada: {say: {id: "Tidak ada.", en: "None."}, then: tutup}
tutup: {end: {id: "Selesai.", en: "Done."}}
"""
TABLE = {"data/lembaga.csv": "nama\nDana Sejahtera Contoh\n"}
WITH_EXITS = NAMES.replace("found: baca,", "found: baca, close: mirip, many: banyak,")
ROW = {"nama": "Dana Sejahtera Contoh"}


def asked_by_name(steps: str, outcome: str) -> str:
    talk = Talk(
        flow(steps, NAMES_HEAD, **TABLE), channel="text", answers={"LookUp": [Answered(outcome, ROW)]}
    )
    talk.begins()
    return talk.hears(Typed("dana sejahtra"))


def test_a_name_that_is_nearly_right_is_asked_back():
    talk = Talk(
        flow(WITH_EXITS, NAMES_HEAD, **TABLE), channel="text", answers={"LookUp": [Answered("close", ROW)]}
    )
    talk.begins()
    assert talk.hears(Typed("dana sejahtra")) == "Maksud Anda Dana Sejahtera Contoh?"
    assert talk.asked == [LookUp("lembaga", {"nama": "dana sejahtra"}, near=True)]
    assert talk.hears(Typed("ya")) == "Ada Dana Sejahtera Contoh."


def test_several_rows_take_their_own_exit():
    assert asked_by_name(WITH_EXITS, "many") == "Ada beberapa."


def test_without_these_exits_the_first_of_several_is_found_and_what_is_nearly_right_is_not():
    assert asked_by_name(NAMES, "many") == "Ada Dana Sejahtera Contoh."
    assert asked_by_name(NAMES, "close") == "Tidak ada."
