"""An offered call at a screen: taken once the telephone was answered, never before, and declined with a reason."""

from __future__ import annotations

import json

import pytest

import app
from sessions.agents import agent_desk, agent_offers, whereabouts
from sessions.desk import desk
from settings import load
from tests.desk_line.conftest import BUDI, RINA, SITI
from tests.desk_line.test_messages import hears, leaves_a_message, ticket
from tests.house import ROOT


@pytest.fixture
def gateway(floor):
    opened = app.open_gateway(load(floor.house.environ, ROOT))
    yield opened
    opened.close()


def offered(floor, gateway, agent: str, ready: bool | None = None):
    """What this agent sees, once there is an offer (that is ``ready``)."""
    found: list[agent_offers.Offer] = []

    def there() -> bool:
        found[:] = agent_offers.offers(gateway, gateway.store.read(), agent)
        return bool(found) and ready in (None, found[0].ready)

    floor.until(there)
    return found[0]


def test_a_call_is_taken_at_the_screen_once_the_telephone_was_answered(floor, gateway):
    floor.fresh("siti")
    call = floor.caller("1")
    rings = floor.rung(SITI)
    offer = offered(floor, gateway, "siti")
    assert (offer.held.id, offer.ready) == (call.sid, False)
    assert offer.number.startswith("+6281*") and offer.ticket
    assert agent_offers.act(gateway, "siti", call.sid, "take") == "offer_answer_first"
    assert agent_offers.act(gateway, "budi", call.sid, "take") == "offer_over"  # it is hers
    agent = rings.pick_up()
    floor.heard(agent, "Tekan 1")
    offered(floor, gateway, "siti", ready=True)
    assert agent_offers.act(gateway, "siti", call.sid, "take") == "offer_taken"
    floor.talks(call, agent)
    assert floor.case(call)[2] == "siti" and floor.contact(call)["state"] == "talking"
    assert agent_offers.act(gateway, "siti", call.sid, "take") == "offer_over"
    floor.part(call, agent)


def test_a_call_is_declined_with_a_reason_and_goes_to_the_next_agent(floor, gateway):
    floor.fresh("siti", "budi")
    call = floor.caller("1")
    rings = floor.rung(SITI, BUDI)
    first, second, telephone = (
        ("siti", "budi", BUDI) if offers_of(gateway, "siti") else ("budi", "siti", SITI)
    )
    assert agent_offers.act(gateway, first, call.sid, "decline", "  ") == "offer_say_why"
    assert (
        agent_offers.act(gateway, first, call.sid, "decline", "saya sedang melayani loket")
        == "offer_declined"
    )
    floor.ended(rings)
    agent = floor.takes(telephone)
    floor.talks(call, agent)
    assert floor.contact(call)["agent"] == second
    ((detail,),) = floor.house.query(
        "SELECT detail FROM audit WHERE action = 'offer_declined' AND who = ?", first
    )
    assert json.loads(detail) == {"contact": call.sid, "reason": "saya sedang melayani loket"}
    floor.part(call, agent)


def offers_of(gateway, agent: str) -> list[agent_offers.Offer]:
    return agent_offers.offers(gateway, gateway.store.read(), agent)


def test_a_colleague_takes_a_consult_at_the_screen(floor, gateway):
    floor.fresh("siti", "rina")
    call = floor.caller("1")
    agent = floor.takes(SITI)
    floor.talks(call, agent)
    assert agent_desk.act(gateway, "siti", "consult") == ""
    colleague = floor.rung(RINA).pick_up()
    floor.heard(colleague, "Tekan 1")
    offer = offered(floor, gateway, "rina", ready=True)
    assert agent_offers.act(gateway, "rina", offer.held.id, "take") == "offer_taken"
    floor.talks(agent, colleague)
    place = whereabouts.of_call(gateway, colleague.sid)
    assert place is not None and (place.service, place.step) == (offer.held.need.service, "petugas")
    assert agent_desk.act(gateway, "siti", "hand_over") == ""
    floor.talks(call, colleague)
    floor.part(call, colleague)


def test_a_message_is_taken_at_the_screen_without_the_telephone(floor, gateway):
    floor.fresh("rina")
    call = leaves_a_message(floor)
    rings = floor.rung(RINA)
    offer = offered(floor, gateway, "rina", ready=True)
    assert (offer.held.kind, offer.ticket) == ("voicemail", ticket(floor, call))
    assert agent_offers.act(gateway, "rina", offer.held.id, "take") == "offer_taken"
    floor.ended(rings)
    assert floor.case(call) == ("ditangani", 1, "rina")
    # Time to listen: nothing else rings meanwhile.
    assert desk.look(gateway, gateway.store.read()).posts["rina"].wrap_up_until is not None
    assert floor.house.query("SELECT seen_by FROM voicemails WHERE ticket = ?", offer.ticket) == [("rina",)]


def test_a_message_that_is_heard_on_the_telephone_is_no_call_to_hold(floor, gateway):
    floor.fresh("rina")
    leaves_a_message(floor)
    agent = hears(floor, RINA)
    assert agent_desk.my_call(gateway, gateway.store.read(), "rina") is None
    assert agent_desk.act(gateway, "rina", "resume") == "no_call"
    agent.press("3")
    floor.ended(agent)
