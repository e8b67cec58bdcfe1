"""The router's rules, one by one (design: Routing). What holds in any order of events is in test_router_model.py."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from desk import estimate
from desk.agents import Skill
from desk.routing import Rules, changes, decide, events
from desk.routing.plain import from_desk, to_desk
from desk.routing.rules import plain, read
from desk.routing.why import explain, why
from tests.desk.days import TEN, Day, agent


def kinds(owed):
    return [type(effect).__name__ for effect in owed]


# --- tiers, skills, certificates, shifts ---


def test_tiers_are_asked_by_the_time_since_arrival():
    day = Day(
        "first", agent("second", tier=2), agent("third", tier=3), offer_seconds={"voice": 300, "text": 300}
    )
    day.arrive("c0")
    day.arrive("c1", 1)
    day.arrive("c2", 2)
    assert day.tick(30.9) == () and day.rung() == []
    day.tick(31)
    assert day.rung() == [("c1", "second")]
    day.tick(62)
    assert day.rung() == [("c2", "third")]


def test_a_higher_tier_that_is_reached_stays_reached_when_the_contact_comes_back():
    day = Day("first", agent("second", tier=2))
    day.arrive("c0")
    day.accept("c0")
    day.arrive("c1", 1)
    day.tick(31)
    day.miss("c1", at=45)
    day.tick(50)  # the rest after the miss is over: the time of arrival still counts
    assert day.rung() == [("c1", "second")]


def test_the_academys_level_decides_who_may_take_it():
    # Domain page, scenario KP-2: a1 is idle longest but a beginner, a3's certificate ended yesterday.
    day = Day(
        agent("a1", skills={"akun": Skill(1)}),
        agent("a3", skills={"akun": Skill(2, date(2026, 3, 10))}),
        agent("a2", skills={"akun": Skill(2)}),
    )
    day.arrive("c1", skill="akun", level=2)
    assert day.rung() == [("c1", "a2")]


def test_a_certificate_ends_at_midnight_of_the_services_zone():
    day = Day(
        agent("a", skills={"umum": Skill(1, date(2026, 3, 11))}),
        agent("spare", skill="pajak"),
        zone="Asia/Jayapura",
    )
    midnight = 15 * 3600 - 3 * 3600  # 15.00 UTC is midnight in Jayapura
    day.arrive("c1", midnight - 1)
    assert day.rung() == [("c1", "a")]
    day.miss("c1")
    day.tick(midnight)  # the desk asked to be woken at midnight at the latest
    assert day.exits() == {"c1": "nobody"}


def test_who_waits_for_nobody_leaves_when_the_shift_ends():
    day = Day(agent("a", shift="mon-fri 08:00-16:00"))
    day.arrive("talking", 6 * 3600 - 60)
    day.accept("talking")
    day.arrive("c1", 6 * 3600 - 10)
    assert day.desk.wake == TEN + timedelta(hours=6)
    day.tick(6 * 3600)
    assert day.exits() == {"c1": "nobody"} and day.holder("talking") == "a"


def test_nobody_and_closed_are_taken_at_once():
    day = Day(agent("a", skill="pajak"))
    day.arrive("c1")
    assert day.exits() == {"c1": "nobody"}
    day.arrive("talking", skill="pajak")
    day.accept("talking")
    day.arrive("c2", 1, skill="pajak", closes_at=TEN + timedelta(seconds=20))
    assert day.exits() == {}
    day.tick(20)
    assert day.exits() == {"c2": "closed"}


def test_what_no_caller_waits_for_on_the_line_waits_without_anybody():
    day = Day("a", signed_in=False, remind_seconds=600)
    for kind in ("text", "voicemail", "callback"):
        assert "Exit" not in kinds(day.arrive(kind, kind=kind, number="1"))
    assert kinds(day.tick(600)) == ["Remind"] * 3
    assert day.desk.wake == TEN + timedelta(seconds=1200)


def test_classes_languages_and_units_are_kept_apart():
    day = Day(
        agent("t1", classes=("PUBLIK",)),
        agent("u2", tier=3, unit="u2", classes=("PUBLIK", "RAHASIA")),
        agent("u1", tier=3, unit="u1", classes=("PUBLIK", "RAHASIA")),
    )
    day.arrive("secret", classification="rahasia", unit="u1")
    assert day.rung() == [("secret", "u1")]
    day.arrive("english", language="en")
    assert day.exits() == {"english": "nobody"}


def test_a_trainee_takes_general_questions_with_a_mentor_named():
    skills = {"umum": Skill(), "pajak": Skill()}
    day = Day(
        agent("t", skills=skills, trainee=True, mentor="m"), agent("alone", skills=skills, trainee=True)
    )
    day.arrive("c1", skill="pajak")
    assert day.exits() == {"c1": "nobody"}
    day.arrive("c2")
    assert day.rung() == [("c2", "t")]


# --- order ---


def test_priority_goes_first_and_waiting_makes_it():
    day = Day("a", aging_seconds=60, longest_seconds=600)
    day.arrive("talking")
    day.accept("talking")
    day.arrive("old and low", 1, priority=3)
    day.arrive("new and high", 130, priority=1)
    day.end("talking", 131)
    day.tick(161)  # after the wrap-up: both have priority 1 now, and the older one came first
    assert day.rung() == [("old and low", "a")]


@pytest.mark.parametrize(
    ("strategy", "first"),
    [
        ("longest_idle", "b"),
        ("least_busy", "c"),
        ("round_robin", "c"),
        ("ring_in_order", "a"),
        ("most_skilled", "d"),
    ],
)
def test_each_strategy_asks_another_agent_first(strategy, first):
    """a has just had a call, b is idle longest but has dialogues, c has nothing in hand
    and was not rung yet, d knows most.
    """
    day = Day(agent("a"), agent("b"), agent("c"), agent("d", level=3), signed_in=False, strategy=strategy)
    for order, who in enumerate(("b", "c", "d", "a")):
        day.happen(events.SignedIn(who), order)
    posts = {who: day.desk.post(who) for who in "abcd"}
    for number, who in enumerate("bdda"):
        day.arrive(f"t{number}", kind="text", last_agent=who, last_agent_at=day.now)
        day.accept(f"t{number}")
        assert day.holder(f"t{number}") == who
    # Idle times as they were before the dialogues: only what is in hand, and who was rung, differs.
    posts = {who: replace(post, last_offer=day.desk.post(who).last_offer) for who, post in posts.items()}
    day.desk = replace(day.desk, posts=posts)
    day.arrive("c1", 10)
    assert day.rung() == [("c1", first)]


def test_round_robin_goes_round_also_after_everything_was_read_again():
    day = Day("a", "b", "c", strategy="round_robin", wrap_up_seconds={"voice": 0, "text": 0})
    rung = []
    for number in range(6):
        day.desk = to_desk(json.loads(json.dumps(from_desk(day.desk))))
        day.arrive(f"c{number}", number)
        rung += [who for _, who in day.rung()]
        day.accept(f"c{number}")
        day.end(f"c{number}")
    assert rung == ["a", "b", "c", "a", "b", "c"]


def test_the_last_agent_is_asked_first_within_the_grace_time_only():
    day = Day("a", agent("b", tier=1), last_agent_seconds=60)
    day.arrive("known", last_agent="b", last_agent_at=TEN - timedelta(seconds=59))
    assert day.rung() == [("known", "b")]
    other = Day("a", "b", last_agent_seconds=60)
    other.arrive("long ago", last_agent="b", last_agent_at=TEN - timedelta(seconds=60))
    assert other.rung() == [("long ago", "a")]


def test_the_last_agent_is_not_asked_again_for_what_was_just_missed():
    day = Day("a", "b", rest_seconds=0)
    day.arrive("known", last_agent="b", last_agent_at=TEN)
    day.miss("known", at=5)
    assert day.rung() == [("known", "a")]


def test_a_miss_ends_the_idle_time():
    day = Day("a", "b", rest_seconds=0)
    day.arrive("c1", 10)
    day.miss("c1", at=20)
    day.happen(events.Gone("c1"), 21)
    day.arrive("c2", 30)
    assert day.rung() == [("c2", "b")]


# --- offers ---


def test_an_offer_is_a_lease_of_twenty_seconds_and_the_whisper_adds_to_it_once():
    day = Day("a", "b")
    day.arrive("c1")
    assert day.owed[0].until == TEN + timedelta(seconds=20)
    day.happen(events.Answered("c1#1"), 19)
    assert day.desk.contacts["c1"].held_until == TEN + timedelta(seconds=34)
    day.happen(events.Answered("c1#1"), 33)
    assert day.desk.contacts["c1"].held_until == TEN + timedelta(seconds=35)
    day.tick(35)
    assert day.silenced() == [("c1", "a", "unanswered")] and day.rung() == [("c1", "b")]


@pytest.mark.parametrize("why_not", events.MISSES)
def test_a_miss_keeps_the_place_and_the_third_sends_to_a_break_with_the_reason(why_not):
    day = Day("a", misses=3, rest_seconds=5, longest_seconds=600)
    day.arrive("c1")
    for second in (5, 10, 15):
        assert day.desk.contacts["c1"].arrived_at == TEN
        day.miss("c1", why_not, second)
        if second < 15:
            day.tick(second + 5)
    paused = next(e for e in day.owed if type(e).__name__ == "Paused")
    assert (paused.agent, paused.reason, paused.misses) == ("a", why_not, 3)
    assert day.desk.post("a").reason == f"misses:{why_not}" and day.state("a") == "break"
    assert day.exits() == {"c1": "nobody"}  # who is on a break is not there


def test_taking_one_makes_earlier_misses_good():
    day = Day("a", misses=2, rest_seconds=0, wrap_up_seconds={"voice": 0, "text": 0})
    for number in range(3):
        day.arrive(f"c{number}")
        day.miss(f"c{number}")
        day.accept(f"c{number}")
        day.end(f"c{number}")
    assert day.state("a") == "available"


def test_one_call_and_three_dialogues():
    day = Day("a")
    for number in range(4):
        day.arrive(f"t{number}", kind="text")
        day.arrive(f"c{number}", kind="call")
    assert [day.holder(f"t{n}") for n in range(4)] == ["a", "a", "a", ""]
    assert [day.holder(f"c{n}") for n in range(4)] == ["a", "", "", ""]


# --- callbacks ---


def test_a_callback_is_tried_so_often_and_given_up_with_a_word():
    day = Day("a", callback_tries=2, callback_gap_seconds=60, wrap_up_seconds={"voice": 0, "text": 0})
    day.arrive("cb", kind="callback", number="62811")
    day.accept("cb", 1)
    assert kinds(day.owed) == ["CallContact"] and day.state("a") == "busy"
    day.happen(events.CallbackMissed("cb"), 30)
    assert day.state("a") == "available" and day.desk.contacts["cb"].arrived_at == TEN
    assert day.tick(89) == ()
    assert day.tick(90) and day.rung() == [("cb", "a")]
    day.accept("cb", 91)
    day.tick(91 + 45)  # nothing was heard of the second try: its lease ends
    assert kinds(day.owed) == ["StopCalling", "Released", "Exit"] and day.exits() == {"cb": "unreached"}


def test_who_calls_again_and_is_served_needs_no_callback_any_more():
    day = Day("a", "b", signed_in=False)
    day.arrive("cb", kind="callback", number="62811")
    day.arrive("other", kind="callback", number="62812")
    day.happen(events.SignedIn("a"), 1)
    day.arrive("call", 2, number="62811")
    assert day.silenced() == [("cb", "a", "calling")]
    day.happen(events.SignedIn("b"), 3)
    day.accept("call")
    assert day.exits() == {"cb": "answered_meanwhile"} and "other" in day.desk.contacts


def test_a_callback_is_made_from_its_time_on_and_given_up_after_it():
    day = Day("a")
    hour = timedelta(hours=1)
    day.arrive("cb", kind="callback", number="1", not_before=TEN + hour, expires_at=TEN + 2 * hour)
    assert day.rung() == []
    day.tick(3600)
    assert day.rung() == [("cb", "a")]
    day.happen(events.SignedOut("a"))
    day.tick(7200)
    assert day.exits() == {"cb": "expired"}


# --- people and talks ---


def test_an_agent_may_leave_the_roster_while_talking():
    day = Day("a", "b")
    day.arrive("c1")
    day.accept("c1")
    held = day.holder("c1")
    day.happen(events.RosterChanged((agent("b" if held == "a" else "a"),)))
    assert day.holder("c1") == held
    assert kinds(day.end("c1", 60)) == ["Released"]
    assert held not in day.desk.posts


def test_five_hundred_agents_are_imported_while_somebody_talks():
    day = Day("a")
    day.arrive("c1")
    day.accept("c1")
    post = day.desk.post("a")
    day.happen(events.RosterChanged((agent("a", level=3), *(agent(f"n{n}") for n in range(500)))))
    assert day.holder("c1") == "a" and day.desk.post("a") == post and day.owed == ()


def test_an_agent_who_may_not_take_it_any_more_is_rung_no_more():
    day = Day("a", agent("b", tier=2))
    day.arrive("c1")
    day.happen(events.RosterChanged((agent("a", skill="pajak"), agent("b", tier=2))))
    assert day.silenced() == [("c1", "a", "withdrawn")] and day.rung() == [("c1", "b")]


def test_an_escalated_contact_keeps_its_place_and_its_agent_gets_wrap_up():
    day = Day("a", agent("senior", tier=2))
    day.arrive("c1")
    day.accept("c1")
    day.happen(events.Returned("c1", "escalated", {"tier": 2}), 60)
    assert day.rung() == [("c1", "senior")] and day.state("a") == "wrap_up"
    assert day.desk.contacts["c1"].arrived_at == TEN


def test_wrapping_up_may_end_early():
    day = Day("a")
    day.arrive("c1")
    day.accept("c1")
    day.end("c1", 60)
    day.arrive("c2", 61)
    assert day.rung() == []
    day.happen(events.WrappedUp("a"), 62)
    assert day.rung() == [("c2", "a")]


def test_a_clock_that_is_set_back_takes_nobodys_waiting_away():
    day = Day("a", longest_seconds=300)
    day.arrive("talking")
    day.accept("talking")
    day.arrive("c1", 1)
    day.tick(201)
    day.tick(-3399)  # an hour back
    assert day.desk.contacts["c1"].due == TEN + timedelta(seconds=-3600 + 301)
    assert day.tick(-3300) == () and day.tick(-3299) != ()


# --- rules, rows, words ---


def test_rules_are_read_again_for_those_who_wait():
    day = Day("a", longest_seconds=300)
    day.arrive("talking")
    day.accept("talking")
    day.arrive("c1", 1)
    day.happen(events.RulesChanged({"s": Rules(longest_seconds=30)}), 20)
    assert day.desk.contacts["c1"].due == TEN + timedelta(seconds=31)


def test_rules_survive_json_and_wrong_ones_are_refused_with_the_way_out():
    rules = Rules(strategy="round_robin", tiers={2: 5}, aging_seconds=7)
    assert read(json.loads(json.dumps(plain(rules)))) == rules
    with pytest.raises(ValueError) as refused:
        read({"strategy": "loudest", "longst": 3, "misses": -1, "tiers": 4}, "s")
    told = str(refused.value)
    for word in ("'loudest' is no strategy", "'longst' is no rule", "misses: -1", "tiers is 4"):
        assert word in told


def test_only_what_changed_is_to_be_written():
    day = Day("a", "b")
    day.arrive("c1")
    day.arrive("c2", 1)
    before = day.desk
    day.accept("c2", 2)
    found = changes(before, day.desk)
    assert set(found.contacts) == {"c2"} and set(found.posts) == {day.holder("c2")}
    before = day.desk
    day.end("c2", 3)
    assert changes(before, day.desk).contacts == {"c2": None}


def test_a_decision_changes_nothing_that_it_was_given():
    day = Day("a", "b")
    day.arrive("c1")
    before, plain_before = day.desk, json.dumps(from_desk(day.desk))
    decide(before, events.Accepted("c1#1"), TEN)
    decide(before, events.Gone("c1"), TEN)
    assert json.dumps(from_desk(before)) == plain_before


def test_the_explanation_names_every_agent_every_rule_and_what_comes_next():
    day = Day(
        agent("a"),
        agent("b", skill="pajak"),
        agent("d", tier=2),
        agent("e", skills={"umum": Skill(1, date(2026, 3, 1))}),
    )
    day.arrive("talking")
    day.accept("talking")
    day.happen(events.TookBreak("d", "salat"))
    day.arrive("c1", 1)
    indonesian, english = (why(day.desk, "c1", day.now, language) for language in ("id", "en"))
    assert "a (a, tingkat 1): sedang menangani 1 dari 1 di kanal voice." in indonesian
    assert "b (b, tingkat 1): tidak memiliki keahlian umum." in indonesian
    assert (
        "d (d, tingkat 2): sedang istirahat (salat); tingkat 2 belum diminta (mulai 10.00.31 WIB)."
        in indonesian
    )
    assert "e (e, tingkat 1): sertifikat umum habis pada 2026-03-01." in indonesian
    assert indonesian.endswith("Berikutnya 10.00.31 WIB: tingkat berikutnya diminta.")
    assert "d (d, tier 2): is on a break (salat); tier 2 is not asked yet (from 10:00:31 WIB)." in english
    assert len(indonesian.splitlines()) == len(english.splitlines())
    assert (
        why(day.desk, "nobody", day.now, "en")
        == "nobody is not at the desk: not arrived, already served, or gone."
    )


def test_the_explanation_finds_an_agent_free_only_for_a_moment():
    day = Day("a", "b")
    day.arrive("c1")
    found = explain(day.desk, "c1", day.now)
    assert [(verdict.agent.id, verdict.refusals) for verdict in found.verdicts if not verdict.refusals] == [
        ("b", ())
    ]


def test_the_estimate_grows_with_those_ahead_and_shrinks_with_people():
    day = Day("a", "b", handling_seconds=240)
    for number in range(6):
        day.arrive(f"c{number}", number)
    assert [estimate.place(day.desk, f"c{n}", day.now) for n in range(6)] == [0, 0, 1, 2, 3, 4]
    assert [estimate.wait_seconds(day.desk, f"c{n}", day.now) for n in (2, 5)] == [120, 480]
    assert estimate.wait_minutes(day.desk, "c5", day.now) == 8
    day.happen(events.SignedOut("b"))
    assert estimate.wait_seconds(day.desk, "c2", day.now) >= 240
