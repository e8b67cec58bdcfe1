"""The desk itself writes the histories, and the report counts what has happened: no word of one is unknown to the other."""

import re
from datetime import date, datetime, timedelta

import pytest

import store.desk
from desk.agents import Agent, Skill
from desk.measures import figures
from desk.routing import contact
from desk.routing.events import (
    Accepted,
    Arrived,
    CallbackAsked,
    CallbackReached,
    Ended,
    Gone,
    Returned,
    RosterChanged,
    SignedIn,
    SignedOut,
    TookBreak,
    WrappedUp,
)
from sessions.desk import desk
from sessions.reports import reports
from sessions.reports.report_agents import OF_AGENTS
from sessions.reports.reports import Wish, count
from store.times import text
from tests.sessions.test_records import FLOW
from tests.told import Writer, at

DAY = "2026-03-10"
TODAY = date(2026, 3, 10)


class Desk:
    """The desk of an installation, moved through a morning."""

    def __init__(self, gateway) -> None:
        self.gateway = gateway
        people = [
            Agent("ani", "Ani", 1, {"umum": Skill(2)}, services=("contoh",), phone="+628115550001", order=1),
            Agent(
                "budi", "Budi", 2, {"umum": Skill(2)}, services=("contoh",), phone="+628115550002", order=2
            ),
        ]
        self.happen(0, RosterChanged(tuple(people)))

    def happen(self, second: float, *events, why: str = "") -> None:
        with self.gateway.store.write() as db:
            for event in events:
                desk.happen(self.gateway, db, event, text(at(DAY, "09:00:00", second)), why=why)

    def arrive(self, second: float, id: str, tier: int = 1, number: str = "") -> None:
        moment = at(DAY, "09:00:00", second)
        self.happen(
            second,
            Arrived(contact(id, "call", moment, service="contoh", skill="umum", tier=tier, number=number)),
        )


@pytest.fixture
def house(gateway_of):
    return Desk(gateway_of(FLOW))


def counted(house, **wish):
    return count(house.gateway, Wish(TODAY, TODAY, **wish))


def test_calls_at_the_desk_are_in_the_report(house):
    house.happen(0, SignedIn("ani"))
    house.arrive(10, "CA1")
    house.happen(22, Accepted("CA1#1"))
    house.arrive(50, "CA2", number="+6281200000002")
    house.happen(53, Gone("CA2"), why="abandoned")
    house.happen(202, Ended("CA1"))
    house.happen(212, WrappedUp("ani"))
    house.happen(300, SignedOut("ani"))
    report = counted(house)
    total = report.total
    assert (total.offered, total.answered, total.abandoned, total.abandoned_short) == (2, 1, 1, 1)
    assert (total.wait_answered, total.talk, total.after_work) == (12, 180, 10)
    # Ringing is available still; from 0 to 22, and from 212 to 300.
    assert total.available == 22 + 88
    assert figures(total)["occupancy"].shown() == "63.3 %"
    assert report.groups == ["contoh"] and report.occupied_rows


def test_who_is_sent_on_belongs_to_the_tier_in_the_end(house):
    house.happen(0, SignedIn("ani"), SignedIn("budi"))
    house.arrive(10, "CA1")
    house.happen(14, Accepted("CA1#1"))
    house.happen(74, Returned("CA1", "escalated", {"tier": 2}))
    house.happen(80, Accepted("CA1#2"))
    house.happen(140, Ended("CA1"))
    sums = counted(house, by="tier").cells["T2", None]
    assert (sums.answered, sums.transferred, sums.escalated, sums.talk, sums.wait_answered) == (
        1,
        1,
        1,
        120,
        4,
    )
    agents = counted(house, by="agent").cells
    assert [(agents[name, None].answered, agents[name, None].talk) for name in ("ani", "budi")] == [
        (1, 60),
        (1, 60),
    ]


def test_a_call_back_asked_for_in_the_queue_counts_once_and_as_kept_when_it_was_reached(house):
    house.happen(0, SignedIn("ani"))
    house.arrive(10, "CA1")
    house.happen(12, Accepted("CA1#1"))
    house.arrive(20, "CA2", number="+6281200000002")
    house.happen(80, CallbackAsked("CA2", "+6281200000002"))
    house.happen(200, Ended("CA1"))
    house.happen(210, WrappedUp("ani"))
    house.happen(214, Accepted("CA2#1"))
    house.happen(230, CallbackReached("CA2"))
    house.happen(330, Ended("CA2"))
    total = counted(house).total
    assert (total.offered, total.answered, total.callbacks, total.callbacks_kept) == (2, 1, 1, 1)
    assert total.talk == 188 and total.other_work >= 100


def test_a_break_is_not_available(house):
    house.happen(0, SignedIn("ani"))
    house.happen(100, TookBreak("ani", "makan siang"))
    house.happen(400, SignedIn("ani"))
    house.happen(450, SignedOut("ani"))
    # Nobody called: there is a row for the agent's time, and no figure of calls.
    total = counted(house).total
    assert (total.available, total.offered) == (150, 0)
    assert figures(total)["service_level"].shown() == "–"


def words_of(table: str) -> set[str]:
    """The words that store/desk.py says it writes into a table, without what stands in brackets."""
    page = store.desk.__doc__.partition(f"``{table}.what``")[2].partition("\n\n")[2].partition("\n\n")[0]
    return {word.strip() for word in re.sub(r"\([^)]*\)", "", page).replace("\n", " ").split(",")}


def test_every_word_that_the_desk_writes_is_counted_or_left_out_on_purpose():
    assert words_of("contact_events") - set(reports.OF_CONTACTS) == {
        "offered",
        "callback_missed",
        "wrapped_up",
        "exit_<kind>",
        "replied",
        "joined",
    }
    assert set(reports.OF_CONTACTS) <= words_of("contact_events")
    assert words_of("agent_events") - set(OF_AGENTS) == {"offered", "missed_<why>", "disposed"}
    assert set(OF_AGENTS) <= words_of("agent_events")


# -- the robot's calls, shifts, services


@pytest.mark.parametrize(
    ("outcome", "state", "counted_as"),
    [
        ("goodbye", {}, "contained"),
        ("moved", {}, "contained"),
        ("hung_up", {}, "left"),
        ("expired", {}, "left"),
        ("goodbye", {"needed_person": True}, "closed"),  # a message outside hours
        ("hung_up", {"case": {"skill": "umum", "tier": "T1"}}, "closed"),  # hung up before closed doors
        (None, {}, ""),  # still on the line
    ],
)
def test_a_call_of_the_robot_is_one_of_three(house, outcome, state, counted_as):
    with house.gateway.store.write() as db:
        Writer(db).session("CA1", at(DAY), outcome=outcome, state=state)
    total = counted(house).total
    assert (total.entered, total.contained, total.left, total.closed) == (
        int(bool(counted_as)), int(counted_as == "contained"), int(counted_as == "left"), int(counted_as == "closed"),
    )  # fmt: skip


def test_a_rating_belongs_to_its_call(house):
    with house.gateway.store.write() as db:
        writer = Writer(db)
        for n, rating in enumerate(("4", "3", "1", "")):
            writer.answered(f"CA{n}", at(DAY, seconds=600 * n), "ani", 4, 60)
            writer.session(
                f"CA{n}", at(DAY, seconds=600 * n), state={"case": {"csat": rating} if rating else {}}
            )
        writer.done()
    total = counted(house).total
    assert figures(total)["csat"].shown() == "66.7 %" and total.ratings == 3


def test_outside_the_shift_nobody_is_available(house):
    with house.gateway.store.write() as db:
        writer = Writer(db)
        writer.roster([{"id": "cici", "name": "Cici", "shift": "mon-fri 09:00-12:00 13:00-15:00"}])
        writer.agent("cici", at(DAY, "08:00:00"), "signed_in")
        writer.agent("cici", at(DAY, "16:00:00"), "signed_out")
        writer.done()
    cells = counted(house, by="interval", every="hour").cells
    assert {start.hour: sums.available for (_, start), sums in cells.items()} == {
        9: 3600, 10: 3600, 11: 3600, 13: 3600, 14: 3600,
    }  # fmt: skip


def test_the_time_of_who_serves_several_services_is_nobodys_row(house):
    with house.gateway.store.write() as db:
        writer = Writer(db)
        writer.roster([{"id": "cici", "name": "Cici", "services": ["contoh", "lain"]}])
        writer.agent("cici", at(DAY, "08:00:00"), "signed_in")
        writer.agent("cici", at(DAY, "09:00:00"), "signed_out")
        writer.done()
    report = counted(house)
    assert (report.occupied_rows, report.occupied_total, report.total.available) == (False, True, 3600)
    narrow = counted(house, services=("contoh",))
    assert (narrow.occupied_total, narrow.total.available) == (False, 0)


def test_a_call_that_began_yesterday_and_ended_today_is_yesterdays_with_all_its_seconds(house):
    with house.gateway.store.write() as db:
        writer = Writer(db)
        writer.answered("CA1", at("2026-03-09", "23:59:00"), "ani", 30, 90, acw=20)
        writer.agent("ani", at("2026-03-10", "00:01:20"), "signed_out")
        writer.done()
    assert counted(house).total.answered == 0
    before = count(house.gateway, Wish(TODAY - timedelta(days=1), TODAY, every="day", by="interval"))
    (key,) = before.cells
    assert key[1] == datetime(2026, 3, 9, tzinfo=before.zone)
    assert (before.total.talk, before.total.after_work) == (90, 20)


def test_a_contact_that_comes_again_the_next_day_is_counted_on_its_first(house):
    with house.gateway.store.write() as db:
        writer = Writer(db)
        writer.contact("CA1", at("2026-03-09", "23:59:00"), "arrived")
        writer.contact("CA1", at("2026-03-09", "23:59:50"), "exit_key")
        writer.answered("CA1", at(DAY, "00:00:10"), "ani", 30, 90)
        writer.done()
    assert counted(house).total.offered == 0
    both = count(house.gateway, Wish(TODAY - timedelta(days=1), TODAY)).total
    assert (both.offered, both.answered, both.wait_answered) == (1, 1, 80)
