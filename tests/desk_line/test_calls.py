"""People answer calls: over HTTP, with real telephones at the emulator on both sides."""

from tests.desk_line.conftest import BUDI, RINA, SITI


def test_a_caller_is_put_to_an_agent_and_the_talk_ends_with_a_disposition(floor):
    floor.fresh("siti")
    call = floor.caller("1")
    assert "urutan 1" in floor.heard(call, "urutan")
    agent = floor.rung(SITI).pick_up()
    whisper = floor.heard(agent, "Tekan 1")
    assert "Layanan Contoh" in whisper and "umum" in whisper and "Indonesia" in whisper
    agent.press("1")
    floor.talks(call, agent)
    assert "dihubungkan" in floor.said(call) or "hubungkan" in floor.said(call)
    agent.press("*")
    floor.heard(agent, "tekan 3")
    floor.heard(call, "tunggu sebentar")
    agent.press("3")
    floor.heard(agent, "terjawab")
    agent.press("2")
    floor.ended(agent)
    floor.heard(call, "Nilai satu")
    call.hang_up()
    assert floor.story(call) == ["arrived", "offered", "answered", "talk_ended"]
    assert floor.case(call) == ("ditangani", 1, "siti")
    ((detail,),) = floor.house.query(
        "SELECT detail FROM contact_events WHERE contact = ? AND what = 'talk_ended'", call.sid
    )
    assert '"disposition":"follow_up"' in detail


def test_a_question_that_was_answered_in_the_talk_is_closed_and_nothing_is_texted(floor):
    floor.fresh("siti")
    call = floor.caller("1")
    agent = floor.takes(SITI)
    floor.talks(call, agent)
    assert floor.case(call) == ("ditangani", 1, "siti")
    agent.press("*")
    floor.heard(agent, "tekan 3")
    agent.press("3")
    floor.heard(agent, "terjawab")
    agent.press("1")
    floor.ended(agent)
    call.hang_up()
    assert floor.case(call) == ("ditutup", 1, "")
    ((first, confirmed),) = floor.house.query(
        "SELECT first_at, confirmed_at FROM cases WHERE session_id = ?", call.sid
    )
    assert first and confirmed
    assert floor.house.query("SELECT 1 FROM outbox WHERE kind = 'sms' AND target = ?", call.from_) == []


def test_when_the_caller_hangs_up_the_agent_is_asked_how_it_ended(floor):
    floor.fresh("siti")
    call = floor.caller("1")
    agent = floor.takes(SITI)
    floor.talks(call, agent)
    call.hang_up()
    floor.heard(agent, "Bila perlu tindak lanjut")
    agent.press("2")
    floor.ended(agent)
    assert floor.case(call) == ("ditangani", 1, "siti")
    assert "disposed" in floor.agent_story("siti")


def test_both_hang_up_after_a_talk_and_the_case_is_answered(floor):
    floor.fresh("siti")
    call = floor.caller("1")
    agent = floor.takes(SITI)
    floor.talks(call, agent)
    floor.part(call, agent)
    floor.until(lambda: floor.case(call)[0] == "ditutup", lambda: floor.case(call))


def test_a_caller_who_gives_up_on_hold_was_not_answered(floor):
    floor.fresh("siti")
    call = floor.caller("1")
    agent = floor.takes(SITI)
    floor.talks(call, agent)
    agent.press("*")
    floor.heard(agent, "Penelepon kami tahan")
    agent.press("1")
    floor.heard(agent, "Tekan 1 untuk kembali")
    floor.part(call, agent)
    assert floor.case(call) == ("ditangani", 1, "siti")


def test_a_call_without_a_question_is_cancelled_and_not_late(floor):
    floor.fresh("siti")
    call = floor.caller("1")
    agent = floor.takes(SITI)
    floor.talks(call, agent)
    call.hang_up()
    floor.heard(agent, "Bila lainnya")
    agent.press("3")
    floor.ended(agent)
    assert floor.case(call)[0] == "dibatalkan"


def test_who_does_not_press_1_passes_the_caller_on_and_the_place_is_kept(floor):
    floor.fresh("siti", "budi")
    call = floor.caller("1")
    first = floor.rung(SITI, BUDI)
    number = first.to
    other = BUDI if number == SITI else SITI
    first.decline("busy")
    agent = floor.takes(other)
    floor.talks(call, agent)
    floor.part(call, agent)
    assert floor.story(call) == ["arrived", "offered", "offered", "answered", "talk_ended"]
    assert "missed_busy" in floor.agent_story("siti" if number == SITI else "budi")


def test_the_agents_telephone_stops_ringing_when_the_caller_hangs_up(floor):
    floor.fresh("siti")
    call = floor.caller("1")
    ringing = floor.rung(SITI)
    call.hang_up()
    floor.ended(ringing)
    floor.until(lambda: not floor.contact(call))
    assert floor.story(call) == ["arrived", "offered", "abandoned"]


def test_an_agent_whose_line_breaks_gives_the_caller_back_in_the_old_place(floor):
    floor.fresh("siti", "budi")
    call = floor.caller("1")
    first = floor.rung(SITI, BUDI)
    number = first.to
    agent = floor.takes(number)
    floor.talks(call, agent)
    arrived = floor.contact(call)["arrived_at"]
    agent.hang_up()
    floor.heard(call, "sambungan dengan petugas terputus")
    second = floor.takes(BUDI if number == SITI else SITI)
    floor.talks(call, second)
    assert floor.contact(call)["arrived_at"] == arrived
    floor.part(call, second)
    assert "transferred" in floor.story(call)


def test_hold_keeps_the_caller_with_music_and_1_brings_both_back(floor):
    floor.fresh("siti")
    call = floor.caller("1")
    agent = floor.takes(SITI)
    floor.talks(call, agent)
    agent.press("*")
    floor.heard(agent, "Penelepon kami tahan")
    agent.press("1")
    floor.heard(agent, "Tekan 1 untuk kembali")
    floor.heard(call, "waiting.wav")
    agent.press("1")
    floor.talks(call, agent)
    floor.part(call, agent)
    assert floor.story(call)[3:] == ["hold", "resumed", "talk_ended"]


def test_escalation_brings_the_caller_to_the_next_tier_with_the_case(floor):
    floor.fresh("siti", "rina")
    call = floor.caller("1")
    agent = floor.takes(SITI)
    floor.talks(call, agent)
    agent.press("*")
    floor.heard(agent, "tekan 2")
    agent.press("2")
    floor.ended(agent)
    second = floor.takes(RINA)
    floor.talks(call, second)
    floor.part(call, second)
    rows = floor.house.query(
        "SELECT e.what FROM case_events e JOIN cases c ON c.ticket = e.ticket WHERE c.session_id = ?",
        call.sid,
    )
    assert ("talk passed on to tier 2",) in rows and ("escalated",) in rows
    assert floor.case(call)[1] == 2


def test_when_nobody_is_signed_in_the_queue_takes_its_exit_at_once(floor):
    floor.fresh()
    call = floor.caller("1")
    floor.heard(call, "Tidak ada petugas")
    floor.ended(call)


def test_callers_hear_their_own_positions(floor):
    floor.fresh("siti")
    first = floor.caller("1")
    floor.rung(SITI)
    second, third = floor.caller("1"), floor.caller("1")
    floor.heard(second, "urutan 1")
    floor.heard(third, "urutan 2")
    for call in (third, second, first):
        call.hang_up()


def test_an_english_caller_waits_and_is_whispered_in_the_languages_of_both(floor):
    floor.fresh("siti")
    call = floor.caller("2")
    assert "number 1 in the queue" in floor.heard(call, "minutes")
    agent = floor.rung(SITI).pick_up()
    assert "Inggris" in floor.heard(agent, "Tekan 1")  # the agent's own language, about the caller's
    agent.press("1")
    floor.talks(call, agent)
    floor.part(call, agent)
