"""An agent asks a colleague of the next tier while the caller hears music, and hands the caller over or goes back."""

import pytest

from tests.desk_line.conftest import RINA, SITI


def asks(floor):
    """A caller on hold, and the agent who has pressed 4 for a colleague."""
    floor.fresh("siti", "rina")
    call = floor.caller("1")
    agent = floor.takes(SITI)
    floor.talks(call, agent)
    agent.press("*")
    floor.heard(agent, "tekan 4")
    agent.press("4")
    floor.heard(agent, "menghubungi rekan")
    floor.heard(call, "tunggu sebentar")
    return call, agent


def speaks(floor):
    """The two agents speak to each other: (call, agent, colleague)."""
    call, agent = asks(floor)
    colleague = floor.takes(RINA)
    floor.talks(agent, colleague)
    return call, agent, colleague


def held_by(floor, call):
    return floor.contact(call).get("agent"), floor.contact(call).get("state")


def consults(floor):
    return floor.house.query("SELECT id FROM desk_contacts WHERE id LIKE '%+consult'")


def decides(floor, agent, key):
    agent.press("*")
    floor.heard(agent, "menyerahkan")
    agent.press(key)


def case_lines(floor, call):
    rows = floor.house.query(
        "SELECT e.what FROM case_events e JOIN cases c ON c.ticket = e.ticket WHERE c.session_id = ? ORDER BY e.rowid",
        call.sid,
    )
    return [what for (what,) in rows]


def test_the_colleague_hears_what_it_is_about_and_the_caller_is_handed_over_with_the_case(floor):
    call, agent = asks(floor)
    colleague = floor.rung(RINA).pick_up()
    whisper = floor.heard(colleague, "Tekan 1")
    assert "Konsultasi dari Siti Rahma" in whisper and "Layanan Contoh" in whisper and "umum" in whisper
    colleague.press("1")
    floor.talks(agent, colleague)
    assert call.look().state != "talking" and held_by(floor, call) == ("siti", "talking")
    decides(floor, agent, "1")
    floor.heard(agent, "serahkan kepada rekan")
    floor.ended(agent)
    floor.talks(call, colleague)
    assert held_by(floor, call) == ("rina", "talking") and not consults(floor)
    assert floor.case(call) == ("dieskalasi", 2, "rina")
    assert {"consulted", "escalated", "talk passed on to tier 2", "taken over", "taken"} <= set(
        case_lines(floor, call)
    )
    colleague.press("*")
    floor.heard(colleague, "tekan 3")
    colleague.press("3")
    floor.heard(colleague, "terjawab")
    colleague.press("1")
    floor.ended(colleague)
    floor.heard(call, "Nilai satu")
    call.hang_up()
    assert floor.case(call) == ("ditutup", 2, "")
    assert floor.story(call) == [
        "arrived",
        "offered",
        "answered",
        "hold",
        "transferred",
        "talk_ended",
        "answered",
        "talk_ended",
    ]
    assert floor.agent_story("siti")[-1] == "released"


def test_who_decides_nothing_talks_on_and_going_back_frees_the_colleague(floor):
    call, agent, colleague = speaks(floor)
    agent.press("*")
    floor.heard(agent, "menyerahkan")
    floor.heard(colleague, "Mohon tunggu")
    floor.talks(agent, colleague)
    decides(floor, agent, "2")
    floor.talks(call, agent)
    floor.ended(colleague)
    assert "tidak menunggu Anda" in floor.said(colleague)
    assert held_by(floor, call) == ("siti", "talking") and not consults(floor)
    floor.part(call, agent)
    assert floor.case(call)[1] == 1


def test_a_colleague_who_hangs_up_leaves_the_agent_with_the_caller(floor):
    call, agent, colleague = speaks(floor)
    colleague.hang_up()
    floor.heard(agent, "tidak tersambung")
    floor.talks(call, agent)
    floor.part(call, agent)


def test_when_the_last_colleague_goes_home_the_agent_is_told(floor):
    call, agent = asks(floor)
    ringing = floor.rung(RINA)
    floor.app("agents", "out", "rina")
    floor.ended(ringing)
    floor.heard(agent, "tidak tersambung")
    floor.talks(call, agent)
    assert not consults(floor)
    floor.part(call, agent)


def test_a_colleague_who_declines_is_asked_again_and_going_back_stops_the_telephone(floor):
    call, agent = asks(floor)
    floor.rung(RINA).decline("busy")
    ringing = floor.rung(RINA)
    agent.press("2")
    floor.ended(ringing)
    floor.talks(call, agent)
    assert not consults(floor) and "missed_busy" in floor.agent_story("rina")
    floor.part(call, agent)


def test_an_answering_machine_is_no_colleague(floor):
    call, agent = asks(floor)
    machine = floor.rung(RINA).pick_up(machine=True)
    floor.until(lambda: "missed_machine" in floor.agent_story("rina"), lambda: floor.agent_story("rina"))
    floor.ended(machine)
    assert held_by(floor, call) == ("siti", "talking")
    agent.press("2")
    floor.talks(call, agent)
    assert not consults(floor)
    floor.part(call, agent)


def test_without_anybody_of_the_next_tier_the_agent_is_told_at_once(floor):
    floor.fresh("siti")
    call = floor.caller("1")
    agent = floor.takes(SITI)
    floor.talks(call, agent)
    agent.press("*")
    floor.heard(agent, "tekan 4")
    agent.press("4")
    floor.heard(agent, "tidak ada petugas di tingkat berikutnya")
    floor.talks(call, agent)
    floor.part(call, agent)


@pytest.mark.parametrize("taken", [False, True], ids=["while it rings", "while they speak"])
def test_a_caller_who_hangs_up_meanwhile_frees_both_agents(floor, taken):
    call, agent = asks(floor)
    colleague = floor.takes(RINA) if taken else floor.rung(RINA)
    if taken:
        floor.talks(agent, colleague)
    call.hang_up()
    floor.ended(colleague)
    floor.heard(agent, "Bila perlu tindak lanjut")
    agent.press("2")
    floor.ended(agent)
    assert floor.case(call) == ("ditangani", 1, "siti") and not consults(floor)


def test_an_agent_whose_line_breaks_while_consulting_gives_the_caller_back(floor):
    call, agent, colleague = speaks(floor)
    agent.hang_up()
    floor.ended(colleague)
    floor.heard(call, "terputus")
    second = floor.takes(SITI)
    floor.talks(call, second)
    assert not consults(floor)
    floor.part(call, second)
