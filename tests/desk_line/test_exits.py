"""How a caller leaves the queue without a person: when nobody is there any more, and after a line that broke. Exits by time are in
tests/sessions/test_desk.py, where a clock can be moved.
"""

from tests.desk_line.conftest import SITI


def test_when_the_last_agent_goes_home_who_waits_is_told_and_the_telephone_stops(floor):
    floor.fresh("siti")
    call = floor.caller("1")
    ringing = floor.rung(SITI)
    floor.app("agents", "out", "siti")
    floor.heard(call, "Tidak ada petugas")
    floor.ended(ringing)
    floor.ended(call)
    assert floor.story(call)[-1] == "exit_nobody"


def test_a_caller_who_hangs_up_after_the_agents_line_broke_was_not_answered(floor):
    floor.fresh("siti")
    call = floor.caller("1")
    agent = floor.takes(SITI)
    floor.talks(call, agent)
    agent.hang_up()
    floor.heard(call, "sambungan dengan petugas terputus")
    call.hang_up()
    floor.until(lambda: not floor.contact(call), lambda: floor.contact(call))
    assert floor.story(call)[-1] == "abandoned" and "transferred" in floor.story(call)
    assert floor.case(call) == ("ditangani", 1, "siti")
