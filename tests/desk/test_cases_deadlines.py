"""Limits in working time, reminders, breach, and the scenarios of the domain page (section 2) that are about them."""

from dataclasses import replace

import pytest

from desk.caseload.deadlines import deadlines, run_out
from desk.caseload.life import act
from desk.caseload.model import Done, Refusal
from desk.caseload.rules import rules
from desk.caseload.worktime import due, earlier, later, limit, longer, seconds_between
from desk.hours import parse
from tests.desk.caseworld import ACTORS, HOURS, NOW, RULES, after, at, do, opened, wish

PIKET = parse({"daily": ["07:00-22:00"]})


@pytest.mark.parametrize(
    ("received", "words", "expected"),
    [
        # The check values of the domain page, 0.3.
        ("2026-03-11 10:30", "10 working days", "2026-04-01 16:00"),
        ("2026-03-11 10:30", "17 working days", "2026-04-13 16:00"),
        ("2026-04-06 09:00", "5 working days", "2026-04-13 16:00"),
        ("2026-04-06 09:00", "10 working days", "2026-04-20 16:00"),
        ("2026-04-06 09:00", "20 working days", "2026-05-05 16:00"),
        ("2026-04-08 09:00", "20 working days", "2026-05-07 16:00"),
        # Received after closing: the next working day is the day of receipt.
        ("2026-04-08 16:00", "1 working day", "2026-04-10 16:00"),
        ("2026-03-13 19:05", "next working day", "2026-03-16 16:00"),
        ("2026-03-11 11:00", "60 working minutes", "2026-03-11 12:00"),
        ("2026-03-13 15:30", "60 working minutes", "2026-03-16 08:30"),
        ("2026-03-17 15:59", "4 working hours", "2026-03-25 11:59"),  # Nyepi, Idulfitri, collective leave
        ("2026-03-17 15:59", "15 minutes", "2026-03-17 16:14"),
        ("2026-03-17 15:59", "60 days", "2026-05-16 15:59"),
    ],
)
def test_a_limit_ends_when_the_domain_page_says(received, words, expected):
    assert due(HOURS, limit(words), at(received)) == at(expected)


def test_a_first_answer_in_duty_hours_is_due_in_the_morning_when_it_is_night():
    """Scenario BC-2 and its variant."""
    assert due(PIKET, limit("15 working minutes"), at("2026-03-14 21:40")) == at("2026-03-14 21:55")
    assert due(PIKET, limit("15 working minutes"), at("2026-03-14 23:10")) == at("2026-03-15 07:15")


def test_seven_days_more_than_ten_are_seventeen():
    ten = due(HOURS, limit("10 working days"), NOW)
    assert longer(HOURS, limit("7 working days"), ten) == at("2026-04-13 16:00")


@pytest.mark.parametrize("words", ["soon", "0 days", "1 working week", "10 Working days", " 1 day", "-1 day"])
def test_what_is_no_limit_is_refused(words):
    with pytest.raises(ValueError, match="no limit"):
        limit(words)


def test_working_time_is_counted_forwards_and_backwards_alike():
    begin, end = at("2026-03-17 12:00"), at("2026-03-26 10:00")
    span = seconds_between(HOURS, begin, end)
    assert span == (4 + 8 + 2) * 3600  # of the 17th, 25th and 26th
    assert later(HOURS, begin, span) == end and earlier(HOURS, end, span) == begin
    assert seconds_between(HOURS, end, begin) == 0


def test_hours_that_never_open_again_run_by_the_clock():
    never = parse({"open": {"2020-01-01": ["08:00-09:00"]}})
    assert later(never, NOW, 3600) == at("2026-03-11 11:30")


# -- a case's deadlines


def names(case, limits=RULES) -> dict[str, str]:
    """Deadline -> when, in Jakarta."""
    return {one.name: f"{one.at.astimezone(HOURS.tz):%Y-%m-%d %H:%M}" for one in deadlines(case, limits)}


def passed(case, moment: str, limits=RULES) -> Done:
    return run_out(case, at(moment), limits)


def whats(done: Done) -> list[tuple[str, str]]:
    return [(event.what, event.detail["deadline"]) for event in done.events]


def with_unit():
    """The article's own example, handed to the unit at 10.40 (scenario BI-2)."""
    return after(
        opened(status="antre"), ("2026-03-11 10:35", "take", "T1"), ("2026-03-11 10:40", "escalate", "T1")
    )


def test_the_rupiah_obligation_goes_to_its_unit_and_back():
    """Scenario BI-2, as far as it is about the case."""
    case = with_unit()
    assert (case.status, case.tier, case.unit) == ("dieskalasi", 3, "bi.dpu")
    assert case.due_answer == at("2026-04-01 16:00")
    case = after(case, ("2026-03-12 09:00", "take", "T3"))
    reminded = passed(case, "2026-03-25 12:00")  # the fifth working day
    assert whats(reminded) == [("reminder", "half")] and reminded.events[0].detail["whom"] == "bi.dpu, s1"
    case = passed(reminded.case, "2026-03-31 09:00").case
    refusal = do(case, "extend", "T3", at("2026-03-31 09:00"), why="")
    assert isinstance(refusal, Refusal) and "alasan wajib diisi" in refusal.why
    extended = do(case, "extend", "T3", at("2026-03-31 09:00"), why="menunggu telaah hukum")
    assert isinstance(extended, Done) and extended.tell == "extended"
    assert extended.case.due_answer == at("2026-04-13 16:00")
    answered = do(extended.case, "answer", "T3", at("2026-04-02 09:00"))
    assert isinstance(answered, Done)
    assert (answered.case.status, answered.case.tier) == ("jawaban_divalidasi", 2)
    assert {"tier_from": "T3", "tier_to": "T2"}.items() <= answered.events[0].detail.items()
    approved = do(answered.case, "validate", "T2", at("2026-04-02 10:00"))
    assert isinstance(approved, Done) and approved.tell == "answered"
    assert approved.case.status == "dijawab" and approved.case.answer_source == "bi.dpu"
    assert approved.case.breached_at is None


def test_a_voicemail_at_night_is_due_at_closing_of_the_next_working_day():
    """Scenario KP-1."""
    case = opened(at("2026-03-13 19:05"))
    assert case.due_first == at("2026-03-16 16:00") == case.due_answer


def test_a_text_is_due_within_the_hour():
    """Scenario BI-3."""
    case = opened(at("2026-03-11 11:00"), channel="sms")
    assert case.due_first == at("2026-03-11 12:00")


def test_reminders_come_at_half_and_four_fifths_and_the_breach_once_at_the_end():
    case = after(with_unit(), ("2026-03-12 09:00", "take", "T3"))
    assert names(case) == {
        "half": "2026-03-25 08:00",
        "most": "2026-03-30 08:00",
        "breach": "2026-04-01 16:00",
    }
    done = passed(case, "2026-04-01 16:00")
    assert whats(done) == [("reminder", "half"), ("reminder", "most"), ("breached", "breach")]
    assert (done.case.priority, done.alarms) == (1, ("T4",)) and done.case.breached_at == at(
        "2026-04-01 16:00"
    )
    assert passed(done.case, "2026-05-01 16:00").events == ()
    assert done.case.status == "dieskalasi" and isinstance(do(done.case, "answer", "T3"), Done)


def test_a_short_limit_is_reminded_of_by_the_minute():
    case = opened(at("2026-03-11 11:00"), channel="sms", status="baru")
    assert names(case)["half"] == "2026-03-11 11:30" and names(case)["most"] == "2026-03-11 11:48"


def test_a_first_answer_that_is_late_is_told_to_the_supervisor():
    done = passed(opened(at("2026-03-11 11:00"), channel="sms"), "2026-03-11 12:00")
    assert ("breached", "first") in whats(done) and "supervisor" in done.alarms
    # Who was asked for documents was answered: that clock has stopped.
    case = after(opened(at("2026-03-11 11:00"), channel="sms"), ("2026-03-11 11:05", "take", "T1"),
                 ("2026-03-11 11:10", "ask_documents", "T1"))  # fmt: skip
    assert "first" not in names(case)


def test_tier_2_takes_over_in_half_an_hour_and_passes_on_in_four():
    case = after(opened(), ("2026-03-11 10:35", "take", "T1"))
    done = act(case, wish("escalate", case, "T1", tier=2), ACTORS["T1"], at("2026-03-11 10:40"), RULES)
    assert isinstance(done, Done)
    due_now = names(done.case)
    assert due_now["take_over_reminder"] == "2026-03-11 11:00" and due_now["take_over"] == "2026-03-11 11:10"
    assert due_now["pass_on"] == "2026-03-11 14:40"
    late = passed(done.case, "2026-03-11 11:10")
    assert whats(late) == [("reminder", "take_over_reminder"), ("late", "take_over")]
    assert late.alarms == ("supervisor",)
    taken = after(done.case, ("2026-03-11 11:05", "take", "T2"))
    assert "take_over" not in names(taken) and "pass_on" in names(taken)
    assert "pass_on" not in names(after(taken, ("2026-03-11 12:00", "escalate", "T2")))


def test_a_unit_that_does_not_take_a_case_is_told_to_its_head_after_a_working_day():
    case = with_unit()
    assert names(case)["acknowledge"] == "2026-03-12 16:00"
    done = passed(case, "2026-03-12 16:00")
    assert whats(done) == [("late", "acknowledge")] and done.alarms == ("head of the unit",)
    assert "acknowledge" not in names(after(case, ("2026-03-12 09:00", "take", "T3")))


def test_passing_a_case_round_wins_no_time():
    case = with_unit()
    back = act(case, wish("escalate", case, "T3", tier=2), ACTORS["T3"], at("2026-03-17 10:00"), RULES)
    assert isinstance(back, Done)
    again = act(
        back.case, wish("escalate", back.case, "T2", tier=3), ACTORS["T2"], at("2026-03-25 10:00"), RULES
    )
    assert isinstance(again, Done) and again.case.due_answer == at("2026-04-01 16:00")


# -- waiting


def test_the_clock_stands_still_while_papers_are_owed():
    case = after(with_unit(), ("2026-03-12 09:00", "take", "T3"), ("2026-03-12 10:00", "ask_documents", "T3"))
    assert set(names(case)) == {"documents_reminder", "documents"}
    assert passed(case, "2026-03-16 10:00").case.breached_at is None
    came = after(case, ("2026-03-17 10:00", "documents_came", "T1"))
    assert (came.status, came.paused_seconds) == ("dieskalasi", 3 * 8 * 3600)
    # Three working days later than without the pause.
    assert came.due_answer == at("2026-04-07 16:00")


def test_documents_that_never_come_end_the_case_after_twenty_working_days_and_a_reminder_at_ten():
    case = after(opened(), ("2026-03-11 10:35", "take", "T1"), ("2026-03-11 10:40", "ask_documents", "T1"))
    assert names(case) == {"documents_reminder": "2026-04-01 16:00", "documents": "2026-04-16 16:00"}
    reminded = passed(case, "2026-04-01 16:00")
    assert whats(reminded) == [("reminder", "documents_reminder")] and reminded.tell == "documents"
    ended = passed(reminded.case, "2026-04-16 16:00")
    assert ended.case.status == "dibatalkan" and ended.tell == "cancelled"
    too_late = do(reminded.case, "documents_came", "T1", at("2026-04-17 09:00"))
    assert isinstance(too_late, Refusal) and "dibatalkan" in too_late.why


def test_the_clock_runs_while_another_party_is_waited_for():
    case = after(with_unit(), ("2026-03-12 09:00", "take", "T3"), ("2026-03-12 10:00", "wait", "T3"))
    assert [name for name in names(case) if "reminder" in name] == ["party_reminder"]
    done = passed(case, "2026-04-02 16:00")
    assert [deadline for _, deadline in whats(done)] == [
        "half", "party_reminder", "most", "party_reminder", "breach", "party_late",
    ]  # fmt: skip
    assert done.case.status == "dieskalasi" and done.case.breached_at is not None


def test_a_breach_is_told_once_though_papers_were_owed_after_it():
    late = passed(after(with_unit(), ("2026-03-12 09:00", "take", "T3")), "2026-04-01 16:00").case
    back = after(
        late, ("2026-04-02 09:00", "ask_documents", "T3"), ("2026-04-06 09:00", "documents_came", "T1")
    )
    assert passed(back, "2026-04-30 16:00").events == ()


# -- complaints to the tax office (domain page 1.2)

TAX = rules(
    HOURS,
    {
        "distribute": "1 working day",
        "answer": "10 working days",
        "unit": "10 working days",
        "validate": "2 working days",
        "confirm": "1 working day",
        "absolute": "60 days",
        "extension": "60 working days",
    },
)


def test_a_complaint_is_with_its_unit_after_a_day_and_has_ten_two_and_one():
    case = opened(limits=TAX, function="pengaduan")
    assert names(case, TAX)["distribute"] == "2026-03-12 16:00"
    case = after(case, ("2026-03-11 10:35", "take", "T1"), ("2026-03-11 10:40", "escalate", "T1"), limits=TAX)
    assert "distribute" not in names(case, TAX)
    given = after(case, ("2026-04-01 15:00", "answer", "T3"), limits=TAX)
    assert names(given, TAX)["validate"] == "2026-04-06 16:00"  # 3 April is Good Friday
    # The unit was in time: it is not late because its answer is being checked.
    assert given.due_answer == at("2026-04-06 16:00")
    checked = after(given, ("2026-04-02 09:00", "validate", "T1"), limits=TAX)
    assert names(checked, TAX) == {"confirm": "2026-04-06 16:00"}
    late = run_out(checked, at("2026-04-06 16:00"), TAX)
    assert whats(late) == [("late", "confirm")]


def test_sixty_days_by_the_calendar_are_the_end_of_every_extension():
    case = after(opened(limits=TAX), ("2026-03-11 10:35", "take", "T1"), ("2026-03-11 10:40", "escalate", "T1"),
                 ("2026-03-12 09:00", "extend", "T3"), limits=TAX)  # fmt: skip
    assert case.due_answer == at("2026-05-10 10:30")


def test_a_reopened_case_has_new_clocks():
    case = replace(after(opened(), ("2026-03-11 10:35", "take", "T1"), ("2026-03-11 11:00", "answer", "T1")))
    again = after(case, ("2026-03-16 09:00", "reopen", "T1"))
    assert (again.status, again.tier, again.due_first) == ("baru", 1, at("2026-03-17 16:00"))
    assert again.first_at is None and again.answer == "" and again.breached_at is None


def test_a_call_that_is_answered_at_once_needs_no_text_and_no_second_confirmation():
    case = after(opened(status="antre"), ("2026-03-11 10:35", "take", "T1"))
    assert case.first_at == at("2026-03-11 10:35")
    done = do(case, "answer", "T1", at("2026-03-11 10:40"), spoken=True)
    assert isinstance(done, Done) and done.tell == "" and done.case.confirmed_at
    assert isinstance(do(done.case, "close", "T1"), Done)
