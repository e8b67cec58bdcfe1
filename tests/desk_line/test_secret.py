"""What is RAHASIA goes to who may see it, also when it is passed on; tier 1 is neither rung nor told anything."""

from urllib.parse import urlencode

from tests.desk_line.conftest import BUDI, RINA, SITI, SRI, TONO


def rings_of(floor, number):
    """All calls that this telephone has had."""
    line = floor.phone(number).line
    return line.ask("GET", "/phone/calls?" + urlencode({"number": number}))["calls"]


def secret_talk(floor):
    """A caller with something secret, who talks to the only one of tier 2 who may hear it."""
    floor.fresh("siti", "budi", "rina", "sri", "tono")
    before = {number: len(rings_of(floor, number)) for number in (SITI, BUDI, RINA)}
    call = floor.caller("8")
    agent = floor.takes(SRI)
    floor.talks(call, agent)
    return before, call, agent


def untold(floor, before):
    """Nobody below was rung since."""
    assert {number: len(rings_of(floor, number)) for number in before} == before


def test_a_colleague_is_consulted_and_the_talk_handed_over_past_everybody_who_may_not_know(floor):
    before, call, agent = secret_talk(floor)
    agent.press("*")
    floor.heard(agent, "tekan 4")
    agent.press("4")
    colleague = floor.takes(TONO)
    floor.talks(agent, colleague)
    agent.press("*")
    floor.heard(agent, "menyerahkan")
    agent.press("1")
    floor.ended(agent)
    floor.talks(call, colleague)
    untold(floor, before)
    floor.part(call, colleague)
    # What is secret is answered in writing: hanging up closes nothing.
    assert floor.case(call)[0] != "ditutup"


def test_it_is_just_passed_on_past_everybody_who_may_not_know(floor):
    before, call, agent = secret_talk(floor)
    agent.press("*")
    floor.heard(agent, "tekan 2")
    agent.press("2")
    floor.ended(agent)
    other = floor.takes(TONO)
    floor.talks(call, other)
    untold(floor, before)
    floor.part(call, other)
