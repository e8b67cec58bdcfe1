"""How a talk ends when caller and agent hang up without a word: who was heard first, and who was still there."""

import pytest

from engine.events import Dialled, Keys, Tick
from sessions.agents import agent_calls, agent_keys
from sessions.calls import turns
from store import legs
from tests.desk_line.conftest import FLOW
from tests.gateways import Caller
from tests.sessions.test_desk import hung_up, owed, staffed


class Talk:
    """A caller and an agent in their room."""

    def __init__(self, gateway):
        self.gateway = gateway
        staffed(gateway, "siti")
        self.caller = Caller(gateway, "CA1").hear(Keys("1"))
        self.leg = legs.of_offer(gateway.store.read(), "CA1#1").id
        agent_calls.whisper(gateway, self.leg, "CAagent")
        agent_calls.screened(gateway, self.leg, "CAagent", "1")
        self.caller.hear(Tick())

    def agent_is_over(self):
        form = {"CallSid": "CAagent", "CallStatus": "completed", "AccountSid": "AC"}
        agent_calls.status(self.gateway, self.leg, form)

    def caller_leaves_the_room(self):
        self.caller.hear(Dialled("answered"))

    def caller_is_led(self):
        turns.take_turn(self.gateway, "CA1", 0, Tick(), lambda *_: "led", led=True)

    def caller_is_over(self):
        hung_up(self.gateway, "CA1")

    @property
    def case(self):
        return self.gateway.store.read().execute("SELECT status, agent FROM cases").fetchone()

    @property
    def story(self):
        rows = self.gateway.store.read().execute("SELECT what FROM contact_events ORDER BY id")
        return [what for (what,) in rows]


@pytest.fixture
def talk(gateway_of):
    return Talk(gateway_of(FLOW))


@pytest.mark.parametrize("order", [("agent", "caller"), ("caller", "agent")])
def test_both_hang_up_at_once_and_the_case_is_answered(talk, order):
    for who in order:
        getattr(talk, f"{who}_is_over")()
    assert talk.case == ("ditutup", None) and talk.story[-1] == "talk_ended"


@pytest.mark.parametrize("heard", ["caller_leaves_the_room", "caller_is_led"])
def test_a_caller_who_gives_up_after_the_agents_line_broke_was_not_answered(talk, heard):
    talk.agent_is_over()
    getattr(talk, heard)()
    talk.caller_is_over()
    assert talk.case == ("ditangani", "siti")
    assert "transferred" in talk.story and talk.story[-1] == "abandoned"


def test_nor_when_the_end_of_the_agents_line_is_told_last(talk):
    talk.caller_leaves_the_room()
    talk.caller_is_over()
    talk.agent_is_over()
    assert talk.case == ("ditangani", "siti")


def test_an_agent_in_the_menu_was_away_by_choice_and_a_caller_who_hangs_up_just_then_was_answered(talk):
    talk.caller_leaves_the_room()
    agent_keys.after(talk.gateway, talk.leg, "CAagent")
    talk.caller_is_over()
    talk.agent_is_over()
    assert talk.case == ("ditutup", None)


def test_a_telephone_that_asks_how_it_ended_is_not_led_to_the_same_question_again(talk):
    talk.caller_is_over()
    assert owed(talk.gateway, "redirect")[-1] == "CAagent"
    assert agent_keys.after(talk.gateway, talk.leg, "CAagent").what == "disposition"
    assert "CAagent" not in owed(talk.gateway, "redirect")
    agent_keys.disposed(talk.gateway, talk.leg, "CAagent", "2")
    assert talk.case == ("ditangani", "siti")
