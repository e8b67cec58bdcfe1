"""Whoever does not want to wait is called back in the old place: once for a number, only the own number, never a machine."""

from tests.desk_line.conftest import SITI


def asks_for_callback(floor):
    """A caller who has pressed 1 while waiting, and has heard the promise."""
    call = floor.caller("1")
    floor.heard(call, "urutan")
    call.press("1")
    floor.until(lambda: "callback_asked" in floor.story(call), lambda: floor.said(call))
    call.hang_up()
    floor.ended(call)
    return call


def test_a_callback_brings_agent_and_caller_together(floor):
    floor.fresh()
    floor.app("agents", "in", "siti")
    call = asks_for_callback(floor)
    floor.until(lambda: floor.contact(call).get("kind") == "callback")
    agent = floor.rung(SITI).pick_up()
    assert "Telepon kembali" in floor.heard(agent, "Tekan 1")
    agent.press("1")
    caller = floor.rung(call.from_).pick_up()
    floor.heard(caller, "menelepon Anda kembali")
    caller.press("1")
    floor.talks(agent, caller)
    agent.press("*")
    floor.heard(agent, "tekan 3")
    floor.heard(caller, "tunggu sebentar")
    agent.press("3")
    floor.heard(agent, "terjawab")
    agent.press("1")
    floor.ended(agent)
    floor.heard(caller, "Terima kasih")
    floor.ended(caller)
    story = floor.story(call)
    assert story[0] == "arrived" and "callback_asked" in story
    assert story[-2:] == ["callback_reached", "talk_ended"]


def test_a_machine_that_answers_a_callback_is_no_caller_and_it_is_tried_again(floor):
    floor.fresh("siti")
    call = asks_for_callback(floor)
    floor.takes(SITI)
    machine = floor.rung(call.from_).pick_up(machine=True)
    floor.ended(machine)
    floor.until(lambda: "callback_missed" in floor.story(call))
    floor.takes(SITI)
    floor.rung(call.from_).decline("busy")
    floor.until(lambda: "exit_unreached" in floor.story(call), lambda: floor.story(call))
    rows = floor.house.query(
        "SELECT e.what FROM case_events e JOIN cases c ON c.ticket = e.ticket WHERE c.session_id = ?",
        call.sid,
    )
    assert ("callback unreached",) in rows
