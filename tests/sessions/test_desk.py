"""The desk in the database: what a process remembers, what is owed to telephones, what callers hear of their place."""

import json
from datetime import timedelta

import pytest

from app import open_gateway
from desk import roster
from desk.routing.events import Accepted, Missed, RosterChanged, SignedIn
from engine.events import Keys, Tick
from sessions import chores
from sessions.agents import agent_calls
from sessions.calls import turns
from sessions.desk import desk
from store import calls, legs, outbox
from store import desk as stored
from store.times import text
from tests.desk_line.conftest import FLOW, ROSTER
from tests.gateways import Caller


@pytest.fixture
def gateway(gateway_of):
    return gateway_of(FLOW)


def happen(gateway, *events):
    for event in events:
        with gateway.store.write() as db:
            desk.happen(gateway, db, event, text(gateway.clock()))


def staffed(gateway, *agents):
    happen(gateway, RosterChanged(tuple(roster.read(ROSTER.encode()))), *map(SignedIn, agents))


def look(gateway):
    return desk.look(gateway, gateway.store.read())


def hung_up(gateway, call):
    with gateway.store.write() as db:
        turns.hang_up(gateway, db, call, "completed")


def owed(gateway, kind):
    rows = gateway.store.read().execute(
        "SELECT target FROM outbox WHERE kind = ? AND state <> 'cancelled'", (kind,)
    )
    return [target for (target,) in rows]


def test_what_a_failing_block_decided_is_not_remembered(gateway):
    staffed(gateway)
    with pytest.raises(RuntimeError), gateway.store.write() as db:
        desk.happen(gateway, db, SignedIn("siti"), text(gateway.clock()))
        raise RuntimeError("the block fails after its decision")
    assert look(gateway).post("siti").presence == "offline"
    happen(gateway, SignedIn("budi"))
    assert [agent for agent, post in look(gateway).posts.items() if post.presence == "available"] == ["budi"]


def test_two_processes_see_one_desk(gateway):
    staffed(gateway, "siti")
    other = open_gateway(gateway.settings)
    Caller(gateway, "CA1").hear(Keys("1"))
    assert look(other).contacts["CA1"].agent == "siti"
    happen(other, Missed("CA1#1", "busy"))
    assert look(gateway).contacts["CA1"].state == "waiting"
    other.close()


def test_without_a_roster_callers_wait_in_order_and_nobody_is_rung(gateway):
    heard = []
    for call in ("CA1", "CA2"):
        Caller(gateway, call).hear(Keys("1"), Tick())
        row = gateway.store.read().execute("SELECT state FROM sessions WHERE id = ?", (call,)).fetchone()
        heard.append(json.loads(row[0])["phase"])
    assert heard == ["waiting", "waiting"] and owed(gateway, "call") == []
    assert list(look(gateway).contacts) == ["CA1", "CA2"]


def test_a_telephone_whose_sid_is_not_known_yet_is_hung_up_as_soon_as_it_is(gateway):
    staffed(gateway, "siti")
    Caller(gateway, "CA1").hear(Keys("1"))
    with gateway.store.write() as db:  # a worker is about to call
        (row,) = outbox.claim(db, now="2099-01-01T00:00:00.000Z", owner="w", kinds=("call",))
        outbox.sending(db, row.id, owner="w", now="2026-03-11T03:15:00.000Z")
    hung_up(gateway, "CA1")
    assert owed(gateway, "hangup") == []
    with gateway.store.write() as db:
        legs.placed(db, row.id, "CAagent", at="2026-03-11T03:15:01.000Z")
    assert owed(gateway, "hangup") == ["CAagent"]


def test_a_telephone_that_has_not_been_rung_yet_never_is_when_the_caller_has_gone(gateway):
    staffed(gateway, "siti")
    Caller(gateway, "CA1").hear(Keys("1"))
    assert len(owed(gateway, "call")) == 1
    hung_up(gateway, "CA1")
    assert owed(gateway, "call") == [] and look(gateway).contacts == {}


def test_a_row_that_was_given_up_is_a_miss_at_once(gateway):
    staffed(gateway, "siti")
    Caller(gateway, "CA1").hear(Keys("1"))
    leg = legs.of_offer(gateway.store.read(), "CA1#1")
    with gateway.store.write() as db:
        agent_calls.never_rung(gateway, db, leg.id)
    assert look(gateway).post("siti").misses == 1 and look(gateway).contacts["CA1"].state == "waiting"


def test_the_poll_finds_the_agent_when_the_redirect_is_lost(gateway):
    staffed(gateway, "siti")
    caller = Caller(gateway, "CA1").hear(Keys("1"))
    happen(gateway, Accepted("CA1#1"))
    caller.hear(Tick())
    row = gateway.store.read().execute("SELECT state FROM sessions WHERE id = 'CA1'").fetchone()
    assert json.loads(row[0])["phase"] == "talking"
    assert len(owed(gateway, "redirect")) == 1
    turns.take_turn(gateway, "CA1", 0, Tick(), lambda *_: "again", led=True)  # the redirect comes after all
    again = gateway.store.read().execute("SELECT state FROM sessions WHERE id = 'CA1'").fetchone()
    assert again == row


def test_a_lost_end_of_an_agents_telephone_frees_the_agent_once_it_is_found(gateway):
    staffed(gateway, "siti")
    Caller(gateway, "CA1").hear(Keys("1"))
    happen(gateway, Accepted("CA1#1"))
    leg = legs.of_offer(gateway.store.read(), "CA1#1")
    with gateway.store.write() as db:
        legs.known(db, leg, "CAagent", at=text(gateway.clock()))
        legs.move(db, leg.id, legs.HOLD, at=text(gateway.clock()))
    assert look(gateway).contacts["CA1"].agent == "siti"
    with gateway.store.write() as db:
        calls.note(db, "CAagent", at=text(gateway.clock()), status="completed")
        chores.call_is_over(gateway, db, calls.load(db, "CAagent"))
    assert look(gateway).contacts["CA1"].state != "talking"
    assert legs.load(gateway.store.read(), leg.id).state == legs.OVER


@pytest.mark.parametrize(("number", "by_hand"), [("+18095550100", True), ("+6281234567890", False)])
def test_a_callback_that_the_guard_would_refuse_is_for_people_and_keeps_no_agent_waiting(
    gateway, number, by_hand
):
    staffed(gateway, "siti")
    Caller(gateway, "CA1", number).hear(Keys("1"), Keys("1"))
    ((note, wanted),) = (
        gateway.store.read()
        .execute("SELECT note, json_extract(fields, '$.callback_number') FROM cases")
        .fetchall()
    )
    assert wanted == number
    assert ("outside the permitted prefixes, call by hand" in (note or "")) == by_hand
    kinds = [held.kind for held in look(gateway).contacts.values()]
    assert kinds == ([] if by_hand else ["callback"])


# Closing time is 16.00, "lekas" waits ten seconds at the most; the clock stands at 10.15.
@pytest.mark.parametrize(
    ("key", "since", "step", "exit"),
    [
        ("7", timedelta(hours=5, minutes=44, seconds=55), "tutup", "closed"),
        ("6", timedelta(), "tutup", "too_long"),
    ],
)
def test_when_the_time_is_over_the_caller_is_led_to_the_exit_and_the_telephone_stops(
    gateway, key, since, step, exit
):
    begin, ahead = gateway.clock(), [since]
    gateway.clock = lambda: begin + ahead[0]
    staffed(gateway, "siti")
    caller = Caller(gateway, "CA1").hear(Keys(key))
    with gateway.store.write() as db:
        legs.known(db, legs.of_offer(db, "CA1#1"), "CAagent", at=text(gateway.clock()))
        desk.wake(gateway, db)
    assert look(gateway).contacts["CA1"].state == "offered" and owed(gateway, "hangup") == []
    ahead[0] += timedelta(seconds=25)  # the telephone may ring to its end
    with gateway.store.write() as db:
        desk.wake(gateway, db)
    assert look(gateway).contacts == {} and owed(gateway, "hangup") == ["CAagent"]
    assert owed(gateway, "redirect") == ["CA1"]
    caller.hear(Tick())
    passed = (
        gateway.store.read()
        .execute("SELECT json_extract(state, '$.step'), ended_at FROM sessions")
        .fetchone()
    )
    assert passed[0] == step and passed[1]
    assert stored.last_event(gateway.store.read(), "CA1").what == f"exit_{exit}"


@pytest.mark.parametrize(("classification", "heard"), [("PUBLIK", "uang_palsu"), ("RAHASIA", "umum")])
def test_a_case_that_became_secret_is_whispered_to_nobody_who_may_not_see_it(gateway, classification, heard):
    staffed(gateway, "siti")
    Caller(gateway, "CA1").hear(Keys("1"))
    with gateway.store.write() as db:
        db.execute("UPDATE cases SET topic = 'uang_palsu', classification = ?", (classification,))
    leg = legs.of_offer(gateway.store.read(), "CA1#1")
    assert agent_calls.whisper(gateway, leg.id, "CAagent").topic == heard
