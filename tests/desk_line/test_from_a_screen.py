"""An agent's call from a screen: the same as the keys behind '*', and both telephones follow."""

from __future__ import annotations

import pytest

import app
from sessions.agents import agent_desk
from settings import load
from tests.desk_line.conftest import RINA, SITI
from tests.house import ROOT


@pytest.fixture
def screen(floor):
    """A function: what siti (or who is named) does at the screen; what came of it. ``screen.call()`` is what it shows."""
    gateway = app.open_gateway(load(floor.house.environ, ROOT))

    def act(what: str, agent: str = "siti") -> str:
        return agent_desk.act(gateway, agent, what)

    act.call = lambda agent="siti": agent_desk.my_call(gateway, gateway.store.read(), agent)
    yield act
    gateway.close()


def talking(floor, *agents):
    floor.fresh(*agents)
    call = floor.caller("1")
    agent = floor.takes(SITI)
    floor.talks(call, agent)
    return call, agent


def test_a_call_is_held_and_gone_on_with_and_ended_with_its_case(floor, screen):
    call, agent = talking(floor, "siti")
    shown = screen.call()
    assert (shown.held.id, shown.state, shown.consult) == (call.sid, "room", "")
    assert screen("resume") == "not_now" and screen("hold", "budi") == "no_call"
    assert screen("hold") == ""
    floor.heard(call, "tunggu sebentar")
    floor.until(lambda: call.look().state != "talking" and agent.look().state != "talking")
    assert screen.call().allowed[0] == "resume" and floor.contact(call)["state"] == "talking"
    assert screen("resume") == ""
    floor.talks(call, agent)
    assert screen("escalate") == screen("consult") == "nobody_above"
    floor.talks(call, agent)
    assert screen("answered") == ""
    floor.ended(agent)
    floor.heard(call, "Nilai satu")
    assert floor.case(call)[0] == "ditutup" and screen.call() is None
    assert floor.story(call)[-3:] == ["hold", "resumed", "talk_ended"]
    call.hang_up()


def test_a_colleague_is_asked_and_given_the_caller(floor, screen):
    call, agent = talking(floor, "siti", "rina")
    assert screen("consult") == ""
    floor.heard(agent, "menghubungi rekan")
    colleague = floor.takes(RINA)
    floor.talks(agent, colleague)
    assert screen.call().allowed == ("back", "hand_over")
    assert screen("back") == ""
    floor.talks(call, agent)
    floor.ended(colleague)
    assert screen("consult") == ""
    colleague = floor.takes(RINA)
    floor.talks(agent, colleague)
    assert screen("hand_over") == ""
    floor.ended(agent)
    floor.talks(call, colleague)
    assert floor.contact(call)["agent"] == "rina" and floor.case(call)[1:] == (2, "rina")
    assert screen("follow_up", "rina") == ""
    floor.ended(colleague)
    call.hang_up()
