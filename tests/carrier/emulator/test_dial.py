"""<Dial>, as twilio.com/docs/voice/twiml/dial and …/number have it; queues and conferences."""

from __future__ import annotations

import pytest

from carrier.phone import Phone

DIAL = '<Dial action="/after" timeout="20" callerId="+62131">+6285700000001</Dial>'


@pytest.fixture
def agent(emulator) -> Phone:
    return Phone(emulator, "+6285700000001")


@pytest.fixture
def called(customer):
    customer.answers("/voice", DIAL)
    customer.answers("/after", "<Say>After.</Say>")
    return customer


# "DialCallStatus, DialCallSid, DialCallDuration, RecordingUrl"; "DialBridged: whether the dialed call was connected".
def test_an_agent_answers_talks_and_hangs_up(phone, called, agent):
    agent.answers()
    call = phone.dial("131")
    assert call.state == "talking"
    call.wait(42)
    leg = agent.incoming()
    assert (leg.state, leg.from_, leg.status) == ("talking", "+62131", "in-progress")
    leg.hang_up()
    assert (call.look().state, call.said) == ("ended", "After.")
    form = called.at("/after")[0].form
    assert (form["DialCallStatus"], form["DialCallSid"], form["DialCallDuration"]) == (
        "completed",
        leg.sid,
        "42",
    )
    assert form["DialBridged"] == "true"


@pytest.mark.parametrize(
    ("kind", "status"),
    [("busy", "busy"), ("decline", "busy"), ("no-answer", "no-answer"), ("failed", "failed")],
)
def test_an_agent_who_does_not_answer_is_told_to_the_action(phone, called, agent, kind, status):
    agent.answers(kind)
    assert phone.dial("131").said == "After."
    form = called.at("/after")[0].form
    assert (form["DialCallStatus"], form["DialBridged"]) == (status, "false")
    assert "DialCallDuration" not in form


# "timeout: the limit in seconds that <Dial> waits for the called party to answer."
def test_a_number_that_nobody_answers_rings_until_the_timeout(phone, called):
    call = phone.dial("131")
    assert call.state == "waiting"
    assert call.wait(19).state == "waiting"
    assert call.wait(1).said == "After."
    assert called.at("/after")[0].form["DialCallStatus"] == "no-answer"


def test_silence_does_not_end_a_conversation(phone, called, agent):
    agent.answers()
    call = phone.dial("131").silence()
    assert (call.state, call.now) == ("talking", 5.0)


def test_a_person_can_pick_up_by_hand(phone, called, agent):
    call = phone.dial("131")
    leg = agent.incoming()
    assert leg.state == "ringing"
    leg.pick_up()
    assert (leg.state, call.look().state) == ("talking", "talking")


def test_a_caller_who_hangs_up_while_it_rings_ends_the_leg(phone, called, agent, world):
    call = phone.dial("131")
    call.hang_up()
    assert world.settle()
    assert agent.incoming() is None
    form = called.at("/after")[0].form
    assert (form["DialCallStatus"], form["CallStatus"]) == ("canceled", "completed")
    assert call.said == ""


def test_without_an_action_the_next_verb_follows(phone, customer, agent):
    agent.answers("busy")
    customer.answers("/voice", "<Dial>+6285700000001</Dial><Say>Goodbye.</Say>")
    assert phone.dial("131").said == "Goodbye."


# <Number url>: "a TwiML document that runs on the called party's end, before the parties are connected."
def test_an_agent_who_accepts_in_the_whisper_is_connected(phone, customer, agent):
    customer.answers("/voice", '<Dial action="/after"><Number url="/whisper">+6285700000001</Number></Dial>')
    customer.answers(
        "/whisper", '<Gather numDigits="1" action="/accepted"><Say>Press 1.</Say></Gather><Hangup/>'
    )
    customer.answers("/accepted", "")
    agent.answers()
    call = phone.dial("131")
    assert call.state == "waiting"
    leg = agent.incoming()
    assert (leg.state, leg.transcript[-1].text) == ("asking", "Press 1.")
    leg.press("1")
    assert (leg.state, call.look().state) == ("talking", "talking")
    form = customer.at("/whisper")[0].form
    assert (form["ParentCallSid"], form["Direction"], form["CallSid"]) == (call.sid, "outbound-dial", leg.sid)


def test_an_agent_who_does_not_accept_is_not_connected(phone, customer, agent):
    customer.answers("/voice", '<Dial action="/after"><Number url="/whisper">+6285700000001</Number></Dial>')
    customer.answers("/whisper", '<Gather numDigits="1" action="/accepted"/><Hangup/>')
    customer.answers("/after", "<Say>After.</Say>")
    agent.answers()
    call = phone.dial("131")
    agent.incoming().silence()
    assert call.look().said == "After."
    assert customer.at("/after")[0].form["DialBridged"] == "false"


def test_a_telephone_can_accept_by_itself(phone, customer, agent):
    customer.answers("/voice", '<Dial><Number url="/whisper">+6285700000001</Number></Dial>')
    customer.answers("/whisper", '<Gather numDigits="1" action="/accepted"/><Hangup/>')
    customer.answers("/accepted", "")
    agent.answers(keys="1")
    assert phone.dial("131").state == "talking"


# "You can use up to ten <Number> nouns … The first call to pick up is connected and the rest are hung up."
def test_the_first_to_pick_up_is_connected_and_the_others_stop_ringing(phone, customer, emulator, agent):
    customer.answers("/voice", "<Dial><Number>+6285700000001</Number><Number>+6285700000002</Number></Dial>")
    other = Phone(emulator, "+6285700000002")
    call = phone.dial("131")
    agent.incoming().pick_up()
    assert call.look().state == "talking"
    assert other.incoming() is None


# "hangupOnStar: … pressing the '*' key", "timeLimit: the maximum duration of the <Dial> in seconds."
def test_star_and_the_time_limit_end_the_conversation(phone, customer, agent):
    customer.answers(
        "/voice", '<Dial action="/after" hangupOnStar="true" timeLimit="60">+6285700000001</Dial>'
    )
    customer.answers("/after", "<Say>After.</Say>")
    agent.answers()
    assert phone.dial("131").press("*").said == "After."
    assert agent.incoming() is None
    assert phone.dial("131").wait(60).said == "After."


# <Number statusCallbackEvent>: initiated, ringing, answered, completed; SequenceNumber gives their order.
def test_the_leg_reports_its_progress(phone, customer, agent, world):
    customer.answers(
        "/voice",
        '<Dial><Number statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed">+6285700000001'
        "</Number></Dial>",
    )
    agent.answers()
    phone.dial("131").hang_up()
    assert world.settle()
    told = [(w.form["CallStatus"], w.form["SequenceNumber"]) for w in customer.at("/leg")]
    assert told == [("initiated", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]


def test_dial_record_tells_of_the_recording(phone, customer, agent, world):
    customer.answers(
        "/voice",
        '<Dial action="/after" record="record-from-answer" recordingStatusCallback="/rec">+6285700000001</Dial>',
    )
    customer.answers("/after", "<Hangup/>")
    agent.answers()
    phone.dial("131").wait(5)
    agent.incoming().hang_up()
    assert world.settle()
    assert customer.at("/after")[0].form["RecordingDuration"] == "5"
    assert customer.at("/rec")[0].form["RecordingSource"] == "DialVerb"


# <Enqueue waitUrl>: QueuePosition, QueueTime, AvgQueueTime, CurrentQueueSize; asked again at its end.
def test_a_caller_waits_in_line_and_an_agent_takes_the_first(phone, customer, emulator, world):
    customer.answers("/voice", '<Enqueue waitUrl="/wait" action="/left">support</Enqueue>')
    customer.answers("/wait", '<Say>You are number one.</Say><Pause length="10"/>')
    customer.answers("/left", "<Hangup/>")
    first, second = phone.dial("131"), Phone(emulator, "+6281200000002").dial("131")
    assert (first.state, first.said) == ("waiting", "You are number one.")
    assert [w.form["QueuePosition"] for w in customer.at("/wait")] == ["1", "2"]
    first.wait(30)
    assert len(customer.at("/wait")) >= 4
    customer.answers("/voice", "<Dial><Queue>support</Queue></Dial>")
    agents_call = Phone(emulator, "+6285700000001").dial("131")
    assert (agents_call.state, first.look().state, second.look().state) == ("talking", "talking", "waiting")
    agents_call.hang_up()
    assert first.look().state == "ended"
    assert customer.at("/left")[0].form["QueueResult"] == "bridged"
    second.hang_up()
    assert world.settle()
    assert [w.form["QueueResult"] for w in customer.at("/left")] == ["bridged", "hangup"]


# <Leave>: "the call is removed from the queue and Twilio executes the next TwiML verb after the original <Enqueue>."
def test_leave_goes_on_behind_the_enqueue(phone, customer):
    customer.answers("/voice", '<Enqueue waitUrl="/wait">support</Enqueue><Say>Nobody is free.</Say>')
    customer.answers(
        "/wait", '<Gather numDigits="1" action="/leave"><Say>Press 1 to stop waiting.</Say></Gather>'
    )
    customer.answers("/leave", "<Leave/>")
    assert phone.dial("131").press("1").said == "Nobody is free."


def test_an_agent_waits_for_a_caller_to_join_an_empty_queue(phone, customer, emulator):
    customer.answers("/voice", "<Enqueue>support</Enqueue>")
    phone.dial("131").hang_up()
    customer.answers("/voice", "<Dial><Queue>support</Queue></Dial>")
    agents_call = Phone(emulator, "+6285700000001").dial("131")
    assert agents_call.state == "waiting"
    customer.answers("/voice", "<Enqueue>support</Enqueue>")
    assert phone.dial("131").state == "talking"
    assert agents_call.look().state == "talking"


# <Conference>: the first waits for the second; endConferenceOnExit ends it for all.
def test_two_callers_meet_in_a_conference(phone, customer, emulator, world):
    customer.answers(
        "/voice",
        '<Dial action="/after"><Conference endConferenceOnExit="true" statusCallback="/room"'
        ' statusCallbackEvent="start end join leave">meeting</Conference></Dial>',
    )
    customer.answers("/after", "<Say>Over.</Say>")
    first = phone.dial("131")
    assert first.state == "waiting"
    second = Phone(emulator, "+6281200000002").dial("131")
    assert (first.look().state, second.state) == ("talking", "talking")
    second.hang_up()
    assert first.look().said == "Over."
    assert world.settle()
    told = [w.form["StatusCallbackEvent"] for w in customer.at("/room")]
    assert told[:4] == ["participant-join", "participant-join", "conference-start", "participant-leave"]
    assert told.count("conference-end") == 1
