"""Whoever does not want to wait is called back in the old place: once for a number, only the own number, never a machine."""

from datetime import timedelta
from urllib.parse import urlencode

from app import open_gateway
from carrier.client import Carrier
from carrier.phone import Call, World
from jobs import plan, sweeps, worker
from sessions import chores
from settings import load
from tests.desk_line.conftest import RINA, SITI
from tests.house import ROOT


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


def test_a_number_that_was_keyed_in_is_heard_by_the_agent_before_it_is_dialled(floor):
    floor.fresh("siti")
    call = floor.phone("anonymous").dial("131")
    floor.until(lambda: call.look().state == "asking" or bool(call.transcript))
    call.press("1")
    floor.heard(call, "urutan")
    call.press("1")
    floor.heard(call, "Masukkan nomor telepon")
    call.press("081200077001#")
    floor.until(lambda: "callback_asked" in floor.story(call), lambda: floor.said(call))
    call.hang_up()
    agent = floor.rung(SITI).pick_up()
    assert "kosong kosong tujuh tujuh" in floor.heard(agent, "Tekan 1").replace(",", "")
    assert floor.house.query("SELECT 1 FROM legs WHERE role = 'contact' AND contact = ?", call.sid) == []
    agent.press("1")
    caller = floor.rung("+6281200077001").pick_up()
    floor.heard(caller, "menelepon Anda kembali")
    caller.press("1")
    floor.talks(agent, caller)
    caller.hang_up()
    floor.until(lambda: not floor.contact(call))
    agent.hang_up()
    floor.ended(agent)


def test_a_number_has_one_callback_however_often_it_asks(floor):
    floor.fresh("siti")
    first = floor.caller("1")
    floor.rung(SITI)
    floor.heard(first, "urutan")
    first.press("1")
    floor.until(lambda: "callback_asked" in floor.story(first), lambda: floor.said(first))
    first.hang_up()
    second = floor.phone(first.from_).dial("131")
    floor.until(lambda: second.look().state == "asking" or bool(second.transcript), lambda: second.state)
    second.press("1")
    floor.heard(second, "urutan")
    second.press("1")
    asked = "SELECT 1 FROM audit WHERE action = 'callback_again' AND subject = ?"
    floor.until(lambda: floor.house.query(asked, second.sid), lambda: floor.said(second))
    kept = floor.house.query("SELECT id FROM desk_contacts WHERE json_extract(data, '$.kind') = 'callback'")
    assert kept == [(first.sid,)]
    second.hang_up()
    # The telephone may still ring for the second call, or for the callback that stood aside for it: the newest offer counts.
    wanted = (
        "SELECT sid FROM legs WHERE contact = ? AND role = 'agent' AND state = 'calling' AND unwanted = 0"
        " AND sid IS NOT NULL"
    )
    floor.until(lambda: floor.house.query(wanted, first.sid) and not floor.contact(second))
    ((sid,),) = floor.house.query(wanted, first.sid)
    line = floor.phone(SITI).line
    views = line.ask("GET", "/phone/calls?" + urlencode({"number": SITI}))["calls"]
    agent = next(call for call in (Call(line, view) for view in views) if call.sid == sid).pick_up()
    floor.heard(agent, "Tekan 1")
    agent.press("1")
    caller = floor.rung(first.from_).pick_up()
    floor.heard(caller, "menelepon Anda kembali")
    caller.press("1")
    floor.talks(agent, caller)
    caller.hang_up()
    floor.until(lambda: not floor.contact(first))
    agent.hang_up()
    floor.ended(agent)


def called_back(floor, *agents):
    """(the call that asked, agent, who is called back), talking."""
    floor.fresh(*agents)
    call = asks_for_callback(floor)
    agent = floor.takes(SITI)
    caller = floor.rung(call.from_).pick_up()
    floor.heard(caller, "menelepon Anda kembali")
    caller.press("1")
    floor.talks(agent, caller)
    return call, agent, caller


def test_a_callback_is_handed_over_to_a_colleague_who_was_asked(floor):
    call, agent, caller = called_back(floor, "siti", "rina")
    agent.press("*")
    floor.heard(agent, "tekan 4")
    agent.press("4")
    floor.heard(caller, "tunggu sebentar")
    colleague = floor.takes(RINA)
    floor.talks(agent, colleague)
    agent.press("*")
    floor.heard(agent, "menyerahkan")
    agent.press("1")
    floor.ended(agent)
    floor.talks(caller, colleague)
    assert floor.case(call) == ("dieskalasi", 2, "rina")
    floor.part(caller, colleague)
    floor.until(lambda: not floor.contact(call))


def test_a_callback_that_is_passed_on_rings_again_when_the_next_tier_takes_it(floor):
    call, agent, caller = called_back(floor, "siti", "rina")
    agent.press("*")
    floor.heard(agent, "tekan 2")
    agent.press("2")
    floor.ended(agent)
    floor.ended(caller)
    second = floor.takes(RINA)
    caller = floor.rung(call.from_).pick_up()
    floor.heard(caller, "menelepon Anda kembali")
    caller.press("1")
    floor.talks(caller, second)
    assert floor.case(call) == ("dieskalasi", 2, "rina")
    caller.hang_up()
    floor.heard(second, "Bila perlu tindak lanjut")
    second.press("1")
    floor.ended(second)


def test_when_the_carrier_never_tells_that_the_agents_line_ended_agent_and_caller_are_freed(floor):
    call, agent, caller = called_back(floor, "siti")
    ((leg,),) = floor.house.query("SELECT id FROM legs WHERE sid = ?", agent.sid)
    world = World(floor.house.emulator_url)
    world.fault("webhook", "drop", match=f"/ivr/agents/{leg}/status", times=9)
    try:
        agent.hang_up()
        floor.ended(agent)
        assert floor.contact(call)["state"] == "talking"  # nobody has told us
        minutes_later(floor, "legs")
        floor.until(lambda: floor.contact(call).get("state") != "talking", lambda: floor.contact(call))
        floor.ended(caller)
    finally:
        world.no_faults()
    again = floor.takes(SITI)  # nobody is left busy, and nobody forgotten
    caller = floor.rung(call.from_).pick_up()
    floor.heard(caller, "menelepon Anda kembali")
    caller.press("1")
    floor.talks(again, caller)
    caller.hang_up()
    floor.heard(again, "Bila perlu tindak lanjut")
    again.press("1")
    floor.ended(again)


def minutes_later(floor, name):
    """What a job worker does whose clock is three minutes ahead: this sweep, against the real carrier and file."""
    settings = load(floor.house.environ, ROOT)
    gateway = open_gateway(settings)
    try:
        carrier = Carrier(settings.account_sid, settings.auth_token, settings.carrier_api_url)
        ahead = gateway.clock
        tools = worker.tools_for(
            gateway.store, carrier, plan.plan(settings), lambda: ahead() + timedelta(minutes=3)
        )
        closed = sweeps.sweeps(tools, closed=lambda db, row: chores.call_is_over(gateway, db, row))
        next(each for each in closed if each.name == name).run()
    finally:
        gateway.close()
