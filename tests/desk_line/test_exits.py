"""How a caller leaves the queue without a person: closing time, the longest wait, a message; and a talk that both end at once."""

import csv

from carrier.emulator.record import silence
from tests.desk_line.conftest import SITI


def voicemails(floor):
    """What the report of the day counts as messages left."""
    told = floor.app(
        "report", "--from", "2026-03-11", "--to", "2026-03-11", "--format", "csv", "--language", "en"
    )
    header, total, *_ = csv.reader(told.splitlines())
    return int(dict(zip(header, total, strict=True))["left a message"])


def test_who_leaves_a_message_instead_of_waiting_is_counted_so(floor):
    floor.fresh("siti")
    call = floor.caller("1")
    ringing = floor.rung(SITI)
    floor.heard(call, "pesan, tekan 2", "tekan 2")
    before = voicemails(floor)
    call.press("2")
    floor.ended(ringing)
    floor.until(lambda: call.look().state == "recording", lambda: floor.said(call))
    call.record(silence(4.0), ended_by="#")
    floor.until(lambda: "voicemail" in floor.story(call), lambda: (floor.story(call), floor.said(call)))
    call.hang_up()
    assert floor.story(call)[-2:] == ["exit_message", "voicemail"]
    assert voicemails(floor) == before + 1


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
