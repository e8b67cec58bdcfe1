"""What reports read: whole histories of the contacts of an interval, in one order, by indexes, without a trace."""

import pytest

from store import messages, recordings, reports, search
from store.times import text
from tests.told import Writer, at

DAY = "2026-03-10"
BEGIN, END = text(at(DAY, "00:00:00")), text(at("2026-03-11", "00:00:00"))


@pytest.fixture
def db(db_store):
    """A connection to a database with three calls of the day, one of the day before and a dialogue."""
    with db_store.write() as db:
        writer = Writer(db)
        writer.answered("CA2", at(DAY, "23:59:00"), "ani", 30, 300)
        writer.answered("CA1", at(DAY, "09:00:00"), "budi", 4, 60)
        writer.answered("CA0", at("2026-03-09", "23:59:59"), "ani", 4, 60)
        writer.contact("CA3", at(DAY, "10:00:00"), "arrived", service="lain")
        writer.contact("T1", at(DAY, "10:00:00"), "arrived", channel="text")
        writer.session("CA1", at(DAY, "08:59:00"), contact="+62811", state={"case": {"csat": "4"}})
        writer.session("CA9", at(DAY, "08:59:00"), contact="+62812")
        writer.session("CA8", at("2026-03-11", "00:00:00"))
        writer.done()
        db.execute("INSERT INTO turns VALUES ('CA1', 3, '{}', 'survei.nilai', '', ?)", (BEGIN,))
        recordings.note(db, "RE" + "1" * 32, at=BEGIN, session_id="CA2", step="pesan", duration=5)
    return db_store.read()


def test_a_contact_of_the_interval_comes_with_all_that_happened_to_it_later(db):
    rows = list(reports.events(db, BEGIN, END))
    assert [row.contact for row in rows] == ["CA1"] * 3 + ["CA2"] * 3 + ["CA3"]
    assert [row.what for row in rows[3:6]] == ["arrived", "answered", "talk_ended"]
    assert rows[5].at > END
    assert [row.contact for row in reports.events(db, BEGIN, END, ["lain"])] == ["CA3"]
    assert [row.contact for row in reports.events(db, BEGIN, END, channel="text")] == ["T1"]


def test_facts_come_in_the_same_order_once_each(db):
    rows = list(reports.facts(db, BEGIN, END, ["survei.nilai"]))
    assert [(row.contact, row.person, row.csat, row.asked, row.recorded) for row in rows] == [
        ("CA1", "+62811", "4", 1, 0), ("CA2", None, None, 0, 1), ("CA3", None, None, 0, 0),
    ]  # fmt: skip


def test_a_call_that_was_in_a_queue_is_not_also_the_robots(db):
    assert [row.person for row in reports.never_queued(db, BEGIN, END, [])] == ["+62812"]


def test_agents_come_one_after_the_other_in_the_order_of_time(db):
    rows = list(reports.agent_events(db, BEGIN, END))
    assert [(row.agent, row.what, bool(row.detail)) for row in rows] == [
        ("ani", "accepted", False), ("ani", "released", True), ("ani", "accepted", False), ("budi", "accepted", False),
        ("budi", "released", True),
    ]  # fmt: skip


def test_what_we_wrote_ourselves_is_not_what_people_say(db_store):
    with db_store.write() as db:
        for sid, direction, words in (("SM1", "in", "kurs dolar naik"), ("SM2", "out", "terima kasih")):
            messages.note(db, sid, at=BEGIN, direction=direction, service="contoh", body=words)
            search.put(db, kind="text", subject=sid, at=BEGIN, body=words, session_id="S1", service="contoh")
        search.put(db, kind="note", subject="CT-1", at=BEGIN, body="catatan", ticket="CT-1", service="contoh")
    found = dict(reports.masked_words(db_store.read(), BEGIN, END, ["contoh"]))
    assert found == {"S1": "kurs dolar naik", "CT-1": "catatan"}


@pytest.mark.parametrize(
    "read",
    [
        lambda db: reports.events(db, BEGIN, END),
        lambda db: reports.facts(db, BEGIN, END, ["nilai"]),
        lambda db: reports.never_queued(db, BEGIN, END, ["nilai"]),
        lambda db: reports.agent_events(db, BEGIN, END),
        lambda db: reports.cases(db, "20260301", "20260331", ["contoh"]),
        lambda db: reports.masked_words(db, BEGIN, END),
        lambda db: reports.texts_of(db, "CT-1"),
    ],
    ids=["events", "facts", "never_queued", "agent_events", "cases", "masked_words", "texts_of"],
)
def test_a_day_is_not_looked_for_in_years(db, read):
    asked: list[str] = []
    db.set_trace_callback(asked.append)
    list(read(db))
    db.set_trace_callback(None)
    plan = [row[3] for sql in asked for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    # Only what a query has just found itself is read whole.
    whole = [step for step in plan if step.startswith("SCAN") and step not in ("SCAN a", "SCAN (subquery-2)")]
    assert plan and whole == [], plan


def test_reading_writes_nothing(db_store, db):
    before = db.total_changes
    for rows in (
        reports.events(db, BEGIN, END),
        reports.facts(db, BEGIN, END, []),
        reports.agent_events(db, BEGIN, END),
    ):
        list(rows)
    assert db.total_changes == before
