"""Whole dialogues between two mobile phones that never see each other's number."""

from __future__ import annotations

from tests.desk_text.conftest import PHONES, ROSTER, SITI


def take(floor, writer, agent="siti"):
    """The agent has the writer's dialogue; gives what the agent calls it, and the contact's id."""
    floor.stands(writer, "offered", agent)
    ticket = floor.case(writer)[0]
    # One who had it before has an older text about it, with a number that is over.
    ((given,),) = floor.house.query(
        "SELECT number FROM dialogues WHERE agent = ? AND contact = ? AND ended_at IS NULL",
        agent, floor.contact(writer)["id"],
    )  # fmt: skip
    number = str(given)
    assert floor.agent(agent).until(f"{ticket}, menunggu", f"balas {number}")[1] == number
    floor.agent(agent).write(number)
    contact = floor.stands(writer, "talking", agent)
    floor.agent(agent).until(f"[{number}] {ticket} Anda ambil")
    return number, contact["id"]


def test_a_text_is_offered_taken_answered_and_closed_and_nobody_sees_a_number(floor):
    floor.fresh("siti")
    siti, wati = floor.agent("siti"), floor.writer("PETUGAS uang saya robek, hubungi 081234567890")
    wati.until("kami terima")
    offer = siti.until("uang saya robek")
    assert f"Ambil: balas {offer[1]}" in offer and "081234567890" not in offer
    wati.write("masih bisa ditukar?")
    siti_number, contact = take(floor, wati)
    assert "masih bisa ditukar?" in siti.until("Anda ambil")
    assert floor.case(wati)[1:] == ("ditangani", 1, "siti")
    siti.write("Bisa, lebih dari 2/3 ukurannya. Senin sampai Jumat.")
    wati.until("Bisa, lebih dari 2/3")
    wati.write("terima kasih")
    siti.until(f"[{siti_number}] terima kasih")
    siti.write("SELESAI")
    siti.until("selesai.")
    floor.gone(wati)
    assert floor.case(wati)[1] == "ditutup"
    # One reply of the robot, one of the agent: nothing was answered twice, and closing says nothing more.
    assert len(wati.look()) == 2
    everything = " ".join([*wati.got, *siti.got])
    assert wati.senders == siti.senders == {"131"}
    assert SITI[3:] not in everything and wati.phone.number[3:] not in everything
    assert floor.story(contact) == [
        "arrived", "offered", "joined", "answered", "replied", "joined", "talk_ended"
    ]  # fmt: skip
    told = floor.history(wati)
    assert ("contact", "text received") in told and ("siti", "answered by text") in told
    assert [what for who, what in told if who == "siti"][-2:] == ["answered", "closed"]
    wati.write("INFO")  # and the robot has the writer again
    wati.until("Senin sampai Jumat.", "Kami buka")


def test_several_dialogues_are_chosen_by_number_and_what_is_unclear_goes_to_nobody(floor):
    floor.fresh("siti")
    siti, one = floor.agent("siti"), floor.writer("PETUGAS satu")
    first, _ = take(floor, one)
    two = floor.writer("PETUGAS dua")
    second, _ = take(floor, two)
    assert first != second
    siti.write("untuk siapa ini?")
    siti.until("untuk percakapan mana?")
    siti.write(f"{second} jawaban kedua", f"{first} jawaban pertama")
    two.until("jawaban kedua")
    one.until("jawaban pertama")
    siti.write(f"{second} SELESAI")
    floor.gone(two)
    siti.write(f"{second} terlambat")
    siti.until(f"percakapan {second} sudah tidak pada Anda")
    siti.write(f"{first} SELESAI")
    floor.gone(one)
    assert not any("terlambat" in body or "untuk siapa" in body for body in [*one.look(), *two.look()])
    siti.write("masih ada?")
    siti.until("tidak ada percakapan pada Anda")


def test_what_may_not_go_out_is_said_to_the_agent_alone(floor):
    floor.fresh("siti")
    siti, writer = floor.agent("siti"), floor.writer("PETUGAS")
    take(floor, writer)
    siti.write(f"telepon saya di 0{SITI[3:]}")
    siti.until("nomor telepon Anda ada di dalamnya")
    siti.write("panjang " * 60)
    siti.until("lebih dari 2 SMS")
    siti.write("SELESAAI")
    siti.until("Maksud Anda SELESAI?")
    siti.write("#tidakada")
    siti.until("tidak ada #tidakada", "#salam")
    assert len(writer.look()) == 1  # the robot's
    siti.write("#salam")
    ticket = floor.case(writer)[0]
    writer.until(f"Selamat datang di Layanan Contoh, laporan {ticket}.")
    siti.write("SELESAI")
    floor.gone(writer)


def test_capacity_is_three_and_the_fourth_waits(floor):
    floor.fresh("siti")
    siti = floor.agent("siti")
    writers = [floor.writer(f"PETUGAS nomor {n}") for n in range(4)]
    numbers = {}
    for writer in writers[:3]:
        numbers[writer.phone.number] = take(floor, writer)[0]
    floor.stands(writers[3], "waiting")
    siti.write(f"{numbers[writers[0].phone.number]} SELESAI")
    siti.until("laporannya tetap pada Anda")
    take(floor, writers[3])
    assert floor.case(writers[0])[1:] == ("ditangani", 1, "siti")  # not answered: nobody has forgotten it
    floor.app("agents", "out", "siti")
    for writer in writers[1:]:
        contact = floor.contact(writer)
        number = floor.house.query("SELECT number FROM dialogues WHERE contact = ?", contact["id"])[0][0]
        siti.write(f"{number} ROBOT")
        writer.until("kembali dilayani layanan otomatis")
        floor.gone(writer)


def test_an_offer_that_is_declined_or_not_taken_goes_to_the_next_agent_and_misses_are_a_break(floor):
    floor.fresh("siti")
    siti, writer = floor.agent("siti"), floor.writer("PETUGAS halo")
    floor.stands(writer, "offered", "siti")
    floor.app("agents", "in", "budi")
    siti.until("halo")
    siti.write("LEPAS")
    siti.until("petugas lain")
    floor.stands(writer, "offered", "budi")
    floor.agent("budi").write("LEPAS")
    floor.stands(writer, "offered", "siti")
    siti.write("LEPAS")  # the second miss in a row
    floor.until(lambda: "break" in floor.app("agents"))
    floor.stands(writer, "offered", "budi")
    take(floor, writer, "budi")
    rows = floor.house.query("SELECT agent, what FROM agent_events WHERE what LIKE 'missed%' ORDER BY id")
    assert rows[-3:] == [
        ("siti", "missed_declined"), ("budi", "missed_declined"), ("siti", "missed_declined")
    ]  # fmt: skip
    floor.agent("budi").write("SELESAI")
    floor.gone(writer)


def test_released_to_somebody_else_with_the_place_kept_and_escalated_with_the_case(floor):
    floor.fresh("siti")
    siti, budi, rina = (floor.agent(name) for name in PHONES)
    writer = floor.writer("PETUGAS sulit")
    take(floor, writer)
    arrived = floor.contact(writer)["arrived_at"]
    floor.app("agents", "in", "budi", "rina")
    siti.write("LEPAS")
    siti.until("kembali ke antrean")
    _, contact = take(floor, writer, "budi")
    assert floor.contact(writer)["arrived_at"] == arrived
    budi.write("NAIK")
    budi.until("diteruskan ke tingkat 2")
    assert floor.case(writer)[1:] == ("dieskalasi", 2, "")
    take(floor, writer, "rina")
    assert floor.case(writer)[3] == "rina"
    rina.write("Jawaban dari tingkat dua.")
    writer.until("Jawaban dari tingkat dua.")
    rina.write("SELESAI")
    floor.gone(writer)
    assert ("budi", "talk passed on to tier 2") in floor.history(writer)
    assert floor.story(contact).count("transferred") == 2


def test_what_is_secret_is_neither_read_nor_answered_on_a_mobile_phone(floor):
    floor.fresh("siti", "rina")
    rina, writer = floor.agent("rina"), floor.writer("RAHASIA siapa pelapornya")
    floor.stands(writer, "offered", "rina")
    rina.until("(isi tidak dikirim lewat SMS)")
    number, _ = take(floor, writer, "rina")
    rina.clear()
    writer.write("sebutkan namanya")
    rina.until(f"[{number}] (isi tidak dikirim lewat SMS)")
    rina.write("namanya Budi")
    rina.until("RAHASIA dijawab tertulis")
    assert not any("pelapor" in body or "sebutkan" in body for body in rina.look())
    assert not any("namanya Budi" in body for body in writer.look())
    assert floor.agent("siti").look() == []
    rina.write("SELESAI")
    floor.gone(writer)


def test_stop_works_at_once_and_leaves_only_answers_to_own_texts(floor):
    floor.fresh("siti")
    siti, writer = floor.agent("siti"), floor.writer("PETUGAS")
    floor.stands(writer, "offered", "siti")
    writer.write("STOP")
    floor.until(
        lambda: floor.house.query("SELECT 1 FROM opt_outs WHERE contact = ?", writer.phone.number),
    )
    take(floor, writer)
    siti.write("Jawaban untuk pertanyaan Anda.")
    writer.until("Jawaban untuk pertanyaan Anda.")
    siti.write("ROBOT")
    floor.gone(writer)
    siti.until("kembali ke robot")
    sent = floor.house.query("SELECT payload FROM outbox WHERE target = ?", writer.phone.number)
    assert not any("layanan otomatis" in payload for (payload,) in sent)


def test_a_house_where_nobody_answers_texts_opens_the_case_as_ever(floor, tmp_path):
    floor.fresh()
    voices = tmp_path / "suara.csv"
    voices.write_text("id,name,tier,skills,channels,phone\nsiti,Siti,1,umum,voice:1,+628115551001\n")
    floor.app("agents", "import", str(voices))
    try:
        writer = floor.writer("PETUGAS halo")
        writer.until("kami terima")
        assert not floor.contact(writer) and floor.case(writer)[1] == "antre"
    finally:
        voices.write_text(ROSTER)
        floor.app("agents", "import", str(voices))
