"""How a caller leaves the queue without a person: closing time, the longest wait; and a talk that both end at once."""

from tests.desk_line.conftest import SITI


def test_whoever_waits_longest_is_told_and_the_agents_telephone_stops(floor):
    floor.fresh("siti")
    call = floor.caller("6")
    ringing = floor.rung(SITI)
    floor.heard(call, "Terlalu lama")
    floor.ended(ringing)
    floor.ended(call)
    assert floor.story(call)[-1] == "exit_too_long"


def test_at_closing_time_the_queue_is_sent_home_and_the_agents_telephone_stops(floors):
    with floors.another("2026-03-11T15:59:40+07:00") as floor:
        floor.fresh("siti")
        call = floor.caller("7")
        ringing = floor.rung(SITI)
        floor.heard(call, "Jam layanan berakhir")
        floor.ended(ringing)
        floor.ended(call)
        assert floor.story(call)[-1] == "exit_closed"


def test_both_hang_up_at_once_and_the_agent_is_heard_first(floor):
    floor.fresh("siti", "budi")
    call = floor.caller("1")
    agent = floor.takes(floor.rung(SITI, "+628115551002").to)
    floor.talks(call, agent)
    agent.hang_up()
    floor.until(lambda: "transferred" in floor.story(call), lambda: floor.story(call))
    call.hang_up()
    floor.until(lambda: not floor.contact(call), lambda: floor.contact(call))
    assert "abandoned" not in floor.story(call)
    assert floor.case(call)[0] == "ditutup"
