"""Messages that callers leave are put to agents: whispered, played by the vault's rule, and seen to. Nothing is written down
here (SPEECH=no), so that they are to be listened to, which is for tier 2 and above.
"""

import csv
import urllib.error
import urllib.request

import pytest

from carrier.emulator.record import silence
from tests.desk_line.conftest import RINA


def voicemails(floor):
    """What the report of the day counts as messages left."""
    told = floor.app(
        "report", "--from", "2026-03-11", "--to", "2026-03-11", "--format", "csv", "--language", "en"
    )
    header, total, *_ = csv.reader(told.splitlines())
    told = dict(zip(header, total, strict=True))["left a message"]
    return int(told) if told.isdigit() else 0  # – where nobody has called yet


def leaves_a_message(floor, seconds: float = 2.0):
    """A caller who waits for a person, leaves a message instead, and has hung up."""
    call = floor.caller("1")
    floor.heard(call, "pesan, tekan 2", "tekan 2")
    call.press("2")
    floor.until(lambda: call.look().state == "recording", lambda: floor.said(call))
    call.record(silence(seconds), ended_by="#")
    floor.until(lambda: "voicemail" in floor.story(call), lambda: (floor.story(call), floor.said(call)))
    call.hang_up()
    return call


def ticket(floor, call) -> str:
    ((found,),) = floor.house.query("SELECT ticket FROM cases WHERE session_id = ?", call.sid)
    return found


def hears(floor, number: str):
    """Whoever holds this telephone takes the message that it is rung for."""
    agent = floor.rung(number).pick_up()
    assert "Pesan suara untuk Layanan Contoh" in floor.heard(agent, "Tekan 1")
    agent.press("1")
    floor.heard(agent, "tekan 5")
    return agent


def played(agent) -> list[str]:
    return [item.text for item in agent.look().transcript if "/messages/RE" in item.text]


def test_a_message_is_put_to_who_may_hear_it_and_its_case_is_theirs(floor):
    floor.fresh("siti", "rina")
    before = voicemails(floor)
    call = leaves_a_message(floor)
    agent = hears(floor, RINA)
    offered = "SELECT agent FROM agent_events WHERE what = 'offered' AND contact = ?"
    # Tier 1 may not hear what nobody has written down.
    assert floor.house.query(offered, f"vm:{ticket(floor, call)}") == [("rina",)]
    (address,) = played(agent)
    with urllib.request.urlopen(address) as sound:
        assert sound.read(4) == b"RIFF" and sound.headers["Cache-Control"] == "no-store"
    assert floor.house.query(
        "SELECT who, action FROM audit WHERE subject LIKE 'RE%' ORDER BY rowid DESC LIMIT 1"
    ) == [("rina", "transcript_hear")]
    agent.press("3")
    floor.ended(agent)
    assert floor.case(call) == ("ditangani", 1, "rina")
    assert floor.house.query("SELECT seen_by FROM voicemails WHERE ticket = ?", ticket(floor, call)) == [
        ("rina",)
    ]
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(address)  # the message is in nobody's hand any more
    assert voicemails(floor) == before + 1


def test_who_has_heard_a_message_rings_its_caller_and_talks_to_them(floor):
    floor.fresh("rina")
    call = leaves_a_message(floor)
    agent = hears(floor, RINA)
    agent.press("4")
    back = floor.rung(call.from_).pick_up()
    floor.heard(back, "tekan 1")
    back.press("1")
    floor.talks(back, agent)
    back.hang_up()
    floor.heard(agent, "Bila perlu tindak lanjut")
    agent.press("1")
    floor.ended(agent)
    floor.until(lambda: floor.case(call)[0] == "ditutup", lambda: floor.case(call))
    rows = floor.house.query(
        "SELECT what FROM contact_events WHERE contact = ? ORDER BY id", f"vm:{ticket(floor, call)}"
    )
    assert [what for (what,) in rows] == [
        "arrived",
        "offered",
        "answered",
        "talk_ended",
        "callback_reached",
        "talk_ended",
    ]


def test_who_hangs_up_after_a_message_has_its_case_and_nobody_else_is_rung(floor):
    floor.fresh("rina")
    call = leaves_a_message(floor)
    hears(floor, RINA).hang_up()
    floor.until(lambda: floor.case(call) == ("ditangani", 1, "rina"), lambda: floor.case(call))
    floor.fresh()


def test_a_case_that_is_taken_at_the_terminal_stops_the_telephone(floor):
    floor.fresh("rina")
    call = leaves_a_message(floor)
    ringing = floor.rung(RINA)
    floor.app("cases", "take", ticket(floor, call), "--role", "T2")
    floor.ended(ringing)
    floor.fresh()
