"""What other queues got wrong, as their users told it in public. Each test names the thread it comes from."""

from datetime import timedelta

from desk.agents import BREAK, Skill
from desk.routing import events
from tests.desk.days import TEN, Day, agent

# --- the two tier traps of mod_callcenter ---


def test_an_agent_on_a_break_does_not_hold_callers_in_the_tier():
    """mod_callcenter asks for agents that are 'Available' or 'On Break', so that a tier whose people are at lunch is waited for.

    The query stands in https://developer.aliyun.com/article/1026238; its manual says "Agents must be logged off to be
    considered not available" (tier-rule-no-agent-no-wait).
    """
    day = Day(agent("first"), agent("second", tier=2), tiers={2: 300})
    day.happen(events.TookBreak("first", "lunch"))
    day.arrive("c1")
    assert day.rung() == [("c1", "second")]


def test_a_contact_that_begins_at_a_higher_tier_does_not_wait_for_it():
    """With tier-rule-wait-multiply-level a caller waits tier-rule-wait-second times the level, also for the first tier there is.

    Same manual, same page: https://developer.aliyun.com/article/1026238 (the waiting is reckoned from level 0).
    """
    day = Day(agent("second", tier=2), tiers={2: 300, 3: 600})
    day.arrive("asks for tier 2", tier=2)
    assert day.rung() == [("asks for tier 2", "second")]
    other = Day(agent("second", tier=2), tiers={2: 300, 3: 600})
    other.arrive("has no tier 1")
    assert other.rung() == [("has no tier 1", "second")]


# --- bugs of public trackers ---


def test_two_agents_never_take_the_same_call():
    """Asterisk: a queue call is answered and acknowledged by two agents. https://github.com/asterisk/asterisk/issues/176"""
    day = Day("a", "b", offer_seconds={"voice": 20, "text": 60})
    day.arrive("c1")
    day.tick(20)  # not answered: now b is rung
    assert day.holder("c1") == "b"
    late = day.happen(events.Accepted("c1#1"), 20.5)  # a presses 1 after all
    assert [(type(e).__name__, e.offer) for e in late] == [("StopRinging", "c1#1")]
    assert [type(e).__name__ for e in day.accept("c1")] == ["Connect"]
    assert day.happen(events.Accepted("c1#1")) != () and day.holder("c1") == "b"


def test_wrap_up_lasts_as_long_as_it_was_set():
    """Asterisk: wrapuptime ends early for an agent of several queues. https://github.com/asterisk/asterisk/issues/1006"""
    day = Day("a", wrap_up_seconds={"voice": 30, "text": 0})
    day.arrive("dialogue", kind="text")
    day.accept("dialogue")
    day.arrive("call")
    day.accept("call")
    day.end("call", 100)
    day.end("dialogue", 101)  # ends without wrap-up of its own
    assert (day.rung(), day.state("a")) == ([], "wrap_up")
    assert day.arrive("next", 129.9) == ()
    assert day.tick(130) and day.rung() == [("next", "a")]


def test_a_caller_who_hangs_up_stops_the_agents_telephone():
    """FreeSWITCH: the member hangs up and the agent gets a zombie call. https://github.com/signalwire/freeswitch/issues/2529"""
    day = Day("a")
    day.arrive("c1")
    day.happen(events.Gone("c1"), 2)
    assert day.silenced() == [("c1", "a", "gone")]
    assert [e.why for e in day.happen(events.Accepted("c1#1"), 3)] == ["late"]
    assert day.state("a") == "available"


def test_an_agent_is_not_left_reserved_when_everybody_dies():
    """FreeSWITCH: agents stay in state Reserved for ever. https://github.com/signalwire/freeswitch/issues/2540"""
    day = Day("a", "b")
    day.arrive("c1")
    day.happen(events.Gone("c1"), 1)
    day.arrive("c2", 2)
    day.tick(3600)  # no process was there for an hour: nothing was answered, nothing ticked
    assert {day.state("a"), day.state("b")} == {"available"}
    assert day.exits() == {"c2": "too_long"}


def test_an_agent_who_cannot_be_rung_does_not_stop_the_distribution():
    """FreeSWITCH: an unavailable agent at the end of the list halts the queue. https://github.com/signalwire/freeswitch/pull/1221"""
    day = Day("a", "b", "z", strategy="ring_in_order")
    day.arrive("c1")
    day.accept("c1")
    day.happen(events.TookBreak("z"))
    day.arrive("c2", 1)
    assert day.rung() == [("c2", "b")]


def test_an_agent_who_does_not_answer_is_not_rung_again_while_another_is_free():
    """FreePBX: keeps on ringing the same agent with leastrecent. https://github.com/FreePBX/issue-tracker/issues/40"""
    for strategy in ("longest_idle", "least_busy", "round_robin", "ring_in_order", "most_skilled"):
        day = Day("a", "b", strategy=strategy, rest_seconds=0)
        day.arrive("c1")
        first = day.holder("c1")
        day.miss("c1", at=10)
        assert day.holder("c1") not in ("", first), strategy


def test_who_came_while_nobody_was_there_is_taken_when_somebody_comes():
    """Chatwoot: what arrived while all were offline is never assigned. https://github.com/chatwoot/chatwoot/issues/10685"""
    day = Day("a", signed_in=False)
    for number in range(3):
        assert day.arrive(f"t{number}", number, kind="text") == ()
    day.happen(events.SignedIn("a"), 3600)
    assert day.rung() == [("t0", "a"), ("t1", "a"), ("t2", "a")]


def test_dialogues_are_spread_over_those_who_are_there():
    """Chatwoot: with a limit, one agent gets all chats. https://github.com/chatwoot/chatwoot/issues/11034"""
    day = Day("a", "b", "c", strategy="least_busy")
    for number in range(6):
        day.arrive(f"t{number}", number, kind="text")
        day.accept(f"t{number}")
    assert sorted(day.holder(f"t{number}") for number in range(6)) == ["a", "a", "b", "b", "c", "c"]


def test_somebody_who_comes_again_is_not_kept_for_an_agent_who_has_gone_home():
    """Chatwoot: returning chats are assigned to offline agents. https://github.com/chatwoot/chatwoot/issues/4158"""
    day = Day("a", "b")
    day.happen(events.SignedOut("b"))
    day.arrive("t1", kind="text", last_agent="b", last_agent_at=TEN)
    assert day.rung() == [("t1", "a")]


def test_one_number_is_called_back_once():
    """FreePBX: several callbacks to one number. https://github.com/FreePBX/issue-tracker/issues/525 and /317"""
    day = Day("a", "b", "c")
    for number in range(3):
        day.arrive(f"c{number}", number, kind="callback", number="62811")
    assert [type(e).__name__ for e in day.owed] == ["CallbackRefused"]
    day.accept("c0", 5)
    dialled = [e for e in day.owed if type(e).__name__ == "CallContact"]
    assert [(e.number, e.attempt) for e in dialled] == [("62811", 1)]
    for second in range(6, 50):
        assert [e for e in day.tick(second) if type(e).__name__ in ("CallContact", "Offer")] == []


def test_callbacks_do_not_overtake_those_who_came_before():
    """Twilio's queued callbacks: a higher priority handles them out of order.

    https://github.com/twilio-labs/plugin-queued-callbacks-and-voicemail/issues/9
    """
    day = Day("a", wrap_up_seconds={"voice": 0, "text": 0})
    day.arrive("talking")
    day.accept("talking")
    for number in (1, 2, 3):
        day.arrive(f"c{number}", number)
    day.happen(events.CallbackAsked("c2", "62811"), 10)
    served = []
    for second in (20, 40, 60):
        day.end("talking" if second == 20 else served[-1], second)
        served += [contact for contact, _ in day.rung()]
        day.accept(served[-1])
        if served[-1] == "c2":
            day.happen(events.CallbackReached("c2"))
    assert served == ["c1", "c2", "c3"]


def test_callers_leave_when_the_last_agent_does():
    """Kazoo: who is in the queue when all agents log out waits on. https://github.com/2600hz/kazoo/pull/1334"""
    day = Day("a")
    day.arrive("c0")
    day.accept("c0")
    day.arrive("c1", 1)
    day.happen(events.SignedOut("a"), 2)
    assert day.exits() == {"c1": "nobody"}
    assert day.holder("c0") == "a"  # who talks goes on talking


def test_an_agent_is_not_locked_in_a_call_whose_end_was_lost():
    """OpenSIPS: agent locked for ever in state incall. https://github.com/OpenSIPS/opensips/issues/3123 and /2530"""
    day = Day("a", talk_seconds={"voice": 3900, "text": 86400})
    day.arrive("c1")
    day.accept("c1", 1)
    assert day.state("a") == "busy"
    assert [type(e).__name__ for e in day.tick(3901)] == ["EndTalk", "Released"]
    assert day.state("a") == "available"


def test_a_new_first_caller_does_not_stop_all_queues():
    """Asterisk: force_longest_waiting_caller stops offering calls. https://github.com/asterisk/asterisk/issues/1691"""
    day = Day(agent("a", skills={"umum": Skill(), "pajak": Skill()}))
    day.arrive("talking")
    day.accept("talking")
    day.arrive("one queue", 1, skill="umum", priority=3)
    day.arrive("other queue", 2, skill="pajak", priority=3)
    day.arrive("urgent", 3, skill="umum", priority=1)
    day.end("talking", 10)
    day.tick(40)
    assert day.rung() == [("urgent", "a")]


def test_an_agent_who_takes_a_break_while_being_rung_is_rung_no_more():
    """FreeSWITCH: a status changed during an offer makes invitations loop. https://github.com/signalwire/freeswitch/pull/800"""
    day = Day("a", "b")
    day.arrive("c1")
    first = day.holder("c1")
    day.happen(events.TookBreak(first, "prayer"), 3)
    assert day.silenced() == [("c1", first, "withdrawn")]
    assert day.desk.post(first).presence == BREAK and day.desk.post(first).misses == 0
    assert day.holder("c1") not in ("", first)


def test_a_talk_that_ends_twice_counts_once():
    """Asterisk: a completed call is counted twice. https://github.com/asterisk/asterisk/issues/1736"""
    day = Day("a")
    day.arrive("c1")
    day.accept("c1")
    day.accept("c1")
    day.end("c1", 60)
    post = day.desk.post("a")
    assert day.end("c1", 61) == () and day.desk.post("a") == post and post.taken == 1
    assert post.wrap_up_until == TEN + timedelta(seconds=90)


def test_who_puts_a_contact_back_is_asked_again_last_and_after_a_pause():
    # The last agent is preferred: without a word about it, what was put back was offered to the same agent at once.
    day = Day("a", rest_seconds=5)
    day.arrive("t", kind="text")
    day.accept("t")
    day.happen(events.SignedIn("a"), 10)
    arrived = day.desk.contacts["t"].arrived_at
    day.happen(events.Returned("t", "released", wrap_up=False, aside=True), 20)
    assert day.rung() == [] and day.desk.contacts["t"].arrived_at == arrived
    assert day.desk.post("a").misses == 0  # it is no miss
    day.tick(25)
    assert day.rung() == [("t", "a")]  # there is nobody else

    day = Day("a", "b", rest_seconds=0)
    day.arrive("t", kind="text")
    first = day.holder("t")
    day.accept("t")
    day.happen(events.Returned("t", "released", wrap_up=False, aside=True), 20)
    assert day.rung() == [("t", "b" if first == "a" else "a")]
